"""Each finding's own sentences (bot/protocols/en/sentences.yml), read and judged for real (H-01)."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.review.phrases import sayable, unsayable
from bot.review.sentences import Sentences, load_sentences, misread
from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol
from tests.language.conftest import PROTOCOLS

HELD = load_protocol(PROTOCOLS / "hsg.yml")
SENTENCES = load_sentences(PROTOCOLS / "en" / "sentences.yml", HELD)


@pytest.mark.parametrize("sentences", SENTENCES.values(), ids=SENTENCES)
def test_sentences_give_and_deny_the_finding(protocol: Protocol, reader: Reader, sentences: Sentences) -> None:
    """H-01: the present sentence gives the finding as present, the denied one does not."""
    wrong = misread(protocol, [sentences], lambda text: reader.read(text).observations)
    assert [str(item) for item in wrong] == []


def test_the_lexicon_has_a_phrase_for_every_finding(protocol: Protocol, reader: Reader) -> None:
    """H-01, H-02: no finding rests on words that no entry of the lexicon can give."""
    assert unsayable(protocol, sayable(reader.resources.lexicon)) == ()


def test_a_finding_without_a_phrase_is_named(protocol: Protocol, reader: Reader) -> None:
    """H-02: take the words for a bulge away, and the finding is reported."""
    said = frozenset(one for one in sayable(reader.resources.lexicon) if one[0] != "bulge")
    assert unsayable(protocol, said) == ("vaginal_bulge",)
