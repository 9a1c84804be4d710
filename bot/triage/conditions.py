"""The conditions of protocol rules, matched against a case. How they are written: bot/triage/atoms.py."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.triage.assessment import Evidence
from bot.triage.observation import Observation, Status
from bot.triage.picture import Picture, Statement

Spans = frozenset[Evidence]
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Case:
    """What conditions are matched against, for one assumed day."""

    pictures: Mapping[Status, Picture]
    day: int
    factors: Mapping[str, Spans] = field(default_factory=dict)
    findings: Mapping[str, Spans] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """One bound on a measure or on the day."""

    name: str
    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Tell whether a value keeps within this bound."""
        return COMPARE[self.sign](value, self.number)


@dataclass(frozen=True)
class Complaint:
    """A complaint with some attribute values and measure bounds; `unsaid` names what one statement leaves open."""

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[Limit, ...] = ()
    status: Status = Status.PRESENT
    unsaid: tuple[str, ...] = ()

    def match(self, case: Case) -> Spans | None:
        """Return the words that carry it, or None."""
        stated = case.pictures.get(self.status, {}).get(self.name)
        if not stated:
            return None
        if self.unsaid:
            hits = [words for seen, words in stated if self._alone(seen)]
            return frozenset(hits) or None
        return self._together(stated)

    def _together(self, stated: Iterable[Statement]) -> Spans | None:
        found: set[Evidence] = set()
        for attribute, wanted in self.values:
            hits = [words for seen, words in stated if seen.attributes.get(attribute) in wanted]
            if not hits:
                return None
            found.update(hits)
        for measure in {limit.name for limit in self.limits}:
            hits = [words for seen, words in stated if self._within(measure, seen)]
            if not hits:
                return None
            found.update(hits)
        return frozenset(found or [words for _, words in stated])

    def _within(self, measure: str, seen: Observation) -> bool:
        number = seen.measures.get(measure)
        return number is not None and all(limit.holds(number) for limit in self.limits if limit.name == measure)

    def _alone(self, seen: Observation) -> bool:
        return (
            all(name not in seen.attributes and name not in seen.measures for name in self.unsaid)
            and all(seen.attributes.get(attribute) in wanted for attribute, wanted in self.values)
            and all(self._within(limit.name, seen) for limit in self.limits)
        )


@dataclass(frozen=True)
class Held:
    """A finding or any of a group of findings."""

    name: str
    group: bool = False

    def match(self, case: Case) -> Spans | None:
        """Return the words of the findings that hold, or None."""
        names = case.groups[self.name] if self.group else {self.name}
        held = [spans for name, spans in case.findings.items() if name in names]
        return frozenset().union(*held) if held else None


@dataclass(frozen=True)
class Factor:
    """A patient factor from the record or from her own words (evidence 1.2)."""

    name: str

    def match(self, case: Case) -> Spans | None:
        """Return the words that state it (none where the record does), or None."""
        return case.factors.get(self.name)


@dataclass(frozen=True)
class Day:
    """A bound on the days since the procedure."""

    limit: Limit

    def match(self, case: Case) -> Spans | None:
        """Return no words where the day keeps the bound, else None."""
        return frozenset() if self.limit.holds(case.day) else None


@dataclass(frozen=True)
class Several:
    """At least `needed` of the parts; `all` and `any` are its two ends."""

    needed: int
    parts: tuple[Condition, ...]

    def match(self, case: Case) -> Spans | None:
        """Return the words of every part that holds, or None if too few do."""
        held = [spans for part in self.parts if (spans := part.match(case)) is not None]
        return frozenset().union(*held) if len(held) >= self.needed else None


Condition = Complaint | Held | Factor | Day | Several

Triggers = frozenset[str] | None
"""Complaints and `factor:` names of which at least one must be said for a condition to hold; None = nothing need be."""


def triggers(condition: Condition, findings: Mapping[str, Triggers], groups: Mapping[str, frozenset[str]]) -> Triggers:
    """Return the words without which a condition cannot hold, so that the engine may pass it over."""
    if isinstance(condition, Complaint):
        return frozenset({condition.name})
    if isinstance(condition, Factor):
        return frozenset({f"factor:{condition.name}"})
    if isinstance(condition, Day):
        return None
    if isinstance(condition, Held):
        names = groups[condition.name] if condition.group else {condition.name}
        return _union([findings[name] for name in names], 1)
    return _union([triggers(part, findings, groups) for part in condition.parts], condition.needed)


def _union(parts: list[Triggers], needed: int) -> Triggers:
    wordy = [part for part in parts if part is not None]
    if len(parts) - len(wordy) >= needed:
        return None
    if needed == len(parts):
        return min(wordy, key=len)
    return frozenset().union(*wordy)
