"""How big a clot is, by everyday things or by a measure (rule 30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.files import Section, numbers_of
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.words import Words

LARGE_CLOT = 2.5
"""Centimetres: a US quarter or a 10p piece."""
_LARGEST = 30.0
_BEFORE, _AFTER, _APART = 5, 3, 2


@dataclass(frozen=True)
class ClotSizes:
    """`things` with their centimetres; `frames` that make one a comparison, with what they add ("bigger than")."""

    things: tuple[tuple[Pattern, float], ...]
    frames: tuple[tuple[Pattern, float], ...]

    @classmethod
    def of(cls, file: Section, notation: Notation) -> ClotSizes:
        """Build from the sections `sizes` and `size_frames` of quantities.yml."""
        things = [(file.compiled("sizes", name, notation), size) for name, size in numbers_of(file, "sizes").items()]
        return cls(tuple(things), tuple(_frames(file, notation)))

    def read(self, words: Words, mentions: Sequence[Mention], *, asked: bool) -> Iterable[Mention]:
        """Yield sizes where clots are spoken of or asked for."""
        if not asked and not any(mention.complaint == "clot" for mention in mentions):
            return
        for match, centimetres in self._longest(words):
            step = self._step(words, match)
            if step is not None:
                size = centimetres * (match.numbers[0] if match.numbers else 1.0) + step
                large = {"size": "large" if size >= LARGE_CLOT else "small"}
                yield Mention("clot", match, large, {"centimetres": round(min(size, _LARGEST), 2)}, solid=True)

    def _longest(self, words: Words) -> Iterable[tuple[Match, float]]:
        """Yield the things named, of overlapping ones the longest ("half an inch", not "an inch")."""
        found = [(match, size) for pattern, size in self.things for match in pattern.matches(words)]
        taken: set[int] = set()
        for match, size in sorted(found, key=lambda one: -len(one[0].core)):
            if not match.core & taken:
                taken |= match.core
                yield match, size

    def _step(self, words: Words, match: Match) -> float | None:
        """Return what the comparison adds to the size of the thing; None if there is no comparison."""
        begin = words.begins[max(0, match.first - _BEFORE)]
        end = words.begins[min(len(words) - 1, match.last + _AFTER)] + 1
        for pattern, step in self.frames:
            for frame in pattern.matches(words, begin, end):
                if frame.last >= match.first - _APART and frame.first <= match.last + _APART:
                    return step
        return 0.0 if match.numbers else None


def _frames(file: Section, notation: Notation) -> Iterable[tuple[Pattern, float]]:
    for section in file.sections("size_frames"):
        section.only(("add", "say"))
        for pattern in section.patterns("say", notation):
            yield pattern, float(section.values.get("add", 0))
