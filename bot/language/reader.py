"""The reader: a patient's message becomes observations (DESIGN.md, "Observations, findings, tiers").

Importing this module is cheap; spaCy loads when a Reader is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.language.mentions import Mention
from bot.language.reading import Answer, Reading
from bot.language.resources import load_resources
from bot.language.words import Words
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
        self._questions: Mapping[str, Question] = protocol.questions
        self.resources = load_resources(protocol_dir / language, protocol.vocabulary)
        self._pipeline = Pipeline(self.resources)

    def read(self, text: str, *, question: str | None = None, day: int | None = None) -> Reading:
        """Read one message.

        `question` is the id of the open question, so that "2" or "the big ones" is read as its answer; `day` the
        days since the procedure, as far as known.
        """
        asked = self._questions.get(question or "")
        read = self._pipeline.read(text, asked.complaint if asked else None)
        observations = tuple(self._observation(read.words, mention) for mention in read.mentions)
        return Reading(observations=tuple(seen for seen in observations if self._vocabulary.problem(seen) is None))

    def _observation(self, words: Words, mention: Mention) -> Observation:
        return mention.observation(words)


__all__ = ["Answer", "Reader", "Reading"]
