"""Everyday wordings that hold a graver one inside, and the red flags in the nearest words (rules 3, 22, 23)."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.triage.engine import Context, assess
from bot.triage.protocol import Outcome, Protocol


def _outcome(reader: Reader, protocol: Protocol, text: str) -> Outcome:
    return assess(protocol, reader.read(text).observations, Context(day=1)).outcome


@pytest.mark.parametrize(
    "text",
    [
        "itchy red spots round my lady garden",
        "my crotch has come up in tiny bumps",
        "a speck of blood in my undies",
        "much less bleeding than my usual period",
        "a clot about the size of my little finger nail",
        "the pad is drenched but it is only water",
        "came within an inch of passing out",
        "it shoots out of my back passage, shooting out the back like gravy",
        "there is an onion frying, she is frying onions while she waits",
        "the sink took twice as long to drain",
        "a mug of clear water poured out",
        "a dull twinge climbing into the bath",
    ],
)
def test_a_whole_wording_outdoes_the_graver_one_inside_it(reader: Reader, protocol: Protocol, text: str) -> None:
    """Issue 4: comparisons, small amounts, clear fluid and near misses are no red flag."""
    assert _outcome(reader, protocol, text) is not Outcome.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "itchy red spots round my lady garden and on my arms",
        "my crotch came out in bumps and so have my legs",
        "my bits itch and so do my palms",
        "a speck of blood in my undies, then it went through my jeans",
        "I drenched my leggings with blood",
        "much more bleeding than my usual period",
        "a clot the size of my thumb",
        "the pad is drenched but it is water and blood",
        "nearly passed out and then I did faint",
        "blood is pouring out the back of my skirt",
        "I took twice the tablets you said",
        "after medicine the pain has not gone down",
        "everything looks like I see through water",
        "can't do up my jeans, the pain is so bad",
        "pain climbing up to my shoulder, worse by the hour",
        "swallowing hard, my throat is tight, trying not to vomit",
    ],
)
def test_the_red_flag_in_the_nearest_words_stays(reader: Reader, protocol: Protocol, text: str) -> None:
    """Issue 4: the whole wording takes nothing from what stands beside it; H-red-flag-lost."""
    assert _outcome(reader, protocol, text) is Outcome.URGENT
