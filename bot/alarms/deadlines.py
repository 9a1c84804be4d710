"""How long a flag may wait until somebody takes it. Pure: nothing here is stored, so nothing can be lost."""

from __future__ import annotations

from dataclasses import dataclass

from bot.hours import Hours
from bot.site import Site
from bot.store.records import Flag

MINUTE_MS = 60_000
URGENT = (5 * MINUTE_MS, 15 * MINUTE_MS)
"""Urgent and system flags: late, then missed, by the clock on the wall: never paused."""
OTHERS = (30 * MINUTE_MS, 60 * MINUTE_MS)
"""Every other flag, counted while the clinic is open only."""


@dataclass(frozen=True)
class Deadline:
    """When a flag is late and when it is missed, in UTC milliseconds; `paused` while its clock stands still."""

    warn_ms: int
    escalate_ms: int
    paused: bool

    def level(self, now_ms: int) -> str:
        """Return `ok`, `late` (somebody is warned) or `missed` (the next person is called)."""
        if now_ms >= self.escalate_ms:
            return "missed"
        return "late" if now_ms >= self.warn_ms else "ok"


class Deadlines:
    """The deadlines of one site's flags."""

    def __init__(self, site: Site) -> None:
        """Take the site whose opening hours count."""
        self._hours = Hours(site)

    def of(self, flag: Flag, now_ms: int) -> Deadline:
        """Return when a flag must have been taken, from when it last rose."""
        (warn, escalate), start = _limits(flag), flag.raised_ms
        if flag.tier == "urgent":
            return Deadline(start + warn, start + escalate, paused=False)
        after = self._hours.after
        return Deadline(after(start, warn), after(start, escalate), paused=not self._hours.is_open(now_ms))

    def alarms(self, flag: Flag, now_ms: int) -> int:
        """Return how many alarms a flag has earned: late is the first, missed the second, then one for each
        further time that it could have been taken in.
        """
        warn, escalate = _limits(flag)
        urgent = flag.tier == "urgent"
        waited = now_ms - flag.raised_ms if urgent else self._hours.elapsed(flag.raised_ms, now_ms)
        return int(waited >= warn) if waited < escalate else 1 + waited // escalate


def _limits(flag: Flag) -> tuple[int, int]:
    return URGENT if flag.tier == "urgent" else OTHERS
