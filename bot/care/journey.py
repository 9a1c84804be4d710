"""`Care.receive`: the one way that any message takes, whatever brought it (DESIGN.md, "One message, end to end")."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.casework.reading import Reading
from bot.casework.step import UNANSWERED_TIMER, TriageStep, days_since
from bot.casework.wording import Wording
from bot.store.records import Message, ReplyPart
from bot.store.store import Store
from bot.triage.assessment import Assessment, Outcome

log = logging.getLogger(__name__)
UNANSWERED, SYSTEM_FAILED, SYSTEM_REPAIRED = "R36-unanswered", "system-failed", "system-repaired"
"""Reasons of the flags that care raises itself (DESIGN.md, "Who flags")."""


class Dialogue(Protocol):
    """What care needs of Rasa (`bot.dialogue.Dialogue`). Both calls raise when the deadline passes or NLU fails."""

    async def read(self, text: str, metadata: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Return the parse result of one text."""

    async def word(
        self, sender_id: str, text: str, parse_data: Mapping[str, Any], metadata: Mapping[str, Any], timeout: float
    ) -> Sequence[Mapping[str, Any]]:
        """Return the bot's messages: response name and text of each."""

    @property
    def ready(self) -> bool:
        """Whether a model is loaded and can answer."""


@dataclass(frozen=True)
class Reply:
    """The stored reply to one message. `degraded` tells that it was repaired or is the fixed safety notice."""

    message: Message
    assessment: Assessment | None
    degraded: bool


@dataclass
class Care:
    """Receives messages, triages and answers them. `deadline` is in seconds, for each of reading and wording."""

    store: Store
    step: TriageStep
    wording: Wording
    dialogue: Dialogue
    deadline: float = 8.0

    def __post_init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def ready(self) -> bool:
        """Whether messages can be answered properly now."""
        return self.dialogue.ready

    async def receive(
        self, procedure_id: str, client_id: str, text: str, channel: str = "web", author: str = "patient"
    ) -> Reply:
        """Commit, triage and answer one message; a client id seen before gets its stored reply.

        Never raises for what Rasa does: the patient then reads the fixed notice and a system flag is up (safety
        rule 5). Raises StoreError only where the message itself could not be kept.
        """
        conversation = self.store.current_conversation(procedure_id)
        message, _ = self.store.receive_message(conversation.id, client_id, text, author=author, channel=channel)
        return await self.process(message)

    async def process(self, message: Message) -> Reply:
        """Answer a committed message, in turn within its conversation. Idempotent."""
        async with self._turns[message.conversation_id]:
            known = self.store.reply_to(message.id)
            if known is not None:
                state = self.store.message(message.id).state
                return Reply(known, self.store.assessment(message.id), state == "failed")
            return await self._answer(message)

    async def recover(self) -> int:
        """Answer every message that a crash left `received`; returns how many."""
        pending = self.store.pending_messages()
        for message in pending:
            await self.process(message)
        return len(pending)

    def tick(self) -> int:
        """Fire the timers that are due, each exactly once over all processes; returns how many fired here."""
        fired = 0
        for timer in self.store.due_timers():
            with self.store.transaction():
                if timer.kind == UNANSWERED_TIMER and self.store.fire_timer(timer.id):
                    self._flag_unanswered(timer.subject_id)
                    fired += 1
        return fired

    def _flag_unanswered(self, conversation_id: str) -> None:
        last = [message for message in self.store.transcript(conversation_id) if message.author != "bot"][-1]
        tier = Outcome.CALL_SOON.value
        self.store.raise_flag("unanswered", conversation_id, last.id, tier, False, (UNANSWERED,))

    async def _answer(self, message: Message) -> Reply:
        try:
            parse_data = await self.dialogue.read(message.text, self._metadata(message), self.deadline)
            reading = Reading.of(message.id, parse_data)
            assessment = self.step(message.id, reading)
        except Exception as error:  # noqa: BLE001 - the outermost edge of the journey: nothing may end in silence
            return self._notice(message, error)
        parts = self.wording.parts(message, assessment, reading)
        degraded = not await self._worded_alike(message, parse_data, parts)
        if degraded:
            self._flag_system(message, SYSTEM_REPAIRED)
        return Reply(self.store.answer_message(message.id, parts), assessment, degraded)

    async def _worded_alike(self, message: Message, parse_data: Mapping[str, Any], parts: Sequence[ReplyPart]) -> bool:
        """Let Rasa word the reply and compare: a missing, failed or differing one is repaired by `parts`."""
        metadata = self._metadata(message)
        try:
            sent = await self.dialogue.word(message.conversation_id, message.text, parse_data, metadata, self.deadline)
        except Exception as error:  # noqa: BLE001 - as in _answer
            _log_fault("wording", message, error)
            return False
        return [(row["response"], row["text"]) for row in sent] == [(part.response, part.text) for part in parts]

    def _notice(self, message: Message, error: Exception) -> Reply:
        _log_fault("reading", message, error)
        self._flag_system(message, SYSTEM_FAILED)
        reply = self.store.answer_message(message.id, [self.wording.notice()], state="failed")
        return Reply(reply, None, True)

    def _flag_system(self, message: Message, reason: str) -> None:
        """A fault stands at the urgent place of the queue until someone has looked (DESIGN.md, "Who flags")."""
        tier = Outcome.URGENT.value
        self.store.raise_flag("system", message.conversation_id, message.id, tier, False, (reason,))

    def _metadata(self, message: Message) -> dict[str, Any]:
        conversation = self.store.conversation(message.conversation_id)
        return {
            "message_id": message.id,
            "question": conversation.open_question,
            "day": days_since(self.store.procedure(message.procedure_id), message.received_ms),
        }


def _log_fault(stage: str, message: Message, error: Exception) -> None:
    """Log ids and the kind of error only: an exception's own text may quote the patient."""
    log.error("%s failed for message %s: %s", stage, message.id, type(error).__name__)
