"""Staff sessions: they end when idle, after a working day, and when somebody ends them."""

from __future__ import annotations

from bot.store.database import Row
from bot.store.errors import NotFound
from bot.store.records import Session
from bot.store.tokens import new_token, token_hash
from bot.store.users import Users, user_record

IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 12 * 3_600_000
UNPROVEN_MS = 10 * 60_000
_SESSIONS = (
    "SELECT users.*, sessions.id AS session_id, proven, started_ms, seen_ms, address, device,"
    " EXISTS (SELECT 1 FROM factors WHERE user_id = users.id AND confirmed_ms IS NOT NULL) AS has_factor"
    " FROM user_sessions AS sessions JOIN users ON users.id = sessions.user_id AND NOT disabled"
    " WHERE seen_ms >= ? AND started_ms >= ? AND (proven OR started_ms >= ?)"
)


class Sessions(Users):
    """A session is unproven between password and second factor; it then opens nothing but the form for the code."""

    def start_session(self, user_id: str, proven: bool = True, address: str = "", device: str = "") -> str:
        """Return the token of a new session. `device` is a browser in words. Raises NotFound."""
        self.user(user_id)
        token, now = new_token(), self._now()
        row = {"hash": token_hash(token), "id": self._new_id(), "user_id": user_id, "proven": proven}
        with self.transaction():
            self._run("DELETE FROM user_sessions WHERE started_ms < ?", now - ABSOLUTE_MS)
            self._insert(
                "user_sessions", {**row, "started_ms": now, "seen_ms": now, "address": address, "device": device}
            )
        return token

    def session(self, token: str, touch: bool = True) -> Session | None:
        """Return a session; None when unknown, idle for over 30 min, begun over 12 h ago, or unproven for 10 min.

        `touch=False` does not count as activity: use it for what a page fetches by itself, such as live updates.
        """
        row = self._row(f"{_SESSIONS} AND hash = ?", *self._limits(), token_hash(token))
        if row and touch and self._now() > row["seen_ms"]:
            self._run("UPDATE user_sessions SET seen_ms = ? WHERE id = ?", self._now(), row["session_id"])
        return _session(row) if row else None

    def sessions(self, user_id: str) -> list[Session]:
        """Return the sessions of an account that are open, the latest begun first."""
        rows = self._rows(f"{_SESSIONS} AND user_id = ? ORDER BY session_id DESC", *self._limits(), user_id)
        return [_session(row) for row in rows]

    def end_session(self, token: str) -> None:
        """Log off; an unknown token does nothing."""
        with self.transaction():
            row = self._row("SELECT user_id FROM user_sessions WHERE hash = ?", token_hash(token))
            if row:
                self._run("DELETE FROM user_sessions WHERE hash = ?", token_hash(token))
                self.audit(row["user_id"], "logout", row["user_id"])

    def revoke_session(self, user_id: str, session_id: str, by: str) -> None:
        """End one session of an account from outside. Raises NotFound."""
        with self.transaction():
            if not self._run("DELETE FROM user_sessions WHERE id = ? AND user_id = ?", session_id, user_id):
                raise NotFound("session")
            self.audit(by, "session.revoked", user_id, {"session": session_id})

    def _limits(self) -> tuple[int, int, int]:
        now = self._now()
        return now - IDLE_MS, now - ABSOLUTE_MS, now - UNPROVEN_MS


def _session(row: Row) -> Session:
    kept = {name: row[name] for name in ("started_ms", "seen_ms", "address", "device")}
    return Session(row["session_id"], user_record(row), bool(row["proven"]), **kept)
