"""Decides the status of each mention from the cues around it.

What is not understood stays present: an overlooked denial costs a question, an invented one could cost a red flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language.clauses import Clauses
from bot.language.cues import Cue, Cues
from bot.language.denial import Denial
from bot.language.ended import REFERRING, ended
from bot.language.matching import PatternIndex
from bot.language.mentions import BEFORE_HOURS, Mention
from bot.language.patterns import Match, Pattern
from bot.language.words import SENTENCE_ENDS, Words
from bot.triage.observation import Status

_RANK = {
    Status.PRESENT: 0,
    Status.UNCERTAIN: 1,
    Status.PAST: 2,
    Status.HYPOTHETICAL: 3,
    Status.DENIED: 4,
    Status.OTHER_PERSON: 5,
}
_ARTICLES = frozenset({"a", "an", "the", "my", "any"})
_ASKING = frozenset("?:-=")
_BEFORE_ANSWER = _ASKING | {",", "is", "was", "are", "there", "also", "i", "have"}
_AFTER_ANSWER = SENTENCE_ENDS | {",", ";", "and", "but", ")", "so", "also", "only", "-"}
_LONGEST_ASKED = 8
_DOUBT_REACH = 8
_AFFIRM_REACH = 6
_SAID = (Status.PRESENT, Status.UNCERTAIN)
_BREAK_SIGNS = SENTENCE_ENDS | frozenset(",;:()-")
Found = tuple[Match, Cue]


class StatusReader:
    """Applies the cues of one language."""

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        self._index = PatternIndex(cues.patterns)

    def judge(
        self, words: Words, clauses: Clauses, mentions: Sequence[Mention], taken: Iterable[frozenset[int]]
    ) -> None:
        """Set the status of every mention that is not fixed. `taken` are word sets that complaints spell out whole;
        a cue inside one of them is part of the complaint ("can not breathe").
        """
        scene = _Scene(self._cues, words, clauses, mentions)
        scene.other_patient = self.third_party(words)
        for match, cue in self._standing(words, list(taken)):
            scene.apply(match, cue)
        scene.affirm()
        scene.doubt()
        scene.correct()
        ended(self._cues.times, words, mentions)

    def third_party(self, words: Words) -> bool:
        """Tell whether somebody writes for the patient (rules 12 and 41)."""
        return _any(self._cues.patient, words) and not _any(self._cues.own, words)

    def retracted(self, words: Words, mentions: Sequence[Mention]) -> list[Mention]:
        """Return what a plain correction takes back without naming its value ("that was my husband's").

        Some wordings do so only where the message gives the right value ("I meant 99.1", never "I meant to say"):
        what was said before that value is taken back, never the value. A number in the wording is that value.
        """
        right = {mention.complaint: mention for mention in mentions if mention.measures and mention.status in _SAID}
        found = []
        for pattern, complaint, needs_value in self._cues.retracting:
            value = right.get(complaint)
            for match in pattern.matches(words):
                if not needs_value:
                    found.append(Mention(complaint, match, retracted=True, fixed=True))
                elif value is not None and (not match.numbers or match.core & value.match.core):
                    place = match if match.first < value.match.first else value.match
                    found.append(Mention(complaint, place, retracted=True, fixed=True))
        return found[:1]

    def _standing(self, words: Words, taken: Sequence[frozenset[int]]) -> list[Found]:
        found = [
            (match, cue)
            for match, cue in self._index.find(words)
            if not any(match.core <= core for core in taken) and cue.limits.allow(words, match)
        ]
        at: dict[int, list[Found]] = {}
        for one in found:
            for index in one[0].core:
                at.setdefault(index, []).append(one)
        strongest = [one for one in found if not any(_inside(one, other) for other in at[min(one[0].core)])]
        return [(match, cue) for match, cue in strongest if cue.category != "pseudo"]


def _inside(one: Found, other: Found) -> bool:
    """Tell whether a longer cue takes over this one's words ("not sure if" over "not"). A cue that looks back does
    not take over one that looks ahead: either may turn out to reach nothing.
    """
    if one[0].core < other[0].core:
        return other[1].category == "pseudo" or one[1].direction == other[1].direction
    return one[0].core == other[0].core and other[1].category == "pseudo" and one[1].category != "pseudo"


def _any(patterns: Iterable[Pattern], words: Words, start: int = 0, end: int | None = None) -> bool:
    end = len(words.text) if end is None else end
    return any(pattern.regex.search(words.text, start, end) for pattern in patterns)


class _Scene:
    """One message with its mentions while cues are applied."""

    def __init__(self, cues: Cues, words: Words, clauses: Clauses, mentions: Sequence[Mention]) -> None:
        self._cues, self._words, self._clauses = cues, words, clauses
        self._mentions = list(mentions)
        self._at: dict[int, list[Mention]] = {}
        for mention in self._mentions:
            for index in mention.match.core:
                self._at.setdefault(index, []).append(mention)
        self.other_patient = False
        self._not_yet: set[int] = set()

    def apply(self, match: Match, cue: Cue) -> None:
        """Let one cue do its work."""
        if cue.third_party and self.other_patient:
            return
        if cue.reach in ("glue", "noun", "list"):
            self._deny(match, cue)
        elif cue.reach == "next" and cue.direction == "backward":
            self._answer(match, cue)
        elif cue.reach == "next":
            self._take_next(match, cue)
        elif cue.reach == "question":
            self._ask_back(match, cue)
        elif cue.direction == "backward":
            self._look_back(match, cue)
        else:
            self._spread(match, cue)

    def _set(self, mention: Mention, cue: Cue) -> None:
        before = cue.category == "before"
        status = Status.PAST if before else Status(cue.category)
        if mention.fixed or mention.complaint in cue.exempt or _RANK[status] < _RANK[mention.status]:
            return
        if mention.solid and status in (Status.DENIED, Status.UNCERTAIN):
            return
        mention.status = status
        if before:
            mention.hours_ago = BEFORE_HOURS

    def _deny(self, match: Match, cue: Cue) -> None:
        for mention, sure in Denial(self._cues, self._words, self._at, match, wide=cue.reach != "glue").reached():
            if sure or cue.reach == "list" or cue.category != "denied":
                self._set(mention, cue)
            elif not mention.fixed and not mention.solid and mention.status is Status.PRESENT:
                mention.status = Status.UNCERTAIN

    def _answer(self, match: Match, cue: Cue) -> None:
        """Read "fever? no", "rash: none", "chills nothing": the cue answers what stands right before it."""
        last, asked = match.first - 1, False
        while last >= 0 and self._words[last] in _BEFORE_ANSWER:
            asked = asked or self._words[last] in _ASKING
            last -= 1
        if last not in self._at or not (asked or self._closes(match.last)):
            return
        first = self._words.sentence_range(last)[0] if asked else last
        if last - first >= _LONGEST_ASKED:
            return
        for index in range(first, last + 1):
            for mention in self._at.get(index, ()):
                self._set(mention, cue)

    def _closes(self, last: int) -> bool:
        return last + 1 >= len(self._words) or self._words[last + 1] in _AFTER_ANSWER

    def _take_next(self, match: Match, cue: Cue) -> None:
        index = match.last + 1
        while index < len(self._words) and self._words[index] in _ARTICLES:
            index += 1
        for mention in self._at.get(index, ()):
            self._set(mention, cue)

    def _spread(self, match: Match, cue: Cue) -> None:
        first, last = self._stops(cue, match)
        for mention in self._mentions:
            ahead = match.first <= mention.match.first and mention.match.last <= last
            behind = first <= mention.match.first < match.first and mention.match.last <= last
            if (ahead and self._in_reach(mention, match, cue)) or (behind and cue.direction == "both"):
                self._set(mention, cue)

    def _in_reach(self, mention: Mention, match: Match, cue: Cue) -> bool:
        return cue.reach == "sentence" or self._clauses.same_hard(mention.match.first, match.last)

    def _stops(self, cue: Cue, match: Match) -> tuple[int, int]:
        """Return the first and last word that the cue may reach within its sentence."""
        first, last = self._words.sentence_range(match.first)
        begin, end = self._words.sentence_text(match.first)
        opens = cue.direction == "both" and match.first == first  # "years ago, i had a fever" is one statement
        if cue.direction == "both" and self._adds(match, last):
            first = match.first
        for pattern in cue.stop:
            for stop in pattern.matches(self._words, begin, end):
                if stop.first > match.last + opens:
                    last = min(last, stop.first - 1)
                elif stop.last < match.first:
                    first = max(first, stop.last + 1)
        return first, last

    def _adds(self, match: Match, last: int) -> bool:
        """Tell whether a cue begins a clause of its own ("a full pad, before the test i was well")."""
        after = self._words[match.last + 1] if match.last < last else "."
        return match.first > 0 and self._words[match.first - 1] == "," and after not in _BREAK_SIGNS

    def _look_back(self, match: Match, cue: Cue) -> None:
        """Apply to what "it has gone" speaks of: the mentions of its clause, else the last mention before it."""
        sentence = self._words.sentence_range(match.first)[0]
        before = [mention for mention in self._mentions if mention.match.last < match.first]
        here = [mention for mention in before if mention.match.first >= sentence]
        near = [mention for mention in here if self._clauses.same_soft(mention.match.last, match.first)]
        if not near and self._continues(match):
            near = [mention for mention in here if self._clauses.same_hard(mention.match.last, match.first)]
        if not near and self._refers_back(match, sentence):
            near = self._last_said(before)
        for mention in near:
            self._set(mention, cue)

    def _ask_back(self, match: Match, cue: Cue) -> None:
        """Apply to what the question before asks of in general ("is fever common? i do not have one")."""
        start = self._words.sentence_range(match.first)[0]
        if start == 0 or self._words[start - 1] != "?" or _any(cue.stop, self._words, *self._sentence(start - 1)):
            return
        first = self._words.sentence_range(start - 1)[0]
        self._not_yet |= match.core
        for mention in self._mentions:
            if first <= mention.match.first < start and not mention.solid:
                self._set(mention, cue)

    def _last_said(self, before: Sequence[Mention]) -> list[Mention]:
        """Return the last complaint with what qualifies it in its clause ("the pain was terrible")."""
        end = max((mention.match.last for mention in before), default=-1)
        kinds = {mention.complaint for mention in before if mention.match.last == end}
        return [
            mention
            for mention in before
            if mention.complaint in kinds and self._clauses.same_soft(mention.match.last, end)
        ]

    def _continues(self, match: Match) -> bool:
        """Tell whether a cue has no subject of its own since the last break ("a rash, now gone", "fever, it broke"):
        "agony, the pads are gone" says it of the pads.
        """
        index = match.first - 1
        while index >= 0 and self._clauses.same_soft(index, match.first):
            if self._words[index] not in self._cues.referring and self._words[index] not in _BREAK_SIGNS:
                return False
            index -= 1
        return True

    def _refers_back(self, match: Match, sentence: int) -> bool:
        begin = {self._words[index] for index in range(max(sentence, match.first - 3), match.last + 1)}
        return bool(begin & REFERRING) or match.first - sentence <= 2

    def affirm(self) -> None:
        """Take what was asked about as there where she says that she has it ("do hives like these …"), and what
        another has where she has it too.
        """
        self._give_back(self._cues.affirmed, (Status.HYPOTHETICAL, Status.UNCERTAIN))
        self._give_back(self._cues.shared, (Status.OTHER_PERSON,))

    def _give_back(self, patterns: Iterable[Pattern], statuses: Sequence[Status]) -> None:
        for match in (match for pattern in patterns for match in pattern.matches(self._words)):
            for mention in self._mentions:
                last = mention.match.last
                near = last < match.first <= last + _AFFIRM_REACH and not match.core & self._not_yet
                if near and mention.status in statuses and not mention.fixed:
                    mention.status = Status.PRESENT

    def doubt(self) -> None:
        """Turn a denial that she doubts herself into `uncertain` ("no fever that I know of")."""
        for match in (match for pattern in self._cues.doubtful for match in pattern.matches(self._words)):
            for mention in self._mentions:
                last = mention.match.last
                near = last < match.first <= last + _DOUBT_REACH and self._clauses.same_hard(last, match.first)
                if near and mention.status is Status.DENIED:
                    mention.status = Status.UNCERTAIN

    def correct(self) -> None:
        """Take back what a plain correction names: "sorry, 99.1 not 101.9" (rule 19)."""
        for mention in self._mentions:
            first = mention.match.first
            said_not = first > 0 and self._words[first - 1] == "not"
            if said_not and (mention.solid or _any(self._cues.correcting, self._words, *self._sentence(first))):
                mention.retracted, mention.status = True, Status.PRESENT

    def _sentence(self, index: int) -> tuple[int, int]:
        return self._words.sentence_text(index)
