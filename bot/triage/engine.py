"""From observations and the day to one assessment. Pure and total: same input, same answer, for any input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.triage.assessment import Assessment, Evidence, FindingHit, Outcome, Reason, TimeLimit
from bot.triage.conditions import Case, Spans
from bot.triage.observation import Observation, Status
from bot.triage.picture import standing, statement, until
from bot.triage.protocol import Level, Protocol, Vague
from bot.triage.view import Hit, Said, View, stated_days, stated_under, view

NOT_PRESENT = (Status.DENIED, Status.HYPOTHETICAL, Status.OTHER_PERSON, Status.UNCERTAIN)
TRIES = 2
"""Messages that do not answer a question before its higher branch is taken (rule 36)."""


@dataclass(frozen=True)
class Context:
    """What is known beside the words: the day from the record, patient factors, the course of the dialogue.

    `asked` lists the ids of questions already asked in this conversation, oldest first, a question asked again
    named again or not; `open_question` is the one that waits for an answer, the only one that may be asked again;
    `unanswered` counts the messages since then that did not answer it, this one included.
    """

    day: int | None = None
    factors: frozenset[str] = frozenset()
    asked: tuple[str, ...] = ()
    open_question: str | None = None
    unanswered: int = 0


def assess(protocol: Protocol, observations: Sequence[Observation], context: Context) -> Assessment:
    """Conclude from everything said in one conversation, oldest first (rules.md; evidence section 2).

    An unknown day is tried as each day of the protocol's `unknown_day` list, a record and a statement that disagree
    as both, and the highest result stands (rule 14). Observations outside the vocabulary are ignored: the reader
    checks them.
    """
    kept = [seen for seen in standing(observations) if protocol.vocabulary.problem(seen) is None]
    said = Said.of([statement(seen) for seen in kept], context.factors)
    known = stated_days(kept) | ({context.day} if context.day is not None else frozenset())
    views = [view(protocol, said, day) for day in sorted(known) or protocol.unknown_days]
    for each in views:
        _close_unclear(protocol, each, said, context)
    best = max(views, key=lambda each: (each.outcome.rank, each.level))
    question = _question(protocol, context, best)
    if question is None and not known and best.level is Level.CALL_SOON:
        question = _day_question(protocol, context, views)
    return _conclude(protocol, said, best, question)


def _close_unclear(protocol: Protocol, each: View, said: Said, context: Context) -> None:
    """Take the higher branch of a vague complaint that will not get clearer (C31, rule 36).

    That is: she was not sure, or has not answered twice, or every question allowed has been asked.
    """
    doubt = {item.id: (item, spans) for item, spans in _doubted(protocol, each.day, said, context)}
    each.hits += [Hit(item.id, item.unclear, spans, item.unclear_advice) for item, spans in doubt.values()]
    spent = len(set(context.asked)) >= protocol.max_questions
    left = [(item, spans) for item, spans in each.vague if item.id not in doubt]
    each.vague = []
    for item, spans in left:
        asking = item.question == context.open_question
        given_up = context.unanswered >= TRIES if asking else spent or item.question in context.asked
        if given_up and not item.fact:
            each.hits.append(Hit(item.id, item.unclear, spans, item.unclear_advice))
        else:
            each.vague.append((item, spans))


def _doubted(protocol: Protocol, day: int, said: Said, context: Context) -> Iterable[tuple[Vague, Spans]]:
    """Yield what was open when she said that she was not sure; a later answer does not undo that (rule 27)."""
    for words in said.pictures.get(Status.PRESENT, {}).get("not_sure", ()):
        question = words.seen.attributes.get("question", context.open_question)
        before = Said.of(until(said.statements, words), context.factors)
        yield from ((item, spans) for item, spans in view(protocol, before, day).vague if item.question == question)


def _question(protocol: Protocol, context: Context, best: View) -> str | None:
    """Choose the question whose answer could change the tier most; none once urgent or after three (rule 43)."""
    if best.level >= Level.URGENT:
        return None
    left = [item for item, _ in best.vague if item.unclear > best.level]
    if any(item.question == context.open_question and not item.fact for item in left):
        return context.open_question
    fresh = [item for item in left if item.question not in context.asked]
    if not fresh or len(set(context.asked)) >= protocol.max_questions:
        return None
    return max(fresh, key=lambda item: (not item.fact, item.unclear)).question


def _day_question(protocol: Protocol, context: Context, views: Iterable[View]) -> str | None:
    """Ask for the day where only the day makes the difference (rule 14)."""
    asked = set(context.asked)
    differ = len({each.level for each in views}) > 1
    allowed = len(asked) < protocol.max_questions and protocol.day_question not in asked
    return protocol.day_question if differ and allowed else None


def _conclude(protocol: Protocol, said: Said, best: View, question: str | None) -> Assessment:
    level = best.level
    return Assessment(
        outcome=best.outcome,
        emergency=level is Level.EMERGENCY,
        time_limit=_limit(protocol, said, best),
        findings=tuple(_findings(protocol, said, best)),
        reasons=tuple(sorted(_reasons(best), key=lambda reason: (-reason.outcome.rank, not reason.emergency))),
        question=question,
        advice=tuple(_advice(protocol, said, best)),
        requests=tuple(name for name, wish in protocol.requests.items() if wish.match(_case(said, best)) is not None),
        safeguarding=any(hit.safeguarding for hit in best.hits),
        do_not_phone=any(hit.do_not_phone for hit in best.hits),
        protocol_version=protocol.version,
    )


def _case(said: Said, best: View) -> Case:
    return Case(said.pictures, best.day, said.factors)


def _reasons(best: View) -> Iterable[Reason]:
    for hit in best.hits:
        yield Reason(hit.id, hit.level.outcome, hit.level is Level.EMERGENCY, _ordered(hit.spans))
    for item, spans in best.vague:
        if not item.fact:
            yield Reason(item.id, Outcome.ASK, False, _ordered(spans))


def _advice(protocol: Protocol, said: Said, best: View) -> Iterable[str]:
    """Name the advice of what carries the outcome, main one first, each once."""
    asking = [item.advice for item, _ in best.vague if not item.fact] if best.outcome is Outcome.ASK else []
    top = [hit.advice for hit in best.hits if hit.level is best.level and best.level is not Level.NONE]
    others = stated_under(protocol, said, Status.OTHER_PERSON, best.day)
    other = [protocol.other_emergency] if any(rule.level is Level.EMERGENCY for rule, _ in others) else []
    return dict.fromkeys([*asking, *top, *other])


def _limit(protocol: Protocol, said: Said, best: View) -> TimeLimit | None:
    """By when she must be heard: rule 40, C24 (two call-soon findings), and those for whom all is same-day (1.2)."""
    if best.level >= Level.URGENT:
        return TimeLimit.NOW
    soon = [hit for hit in best.hits if hit.level is Level.CALL_SOON]
    if not soon or best.level is not Level.CALL_SOON:
        return None
    names = {hit.id for hit in soon}
    hurried = any(
        not names.isdisjoint(item.findings)
        for item in protocol.raises
        if item.to is None and item.when.match(_case(said, best)) is not None
    )
    today = hurried or any(hit.limit is TimeLimit.TODAY for hit in soon) or sum(hit.finding for hit in soon) > 1
    return TimeLimit.TODAY if today else TimeLimit.NEXT_OPENING


def _findings(protocol: Protocol, said: Said, best: View) -> Iterable[FindingHit]:
    for hit in best.hits:
        if hit.finding:
            yield FindingHit(hit.id, hit.status.value, _ordered(hit.spans))
    for status in NOT_PRESENT:
        for rule, spans in stated_under(protocol, said, status, best.day):
            yield FindingHit(rule.id, status.value, _ordered(spans))


def _ordered(spans: Spans) -> tuple[Evidence, ...]:
    return tuple(sorted(spans, key=lambda item: (item.message_id, item.start, item.end)))
