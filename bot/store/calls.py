"""Call-back attempts: that somebody rang, and whether she was reached."""

from __future__ import annotations

from bot.store.database import Row
from bot.store.flags import Flags
from bot.store.records import CallAttempt


class Calls(Flags):
    """An attempt is never changed: the next one is another row."""

    def add_call(self, flag_id: str, user_id: str, outcome: str) -> CallAttempt:
        """Keep an attempt with its outcome, an id of the clinic's list. Raises FlagStateError if she holds it not."""
        with self.transaction():
            self._held_by(flag_id, user_id, None)
            self.keep_claim(flag_id, user_id)
            row: Row = {"id": self._new_id(), "flag_id": flag_id, "user_id": user_id, "outcome": outcome}
            row["at_ms"] = self._now()
            self._insert("call_attempts", row)
            self._changed("flag", flag_id)
            self.audit(user_id, "call.attempted", flag_id, {"outcome": outcome})
            return CallAttempt(**row)

    def calls(self, procedure_id: str) -> list[CallAttempt]:
        """Return every attempt about a procedure, oldest first."""
        rows = self._rows(
            "SELECT call_attempts.* FROM call_attempts JOIN flags ON flags.id = flag_id"
            " WHERE procedure_id = ? ORDER BY call_attempts.n",
            procedure_id,
        )
        return [CallAttempt(**{key: value for key, value in row.items() if key != "n"}) for row in rows]
