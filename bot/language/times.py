"""Times of a message as told, and the hours between two of them: what `Clock` finds and patterns around times use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

from bot.language.patterns import Match
from bot.language.words import Word, Words

TIME = ":time:"
"""The word that stands for a time in `Timed`, for patterns such as "since :time:"."""
DAY, HALF_DAY = 24.0, 12.0
_SHORTEST = 0.25


@dataclass(frozen=True)
class Time:
    """A time as told, between two hours of the day. `day`: 0 today, -1 yesterday, None where it is not told; `sure`:
    whether it tells morning from afternoon.
    """

    early: float
    late: float
    day: int | None = None
    sure: bool = True

    @property
    def middles(self) -> tuple[float, ...]:
        """The hours of the day that it may mean."""
        middle = (self.early + self.late) / 2
        return (middle,) if self.sure else (middle % DAY, (middle + HALF_DAY) % DAY)


def hours_between(start: Time, end: Time) -> float:
    """Return the shortest plausible hours from one time to a later one, at most 24."""
    over_night = start.day is not None and start.day < (end.day or 0)
    gaps = [
        later - earlier + DAY if over_night else (later - earlier) % DAY or DAY
        for earlier, later in product(start.middles, end.middles)
    ]
    spread = (start.late - start.early + end.late - end.early) / 2
    return max(min(*gaps, DAY) - spread, _SHORTEST)


class Timed:
    """A message in which every time is the one word `TIME`; `times` are by their index in `words`, `now` is where the
    present time is told. Words of `joining` list times; `next_morning` is now where only yesterday is told.
    """

    def __init__(
        self, words: Words, found: Mapping[int, tuple[int, Time]], next_morning: Time, joining: frozenset[str]
    ) -> None:
        self.times: dict[int, Time] = {}
        self.now: int | None = None
        self._next_morning = next_morning
        self._joining = joining
        self._spans: list[tuple[int, int]] = []
        marked: list[Word] = []
        index = 0
        while index < len(words):
            last, time = found.get(index, (index, None))
            if time is not None:
                self.times[len(marked)] = time
            marked.append(Word(TIME if time else words[index], words.words[index].start, words.words[last].end))
            self._spans.append((index, last))
            index = last + 1
        self.words = Words(words.typed, marked)

    def told(self, match: Match) -> list[int]:
        """Return where the times stand that a match names."""
        return [index for index in sorted(match.core) if index in self.times]

    def start(self, match: Match) -> Time | None:
        """Return the first time that a match names."""
        return next((self.times[index] for index in self.told(match)), None)

    def end(self, match: Match) -> int | None:
        """Return where the time stands that ends what began with a match: its second one, else now, else one of today
        where it began yesterday.
        """
        told = self.told(match)
        if not told:
            return None
        today = [index for index, time in self.times.items() if time.day == 0 and self.times[told[0]].day == -1]
        ends = [*told[1:2], *([] if self.now is None else [self.now]), *today[-1:]]
        return next((index for index in ends if index != told[0]), None)

    def hours(self, match: Match) -> float | None:
        """Return the hours from the first time of a match to its end; None where the end is not told and could be
        any time. Who tells of yesterday writes on the next morning or later.
        """
        start, end = self.start(match), self.end(match)
        if end is not None and start is not None:
            return hours_between(start, self.times[end])
        return hours_between(start, self._next_morning) if start is not None and start.day == -1 else None

    def turns(self, matches: Iterable[Match]) -> list[int]:
        """Return where the times of these matches stand, with those listed after them ("at 2, half 2 and at 3")."""
        found = {index for match in matches for index in self.told(match)}
        for before, index in pairwise(sorted(self.times)):
            between = (self.words[at] for at in range(before + 1, index))
            if before in found and self._joining.issuperset(between):
                found.add(index)
        return sorted(found)

    def placed(self, match: Match) -> Match:
        """Return a match in these words as one in the whole message, with the time that ends it."""
        end = self.end(match)
        named = match.core | ({end} if end is not None and end > match.last else set())
        match = Match(match.first, max(named), named, match.numbers)
        core = frozenset(at for index in named for at in range(self._spans[index][0], self._spans[index][1] + 1))
        return Match(self._spans[match.first][0], self._spans[match.last][1], core, match.numbers)
