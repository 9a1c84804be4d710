"""Opening time: breaks, nights, holidays, and the two days a year that are not 24 hours long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.hours import HORIZON_DAYS, Hours
from bot.settings import ROOT
from bot.site import Site, load_site

MINUTE = 60_000
HOUR = 60 * MINUTE
SITE = load_site(ROOT / "site.yml")  # New York; 08:00-12:30 and 13:00-17:00, Friday 08:00-16:00
NIGHT = replace(SITE, opening={day: ((time(0), time(6)), (time(22), time.max)) for day in range(7)})


def at(text: str, zone: ZoneInfo = SITE.zone) -> int:
    """Return a local moment such as `2026-11-20 15:45` as UTC milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-19 09:00", 60, "2026-11-19 10:00"),
        ("2026-11-19 12:00", 60, "2026-11-19 13:30"),  # the break does not count
        ("2026-11-19 12:00", 30, "2026-11-19 12:30"),
        ("2026-11-19 12:45", 30, "2026-11-19 13:30"),
        ("2026-11-19 16:45", 30, "2026-11-20 08:15"),  # overnight
        ("2026-11-20 15:45", 60, "2026-11-23 08:45"),  # a weekend
        ("2026-11-25 16:30", 60, "2026-11-27 08:30"),  # Thanksgiving
        ("2026-12-24 16:59", 2, "2026-12-28 08:01"),  # a holiday that falls on a Friday
    ],
)
def test_time_counts_while_open_only(start: str, minutes: int, end: str) -> None:
    """The clock stands still in breaks, nights, weekends and holidays; both directions agree."""
    hours = Hours(SITE)

    assert hours.after(at(start), minutes * MINUTE) == at(end)
    assert hours.elapsed(at(start), at(end)) == minutes * MINUTE


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-07 23:00", 4, "2026-03-08 04:00"),  # spring: 02:00 to 03:00 does not exist
        ("2026-10-31 23:00", 4, "2026-11-01 02:00"),  # autumn: 01:00 to 02:00 comes twice
        ("2026-11-01 05:00", 2, "2026-11-01 23:00"),  # through the day, and to midnight
        ("2026-11-01 23:30", 1, "2026-11-02 00:30"),  # midnight is no break
    ],
)
def test_summer_time_begins_and_ends(start: str, hours: int, end: str) -> None:
    """An hour is an hour: what the wall clock says of it does not matter."""
    night = Hours(NIGHT)

    assert night.after(at(start), hours * HOUR) == at(end)
    assert night.elapsed(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 8), 7), (date(2026, 11, 1), 9), (date(2026, 6, 1), 8)])
def test_a_night_is_as_long_as_it_is(day: date, length: int) -> None:
    """Open 00:00-06:00 and 22:00-24:00: seven hours, nine hours or eight."""
    periods = Hours(NIGHT).periods(day)

    assert sum(shuts - opens for opens, shuts in periods) == length * HOUR


@pytest.mark.parametrize(
    ("opening", "length"), [((time(1, 30), time(4)), 3.5), ((time(0), time(1, 30)), 2.5), ((time(0), time(2)), 3)]
)
def test_a_clock_time_that_comes_twice(opening: tuple[time, time], length: float) -> None:
    """On the autumn night a period begins at the first 01:30 and ends at the second: never counted too short."""
    periods = Hours(replace(SITE, opening={6: (opening,)})).periods(date(2026, 11, 1))

    assert [(shuts - opens) / HOUR for opens, shuts in periods] == [length]


def test_a_clinic_that_does_not_open_again_is_not_paused() -> None:
    """A year of holidays would silence every alarm: then the wall clock counts. H-24: nobody is ever told."""
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + number) for number in range(HORIZON_DAYS + 1)]
    closed = Hours(replace(SITE, holidays=frozenset(days)))

    assert closed.after(at("2026-01-01 09:00"), HOUR) == at("2026-01-01 10:00")


def test_a_site_in_another_zone_has_its_own_clock() -> None:
    """What counts is the site's zone, not the server's."""
    site: Site = replace(SITE, zone=ZoneInfo("Australia/Lord_Howe"))
    start = at("2026-04-03 15:30", site.zone)  # a Friday; half an hour of summer time ends on Sunday

    assert Hours(site).after(start, HOUR) == at("2026-04-06 08:30", site.zone)
