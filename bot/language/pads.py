"""Pads and the time they took: pads an hour, and for how many hours (rules 3 and 18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.files import Section
from bot.language.lexicon import Limits
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.pad_times import PadTimes
from bot.language.patterns import Match, Pattern
from bot.language.times import Timed
from bot.language.words import Words

_MOST_PADS, _MOST_HOURS = 30.0, 48.0


@dataclass(frozen=True)
class Rate:
    """A wording of a rate: its numbers are pads and hours, in this order, unless a value is fixed. `minutes`: its
    time is in minutes. `duration`: its number is for how many hours; `ongoing`: and it goes on. `heavy_from`: no rate,
    but so many pads in a part of a day are heavy.
    """

    pattern: Pattern
    pads: float | None
    hours: float | None
    minutes: bool
    duration: bool
    ongoing: bool
    heavy_from: float | None
    limits: Limits

    def mention(self, match: Match) -> Mention | None:
        """Return the bleeding that a match tells of, or None where a number is missing."""
        numbers = list(match.numbers)
        if self.heavy_from is not None:
            heavy = bool(numbers) and numbers[0] >= self.heavy_from
            return Mention("bleeding", match, {"amount": "heavy"}, solid=True) if heavy else None
        pads = 1.0 if self.duration else self.pads if self.pads is not None else numbers.pop(0) if numbers else None
        hours = self.hours if self.hours is not None else numbers.pop(0) if numbers else None
        if pads is None or not hours:
            return None
        if self.duration:
            attributes = {"pads": "ongoing"} if self.ongoing else {}
            return Mention("bleeding", match, attributes, {"soaked_hours": min(hours, _MOST_HOURS)}, solid=True)
        taken = hours / 60 if self.minutes and self.hours is None else hours
        rate = min(round(pads / taken, 2), _MOST_PADS)
        return Mention("bleeding", match, measures={"pads_per_hour": rate}, solid=True)


@dataclass(frozen=True)
class Pads:
    """All wordings of rates, by numbers of hours and by times."""

    rates: tuple[Rate, ...]
    times: PadTimes

    @classmethod
    def of(cls, sections: Iterable[Section], times: Section, notation: Notation) -> Pads:
        """Build from the sections `pads` and `pad_times` of quantities.yml."""
        rates = tuple(rate for section in sections for rate in _rates(section, notation))
        return cls(rates, PadTimes.of(times, notation))

    def read(self, words: Words, timed: Timed, mentions: Sequence[Mention]) -> Iterable[Mention]:
        """Yield one bleeding with the highest rate and duration told, unless the pads are wet with dye."""
        told = {mention.complaint for mention in mentions}
        if "discharge" in told and not told & {"bleeding", "clot"}:
            return
        matches = [(rate, match) for rate in self.rates for match in rate.pattern.matches(words)]
        found = [rate.mention(match) for rate, match in matches if rate.limits.allow(words, match)]
        best: dict[str, Mention] = {}
        found += self.times.read(timed, told)
        for mention in (mention for mention in found if mention is not None):
            (name, value) = next(iter(mention.measures.items()), ("", 0.0))
            if name not in best or value > best[name].measures.get(name, 0.0):
                best[name] = mention
        if best:
            yield _merged(list(best.values()))


def _merged(mentions: Sequence[Mention]) -> Mention:
    match = Match(
        first=min(mention.match.first for mention in mentions),
        last=max(mention.match.last for mention in mentions),
        core=frozenset().union(*(mention.match.core for mention in mentions)),
    )
    measures = {name: value for mention in mentions for name, value in mention.measures.items()}
    attributes = {name: value for mention in mentions for name, value in mention.attributes.items()}
    return Mention("bleeding", match, attributes, measures, solid=True)


def _rates(section: Section, notation: Notation) -> Iterable[Rate]:
    section.only(("pads", "hours", "minutes", "duration", "ongoing", "heavy_from", "unless", "say"))
    for pattern in section.patterns("say", notation):
        yield Rate(
            pattern,
            section.values.get("pads"),
            section.values.get("hours"),
            section.flag("minutes"),
            section.flag("duration"),
            section.flag("ongoing"),
            section.values.get("heavy_from"),
            Limits(section.patterns("unless", notation)),
        )
