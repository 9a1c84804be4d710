"""Proof that every question can change a tier: answer it in every way and look at the assessments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.triage.assessment import Assessment
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol, Question, Vague
from bot.triage.reachability import witness

DAYS = (1, 0, 2, 3, 7, 10, 31)
Result = tuple[int, bool]


@dataclass(frozen=True)
class Useless:
    """A vague complaint whose question gives the same tier whatever she answers."""

    id: str
    question: str


def useless_questions(protocol: Protocol) -> tuple[Useless, ...]:
    """Return the vague complaints and facts whose question cannot change the tier on any day."""
    found = [Useless(item.id, item.question) for item in protocol.vague if len(results(protocol, item)) < 2]
    if not _day_matters(protocol):
        found.append(Useless("unknown_day", protocol.day_question))
    return tuple(found)


def results(protocol: Protocol, item: Vague) -> frozenset[Result]:
    """Return the tiers that the answers to a vague complaint's question lead to, on the day on which most differ."""
    return max((frozenset(_on(protocol, item, day)) for day in DAYS), key=len)


def _on(protocol: Protocol, item: Vague, day: int) -> Iterable[Result]:
    case = witness(protocol, item.when, day)
    if case is None:
        return
    said = [replace(seen, message_id="m0") for seen in case.observations]
    context = Context(day, case.factors, (item.question,), item.question)
    for answer in _answers(protocol.questions[item.question]):
        yield _result(assess(protocol, [*said, replace(answer, message_id="m1")], context))


def _answers(question: Question) -> Iterable[Observation]:
    """Yield what the answers say; "not sure" is none of them: it takes the higher branch by itself."""
    yield from (answer.observation for answer in question.answers)


def _day_matters(protocol: Protocol) -> bool:
    """Whether some finding's tier differs between the days that an unknown day is tried as."""
    for rule in protocol.findings:
        case = witness(protocol, rule.when)
        if case is not None:
            reached = {_result(assess(protocol, case.observations, Context(day))) for day in protocol.unknown_days}
            if len(reached) > 1:
                return True
    return False


def _result(result: Assessment) -> Result:
    return result.outcome.rank, result.emergency
