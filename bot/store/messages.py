"""Messages and their replies. Patients' words are written here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.store.changes import Changes
from bot.store.conversations import Conversations
from bot.store.database import Row, as_json
from bot.store.records import Button, Message, ReplyPart

AWAITING_REPLY = ("patient", "carer")


class Messages(Conversations, Changes):
    """What was said, in order. A lone surrogate in a text is kept as U+FFFD, so spans into it stay right."""

    def receive_message(
        self,
        conversation_id: str,
        client_id: str,
        text: str,
        *,
        author: str = "patient",
        language: str = "en",
        channel: str = "web",
        user_id: str | None = None,
    ) -> tuple[Message, bool]:
        """Commit a message and return it with True; with False the one that this client id brought before.

        A patient's or carer's is `received` until it is answered; a nurse's (`user_id` says whose) or the bot's own
        needs no answer.
        Raises NotFound (conversation) or StoreError (unknown author).
        """
        with self.transaction():
            procedure_id = self.conversation(conversation_id).procedure_id
            sql = "SELECT * FROM messages WHERE procedure_id = ? AND client_id = ?"
            seen = self._row(sql, procedure_id, client_id)
            if seen:
                return _message(seen), False
            state = "received" if author in AWAITING_REPLY else "answered"
            row: Row = {"client_id": client_id, "author": author, "text": text, "language": language, "state": state}
            row |= {"channel": channel, "user_id": user_id}
            return self._add_message(row, conversation_id, procedure_id), True

    def answer_message(self, message_id: str, parts: Sequence[ReplyPart], state: str = "answered") -> Message:
        """Store the one reply to a message, set the message's state (`answered` or `failed`), return the reply.

        A second call changes nothing and returns the stored reply. Raises NotFound.
        """
        with self.transaction():
            message = self.message(message_id)
            given = self.reply_to(message_id)
            if given:
                return given
            self._run("UPDATE messages SET state = ? WHERE id = ?", state, message_id)
            self._changed("message", message_id)
            return self._add_message(_reply(message, parts), message.conversation_id, message.procedure_id)

    def message(self, message_id: str) -> Message:
        """Return a message. Raises NotFound."""
        return _message(self._find("message", "SELECT * FROM messages WHERE id = ?", message_id))

    def reply_to(self, message_id: str) -> Message | None:
        """Return the bot's reply to a message, if it has one."""
        row = self._row("SELECT * FROM messages WHERE in_reply_to = ?", message_id)
        return _message(row) if row else None

    def pending_messages(self) -> list[Message]:
        """Return the messages still `received`, oldest first, over all procedures."""
        return [_message(row) for row in self._rows("SELECT * FROM messages WHERE state = 'received' ORDER BY n")]

    def transcript(self, conversation_id: str) -> list[Message]:
        """Return the messages of a conversation in order."""
        sql = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq"
        return [_message(row) for row in self._rows(sql, conversation_id)]

    def procedure_transcript(self, procedure_id: str, after_seq: int = 0) -> list[Message]:
        """Return the messages about a procedure in order, from those after a sequence number."""
        sql = "SELECT * FROM messages WHERE procedure_id = ? AND seq > ? ORDER BY seq"
        return [_message(row) for row in self._rows(sql, procedure_id, after_seq)]

    def search_messages(self, text: str, limit: int = 50) -> list[tuple[str, str]]:
        """Return (conversation id, message id) of people's messages with all the words, newest first.

        Any text is safe. Words are matched by English stem and without accents; the bot's replies are left out.
        """
        query = match_query(text)
        if not query:
            return []
        rows = self._rows(
            "SELECT conversation_id, id FROM spoken_index JOIN messages ON messages.n = spoken_index.rowid"
            " WHERE spoken_index MATCH ? ORDER BY spoken_index.rowid DESC LIMIT ?",
            query,
            limit,
        )
        return [(row["conversation_id"], row["id"]) for row in rows]

    def _add_message(self, given: Row, conversation_id: str, procedure_id: str) -> Message:
        last = self._rows("SELECT coalesce(max(seq), 0) AS seq FROM messages WHERE procedure_id = ?", procedure_id)
        new_id, now = self._new_id(), self._now()
        place = {"conversation_id": conversation_id, "procedure_id": procedure_id, "received_ms": now}
        self._insert("messages", {**given, **place, "id": new_id, "seq": last[0]["seq"] + 1})
        self._heard(conversation_id, now)
        self._changed("message", new_id)
        return self.message(new_id)


def _reply(message: Message, parts: Sequence[ReplyPart]) -> dict[str, Any]:
    return {
        "author": "bot",
        "text": "\n\n".join(part.text for part in parts),
        "language": message.language,
        "channel": message.channel,
        "state": "answered",
        "in_reply_to": message.id,
        "parts": as_json([asdict(part) for part in parts]),
    }


def match_query(text: str) -> str:
    """Quote every word, so that nothing in it is an operator; NUL would end the query early."""
    words = text.replace("\0", " ").replace('"', " ").split()
    return " ".join(f'"{word}"' for word in words)


def _message(row: Row) -> Message:
    fields = {key: value for key, value in row.items() if key != "n"}
    return Message(**{**fields, "parts": tuple(_part(part) for part in json.loads(row["parts"]))})


def _part(data: dict[str, Any]) -> ReplyPart:
    return ReplyPart(data["response"], data["text"], tuple(Button(**button) for button in data["buttons"]))
