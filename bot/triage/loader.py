"""Read a protocol file into a checked `Protocol`. Every error names file, line and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.triage.conditions import Triggers, triggers
from bot.triage.entries import Entries, levels
from bot.triage.lined_yaml import LinedMap, read_yaml
from bot.triage.protocol import Protocol, Rule, Scope, Vague, Vocabulary
from bot.triage.reachability import check_reachable
from bot.triage.sections import follow_up, question, raised, rule, vague

SECTIONS = {
    "protocol", "complaints", "terms", "groups", "questions", "follow_ups", "findings", "rules", "vague", "raises",
    "over", "scope", "advice", "requests", "unknown_day", "max_questions", "sources",
}  # fmt: skip


def load_protocol(path: Path) -> Protocol:
    """Read and check a protocol file (bot/protocols/hsg.yml). Raises ProtocolError; format: docs/protocol.md.

    Beyond names and keys: every rule, raise and vague complaint can fire (thresholds do not contradict), every rule
    has advice and sources, every question and every advice is used.
    """
    entries = Entries(path, read_yaml(path))
    unknown = sorted(set(entries.data) - SECTIONS)
    if unknown:
        line = entries.data.lines[unknown[0]]
        raise entries.fail(line, f"unknown section '{unknown[0]}'; known: {', '.join(sorted(SECTIONS))}")
    protocol = _build(entries)
    _check_used(entries, protocol)
    check_reachable(protocol, lambda name, message: entries.fail(_line_of(entries, name), message))
    return protocol


def _build(entries: Entries) -> Protocol:
    head = entries.entry(entries.data, "protocol", ("id", "version", "signed"), ("id", "version"))
    entries.sources = set(entries.section("sources"))
    entries.vocabulary = _vocabulary(entries)
    for name in entries.section("terms"):
        terms = entries.section("terms")
        entries.terms[name] = entries.condition(terms[name], terms.lines[name])
    findings = tuple(rule(entries, "findings", name) for name in entries.section("findings"))
    entries.findings = {item.id for item in findings}
    entries.groups = _groups(entries, findings)
    rules = tuple(rule(entries, "rules", name) for name in entries.section("rules"))
    found: dict[str, Triggers] = {item.id: triggers(item.when, {}, {}) for item in findings}
    days = entries.entry(entries.data, "unknown_day", ("days", "question"), ("days", "question"))
    return Protocol(
        id=entries.text(head, "id"),
        version=entries.text(head, "version"),
        signed=entries.flag(head, "signed"),
        vocabulary=entries.vocabulary,
        findings=tuple(replace(item, triggers=found[item.id]) for item in findings),
        rules=tuple(replace(item, triggers=triggers(item.when, found, entries.groups)) for item in rules),
        vague=tuple(_triggered(vague(entries, name), found, entries) for name in entries.section("vague")),
        questions={name: question(entries, name) for name in entries.section("questions")},
        follow_ups={name: follow_up(entries, name) for name in entries.section("follow_ups")},
        raises=tuple(raised(entries, name) for name in entries.section("raises")),
        groups=entries.groups,
        advice={name: _advice(entries, name) for name in entries.section("advice")},
        requests=_requests(entries),
        unknown_days=_days(entries, days),
        day_question=entries.known(days, "question", "questions"),
        other_emergency=_other_emergency(entries),
        scope=_scope(entries),
        max_questions=entries.section("max_questions", int),
        sources={name: entries.text(entries.section("sources"), name) for name in entries.section("sources")},
    )


def _triggered(item: Vague, found: Mapping[str, Triggers], entries: Entries) -> Vague:
    return replace(item, triggers=triggers(item.when, found, entries.groups))


def _vocabulary(entries: Entries) -> Vocabulary:
    section = entries.section("complaints")
    attributes: dict[str, dict[str, tuple[str, ...]]] = {}
    measures: dict[str, dict[str, tuple[float, float]]] = {}
    for name in section:
        entry = entries.entry(section, name, ("name", "attributes", "measures"), ("name",))
        held = entry.get("attributes", LinedMap())
        attributes[name] = {key: entries.words(held, key) for key in held}
        bounds = entry.get("measures", LinedMap())
        measures[name] = {key: _bounds(entries, bounds, key) for key in bounds}
    attributes.setdefault("not_sure", {})["question"] = tuple(entries.section("questions"))
    return Vocabulary(attributes, measures, {name: entries.text(section[name], "name") for name in section})


def _bounds(entries: Entries, entry: LinedMap, key: str) -> tuple[float, float]:
    value = entry[key]
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or not all(isinstance(item, (int, float)) for item in numbers):
        raise entries.fail(entry.lines[key], f"bounds of '{key}' must be two numbers such as [0, 10]")
    if numbers[0] >= numbers[1]:
        raise entries.fail(entry.lines[key], f"bounds of '{key}' are the wrong way round; write the lower one first")
    return float(numbers[0]), float(numbers[1])


def _groups(entries: Entries, findings: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """Return the groups of the file, beside `any` and one for each tier."""
    section = entries.section("groups")
    tiers = levels("normal", "call_soon", "urgent", "emergency")
    groups = {name: frozenset(item.id for item in findings if item.level is tier) for name, tier in tiers.items()}
    groups["any"] = frozenset(item.id for item in findings)
    for name in section:
        if name in groups:
            raise entries.fail(section.lines[name], f"group '{name}' is made from the tiers; choose another name")
        members = entries.words(section, name)
        unknown = [member for member in members if member not in entries.findings]
        if unknown:
            raise entries.fail(section.lines[name], f"group '{name}' names no finding '{unknown[0]}'; mend the name")
        groups[name] = frozenset(members)
    return groups


def _advice(entries: Entries, name: str) -> tuple[str, ...]:
    entry = LinedMap(sources=entries.section("advice")[name])
    entry.line = entries.section("advice").lines[name]
    entry.lines = {"sources": entry.line}
    return entries.cited(entry)


def _requests(entries: Entries) -> dict[str, Any]:
    section = entries.section("requests")
    return {name: entries.condition(section[name], section.lines[name]) for name in section}


def _days(entries: Entries, entry: LinedMap) -> tuple[int, ...]:
    days = entry["days"]
    if not isinstance(days, list) or not days or not all(type(day) is int and day >= 0 for day in days):
        raise entries.fail(entry.lines["days"], "'days' must be a list of days such as [0, 1, 3]")
    return tuple(days)


def _scope(entries: Entries) -> Scope:
    keys = ("id", "last_day", "advice", "sources", "other_person")
    entry = entries.entry(entries.data, "scope", keys, keys)
    return Scope(
        entries.text(entry, "id"), int(entries.number(entry, "last_day")),
        entries.known(entry, "advice", "advice"), entries.cited(entry),
    )  # fmt: skip


def _other_emergency(entries: Entries) -> str:
    return entries.known(entries.section("scope"), "other_person", "advice")


def _check_used(entries: Entries, protocol: Protocol) -> None:
    """Refuse a question that nobody asks and advice that nobody gives."""
    rules = (*protocol.findings, *protocol.rules)
    advice = {item.advice for item in rules} | {item.advice for item in protocol.raises}
    advice |= {name for item in protocol.vague for name in (item.advice, item.unclear_advice)}
    advice |= {protocol.scope.advice, protocol.other_emergency}
    advice |= {item.early.advice for item in rules if item.early}
    questions = {item.question for item in protocol.vague} | {protocol.day_question}
    for section, used, what in (("advice", advice, "given by no rule"), ("questions", questions, "asked nowhere")):
        for name in entries.section(section):
            if name not in used:
                raise entries.fail(entries.section(section).lines[name], f"'{name}' is {what}; use it or remove it")


def _line_of(entries: Entries, name: str) -> int:
    for section in ("findings", "rules", "vague", "raises", "questions", "advice"):
        if name in entries.section(section):
            return int(entries.section(section).lines[name])
    return 1
