from __future__ import annotations

import pytest

from bot.replies.outcome import level_said, outcome_of
from bot.store.records import ReplyPart
from bot.triage.assessment import Outcome


@pytest.mark.parametrize(
    ("names", "level"),
    [
        ([], "none"),
        (["utter_greet", "utter_automated"], "none"),
        (["utter_normal_home", "utter_worse"], "normal"),
        (["utter_ask_bleeding_amount"], "ask"),
        (["utter_soon_today", "utter_ask_bleeding_amount"], "call_soon"),
        (["utter_urgent_call_shut"], "urgent"),
        (["utter_emergency_call", "utter_say_dated"], "emergency"),
    ],
)
def test_level_is_read_from_the_names(names: list[str], level: str) -> None:
    """H-07: care compares what a reply says with the assessment; the highest level in it counts."""
    assert level_said(names) == level


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("utter_emergency_call", (Outcome.URGENT, True)),
        ("utter_urgent_call_open", (Outcome.URGENT, False)),
        ("utter_notice", (Outcome.NONE, False)),
    ],
)
def test_outcome_of_a_sent_reply(name: str, outcome: tuple[Outcome, bool]) -> None:
    """H-07: the evaluation counts what was sent; the failure notice is no triage."""
    assert outcome_of([ReplyPart(name, "text")]) == outcome
