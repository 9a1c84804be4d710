"""Reads the language files of a protocol with hard checks: an unknown key or value names file, line and mend."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.language.notation import Notation
from bot.language.patterns import Pattern, PatternError
from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml
from bot.triage.observation import Status


@dataclass(frozen=True)
class Section:
    """A mapping in a file, with the file's name for error messages."""

    path: Path
    values: LinedMap

    @classmethod
    def of_file(cls, path: Path, allowed: Collection[str]) -> Section:
        """Read a file whose top keys are among `allowed`."""
        return cls(path, read_yaml(path)).only(allowed)

    def only(self, allowed: Collection[str]) -> Section:
        """Refuse keys that are not allowed here."""
        for key in self.values:
            if key not in allowed:
                raise self.error(f"unknown key '{key}'; use one of {', '.join(sorted(allowed))}", key)
        return self

    def error(self, message: str, key: str | None = None) -> ProtocolError:
        """Return an error that points at this mapping, or at one of its keys."""
        return ProtocolError(self.path, self.values.lines.get(key or "", self.values.line), message)

    def strings(self, key: str) -> tuple[str, ...]:
        """Return the list of texts under a key, empty where the key is missing."""
        items = self.values.get(key, [])
        plain = isinstance(items, list) and all(isinstance(item, str | int) for item in items)
        if not plain or any(isinstance(item, bool) for item in items):
            raise self.error(
                f"'{key}' must be a list of texts; put each in quotes (bare on, off, yes, no are not text)", key
            )
        return tuple(str(item) for item in items)

    def mapping(self, key: str) -> LinedMap:
        """Return the mapping under a key, empty where the key is missing."""
        value = self.values.get(key)
        if value is None:
            value = LinedMap()
            value.line, value.lines = self.values.line, {}
        if not isinstance(value, LinedMap):
            raise self.error(f"'{key}' must be a mapping", key)
        return value

    def sections(self, key: str) -> list[Section]:
        """Return the list of mappings under a key, empty where the key is missing."""
        items = self.values.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, LinedMap) for item in items):
            raise self.error(f"'{key}' must be a list of mappings", key)
        return [Section(self.path, item) for item in items]

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """Return the text under a key, which must be one of `allowed`."""
        value = self.values.get(key, default)
        if value not in allowed:
            raise self.error(f"'{key}: {value}' is unknown; use one of {', '.join(sorted(allowed))}", key)
        return str(value)

    def flag(self, key: str) -> bool:
        """Return the true or false under a key, false where it is missing."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"'{key}' must be true or false", key)
        return value

    def status(self, key: str = "status") -> Status | None:
        """Return the observation status under a key, if there is one."""
        if key not in self.values:
            return None
        return Status(self.choice(key, [status.value for status in Status], ""))

    def patterns(self, key: str, notation: Notation) -> tuple[Pattern, ...]:
        """Compile the patterns under a key."""
        return tuple(self.compiled(key, text, notation) for text in self.strings(key))

    def compiled(self, key: str, text: str, notation: Notation) -> Pattern:
        """Compile one pattern of a key."""
        try:
            return notation.compile(text)
        except PatternError as error:
            raise self.error(str(error), key) from error

    def words(self, key: str, notation: Notation) -> frozenset[str]:
        """Return the words that the patterns of a key name."""
        return frozenset().union(*(notation.literals(text) for text in self.strings(key)))

    def text_map(self, key: str) -> dict[str, str]:
        """Return a mapping of texts to texts."""
        values = self.mapping(key)
        if any(isinstance(value, bool | list | dict) for value in values.values()):
            raise self.error(f"'{key}' must map texts to texts; put yes, no, on and off in quotes", key)
        return {str(name): str(value) for name, value in values.items()}

    def list_map(self, key: str) -> dict[str, tuple[str, ...]]:
        """Return a mapping of names to lists of texts."""
        inner = Section(self.path, self.mapping(key))
        return {name: inner.strings(name) for name in inner.values}


def numbers_of(section: Section, key: str) -> Mapping[str, float]:
    """Return a mapping of texts to numbers."""
    values: dict[str, Any] = section.mapping(key)
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise section.error(f"'{name}' must be a number", key)
    return {str(name): float(value) for name, value in values.items()}


def paths(folder: Path) -> Iterable[Path]:
    """Return the YAML files of a folder in the order of their names. Raises ProtocolError if there are none."""
    found = sorted(folder.glob("*.yml"))
    if not found:
        raise ProtocolError(folder, 0, "holds no .yml file; check the path")
    return found
