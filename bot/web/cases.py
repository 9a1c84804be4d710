"""Flags as a nurse sees them: rows of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.store.records import Flag, Procedure
from bot.web.cards import LABELS
from bot.web.context import Web
from bot.web.pages import clock_time, duration, local

KINDS = {
    "clinical": "Symptoms",
    "request": "Request",
    "safeguarding": "Safeguarding",
    "unanswered": "Unanswered question",
    "system": "System fault",
}


@dataclass(frozen=True)
class Row:
    """One flag in the queue, in words. `tier` is a key of LABELS."""

    flag: Flag
    tier: str
    label: str
    kind: str
    reasons: tuple[str, ...]
    waiting: str
    raised: str
    day: str
    state: str


def row(web: Web, flag: Flag) -> Row:
    """Return the queue's row for one flag."""
    now, tier = web.clock.now_ms(), flag_tier(flag)
    return Row(
        flag=flag,
        tier=tier,
        label=LABELS.get(tier, tier),
        kind=KINDS.get(flag.kind, flag.kind),
        reasons=tuple(rule_words(web, rule_id) for rule_id in flag.reason_ids),
        waiting=duration(now - flag.raised_ms),
        raised=when(web, flag.raised_ms),
        day=day_words(web.store.procedure(flag.procedure_id), now, web.settings.site.zone),
        state=_state(web, flag),
    )


def flag_tier(flag: Flag) -> str:
    """Return the tier to show for a flag."""
    return "emergency" if flag.emergency and flag.tier == "urgent" else flag.tier


def rule_words(web: Web, rule_id: str) -> str:
    """Return a rule in plain words; one that the mapping lacks is shown by its id, never hidden."""
    return web.rule_names.get(rule_id) or rule_id.replace("_", " ")


def day_words(procedure: Procedure, now_ms: int, zone: ZoneInfo) -> str:
    """Return how many days ago the HSG was, by the calendar of the procedure's own zone."""
    if procedure.date is None:
        return "day not known"
    day = (local(now_ms, ZoneInfo(procedure.zone) if procedure.zone else zone).date() - procedure.date).days
    return f"day {day}" if day >= 0 else "before the HSG"


def user_name(web: Web, user_id: str | None) -> str:
    """Return who did it, for the page."""
    return web.store.user(user_id).name if user_id else ""


def when(web: Web, ms: int) -> str:
    """Return a UTC millisecond as the clinic's clock shows it."""
    zone = web.settings.site.zone
    return clock_time(local(ms, zone), local(web.clock.now_ms(), zone))


def _state(web: Web, flag: Flag) -> str:
    if flag.closed_ms is not None and flag.state == "closed":
        return f"Closed by {user_name(web, flag.closed_by)}, {when(web, flag.closed_ms)}"
    if flag.claimed_ms is not None and flag.state == "claimed":
        return f"With {user_name(web, flag.claimed_by)} since {when(web, flag.claimed_ms)}"
    return "Open"


def now_words(web: Web) -> str:
    """Return the time at which a page is made."""
    return f"{local(web.clock.now_ms(), web.settings.site.zone):%H:%M:%S}"
