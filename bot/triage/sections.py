"""The entries of the protocol's sections: rules, vague complaints, questions and raises."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from bot.triage.assessment import TimeLimit
from bot.triage.entries import Entries, levels
from bot.triage.lined_yaml import LinedList, LinedMap
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Answer, Early, Level, OverStep, Question, Raise, Rule, Vague

RULE_KEYS = {
    "name", "tier", "when", "limit", "advice", "sources", "early", "over", "signed", "note", "safeguarding",
    "do_not_phone",
}  # fmt: skip
VAGUE_KEYS = {
    "name", "when", "settled_by", "later", "fact", "question", "unclear", "advice", "unclear_advice", "sources",
    "signed", "note",
}  # fmt: skip
RAISE_KEYS = {"name", "when", "findings", "from", "to", "advice", "sources", "signed", "note"}
TIERS = levels("normal", "call_soon", "urgent", "emergency")
LIMITS = {item.value: item for item in TimeLimit}


def rule(entries: Entries, section: str, name: str) -> Rule:
    """Return a finding or combination."""
    required = ("name", "tier", "when", "advice", "sources")
    entry = entries.entry(entries.section(section), name, RULE_KEYS, required)
    level: Level = entries.choice(entry, "tier", TIERS)
    return Rule(
        id=name,
        name=entries.text(entry, "name"),
        level=level,
        when=entries.condition(entry["when"], entry.lines["when"]),
        limit=entries.choice(entry, "limit", LIMITS, TimeLimit.NEXT_OPENING.value),
        advice=entries.known(entry, "advice", "advice"),
        sources=entries.cited(entry),
        over=_over(entries, entry, level) if section == "findings" else (),
        early=_early(entries, entry) if "early" in entry else None,
        signed=entries.flag(entry, "signed"),
        note=entries.text(entry, "note"),
        safeguarding=entries.flag(entry, "safeguarding"),
        do_not_phone=entries.flag(entry, "do_not_phone"),
    )


def _early(entries: Entries, entry: LinedMap) -> Early:
    keys = ("last_day", "tier", "advice")
    row = entries.entry(entry, "early", keys, keys)
    level = entries.choice(row, "tier", TIERS)
    if level >= entries.choice(entry, "tier", TIERS):
        raise entries.fail(row.lines["tier"], "'early' must be a lower tier than the rule's own; swap them")
    return Early(int(entries.number(row, "last_day")), level, entries.known(row, "advice", "advice"))


def _over(entries: Entries, entry: LinedMap, level: Level) -> tuple[OverStep, ...]:
    """Return what the finding means once it is over: its own steps, else those of its tier in section `over`."""
    holder, key = (entry, "over") if "over" in entry else (entries.section("over"), level.name.lower())
    if key not in holder:
        raise entries.fail(holder.line, f"section 'over' has no steps for tier '{key}'; add them")
    if not isinstance(holder[key], LinedList):
        raise entries.fail(holder.lines[key], f"'{key}' must be a list of steps with hours: and tier:")
    steps = tuple(_over_step(entries, step, line) for step, line in zip(holder[key], holder[key].lines, strict=True))
    for earlier, later in pairwise(steps):
        if earlier.hours >= later.hours or earlier.level < later.level:
            raise entries.fail(holder.lines[key], "steps of 'over' must go from few hours to many and never rise again")
    return steps


def _over_step(entries: Entries, step: Any, line: int) -> OverStep:
    if not isinstance(step, LinedMap) or set(step) != {"hours", "tier"}:
        raise entries.fail(line, "a step of 'over' has exactly hours: and tier:")
    level = entries.choice(step, "tier", {**TIERS, **levels("none")})
    return OverStep(entries.number(step, "hours"), level)


def vague(entries: Entries, name: str) -> Vague:
    """Return a complaint too vague to place, or a fact to ask for."""
    required = VAGUE_KEYS - {"later", "fact", "signed", "note"}
    entry = entries.entry(entries.section("vague"), name, VAGUE_KEYS, sorted(required))
    return Vague(
        id=name,
        name=entries.text(entry, "name"),
        when=entries.condition(entry["when"], entry.lines["when"]),
        settled_by=entries.conditions(entry, "settled_by"),
        question=entries.known(entry, "question", "questions"),
        unclear=entries.choice(entry, "unclear", levels("call_soon", "urgent", "emergency")),
        advice=entries.known(entry, "advice", "advice"),
        unclear_advice=entries.known(entry, "unclear_advice", "advice"),
        sources=entries.cited(entry),
        later=entries.flag(entry, "later"),
        fact=entries.flag(entry, "fact"),
        signed=entries.flag(entry, "signed"),
        note=entries.text(entry, "note"),
    )


def follow_up(entries: Entries, name: str) -> Question:
    """Return a question that a reply may end with; "not sure" counts as one of its answers."""
    asked = question(entries, name, "follow_ups", "not_sure")
    entry = entries.section("follow_ups")[name]
    choices = {answer.id: answer.id for answer in asked.answers}
    return replace(asked, not_sure=entries.choice(entry, "not_sure", choices))


def question(entries: Entries, name: str, section: str = "questions", more: str = "measure") -> Question:
    """Return a question with the observation that each of its answers yields."""
    keys = ("complaint", "answers", more)
    entry = entries.entry(entries.section(section), name, keys, ("complaint", "answers"))
    if not isinstance(entry["answers"], LinedMap):
        raise entries.fail(entry.lines["answers"], f"'answers' of '{name}' must be a mapping of answers")
    measure = entry.get("measure")
    complaint = entries.known(entry, "complaint", "complaints")
    if measure is not None and measure not in entries.vocabulary.measures[complaint]:
        raise entries.fail(entry.lines["measure"], f"'{complaint}' has no measure '{measure}'")
    answers = tuple(_answer(entries, entry, answer) for answer in entry["answers"])
    return Question(name, complaint, answers, measure)


def _answer(entries: Entries, entry: LinedMap, name: str) -> Answer:
    row = entries.entry(entry["answers"], name, ("complaint", "status", "attributes", "measures"))
    seen = Observation(
        complaint=row.get("complaint", entry["complaint"]),
        status=entries.choice(row, "status", {item.value: item for item in Status}, "present"),
        attributes=dict(row.get("attributes", {})),
        measures={key: float(value) for key, value in row.get("measures", {}).items()},
        reader="answer",
    )
    problem = entries.vocabulary.problem(seen)
    if problem:
        raise entries.fail(entry["answers"].lines[name], f"answer '{name}': {problem}")
    return Answer(name, seen)


def raised(entries: Entries, name: str) -> Raise:
    """Return a patient factor or circumstance that lifts findings one step (rule 32)."""
    required = ("name", "when", "findings", "from", "advice", "sources")
    entry = entries.entry(entries.section("raises"), name, RAISE_KEYS, required)
    members: set[str] = set()
    for item in entries.words(entry, "findings"):
        found = entries.groups.get(item, frozenset({item}) & entries.findings)
        if not found:
            raise entries.fail(entry.lines["findings"], f"'{item}' is neither a finding nor a group; mend the name")
        members |= found
    start = entries.choice(entry, "from", levels("normal", "call_soon"))
    to = entries.choice(entry, "to", levels("call_soon", "urgent")) if "to" in entry else None
    if to is not None and (start, to) not in ((Level.NORMAL, Level.CALL_SOON), (Level.CALL_SOON, Level.URGENT)):
        raise entries.fail(entry.lines["to"], "a raise goes one step: normal to call_soon, or call_soon to urgent")
    return Raise(
        id=name,
        name=entries.text(entry, "name"),
        when=entries.condition(entry["when"], entry.lines["when"]),
        findings=frozenset(members),
        start=start,
        to=to,
        advice=entries.known(entry, "advice", "advice"),
        sources=entries.cited(entry),
        signed=entries.flag(entry, "signed"),
        note=entries.text(entry, "note"),
    )
