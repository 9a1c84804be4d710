"""Pads by the clock: so many since a time, or changed at these times (rules 3 and 18)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from bot.language.files import Section, numbers_of
from bot.language.lexicon import Limits
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.times import Timed, hours_between

_MOST_PADS = 30.0
_OF_BLOOD = {"bleeding", "clot"}


@dataclass(frozen=True)
class PadTimes:
    """`counts` are the wordings of how many pads, with their factor or number, `since` those of the time they took;
    `heavy_from` so many are heavy where that time is not told. `changes` are the wordings of a pad at a time, said at
    least every `most_hours`. All count in a message that names one of `things`; `bare_counts` ("the third one") also
    where no other complaint is told.
    """

    counts: tuple[tuple[Pattern, float], ...]
    bare_counts: tuple[tuple[Pattern, float], ...]
    since: tuple[Pattern, ...]
    heavy_from: float
    changes: tuple[Pattern, ...]
    most_hours: float
    things: tuple[Pattern, ...]
    limits: Limits

    @classmethod
    def of(cls, section: Section, notation: Notation) -> PadTimes:
        """Build from the section `pad_times` of quantities.yml."""
        section.only(("counts", "bare_counts", "since", "heavy_from", "changes", "most_hours", "things", "unless"))
        return cls(
            tuple(_counts(section, "counts", notation)),
            tuple(_counts(section, "bare_counts", notation)),
            section.patterns("since", notation),
            float(section.values.get("heavy_from", 0)),
            section.patterns("changes", notation),
            float(section.values.get("most_hours", 0)),
            section.patterns("things", notation),
            Limits(section.patterns("unless", notation)),
        )

    def read(self, timed: Timed, told: Collection[str]) -> Iterable[Mention]:
        """Yield the rates told; `told` are the complaints already read."""
        if timed.times and any(pattern.regex.search(timed.words.text) for pattern in self.things):
            yield from self._counted(timed, (*self.counts, *self.bare_counts))
            yield from self._changed(timed)
        elif timed.times and not set(told) - _OF_BLOOD:
            yield from self._counted(timed, self.bare_counts)

    def _counted(self, timed: Timed, counts: Sequence[tuple[Pattern, float]]) -> Iterable[Mention]:
        for match in _found(self.since, timed):
            told = _pads(counts, timed, match)
            if not told or not self.limits.allow(timed.words, match):
                continue
            pads, counted = max(told, key=lambda one: one[0])
            hours, start, whole = timed.hours(match), timed.start(match), timed.placed(_both(match, counted))
            if hours:
                yield _rate(pads / hours, whole)
            elif pads >= self.heavy_from and start and start.day != -1:
                yield Mention("bleeding", whole, {"amount": "heavy"}, solid=True)

    def _changed(self, timed: Timed) -> Iterable[Mention]:
        """Yield the rate of the shortest time between two changes."""
        found = [match for match in _found(self.changes, timed) if self.limits.allow(timed.words, match)]
        at = timed.turns(found)
        gaps = [hours_between(timed.times[one], timed.times[other]) for one, other in pairwise(at)]
        if gaps and min(gaps) <= self.most_hours:
            whole = timed.placed(reduce(_both, [Match(at[0], at[-1], frozenset(at)), *found]))
            yield _rate(1 / min(gaps), whole)
            if max(gaps) <= 1:
                yield Mention("bleeding", whole, measures={"soaked_hours": round(sum(gaps), 2)}, solid=True)


def _found(patterns: Sequence[Pattern], timed: Timed) -> list[Match]:
    return [match for pattern in patterns for match in pattern.matches(timed.words) if timed.told(match)]


def _pads(counts: Iterable[tuple[Pattern, float]], timed: Timed, match: Match) -> list[tuple[float, Match]]:
    """Return the numbers of pads that the sentence of a match tells."""
    sentence = timed.words.sentence_text(match.first)
    return [
        (pads * (found.numbers[0] if found.numbers else 1.0), found)
        for pattern, pads in counts
        for found in pattern.matches(timed.words, *sentence)
    ]


def _counts(section: Section, key: str, notation: Notation) -> Iterable[tuple[Pattern, float]]:
    for say, pads in numbers_of(section, key).items():
        yield section.compiled(key, say, notation), pads


def _both(one: Match, other: Match) -> Match:
    return Match(min(one.first, other.first), max(one.last, other.last), one.core | other.core)


def _rate(rate: float, match: Match) -> Mention:
    return Mention("bleeding", match, measures={"pads_per_hour": min(round(rate, 2), _MOST_PADS)}, solid=True)
