"""Pain out of ten: a range takes its top (rule 25); of several told in turn, the last is the pain now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.language.mentions import Mention
from bot.language.patterns import Match, Pattern
from bot.language.words import Words
from bot.triage.observation import Status

_HIGHEST = 10.0
_LONGEST_ANSWER = 12


@dataclass(frozen=True)
class Scores:
    """Wordings of a score; those of `in_pain` count only where pain is spoken of or asked for, `moved` hold the score
    before and the score now. `numbers` are the number words of a bare answer ("one" is none: "a bad one"),
    `other_after` words of other measures, `grown` what says that a higher score than one told in another message is a
    change and no correction of it.
    """

    patterns: tuple[Pattern, ...]
    in_pain: tuple[Pattern, ...]
    moved: tuple[Pattern, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    other_after: frozenset[str] = frozenset()
    grown: tuple[Pattern, ...] = ()

    def read(
        self, words: Words, mentions: Sequence[Mention], *, asked: bool, earlier: float | None = None
    ) -> Iterable[Mention]:
        """Yield the scores, oldest first; `earlier` is one told in an earlier message (rule 34)."""
        moved = list(_moved(self.moved, words))
        told = frozenset().union(*(hit.match.core for hit in moved))
        found = moved + [hit for hit in _scores(self.patterns, words) if not hit.match.core & told]
        if asked or any(mention.complaint == "pain" for mention in mentions):
            taken = frozenset().union(*(hit.match.core for hit in found))
            found += [hit for hit in _scores(self.in_pain, words) if not hit.match.core & taken]
        if asked and not found:
            kept, taken_back = self._bare(words)
            found += kept
            yield from taken_back
        in_turn = list(_with_course(_apart(found)))
        if in_turn and earlier is not None and in_turn[-1].measures["score"] > earlier and self._says_change(words):
            in_turn[-1].attributes["course"] = "worse"
        yield from in_turn

    def _says_change(self, words: Words) -> bool:
        return any(pattern.regex.search(words.text) for pattern in self.grown)

    def _bare(self, words: Words) -> tuple[list[Mention], list[Mention]]:
        """Return the highest number of a short answer that counts nothing else, and those that "not" takes back."""
        said = [self._at(words, index) for index in range(len(words))] if len(words) <= _LONGEST_ANSWER else []
        scores = [mention for mention in said if mention is not None]
        kept = [mention for mention in scores if words[mention.match.first - 1] != "not" or not mention.match.first]
        taken_back = [mention for mention in scores if kept and mention not in kept]
        return sorted(kept or scores, key=lambda mention: mention.measures["score"])[-1:], taken_back

    def _at(self, words: Words, index: int) -> Mention | None:
        score = self._number(words[index])
        counts = index + 1 < len(words) and words[index + 1] in self.other_after
        if score is None or score > _HIGHEST or counts:
            return None
        return _mention(Match(index, index, frozenset({index})), score)

    def _number(self, text: str) -> float | None:
        return float(text) if text.replace(".", "", 1).isdecimal() else self.numbers.get(text)


def _scores(patterns: Sequence[Pattern], words: Words) -> Iterable[Mention]:
    for match in (match for pattern in patterns for match in pattern.matches(words)):
        numbers = [number for number in match.numbers if number <= _HIGHEST]
        if numbers:
            out_of_ten = len(numbers) > 1 and numbers[-1] == _HIGHEST
            yield _mention(match, max(numbers[:-1] if out_of_ten else numbers))


def _apart(found: Iterable[Mention]) -> list[Mention]:
    """Order the scores; of two that share words the longer stands ("3 out of ten pain" is no ten), else the higher."""
    kept: list[Mention] = []
    for hit in sorted(found, key=lambda hit: (-len(hit.match.core), -hit.measures["score"])):
        if not any(hit.match.core & other.match.core for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.match.first)


def _moved(patterns: Sequence[Pattern], words: Words) -> Iterable[Mention]:
    for match in (match for pattern in patterns for match in pattern.matches(words)):
        if len(match.numbers) > 1 and max(match.numbers) <= _HIGHEST:
            mention = _mention(match, match.numbers[-1])
            mention.attributes |= _course(match.numbers[0], match.numbers[-1])
            yield mention


def _course(before: float, now: float) -> dict[str, str]:
    return {} if now == before else {"course": "worse" if now > before else "easing"}


def _mention(match: Match, score: float) -> Mention:
    return Mention("pain", match, measures={"score": score}, solid=True)


def _with_course(found: Sequence[Mention]) -> Iterable[Mention]:
    first, last = (found[0].measures["score"], found[-1].measures["score"]) if found else (0.0, 0.0)
    for hit in found:
        if hit is not found[-1] and hit.measures["score"] > last:
            hit.status = Status.PAST
        yield hit
    if found:
        found[-1].attributes |= _course(first, last)
