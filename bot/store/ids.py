"""Ids: text that sorts by the time it was made."""

from __future__ import annotations

import secrets
import threading

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
RANDOM_BITS = 80


class Ids:
    """Makes ids of 26 characters (48 bits of milliseconds, 80 of chance, as in the ULID specification).

    Within a process each id sorts after the one before, even when the clock stands still or goes back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self, now_ms: int) -> str:
        """Return a new id for a time in UTC milliseconds."""
        fresh = now_ms << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return _text(self._last)


def first_id(at_ms: int) -> str:
    """Return the text before which every id of an earlier time sorts, and none of this UTC millisecond or later."""
    return _text(at_ms << RANDOM_BITS)


def _text(number: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
