"""What fires on one assumed day: findings, combinations, what is over, what is raised, what is still vague."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.triage.assessment import Evidence, Outcome, TimeLimit
from bot.triage.conditions import Case, Spans, Triggers
from bot.triage.observation import Observation, Status
from bot.triage.picture import Picture, Statement, picture, pictures, since
from bot.triage.protocol import Level, Protocol, Rule, Vague

RECENT_HOURS = 0.0
"""An ended symptom with no time stated counts as recent (rule 26)."""


@dataclass(frozen=True)
class Hit:
    """One thing that carries a level: a rule that fired, a raise, or a vague complaint taken at its higher branch."""

    id: str
    level: Level
    spans: Spans
    advice: str
    limit: TimeLimit = TimeLimit.TODAY
    status: Status = Status.PRESENT
    finding: bool = False
    safeguarding: bool = False
    do_not_phone: bool = False


@dataclass(frozen=True)
class Said:
    """Everything said so far that stands, sorted once for all assumed days."""

    statements: Sequence[Statement]
    pictures: Mapping[Status, Picture]
    factors: Mapping[str, Spans]
    words: frozenset[str]

    @classmethod
    def of(cls, statements: Sequence[Statement], recorded: Iterable[str]) -> Said:
        """Sort statements; `recorded` are the patient factors on record."""
        sorted_ = pictures(statements)
        factors: dict[str, Spans] = {name: frozenset() for name in recorded}
        for seen, words in sorted_.get(Status.PRESENT, {}).get("factor", ()):
            kind = seen.attributes.get("kind", "")
            factors[kind] = factors.get(kind, frozenset()) | {words}
        named = {item.seen.complaint for item in statements} | {f"factor:{name}" for name in factors}
        return cls(statements, sorted_, factors, frozenset(named))

    def may(self, triggers: Triggers) -> bool:
        """Whether a condition with these triggers can hold at all."""
        return triggers is None or not triggers.isdisjoint(self.words)


@dataclass
class View:
    """The conclusion for one assumed day."""

    day: int
    hits: list[Hit] = field(default_factory=list)
    vague: list[tuple[Vague, Spans]] = field(default_factory=list)

    @property
    def level(self) -> Level:
        """The highest level of all that holds."""
        return max((hit.level for hit in self.hits), default=Level.NONE)

    @property
    def outcome(self) -> Outcome:
        """The outcome as the evaluation counts it: `ask` while a vague complaint is open and nothing is above it."""
        outcome = self.level.outcome
        asking = any(not item.fact for item, _ in self.vague)
        return Outcome.ASK if asking and outcome.rank < Outcome.ASK.rank else outcome


def view(protocol: Protocol, said: Said, day: int) -> View:
    """Return what holds if the procedure was `day` days ago, before any question is counted as unanswered."""
    result = View(day)
    findings: dict[str, Spans] = {}
    case = Case(said.pictures, day, said.factors, findings, protocol.groups)
    past = _past(said, day)
    for rule in protocol.findings:
        if said.may(rule.triggers) and (hit := _hit(rule, case) or _over(rule, case, past)):
            result.hits.append(hit)
            if hit.status is Status.PRESENT or hit.level >= Level.URGENT:
                findings[rule.id] = hit.spans
    combined = (_hit(rule, case, finding=False) for rule in protocol.rules if said.may(rule.triggers))
    result.hits += [hit for hit in combined if hit]
    result.vague = list(_vague(protocol, said, case))
    result.hits += list(_raised(protocol, case, result))
    return result


def _hit(rule: Rule, case: Case, finding: bool = True) -> Hit | None:
    spans = rule.when.match(case)
    if spans is None:
        return None
    early = rule.early if rule.early and case.day <= rule.early.last_day else None
    level, advice = (early.level, early.advice) if early else (rule.level, rule.advice)
    return Hit(
        rule.id, level, spans, advice, rule.limit,
        finding=finding, safeguarding=rule.safeguarding, do_not_phone=rule.do_not_phone,
    )  # fmt: skip


def _past(said: Said, day: int) -> list[tuple[float, Statement]]:
    """Return what is over, with its hours; what ended before the procedure does not count (rule 12)."""
    ended: list[tuple[float, Statement]] = []
    for items in said.pictures.get(Status.PAST, {}).values():
        ended += [(_hours(item, day), item) for item in items]
    return [(hours, item) for hours, item in ended if hours < 24 * (day + 1)]


def _hours(item: Statement, day: int) -> float:
    ended = item.seen.ended(day)
    return RECENT_HOURS if ended is None else ended


def _over(rule: Rule, case: Case, past: Sequence[tuple[float, Statement]]) -> Hit | None:
    """Judge a finding that is over now: the first step whose hours still hold (rule 26)."""
    for step in rule.over if past else ():
        recent = picture(item for hours, item in past if hours <= step.hours)
        spans = rule.when.match(Case({Status.PRESENT: recent}, case.day, case.factors))
        if spans is not None:
            return Hit(rule.id, step.level, spans, rule.advice, rule.limit, Status.PAST, finding=True)
    return None


def _vague(protocol: Protocol, said: Said, case: Case) -> Iterable[tuple[Vague, Spans]]:
    for item in protocol.vague:
        spans = item.when.match(case) if said.may(item.triggers) else None
        if spans is not None and not _settled(item, said, case, spans):
            yield item, spans


def _settled(item: Vague, said: Said, case: Case, spans: Iterable[Evidence]) -> bool:
    if item.later:
        case = Case(pictures(since(said.statements, spans)), case.day, case.factors, case.findings, case.groups)
    return any(condition.match(case) is not None for condition in item.settled_by)


def _raised(protocol: Protocol, case: Case, so_far: View) -> Iterable[Hit]:
    """Lift findings one step, once in all, never to emergency (rule 32), and late cases into scope (rule 41)."""
    for item in protocol.raises:
        spans = item.when.match(case)
        if spans is not None and item.to is not None:
            for hit in so_far.hits:
                if hit.id in item.findings and hit.level is item.start:
                    yield Hit(item.id, item.to, spans | hit.spans, item.advice)
    scope = protocol.scope
    late = frozenset().union(
        *(hit.spans for hit in so_far.hits if hit.level is Level.NORMAL),
        *(spans for item, spans in so_far.vague if not item.fact),
    )
    if case.day > scope.last_day and late:
        yield Hit(scope.id, Level.CALL_SOON, late, scope.advice)


def stated_under(protocol: Protocol, said: Said, status: Status, day: int) -> Iterable[tuple[Rule, Spans]]:
    """Return the findings that are named with another status than present: denied, hypothetical and the like."""
    stated = said.pictures.get(status)
    case = Case({Status.PRESENT: stated or {}}, day)
    for rule in protocol.findings if stated else ():
        spans = rule.when.match(case) if said.may(rule.triggers) else None
        if spans:
            yield rule, spans


def stated_days(seen: Iterable[Observation]) -> frozenset[int]:
    """Return the days since the procedure that she states."""
    return frozenset(
        int(item.measures["days"])
        for item in seen
        if item.complaint == "day" and item.status is Status.PRESENT and "days" in item.measures
    )
