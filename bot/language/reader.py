"""The reader: a patient's message becomes observations (DESIGN.md, "Observations, findings, tiers").

Importing this module is cheap; spaCy loads when a Reader is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.language.answers import Answers
from bot.language.languages import ENGLISH
from bot.language.parts import Part, Parts
from bot.language.reading import Answer, Reading
from bot.language.resources import load_resources
from bot.language.topics import Topics
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol, Question, Vocabulary


class Reader:
    """Reads messages of one language with the lexicon and cues of `protocol_dir`/`language`.

    Raises ProtocolError at construction if a language file is wrong. Reading never raises, whatever the text, and
    the same text gives the same reading.
    """

    def __init__(self, protocol_dir: Path, protocol: Protocol, language: str = "en") -> None:
        from bot.language.pipeline import Pipeline

        self._vocabulary: Vocabulary = protocol.vocabulary
        self._questions: Mapping[str, Question] = {**protocol.follow_ups, **protocol.questions}
        self._clarifying = frozenset(protocol.questions)
        self.resources = load_resources(protocol_dir / language, protocol.vocabulary)
        self._answers = Answers(self.resources.folder / "answers.yml", self.resources.notation, self._questions)
        self.topics = Topics(self.resources.folder / "topics.yml", self.resources.notation)
        self._pipeline = Pipeline(self.resources)
        self._parts = Parts(self.resources.cues)

    def read(
        self, text: str, *, question: str | None = None, recent: str | None = None, score: float | None = None
    ) -> Reading:
        """Read one message.

        `question` is the id of the open question or follow-up, so that "2" or "the big ones" is read as its answer;
        `recent` the complaint last spoken of, which "it is a six now" is about; `score` the pain out of ten told last.
        An unknown question id counts as none.
        """
        asked = self._questions.get(question or "")
        read = self._pipeline.read(text, asked.complaint if asked and asked.id in self._clarifying else recent, score)
        seen = [mention.observation(read.words) for mention in read.mentions]
        seen += self._whole(text, read.third_party)
        kept = tuple(one for one in seen if self._vocabulary.problem(one) is None)
        answer = self._answers.read(asked.id, read.words, kept) if asked and len(read.words) else None
        language = self.resources.languages.guess(text)
        return Reading(kept, answer, read.sounds_ill, language)

    def clauses(self, text: str) -> tuple[Part, ...]:
        """Return the clauses of a message with what in them is said of now (for the learned reader)."""
        return self._parts.of(self.resources.normaliser(text))

    def topic(self, text: str, *, asking: bool = False) -> str:
        """Return what a message asks about, as its words say, or "". `asking`: all of it is known to be a question."""
        return self.topics.of(self.resources.normaliser(text), asking)

    def _whole(self, text: str, third_party: bool) -> list[Observation]:
        """Return what the message as a whole says: who writes, and in which language."""
        found = []
        if third_party:
            found.append(Observation("factor", end=len(text), attributes={"kind": "third_party"}))
        if self.resources.languages.guess(text) != ENGLISH:
            found.append(Observation("other_language", end=len(text)))
        return found


__all__ = ["Answer", "Reader", "Reading"]
