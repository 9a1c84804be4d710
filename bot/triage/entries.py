"""Checked access to the entries of a protocol file: every wrong key, word or condition names its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.triage.atoms import parse_atom
from bot.triage.conditions import Complaint, Condition, Factor, Held, Several
from bot.triage.lined_yaml import LinedList, LinedMap, ProtocolError
from bot.triage.protocol import Level, Vocabulary


def levels(*names: str) -> dict[str, Level]:
    """Return the tiers that a key may name."""
    return {name: Level[name.upper()] for name in names}


@dataclass
class Entries:
    """One pass over one file; collects names as it goes so that later sections can be checked against them."""

    path: Path
    data: LinedMap
    vocabulary: Vocabulary = field(init=False)
    terms: dict[str, Condition] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    findings: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def fail(self, line: int, message: str) -> ProtocolError:
        """Return the error to raise for a line."""
        return ProtocolError(self.path, line, message)

    def section(self, name: str, kind: type = LinedMap) -> Any:
        """Return a section of the file, checked for its type."""
        if name not in self.data:
            raise self.fail(1, f"section '{name}' is missing; add it")
        if not isinstance(self.data[name], kind) or isinstance(self.data[name], bool):
            raise self.fail(self.data.lines[name], f"section '{name}' must be a {_kind(kind)}")
        return self.data[name]

    def entry(self, section: LinedMap, name: str, keys: Iterable[str], required: Iterable[str] = ()) -> LinedMap:
        """Return one mapping of a section after checking its keys."""
        value, line = section[name], section.lines[name]
        if not isinstance(value, LinedMap):
            raise self.fail(line, f"'{name}' must be a mapping of keys")
        for key in value:
            if key not in set(keys):
                raise self.fail(value.lines[key], f"unknown key '{key}' in '{name}'; known: {', '.join(sorted(keys))}")
        for key in required:
            if key not in value:
                raise self.fail(line, f"'{name}' has no '{key}'; add it")
        return value

    def words(self, entry: LinedMap, key: str) -> tuple[str, ...]:
        """Return a word or list of words as a tuple; empty where the key is missing."""
        value = entry.get(key, LinedList())
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(entry.lines[key], f"'{key}' must be a word or a list of words; quote numbers")
        return tuple(value)

    def text(self, entry: LinedMap, key: str) -> str:
        """Return a text; empty where the key is missing."""
        value = entry.get(key, "")
        if not isinstance(value, str):
            raise self.fail(entry.lines[key], f"'{key}' must be text; quote it")
        return value

    def flag(self, entry: LinedMap, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        value = entry.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(entry.lines[key], f"'{key}' must be true or false")
        return value

    def number(self, entry: LinedMap, key: str) -> float:
        """Return a number that must be there."""
        value = entry[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fail(entry.lines[key], f"'{key}' must be a number")
        return float(value)

    def choice(self, entry: LinedMap, key: str, allowed: Mapping[str, Any], default: str | None = None) -> Any:
        """Return what one of the allowed words stands for."""
        value = entry.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            line = entry.lines.get(key, entry.line)
            raise self.fail(line, f"{key} '{value}' is unknown; use one of {', '.join(map(str, allowed))}")
        return allowed[value]

    def known(self, entry: LinedMap, key: str, section: str) -> str:
        """Return a name that must stand in another section."""
        name = self.text(entry, key)
        if name not in self.section(section):
            raise self.fail(entry.lines.get(key, entry.line), f"{key} '{name}' is not in section {section}; add it")
        return name

    def cited(self, entry: LinedMap) -> tuple[str, ...]:
        """Return the sources of an entry: at least one, each in section sources (R, C and Q with a number)."""
        codes = self.words(entry, "sources")
        if not codes:
            raise self.fail(entry.lines["sources"], "'sources' is empty; name a rule, seed or evidence code")
        for code in codes:
            head = code[:1] if code[:1] in "RCQ" and code[1:].isdigit() else code
            if head not in self.sources:
                raise self.fail(entry.lines["sources"], f"source '{code}' is not in section sources; add it there")
        return codes

    def condition(self, value: Any, line: int) -> Condition:
        """Parse a condition and check every name in it."""
        if isinstance(value, str):
            return self._atom(value, line)
        if not isinstance(value, LinedMap):
            raise self.fail(line, "a condition is a line of text, or all:, any: or count:/of:")
        if set(value) == {"all"} or set(value) == {"any"}:
            key = next(iter(value))
            parts = self._parts(value[key], value.lines[key])
            return Several(len(parts) if key == "all" else 1, parts)
        if set(value) == {"count", "of"}:
            parts = self._parts(value["of"], value.lines["of"])
            if not isinstance(value["count"], int) or not 1 <= value["count"] <= len(parts):
                raise self.fail(value.line, f"count must be a number from 1 to {len(parts)}")
            return Several(value["count"], parts)
        raise self.fail(value.line, f"a condition has all:, any: or count:/of:, not {', '.join(map(str, value))}")

    def conditions(self, entry: LinedMap, key: str) -> tuple[Condition, ...]:
        """Return the conditions of a list."""
        return self._parts(entry[key], entry.lines[key])

    def _parts(self, value: Any, line: int) -> tuple[Condition, ...]:
        if not isinstance(value, LinedList) or not value:
            raise self.fail(line, "needs a list of conditions")
        lines = [getattr(item, "line", at) for item, at in zip(value, value.lines, strict=True)]
        return tuple(self.condition(item, at) for item, at in zip(value, lines, strict=True))

    def _atom(self, text: str, line: int) -> Condition:
        if text.startswith("term:"):
            if text[5:] not in self.terms:
                raise self.fail(line, f"condition '{text}': no term '{text[5:]}' above this line")
            return self.terms[text[5:]]
        try:
            atom = parse_atom(text)
        except ValueError as error:
            raise self.fail(line, f"condition '{text}': {error}") from error
        problem = self._problem(atom)
        if problem:
            raise self.fail(line, f"condition '{text}': {problem}")
        return atom

    def _problem(self, atom: Condition) -> str | None:
        if isinstance(atom, Complaint):
            return self._complaint_problem(atom)
        if isinstance(atom, Held):
            known: Iterable[str] = self.groups if atom.group else self.findings
            kind = "group" if atom.group else "finding"
            return None if atom.name in known else f"no {kind} '{atom.name}' to refer to here"
        if isinstance(atom, Factor):
            kinds = self.vocabulary.attributes["factor"]["kind"]
            return None if atom.name in kinds else f"no factor '{atom.name}'; known: {', '.join(kinds)}"
        return None

    def _complaint_problem(self, atom: Complaint) -> str | None:
        if atom.name not in self.vocabulary.attributes:
            return f"no complaint '{atom.name}'; add it to section complaints or mend the name"
        attributes, measures = self.vocabulary.attributes[atom.name], self.vocabulary.measures[atom.name]
        for attribute, values in atom.values:
            if attribute not in attributes:
                return f"'{atom.name}' has no attribute '{attribute}'"
            unknown = [value for value in values if value not in attributes[attribute]]
            if unknown:
                known = ", ".join(attributes[attribute])
                return f"'{attribute}' of '{atom.name}' has no value '{unknown[0]}'; known: {known}"
        missing = [limit.name for limit in atom.limits if limit.name not in measures]
        missing += [name for name in atom.unsaid if name not in attributes and name not in measures]
        return f"'{atom.name}' has no measure '{missing[0]}'" if missing else None


def _kind(kind: type) -> str:
    return {LinedMap: "mapping", LinedList: "list", int: "whole number"}[kind]
