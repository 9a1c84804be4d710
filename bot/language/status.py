"""Decides the status of each mention from the cues around it.

A denial reaches a complaint only over words known to carry it (glue, list items), so that what is not understood
stays present: an overlooked denial costs a question, an invented one could cost a red flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language.clauses import Clauses
from bot.language.cues import Cue, Cues
from bot.language.matching import PatternIndex
from bot.language.mentions import BEFORE_HOURS, Mention
from bot.language.patterns import Match
from bot.language.words import SENTENCE_ENDS, Words
from bot.triage.observation import Status

_CONNECTORS = frozenset({"or", "nor", "/", "&"})
_STATING = frozenset({"my", "i", "it", "is", "are", "have", "am", "there", "now", "just", "only"})
_UNKNOWN_WORDS = 2
_LIST_ITEM_WORDS = 4
_RANK = {
    Status.PRESENT: 0,
    Status.UNCERTAIN: 1,
    Status.PAST: 2,
    Status.HYPOTHETICAL: 3,
    Status.DENIED: 4,
    Status.OTHER_PERSON: 5,
}
Found = tuple[Match, Cue]


class StatusReader:
    """Applies the cues of one language."""

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        self._index = PatternIndex(cues.patterns)

    def judge(self, words: Words, clauses: Clauses, mentions: Sequence[Mention], taken: Iterable[frozenset[int]]) -> None:
        """Set the status of every mention that is not fixed. `taken` are word sets that complaints spell out whole;
        a cue inside one of them is part of the complaint ("can not breathe").
        """
        scene = _Scene(self._cues, words, clauses, mentions)
        for match, cue in self._standing(words, list(taken)):
            scene.apply(match, cue)
        scene.doubt()
        scene.correct()
        scene.when()

    def third_party(self, words: Words) -> bool:
        """Tell whether somebody writes for the patient."""
        return _about_other_patient(self._cues, words)

    def _standing(self, words: Words, taken: Sequence[frozenset[int]]) -> list[Found]:
        found = [
            (match, cue)
            for match, cue in self._index.find(words)
            if cue.limits.allow(words, match) and not any(match.core <= core for core in taken)
        ]
        strongest = [one for one in found if not any(_inside(one, other) for other in found)]
        return [(match, cue) for match, cue in strongest if cue.category != "pseudo"]


def _inside(one: Found, other: Found) -> bool:
    """Tell whether a longer cue takes over this one's words ("not sure if" over "not"). A cue that looks back does
    not take over one that looks ahead: either may turn out to reach nothing.
    """
    if one[0].core < other[0].core:
        return other[1].category == "pseudo" or one[1].direction == other[1].direction
    return one[0].core == other[0].core and other[1].category == "pseudo" and one[1].category != "pseudo"


def _about_other_patient(cues: Cues, words: Words) -> bool:
    def holds(patterns: Iterable[object]) -> bool:
        return any(pattern.regex.search(words.text) for pattern in patterns)  # type: ignore[attr-defined]

    return holds(cues.patient) and not holds(cues.own)


class _Scene:
    """One message with its mentions while cues are applied."""

    def __init__(self, cues: Cues, words: Words, clauses: Clauses, mentions: Sequence[Mention]) -> None:
        self._cues, self._words, self._clauses = cues, words, clauses
        self._mentions = list(mentions)
        self._at: dict[int, list[Mention]] = {}
        for mention in self._mentions:
            for index in mention.match.core:
                self._at.setdefault(index, []).append(mention)
        self._other_patient = _about_other_patient(cues, words)

    # --- applying one cue

    def apply(self, match: Match, cue: Cue) -> None:
        if cue.third_party and self._other_patient:
            return
        if cue.reach in ("glue", "noun"):
            self._deny(match, cue)
        elif cue.reach == "next" and cue.direction == "forward":
            self._take_next(match, cue)
        elif cue.reach == "next":
            self._answer_before(match, cue)
        else:
            self._spread(match, cue)

    def _set(self, mention: Mention, cue: Cue) -> None:
        before = cue.category == "before"
        status = Status.PAST if before else Status(cue.category)
        if mention.fixed or mention.complaint in cue.exempt or _RANK[status] <= _RANK[mention.status]:
            return
        if mention.solid and status in (Status.DENIED, Status.UNCERTAIN):
            return
        mention.status = status
        if before:
            mention.hours_ago = BEFORE_HOURS

    # --- denials: over glue and lists only

    def _deny(self, match: Match, cue: Cue) -> None:
        reached = _Walk(self._cues, self._words, self._at, match, wide=cue.reach == "noun").run()
        for mention, sure in reached:
            if sure or cue.category != "denied":
                self._set(mention, cue)
            elif not mention.fixed and not mention.solid and mention.status is Status.PRESENT:
                mention.status = Status.UNCERTAIN

    def _answer_before(self, match: Match, cue: Cue) -> None:
        """Read "fever? no", "rash: none", "chills nothing": the cue answers what stands right before it."""
        last = match.first - 1
        asked = False
        while last >= 0 and self._words[last] in ("?", ":", "-", "=", ",", "is", "was", "are", "there", "also", "i", "have"):
            asked = asked or self._words[last] in "?:-="
            last -= 1
        if last < 0 or last not in self._at or not self._ends(match.last, asked):
            return
        first = self._words.sentence_range(last)[0] if asked else last
        for index in range(first, last + 1):
            for mention in self._at.get(index, ()):
                if not asked or self._short_question(first, last):
                    self._set(mention, cue)

    def _take_next(self, match: Match, cue: Cue) -> None:
        index = match.last + 1
        while index < len(self._words) and self._words[index] in ("a", "an", "the", "my", "any"):
            index += 1
        for mention in self._at.get(index, ()):
            self._set(mention, cue)

    def _short_question(self, first: int, last: int) -> bool:
        return last - first < 8

    def _ends(self, last: int, asked: bool) -> bool:
        following = self._words[last + 1] if last + 1 < len(self._words) else "."
        return asked or following in SENTENCE_ENDS or following in (",", ";", "and", "but", ")", "so", "also", "only", "-")

    # --- other cues: over a clause or sentence

    def _spread(self, match: Match, cue: Cue) -> None:
        first, last = self._words.sentence_range(match.first)
        stops = self._stops(cue, match, first, last)
        after = [mention for mention in self._mentions if self._touches(mention, match.first, stops[1])]
        before = [mention for mention in self._mentions if self._touches(mention, stops[0], match.first - 1)]
        if cue.direction in ("forward", "both"):
            for mention in after:
                if self._in_reach(mention, match.last, cue):
                    self._set(mention, cue)
        if cue.direction == "both":
            for mention in before:
                self._set(mention, cue)
        if cue.direction == "backward":
            for mention in self._meant_before(match, before):
                self._set(mention, cue)

    def _touches(self, mention: Mention, first: int, last: int) -> bool:
        return first <= mention.match.first and mention.match.last <= last

    def _in_reach(self, mention: Mention, at: int, cue: Cue) -> bool:
        return cue.reach == "sentence" or self._clauses.same_hard(mention.match.first, min(at, len(self._words) - 1))

    def _stops(self, cue: Cue, match: Match, first: int, last: int) -> tuple[int, int]:
        """Return the first and last word that the cue may reach within its sentence."""
        begin, end = self._words.sentence_text(match.first)
        for pattern in cue.stop:
            for stop in pattern.matches(self._words, begin, end):
                if stop.first > match.last:
                    last = min(last, stop.first - 1)
                elif stop.last < match.first:
                    first = max(first, stop.last + 1)
        return first, last

    def _meant_before(self, match: Match, before: Sequence[Mention]) -> list[Mention]:
        """Return what "it has gone" speaks of: the mentions of its clause, else the last mention before it."""
        here = [mention for mention in before if self._clauses.same_soft(mention.match.last, match.first)]
        near = here or [mention for mention in before if self._clauses.same_hard(mention.match.last, match.first)]
        if near:
            return near
        earlier = [mention for mention in self._mentions if mention.match.last < match.first]
        return earlier[-1:] if earlier and self._refers_back(match) else []

    def _refers_back(self, match: Match) -> bool:
        first = self._words.sentence_range(match.first)[0]
        begin = {self._words[index] for index in range(max(first, match.first - 3), match.last + 1)}
        return bool(begin & {"it", "that", "they", "this", "all"}) or match.first - first <= 2

    # --- afterwards

    def doubt(self) -> None:
        """Turn a denial that she doubts herself into `uncertain` ("no fever that I know of")."""
        for pattern in self._cues.doubtful:
            for match in pattern.matches(self._words):
                for mention in self._mentions:
                    near = abs(mention.match.last - match.first) <= 8 and mention.match.first < match.first
                    if near and mention.status is Status.DENIED and self._clauses.same_hard(mention.match.last, match.first):
                        mention.status = Status.UNCERTAIN

    def correct(self) -> None:
        """Take back what a plain correction names: "sorry, 99.1 not 101.9" (rule 19)."""
        for mention in self._mentions:
            first = mention.match.first
            said_not = first and self._words[first - 1] == "not"
            if said_not and (mention.solid or self._corrected(first)):
                mention.retracted, mention.status = True, Status.PRESENT

    def _corrected(self, index: int) -> bool:
        begin, end = self._words.sentence_text(index)
        return any(pattern.regex.search(self._words.text, begin, end) for pattern in self._cues.correcting)

    def when(self) -> None:
        """Say how long ago what is over was, from the nearest time word of the sentence."""
        over = [mention for mention in self._mentions if mention.status is Status.PAST and mention.hours_ago is None]
        if not over:
            return
        times = [
            (match, hours * (match.numbers[0] if counted and match.numbers else 1.0))
            for pattern, hours, counted in self._cues.times
            for match in pattern.matches(self._words)
        ]
        for mention in over:
            sentence = self._words.sentences[mention.match.first]
            here = [(match, hours) for match, hours in times if self._words.sentences[match.first] == sentence]
            if here:
                nearest = min(here, key=lambda one: (abs(one[0].first - mention.match.last), -len(one[0].core)))
                mention.hours_ago = nearest[1]


class _Walk:
    """Walks from a denial over the words that carry it, and collects the complaints on the way."""

    def __init__(self, cues: Cues, words: Words, at: dict[int, list[Mention]], match: Match, *, wide: bool) -> None:
        self._cues, self._words, self._at, self._match = cues, words, at, match
        self._glue = cues.glue if wide else cues.glue_narrow
        self._budget = _UNKNOWN_WORDS if wide else 0

    def run(self) -> list[tuple[Mention, bool]]:
        """Return each mention reached and whether the denial surely holds for it."""
        items, index, alternatives = [], self._match.last + 1, False
        while index < len(self._words):
            item, index = self._item(index, first=not items)
            if not item:
                break
            items.append(item)
            connector = self._words[index] if index < len(self._words) else "."
            if connector in _CONNECTORS:
                alternatives = True
                index += 1
            elif connector in (",", "and") and self._listed(index + 1):
                index += 1
                if index < len(self._words) and self._words[index] in ("or", "nor", "and"):
                    alternatives = alternatives or self._words[index] != "and"
                    index += 1
            else:
                break
        sure = alternatives or len(items) != 2
        return [(mention, place == 0 or sure) for place, item in enumerate(items) for mention in item]

    def _item(self, index: int, *, first: bool) -> tuple[list[Mention], int]:
        """Return the mentions of one list item and the index after it."""
        budget = self._budget if first else min(1, self._budget)
        reached: list[Mention] = []
        end = index - 1
        while index < len(self._words):
            here = [mention for mention in self._at.get(index, ()) if min(mention.match.core) > self._match.last]
            if here:
                reached += [mention for mention in here if mention not in reached]
                end = max(mention.match.last for mention in here)
            elif index > end and self._words[index] not in self._glue:
                budget -= 1
                if budget < 0 or reached or self._stops(index):
                    break
            index += 1
        return reached, index

    def _stops(self, index: int) -> bool:
        text = self._words[index]
        return not text.isalpha() or text in self._cues.nouns_stop or text in _CONNECTORS or text == "and"

    def _listed(self, index: int) -> bool:
        """Tell whether a bare list item follows: only nouns that people list ("no fever, chills or rash")."""
        if index < len(self._words) and self._words[index] in ("or", "nor"):
            return True
        texts = []
        while index < len(self._words) and self._words[index] not in (",", "or", "nor", "and", "/", ".", "?", "!", ";", "but"):
            texts.append(self._words[index])
            index += 1
        if not texts or len(texts) > _LIST_ITEM_WORDS or texts[-1] not in self._cues.listable:
            return self._later_or(index, texts)
        return all(text in self._cues.listable or text in self._cues.glue_narrow for text in texts)

    def _later_or(self, index: int, texts: Sequence[str]) -> bool:
        """Tell whether "or" closes a list of short items ("no fever, bad cramping or smelly discharge")."""
        short = 0 < len(texts) <= _LIST_ITEM_WORDS and not _STATING & set(texts)
        return short and index < len(self._words) and self._words[index] in ("or", "nor")
