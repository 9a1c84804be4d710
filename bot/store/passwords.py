"""Passwords: what is allowed, and argon2 hashing (about 0.1 s of one core each: never within a transaction)."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.store.errors import PasswordError

MINIMUM = 12

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash. Raises PasswordError for fewer than 12 characters."""
    if len(password) < MINIMUM:
        raise PasswordError(f"a password needs at least {MINIMUM} characters")
    return _HASHER.hash(_bytes(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Tell whether a password belongs to a hash; without a hash it works as long and says no."""
    nobody = _nobody()
    try:
        _HASHER.verify(hashed or nobody, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
