"""Where a message breaks: hard at "but", full stops and the like, soft at commas, "because", "and my"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.patterns import Pattern
from bot.language.words import SENTENCE_ENDS, Words

_HARD_SIGNS = SENTENCE_ENDS | frozenset(";:()-")


class Clauses:
    """Numbers every word by its hard and its soft clause."""

    def __init__(self, words: Words, hard: Sequence[Pattern], soft: Sequence[Pattern]) -> None:
        hard_at = {match.first for pattern in hard for match in pattern.matches(words)}
        soft_at = {match.first for pattern in soft for match in pattern.matches(words)}
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

    def same_hard(self, one: int, other: int) -> bool:
        """Tell whether no hard break stands between two words."""
        return self.hard[one] == self.hard[other]

    def same_soft(self, one: int, other: int) -> bool:
        """Tell whether no break at all stands between two words."""
        return self.soft[one] == self.soft[other]


def _range_sign(words: Words, index: int) -> bool:
    """Tell whether a hyphen stands between two numbers, as in "7-8"."""
    beside = words[index - 1] if index else ""
    following = words[index + 1] if index + 1 < len(words) else ""
    return words[index] == "-" and beside[:1].isdigit() and following[:1].isdigit()
