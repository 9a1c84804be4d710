"""Numbers that mean something by themselves: temperatures, pads an hour, pain out of ten, pulse, clot sizes, days.

Thresholds live in the protocol; here numbers are only read and converted (rules 2, 28, 29, 30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language.files import Section, numbers_of
from bot.language.mentions import Mention
from bot.language.patterns import Match, Notation, Pattern
from bot.language.words import SENTENCE_ENDS, Words
from bot.triage.observation import Status

_FILE_KEYS = ("lists", "temperature", "readings", "sizes", "size_frames", "pads", "scores", "scores_in_pain", "days")


@dataclass(frozen=True)
class Reading:
    """A measure named by its own words: `value` places in the pattern, converted by `factor`."""

    complaint: str
    measure: str
    pattern: Pattern
    place: int
    limits: tuple[float, float]


@dataclass(frozen=True)
class Rate:
    """Pads and the time they took: places of the numbers in the pattern, or fixed values."""

    pattern: Pattern
    pads: float | None
    hours: float | None
    minutes: bool
    duration: bool
    ongoing: bool


class Quantities:
    """Reads all numbers of a message into mentions."""

    def __init__(
        self, path: Path, notation: Notation, measures: Mapping[str, Mapping[str, tuple[float, float]]]
    ) -> None:
        file = Section.of_file(path, _FILE_KEYS)
        notation = notation.extended(file.list_map("lists"))
        self._temperature = _temperature_words(Section(path, file.mapping("temperature")), notation)
        self._readings = tuple(_readings(file, notation, measures))
        self._rates = tuple(_rates(file, notation))
        self._scores = file.patterns("scores", notation)
        self._scores_in_pain = file.patterns("scores_in_pain", notation)
        self._days = tuple(_days(file, notation))
        self._sizes = [(notation.compile(name), centimetres) for name, centimetres in numbers_of(file, "sizes").items()]
        self._frames = tuple(_frames(file, notation))
        self.words = frozenset().union(
            *(file.words(key, notation) for key in ("scores",)),
            *(notation.literals(pattern.source) for pattern, _ in self._sizes),
            *(notation.literals(reading.pattern.source) for reading in self._readings),
            self._temperature.names,
        )

    def read(self, words: Words, mentions: Sequence[Mention], question: str | None) -> list[Mention]:
        """Return the mentions that numbers give; `mentions` are the complaints already read, `question` the
        complaint of the open question, for which a bare number is an answer.
        """
        found = [*self._named(words), *self._pads(words, mentions), *self._pain(words, mentions, question)]
        found += self._clot_sizes(words, mentions, question)
        found += self._day(words)
        used = frozenset().union(*(mention.match.core for mention in found))
        found += self._temperatures(words, used, question)
        return found

    # --- readings that name themselves

    def _named(self, words: Words) -> Iterable[Mention]:
        taken: set[int] = set()
        for reading in self._readings:
            for match in reading.pattern.matches(words):
                if reading.place >= len(match.numbers) or match.core & taken:
                    continue
                value = match.numbers[reading.place]
                if reading.limits[0] <= value <= reading.limits[1]:
                    taken |= match.core
                    yield Mention(reading.complaint, match, measures={reading.measure: value}, solid=True)

    # --- pads

    def _pads(self, words: Words, mentions: Sequence[Mention]) -> Iterable[Mention]:
        bleeding = any(mention.complaint in ("bleeding", "clot") for mention in mentions)
        fluid = any(mention.complaint == "discharge" for mention in mentions)
        if fluid and not bleeding:
            return
        best: dict[str, Mention] = {}
        for rate in self._rates:
            for match in rate.pattern.matches(words):
                mention = _rate_mention(rate, match)
                if mention is not None:
                    key = min(mention.measures)
                    held = best.get(key)
                    if held is None or mention.measures[key] > held.measures[key]:
                        best[key] = mention
        if best:
            yield _merged(list(best.values()))

    # --- pain out of ten

    def _pain(self, words: Words, mentions: Sequence[Mention], question: str | None) -> Iterable[Mention]:
        spoken_of = question == "pain" or any(mention.complaint == "pain" for mention in mentions)
        found = [hit for pattern in self._scores for hit in _scores(pattern, words)]
        if spoken_of:
            taken = frozenset().union(*(hit.match.core for hit in found))
            more = [hit for pattern in self._scores_in_pain for hit in _scores(pattern, words)]
            found += [hit for hit in more if not hit.match.core & taken]
        if question == "pain" and not found:
            found += _bare_score(words)
        yield from _with_course(sorted(found, key=lambda hit: hit.match.first))

    # --- clot sizes

    def _clot_sizes(self, words: Words, mentions: Sequence[Mention], question: str | None) -> Iterable[Mention]:
        if question != "clot" and not any(mention.complaint == "clot" for mention in mentions):
            return
        for pattern, centimetres in self._sizes:
            for match in pattern.matches(words):
                step = self._frame(words, match)
                if step is None:
                    continue
                size = centimetres * (match.numbers[0] if match.numbers else 1.0) + step
                attributes = {"size": "large" if size >= LARGE_CLOT else "small"}
                yield Mention("clot", match, attributes, {"centimetres": round(min(size, 30.0), 2)}, solid=True)

    def _frame(self, words: Words, match: Match) -> float | None:
        """Return how much to add to the size of a thing that a clot is compared with; None if it is no comparison."""
        begin = words.begins[max(0, match.first - 5)]
        end = words.begins[min(len(words) - 1, match.last + 3)] + 1
        for pattern, step in self._frames:
            for frame in pattern.matches(words, begin, end):
                if frame.last >= match.first - 2 and frame.first <= match.last + 2:
                    return step
        return 0.0 if match.numbers else None

    # --- days since the procedure

    def _day(self, words: Words) -> Iterable[Mention]:
        for pattern, place, factor in self._days:
            for match in pattern.matches(words):
                days = factor if place is None else match.numbers[place] * factor
                if 0 <= days <= 400:
                    yield Mention("day", match, measures={"days": float(int(days))}, fixed=True, solid=True)
                    return


LARGE_CLOT = 2.5
"""Centimetres: a US quarter or a 10p piece (rule 30)."""


def _scores(pattern: Pattern, words: Words) -> Iterable[Mention]:
    for match in pattern.matches(words):
        numbers = [number for number in match.numbers if number <= 10]
        if numbers:
            score = max(numbers[:-1] if len(numbers) > 1 and numbers[-1] == 10 else numbers)
            yield Mention("pain", match, measures={"score": score}, solid=True)


def _with_course(found: Sequence[Mention]) -> Iterable[Mention]:
    """Yield the scores; of several told one after the other, the last is the pain now and shows where it goes."""
    first, last = (found[0].measures["score"], found[-1].measures["score"]) if found else (0.0, 0.0)
    for hit in found:
        if last < hit.measures["score"] and hit is not found[-1]:
            hit.status = Status.PAST
        yield hit
    if first != last:
        found[-1].attributes["course"] = "worse" if last > first else "easing"


def _bare_score(words: Words) -> Iterable[Mention]:
    numbers = [index for index in range(len(words)) if re.fullmatch(r"\d+(?:\.\d+)?", words[index])]
    values = [float(words[index]) for index in numbers]
    if values and len(words) <= 12 and max(values) <= 10:
        best = max(numbers, key=lambda index: float(words[index]))
        yield Mention("pain", Match(best, best, frozenset({best})), measures={"score": max(values)}, solid=True)


def _rate_mention(rate: Rate, match: Match) -> Mention | None:
    numbers = list(match.numbers)
    if rate.duration:
        hours = numbers[0] if numbers else rate.hours
        attributes = {"pads": "ongoing"} if rate.ongoing else {}
        return Mention("bleeding", match, attributes, {"soaked_hours": min(hours, 48.0)}, solid=True) if hours else None
    pads = rate.pads if rate.pads is not None else numbers.pop(0) if numbers else None
    hours = rate.hours if rate.hours is not None else numbers.pop(0) if numbers else None
    if pads is None or not hours:
        return None
    hours = hours / 60 if rate.minutes and rate.hours is None else hours
    return Mention("bleeding", match, measures={"pads_per_hour": min(round(pads / hours, 2), 30.0)}, solid=True)


def _merged(mentions: Sequence[Mention]) -> Mention:
    first = min(mention.match.first for mention in mentions)
    last = max(mention.match.last for mention in mentions)
    core = frozenset().union(*(mention.match.core for mention in mentions))
    measures = {name: value for mention in mentions for name, value in mention.measures.items()}
    attributes = {name: value for mention in mentions for name, value in mention.attributes.items()}
    return Mention("bleeding", Match(first, last, core), attributes, measures, solid=True)


# --- reading quantities.yml


def _readings(
    file: Section, notation: Notation, measures: Mapping[str, Mapping[str, tuple[float, float]]]
) -> Iterable[Reading]:
    for section in file.sections("readings"):
        section.only(("complaint", "measure", "say", "number"))
        complaint, measure = str(section.values.get("complaint")), str(section.values.get("measure"))
        if measure not in measures.get(complaint, {}):
            raise section.error(f"'{complaint}' has no measure '{measure}'; see 'complaints' in hsg.yml")
        place = int(section.values.get("number", 1)) - 1
        for pattern in section.patterns("say", notation):
            yield Reading(complaint, measure, pattern, place, measures[complaint][measure])


def _rates(file: Section, notation: Notation) -> Iterable[Rate]:
    for section in file.sections("pads"):
        section.only(("pads", "hours", "minutes", "duration", "ongoing", "say"))
        for pattern in section.patterns("say", notation):
            yield Rate(
                pattern,
                section.values.get("pads"),
                section.values.get("hours"),
                section.flag("minutes"),
                section.flag("duration"),
                section.flag("ongoing"),
            )


def _days(file: Section, notation: Notation) -> Iterable[tuple[Pattern, int | None, float]]:
    for section in file.sections("days"):
        section.only(("days", "times", "say"))
        for pattern in section.patterns("say", notation):
            fixed = section.values.get("days")
            yield (pattern, None, float(fixed)) if fixed is not None else (pattern, 0, float(section.values["times"]))


def _frames(file: Section, notation: Notation) -> Iterable[tuple[Pattern, float]]:
    for section in file.sections("size_frames"):
        section.only(("add", "say"))
        for pattern in section.patterns("say", notation):
            yield pattern, float(section.values.get("add", 0))
