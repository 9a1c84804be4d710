"""Whether the lexicon has words for each finding: a rule that no wording can reach protects nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.triage.conditions import Complaint, Condition, Factor, Several
from bot.triage.protocol import Protocol

if TYPE_CHECKING:
    from bot.language.lexicon import Lexicon

Said = frozenset[tuple[str, str, str]]
"""Complaint, attribute and value that some wording gives; attribute and value are empty for the complaint itself."""


def sayable(lexicon: Lexicon) -> Said:
    """Return everything that the entries and modifiers of a lexicon can give."""
    found: set[tuple[str, str, str]] = set()
    for _, rule in lexicon.patterns:
        meanings = list(getattr(rule, "meanings", ()))
        meanings += [one for one in (getattr(rule, "meaning", None), getattr(rule, "alone", None)) if one]
        complaints = {one.complaint for one in meanings} | set(getattr(rule, "of", ()))
        pairs = {(name, value) for one in meanings for name, value in one.attributes.items()} | {("", "")}
        found |= {(complaint, *pair) for complaint in complaints for pair in pairs}
    return frozenset(found)


def unsayable(protocol: Protocol, said: Said) -> tuple[str, ...]:
    """Return the findings for which no wording of the lexicon is enough. Numbers count as sayable."""
    return tuple(rule.id for rule in protocol.findings if not _holds(rule.when, said))


def _holds(condition: Condition, said: Said) -> bool:
    if isinstance(condition, Several):
        return sum(_holds(part, said) for part in condition.parts) >= condition.needed
    if isinstance(condition, Complaint):
        return bool(condition.limits) or all(_worded(condition.name, want, said) for want in _wants(condition))
    if isinstance(condition, Factor):
        return ("factor", "kind", condition.name) in said
    return True


def _wants(atom: Complaint) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield "", ("",)
    yield from atom.values


def _worded(complaint: str, want: tuple[str, tuple[str, ...]], said: Said) -> bool:
    return any((complaint, want[0], value) in said for value in want[1])
