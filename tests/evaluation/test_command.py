from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT

CASES: list[dict[str, Any]] = [
    {"id": "a", "messages": ["i have a fever of 39"], "days_since_procedure": 1, "tier": "urgent"},
    {"id": "b", "messages": ["hello", "light spotting"], "days_since_procedure": 0, "tier": "normal", "mood": "x"},
]


def evaluate(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command as `make evaluate` does."""
    command = [sys.executable, "-m", "bot", "evaluate", str(path), *more]
    # Rasa, once imported by another test, lowers TensorFlow's log level for every child of this process.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.model
def test_cases_run_through_care_and_are_written_out(tmp_path: Path) -> None:
    """Every case gets its outcomes, spans, replies and times; figures and what changed are printed; exit code 0."""
    path, out, before = (tmp_path / name for name in ("cases.jsonl", "out.json", "before.json"))
    path.write_text("\n".join(map(json.dumps, CASES)))
    before.write_text('{"cases": [{"id": "a", "outcomes": ["ask"], "emergency": [false], "milliseconds": [1]}]}')

    done = evaluate(path, "--out", str(out), "--before", str(before))

    assert (done.returncode, done.stderr) == (0, "")
    assert "urgent sensitivity" in done.stdout
    assert done.stdout.splitlines()[-2:] == [
        "changed outcomes: 1 better",
        "better: a[1] expected urgent ask -> urgent | 'i have a fever of 39'",
    ]
    first, second = json.loads(out.read_text())["cases"]
    assert (first["outcomes"], second["outcomes"]) == (["urgent"], ["none", "normal"])
    read = {(found["id"], found["status"]): found for found in first["findings"][0]}
    measured = read["fever_measured", "present"]
    assert "39" in CASES[0]["messages"][0][measured["start"] : measured["end"]]
    assert len(second["replies"]) == len(second["milliseconds"]) == 2


def test_a_bad_file_is_refused(tmp_path: Path) -> None:
    """A malformed case file ends with exit code 2 and a sentence, without a trace."""
    path = tmp_path / "cases.jsonl"
    path.write_text("{")

    done = evaluate(path)

    assert (done.returncode, done.stderr) == (
        2,
        f"error: {path}:1: not a JSON object: Expecting property name enclosed in double quotes\n",
    )
