"""The words of a patient that were read, each with its status, and the rules that they made fire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.store.records import Message
from bot.triage.assessment import Assessment, Evidence
from bot.triage.observation import Observation, Status
from bot.web.cards import LABELS
from bot.web.cases import rule_words
from bot.web.context import Web
from bot.web.markup import Mark

PRESENT = Status.PRESENT.value


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: its code and what that stands for."""

    code: str
    title: str


@dataclass(frozen=True)
class Reasoning:
    """A rule that fired, numbered as its marks in the transcript are, with the words that made it fire."""

    number: int
    rule_id: str
    words: str
    tier: str
    label: str
    quotes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]


def reasons(web: Web, messages: Sequence[Message], assessments: Sequence[Assessment]) -> tuple[Reasoning, ...]:
    """Number every rule that fired in the conversation, strongest first, latest reading of each."""
    latest = {reason.rule_id: reason for assessment in assessments for reason in assessment.reasons}
    ranked = sorted(latest.values(), key=lambda reason: (-reason.outcome.rank, not reason.emergency))
    texts = {message.id: message.text for message in messages}
    result = []
    for number, reason in enumerate(ranked, start=1):
        tier = "emergency" if reason.emergency else reason.outcome.value
        quotes = (texts.get(item.message_id, "")[item.start : item.end] for item in reason.evidence)
        words = tuple(dict.fromkeys(filter(str.strip, quotes)))
        named, found = rule_words(web, reason.rule_id), _sources(web, reason.rule_id)
        result.append(Reasoning(number, reason.rule_id, named, tier, LABELS[tier], words, reason.evidence, found))
    return tuple(result)


def marks(
    web: Web, observations: Sequence[Observation], assessments: Sequence[Assessment], numbered: Iterable[Reasoning]
) -> Mapping[str, list[Mark]]:
    """Return the marks of each message: what was read, with its status, and the number of the rule that it carries."""
    by_rule = {item.rule_id: item for item in numbered}
    statuses = {_place(seen): _status(seen) for seen in observations if seen.end > seen.start}
    found: dict[str, set[Mark]] = {}
    carrying = {item for assessment in assessments for reason in assessment.reasons for item in reason.evidence}
    for reason in (reason for assessment in assessments for reason in assessment.reasons):
        named = by_rule[reason.rule_id]
        for item in reason.evidence:
            status = statuses.get((item.message_id, item.start, item.end), PRESENT)
            mark = _mark(web, item.start, item.end, status, reason.rule_id, named.words, named.number)
            found.setdefault(item.message_id, set()).add(mark)
    for seen in observations:
        place = Evidence(seen.message_id, seen.start, seen.end)
        if seen.end > seen.start and seen.reader != "dialogue" and place not in carrying:
            mark = _mark(web, seen.start, seen.end, _status(seen), seen.complaint, seen.complaint.replace("_", " "))
            found.setdefault(seen.message_id, set()).add(mark)
    return {key: sorted(group, key=lambda mark: (mark.start, mark.number)) for key, group in found.items()}


def _mark(web: Web, start: int, end: int, status: str, rule: str, words: str, number: int = 0) -> Mark:
    label = "" if status == PRESENT else web.desk.frame.statuses[status]
    return Mark(start, end, rule, words, number, status, label)


def _place(seen: Observation) -> tuple[str, int, int]:
    return seen.message_id, seen.start, seen.end


def _status(seen: Observation) -> str:
    return "retracted" if seen.retracted else seen.status.value


def _sources(web: Web, rule_id: str) -> tuple[Source, ...]:
    return tuple(Source(code, web.guide.title(code)) for code in web.guide.sources.get(rule_id, ()))
