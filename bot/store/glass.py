"""Breaking the glass: somebody whose role sees no case opens one, for a reason that the lead nurse reads."""

from __future__ import annotations

from bot.store.audit import Audit
from bot.store.errors import NotFound
from bot.store.records import GlassBreak

LOOK_MS = 3_600_000


class Glass(Audit):
    """One case, one hour, to read only. The audit names person, case and code; the words stand here."""

    def break_glass(self, user_id: str, flag_id: str, code: str, reason: str) -> GlassBreak:
        """Let an account see one case for an hour. `code` is the kind of reason, `reason` its words."""
        now = self._now()
        row = {"id": self._new_id(), "user_id": user_id, "flag_id": flag_id, "code": code, "reason": reason}
        with self.transaction():
            self._insert("glass_breaks", {**row, "at_ms": now, "until_ms": now + LOOK_MS})
            self.audit(user_id, "glass.broken", flag_id, {"code": code, "break": row["id"]})
        return self._glass_break(row["id"])

    def look_until(self, user_id: str, flag_id: str) -> int:
        """Return until when an account may see a case by a broken glass, in UTC ms; 0 when it may not."""
        sql = "SELECT max(until_ms) AS until FROM glass_breaks WHERE user_id = ? AND flag_id = ? AND until_ms > ?"
        return int(self._rows(sql, user_id, flag_id, self._now())[0]["until"] or 0)

    def glass_breaks(self, limit: int = 200) -> list[GlassBreak]:
        """Return the latest: first those that no lead nurse has reviewed."""
        sql = "SELECT * FROM glass_breaks ORDER BY reviewed_by IS NOT NULL, id DESC LIMIT ?"
        return [GlassBreak(**row) for row in self._rows(sql, limit)]

    def unreviewed_glass(self) -> int:
        """Return how many wait for a lead nurse."""
        return int(self._rows("SELECT count(*) AS n FROM glass_breaks WHERE reviewed_by IS NULL")[0]["n"])

    def review_glass(self, break_id: str, by: str) -> None:
        """Record that a lead nurse has read why; the first review stays. Raises NotFound."""
        with self.transaction():
            found = self._glass_break(break_id)
            sql = "UPDATE glass_breaks SET reviewed_by = ?, reviewed_ms = ? WHERE id = ? AND reviewed_by IS NULL"
            if self._run(sql, by, self._now(), break_id):
                self.audit(by, "glass.reviewed", found.flag_id, {"break": break_id})

    def _glass_break(self, break_id: str) -> GlassBreak:
        row = self._row("SELECT * FROM glass_breaks WHERE id = ?", break_id)
        if row is None:
            raise NotFound("broken glass")
        return GlassBreak(**row)
