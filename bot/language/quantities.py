"""Numbers that mean something by themselves. Thresholds live in the protocol; here numbers are read and converted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language.clock import Clock
from bot.language.continued import Continued
from bot.language.files import Section
from bot.language.lasting import Lasting
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.pads import Pads
from bot.language.patterns import Pattern
from bot.language.scores import Scores
from bot.language.sizes import ClotSizes
from bot.language.temperatures import Temperatures
from bot.language.words import Words

_FILE_KEYS = ("lists", "temperature", "readings", "sizes", "size_frames", "clock", "pads", "pad_times", "lasting",
              "scores", "scores_in_pain", "scores_moved", "scores_grown", "days", "continued")  # fmt: skip
_MOST_DAYS = 400
Bounds = Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True)
class Named:
    """A measure named by its own words ("pulse 120"): which number of the pattern it is, within which bounds."""

    complaint: str
    measure: str
    pattern: Pattern
    place: int
    bounds: tuple[float, float]


class Quantities:
    """Reads all numbers of a message into mentions. `bounds` are those of the protocol's measures."""

    def __init__(self, path: Path, notation: Notation, bounds: Bounds) -> None:
        file = Section.of_file(path, _FILE_KEYS)
        notation = notation.extended(file.list_map("lists"))
        self._temperatures = Temperatures.of(Section(path, file.mapping("temperature")), notation)
        self._clock = Clock(Section(path, file.mapping("clock")), notation)
        self._pads = Pads.of(file.sections("pads"), Section(path, file.mapping("pad_times")), notation)
        self._lasting = tuple(Lasting.of_section(section, notation, bounds) for section in file.sections("lasting"))
        self._scores = Scores(
            file.patterns("scores", notation),
            file.patterns("scores_in_pain", notation),
            file.patterns("scores_moved", notation),
            {word: value for word, value in notation.number_words.items() if value > 1},
            self._temperatures.other_after,
            file.patterns("scores_grown", notation),
        )
        self._sizes = ClotSizes.of(file, notation)
        self._named = tuple(_named(file, notation, bounds))
        self._days = tuple(_days(file, notation))
        self._continued = tuple(
            Continued.of_section(section, notation, bounds) for section in file.sections("continued")
        )
        patterns = [pattern for pattern, _ in self._sizes.things] + [item.pattern for item in self._named]
        self.words = self._temperatures.names.union(*(notation.literals(pattern.source) for pattern in patterns))

    def read(
        self, words: Words, mentions: Sequence[Mention], question: str | None, score: float | None = None
    ) -> list[Mention]:
        """Return the mentions that numbers give; `mentions` are the complaints already read, `question` the
        complaint of the open question, for which a bare number is an answer, `score` the pain told last.
        """
        timed = self._clock.read(words)
        told = {mention.complaint for mention in mentions}
        found = [*self._read_named(words), *self._pads.read(words, timed, mentions)]
        found += [mention for item in self._lasting for mention in item.read(timed, told)]
        found += self._scores.read(words, mentions, asked=question == "pain", earlier=score)
        found += self._sizes.read(words, mentions, asked=question == "clot")
        found += self._read_day(words)
        found += [mention for item in self._continued for mention in item.read(words, question)]
        used = frozenset().union(*(mention.match.core for mention in found))
        found += self._temperatures.read(words, used, asked=question in ("fever", "temperature"))
        return found

    def _read_named(self, words: Words) -> Iterable[Mention]:
        taken: set[int] = set()
        for item in self._named:
            for match in item.pattern.matches(words):
                if item.place >= len(match.numbers) or match.core & taken:
                    continue
                value = match.numbers[item.place]
                if item.bounds[0] <= value <= item.bounds[1]:
                    taken |= match.core
                    yield Mention(item.complaint, match, measures={item.measure: value}, solid=True)

    def _read_day(self, words: Words) -> Iterable[Mention]:
        """Yield the first day that the message states."""
        for pattern, factor, counted in self._days:
            for match in pattern.matches(words):
                days = match.numbers[0] * factor if counted else factor
                if 0 <= days <= _MOST_DAYS:
                    yield Mention("day", match, measures={"days": float(int(days))}, fixed=True, solid=True)
                    return


def _named(file: Section, notation: Notation, bounds: Bounds) -> Iterable[Named]:
    for section in file.sections("readings"):
        section.only(("complaint", "measure", "say", "number"))
        complaint, measure = str(section.values.get("complaint")), str(section.values.get("measure"))
        if measure not in bounds.get(complaint, {}):
            raise section.error(f"'{complaint}' has no measure '{measure}'; see 'complaints' in hsg.yml")
        place = int(section.values.get("number", 1)) - 1
        for pattern in section.patterns("say", notation):
            yield Named(complaint, measure, pattern, place, bounds[complaint][measure])


def _days(file: Section, notation: Notation) -> Iterable[tuple[Pattern, float, bool]]:
    for section in file.sections("days"):
        section.only(("days", "times", "say"))
        counted = "times" in section.values
        for pattern in section.patterns("say", notation):
            yield pattern, float(section.values["times" if counted else "days"]), counted
