"""Words that a sentence can do without ("my throat feels like it is closing", "i can not, like, breathe"): a second
look without them finds what they part.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.patterns import Match, Pattern
from bot.language.words import Words


class Fillers:
    """The fillers and hedges of one language."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = tuple(patterns)

    def without(self, words: Words) -> Rest | None:
        """Return what is left of a message without its fillers, or None where it has none."""
        spare = {index for pattern in self._patterns for match in pattern.matches(words) for index in match.core}
        kept = [index for index in range(len(words)) if index not in spare]
        return Rest(words, kept) if kept and spare else None


class Rest:
    """Some words of a message, and where each of them stands in it."""

    def __init__(self, words: Words, kept: Sequence[int]) -> None:
        self._kept = kept
        self.words = Words(words.typed, [words.words[index] for index in kept])

    def placed(self, match: Match) -> Match:
        """Return a match in these words as one in the whole message; words left out of it are gaps."""
        core = frozenset(self._kept[index] for index in match.core)
        return Match(self._kept[match.first], self._kept[match.last], core, match.numbers)

    def parts(self, match: Match) -> bool:
        """Tell whether a match runs over words left out, so that it does not stand in the whole message."""
        return self._kept[match.last] - self._kept[match.first] > match.last - match.first
