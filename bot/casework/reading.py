"""What the Rasa pipeline read in one message, out of its parse result."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.triage.observation import Observation

WISHES = {"ask_human": ("wants_person", 0.3), "stop_messages": ("wants_stop", 0.5), "data_request": ("wants_data", 0.5)}
"""Intents that are a wish for staff: the complaint that they add, and how sure the classifier must be of it."""
CRISIS, CRISIS_SURE = "crisis", 0.75
MIND = frozenset({"self_harm", "abuse", "distress"})


@dataclass(frozen=True)
class Reading:
    """Observations, the answer to the open question (question id, answer id or `not_sure`), intent and topic."""

    observations: tuple[Observation, ...] = ()
    answer: tuple[str, str] | None = None
    sounds_ill: bool = False
    intent: str = ""
    confidence: float = 0.0
    topic: str = ""
    language: str = "en"

    @property
    def meant(self) -> tuple[Observation, ...]:
        """What the intent adds where no word was recognised: a model may add and raise doubt, never take away.

        A reply that promises a nurse must put her on the nurses' list, so a wish too unsure to list is no wish.
        """
        complaint, sure = WISHES.get(self.intent, ("", 1.0))
        if complaint and self.confidence >= sure and not self._names({complaint}):
            return (Observation(complaint, reader="intent"),)
        if self.intent == CRISIS and self.confidence >= CRISIS_SURE and not self._names(MIND):
            return (Observation("distress", attributes={"kind": "upset"}, reader="intent"),)
        return ()

    def _names(self, complaints: Collection[str]) -> bool:
        return any(seen.complaint in complaints for seen in self.observations)

    @classmethod
    def of(cls, message_id: str, parse_data: Mapping[str, Any]) -> Reading:
        """Build from Rasa's parse result; raises KeyError or ValueError where our reader did not run."""
        seen = (Observation.from_dict(row) for row in parse_data["observations"])
        answer = parse_data.get("answer")
        intent = parse_data.get("intent") or {}
        return cls(
            observations=tuple(replace(item, message_id=message_id) for item in seen),
            answer=(answer["question"], answer["answer"]) if answer else None,
            sounds_ill=bool(parse_data.get("sounds_ill")),
            intent=str(intent.get("name") or ""),
            confidence=float(intent.get("confidence") or 0.0),
            topic=str(parse_data.get("topic") or ""),
            language=str(parse_data.get("language") or "en"),
        )
