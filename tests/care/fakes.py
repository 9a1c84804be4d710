"""A dialogue whose readings and faults are scripted; the store, protocol, replies and triage step are the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.casework.reading import Reading
from bot.casework.step import TriageStep
from bot.casework.wording import Wording
from bot.triage.observation import Observation


def reading(*observations: Observation, **more: Any) -> dict[str, Any]:
    """Return a parse result as `bot.dialogue` gives it."""
    return {"observations": [seen.to_dict() for seen in observations], "intent": {"name": "bleeding"}, **more}


SOAKED = reading(Observation("bleeding", start=2, end=8, attributes={"amount": "soaked"}))
SPOTTING = reading(Observation("bleeding", start=0, end=8, attributes={"amount": "spotting"}))
VAGUE = reading(Observation("bleeding", start=0, end=8))
NOTHING = reading()


@dataclass
class FakeDialogue:
    """Reads by a table of texts; `fault` runs before reading or wording and may raise or wait."""

    step: TriageStep
    wording: Wording
    readings: Mapping[str, Mapping[str, Any]]
    before_read: Callable[[], Any] = lambda: None
    before_word: Callable[[], Any] = lambda: None
    edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda sent: sent
    reads: list[str] = field(default_factory=list)
    ready: bool = True

    async def read(self, text: str, metadata: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Return the scripted reading of a text."""
        self.reads.append(text)
        await asyncio.sleep(0)
        self.before_read()
        return self.readings.get(text, NOTHING)

    async def word(
        self, sender_id: str, text: str, parse_data: Mapping[str, Any], metadata: Mapping[str, Any], timeout: float
    ) -> Sequence[Mapping[str, Any]]:
        """Do what the Rasa action does: call the same step, word the same plan."""
        self.before_word()
        message_id = metadata["message_id"]
        read = Reading.of(message_id, parse_data)
        assessment = self.step(message_id, read)
        planned = self.wording.plan(message_id, assessment, read)
        parts = self.wording.responses.render(planned)
        return self.edit([{"response": part.response, "text": part.text} for part in parts])
