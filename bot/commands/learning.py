"""Commands that train the model and measure the system."""

from __future__ import annotations

import json
import logging
from argparse import Namespace
from pathlib import Path

from bot.commands.records import CommandError
from bot.settings import FixedClock, Settings


def train(settings: Settings, given: Namespace) -> int:
    """Train the Rasa model; with --if-stale only when its sources changed since the last training."""
    from bot.rasa_components.freshness import is_stale

    if given.if_stale and not is_stale(settings.model_dir):
        return 0
    print("== training the model (about half a minute)", flush=True)
    from bot.dialogue import train as train_model

    train_model(settings.model_dir)
    return 0


def evaluate(settings: Settings, given: Namespace) -> int:
    """Run a case file through `care.receive` and print the figures; exit code 0 if all cases ran."""
    from bot.evaluation.cases import read_cases

    cases = read_cases(given.cases)
    from bot.assembly import assemble
    from bot.dialogue import DialogueError
    from bot.evaluation.report import json_report, text_report
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
    print(text_report(traces))
    if given.out:
        _write(given.out, json_report(traces))
    return 0


def _write(path: Path, report: object) -> None:
    try:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: cannot be written; choose another --out") from error
