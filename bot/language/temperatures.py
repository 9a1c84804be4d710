"""Which numbers are temperatures, in degrees Celsius (rules 2 and 29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.language.files import Section
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.words import SENTENCE_ENDS, Words

FAHRENHEIT = (95.0, 110.0)
CELSIUS = (34.0, 43.0)
_UNCLEAR = (20.0, 120.0)
_FEVER_FAHRENHEIT, _FEVER_CELSIUS = 100.0, 37.8
_BOUND_STEP = 0.1
_NAMED_WITHIN = 6
_BESIDE = frozenset({"is", "was", "at", "of"})
_KEYS = ("words", "units", "other_measure_after", "other_measure_before", "may_follow", "below")


def celsius(fahrenheit: float) -> float:
    """Convert degrees Fahrenheit, keeping the fever thresholds of both units together: 100.0 F is fever as 37.8 C
    is (rule 2), though it converts to 37.78.
    """
    converted = round((fahrenheit - 32) * 5 / 9, 2)
    return max(converted, _FEVER_CELSIUS) if fahrenheit >= _FEVER_FAHRENHEIT else converted


@dataclass(frozen=True)
class Temperatures:
    """Reads temperatures: a number in a temperature range counts unless a word of another measure stands beside it."""

    names: frozenset[str]
    units: Mapping[str, str]
    other_after: frozenset[str]
    other_before: frozenset[str]
    may_follow: frozenset[str]
    below: tuple[Pattern, ...]

    @classmethod
    def of(cls, section: Section, notation: Notation) -> Temperatures:
        """Build from the section `temperature` of quantities.yml."""
        section.only(_KEYS)
        return cls(
            names=frozenset(section.strings("words")),
            units=section.text_map("units"),
            other_after=frozenset(section.strings("other_measure_after")),
            other_before=frozenset(section.strings("other_measure_before")),
            may_follow=frozenset(section.strings("may_follow")),
            below=section.patterns("below", notation),
        )

    def read(self, words: Words, used: frozenset[int], *, asked: bool) -> Iterable[Mention]:
        """Yield the temperatures among words that are not used yet; `asked` if the open question wants one."""
        named = [index for index in range(len(words)) if words[index] in self.names] + [0] * asked
        bounded = {i for pattern in self.below for match in pattern.matches(words) for i in match.core}
        for index in range(len(words)):
            number = _number(words[index])
            if number is None or index in used:
                continue
            last, unit = self._unit(words, index)
            if not self._other_measure(words, index, last):
                match = Match(index, last, frozenset(range(index, last + 1)))
                yield from self._reading(words, match, number - _BOUND_STEP * (index in bounded), unit, named)

    def _reading(self, words: Words, match: Match, number: float, unit: str, named: Sequence[int]) -> Iterable[Mention]:
        near = any(abs(match.first - place) <= _NAMED_WITHIN for place in named)
        value = _in_celsius(number, unit)
        if value is None:
            if near and _UNCLEAR[0] <= number <= _UNCLEAR[1] and self._named_before(words, match.first):
                yield Mention("temperature", match, {"unit": "unclear"}, {"other": number}, solid=True)
        elif near or unit or self._may_be_bare(words, match.first, named):
            yield Mention("temperature", match, measures={"celsius": value}, solid=True)

    def _named_before(self, words: Words, index: int) -> bool:
        return index > 0 and words[index - 1] in self.names | _BESIDE

    def _unit(self, words: Words, index: int) -> tuple[int, str]:
        last, unit = index, ""
        while last + 1 < len(words) and words[last + 1] in self.units:
            last += 1
            unit = self.units[words[last]] or unit
        return last, unit

    def _other_measure(self, words: Words, index: int, last: int) -> bool:
        following = words[last + 1] if last + 1 < len(words) else "."
        before = [words[place] for place in range(max(0, index - 3), index)]
        cut = max((place + 1 for place, text in enumerate(before) if text in SENTENCE_ENDS or text == ","), default=0)
        if following in self.other_after or before[-1:] == ["/"] or _a_clock_time(before):
            return True
        return any(text in self.other_before for text in before[cut:])

    def _may_be_bare(self, words: Words, index: int, named: Sequence[int]) -> bool:
        """Tell whether an unnamed number may be a reading: it has decimals, or nothing countable follows it."""
        if "." in words[index] or named:
            return True
        age = index > 1 and [words[index - 2], words[index - 1]] == ["i", "am"]
        following = words[index + 1] if index + 1 < len(words) else "."
        return not age and following in self.may_follow


def _a_clock_time(before: Sequence[str]) -> bool:
    """Tell whether hours and a colon end the words ("at 6:38"), rather than a heading ("6pm: 38")."""
    return before[-1:] == [":"] and _number("".join(before[-2:-1])) is not None


def _number(text: str) -> float | None:
    return float(text) if text.replace(".", "", 1).isdecimal() and text.isascii() else None


def _in_celsius(number: float, unit: str) -> float | None:
    if FAHRENHEIT[0] <= number <= FAHRENHEIT[1] and unit != "c":
        return celsius(number)
    if CELSIUS[0] <= number <= CELSIUS[1] and unit != "f":
        return round(number, 2)
    return None
