"""Private notes: for colleagues, never for the patient."""

from __future__ import annotations

from bot.store.database import Row
from bot.store.flags import Flags
from bot.store.records import Note


class Notes(Flags):
    """Notes stand in a table of their own, which nothing that a patient reads is made from."""

    def add_note(self, flag_id: str, user_id: str, text: str) -> Note:
        """Keep a note; a colleague who does not hold the flag may write one too. Raises NotFound."""
        with self.transaction():
            self.keep_claim(flag_id, user_id)
            row: Row = {"id": self._new_id(), "flag_id": flag_id, "user_id": user_id, "text": text}
            row["at_ms"] = self._now()
            self._insert("notes", row)
            self._changed("flag", flag_id)
            self.audit(user_id, "note.added", flag_id, {"note": row["id"]})
            return Note(**row)

    def notes(self, procedure_id: str) -> list[Note]:
        """Return every note about a procedure, oldest first."""
        rows = self._rows(
            "SELECT notes.* FROM notes JOIN flags ON flags.id = flag_id WHERE procedure_id = ? ORDER BY notes.n",
            procedure_id,
        )
        return [Note(**_fields(row)) for row in rows]


def _fields(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "n"}
