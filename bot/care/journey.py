"""`Care.receive`: the one way that any message takes, whatever brought it (DESIGN.md, "One message, end to end")."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.casework.reading import Reading
from bot.casework.step import UNANSWERED_TIMER, TriageStep
from bot.casework.wording import Wording
from bot.store.records import Message, ReplyPart
from bot.store.store import Store
from bot.triage.assessment import Assessment, Outcome

log = logging.getLogger(__name__)
UNANSWERED, SYSTEM_FAILED, SYSTEM_REPAIRED = "R36-unanswered", "system-failed", "system-repaired"
"""Reasons of the flags that care raises itself (DESIGN.md, "Who flags")."""
NURSE_MS = 3 * 60 * 1000
"""A nurse who holds a case has this long to answer a message before the bot does: shorter than the urgent warning."""


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
    """The stored reply to one message, None while it waits for the nurse who holds the case.

    `degraded` tells that it was repaired or is the fixed safety notice.
    """

    message: Message | None
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
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

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
        message = await asyncio.to_thread(self._commit, procedure_id, client_id, text, channel, author)
        return await self.process(message)

    def _commit(self, procedure_id: str, client_id: str, text: str, channel: str, author: str) -> Message:
        with self.store.transaction():
            conversation = self.store.current_conversation(procedure_id)
            return self.store.receive_message(conversation.id, client_id, text, author=author, channel=channel)[0]

    async def process(self, message: Message) -> Reply:
        """Answer a committed message, in turn within its conversation. Idempotent."""
        turn = self._turns.setdefault(message.conversation_id, asyncio.Lock())
        async with turn:
            known = await asyncio.to_thread(self._known, message)
            return known or await self._answer(message)

    async def answer_left(self) -> int:
        """Answer what a nurse has left: she gave the case back, or was silent for NURSE_MS; returns how many."""
        left = await asyncio.to_thread(self.store.left_messages, NURSE_MS)
        for message in left:
            turn = self._turns.setdefault(message.conversation_id, asyncio.Lock())
            async with turn:
                if await asyncio.to_thread(self._known, message) is None:
                    await self._answer(message, waited=True)
        return len(left)

    def _known(self, message: Message) -> Reply | None:
        """Return what a message was answered with; a message that a nurse answered has no reply of its own."""
        reply, state = self.store.reply_to(message.id), self.store.message(message.id).state
        if reply is None and state == "received":
            return None
        return Reply(reply, self.store.assessment(message.id), state == "failed")

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
        if self.store.conversation(conversation_id).open_question is None:
            return
        last = [message for message in self.store.transcript(conversation_id) if message.author != "bot"][-1]
        tier = Outcome.CALL_SOON.value
        self.store.raise_flag("unanswered", conversation_id, last.id, tier, False, (UNANSWERED,))

    async def _answer(self, message: Message, waited: bool = False) -> Reply:
        try:
            metadata = await asyncio.to_thread(self._metadata, message)
            parse_data = await self.dialogue.read(message.text, metadata, self.deadline)
            assessment, parts = await asyncio.to_thread(self._assess, message, parse_data, waited)
        except Exception as error:  # noqa: BLE001 - the outermost edge of the journey: nothing may end in silence
            return await asyncio.to_thread(self._notice, message, error)
        if parts is None:
            return Reply(None, assessment, False)
        alike = await self._worded_alike(message, parse_data, metadata, parts)
        return await asyncio.to_thread(self._finish, message, assessment, parts, not alike)

    def _assess(
        self, message: Message, parse_data: Mapping[str, Any], waited: bool
    ) -> tuple[Assessment, tuple[ReplyPart, ...] | None]:
        """Return the assessment and the reply in words, None where a nurse has the word."""
        reading = Reading.of(message.id, parse_data)
        assessment = self.step(message.id, reading)
        if waited:
            self.step.ask(message.conversation_id, assessment)
        elif self._left_to_nurse(message, assessment):
            return assessment, None
        return assessment, self.wording.parts(message, assessment, reading)

    def _left_to_nurse(self, message: Message, assessment: Assessment) -> bool:
        """Hold a message while a nurse holds the case, unless what it says may not wait (safety rule 1)."""
        with self.store.transaction():
            if self.step.may_not_wait(message, assessment) or not self.store.is_held(message.procedure_id):
                return False
            self.store.hold_message(message.id)
            self.step.unask(message.conversation_id, assessment)
            return True

    def _finish(self, message: Message, assessment: Assessment, parts: Sequence[ReplyPart], degraded: bool) -> Reply:
        with self.store.transaction():
            if degraded:
                self._flag_system(message, SYSTEM_REPAIRED)
            self.store.settle_held(message.conversation_id)
            return Reply(self.store.answer_message(message.id, parts), assessment, degraded)

    async def _worded_alike(
        self,
        message: Message,
        parse_data: Mapping[str, Any],
        metadata: Mapping[str, Any],
        parts: Sequence[ReplyPart],
    ) -> bool:
        """Let Rasa word the reply and compare: a missing, failed or differing one is repaired by `parts`."""
        try:
            sent = await self.dialogue.word(message.conversation_id, message.text, parse_data, metadata, self.deadline)
        except Exception as error:  # noqa: BLE001 - as in _answer
            _log_fault("wording", message, error)
            return False
        return [(row["response"], row["text"]) for row in sent] == [(part.response, part.text) for part in parts]

    def _notice(self, message: Message, error: Exception) -> Reply:
        _log_fault("reading", message, error)
        with self.store.transaction():
            self._flag_system(message, SYSTEM_FAILED)
            reply = self.store.answer_message(message.id, [self.wording.notice()], state="failed")
        return Reply(reply, None, True)

    def _flag_system(self, message: Message, reason: str) -> None:
        """A fault stands at the urgent place of the queue until someone has looked (DESIGN.md, "Who flags")."""
        tier = Outcome.URGENT.value
        self.store.raise_flag("system", message.conversation_id, message.id, tier, False, (reason,))

    def _metadata(self, message: Message) -> dict[str, Any]:
        return {
            "message_id": message.id,
            "question": self.step.answering.asked(message),
            **self._said(message),
        }

    def _said(self, message: Message) -> dict[str, Any]:
        """Return the bodily complaint and the pain score last told in the conversation ("it is a six now")."""
        said = [seen for seen in reversed(self.store.observations(message.conversation_id)) if seen.end > seen.start]
        scores = (seen.measures["score"] for seen in said if "score" in seen.measures and not seen.retracted)
        return {"recent": next((seen.complaint for seen in said), None), "score": next(scores, None)}


def _log_fault(stage: str, message: Message, error: Exception) -> None:
    """Log ids and the kind of error only: an exception's own text may quote the patient."""
    log.error("%s failed for message %s: %s", stage, message.id, type(error).__name__)
