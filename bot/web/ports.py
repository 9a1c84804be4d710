"""What the pages need of care; `bot.care.Care` and the fakes of the tests both fit."""

from __future__ import annotations

from typing import Protocol

from bot.store.records import Message
from bot.triage.assessment import Assessment


class Reply(Protocol):
    """What the patient reads for one message: the stored bot message and what it rests on."""

    @property
    def message(self) -> Message | None:
        """The bot's stored message with its parts; None while the message waits for the nurse who holds the case."""

    @property
    def assessment(self) -> Assessment | None:
        """The conclusion behind it; None where only the fixed safety notice could be given."""

    @property
    def degraded(self) -> bool:
        """Whether the wording was repaired or replaced by the fixed notice."""


class Care(Protocol):
    """The journey of a message (DESIGN.md, "One message, end to end")."""

    async def receive(self, procedure_id: str, client_id: str, text: str) -> Reply:
        """Store, triage and answer one message; the same client id again returns the stored reply."""

    def ready(self) -> bool:
        """Whether the model is loaded and one action ran."""
