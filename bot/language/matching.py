"""Finds which of thousands of patterns stand in a message, trying only those whose key words are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from bot.language.patterns import NUMBER, Match, Pattern
from bot.language.words import Words

Owner = TypeVar("Owner")
_CACHED_WORDS = 20_000


class PatternIndex(Generic[Owner]):
    """Patterns with what each belongs to, looked up by the words of a message."""

    def __init__(self, patterns: Iterable[tuple[Pattern, Owner]], numbers: Iterable[str] = ()) -> None:
        self._patterns: Sequence[tuple[Pattern, Owner]] = tuple(patterns)
        self._numbers = frozenset(numbers)
        self._always: list[int] = []
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._begins: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._seen: dict[str, tuple[int, ...]] = {}
        for index, (pattern, _) in enumerate(self._patterns):
            self._register(index, pattern)

    def __len__(self) -> int:
        return len(self._patterns)

    def _register(self, index: int, pattern: Pattern) -> None:
        if not pattern.keys:
            self._always.append(index)
        for key in pattern.keys:
            if key.endswith("*"):
                self._begins[len(key) - 1][key[:-1]].append(index)
            else:
                self._exact[key].append(index)

    def _candidates(self, word: str) -> tuple[int, ...]:
        known = self._seen.get(word)
        if known is None:
            found = list(self._exact.get(word, ()))
            if word[0].isdecimal() or word in self._numbers:
                found += self._exact.get(NUMBER, ())
            for size, stems in self._begins.items():
                found += stems.get(word[:size], ())
            known = tuple(found)
            if len(self._seen) < _CACHED_WORDS:
                self._seen[word] = known
        return known

    def find(self, words: Words) -> Iterable[tuple[Match, Owner]]:
        """Yield every match with the owner of its pattern.

        Patterns end where sentences end, so each is tried only in sentences that hold one of its keys.
        """
        for first, last in words.sentence_ranges():
            wanted = set(self._always)
            for index in range(first, last + 1):
                wanted.update(self._candidates(words[index]))
            start, end = words.sentence_text(first)
            for index in sorted(wanted):
                pattern, owner = self._patterns[index]
                for match in pattern.matches(words, start, end):
                    yield match, owner
