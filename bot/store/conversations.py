"""Conversations: where one ends and the next begins, and where its dialogue stands."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.store.database import Row, as_json
from bot.store.patients import Patients
from bot.store.records import Conversation

SILENCE_MS = 12 * 3_600_000


class Conversations(Patients):
    """A conversation ends after 12 h of silence (rule 27)."""

    def current_conversation(self, procedure_id: str) -> Conversation:
        """Return the conversation that a message belongs to now; opens one where there is none. Raises NotFound.

        A message exactly 12 h after the last one still belongs to the same conversation.
        """
        living = self._living(procedure_id)
        if living:
            return living
        with self.transaction():
            return self._living(procedure_id) or self._open_conversation(procedure_id)

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation. Raises NotFound."""
        sql = "SELECT * FROM conversations WHERE id = ?"
        return _conversation(self._find("conversation", sql, conversation_id))

    def conversations(self, procedure_id: str) -> list[Conversation]:
        """Return every conversation about a procedure, oldest first."""
        sql = "SELECT * FROM conversations WHERE procedure_id = ? ORDER BY n"
        return [_conversation(row) for row in self._rows(sql, procedure_id)]

    def set_dialogue_state(
        self,
        conversation_id: str,
        open_question: str | None,
        unanswered: int,
        asked: Iterable[str],
        day_stated: int | None,
    ) -> None:
        """Set where the dialogue stands, all of it. Raises NotFound."""
        with self.transaction():
            self.conversation(conversation_id)
            self._run(
                "UPDATE conversations SET open_question = ?, unanswered = ?, asked = ?, day_stated = ? WHERE id = ?",
                open_question,
                unanswered,
                as_json(list(asked)),
                day_stated,
                conversation_id,
            )

    def close_question(self, conversation_id: str) -> None:
        """Note that no question of the bot's waits for an answer."""
        self._run("UPDATE conversations SET open_question = NULL, unanswered = 0 WHERE id = ?", conversation_id)

    def _living(self, procedure_id: str) -> Conversation | None:
        sql = "SELECT * FROM conversations WHERE procedure_id = ? ORDER BY n DESC LIMIT 1"
        row = self._row(sql, procedure_id)
        return _conversation(row) if row and self._now() - row["last_ms"] <= SILENCE_MS else None

    def _open_conversation(self, procedure_id: str) -> Conversation:
        self.procedure(procedure_id)
        new_id, now = self._new_id(), self._now()
        row = {"id": new_id, "procedure_id": procedure_id, "started_ms": now, "last_ms": now}
        self._insert("conversations", row)
        return self.conversation(new_id)

    def _heard(self, conversation_id: str, at_ms: int) -> None:
        sql = "UPDATE conversations SET last_ms = max(last_ms, ?) WHERE id = ?"
        self._run(sql, at_ms, conversation_id)


def _conversation(row: Row) -> Conversation:
    fields = {key: value for key, value in row.items() if key != "n"}
    return Conversation(**{**fields, "asked": tuple(json.loads(row["asked"]))})
