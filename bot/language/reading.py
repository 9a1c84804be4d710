"""What the reader gives back for one message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.triage.observation import Observation

NOT_SURE = "not_sure"
MEASURED = "measured"


@dataclass(frozen=True)
class Answer:
    """What a message answers to the open question: an answer id of the protocol, `not_sure`, or `measured` where
    the question asks for a number and an observation of the reading holds it.
    """

    question: str
    answer: str


@dataclass(frozen=True)
class Reading:
    """A message as read. `sounds_ill`: it sounds like illness but names nothing that could be recognised.
    `language` is an ISO 639-1 code, "en" where nothing speaks against it.
    """

    observations: tuple[Observation, ...] = ()
    answer: Answer | None = None
    sounds_ill: bool = False
    language: str = "en"
