"""Issue 4: a state is read of its thing however many commas, other states and short sentences stand between."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.language.reader import Reader
from bot.triage.observation import Status

SAID = (
    "{thing} {be} {state}",
    "{thing} {be} {other}, {state}",
    "{thing}, {other} and {state}",
    "{thing}: {other}, {state}",
    "{thing} - {state}",
    "{thing}... {state}",
    "look at {thing}, {state}",
    "{thing} started {other}, then {state}",
    "{thing} was fine before, since this morning it is {state}",
    "{thing} {be} {other}. {state} too",
)
KEPT_APART = (
    "my lips are dry but my ankles are swollen",
    "dry lips, swollen ankles",
    "my lips are itchy but not swollen",
    "my lips are itchy, no swelling",
    "swollen, my lips are fine",
    "are my lips meant to feel dry? i had swollen ankles before the test",
)


def said_of(reader: Reader, text: str, complaint: str, attributes: Mapping[str, str]) -> set[Status]:
    """The statuses with which a complaint is read with these attributes."""
    seen = reader.read(text).observations
    return {one.status for one in seen if one.complaint == complaint and attributes.items() <= one.attributes.items()}


@pytest.mark.parametrize("form", SAID)
@pytest.mark.parametrize(
    ("thing", "be", "other", "state", "complaint", "attributes"),
    [
        ("my lips", "are", "itchy", "swollen", "swelling", {"place": "lips"}),
        ("my tongue", "is", "tingly", "puffy", "swelling", {"place": "tongue"}),
        ("my left calf", "is", "red", "swollen", "leg", {"sign": "swollen", "side": "one"}),
    ],
    ids=["lips", "tongue", "calf"],
)
def test_state_finds_its_thing(
    reader: Reader, form: str, thing: str, be: str, other: str, state: str, complaint: str, attributes: dict[str, str]
) -> None:
    """A red flag is not lost between a comma and a dash."""
    text = form.format(thing=thing, be=be, other=other, state=state)
    assert Status.PRESENT in said_of(reader, text, complaint, attributes)


@pytest.mark.parametrize("text", KEPT_APART)
def test_state_of_another_thing_stays_there(reader: Reader, text: str) -> None:
    """What is said of the ankles, or denied, is not said of the lips."""
    assert Status.PRESENT not in said_of(reader, text, "swelling", {"place": "lips"})
