"""Every question can change a tier: a question that cannot costs a frightened patient time for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.review.content import Content
from bot.review.questions import results, useless_questions
from bot.settings import ROOT
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation
from bot.triage.protocol import Answer, Vague

HELD = load_protocol(ROOT / "bot" / "protocols" / "hsg.yml")


@pytest.mark.parametrize("item", HELD.vague, ids=lambda item: item.id)
def test_answers_change_the_tier(item: Vague) -> None:
    """R43, H-06: two answers to the question of a vague complaint or fact lead to two tiers."""
    assert len(results(HELD, item)) > 1


def test_a_useless_question_is_found(content: Content) -> None:
    """H-06: where all answers say the same, the check names the complaint and the question."""
    held = content.protocol
    same = tuple(Answer(name, Observation("bleeding", attributes={"amount": "soaked"})) for name in ("a", "b"))
    broken = replace(held.questions["bleeding_amount"], answers=same)
    found = useless_questions(replace(held, questions={**held.questions, "bleeding_amount": broken}))
    assert [(item.id, item.question) for item in found] == [("bleeding_unplaced", "bleeding_amount")]
