"""Ours beside other ways to build it, from the same data over the same cases; each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.commands.learning import TRAINING_NOTE, traces_of, write
from bot.commands.records import CommandError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.cases import Case
    from bot.evaluation.comparison import Column
    from bot.evaluation.figures import Result
    from bot.evaluation.peers.peer import Peer

SYSTEMS = {
    "ours": "ours",
    "stock_rasa": "stock Rasa (DIET)",
    "medspacy": "medSpaCy (ConText)",
    "keywords": "keyword bot",
}
"""What is compared, ours first, with its name in the table."""
SLOW = {"stock_rasa": ": learns for about ten minutes, unless it has learnt these examples before"}
Costs = dict[str, float | None]


def compare(settings: Settings, given: Namespace) -> int:
    """Print ours and its peers side by side; exit code 0 if all ran. With --only, run one and write its outcomes."""
    from bot.evaluation.cases import read_cases

    cases = read_cases(given.cases)
    if given.only:
        return _one(settings, given, cases)
    with TemporaryDirectory() as folder:
        columns = [_column(given, cases, name, Path(folder, f"{name}.json")) for name in SYSTEMS]
    _print(columns, given.out)
    return 0


def _print(columns: Sequence[Column], out: Path | None) -> None:
    from bot.evaluation.comparison import markdown_table, text_table, verdict

    said = verdict(columns[0], columns[1:])
    print(f"{text_table(columns)}\n\n{said}")
    if out and out.suffix == ".md":
        write(out, f"{markdown_table(columns)}\n\n{said}\n")
    elif out:
        write(out, json.dumps({"systems": [column.json() for column in columns]}, ensure_ascii=False, indent=1))


def _column(given: Namespace, cases: Sequence[Case], name: str, out: Path) -> Column:
    """Run a system in its own process, so that the memory it reports is its own."""
    from bot.evaluation.comparison import Column
    from bot.evaluation.results import read_results

    print(f"== {SYSTEMS[name]}{SLOW.get(name, '')}", flush=True)
    command = [sys.executable, "-m", "bot", "compare", str(given.cases), "--only", name, "--out", str(out)]
    done = subprocess.run(  # noqa: S603  our own command
        [*command, "--examples", str(given.examples)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(
            f"{SYSTEMS[name]} did not run: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
        )
    return Column(SYSTEMS[name], read_results(out, cases), **json.loads(out.read_text(encoding="utf-8"))["costs"])


def _one(settings: Settings, given: Namespace, cases: Sequence[Case]) -> int:
    from bot.evaluation.results import result_json

    results, costs = _run(settings, given.only, given.examples, cases)
    costs["peak_mb"] = _peak_mb()
    held: dict[str, Any] = {"cases": [result_json(result) for result in results], "costs": costs}
    if given.out:
        write(given.out, json.dumps(held))
    return 0


def _peak_mb() -> float:
    """Return the peak of this program alone: `ru_maxrss` begins at that of the program that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _run(settings: Settings, name: str, examples: int, cases: Sequence[Case]) -> tuple[list[Result], Costs]:
    if name == "ours":
        return [trace.result for trace in traces_of(settings, cases)], _our_costs(settings)
    from bot.evaluation.peers.peer import run

    peer, costs = _peer(settings, name, examples)
    return run(peer, cases), costs


def _our_costs(settings: Settings) -> Costs:
    from bot.evaluation.examples import read_examples
    from bot.rasa_components.freshness import model_file

    note = settings.model_dir / TRAINING_NOTE
    held = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    same = held.get("model") == model_file(settings.model_dir).name
    return {"examples": len(read_examples()), "training_seconds": held["cpu_seconds"] if same else None}


def _peer(settings: Settings, name: str, examples: int) -> tuple[Peer, Costs]:
    from bot.evaluation.examples import read_examples
    from bot.triage.loader import load_protocol

    if name == "keywords":
        from bot.evaluation.peers.keywords import Keywords

        return Keywords(), {}
    if name == "medspacy":
        from bot.evaluation.peers.medspacy_context import MedspacyContext
        from bot.evaluation.peers.phrases import phrases

        held = phrases(settings.protocol.parent / "en", read_examples())
        return MedspacyContext(load_protocol(settings.protocol), held), {}
    from bot.evaluation.peers.stock_rasa import StockRasa, lesson, trained

    learnt = lesson(load_protocol(settings.protocol), read_examples(), examples)
    training = trained(learnt, settings.model_dir / "peers")
    costs: Costs = {"examples": training.examples, "training_seconds": training.seconds}
    return StockRasa(training.model, learnt.tiers), costs
