"""The trace from the seed documents to what carries them (bot/protocols/trace.yml, docs/traceability.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.replies.responses import Responses
from bot.triage.lined_yaml import LinedList, LinedMap, ProtocolError, read_yaml
from bot.triage.protocol import Protocol

KINDS = ("sign", "duration", "advice", "fact")
KEYS = {"kind", "says", "by", "missing", "wanted"}
INTRO = """\
Made by `python -m bot protocol trace` from `bot/protocols/trace.yml`; do not edit it. Each row is a sign, symptom,
duration, piece of advice or fact of a seed document in our own short words, and what carries it: findings and rules of
`bot/protocols/hsg.yml` with their tier, its advice, and answers of `domain.yml` (`utter_*`). A test keeps ids, page
and seeds in step."""


@dataclass(frozen=True)
class Row:
    """One thing that a seed says; `wanted` is what is still missing, else empty."""

    seed: str
    kind: str
    says: str
    by: tuple[str, ...]
    wanted: str


@dataclass(frozen=True)
class Trace:
    """All rows, and what was left aside for each seed."""

    rows: tuple[Row, ...]
    left_out: Mapping[str, str]

    @property
    def missing(self) -> tuple[Row, ...]:
        """Rows that no answer carries whole."""
        return tuple(row for row in self.rows if row.wanted)


def load_trace(path: Path, protocol: Protocol, responses: Responses) -> Trace:
    """Read and check the trace. Raises ProtocolError for an unknown id, kind or key, and for a seed without rows."""
    data = read_yaml(path)
    seeds, left_out = data.get("seeds"), data.get("left_out")
    if not isinstance(seeds, LinedMap) or not isinstance(left_out, LinedMap):
        raise ProtocolError(path, 1, "sections 'seeds' and 'left_out' must be mappings by seed number")
    for number in (code for code in protocol.sources if code.isdigit()):
        if not seeds.get(number):
            raise ProtocolError(path, seeds.line, f"seed '{number}' has no rows; trace it")
    known = set(kinds_of(protocol, responses))
    rows = [
        _row(path, number, item, line, known)
        for number, items in seeds.items()
        for item, line in zip(_list(path, seeds, number), items.lines, strict=True)
    ]
    return Trace(tuple(rows), {number: str(text) for number, text in left_out.items()})


def kinds_of(protocol: Protocol, responses: Responses) -> dict[str, str]:
    """Return what an id may name, with words for it: a tier, `advice`, or `answer`."""
    named = {item.id: _tier(item.level.name) for item in (*protocol.findings, *protocol.rules)}
    named |= {item.id: "question" for item in protocol.vague} | {item.id: "raise" for item in protocol.raises}
    return named | dict.fromkeys(protocol.advice, "advice") | dict.fromkeys(responses.by_name, "answer")


def render_trace(trace: Trace, protocol: Protocol, responses: Responses) -> str:
    """Return the page as Markdown; the same from the same files."""
    kinds = kinds_of(protocol, responses)
    blocks = ["# From the seed documents to rules and answers", INTRO, _counts(trace)]
    if trace.missing:
        blocks += ["## Still missing", "\n".join(f"- {row.seed}: {row.says}: {row.wanted}" for row in trace.missing)]
    for seed in dict.fromkeys(row.seed for row in trace.rows):
        blocks += list(_seed(trace, seed, protocol.sources[seed], kinds))
    return "\n\n".join(blocks) + "\n"


def _counts(trace: Trace) -> str:
    counts = Counter(row.kind for row in trace.rows)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    return f"{len(trace.rows)} rows ({told}); {len(trace.missing)} not carried whole."


def _seed(trace: Trace, seed: str, file: str, kinds: Mapping[str, str]) -> Iterator[str]:
    yield f"## {seed} ({file})"
    rows = ["| kind | the seed says | carried by |", "| --- | --- | --- |"]
    rows += [f"| {row.kind} | {row.says} | {_carriers(row, kinds)} |" for row in trace.rows if row.seed == seed]
    yield "\n".join(rows)
    if seed in trace.left_out:
        yield f"Left aside: {trace.left_out[seed]}."


def _carriers(row: Row, kinds: Mapping[str, str]) -> str:
    carried = ", ".join(f"`{name}` ({kinds[name]})" for name in row.by)
    return f"{carried}{'; ' if carried else ''}**missing**" if row.wanted else carried


def _list(path: Path, seeds: LinedMap, number: str) -> LinedList:
    items = seeds[number]
    if not isinstance(items, LinedList):
        raise ProtocolError(path, seeds.lines[number], f"seed '{number}' must be a list of rows")
    return items


def _row(path: Path, seed: str, item: object, line: int, known: Iterable[str]) -> Row:
    if not isinstance(item, LinedMap) or not {"kind", "says", "by"} <= set(item) <= KEYS:
        raise ProtocolError(path, line, "a row has kind, says and by, and may have missing with wanted")
    if item["kind"] not in KINDS:
        raise ProtocolError(path, line, f"kind '{item['kind']}' is unknown; use {', '.join(KINDS)}")
    unknown = [name for name in item["by"] if name not in set(known)]
    if unknown:
        raise ProtocolError(path, line, f"'{unknown[0]}' is no rule, advice or response; mend the id")
    if bool(item.get("missing")) != bool(item.get("wanted")):
        raise ProtocolError(path, line, "a row with missing: true says in 'wanted' what is missing, and no other does")
    if not item["by"] and not item.get("missing"):
        raise ProtocolError(path, line, "a row needs what carries it in 'by', or missing: true")
    return Row(seed, item["kind"], item["says"], tuple(item["by"]), str(item.get("wanted", "")))


def _tier(name: str) -> str:
    return name.lower().replace("_", " ")
