"""Staff accounts: passwords with lockout, and sessions that end when idle."""

from __future__ import annotations

import unicodedata

from bot.store.audit import Audit
from bot.store.database import Row
from bot.store.errors import NotFound, PasswordError
from bot.store.passwords import hash_password, is_password
from bot.store.records import User
from bot.store.tokens import new_token, token_hash

ROLES = ("nurse", "lead", "admin", "auditor")
IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 12 * 3_600_000

# Guessing at 15 minutes a try finds nothing; a nurse who mistypes on a night shift is out for half a minute.
FREE_FAILURES = 4
FIRST_LOCK_MS = 30_000
LONGEST_LOCK_MS = 15 * 60_000


class Users(Audit):
    """Who may sign in. Every log-in, refusal and log-off is audited; an unknown name is not, it may be a password."""

    def add_user(self, name: str, password: str, role: str, must_change: bool = True) -> User:
        """Add an account. Raises PasswordError, or ValueError for an unknown role, an empty or a taken name."""
        if role not in ROLES:
            raise ValueError(f"unknown role; roles: {', '.join(ROLES)}")
        hashed, key = hash_password(password), _key(name)
        row = {"id": self._new_id(), "name": name.strip(), "key": key, "password": hashed, "role": role}
        with self.transaction():
            if not key or self._account(key):
                raise ValueError("that name is empty or taken")
            self._insert("users", {**row, "must_change": must_change, "created_ms": self._now()})
            self.audit("staff", "user.added", row["id"], {"role": role})
        return self.user(row["id"])

    def user(self, user_id: str) -> User:
        """Return an account. Raises NotFound."""
        return _user(self._find("user", "SELECT * FROM users WHERE id = ?", user_id))

    def users(self) -> list[User]:
        """Return every account, in the order they were added."""
        return [_user(row) for row in self._rows("SELECT * FROM users ORDER BY id")]

    def authenticate(self, name: str, password: str) -> User | None:
        """Return the account that name and password open, else None, after the same work in every case.

        From the fifth failure in a row the account is locked: 30 s, doubled at each further one up to 15 min.
        A locked account refuses the right password too.
        """
        account = self._account(_key(name))
        return self._settle(account, self._matches(account, password), "login")

    def change_password(self, user_id: str, old: str, new: str) -> None:
        """Set a new password and end every session of the account: start a new one for who is signed in.

        Raises NotFound, or PasswordError when `old` is wrong or locked, `new` is under 12 characters or the same.
        """
        account = self._row("SELECT * FROM users WHERE id = ?", user_id)
        if account is None:
            raise NotFound("user")
        if self._settle(account, self._matches(account, old), "password") is None:
            raise PasswordError("the old password is wrong, or was wrong too often: wait and try again")
        if new == old:
            raise PasswordError("the new password must differ from the old one")
        hashed = hash_password(new)
        with self.transaction():
            self._run("UPDATE users SET password = ?, must_change = 0 WHERE id = ?", hashed, user_id)
            self._run("DELETE FROM user_sessions WHERE user_id = ?", user_id)
            self.audit(user_id, "password.changed", user_id)

    def start_session(self, user_id: str) -> str:
        """Return the token of a new session. Raises NotFound."""
        self.user(user_id)
        token, now = new_token(), self._now()
        self._insert(
            "user_sessions", {"hash": token_hash(token), "user_id": user_id, "started_ms": now, "seen_ms": now}
        )
        return token

    def session_user(self, token: str, touch: bool = True) -> User | None:
        """Return who a session speaks for; None when unknown, idle for over 30 min or begun over 12 h ago.

        `touch=False` does not count as activity: use it for what a page fetches by itself, such as live updates.
        """
        hashed, now = token_hash(token), self._now()
        row = self._row(
            "SELECT users.*, seen_ms FROM user_sessions JOIN users ON users.id = user_id"
            " WHERE hash = ? AND seen_ms >= ? AND started_ms >= ?",
            hashed,
            now - IDLE_MS,
            now - ABSOLUTE_MS,
        )
        if row and touch and now > row["seen_ms"]:
            self._run("UPDATE user_sessions SET seen_ms = ? WHERE hash = ?", now, hashed)
        return _user(row) if row else None

    def end_session(self, token: str) -> None:
        """Log off; an unknown token does nothing."""
        with self.transaction():
            row = self._row("SELECT user_id FROM user_sessions WHERE hash = ?", token_hash(token))
            if row:
                self._run("DELETE FROM user_sessions WHERE hash = ?", token_hash(token))
                self.audit(row["user_id"], "logout", row["user_id"])

    def _account(self, key: str) -> Row | None:
        return self._row("SELECT * FROM users WHERE key = ?", key)

    def _matches(self, account: Row | None, password: str) -> bool:
        return is_password(password, account["password"] if account else None)

    def _settle(self, account: Row | None, right: bool, action: str) -> User | None:
        """Record an attempt. The lock is read again here, so that attempts at the same time share one count."""
        with self.transaction():
            fresh = account and self._account(account["key"])
            if fresh is None:
                self.audit("unknown", f"{action}.refused", "")
                return None
            if right and fresh["locked_until_ms"] <= self._now():
                self._run("UPDATE users SET failures = 0, locked_until_ms = 0 WHERE id = ?", fresh["id"])
                self.audit(fresh["id"], f"{action}.accepted", fresh["id"])
                return _user(fresh)
            self._count_failure(fresh, action)
            return None

    def _count_failure(self, account: Row, action: str) -> None:
        """Count it, unless the account is locked: else anyone could keep a nurse out for ever."""
        locked = account["locked_until_ms"] > self._now()
        if not locked:
            failures = account["failures"] + 1
            until = self._now() + _lock_ms(failures)
            self._run("UPDATE users SET failures = ?, locked_until_ms = ? WHERE id = ?", failures, until, account["id"])
        self.audit("unknown", f"{action}.refused", account["id"], {"locked": locked})


def _lock_ms(failures: int) -> int:
    excess = min(failures - FREE_FAILURES, 20)
    return min(FIRST_LOCK_MS * 2 ** (excess - 1), LONGEST_LOCK_MS) if excess > 0 else 0


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _user(row: Row) -> User:
    return User(row["id"], row["name"], row["role"], bool(row["must_change"]))
