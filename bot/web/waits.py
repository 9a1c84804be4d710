"""How long a flag has waited and may still wait, in words that a nurse reads at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.records import Flag
from bot.web.context import Web
from bot.web.pages import MINUTE_MS, clock_time, duration, local

SOON_MS = 60 * MINUTE_MS
"""Within this time a deadline is counted down; further off, its clock time says more."""


@dataclass(frozen=True)
class Wait:
    """`level`: ok, late, missed, paused, or held when somebody has the flag. `words` are the deadline's, or empty."""

    level: str
    waited: str
    words: str = ""


def wait(web: Web, flag: Flag) -> Wait:
    """Return how a flag stands against its deadlines: late at the first, missed at the second."""
    now = web.clock.now_ms()
    waited = duration(now - flag.raised_ms)
    if flag.state != "open":
        return Wait("held", waited)
    deadline = web.deadlines.of(flag, now)
    level, due = deadline.level(now), _clock(web, deadline.escalate_ms)
    if level == "missed":
        return Wait(level, waited, f"Missed at {due}")
    if deadline.paused:
        return Wait("paused", waited, f"Clinic shut: by {due}")
    left = deadline.escalate_ms - now
    return Wait(level, waited, f"{_left(left)} left" if left <= SOON_MS else f"By {due}")


def _left(ms: int) -> str:
    """Return the time left, never less than there is: a nurse plans by it."""
    return f"{ms // MINUTE_MS} min" if ms >= MINUTE_MS else "under 1 min"


def _clock(web: Web, ms: int) -> str:
    zone = web.settings.site.zone
    return clock_time(local(ms, zone), local(web.clock.now_ms(), zone))
