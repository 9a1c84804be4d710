from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands import comparing
from bot.evaluation.comparison import Column, markdown_table, text_table, verdict
from bot.evaluation.peers.peer import Listener, Verdict, run
from bot.triage.assessment import Outcome
from tests.evaluation.samples import case

NONE, NORMAL, ASK, SOON, URGENT = Outcome
CASES = [case("a", URGENT, emergency=True), case("b", SOON), case("c", NORMAL)]


class Always:
    """A peer that always says the same."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def begin(self, day: int | None) -> Listener:
        """Say it to everyone."""
        return lambda _: self._verdict


@pytest.fixture
def columns() -> list[Column]:
    """A system that always sends to the emergency department, and one that always calms."""
    loud, calm = (run(Always(said), CASES) for said in (Verdict(URGENT, emergency=True), Verdict(NORMAL)))
    timed = [[type(each)(each.case, each.outcomes, each.emergencies, (2.0,)) for each in rows] for rows in (loud, calm)]
    return [Column("ours", timed[0], 650.4, 7440, 75.0), Column("calm", timed[1], 40.0)]


def test_the_table_sets_systems_side_by_side(columns: list[Column]) -> None:
    """Every safety row, time, memory and training stand in one table; what does not learn has a dash."""
    assert text_table(columns).splitlines() == [
        "figure                  ours         calm",
        "urgent sensitivity      1.000 (1/1)  0.000 (0/1)",
        "emergency sensitivity   1.000 (1/1)  0.000 (0/1)",
        "dismissed urgent        0.000 (0/1)  1.000 (1/1)",
        "urgent asked first      0.000 (0/1)  0.000 (0/1)",
        "under-triage            0.000 (0/3)  0.667 (2/3)",
        "over-triage             0.667 (2/3)  0.000 (0/3)",
        "needless question       0.000 (0/1)  0.000 (0/1)",
        "exact or accepted       0.333 (1/3)  0.333 (1/3)",
        "milliseconds p50 / p95  2.0 / 2.0    2.0 / 2.0",
        "peak memory, MB         650          40",
        "examples learnt         7,440        -",
        "training, CPU seconds   75           -",
    ]
    assert markdown_table(columns).splitlines()[:3] == [
        "| figure | ours | calm |",
        "| --- | --- | --- |",
        "| urgent sensitivity | 1.000 (1/1) | 0.000 (0/1) |",
    ]


def test_rows_in_which_a_peer_leads_are_said(columns: list[Column]) -> None:
    """The command says plainly where ours is not best, costs included; a tie is no defeat."""
    ours, calm = columns

    assert verdict(ours, [calm]).splitlines() == [
        "ours: a peer does better in 2 of 12 rows",
        "  over-triage: 0.667; calm 0",
        "  peak memory, MB: 650; calm 40",
    ]
    assert verdict(ours, [ours]) == "ours: no peer does better in any of 12 rows"


def test_each_system_runs_in_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make compare` measures a peer in a child process, prints the table, writes it out and exits 0."""
    monkeypatch.setattr(comparing, "SYSTEMS", {"keywords": "keyword bot"})
    path, out = tmp_path / "cases.jsonl", tmp_path / "table.json"
    path.write_text('{"id": "a", "messages": ["hello", "i have a fever"], "tier": "urgent"}')

    code = main(["compare", str(path), "--out", str(out)])

    system = json.loads(out.read_text())["systems"][0]
    assert code == 0
    assert "urgent sensitivity      1.000 (1/1)" in capsys.readouterr().out
    assert (system["name"], system["cases"][0]["outcomes"]) == ("keyword bot", ["none", "urgent"])
    assert 10 < system["peak_mb"] < 150
