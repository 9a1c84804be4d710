"""What the clinician has to decide: notes at rules, numbered questions, readings that no single rule carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml
from bot.triage.protocol import Protocol, Raise, Rule, Vague

MARKS = {"L": "[L]", "dagger": "†", "safer": ""}


@dataclass(frozen=True)
class Item:
    """One thing to decide: what holds now, where it stands, and what it is about where the note alone does not say."""

    mark: str
    says: str
    where: tuple[str, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenQuestions:
    """All of them: `questions` maps Q numbers to question and default."""

    questions: Mapping[str, tuple[str, str]]
    readings: tuple[Item, ...]


def load_open_questions(path: Path) -> OpenQuestions:
    """Read bot/protocols/open_questions.yml. Raises ProtocolError with file, line and mend."""
    data = read_yaml(path)
    for name in ("questions", "readings"):
        if not isinstance(data.get(name), LinedMap):
            raise ProtocolError(path, 1, f"section '{name}' is missing or no mapping; add it")
    questions = {name: (row["ask"], row["default"]) for name, row in _rows(path, data["questions"], ("ask", "default"))}
    rows = _rows(path, data["readings"], ("mark", "says", "where"))
    return OpenQuestions(questions, tuple(_reading(path, row) for _, row in rows))


def entries(protocol: Protocol) -> tuple[Rule | Vague | Raise, ...]:
    """Return everything that can be the reason for a tier, except the scope."""
    return (*protocol.findings, *protocol.rules, *protocol.vague, *protocol.raises)


def noted(protocol: Protocol) -> tuple[Item, ...]:
    """Return the notes that stand at rules, vague complaints and raises; the mark is their first sign."""
    found = (entry for entry in entries(protocol) if entry.note)
    return _merged(Item(_mark(entry.note), entry.note, (entry.id,), (entry.name,)) for entry in found)


def citing(protocol: Protocol, code: str) -> tuple[str, ...]:
    """Return the ids of what rests on a source."""
    found = tuple(entry.id for entry in entries(protocol) if code in entry.sources)
    return (*found, protocol.scope.id) if code in protocol.scope.sources else found


def _mark(note: str) -> str:
    return next((sign for sign in ("[L]", "†") if sign in note), "")


def _merged(items: Iterable[Item]) -> tuple[Item, ...]:
    """Join notes with the same words, so that a decision is taken once."""
    merged: dict[tuple[str, str], Item] = {}
    for item in items:
        words = item.says.replace("[L]", "").replace("†", "").strip()
        old = merged.get((item.mark, words), Item(item.mark, words, ()))
        merged[item.mark, words] = Item(item.mark, words, old.where + item.where, old.about + item.about)
    return tuple(merged.values())


def _rows(path: Path, section: LinedMap, keys: tuple[str, ...]) -> Iterable[tuple[str, LinedMap]]:
    for name, row in section.items():
        if not isinstance(row, LinedMap) or set(row) != set(keys):
            raise ProtocolError(path, section.lines[name], f"'{name}' must have exactly {', '.join(keys)}")
        yield name, row


def _reading(path: Path, row: LinedMap) -> Item:
    if row["mark"] not in MARKS:
        raise ProtocolError(path, row.lines["mark"], f"mark '{row['mark']}' is unknown; use {', '.join(MARKS)}")
    where = row["where"] if isinstance(row["where"], list) else [row["where"]]
    return Item(MARKS[row["mark"]], row["says"], tuple(where))
