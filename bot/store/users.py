"""Staff accounts: who may sign in, as what, and with which password."""

from __future__ import annotations

import secrets
import unicodedata

from bot.store.database import Row
from bot.store.errors import AccountError, NotFound, PasswordError
from bot.store.lockouts import Lockouts
from bot.store.passwords import hash_password, is_password
from bot.store.records import User

ROLES = ("nurse", "lead", "admin", "auditor")
_USERS = (
    "SELECT users.*, EXISTS (SELECT 1 FROM factors WHERE user_id = users.id AND confirmed_ms IS NOT NULL)"
    " AS has_factor FROM users"
)


class Users(Lockouts):
    """Every log-in, refusal and change is audited; an unknown name is not written down, it may be a password.

    `by` is the id of who does it, or `operator` for the command line.
    """

    def add_user(self, name: str, password: str, role: str, must_change: bool = True, by: str = "operator") -> User:
        """Add an account. Raises PasswordError, or AccountError for an unknown role, an empty or a taken name."""
        _check_role(role)
        hashed, key = hash_password(password), _key(name)
        row = {"id": self._new_id(), "name": name.strip(), "key": key, "password": hashed, "role": role}
        with self.transaction():
            if not key or self._account(key):
                raise AccountError("that name is empty or taken")
            self._insert("users", {**row, "must_change": must_change, "created_ms": self._now()})
            self.audit(by, "user.added", row["id"], {"role": role})
        return self.user(row["id"])

    def user(self, user_id: str) -> User:
        """Return an account. Raises NotFound."""
        return user_record(self._find("user", f"{_USERS} WHERE id = ?", user_id))

    def user_named(self, name: str) -> User:
        """Return the account of a name, written in any case. Raises NotFound."""
        return user_record(self._find("user", f"{_USERS} WHERE key = ?", _key(name)))

    def users(self) -> list[User]:
        """Return every account, in the order they were added."""
        return [user_record(row) for row in self._rows(f"{_USERS} ORDER BY id")]

    def authenticate(self, name: str, password: str, address: str = "") -> User | None:
        """Return the account that name and password open, else None, after the same work in every case.

        From the fifth failure in a row the account is locked (Lockouts), and refuses the right password too; so
        does an address from its twentieth. A second factor is asked for next: only then is the account forgiven.
        """
        if address and self.address_locked(address):
            return None
        account = self._account(_key(name))
        return self._settle(account, self._matches(account, password), "login", address)

    def change_password(self, user_id: str, old: str, new: str) -> None:
        """Set a new password and end every session of the account: start a new one for who is signed in.

        Raises NotFound, or PasswordError when `old` is wrong or locked, `new` is under 12 characters or the same.
        """
        self.confirm_password(user_id, old)
        if new == old:
            raise PasswordError("the new password must differ from the old one")
        hashed = hash_password(new)
        with self.transaction():
            self._run("UPDATE users SET password = ?, must_change = 0 WHERE id = ?", hashed, user_id)
            self._end_sessions(user_id)
            self.audit(user_id, "password.changed", user_id)

    def confirm_password(self, user_id: str, password: str) -> None:
        """Check the password of who is signed in, before what an open session alone must not do.

        Raises NotFound, or PasswordError when it is wrong or the account is locked.
        """
        account = self._row(f"{_USERS} WHERE id = ?", user_id)
        if account is None:
            raise NotFound("user")
        if self._settle(account, self._matches(account, password), "password", "") is None:
            raise PasswordError("the old password is wrong, or was wrong too often: wait and try again")

    def reset_password(self, user_id: str, by: str) -> str:
        """Return a new first password, which must be changed at log-in; end every session, lift the lock."""
        password = new_password()
        hashed = hash_password(password)
        with self.transaction():
            self.user(user_id)
            self._run("UPDATE users SET password = ?, must_change = 1 WHERE id = ?", hashed, user_id)
            self._end_sessions(user_id)
            self._forgive(user_id)
            self.audit(by, "password.reset", user_id)
        return password

    def set_role(self, user_id: str, role: str, by: str) -> None:
        """Give an account another role, at once. Raises AccountError for the last administrator."""
        _check_role(role)
        with self.transaction():
            if role != "admin":
                self._keep_an_admin(user_id)
            self._run("UPDATE users SET role = ? WHERE id = ?", role, user_id)
            self.audit(by, "user.role_changed", user_id, {"role": role})

    def disable_user(self, user_id: str, by: str) -> None:
        """Let an account in no more and end its sessions; what it did stays. AccountError: the last administrator."""
        with self.transaction():
            self._keep_an_admin(user_id)
            self._run("UPDATE users SET disabled = 1 WHERE id = ?", user_id)
            self._end_sessions(user_id)
            self.audit(by, "user.disabled", user_id)

    def enable_user(self, user_id: str, by: str) -> None:
        """Let a disabled account in again. Raises NotFound."""
        with self.transaction():
            self.user(user_id)
            self._run("UPDATE users SET disabled = 0 WHERE id = ?", user_id)
            self.audit(by, "user.enabled", user_id)

    def _keep_an_admin(self, user_id: str) -> None:
        admins = [user.id for user in self.users() if user.role == "admin" and not user.disabled]
        if self.user(user_id).id in admins and len(admins) == 1:
            raise AccountError("this is the last administrator: add another one first")

    def _end_sessions(self, user_id: str) -> None:
        self._run("DELETE FROM user_sessions WHERE user_id = ?", user_id)

    def _account(self, key: str) -> Row | None:
        return self._row(f"{_USERS} WHERE key = ?", key)

    def _matches(self, account: Row | None, password: str) -> bool:
        right = is_password(password, account["password"] if account else None)
        return bool(right and account and not account["disabled"])

    def _settle(self, account: Row | None, right: bool, action: str, address: str) -> User | None:
        """Record an attempt. The lock is read here, in the transaction: attempts at the same time share one count."""
        with self.transaction():
            account_id = account["id"] if account else ""
            if account and right and not self.locked_until(account_id):
                return self._accept(account, action, address)
            locked = self._count_failure(account_id, address)
            self.audit("unknown", f"{action}.refused", account_id, _detail(address, locked=locked))
            return None

    def _accept(self, account: Row, action: str, address: str) -> User:
        halfway = account["has_factor"] and action == "login"
        if not halfway:
            self._forgive(account["id"])
        self.audit(account["id"], f"{action}.{'halfway' if halfway else 'accepted'}", account["id"], _detail(address))
        return user_record(account)


def new_password() -> str:
    """Return a first password: 96 bits of chance."""
    return secrets.token_urlsafe(12)


def user_record(row: Row) -> User:
    """Return an account from its row."""
    flags = (bool(row[name]) for name in ("must_change", "has_factor", "disabled"))
    return User(row["id"], row["name"], row["role"], *flags)


def _detail(address: str, **more: bool) -> dict[str, str | bool]:
    return {**({"address": address} if address else {}), **more}


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise AccountError(f"unknown role; roles: {', '.join(ROLES)}")


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
