"""What is said about an assessment: the case as a `Situation`, its plan, and the plan in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.casework.reading import Reading
from bot.casework.step import days_since
from bot.replies.gate import notice
from bot.replies.plans import Plans, plan
from bot.replies.responses import Planned, Responses
from bot.replies.situation import Situation
from bot.settings import Site
from bot.store.records import Message, ReplyPart
from bot.store.store import Store
from bot.triage.assessment import Assessment, Outcome, Reason


@dataclass(frozen=True)
class Wording:
    """Plans and renders replies. The time that counts is when the message came, so a retry says the same."""

    store: Store
    site: Site
    plans: Plans
    responses: Responses

    def plan(self, message_id: str, assessment: Assessment, reading: Reading) -> tuple[Planned, ...]:
        """Return response names in order with their values. Raises NotFoundError for an unknown message."""
        return plan(self.plans, assessment, self._situation(self.store.message(message_id), assessment, reading))

    def parts(self, message: Message, assessment: Assessment, reading: Reading) -> tuple[ReplyPart, ...]:
        """Return the reply in words, rendered without Rasa."""
        return self.responses.render(self.plan(message.id, assessment, reading))

    def notice(self) -> ReplyPart:
        """Return the fixed safety notice for when everything else failed."""
        return notice(self.responses, self.site)

    def _situation(self, message: Message, assessment: Assessment, reading: Reading) -> Situation:
        procedure = self.store.procedure(message.procedure_id)
        earlier = [item for item in self.store.transcript(message.conversation_id) if item.seq < message.seq]
        return Situation(
            site=self.site,
            now_ms=message.received_ms,
            day=days_since(procedure, message.received_ms),
            hsg_date=procedure.date,
            first=not earlier,
            again=bool(earlier) and not reading.observations and reading.answer is None,
            carer=message.author == "carer",
            flag_open=self._flag_of_before(message),
            words=tuple(_words(message, assessment)),
            intent=reading.intent,
            topic=reading.topic,
            language=reading.language,
        )

    def _flag_of_before(self, message: Message) -> bool:
        """Whether an earlier conversation left a flag that nobody has closed (rule 27)."""
        flags = self.store.procedure_flags(message.procedure_id)
        return any(flag.state != "closed" and flag.conversation_id != message.conversation_id for flag in flags)


def _words(message: Message, assessment: Assessment) -> Iterator[str]:
    """Yield her own words in this message for what carries the tier, highest reason first."""
    if assessment.outcome is Outcome.NONE:
        return
    for reason in assessment.reasons:
        yield from _quoted(message, reason)


def _quoted(message: Message, reason: Reason) -> Iterator[str]:
    for words in reason.evidence:
        if words.message_id == message.id and words.end > words.start:
            yield message.text[words.start : words.end]
