"""Labelled cases, one JSON object a line (docs/evaluation.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.triage.assessment import Outcome


class CaseError(ValueError):
    """A case file cannot be used; the message names file, line and what to mend, never a patient's words."""


@dataclass(frozen=True)
class Case:
    """One patient, her messages and what the system must say after each of them.

    `tiers`, `accepted`, `emergencies` and `either` (both emergency and not are right) hold one entry a message;
    None where the file leaves a message unlabelled. `day` is days since the procedure, None if unknown.
    """

    id: str
    messages: tuple[str, ...]
    day: int | None
    tiers: tuple[Outcome | None, ...]
    accepted: tuple[frozenset[Outcome], ...]
    emergencies: tuple[bool | None, ...]
    either: tuple[bool, ...]
    slices: tuple[str, ...]

    @property
    def last(self) -> int:
        """Index of the message whose outcome is the case's own."""
        return len(self.messages) - 1


def read_cases(path: Path) -> list[Case]:
    """Read a case file. Unknown keys are ignored. Raises CaseError naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read as UTF-8 text; check the path") from error
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise CaseError(f"{path}: holds no case; one JSON object a line is expected")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        return _built(json.loads(line))
    except json.JSONDecodeError as error:
        raise CaseError(f"{path}:{number}: not a JSON object: {error.msg}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        kind = f"key {error} is missing" if isinstance(error, KeyError) else "a value has the wrong type or name"
        raise CaseError(f"{path}:{number}: {kind}; see docs/evaluation.md") from error


def _built(data: Mapping[str, Any]) -> Case:
    messages = tuple(data["messages"])
    if not messages or not all(isinstance(text, str) for text in messages):
        raise ValueError("messages")
    count = len(messages)
    day = data.get("days_since_procedure")
    if not (day is None or isinstance(day, int)):
        raise ValueError("days_since_procedure")
    tiers = [Outcome(tier) for tier in data["tiers"]] if "tiers" in data else [None] * (count - 1)
    tiers = [*tiers[: count - 1], Outcome(data["tier"])]
    accepted = [frozenset(map(Outcome, row)) for row in data.get("also_ok_tiers") or [()] * count]
    accepted = [*accepted[: count - 1], accepted[-1] | frozenset(map(Outcome, data.get("also_ok", ())))]
    emergencies = list(data.get("emergencies") or [None] * count)
    emergencies = [*emergencies[: count - 1], bool(data.get("emergency", False))]
    either = [False] * (count - 1) + [bool(data.get("emergency_ok", False))]
    if not len(tiers) == len(accepted) == len(emergencies) == count:
        raise ValueError("lists")
    return Case(
        str(data["id"]), messages, day, tuple(tiers), tuple(accepted), tuple(emergencies), tuple(either),
        tuple(data.get("slices", ())),
    )  # fmt: skip
