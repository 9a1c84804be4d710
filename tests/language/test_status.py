"""Who has it, and does she have it now: denials, what-ifs, the past, other people, corrections."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.language.reader import Reader
from bot.triage.observation import Status

Rows = Callable[..., list[tuple[str, str, dict[str, str]]]]
FEVER, CHILLS = {"kind": "word"}, {"level": "shivering"}
RASH = {"kind": "rash", "place": "skin"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "No fever, chills or rash but my belly has gone rigid",
            [
                ("fever", "denied", FEVER),
                ("chills", "denied", CHILLS),
                ("rash", "denied", RASH),
                ("belly", "present", {"sign": "rigid"}),
            ],
        ),
        (
            "not just spotting, soaking through pads",
            [("bleeding", "present", {"amount": "spotting"}), ("bleeding", "present", {"amount": "soaked"})],
        ),
        ("i cant breathe", [("breathing", "present", {"kind": "short"})]),
        ("fever? no. bleeding? yes", [("fever", "denied", FEVER), ("bleeding", "present", {})]),
        ("fever? no chills? no", [("fever", "denied", FEVER), ("chills", "denied", CHILLS)]),
        ("chills nothing, fever nothing", [("chills", "denied", CHILLS), ("fever", "denied", FEVER)]),
        ("rash: none", [("rash", "denied", RASH)]),
        ("bleeding - no", [("bleeding", "denied", {})]),
        ("dont have a fever", [("fever", "denied", FEVER)]),
        ("havent had any chills", [("chills", "denied", CHILLS)]),
        ("im not bleeding", [("bleeding", "denied", {})]),
        ("no fever, no bleeding", [("fever", "denied", FEVER), ("bleeding", "denied", {})]),
        ("no fever, chills", [("fever", "denied", FEVER), ("chills", "uncertain", CHILLS)]),
        ("without a rash", [("rash", "denied", RASH)]),
        ("not without pain", [("pain", "present", {"kind": "pain"})]),
        ("no fever except i am shivering", [("fever", "denied", FEVER), ("chills", "present", CHILLS)]),
        ("no sign of a rash", [("rash", "denied", RASH)]),
        ("no noticeable rash", [("rash", "denied", RASH)]),
        ("no fever, my rash itches", [("fever", "denied", FEVER), ("rash", "present", RASH)]),
    ],
)
def test_a_denial_reaches_what_it_denies_and_no_more(rows: Rows, text: str, expected: list[object]) -> None:
    """Issue 2, outcome 4; rule 11: a denial removes only what it denies; H-denial-invented."""
    seen = [row for row in rows(text) if row[0] != "itch"]

    assert seen == expected


@pytest.mark.parametrize(
    "text",
    [
        "i did not take anything for the bleeding",
        "i dont know why i am bleeding",
        "didnt tell anyone about the bleeding",
        "no idea if this bleeding is ok",
        "not able to sleep because of the bleeding",
        "there is no end to the bleeding",
        "i cant stop bleeding",
        "the bleeding wont stop",
        "my bleeding didnt stop until the pad was full",
        "no one told me about bleeding like this",
        "i dont want to be a nuisance but i am bleeding",
        "never had bleeding like this",
        "is it normal to be bleeding?",
        "it is not that i am worried, i am bleeding",
        "no better, still bleeding",
        "my friend says bleeding is fine but i am bleeding",
        "probably nothing but bleeding",
    ],
)
def test_what_is_not_a_denial_leaves_the_complaint(rows: Rows, text: str) -> None:
    """Rule 11 and DESIGN.md, Safety 3: words that are not understood never remove a complaint."""
    assert ("bleeding", "present", {}) in [(name, status, {}) for name, status, _ in rows(text)]


@pytest.mark.parametrize(
    ("text", "complaint", "status"),
    [
        ("what if i develop a fever", "fever", Status.HYPOTHETICAL),
        ("excruciating pain on the first night, nothing since", "pain", Status.PAST),
        ("the cramps were an 8 overnight and are zero now", "pain", Status.PAST),
        ("there is no risk of hurting herself", "self_harm", Status.DENIED),
        ("should i call if i start bleeding", "bleeding", Status.HYPOTHETICAL),
        ("when should i worry about bleeding", "bleeding", Status.HYPOTHETICAL),
        ("could a rash be from the dye", "rash", Status.HYPOTHETICAL),
        ("in case i start bleeding, who do i ring", "bleeding", Status.HYPOTHETICAL),
        ("i am scared of getting a fever", "fever", Status.HYPOTHETICAL),
        ("i dont think i have a fever", "fever", Status.UNCERTAIN),
        ("no fever that i know of", "fever", Status.UNCERTAIN),
        ("fever? not sure", "fever", Status.UNCERTAIN),
        ("i had a rash but its gone now", "rash", Status.PAST),
        ("the bleeding has stopped", "bleeding", Status.PAST),
        ("last year i had a rash from tape", "rash", Status.PAST),
        ("i had a fever before the hsg", "fever", Status.PAST),
        ("my son has a fever", "fever", Status.OTHER_PERSON),
        ("my toddler is vomiting", "vomiting", Status.OTHER_PERSON),
        ("my wife had the hsg yesterday and has a fever", "fever", Status.PRESENT),
        ("my daughter had the dye test, she has a rash", "rash", Status.PRESENT),
        ("asking for my sister, she has a fever", "fever", Status.PRESENT),
        ("my sister had the same test and got a rash, i am fine", "rash", Status.OTHER_PERSON),
        ("my husband says i have a fever", "fever", Status.PRESENT),
    ],
)
def test_status_follows_person_and_time(reader: Reader, text: str, complaint: str, status: Status) -> None:
    """Rules 12, 26, 36 and 41: what is supposed, over, in doubt or another's is told apart from what she has now."""
    seen = [one.status for one in reader.read(text).observations if one.complaint == complaint]

    assert seen == [status]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("i had a rash two days ago but it is gone now", 48.0),
        ("fainting spell 3 hours ago, gone now", 3.0),
        ("i had a rash last night, it went away", 14.0),
    ],
)
def test_what_is_over_says_how_long_ago(reader: Reader, text: str, hours: float) -> None:
    """Rule 26: what an ended symptom means depends on the hours since."""
    over = [one.hours_ago for one in reader.read(text).observations if one.status is Status.PAST]

    assert over[0] == hours


