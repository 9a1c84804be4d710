import pytest

from bot.evaluation.examples import Example
from bot.evaluation.peers.phrases import Forms, phrases
from bot.settings import ROOT
from bot.triage.observation import Observation

LISTS = {"my": ["my", "the"], "pad": ["pad|pads", "sanitary [small] towel"], "loop": ["@loop"]}


@pytest.mark.parametrize(
    ("pattern", "forms"),
    [
        ("fever|feverish", ["fever", "feverish"]),
        ("bleed* .. [very|so] (a lot|heavily)", ["bleed a lot", "bleed heavily"]),
        ("soaked @pad", ["soaked pad", "soaked pads", "soaked sanitary towel"]),
        ("temp of #", []),
        (":hot_face:", []),
        ("@loop", []),
    ],
)
def test_a_pattern_is_spelt_out_in_its_shortest_forms(pattern: str, forms: list[str]) -> None:
    """Options and gaps are left out, alternatives and lists spelt out; what no phrase can say gives none."""
    assert Forms(LISTS).of(pattern) == forms


def test_phrases_come_from_lexicon_and_short_examples() -> None:
    """Peers get what our data says in plain words: textbook terms and short labelled examples, each words once."""
    examples = [
        Example("bleeding", "bleeding", ("bleeding amount=soaked",), "Niagara, down there!"),
        Example("bleeding", "bleeding", ("bleeding amount=soaked",), "an example of more than four words"),
        Example("thanks", "thanks", (), "ta very much"),
    ]
    held = phrases(ROOT / "bot" / "protocols" / "en", examples)
    meanings = {phrase.words: phrase.meaning for phrase in held}

    assert len(meanings) == len(held) > 10_000
    assert meanings["fever"] == (Observation("fever", attributes={"kind": "word"}),)
    assert meanings["niagara down there"][0].attributes == {"amount": "soaked"}
    assert {"ta very much", "an example of more than four words"}.isdisjoint(meanings)
