"""A clinic's overlay: other tiers for findings and rules, more cautious unless signed (docs/protocol.md, "Overlay")."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.triage.conditions import Triggers, triggers
from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml
from bot.triage.protocol import Level, OverStep, Protocol, Raise, Rule
from bot.triage.sections import TIERS

KEYS = ("tier", "advice", "why", "signed_by", "signed_on")


@dataclass(frozen=True)
class Change:
    """One entry: the tier that a finding or rule gets, and who signed it where that is less cautious."""

    id: str
    level: Level
    path: Path
    line: int
    advice: str = ""
    why: str = ""
    signed_by: str = ""
    signed_on: str = ""

    @property
    def signed(self) -> bool:
        """Whether a clinician answers for it by name and date."""
        return bool(self.signed_by and self.signed_on)

    def fail(self, message: str) -> ProtocolError:
        """Return the error to raise for this entry."""
        return ProtocolError(self.path, self.line, f"overlay of '{self.id}' {message}")


@dataclass(frozen=True)
class Overlay:
    """What one clinic changes; empty for a clinic that changes nothing."""

    changes: tuple[Change, ...] = ()


def load_overlay(path: Path | None) -> Overlay:
    """Read key `overlay` of a site or overlay file; None gives the empty overlay. Raises ProtocolError."""
    if path is None:
        return Overlay()
    data = read_yaml(path)
    section = data.get("overlay")
    if not isinstance(section, LinedMap):
        line = data.lines.get("overlay", 1)
        raise ProtocolError(path, line, "'overlay' must map finding or rule ids to entries such as {tier: urgent}")
    return Overlay(tuple(_change(path, section, name) for name in section))


def apply_overlay(protocol: Protocol, overlay: Overlay) -> Protocol:
    """Return the protocol with a clinic's tiers. Raises ProtocolError (file, line, mend).

    Refused: an id that is no finding or rule, a less cautious tier that nobody signed, a tier without fitting advice.
    What a finding that is over means (rule 26) and who must be called by when (rule 40) stay as they are, except that
    neither is higher than a tier that was lowered.
    """
    if not overlay.changes:
        return protocol
    changes = {change.id: change for change in overlay.changes}
    known = {rule.id for rule in (*protocol.findings, *protocol.rules)}
    for change in overlay.changes:
        if change.id not in known:
            raise change.fail("names no finding or rule of the protocol; mend the id or remove it")
    findings = tuple(_changed(protocol, rule, changes.get(rule.id)) for rule in protocol.findings)
    rules = tuple(_changed(protocol, rule, changes.get(rule.id)) for rule in protocol.rules)
    groups = _groups(protocol, findings)
    found: dict[str, Triggers] = {rule.id: rule.triggers for rule in findings}
    return replace(
        protocol,
        version=f"{protocol.version}+site.{_digest(overlay)}",
        findings=findings,
        rules=tuple(replace(rule, triggers=triggers(rule.when, found, groups)) for rule in rules),
        vague=tuple(replace(item, triggers=triggers(item.when, found, groups)) for item in protocol.vague),
        raises=tuple(_regrouped(item, protocol.groups, groups) for item in protocol.raises),
        groups=groups,
    )


def _change(path: Path, section: LinedMap, name: str) -> Change:
    entry, line = section[name], section.lines[name]
    if not isinstance(entry, LinedMap) or "tier" not in entry:
        raise ProtocolError(path, line, f"overlay of '{name}' must be a mapping with tier:, such as {{tier: urgent}}")
    for key in entry:
        if key not in KEYS:
            raise ProtocolError(path, entry.lines[key], f"unknown key '{key}' in overlay; known: {', '.join(KEYS)}")
    if entry["tier"] not in TIERS:
        known = ", ".join(TIERS)
        raise ProtocolError(path, entry.lines["tier"], f"tier '{entry['tier']}' is unknown; use one of {known}")
    texts = {key: _text(path, entry, key) for key in ("advice", "why", "signed_by")}
    return Change(name, TIERS[entry["tier"]], path, line, signed_on=_signed_on(path, entry), **texts)


def _text(path: Path, entry: LinedMap, key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise ProtocolError(path, entry.lines[key], f"'{key}' must be text; quote it")
    return value.strip()


def _signed_on(path: Path, entry: LinedMap) -> str:
    value: Any = entry.get("signed_on", "")
    if value == "" or type(value) is date:
        return str(value)
    raise ProtocolError(path, entry.lines["signed_on"], "'signed_on' must be a date such as 2026-11-20")


def _changed(protocol: Protocol, rule: Rule, change: Change | None) -> Rule:
    if change is None:
        return rule
    lowered = change.level < rule.level
    if lowered and not change.signed:
        was = rule.level.name.lower()
        raise change.fail(f"is less cautious than '{was}'; a clinician signs it with signed_by: and signed_on:")
    note = f"site overlay: was {rule.level.name.lower()}"
    if change.signed:
        note += f", signed by {change.signed_by} on {change.signed_on}"
    return replace(
        rule,
        level=change.level,
        advice=_advice(protocol, rule, change),
        early=rule.early if rule.early and rule.early.level < change.level and lowered else None,
        over=tuple(OverStep(step.hours, min(step.level, change.level)) for step in rule.over) if lowered else rule.over,
        signed=change.signed,
        note="; ".join(filter(None, (rule.note, note, change.why))),
    )


def _advice(protocol: Protocol, rule: Rule, change: Change) -> str:
    """Return advice of the new tier: an urgent reply must not say what is said to someone who may rest at home."""
    if change.level is rule.level and not change.advice:
        return rule.advice
    band = f"{change.level.name.lower()}_"
    matter = rule.advice.removeprefix(f"{rule.level.name.lower()}_")
    name = change.advice or band + matter
    fitting = [item for item in protocol.advice if item.startswith(band) and item != protocol.other_emergency]
    if name not in fitting:
        raise change.fail(f"needs advice of its new tier; add advice: with one of {', '.join(fitting)}")
    return name


def _groups(protocol: Protocol, findings: Iterable[Rule]) -> Mapping[str, frozenset[str]]:
    """Return the groups with those of the tiers made anew; a raised finding also stays where it counted before."""
    findings = tuple(findings)
    before = {rule.id: rule.level for rule in protocol.findings}
    lowered = {rule.id for rule in findings if rule.level < before[rule.id]}
    groups = dict(protocol.groups)
    for name, level in TIERS.items():
        now = frozenset(rule.id for rule in findings if rule.level is level)
        groups[name] = now | (groups[name] - lowered)
    return groups


def _regrouped(item: Raise, old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]) -> Raise:
    """Return a raise that lifts a whole tier with the findings that are in the tier now."""
    tier = next((name for name in TIERS if item.findings == old[name]), None)
    return replace(item, findings=new[tier]) if tier else item


def _digest(overlay: Overlay) -> str:
    """Return a short mark of the content, so that a record tells which overlay was in force."""
    rows = sorted((change.id, change.level.name, change.advice, change.signed_by) for change in overlay.changes)
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:8]
