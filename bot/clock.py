"""The injected clock: where every time in the system comes from."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


class Clock(Protocol):
    """Where every time in the system comes from."""

    def now_ms(self) -> int:
        """Return UTC time in milliseconds since 1970."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Return UTC time in milliseconds since 1970."""
        return time.time_ns() // 1_000_000


@dataclass
class FixedClock:
    """A clock that stands still until told to move; for tests, evaluation and replay."""

    ms: int

    def now_ms(self) -> int:
        """Return the time that it was set to."""
        return self.ms

    def advance(self, **delta: float) -> None:
        """Move by a `timedelta` given in its keywords: `advance(minutes=30)`."""
        self.ms += int(timedelta(**delta).total_seconds() * 1000)
