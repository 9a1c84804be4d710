"""Outcomes as JSON, as `make evaluate … OUT=` writes them, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.evaluation.cases import Case, CaseError
from bot.evaluation.figures import Result
from bot.triage.assessment import Outcome


def result_json(result: Result) -> dict[str, Any]:
    """Return one case's outcomes as plain data, one entry a message."""
    return {
        "id": result.case.id,
        "outcomes": [outcome.value for outcome in result.outcomes],
        "emergency": list(result.emergencies),
        "milliseconds": [round(value, 2) for value in result.milliseconds],
    }


def read_results(path: Path, cases: Sequence[Case]) -> list[Result]:
    """Read the outcomes that a file holds of these cases; cases that it does not hold are left out.

    Raises CaseError for a file that is no result, or one of other cases under the same ids.
    """
    try:
        rows = {row["id"]: row for row in json.loads(path.read_text(encoding="utf-8"))["cases"]}
        return [_result(case, rows[case.id]) for case in cases if case.id in rows]
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read; check the path") from error
    except (KeyError, TypeError, ValueError) as error:
        raise CaseError(f"{path}: holds no results of these cases; write it by `make evaluate … OUT=`") from error


def _result(case: Case, row: Mapping[str, Any]) -> Result:
    outcomes = tuple(map(Outcome, row["outcomes"]))
    if not len(outcomes) == len(row["emergency"]) == len(row["milliseconds"]) == len(case.messages):
        raise ValueError("messages")
    return Result(case, outcomes, tuple(map(bool, row["emergency"])), tuple(map(float, row["milliseconds"])))
