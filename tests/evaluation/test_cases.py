from pathlib import Path

import pytest

from bot.evaluation.cases import Case, CaseError, read_cases
from bot.triage.assessment import Outcome


def test_a_conversation_is_read_whole(tmp_path: Path) -> None:
    """Every key of the evaluation format reaches the figures; unknown keys are ignored."""
    path = tmp_path / "cases.jsonl"
    path.write_text(
        '{"id": "c-1", "messages": ["hi", "hot"], "days_since_procedure": 2, "tiers": ["none", "ask"], "tier": "ask",'
        ' "also_ok": ["urgent"], "emergency": false, "emergency_ok": true, "slices": ["conversation"], "mood": 1}\n'
    )

    assert read_cases(path) == [
        Case(
            "c-1",
            ("hi", "hot"),
            2,
            (Outcome.NONE, Outcome.ASK),
            (frozenset(), frozenset({Outcome.URGENT})),
            (None, False),
            (False, True),
            ("conversation",),
        )
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no case"),
        ("{", "cases.jsonl:1: not a JSON object"),
        ("[]", "cases.jsonl:1: a value has the wrong type"),
        ('{"id": "a"}', "cases.jsonl:1: key 'messages' is missing"),
        ('{"id": "a", "messages": [], "tier": "none"}', "cases.jsonl:1: a value"),
        ('{"id": "a", "messages": [1], "tier": "none"}', "cases.jsonl:1: a value"),
        ('{"id": "a", "messages": ["x"], "tier": "mild"}', "cases.jsonl:1: a value"),
        ('{"id": "a", "messages": ["x"], "tier": "none", "days_since_procedure": "two"}', "cases.jsonl:1: a value"),
    ],
)
def test_a_malformed_file_names_its_line(tmp_path: Path, text: str, told: str) -> None:
    """A case file that cannot be used stops the run with file, line and mend, and without its messages."""
    path = tmp_path / "cases.jsonl"
    path.write_text(text)

    with pytest.raises(CaseError, match=told):
        read_cases(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A wrong path is said, not traced."""
    with pytest.raises(CaseError, match=r"absent\.jsonl: cannot be read"):
        read_cases(tmp_path / "absent.jsonl")
