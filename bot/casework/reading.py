"""What the Rasa pipeline read in one message, out of its parse result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.triage.observation import Observation


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
