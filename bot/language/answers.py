"""Reads a message as the answer to the open question: "no", "the big ones", "like 2 i think", "idk"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.language.files import Section
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.reading import MEASURED, NOT_SURE, Answer
from bot.language.words import Words
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Question

_LONGEST_BARE = 14
"""Words: a longer message is a report of its own, of which no single word is taken for the answer."""
_WHOLE_PHRASE = 3
"""Words: a phrase this long is not there by chance, and says more than the complaint that it may also contain."""
_NEGATING = frozenset({"not", "no", "never", "without", "nor"})


class Answers:
    """The answers of one language. Refuses questions and answers that the protocol does not have."""

    def __init__(self, path: Path, notation: Notation, questions: Mapping[str, Question]) -> None:
        file = Section.of_file(path, ("yes", "no", "not_sure", "questions"))
        self._questions = questions
        self._not_sure = file.patterns("not_sure", notation)
        self._yes, self._no = file.patterns("yes", notation), file.patterns("no", notation)
        self._phrases: dict[str, dict[str, tuple[Pattern, ...]]] = {}
        asked = Section(path, file.mapping("questions"))
        for question in asked.values:
            if question not in questions:
                raise asked.error(f"the protocol has no question '{question}'", question)
            self._phrases[question] = _phrases(Section(path, asked.mapping(question)), notation, questions[question])

    def read(self, question: str, words: Words, observations: Sequence[Observation]) -> Answer | None:
        """Return the answer that a message gives to a question of the protocol, or None.

        A whole phrase that stands for an answer comes first; then what the message lets us observe; then bare words;
        then "not sure".
        """
        asked = self._questions[question]
        said = [seen for seen in observations if not seen.retracted]
        size, phrase = self._phrase(asked, words)
        unsure = self._found(self._not_sure, words)
        found = phrase if size >= _WHOLE_PHRASE else _observed(asked, said)
        if found is None and not unsure and len(words) <= _LONGEST_BARE:
            found = phrase or self._bare(asked, words)
        if found is None and unsure:
            found = NOT_SURE
        return Answer(question, found) if found else None

    def _phrase(self, asked: Question, words: Words) -> tuple[int, str | None]:
        """Return how many words the best phrase has, and its answer: the longest, of equal ones the last said."""
        hits = [
            (len(match.core), match.first, answer)
            for answer, patterns in self._phrases.get(asked.id, {}).items()
            for pattern in patterns
            for match in pattern.matches(words)
            if not _negated(words, match)
        ]
        size, _, answer = max(hits, default=(0, 0, None))
        return size, answer

    def _bare(self, asked: Question, words: Words) -> str | None:
        ids = [answer.id for answer in asked.answers]
        if "yes" in ids and self._found(self._yes, words):
            return "yes"
        for none in ("no", "none", "neither"):
            if none in ids and self._found(self._no, words):
                return none
        return _numbered(asked, words, ids)

    @staticmethod
    def _found(patterns: Sequence[Pattern], words: Words) -> bool:
        return any(pattern.regex.search(words.text) for pattern in patterns)


def _phrases(section: Section, notation: Notation, question: Question) -> dict[str, tuple[Pattern, ...]]:
    known = {answer.id for answer in question.answers}
    for answer in section.values:
        if answer not in known:
            raise section.error(f"question '{question.id}' has no answer '{answer}'", answer)
    return {answer: section.patterns(answer, notation) for answer in section.values}


def _negated(words: Words, match: Match) -> bool:
    """Tell whether a denial stands right before a wording that does not hold one itself ("not better")."""
    first = words[match.first]
    return match.first > 0 and words[match.first - 1] in _NEGATING and first not in _NEGATING


def _measured(asked: Question, said: Sequence[Observation]) -> str | None:
    """Tell whether a message gives the number that the question asks for."""
    given = any(asked.measure in seen.measures for seen in said if seen.status is Status.PRESENT)
    return MEASURED if asked.measure and given else None


def _observed(asked: Question, said: Sequence[Observation]) -> str | None:
    """Return the last answer, in the question's order, that the observations say (later ones are the graver), or
    `measured` where they give the number asked for.
    """
    given = _measured(asked, said)
    fitting = [
        answer.id
        for answer in asked.answers
        if _says(asked, said, answer.observation) and not (given and asked.measure in answer.observation.measures)
    ]
    return fitting[-1] if fitting else given


def _says(asked: Question, said: Sequence[Observation], meant: Observation) -> bool:
    """Tell whether observations of one complaint together say what an answer means.

    The bare complaint that was asked about says nothing new, and no answer.
    """
    same = [seen for seen in said if seen.complaint == meant.complaint and seen.status is meant.status]
    told = bool(meant.attributes or meant.measures) or meant.status is not Status.PRESENT
    if not same or not (told or meant.complaint != asked.complaint):
        return False
    values = {(name, value) for seen in same for name, value in seen.attributes.items()}
    highest = {name: max(seen.measures.get(name, -1.0) for seen in same) for name in meant.measures}
    return values >= set(meant.attributes.items()) and all(
        highest[name] >= value for name, value in meant.measures.items()
    )


def _numbered(asked: Question, words: Words, ids: Sequence[str]) -> str | None:
    """Read a bare "2" as the second choice, where the question does not ask for a number itself."""
    if asked.measure is None and len(words) <= 2 and words[0].isdecimal() and 1 <= int(words[0]) <= len(ids):
        return ids[int(words[0]) - 1]
    return None
