"""Corrects typing errors towards the words of the lexicon; never an English word, never a short denial (issue 4)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

_SHORTEST = 4
_SHORTEST_DENIAL = 3
"""Letters: what is a slip away from a longer denial may be that denial, and stays as typed, so that none vanishes."""
_LONG_DENIAL = 6
"""Letters: a denial as long as "cannot" has no neighbour that could be meant instead, and is mended."""
_CACHED_WORDS = 20_000
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class Confusion:
    """An English word that here is a slip for another; with `near`, only beside one of these words."""

    mean: str
    near: frozenset[str] = frozenset()


@dataclass
class Speller:
    """Knows the words that need no correction and those worth arriving at.

    `targets` are whole words of the lexicon with how often it uses them, `beginnings` those of its wildcards;
    `english` and `protected` words are left alone; of protected ones only the long are ever arrived at.
    """

    targets: Mapping[str, int]
    english: frozenset[str]
    protected: frozenset[str]
    confusions: Mapping[str, Confusion] = field(default_factory=dict)
    beginnings: tuple[str, ...] = ()
    _buckets: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list), init=False)
    _seen: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._known = self.english | self.protected | frozenset(self.targets)
        for word in sorted(set(self.targets) - self.protected, key=lambda word: (-self.targets[word], word)):
            if len(word) >= _SHORTEST and word.isalpha():
                self._buckets[word[0]].append(word)

    def correct(self, word: str) -> str:
        """Return the word, shortened where letters are stretched, mended where it is one or two slips from a target."""
        known = self._seen.get(word)
        if known is None:
            known = self._mend(self._unstretch(word))
            if len(self._seen) < _CACHED_WORDS:
                self._seen[word] = known
        return known

    def in_context(self, words: Sequence[str]) -> list[str]:
        """Return the words with known confusions replaced, where their neighbours say so."""
        present = frozenset(words)
        return [self._confused(word, present) for word in words]

    def _confused(self, word: str, present: frozenset[str]) -> str:
        slip = self.confusions.get(word)
        return slip.mean if slip and (not slip.near or slip.near & present) else word

    def _unstretch(self, word: str) -> str:
        if word in self._known or not _RUN.search(word):
            return word
        tries = (_RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word), _DOUBLE.sub(r"\1", word))
        return next((shorter for shorter in tries if shorter in self._known), tries[1])

    def _mend(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha() or word in self._known or word in self.confusions:
            return word
        denials = [denial for denial in self.protected if OSA.distance(word, denial, score_cutoff=1) <= 1]
        if any(len(denial) > _SHORTEST_DENIAL for denial in denials):
            return next((denial for denial in denials if len(denial) >= _LONG_DENIAL), word)
        single = _DOUBLE.sub(r"\1", word)
        slips = 1 if len(word) <= 5 or word.startswith(self.beginnings) else 2
        best, fewest = word, slips + 1
        for target in self._buckets.get(word[0], ()):
            if abs(len(target) - len(word)) > fewest:
                continue
            distance = OSA.distance(word, target, score_cutoff=fewest)
            closer = distance < fewest or (distance == fewest <= slips and _likelier(word, target, best))
            if closer and not self._plain_form(word, target):
                best, fewest = target, distance
        if fewest > slips and single != word and single in self._known:
            return single
        return best

    def _plain_form(self, word: str, target: str) -> bool:
        """Tell whether the word is merely an inflected English word ("clinics" is not "clinic" mistyped)."""
        return word.endswith("s") and word[:-1] in self.english and word[:-1] != target


def _likelier(word: str, target: str, best: str) -> bool:
    """Of two equally distant targets: swapped letters are the commonest slip, then a left-out letter."""
    swapped, held = sorted(target) == sorted(word), sorted(best) == sorted(word)
    if swapped != held:
        return swapped
    return len(target) > len(word) >= len(best)
