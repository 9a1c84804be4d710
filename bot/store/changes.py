"""The sequence of changes, by which consoles and other processes learn what is new."""

from __future__ import annotations

from bot.store.database import Database
from bot.store.records import Change


class Changes(Database):
    """Every write of a message, flag or timer appends one, in its own transaction: no gap, in commit order."""

    def last_change(self) -> int:
        """Return the highest sequence number, 0 when nothing has changed yet."""
        return int(self._rows("SELECT coalesce(max(seq), 0) AS seq FROM changes")[0]["seq"])

    def changes_after(self, seq: int, limit: int = 500) -> list[Change]:
        """Return up to `limit` changes after a sequence number, oldest first.

        `kind`: message, flag, timer or notification.
        """
        rows = self._rows("SELECT * FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
        return [Change(**row) for row in rows]

    def _changed(self, kind: str, subject_id: str) -> None:
        self._insert("changes", {"kind": kind, "subject_id": subject_id, "at_ms": self._now()})
