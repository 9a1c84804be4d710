"""Domain, rules and examples belong together; read as plain YAML, without Rasa."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT

FAMILIES = (
    "cramps_pain", "bleeding", "discharge", "fever_chills", "allergy", "breathing_chest", "dizzy_faint",
    "nausea_vomiting", "urine", "infection_unwell", "neuro", "pregnancy_period", "medicine", "other_symptom", "crisis",
)  # fmt: skip
CONVERSATION = (
    "greet", "thanks", "goodbye", "affirm", "deny", "not_sure", "ask_human", "ask_bot", "anger", "stop_messages",
    "data_request", "feeling_well", "aftercare_question", "hypothetical_question", "other_person", "correction",
    "out_of_scope",
)  # fmt: skip


def read(name: str) -> Any:
    """Read one of the project's YAML files."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def intents() -> list[str]:
    """Return the intents of the domain."""
    return [next(iter(item)) for item in read("domain.yml")["intents"]]


def examples(path: Path) -> list[tuple[str, str]]:
    """Return intent and text of every example of a file."""
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [(block["intent"], line.removeprefix("- ")) for block in blocks for line in block["examples"].splitlines()]


def all_examples() -> list[tuple[str, str]]:
    """Return every example of data/nlu."""
    return [row for path in sorted((ROOT / "data" / "nlu").glob("*.yml")) for row in examples(path)]


def test_intents() -> None:
    """There is one intent per symptom family, and the conversation's."""
    assert sorted(intents()) == sorted((*FAMILIES, *CONVERSATION))


def test_every_intent_reaches_triage() -> None:
    """Exactly one rule per intent and one for what is not understood, and each goes to triage and nowhere else."""
    rules = {rule["steps"][0]["intent"]: rule["steps"][1:] for rule in read("data/stories/rules.yml")["rules"]}

    assert rules == {intent: [{"action": "action_triage"}] for intent in [*intents(), "nlu_fallback"]}
    assert len(read("data/stories/rules.yml")["rules"]) == len(rules)


def test_one_policy() -> None:
    """Only rules decide; what no rule covers goes to triage too; nothing learns the dialogue."""
    config = read("config.yml")

    assert [policy["name"] for policy in config["policies"]] == ["RulePolicy"]
    assert config["policies"][0]["core_fallback_action_name"] == "action_triage"
    assert "forms" not in read("domain.yml")


def test_entities_are_the_complaints() -> None:
    """Domain and protocol name the same complaints."""
    assert read("domain.yml")["entities"] == list(read("bot/protocols/hsg.yml")["complaints"])


def test_session_never_ends_in_rasa() -> None:
    """The record decides when a conversation ends (rule 27), not Rasa's clock."""
    assert read("domain.yml")["session_config"]["session_expiration_time"] == 0


@pytest.mark.parametrize("intent", [*FAMILIES, *CONVERSATION])
def test_examples_stand_in_their_file(intent: str) -> None:
    """Each intent has its own file and at least 25 examples."""
    rows = examples(ROOT / "data" / "nlu" / f"{intent}.yml")

    assert {name for name, _ in rows} == {intent}
    assert len(rows) >= 25


def test_no_example_twice() -> None:
    """No text stands twice, be it in one intent or in two."""
    seen = Counter(" ".join(text.casefold().split()) for _, text in all_examples())

    assert [text for text, times in seen.items() if times > 1] == []


def test_no_entity_marks_in_examples() -> None:
    """Entities come from the lexicon, so an example holds plain words only."""
    assert [text for _, text in all_examples() if "](" in text or "]{" in text] == []
