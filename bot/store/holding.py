"""Who speaks to the patient: while a nurse holds a case, messages wait for her, though not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bot.store.flags import Flags
from bot.store.messages import Messages
from bot.store.records import Message

HELD = (
    "SELECT message_id, held_ms FROM held JOIN messages ON messages.id = message_id"
    " WHERE state = 'received' ORDER BY conversation_id, seq"
)


class Holding(Messages, Flags):
    """A held message stays `received`: it is answered by a nurse's message, or by the bot after all."""

    def is_held(self, procedure_id: str) -> bool:
        """Whether a nurse holds a case about this procedure now; a stale claim does not count."""
        sql = "SELECT 1 FROM flags WHERE procedure_id = ? AND state = 'claimed' AND claim_until_ms > ? LIMIT 1"
        return self._row(sql, procedure_id, self._now()) is not None

    def hold_message(self, message_id: str) -> None:
        """Leave a message to the nurse; its waiting time counts from the first time. Raises NotFound."""
        with self.transaction():
            self.message(message_id)
            sql = "INSERT INTO held (message_id, held_ms) VALUES (?, ?) ON CONFLICT DO NOTHING"
            self._run(sql, message_id, self._now())

    def left_messages(self, patience_ms: int) -> list[Message]:
        """Return the last held message of each conversation in which nobody answers any more.

        That is: no nurse holds the case, or its first held message has waited for `patience_ms` milliseconds.
        """
        return list(self._left(patience_ms))

    def settle_held(self, conversation_id: str) -> int:
        """Take what is held in a conversation as answered, by whoever has just written; return how many."""
        with self.transaction():
            of = "SELECT message_id FROM held JOIN messages ON messages.id = message_id WHERE conversation_id = ?"
            ids = [row["message_id"] for row in self._rows(of, conversation_id)]
            for message_id in ids:
                self._run("UPDATE messages SET state = 'answered' WHERE id = ? AND state = 'received'", message_id)
                self._run("DELETE FROM held WHERE message_id = ?", message_id)
                self._changed("message", message_id)
            return len(ids)

    def write_to_patient(self, flag_id: str, user_id: str, client_id: str, text: str) -> Message:
        """Send a nurse's words to the patient, in the thread that she writes in; once for each client id.

        She is now asked by a nurse: the bot's open question is closed. Raises FlagStateError if she holds it not.
        """
        with self.transaction():
            flag = self._held_by(flag_id, user_id, None)
            conversation = self.current_conversation(flag.procedure_id)
            message, new = self.receive_message(conversation.id, client_id, text, author="nurse", user_id=user_id)
            if new:
                self.keep_claim(flag_id, user_id)
                self.close_question(conversation.id)
                for each in self.conversations(flag.procedure_id):
                    self.settle_held(each.id)
                self.audit(user_id, "message.sent", flag_id, {"message": message.id})
            return message

    def _left(self, patience_ms: int) -> Iterator[Message]:
        waiting = ((self.message(row["message_id"]), row["held_ms"]) for row in self._rows(HELD))
        for _, group in groupby(waiting, key=lambda pair: pair[0].conversation_id):
            held = list(group)
            last, since = held[-1][0], min(since for _, since in held)
            if self._now() - since >= patience_ms or not self.is_held(last.procedure_id):
                yield last
