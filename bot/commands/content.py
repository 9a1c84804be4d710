"""Commands on the clinical content: `python -m bot protocol check | render | findings | trace | explain`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.records import CommandError
from bot.review.content import FINDINGS, REVIEW, TRACE, Content
from bot.review.explanation import explain
from bot.review.phrases import sayable, unsayable
from bot.review.questions import useless_questions
from bot.review.sentences import misread
from bot.settings import ROOT, Settings
from bot.triage.engine import Context, assess

if TYPE_CHECKING:
    from bot.language.reader import Reader


def protocol(settings: Settings, given: Namespace) -> int:
    """Check the clinical content, write a page made from it, or explain what it makes of one message."""
    content = Content.load(settings)
    if given.action == "check":
        return _check(content)
    if given.action == "render":
        return _write(content.review_page(), given.out or REVIEW)
    if given.action == "findings":
        return _write(content.findings_page(), given.out or FINDINGS)
    if given.action == "trace":
        return _trace(content, given.out or TRACE)
    if not given.message:
        raise CommandError('explain needs a message: python -m bot protocol explain "i feel hot" --day 1')
    return _explain(content, given.message, given.day)


def _check(content: Content) -> int:
    held = content.protocol
    content.review_page()
    counts = f"{len(held.findings)} findings, {len(held.rules)} rules, {len(held.questions)} questions"
    print(f"{content.path.name} {held.version}: {counts}: all valid, every rule can fire, every advice has a sentence")
    missing = content.trace.missing
    print(f"trace: {len(content.trace.rows)} rows of the seeds, {len(missing)} not carried whole")
    problems = list(_problems(content))
    for problem in problems:
        print(f"wrong: {problem}")
    print(f"{len(problems)} wrong" if problems else "every question can change a tier, every finding can be said")
    return 1 if problems else 0


def _problems(content: Content) -> Iterator[str]:
    for item in useless_questions(content.protocol):
        yield f"{item.id}: no answer to question '{item.question}' changes the tier"
    sentences = content.sentences()
    reader = _reader(content)
    for finding in unsayable(content.protocol, sayable(reader.resources.lexicon)):
        yield f"{finding}: the lexicon has no phrase for it"
    read = misread(content.protocol, sentences, lambda text: reader.read(text).observations)
    yield from map(str, read)


def _write(text: str, out: Path) -> int:
    out.write_text(text, encoding="utf-8")
    print(f"wrote {_short(out)}")
    return 0


def _trace(content: Content, out: Path) -> int:
    _write(content.trace_page(), out)
    _list("not carried whole", (f"{row.seed} {row.says}: {row.wanted}" for row in content.trace.missing))
    return 0


def _explain(content: Content, text: str, day: int | None) -> int:
    seen = _reader(content).read(text).observations
    result = assess(content.protocol, seen, Context(day=day))
    print(explain(content.protocol, content.voice, text, day, seen, result))
    return 0


def _reader(content: Content) -> Reader:
    from bot.language.reader import Reader

    return Reader(content.folder, content.protocol)


def _list(title: str, lines: Iterable[str]) -> None:
    for line in lines:
        print(f"{title}: {line}")


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
