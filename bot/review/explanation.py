"""One message explained: what was read, what follows, which rules fired with their sources, and what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.review.open_questions import entries
from bot.review.plain import LIMITS, spaced
from bot.review.voice import Voice
from bot.triage.assessment import Assessment, Evidence, Reason
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol

WIDTH = 13


@dataclass(frozen=True)
class Named:
    """What a rule id stands for."""

    name: str
    sources: tuple[str, ...]


def names(protocol: Protocol) -> dict[str, Named]:
    """Return name and sources of everything that can be a reason."""
    found = {entry.id: Named(entry.name, entry.sources) for entry in entries(protocol)}
    late = f"more than {protocol.scope.last_day} days after the HSG"
    return {**found, protocol.scope.id: Named(late, protocol.scope.sources)}


def explain(
    protocol: Protocol, voice: Voice, text: str, day: int | None, seen: Sequence[Observation], result: Assessment
) -> str:
    """Return the explanation, a line for each thing; quoted words are the patient's."""
    known = names(protocol)
    blocks: list[tuple[str, Iterable[str]]] = [
        ("message", [f"“{text}”", f"day {day}" if day is not None else "day unknown"]),
        ("read", [_observation(protocol, text, item) for item in seen] or ["nothing"]),
        ("findings", [_finding(known, text, hit.id, hit.status, hit.evidence) for hit in result.findings] or ["none"]),
        ("rules", [_reason(known, text, reason) for reason in result.reasons] or ["none fired"]),
        ("tier", [_tier(result)]),
        ("question", [f"{result.question}: “{voice.question(result.question)}”"] if result.question else ["none"]),
        ("requests", map(spaced, result.requests)),
        ("advice", (f"{name}: “{voice.advice(name)}”" for name in result.advice)),
        ("protocol", [f"{protocol.id} {result.protocol_version}, {'signed' if protocol.signed else 'not signed'}"]),
    ]
    return "\n".join(line for title, lines in blocks for line in _block(title, lines))


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{title if number == 0 else '':<{WIDTH}}{line}"


def _observation(protocol: Protocol, text: str, seen: Observation) -> str:
    details = [f"{spaced(name)} {spaced(value)}" for name, value in seen.attributes.items()]
    details += [f"{spaced(name)} {value:g}" for name, value in seen.measures.items()]
    details += [f"{seen.hours_ago:g} hours ago"] if seen.hours_ago is not None else []
    details += [f"on day {seen.felt_on}"] if seen.felt_on is not None else []
    told = f" ({', '.join(details)})" if details else ""
    taken = "takes back: " if seen.retracted else ""
    status = spaced(seen.status.value)
    return f"{taken}{protocol.vocabulary.names[seen.complaint]}{told}, {status}: “{text[seen.start : seen.end]}”"


def _finding(known: dict[str, Named], text: str, name: str, status: str, words: Sequence[Evidence]) -> str:
    return f"{known[name].name} [{name}], {spaced(status)}{_quoted(text, words)}"


def _reason(known: dict[str, Named], text: str, reason: Reason) -> str:
    tier = "emergency" if reason.emergency else spaced(reason.outcome.value)
    entry = known[reason.rule_id]
    told = f"{tier}: {entry.name} [{reason.rule_id}]"
    return f"{told}, sources {', '.join(entry.sources)}{_quoted(text, reason.evidence)}"


def _quoted(text: str, words: Iterable[Evidence]) -> str:
    quotes = dict.fromkeys(text[one.start : one.end] for one in words if one.end > one.start)
    return f": {' ... '.join(f'“{quote}”' for quote in quotes)}" if quotes else ""


def _tier(result: Assessment) -> str:
    tier = "emergency: the emergency number first" if result.emergency else spaced(result.outcome.value)
    limit = f", {LIMITS[result.time_limit]}" if result.time_limit else ""
    marks = [word for word, on in (("safeguarding", result.safeguarding), ("do not phone", result.do_not_phone)) if on]
    return f"{tier}{limit}{''.join(f' [{mark}]' for mark in marks)}"