@pytest.mark.parametrize(
    ("text", "day", "hours"),
    [
        ("i had a rash on the evening of the test, gone by morning", 6, 144.0),
        ("i had a rash on the evening of the test, gone by morning", 0, 0.0),
        ("my eyelids were swollen the day after the hsg but that went away", 4, 72.0),
        ("i had a rash on the day of the test and until yesterday, gone now", 6, 24.0),
        ("i came out in a rash and it cleared. that was five days ago", 6, 120.0),
        ("i came out in a rash and it cleared. i have had cramps since yesterday", 6, None),
    ],
)
def test_what_is_over_is_dated_from_the_procedure_too(reader: Reader, text: str, day: int, hours: float | None) -> None:
    """Rule 26: "the evening of the test" is days ago on day 6 and just now on day 0; the later time counts."""
    (seen,) = (one for one in reader.read(text).observations if one.complaint in ("rash", "swelling"))

    assert (seen.status, seen.ended(day)) == (Status.PAST, hours)


def test_a_plain_slip_is_taken_back(reader: Reader) -> None:
    """Rule 19: "sorry, 99.1 not 101.9" removes the second reading and keeps the first; H-slip."""
    seen = reader.read("temp 101.9. sorry, 99.1 not 101.9").observations

    assert [(one.measures["celsius"], one.retracted) for one in seen] == [(38.83, False), (37.28, False), (38.83, True)]


def test_anothers_reading_is_taken_back(reader: Reader) -> None:
    """Rule 19: "that was my husband's reading" takes back the temperature said before."""
    seen = reader.read("oh wait that was my husband's reading").observations

    assert [(one.complaint, dict(one.measures), one.retracted) for one in seen] == [("temperature", {}, True)]


def test_someone_who_writes_for_the_patient_is_noted(reader: Reader) -> None:
    """Rule 44: another writer never sees earlier messages."""
    seen = reader.read("my wife had the hsg and she is bleeding").observations

    assert ("factor", {"kind": "third_party"}) in [(one.complaint, dict(one.attributes)) for one in seen]
