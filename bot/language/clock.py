"""Finds times by the clock and by parts of the day ("half 2", "20:30", "8 this morning", "since lunch"); the words
stand under `clock` in quantities.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import floor

from bot.language.files import Section
from bot.language.notation import Notation
from bot.language.times import DAY, HALF_DAY, Time, Timed
from bot.language.words import Words

_ASIDE = {"quarter": 15.0, "half": 30.0}


class Clock:
    """Finds the times of a message, and which of them is now."""

    def __init__(self, section: Section, notation: Notation) -> None:
        section.only(("parts", "before", "hedges", "units", "joining", "inside", "now", "next_morning"))
        self._numbers = notation.number_words
        self._parts = dict(_parts(section))
        hour = float(section.values.get("next_morning", 0))
        self._next_morning = Time(hour, hour, day=0)
        self._now = section.patterns("now", notation)
        self._joining = frozenset(section.strings("joining"))
        words = (_either(self._parts), _either(section.strings("inside")), _either(section.strings("units")))
        self._time = re.compile(_expression(*words, self._numbers))
        self._part = re.compile(rf"(?<= )(?:{_either(self._parts)})(?= |$)")
        before, hedges = (_either(section.strings(key)) for key in ("before", "hedges"))
        self._led = re.compile(rf" (?:{before})(?: (?:{hedges}))*$")
        self._joined = re.compile(rf"(?: (?:{_either(self._joining)}|to|till|until|-|{hedges}))+")

    def read(self, words: Words) -> Timed:
        """Return the message with its times marked. A bare number is a time after "since", "at", "it is" and the like,
        or in a list of times.
        """
        found: dict[int, tuple[int, Time]] = {}
        end = 0
        last: Time | None = None
        for match in self._time.finditer(words.text):
            if _is_bare(match):
                joined = end and self._joined.fullmatch(words.text[end : match.start()])
                if not joined and not self._led.search(words.text[: match.start()]):
                    continue
            time = self._within_hour(match, last) if match["past"] else self._told(match)
            if time is not None:
                found[words.at(match.start())] = (words.at(match.end() - 1), time)
                end, last = match.end(), time
        timed = Timed(words, found, self._next_morning, self._joining)
        timed.now = self._now_of(timed) if found else None
        return timed

    def _now_of(self, timed: Timed) -> int | None:
        told = [index for pattern in self._now for match in pattern.matches(timed.words) for index in timed.told(match)]
        return max(told, default=None)

    def _told(self, match: re.Match[str]) -> Time | None:
        named = [self._parts[name] for key in ("lead", "part", "tail") for name in self._part.findall(match[key] or "")]
        day = next((part.day for part in named if part.day is not None), None)
        part = min(named, key=lambda one: one.late - one.early, default=None)
        if match["part"]:
            return Time(part.early, part.late, day) if part else None
        hour = self._hour(match)
        if hour is None:
            return None
        half = (match["sign"] or "").strip()[:1]
        sure = bool(half or part) or not 1 <= hour < HALF_DAY + 1
        hour = _placed(hour, half, part)
        return Time(hour, hour, day, sure)

    def _within_hour(self, match: re.Match[str], last: Time | None) -> Time | None:
        """Return the time of "quarter past" or "ten to", which leave out the hour of the time told last."""
        if last is None:
            return None
        aside = (_ASIDE.get(match["past"]) or self._value(match["past"])) / 60
        hour = floor(last.early) + (aside if match["past_way"] == "past" else 1 - aside)
        hour += hour <= last.early
        return Time(hour, hour, last.day, last.sure)

    def _hour(self, match: re.Match[str]) -> float | None:
        """Return the hour of the day, with its minutes as a fraction; None where there is none."""
        if match["half"]:
            return self._value(match["half"]) + 0.5
        hour, _, decimals = match["hour"].partition(".")
        minutes = float(match["minutes"] or decimals or 0)
        value = self._value(hour) + minutes / 60
        if match["way"]:
            aside = _ASIDE.get(match["aside"]) or self._value(match["aside"])
            value += aside / 60 * (1 if match["way"] in ("past", "after") else -1)
        return value if minutes < 60 and value <= DAY else None

    def _value(self, text: str) -> float:
        return self._numbers[text] if text in self._numbers else float(text)


def _is_bare(match: re.Match[str]) -> bool:
    keys = ("lead", "part", "tail", "way", "half", "minutes", "exact", "sign")
    return not any((match[key] or "").strip() for key in keys)


def _placed(hour: float, half: str, part: Time | None) -> float:
    """Return the hour of the half of the day ("a" or "p") and nearest to the part of it that are told: "6 last night"
    is 18, "2 last night" 26.
    """
    if not half and not part:
        return hour
    halves = {"a": [0.0], "p": [HALF_DAY]}.get(half, [0.0, HALF_DAY])
    hours = [hour % HALF_DAY + more for more in halves]
    if not part:
        return hours[0]
    middle = (part.early + part.late) / 2
    return min([*hours, *(one + DAY for one in hours)], key=lambda one: abs(one - middle))


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _expression(parts: str, inside: str, units: str, numbers: Mapping[str, float]) -> str:
    """Return the expression of a time: a clock time, parts of the day, or both ("yesterday at 9", "9 last night")."""
    number = rf"(?:{_either(word for word, value in numbers.items() if 1 <= value <= DAY)}|\d{{1,2}})"
    between = rf"(?: (?:{inside}))*"
    part = rf" (?:{parts})(?= )"
    aside = rf"(?:quarter|half|(?<! from )(?<! between )(?:five|ten|twenty|5|10|20|25|{number}(?= minutes)))"
    way = rf" (?P<aside>{aside})(?: minutes)? (?P<way>past|after|to|before)"
    hour = rf"(?P<hour>\d{{1,2}}\.\d\d|{number})(?: : (?P<minutes>\d\d))?"
    sign = r"(?P<exact>(?: (?:oclock|o clock|ish))*)(?P<sign> (?:am|pm|a m|p m|a \. m|p \. m))?(?= )"
    clock = rf"(?: gone)?(?: half (?P<half>{number})|(?:{way})? {hour})(?= )(?! (?:{units}) ){sign}"
    past = rf" (?P<past>{aside})(?: minutes)? (?P<past_way>past|to)(?= )(?! (?:{number}|{parts}) )"
    lead, tail = rf"(?P<lead>(?:{part}{between}){{0,2}})", rf"(?P<tail>(?:{between}{part}){{0,2}})"
    return rf"{past}|{lead}{clock}{tail}(?! (?:{units}) )|(?P<part>{part}(?:{between}{part})?)(?! (?:{units}) )"


def _parts(section: Section) -> Iterable[tuple[str, Time]]:
    for names, value in section.mapping("parts").items():
        whole = isinstance(value, list) and len(value) in (2, 3) and all(isinstance(one, int | float) for one in value)
        if not whole:
            raise section.error(f"'{names}' needs [earliest hour, latest hour] and, if it tells it, the day", "parts")
        day = int(value[2]) if len(value) > 2 else None
        for name in names.split("|"):
            yield name, Time(float(value[0]), float(value[1]), day)
