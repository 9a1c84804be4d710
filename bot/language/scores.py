"""Pain out of ten: a range takes its top (rule 25); of several told in turn, the last is the pain now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.mentions import Mention
from bot.language.patterns import Match, Pattern
from bot.language.words import Words
from bot.triage.observation import Status

_HIGHEST = 10.0
_LONGEST_ANSWER = 12


@dataclass(frozen=True)
class Scores:
    """Wordings of a score; those of `in_pain` count only where pain is spoken of or asked for."""

    patterns: tuple[Pattern, ...]
    in_pain: tuple[Pattern, ...]

    def read(self, words: Words, mentions: Sequence[Mention], *, asked: bool) -> Iterable[Mention]:
        """Yield the scores, oldest first."""
        found = list(_scores(self.patterns, words))
        if asked or any(mention.complaint == "pain" for mention in mentions):
            taken = frozenset().union(*(hit.match.core for hit in found))
            found += [hit for hit in _scores(self.in_pain, words) if not hit.match.core & taken]
        if asked and not found:
            found += _bare(words)
        yield from _with_course(sorted(found, key=lambda hit: hit.match.first))


def _scores(patterns: Sequence[Pattern], words: Words) -> Iterable[Mention]:
    for match in (match for pattern in patterns for match in pattern.matches(words)):
        numbers = [number for number in match.numbers if number <= _HIGHEST]
        if numbers:
            out_of_ten = len(numbers) > 1 and numbers[-1] == _HIGHEST
            yield _mention(match, max(numbers[:-1] if out_of_ten else numbers))


def _mention(match: Match, score: float) -> Mention:
    return Mention("pain", match, measures={"score": score}, solid=True)


def _with_course(found: Sequence[Mention]) -> Iterable[Mention]:
    first, last = (found[0].measures["score"], found[-1].measures["score"]) if found else (0.0, 0.0)
    for hit in found:
        if hit is not found[-1] and hit.measures["score"] > last:
            hit.status = Status.PAST
        yield hit
    if first != last:
        found[-1].attributes["course"] = "worse" if last > first else "easing"


def _bare(words: Words) -> Iterable[Mention]:
    """Yield the highest number of a short answer."""
    numbers = [index for index in range(len(words)) if words[index].replace(".", "", 1).isdecimal()]
    if numbers and len(words) <= _LONGEST_ANSWER:
        best = max(numbers, key=lambda index: float(words[index]))
        if float(words[best]) <= _HIGHEST:
            yield _mention(Match(best, best, frozenset({best})), float(words[best]))
