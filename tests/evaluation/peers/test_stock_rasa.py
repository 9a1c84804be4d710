from __future__ import annotations

from itertools import chain

import pytest
import yaml

from bot.evaluation.examples import Example
from bot.evaluation.peers.peer import ASK, Verdict
from bot.evaluation.peers.stock_rasa import Lesson, lesson, nlu_yaml, verdict_of
from bot.settings import ROOT
from bot.triage.assessment import Outcome
from bot.triage.loader import load_protocol

SPOTTING, SOAKED, THANKS = ("bleeding amount=spotting",), ("bleeding amount=soaked",), ()
URGENT, NORMAL, NONE = Verdict(Outcome.URGENT), Verdict(Outcome.NORMAL), Verdict(Outcome.NONE)


def examples(intent: str, labels: tuple[str, ...], number: int) -> list[Example]:
    """Examples of one group."""
    return [Example(intent, intent, labels, f"{intent} {labels} {index}") for index in range(number)]


def learn(*groups: list[Example], size: int = 0) -> Lesson:
    """The lesson made of groups."""
    return lesson(load_protocol(ROOT / "bot" / "protocols" / "hsg.yml"), list(chain(*groups)), size)


def test_each_intent_carries_one_tier() -> None:
    """A family is split by tier, so that intent -> tier loses nothing that the labels say."""
    learnt = learn(examples("bleeding", SPOTTING, 12), examples("bleeding", SOAKED, 10), examples("thanks", THANKS, 3))

    assert learnt.tiers == {"bleeding_normal": NORMAL, "bleeding_urgent": URGENT, "thanks_none": NONE}
    assert len(learnt.examples) == 25


def test_a_rare_tier_joins_the_family_and_the_majority_decides() -> None:
    """Too few examples make no intent; the intent's tier is the one that most of its examples carry."""
    assert learn(examples("bleeding", SPOTTING, 12), examples("bleeding", SOAKED, 9)).tiers == {
        "bleeding_normal": NORMAL
    }


def test_the_sample_is_seeded_and_proportional() -> None:
    """The same data gives the same examples, of each intent its share and never fewer than it needs."""
    groups = examples("bleeding", SPOTTING, 400), examples("thanks", THANKS, 40)
    once, twice = learn(*groups, size=110), learn(*groups, size=110)

    assert once == twice
    assert [name for name, _ in once.examples].count("bleeding_normal") == 100
    assert [name for name, _ in once.examples].count("thanks_none") == 10


@pytest.mark.parametrize(("intent", "verdict"), [("bleeding_urgent", URGENT), ("nlu_fallback", ASK), (None, ASK)])
def test_what_rasa_does_not_understand_is_asked(intent: str | None, verdict: Verdict) -> None:
    """An intent becomes its tier; the fallback, or no intent at all, a question."""
    assert verdict_of({"bleeding_urgent": URGENT}, {"intent": {"name": intent}}) == verdict


def test_training_data_is_in_rasas_format() -> None:
    """Texts of an intent stand in one group, whatever signs they hold."""
    text = 'so: "hot" 🥵 # {really}'

    held = yaml.safe_load(nlu_yaml([("a", text), ("b", "x"), ("a", "y")]))

    assert held == {
        "version": "3.1",
        "nlu": [{"intent": "a", "examples": f"- {text}\n- y\n"}, {"intent": "b", "examples": "- x\n"}],
    }
