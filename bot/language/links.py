"""States joined to the thing they are said of over commas, dashes, other states and sentences ("my lips are itchy,
swollen", "look at my pad. it is soaked"): a look at the two alone finds what stands between keeps apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.language.files import Section
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.words import SENTENCE_ENDS, Word, Words

_REACH = 16
_SENTENCES = 1


class Link(NamedTuple):
    """A thing and a state of it: word indexes in the order of the shortened sentence, and that sentence."""

    thing: frozenset[int]
    state: frozenset[int]
    kept: tuple[int, ...]
    words: Words

    def placed(self, match: Match) -> Match | None:
        """Return a match in the shortened sentence as one in the whole message; None if it is not of both."""
        core = frozenset(self.kept[index] for index in match.core)
        if not core & self.thing or not core & self.state:
            return None
        return Match(min(core), max(core), core, match.numbers)


class Links:
    """What joins things and states in one language: patterns of both, words that may stand between, the copula."""

    def __init__(self, section: Section, notation: Notation) -> None:
        """Read one mapping of words.yml. Raises ProtocolError for a pattern that is wrong."""
        section.only(("things", "states", "between", "beside", "opening", "copula"))
        self._things = section.patterns("things", notation)
        self._states = section.patterns("states", notation)
        self._between = _words(section, "between") | SENTENCE_ENDS - {"?"}
        self._beside = _words(section, "beside")
        self._opening = _words(section, "opening")
        self._copula = str(section.values["copula"])

    def of(self, words: Words) -> Iterable[Link]:
        """Yield each state with the thing before it, or with the thing after it ("swollen, itchy lips"): that one's
        state says nothing of the thing before ("dry lips, swollen ankles").
        """
        states = _places(self._states, words)
        things = _places(self._things, words) if states else []
        free = {index for place in states for index in place}
        for state in states:
            after = self._after(words, things, state, free)
            thing = self._before(words, things, state, free) if after is None else after
            if thing is not None and state.stop != thing.start:
                yield self._link(words, thing, state)

    def _before(self, words: Words, things: Sequence[range], state: range, free: set[int]) -> range | None:
        near = [thing for thing in things if thing.stop < state.start <= thing.stop + _REACH]
        between = range(near[-1].stop, state.start) if near else range(0)
        ends = sum(words[index] in SENTENCE_ENDS for index in between)
        joined = all(index in free or words[index] in self._between for index in between)
        return near[-1] if near and joined and ends <= _SENTENCES else None

    def _after(self, words: Words, things: Sequence[range], state: range, free: set[int]) -> range | None:
        index = state.stop
        while index < len(words) and (index in free or words[index] in self._beside):
            index += 1
        if _alone(words, range(state.start, index)) and index < len(words):
            fragment = next((thing for thing in things if thing.start == index + 1 and _alone(words, thing)), None)
            if fragment is not None:
                return fragment
        return next((thing for thing in things if thing.start == index and words[index] not in self._opening), None)

    def _link(self, words: Words, thing: range, state: range) -> Link:
        last = words.words[thing.stop - 1]
        kept = (*thing, thing.stop - 1, *state)
        said = [*words.words[thing.start : thing.stop], Word(self._copula, last.start, last.end)]
        said += words.words[state.start : state.stop]
        return Link(frozenset(thing), frozenset(state), kept, Words(words.typed, said))


def _alone(words: Words, place: range) -> bool:
    """Tell whether nothing else stands in the sentence ("Pressure. Middle of my chest.")."""
    opened = place.start == 0 or words[place.start - 1] in SENTENCE_ENDS
    return opened and (place.stop == len(words) or words[place.stop] in SENTENCE_ENDS)


def _words(section: Section, key: str) -> frozenset[str]:
    return frozenset(word for text in section.strings(key) for word in text.split())


def _places(patterns: Sequence[Pattern], words: Words) -> list[range]:
    """Return the word ranges of the matches, in order; of overlapping ones the longest."""
    found = [range(match.first, match.last + 1) for pattern in patterns for match in pattern.matches(words)]
    kept: list[range] = []
    for place in sorted(found, key=lambda place: (-len(place), place.start)):
        if not any(place.start < other.stop and other.start < place.stop for other in kept):
            kept.append(place)
    return sorted(kept, key=lambda place: place.start)
