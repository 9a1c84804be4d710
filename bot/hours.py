"""Time that counts only while the clinic is open, in its own zone, through breaks, holidays and summer time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from datetime import time as day_time

from bot.site import Site

HORIZON_DAYS = 400
"""How far ahead opening time is looked for: past a year of holidays somebody must be told all the same."""

Period = tuple[int, int]


class Hours:
    """The opening periods of one site as UTC milliseconds; each day is worked out once."""

    def __init__(self, site: Site) -> None:
        """Take the site whose zone, week and holidays count."""
        self.site = site
        self._days: dict[date, tuple[Period, ...]] = {}

    def periods(self, day: date) -> tuple[Period, ...]:
        """Return when the clinic is open on a day of its own calendar, in order, in true elapsed time."""
        if day not in self._days:
            self._days[day] = self._work_out(day)
        return self._days[day]

    def is_open(self, at_ms: int) -> bool:
        """Tell whether the clinic is open at a UTC millisecond."""
        return any(opens <= at_ms < shuts for opens, shuts in self.periods(self._day(at_ms)))

    def next_opening(self, after_ms: int, days: int) -> int | None:
        """Return when the clinic opens next after a UTC millisecond, None where it does not so many days ahead."""
        first = self._day(after_ms)
        ahead = (self.periods(first + timedelta(days=number)) for number in range(days + 1))
        return next((opens for periods in ahead for opens, _ in periods if opens > after_ms), None)

    def elapsed(self, start_ms: int, end_ms: int) -> int:
        """Return how many milliseconds the clinic was open between two moments."""
        day, last, total = self._day(start_ms), self._day(end_ms), 0
        while day <= last:
            for opens, shuts in self.periods(day):
                total += max(0, min(shuts, end_ms) - max(opens, start_ms))
            day += timedelta(days=1)
        return total

    def after(self, start_ms: int, span_ms: int) -> int:
        """Return the moment at which the clinic has been open for `span_ms` since `start_ms`.

        Where it does not open for HORIZON_DAYS the clock is not paused: doubt goes up.
        """
        first, left = self._day(start_ms), span_ms
        for number in range(HORIZON_DAYS):
            for opens, shuts in self.periods(first + timedelta(days=number)):
                begun = max(opens, start_ms)
                if shuts - begun >= left:
                    return begun + left
                left -= max(0, shuts - begun)
        return start_ms + span_ms

    def _day(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, timezone.utc).astimezone(self.site.zone).date()

    def _work_out(self, day: date) -> tuple[Period, ...]:
        if day in self.site.holidays:
            return ()
        week = self.site.opening.get(day.weekday(), ())
        return tuple((self._utc(day, start), self._end(day, end)) for start, end in sorted(week))

    def _end(self, day: date, end: day_time) -> int:
        """Return an end: of two clock times of the same name, when summer time ends, the later one."""
        if end == day_time.max:
            return self._utc(day + timedelta(days=1), day_time.min)
        return max(self._utc(day, end), self._utc(day, end.replace(fold=1)))

    def _utc(self, day: date, at: day_time) -> int:
        return int(datetime.combine(day, at, self.site.zone).timestamp() * 1000)
