"""A compiled pattern of the lexicon, and where it matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.language.words import Words

NUMBER = "#"
"""The key of patterns that need a number."""
GAP_GROUP = "g"


class PatternError(ValueError):
    """A pattern cannot be compiled; the message says why."""


@dataclass(frozen=True)
class Match:
    """Where a pattern matched: word indexes (inclusive), the words it names (gaps left out) and its numbers."""

    first: int
    last: int
    core: frozenset[int]
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. `keys` are words (or beginnings, ending in `*`) of which the text must hold one; `groups`
    says of each group of the expression whether it is a gap or a number, `numbers` what number words mean.
    """

    source: str
    expression: str
    keys: frozenset[str]
    groups: str
    numbers: Mapping[str, float] = field(repr=False, default_factory=dict)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled when a message first holds one of the keys (3,000 at once take seconds)."""
        return re.compile(self.expression)

    def matches(self, words: Words, start: int = 0, end: int | None = None) -> Iterable[Match]:
        """Yield the matches in a range of the normalised text, left to right, without overlap."""
        for found in self.regex.finditer(words.text, start, len(words.text) if end is None else end):
            if found.end() > found.start():
                yield self._match(words, found)

    def _match(self, words: Words, found: re.Match[str]) -> Match:
        first, last = words.at(found.start()), words.at(found.end() - 1)
        core = set(range(first, last + 1))
        numbers = []
        for index, kind in enumerate(self.groups, start=1):
            begin, end = found.span(index)
            if begin < 0 or begin == end:
                continue
            if kind == GAP_GROUP:
                core -= set(range(words.at(begin), words.at(end - 1) + 1))
            else:
                text = found[index].strip()
                numbers.append(self.numbers[text] if text in self.numbers else float(text))
        return Match(first, last, frozenset(core), tuple(numbers))
