"""The command line: `python -m bot serve | train | evaluate | compare | data | protocol | audit | user | link`."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from bot import commands
from bot.evaluation.cases import CaseError
from bot.settings import load_settings
from bot.site import SettingsError
from bot.store.users import ROLES
from bot.triage.lined_yaml import ProtocolError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 a check failed, 2 wrong use or settings."""
    given = _parser().parse_args(arguments)
    _hush()
    try:
        return int(given.run(load_settings(os.environ), given))
    except (SettingsError, ProtocolError, CaseError, commands.CommandError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _hush() -> None:
    """Drop what Rasa's libraries say about themselves; sanic undoes every filter, so filtering would not do."""
    warnings.showwarning = lambda *_, **__: None
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Aftercare triage after an HSG")
    commands_of = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands_of.add_parser("serve", help="start patient chat and nurse console")
    serve.set_defaults(run=commands.serve)
    train = commands_of.add_parser("train", help="train the Rasa model")
    train.add_argument("--if-stale", action="store_true", help="only if config, domain, data or protocol changed")
    train.set_defaults(run=commands.train)
    evaluate = commands_of.add_parser("evaluate", help="run a case file and print the figures")
    evaluate.add_argument("cases", type=Path)
    evaluate.add_argument("--out", type=Path, help="write every outcome as JSON")
    evaluate.add_argument("--before", type=Path, help="an earlier --out: print the outcomes that changed since")
    evaluate.set_defaults(run=commands.evaluate)
    compare = commands_of.add_parser("compare", help="run a case file through ours and through peers, side by side")
    compare.add_argument("cases", type=Path)
    compare.add_argument("--out", type=Path, help="write the table: Markdown if the name ends in .md, else JSON")
    compare.add_argument(
        "--examples", type=int, default=1500, help="how many the trained peer learns (1500: ten minutes; 0: all)"
    )
    compare.add_argument("--only", choices=commands.SYSTEMS, help="run one system in this process, without a table")
    compare.set_defaults(run=commands.compare)
    data = commands_of.add_parser("data", help="count the training examples and their near twins")
    data.add_argument("--pairs", action="store_true", help="print every pair of near twins")
    data.set_defaults(run=commands.data)
    bench = commands_of.add_parser("bench", help="time messages through the whole journey")
    bench.set_defaults(run=commands.bench)
    protocol = commands_of.add_parser("protocol", help="check, render, tabulate, trace or explain the triage protocol")
    protocol.add_argument("action", choices=("check", "render", "findings", "trace", "explain"))
    protocol.add_argument("message", nargs="?", default="", help="explain: what a patient writes")
    protocol.add_argument("--day", type=int, help="explain: days since the procedure")
    protocol.add_argument("--out", type=Path, help="render, findings, trace: file to write instead of the one in docs/")
    protocol.set_defaults(run=commands.protocol)
    audit = commands_of.add_parser("audit", help="verify the chain of the audit record")
    audit.add_argument("action", choices=("verify",))
    audit.add_argument("--head", help="what an earlier verify printed: the trail must still hold that row")
    audit.set_defaults(run=commands.audit)
    user = commands_of.add_parser("user", help="list accounts, add one, or let somebody in again")
    user.add_argument("action", choices=("list", "add", "reset"))
    user.add_argument("name", nargs="?", default="", help="add, reset: the name to sign in with")
    user.add_argument("--role", choices=ROLES, default="nurse", help="add: what the account may do")
    user.set_defaults(run=commands.user)
    overrides = commands_of.add_parser(
        "overrides", help="write reviewed, de-identified overridden cases to a case file"
    )
    overrides.add_argument("--out", type=Path, required=True, help="evaluation file to write (docs/evaluation.md)")
    overrides.set_defaults(run=commands.overrides)
    link = commands_of.add_parser("link", help="make a chat link for a patient")
    link.add_argument("--date", help="date of the HSG, such as 2026-11-20; leave out if unknown")
    link.add_argument("--contrast", choices=("oil", "water"), help="leave out if unknown")
    link.set_defaults(run=commands.link)
    return parser


if __name__ == "__main__":
    sys.exit(main())
