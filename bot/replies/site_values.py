"""What a site puts into sentences: numbers, and the next opening in plain words in the site's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from datetime import time as day_time

from bot.hours import Hours
from bot.site import WEEKDAYS, Site

HORIZON_DAYS = 28
"""How far ahead an opening is looked for."""
SHUT_LONG_SECONDS = 24 * 60 * 60
"""From here on a matter for the next opening goes to the on-call line (rule 40)."""
EVENING_HOUR = 18
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NO_OPENING = "it opens again"
PER_SITE = frozenset(
    {"site_name", "clinic_phone", "on_call_phone", "emergency_phone", "crisis_phone", "call_phone",
     "next_opening", "today", "watch_until"}
)  # fmt: skip
"""Names of the values that every reply has; `hsg_date` and `words` are there only when known."""


@dataclass(frozen=True)
class Opening:
    """Whether the clinic is open now, and when it opens next (None: not within HORIZON_DAYS)."""

    open: bool
    next_opening: datetime | None
    now: datetime

    @property
    def shut_long(self) -> bool:
        """Whether the clinic stays shut for over 24 hours."""
        if self.open:
            return False
        # Time stamps: the same zone's wall clocks would lose an hour when summer time ends.
        return self.next_opening is None or self.next_opening.timestamp() - self.now.timestamp() > SHUT_LONG_SECONDS


def opening(site: Site, now_ms: int) -> Opening:
    """Return the opening state of a site at a UTC millisecond."""
    hours = Hours(site)
    then = hours.next_opening(now_ms, HORIZON_DAYS)
    return Opening(hours.is_open(now_ms), None if then is None else _local(site, then), _local(site, now_ms))


def site_values(site: Site, now_ms: int, day: int | None = None) -> dict[str, str]:
    """Return every value named in PER_SITE, ready to read. `day` counts days since the procedure."""
    state = opening(site, now_ms)
    phones = {f"{name}_phone": number for name, number in site.phones.items()}
    return {
        **phones,
        "site_name": site.name,
        "call_phone": phones["clinic_phone" if state.open else "on_call_phone"],
        "next_opening": NO_OPENING if state.next_opening is None else _moment(state.next_opening, state.now),
        "today": "tonight" if state.now.hour >= EVENING_HOUR else "today",
        "watch_until": _watch_until(state.now.date(), day),
    }


def spoken_date(site: Site, day: date) -> str:
    """Return a date as the site's country says it: Friday, November 20 or Friday 20 November."""
    weekday, month = WEEKDAYS[day.weekday()].capitalize(), MONTHS[day.month - 1]
    return f"{weekday}, {month} {day.day}" if site.country == "US" else f"{weekday} {day.day} {month}"


def _local(site: Site, at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, timezone.utc).astimezone(site.zone)


def _moment(then: datetime, now: datetime) -> str:
    ahead = (then.date() - now.date()).days
    weekday = WEEKDAYS[then.weekday()].capitalize()
    names = {0: "today", 1: f"tomorrow ({weekday})"}
    day = names.get(ahead, weekday if ahead < len(WEEKDAYS) else f"{weekday} {then.day} {MONTHS[then.month - 1]}")
    return f"{day} at {_clock(then.time())}"


def _clock(time: day_time) -> str:
    if (time.hour, time.minute) == (12, 0):
        return "noon"
    minutes = f":{time.minute:02d}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes} {'am' if time.hour < 12 else 'pm'}"


def _watch_until(today: date, day: int | None) -> str:
    """Say until when expected effects may last: the end of day 2 (evidence 0.1), else one more day."""
    if day is None or not 0 <= day <= 2:
        return "this time tomorrow"
    if day == 2:
        return "the end of today"
    last = today + timedelta(days=2 - day)
    return "the end of tomorrow" if day == 1 else f"the end of {WEEKDAYS[last.weekday()].capitalize()}"
