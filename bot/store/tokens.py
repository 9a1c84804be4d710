"""Secret tokens of links and sessions: the bearer has the token, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 bits of chance as text that is safe in a URL and a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what stands in the database for a token; any text has a hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
