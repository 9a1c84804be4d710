"""Plain wordings of every red flag, in every ordinary construction and beside every kind of clause (Safety 1)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.language.reader import Reader
from bot.triage.assessment import Outcome
from bot.triage.engine import Context, assess
from bot.triage.protocol import Protocol

PLAIN: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("plain_red_flags.yml").read_text(encoding="utf-8"))
ALLOWED = {
    "emergency": {"emergency"},
    "urgent": {"emergency", "urgent"},
    "call_soon": {"emergency", "urgent", "call_soon"},
}


@pytest.fixture(name="tier")
def _tier(reader: Reader, protocol: Protocol) -> Callable[[str], str]:
    def tier(text: str) -> str:
        found = assess(protocol, reader.read(text).observations, Context(day=1))
        return "emergency" if found.emergency and found.outcome is Outcome.URGENT else found.outcome.value

    return tier


@pytest.mark.parametrize("family", PLAIN["families"], ids=lambda family: family["name"])
def test_every_subject_with_every_predicate_reaches_its_tier(
    family: dict[str, Any], tier: Callable[[str], str]
) -> None:
    """Issue 4: what a patient would say without an idiom is never missed; H-unread."""
    texts = [
        f"{subject} {predicate}".strip() for subject, predicate in product(family["subjects"], family["predicates"])
    ]

    low = {text: tier(text) for text in texts if tier(text) not in ALLOWED[family["tier"]]}

    assert low == {}


@pytest.mark.parametrize("context", PLAIN["contexts"])
def test_no_clause_beside_a_red_flag_takes_it_away(context: str, tier: Callable[[str], str]) -> None:
    """Issue 4: time, people, leaflets, questions and thanks hold for their own clause only; H-denial-invented."""
    texts = [context.replace("{}", flag) for flag in PLAIN["carried"]]

    low = {text: tier(text) for text in texts if tier(text) not in ALLOWED["urgent"]}

    assert low == {}
