from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.replies.site_values import PER_SITE, opening, site_values, spoken_date
from bot.site import Site

NEW_YORK = ZoneInfo("America/New_York")


def ms(text: str, zone: ZoneInfo = NEW_YORK) -> int:
    """UTC milliseconds of a wall-clock time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "is_open", "shut_long", "words"),
    [
        ("2026-11-23T09:00", True, False, "today at 1 pm"),
        ("2026-11-23T12:30", False, False, "today at 1 pm"),
        ("2026-11-23T16:59", True, False, "tomorrow (Tuesday) at 8 am"),
        ("2026-11-23T17:00", False, False, "tomorrow (Tuesday) at 8 am"),
        ("2026-11-24T03:00", False, False, "today at 8 am"),
        ("2026-11-20T16:00", False, True, "Monday at 8 am"),
        ("2026-11-22T07:59", False, True, "tomorrow (Monday) at 8 am"),
        ("2026-11-22T08:00", False, False, "tomorrow (Monday) at 8 am"),
        ("2026-11-25T18:00", False, True, "Friday at 8 am"),
    ],
    ids=["open", "lunch", "last-minute", "just-shut", "night", "weekend", "over-24h", "24h-exactly", "holiday"],
)
def test_opening_in_plain_words(site: Site, now: str, is_open: bool, shut_long: bool, words: str) -> None:
    """H-08, rule 40: open or shut, and for how long, by the clinic's own clock, breaks and holidays."""
    at = ms(now)
    state = opening(site, at)
    assert (state.open, state.shut_long, site_values(site, at)["next_opening"]) == (is_open, shut_long, words)


def test_every_value_of_an_open_clinic(site: Site) -> None:
    """H-08: all numbers come from the site file, and by day the number to call is the clinic's."""
    assert site_values(site, ms("2026-11-23T09:00"), day=0) == {
        "site_name": "Riverside Fertility Clinic",
        "clinic_phone": "216-555-0142",
        "on_call_phone": "216-555-0188",
        "emergency_phone": "911",
        "crisis_phone": "988",
        "call_phone": "216-555-0142",
        "next_opening": "today at 1 pm",
        "today": "today",
        "watch_until": "the end of Wednesday",
    }


def test_number_to_call_at_night_is_the_on_call_line(site: Site) -> None:
    """H-08: a shut clinic's own number is never the one to call."""
    values = site_values(site, ms("2026-11-23T22:00"))
    assert (values["call_phone"], values["today"]) == ("216-555-0188", "tonight")


def test_names_of_the_values_are_all_there(site: Site) -> None:
    """H-08: the gate's list of always-present values is what is really present."""
    assert set(site_values(site, 0)) == PER_SITE


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (0, "the end of Wednesday"),
        (1, "the end of tomorrow"),
        (2, "the end of today"),
        (3, "this time tomorrow"),
        (None, "this time tomorrow"),
    ],
)
def test_expected_effects_have_a_limit_of_day_2(site: Site, day: int | None, until: str) -> None:
    """H-07, R5: the wait for easing ends with day 2, and is a day at most where the day is later or unknown."""
    assert site_values(site, ms("2026-11-23T09:00"), day)["watch_until"] == until


def test_site_without_opening_hours_counts_as_long_shut(site: Site) -> None:
    """H-08: with no opening in sight the on-call line is named and no day is invented."""
    never = replace(site, opening={})
    assert opening(never, 0).shut_long
    assert site_values(never, 0)["next_opening"] == "it opens again"


def test_over_24_hours_is_counted_in_real_hours(site: Site) -> None:
    """Rule 40: the night when summer time ends has one hour more than the clocks show."""
    sunday = replace(site, opening={6: site.opening[0]})
    assert opening(sunday, ms("2026-10-31T08:00")).shut_long
    assert not opening(sunday, ms("2026-11-07T08:00")).shut_long


@pytest.mark.parametrize(("country", "text"), [("US", "Sunday, November 22"), ("GB", "Sunday 22 November")])
def test_date_of_the_hsg_as_the_country_says_it(site: Site, country: str, text: str) -> None:
    """Rule 42: the date that she is told to say is one that she would say."""
    assert spoken_date(replace(site, country=country), date(2026, 11, 22)) == text


@pytest.mark.parametrize(
    ("period", "text"), [("12:00-17:00", "noon"), ("08:30-17:00", "8:30 am"), ("00:00-02:00", "12 am")]
)
def test_clock_times(site: Site, period: str, text: str) -> None:
    """H-08: hours are said as people say them."""
    start, end = (datetime.strptime(part, "%H:%M").time() for part in period.split("-"))  # noqa: DTZ007
    every_day: dict[int, Any] = dict.fromkeys(range(7), ((start, end),))
    values = site_values(replace(site, opening=every_day), ms("2026-11-23T20:00"))
    assert values["next_opening"] == f"tomorrow (Tuesday) at {text}"
