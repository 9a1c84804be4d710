"""A reader that knows two words; stands in for `bot.language` where wiring is tested."""

from __future__ import annotations

import re
import time

from bot.language.reading import Answer, Reading
from bot.triage.observation import Observation, Status

WORDS = {"cramps": "pain", "bleeding": "bleeding"}


class FakeReader:
    """Finds "cramps" and "bleeding"; hangs at "hang", raises at "raise", speaks of illness at "ill"."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None, str | None]] = []

    def read(
        self, text: str, *, question: str | None = None, recent: str | None = None, score: float | None = None
    ) -> Reading:
        """Read one message."""
        self.calls.append((text, question, recent))
        if "hang" in text:
            time.sleep(3)
        if "raise" in text:
            raise ValueError(text)
        found = (
            Observation(WORDS[match[0]], Status.PRESENT, match.start(), match.end())
            for match in re.finditer("|".join(WORDS), text)
        )
        answer = Answer(question, "yes") if question and "yes" in text else None
        language = "es" if "hola" in text else "en"
        return Reading(tuple(found), answer, "ill" in text, language)
