"""The second factor: time-based codes (RFC 6238) from an app, and recovery codes for the day the phone is lost."""

from __future__ import annotations

import base64
import secrets

import pyotp

from bot.store.database import Row
from bot.store.errors import CodeError, NotFound
from bot.store.sessions import Sessions
from bot.store.tokens import token_hash

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which a phone's clock may be off, either way."""
RECOVERY_CODES = 10


class Factors(Sessions):
    """One per account. A code is good once; wrong ones count as wrong passwords do (Lockouts)."""

    def begin_factor(self, user_id: str) -> str:
        """Return the secret to enrol (base32), the same until it is confirmed. Raises NotFound, CodeError if one is."""
        with self.transaction():
            user, factor = self.user(user_id), self._factor(user_id)
            if user.has_factor:
                raise CodeError("this account has a second factor already")
            if factor is None:
                factor = {"user_id": user_id, "secret": pyotp.random_base32(), "last_step": 0}
                self._insert("factors", factor)
            return str(factor["secret"])

    def confirm_factor(self, user_id: str, code: str) -> list[str]:
        """Turn the factor on with a first code from the app; return the recovery codes, shown this once.

        Raises NotFound when none was begun, CodeError for a wrong code.
        """
        with self.transaction():
            factor = self._factor(user_id)
            if factor is None or factor["confirmed_ms"]:
                raise NotFound("factor")
            if not self._use_app_code(factor, code):
                raise CodeError("that code is not right: see that the phone's time is, and take the next one")
            self._run("UPDATE factors SET confirmed_ms = ? WHERE user_id = ?", self._now(), user_id)
            self.audit(user_id, "factor.enrolled", user_id)
            return self._new_recovery_codes(user_id)

    def prove_session(self, token: str, code: str, address: str = "") -> str | None:
        """Return the token of a proven session in place of one that waits for its code; None for a wrong code.

        A recovery code does as well, once. The account's lock, also of wrong passwords, holds here too.
        """
        session = self.session(token)
        if session is None or session.proven:
            return None
        with self.transaction():
            user_id = session.user.id
            right = not self.locked_until(user_id) and self._use_code(user_id, code)
            if not right:
                locked = self._count_failure(user_id, address)
                self.audit("unknown", "code.refused", user_id, {"locked": locked})
                return None
            self._forgive(user_id)
            self._run("DELETE FROM user_sessions WHERE id = ?", session.id)
            self.audit(user_id, "login.accepted", user_id, {"address": address} if address else {})
            return self.start_session(user_id, True, session.address, session.device)

    def remove_factor(self, user_id: str, by: str) -> None:
        """Take the second factor and its recovery codes away: phone lost or replaced. Raises NotFound."""
        with self.transaction():
            if not self._run("DELETE FROM factors WHERE user_id = ?", self.user(user_id).id):
                raise NotFound("factor")
            self._run("DELETE FROM recovery_codes WHERE user_id = ?", user_id)
            self.audit(by, "factor.removed", user_id)

    def recovery_codes_left(self, user_id: str) -> int:
        """Return how many recovery codes of an account are unused."""
        return int(self._rows("SELECT count(*) AS n FROM recovery_codes WHERE user_id = ?", user_id)[0]["n"])

    def _use_code(self, user_id: str, code: str) -> bool:
        factor = self._factor(user_id)
        return bool(factor and self._use_app_code(factor, code)) or self._use_recovery_code(user_id, code)

    def _use_app_code(self, factor: Row, code: str) -> bool:
        """A step is used once: who looked over her shoulder comes too late."""
        now = self._now() // 1000 // STEP_SECONDS
        totp, given = pyotp.TOTP(factor["secret"]), "".join(code.split())
        for step in range(max(now - DRIFT, factor["last_step"] + 1), now + DRIFT + 1):
            if secrets.compare_digest(totp.generate_otp(step).encode(), given.encode("utf-8", "surrogatepass")):
                self._run("UPDATE factors SET last_step = ? WHERE user_id = ?", step, factor["user_id"])
                return True
        return False

    def _use_recovery_code(self, user_id: str, code: str) -> bool:
        hashed = token_hash(code.strip().lower())
        used = self._run("DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?", user_id, hashed) == 1
        if used:
            self.audit(user_id, "recovery_code.used", user_id, {"left": self.recovery_codes_left(user_id)})
        return used

    def _new_recovery_codes(self, user_id: str) -> list[str]:
        self._run("DELETE FROM recovery_codes WHERE user_id = ?", user_id)
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        for code in codes:
            self._insert("recovery_codes", {"hash": token_hash(code), "user_id": user_id})
        return codes

    def _factor(self, user_id: str) -> Row | None:
        return self._row("SELECT * FROM factors WHERE user_id = ?", user_id)


def _recovery_code() -> str:
    """Return 80 bits in four groups, in letters and digits that are not taken for one another when read out."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
