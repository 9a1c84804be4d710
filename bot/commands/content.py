"""Commands on the clinical content."""

from __future__ import annotations

from argparse import Namespace

from bot.commands.records import CommandError
from bot.settings import Settings
from bot.triage.engine import Context, assess
from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol


def protocol(settings: Settings, given: Namespace) -> int:
    """Check the protocol file, or explain what it makes of one message."""
    held = load_protocol(settings.protocol)
    if given.action == "check":
        counts = f"{len(held.findings)} findings, {len(held.rules)} rules, {len(held.questions)} questions"
        print(f"{settings.protocol.name} {held.version}: {counts}: all valid, every rule can fire")
        return 0
    if not given.message:
        raise CommandError('explain needs a message: python -m bot protocol explain "i feel hot" --day 1')
    return _explain(settings, held, given.message, given.day)


def _explain(settings: Settings, held: Protocol, text: str, day: int | None) -> int:
    from bot.language.reader import Reader

    reading = Reader(settings.protocol.parent, held).read(text, day=day)
    for seen in reading.observations:
        details = {**seen.attributes, **seen.measures}
        print(f"observation  {seen.complaint} {seen.status.value} {details or ''} {text[seen.start : seen.end]!r}")
    result = assess(held, reading.observations, Context(day=day))
    for hit in result.findings:
        print(f"finding      {hit.id} {hit.status}")
    for reason in result.reasons:
        print(f"rule         {reason.rule_id} -> {'emergency' if reason.emergency else reason.outcome.value}")
    print(f"outcome      {'emergency' if result.emergency else result.outcome.value} ask={result.question}")
    return 0
