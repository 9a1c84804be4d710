"""Where a message breaks: hard at "but", full stops and the like, soft at commas, "because", "and my"; a statement
runs over commas and brackets, from one conjunction to the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from bot.language.patterns import Pattern
from bot.language.words import SENTENCE_ENDS, Words

_HARD_SIGNS = SENTENCE_ENDS | frozenset(";:()-")


class Clauses:
    """Numbers every word by its hard clause, its soft clause and its statement."""

    def __init__(
        self, words: Words, hard: Sequence[Pattern], soft: Sequence[Pattern], statement: Sequence[Pattern]
    ) -> None:
        self._words = words
        hard_at = _starts(words, hard)
        new_at = hard_at | _starts(words, statement)
        soft_at = _starts(words, soft) | new_at
        self.statements = _numbered(words, new_at)
        self.hard: list[int] = []
        self.soft: list[int] = []
        big = small = 0
        for index in range(len(words)):
            text = words[index]
            opens = index in hard_at or (text in _HARD_SIGNS and not _range_sign(words, index))
            big += opens
            small += opens or index in soft_at or text == ","
            self.hard.append(big)
            self.soft.append(small)
            if opens and text in _HARD_SIGNS:
                big, small = big + 1, small + 1

    def statement_text(self, first: int, last: int) -> tuple[int, int]:
        """Return the range of the normalised text from the start of one word's statement to the end of another's."""
        begin = bisect_left(self.statements, self.statements[first])
        end = bisect_right(self.statements, self.statements[last]) - 1
        return self._words.begins[begin], self._words.begins[end] + len(self._words[end]) + 2

    def same_hard(self, one: int, other: int) -> bool:
        """Tell whether no hard break stands between two words."""
        return self.hard[one] == self.hard[other]

    def same_soft(self, one: int, other: int) -> bool:
        """Tell whether no break at all stands between two words."""
        return self.soft[one] == self.soft[other]


def _starts(words: Words, patterns: Sequence[Pattern]) -> set[int]:
    return {match.first for pattern in patterns for match in pattern.matches(words)}


def _numbered(words: Words, starts: set[int]) -> list[int]:
    """Number the words by statement: a new one at each start and after each end of a sentence."""
    opens = (index in starts or (index > 0 and words[index - 1] in SENTENCE_ENDS) for index in range(len(words)))
    return list(accumulate(opens, initial=0))[1:]


def _range_sign(words: Words, index: int) -> bool:
    """Tell whether a hyphen stands between two numbers, as in "7-8"."""
    beside = words[index - 1] if index else ""
    following = words[index + 1] if index + 1 < len(words) else ""
    return words[index] == "-" and beside[:1].isdecimal() and following[:1].isdecimal()
