"""A test sentence and a denied one for each finding (bot/protocols/<language>/sentences.yml), read for real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.triage.engine import Context, assess
from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Protocol

Read = Callable[[str], Sequence[Observation]]
"""Text to observations; what `bot.language.reader.Reader` does."""
KEYS = {"present", "denied", "day"}
USUAL_DAY = 1


@dataclass(frozen=True)
class Sentences:
    """What a patient might type who has a finding, and who has not; `day` since the procedure."""

    finding: str
    present: str
    denied: str
    day: int


@dataclass(frozen=True)
class Misread:
    """A sentence that is not read as it is meant; `found` are the findings read instead."""

    finding: str
    kind: str
    text: str
    found: tuple[str, ...]

    def __str__(self) -> str:
        found = ", ".join(self.found) or "nothing"
        return f"{self.finding}: {self.kind} sentence '{self.text}' gives {found}"


def load_sentences(path: Path, protocol: Protocol) -> Mapping[str, Sentences]:
    """Read the sentences. Raises ProtocolError where a finding has none, or an entry is no finding."""
    data = read_yaml(path)
    findings = [rule.id for rule in protocol.findings]
    for name in data:
        if name not in findings:
            raise ProtocolError(path, data.lines[name], f"'{name}' is no finding of the protocol; mend the id")
    for name in findings:
        if name not in data:
            raise ProtocolError(path, 1, f"finding '{name}' has no sentences; add present: and denied:")
    return {name: _sentences(path, data, name) for name in findings}


def misread(protocol: Protocol, sentences: Iterable[Sentences], read: Read) -> Iterator[Misread]:
    """Yield every sentence that the reader and the rules do not take as it is meant."""
    for item in sentences:
        for kind, text, wanted in (("present", item.present, True), ("denied", item.denied, False)):
            found = present(protocol, read(text), item.day)
            if (item.finding in found) is not wanted:
                yield Misread(item.finding, kind, text, found)


def present(protocol: Protocol, seen: Sequence[Observation], day: int) -> tuple[str, ...]:
    """Return the findings that hold now."""
    hits = assess(protocol, seen, Context(day)).findings
    return tuple(dict.fromkeys(hit.id for hit in hits if hit.status == Status.PRESENT.value))


def _sentences(path: Path, data: LinedMap, name: str) -> Sentences:
    entry, line = data[name], data.lines[name]
    if not isinstance(entry, LinedMap) or not {"present", "denied"} <= set(entry) <= KEYS:
        raise ProtocolError(path, line, f"'{name}' must have present: and denied:, and may have day:")
    if not all(isinstance(entry[key], str) and entry[key].strip() for key in ("present", "denied")):
        raise ProtocolError(path, line, f"sentences of '{name}' must be text; quote them")
    day = entry.get("day", USUAL_DAY)
    if type(day) is not int or day < 0:
        raise ProtocolError(path, entry.lines["day"], f"day of '{name}' must be a number of days from 0")
    return Sentences(name, entry["present"], entry["denied"], day)
