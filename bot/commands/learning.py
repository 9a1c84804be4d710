"""Commands that train the model and measure the system."""

from __future__ import annotations

import json
import logging
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import FixedClock
from bot.commands.records import CommandError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.cases import Case
    from bot.evaluation.run import Trace

TRAINING_NOTE = "training.json"
"""What the last training cost, beside the model: its name and the CPU seconds of the whole command."""


def train(settings: Settings, given: Namespace) -> int:
    """Train the Rasa model; with --if-stale only when its sources changed since the last training."""
    from bot.rasa_components.freshness import is_stale

    if given.if_stale and not is_stale(settings.model_dir):
        return 0
    print("== training the model (one to two minutes)", flush=True)
    from bot.dialogue import train as train_model

    model = train_model(settings.model_dir)
    note = {"model": model.name, "cpu_seconds": time.process_time()}
    (settings.model_dir / TRAINING_NOTE).write_text(json.dumps(note), encoding="utf-8")
    return 0


def evaluate(settings: Settings, given: Namespace) -> int:
    """Run a case file through `care.receive` and print the figures; exit code 0 if all cases ran.

    With --before, print also which outcomes differ from those of an earlier run.
    """
    from bot.evaluation.cases import read_cases
    from bot.evaluation.changes import changes, changes_report
    from bot.evaluation.results import read_results

    cases = read_cases(given.cases)
    before = read_results(given.before, cases) if given.before else None
    traces = traces_of(settings, cases)
    from bot.evaluation.report import json_report, text_report

    print(text_report(traces))
    if before is not None:
        print(f"\n{changes_report(changes(before, [trace.result for trace in traces]))}")
    if given.out:
        write(given.out, json.dumps(json_report(traces), ensure_ascii=False, indent=1))
    return 0


def traces_of(settings: Settings, cases: Sequence[Case]) -> list[Trace]:
    """Run cases through the whole product in a throw-away store. Raises CommandError where no model can be loaded."""
    from bot.assembly import assemble
    from bot.dialogue import DialogueError
    from bot.evaluation.run import run_cases
    from bot.store import Store

    logging.basicConfig(level=logging.ERROR)
    clock = FixedClock(0)
    with Store(None, clock) as store:
        product = assemble(settings, store)
        try:
            product.dialogue.start()
        except DialogueError as error:
            raise CommandError(str(error)) from error
        traces = run_cases(product.care, clock, settings.site, cases)
        product.dialogue.close()
    return traces


def write(path: Path, text: str) -> None:
    """Write a result. Raises CommandError where that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: cannot be written; choose another --out") from error


def data(_settings: Settings, given: Namespace) -> int:
    """Print how many examples each family of data/nlu holds and how many of them have a near twin."""
    from bot.evaluation.examples import read_examples
    from bot.evaluation.twins import find_twins, pairs_report, twins_report

    examples = read_examples()
    pairs = find_twins([example.text for example in examples])
    print(twins_report(examples, pairs))
    if given.pairs:
        print(f"\n{pairs_report(examples, pairs)}")
    return 0
