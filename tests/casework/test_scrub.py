"""What may name a person is taken out; what a nurse needs to judge stays."""

from __future__ import annotations

import pytest

from bot.casework.scrub import hide, known_words, scrub
from bot.settings import ROOT

KNOWN = known_words(ROOT / "bot" / "protocols" / "en")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my name is priya nair and i bleed", "my name is [name] and i bleed"),
        ("Hi this is Priya Nair, fever since noon", "Hi this is [name], fever since noon"),
        ("ask Dr Okafor or nurse Bev", "ask Dr [name] or nurse [name]"),
        ("I told Siobhan O'Malley-Jones about it", "I told [name] [name] about it"),
        ("ring 216-555-0142 or +44 7700 900123", "ring [phone] or [phone]"),
        ("mail me at a.b+c@mail.example.org pls", "mail me at [email] pls"),
        ("record no 00482913", "record no [phone]"),
        ("at 12 Elm Park Road, SW1A 1AA", "at [address], [address]"),
        ("HSG on 11/20/2026, or 2026-11-20, or 20th of November", "HSG on [date], or [date], or [date]"),
        ("born March 3rd, 1991", "born [date]"),
        ("see https://x.example/p/abc", "see [link]"),
    ],
)
def test_what_may_name_a_person_goes(text: str, left: str) -> None:
    """H-23: names, numbers, addresses, dates and links."""
    assert scrub(text, KNOWN) == left


@pytest.mark.parametrize(
    "text",
    [
        "Temp was 101.2 then 99.8, pulse 110, pain 8/10",
        "soaked 3 pads in 2 hours, day 4, clot 2.5 cm",
        "I took Ibuprofen 400 mg at 10:30. Fever came back at 38.5",
        "may 2 pads an hour be ok? this is bad",
        "Bleeding. Cramps. Help",
        "call me back please",
    ],
)
def test_what_a_nurse_judges_by_stays(text: str) -> None:
    """Readings, counts, times and symptoms are what the case is about."""
    assert scrub(text, KNOWN) == text


def test_a_reviewer_hides_more() -> None:
    """H-23: spans are those of the text as it was written."""
    assert hide("my aunt zelda says", [(3, 7), (8, 13)]) == "my [hidden] [hidden] says"
