"""What a nurse has typed and not sent, so that no log-off loses it."""

from __future__ import annotations

from bot.store.database import Database

KEPT_MS = 24 * 3_600_000


class Drafts(Database):
    """Kept for a day under account and case: no colleague reads them, and nothing stays on a shared computer."""

    def save_draft(self, user_id: str, flag_id: str, field: str, text: str) -> None:
        """Keep what stands in a field now; an empty one is dropped. Raises StoreError for an unknown flag."""
        with self.transaction():
            self._run("DELETE FROM drafts WHERE saved_ms < ?", self._now() - KEPT_MS)
            self.drop_draft(user_id, flag_id, field)
            if text:
                row = {"user_id": user_id, "flag_id": flag_id, "field": field, "text": text}
                self._insert("drafts", {**row, "saved_ms": self._now()})

    def drafts(self, user_id: str, flag_id: str) -> dict[str, str]:
        """Return what an account has typed in a case, by field."""
        sql = "SELECT field, text FROM drafts WHERE user_id = ? AND flag_id = ? AND saved_ms >= ? ORDER BY field"
        return {row["field"]: row["text"] for row in self._rows(sql, user_id, flag_id, self._now() - KEPT_MS)}

    def drop_draft(self, user_id: str, flag_id: str, field: str) -> None:
        """Forget a field: it was sent."""
        self._run("DELETE FROM drafts WHERE user_id = ? AND flag_id = ? AND field = ?", user_id, flag_id, field)
