"""Proof that every rule can fire: build the least case that satisfies it and run the engine on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.triage.conditions import Complaint, Condition, Day, Factor, Held, Limit, Several
from bot.triage.observation import Observation
from bot.triage.picture import statement
from bot.triage.protocol import Protocol, Raise, Rule
from bot.triage.view import Said, view

LAST_DAY = 400
LATEST = {">=": 0.0, "<=": 0.0, ">": 0.01, "<": -0.01}


@dataclass(frozen=True)
class Witness:
    """A case in which a rule fires: what is said, on which day, with which factors on record."""

    observations: tuple[Observation, ...] = ()
    days: tuple[Limit, ...] = ()
    factors: frozenset[str] = field(default_factory=frozenset)

    def joined(self, other: Witness) -> Witness:
        """Return a case that says what both say."""
        return Witness(self.observations + other.observations, self.days + other.days, self.factors | other.factors)

    @property
    def day(self) -> int | None:
        """The first day (0 to 400) that keeps every bound; None if none does."""
        return next((day for day in range(LAST_DAY + 1) if self.allows(day)), None)

    @property
    def said(self) -> Said:
        """The case as one message."""
        return Said.of([statement(replace(seen, message_id="m")) for seen in self.observations], self.factors)

    def allows(self, day: int) -> bool:
        """Whether the case may stand on this day."""
        return all(limit.holds(day) for limit in self.days)


def witness(protocol: Protocol, condition: Condition, day: int | None = None) -> Witness | None:
    """Return the least case in which a condition holds (on that day, if given), or None if its bounds contradict."""
    found = _witness(protocol, condition, day)
    return found if found is not None and found.day is not None and (day is None or found.allows(day)) else None


def _witness(protocol: Protocol, condition: Condition, day: int | None) -> Witness | None:
    if isinstance(condition, Complaint):
        return _complaint(protocol, condition)
    if isinstance(condition, Held):
        return _held(protocol, condition, day)
    if isinstance(condition, Factor):
        return Witness(factors=frozenset({condition.name}))
    if isinstance(condition, Day):
        return Witness(days=(condition.limit,))
    joined, held = Witness(), 0
    for part in condition.parts:
        mine = witness(protocol, part, day) if held < condition.needed else None
        if mine is not None and joined.joined(mine).day is not None:
            joined, held = joined.joined(mine), held + 1
    return joined if held == condition.needed else None


def _complaint(protocol: Protocol, atom: Complaint) -> Witness | None:
    measures = {}
    for name in {limit.name for limit in atom.limits}:
        number = _number(protocol.vocabulary.measures[atom.name][name], [x for x in atom.limits if x.name == name])
        if number is None:
            return None
        measures[name] = number
    attributes = {attribute: values[0] for attribute, values in atom.values}
    return Witness((Observation(atom.name, atom.status, attributes=attributes, measures=measures),))


def _number(bounds: tuple[float, float], limits: list[Limit]) -> float | None:
    tries = [limit.number + LATEST[limit.sign] for limit in limits] + list(bounds)
    good = (n for n in tries if bounds[0] <= n <= bounds[1] and all(limit.holds(n) for limit in limits))
    return next(good, None)


def _held(protocol: Protocol, atom: Held, day: int | None) -> Witness | None:
    names = protocol.groups[atom.name] if atom.group else {atom.name}
    found = (witness(protocol, rule.when, day) for rule in protocol.findings if rule.id in names)
    return next((item for item in found if item is not None), None)


def check_reachable(protocol: Protocol, fail: Callable[[str, str], Exception]) -> None:
    """Raise `fail(id, message)` for a rule, vague complaint or raise that can never fire."""
    conditions = {item.id: item.when for item in (*protocol.findings, *protocol.rules)}
    conditions |= {item.id: item.when for item in protocol.vague}
    for name, condition in conditions.items():
        case = witness(protocol, condition)
        if case is None:
            raise fail(name, f"'{name}' can never fire: its thresholds or days contradict each other; mend them")
        if not all(witness(protocol, part) for part in _parts(condition)):
            raise fail(
                name, f"a part of '{name}' can never hold: look at its thresholds and the bounds of its measures"
            )
        if name not in fired(protocol, case):
            raise fail(name, f"'{name}' is never reached, not even in its own least case; look at its condition")
    for lift in protocol.raises:
        if not any(lifts(protocol, lift, rule) for rule in protocol.findings if rule.id in lift.findings):
            raise fail(lift.id, f"'{lift.id}' lifts none of its findings; mend 'when', 'findings' or 'from'")


def _parts(condition: Condition) -> Iterable[Condition]:
    """Yield every part of a condition, so that a dead branch does not hide behind a live one."""
    for part in condition.parts if isinstance(condition, Several) else ():
        yield part
        yield from _parts(part)


def fired(protocol: Protocol, case: Witness) -> frozenset[str]:
    """Return the ids of the rules and vague complaints that hold in a case."""
    result = view(protocol, case.said, next(day for day in range(LAST_DAY + 1) if case.allows(day)))
    return frozenset({hit.id for hit in result.hits} | {item.id for item, _ in result.vague})


def lifts(protocol: Protocol, lift: Raise, rule: Rule) -> bool:
    """Whether a raise can lift a finding on some day."""
    for day in (0, 1, 2, 3, 7, 10, 31):
        cause, found = witness(protocol, lift.when, day), witness(protocol, rule.when, day)
        if cause is not None and found is not None:
            hits = view(protocol, cause.joined(found).said, day).hits
            level = max((hit.level for hit in hits if hit.id == rule.id), default=None)
            if level is lift.start and (lift.to is None or lift.id in {hit.id for hit in hits}):
                return True
    return False
