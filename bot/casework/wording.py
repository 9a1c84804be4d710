"""What is said about an assessment: the case as a `Situation`, its plan, and the plan in words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.answering import Answering
from bot.casework.reading import Reading
from bot.casework.step import days_since
from bot.replies.gate import notice
from bot.replies.plans import Plans, plan
from bot.replies.quotes import quotes
from bot.replies.responses import FAQ, Planned, Responses
from bot.replies.situation import Situation
from bot.site import Site
from bot.store.records import Message, ReplyPart
from bot.store.store import Store
from bot.triage.assessment import Assessment, Outcome

TOLD = "told"
"""The complaint of answers that say how she takes the advice, and nothing about her body."""


@dataclass(frozen=True)
class Wording:
    """Plans and renders replies. The time that counts is when the message came, so a retry says the same."""

    store: Store
    site: Site
    plans: Plans
    answering: Answering

    @property
    def responses(self) -> Responses:
        """The sentences."""
        return self.answering.responses

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
        reading = self.answering.settle(message, reading)
        told = {seen.complaint for seen in self.answering.meaning(message, reading)} <= {TOLD}
        procedure = self.store.procedure(message.procedure_id)
        earlier = [item for item in self.store.transcript(message.conversation_id) if item.seq < message.seq]
        return Situation(
            site=self.site,
            now_ms=message.received_ms,
            day=days_since(procedure, message.received_ms),
            hsg_date=procedure.date,
            first=not earlier,
            again=bool(earlier) and not reading.observations and told,
            carer=message.author == "carer" or self._third_party(message),
            flag_open=self._flag_of_before(message),
            words=self._words(message, assessment),
            intent=reading.intent,
            topic=reading.topic,
            sources=self._sources(reading.topic),
            language=reading.language,
            message_id=message.id,
            answered="=".join(reading.answer or ()),
            said=frozenset(part.response for item in earlier for part in item.parts),
        )

    def _words(self, message: Message, assessment: Assessment) -> tuple[str, ...]:
        """Return her own words in this message for what carries the tier; nothing where another's eyes may harm her."""
        top = [
            reason
            for reason in assessment.reasons
            if reason.outcome is assessment.outcome and reason.emergency == assessment.emergency
        ]
        private = frozenset().union(*self.plans.families.values())
        if assessment.outcome is Outcome.NONE or private & {reason.rule_id for reason in assessment.reasons}:
            return ()
        said = (words for reason in top for words in reason.evidence if words.message_id == message.id)
        return quotes(message.text, ((words.start, words.end) for words in said))

    def _sources(self, topic: str) -> tuple[str, ...]:
        """Return the names of what the answer on a topic rests on."""
        name = FAQ + topic
        return self.plans.named(self.responses[name].sources) if name in self.responses else ()

    def _third_party(self, message: Message) -> bool:
        """Whether somebody has said in this conversation that they write for the patient (C28)."""
        said = self.store.observations(message.conversation_id)
        return any(seen.attributes.get("kind") == "third_party" for seen in said if seen.complaint == "factor")

    def _flag_of_before(self, message: Message) -> bool:
        """Whether an earlier conversation left a flag that nobody has closed (rule 27)."""
        flags = self.store.procedure_flags(message.procedure_id)
        return any(flag.state != "closed" and flag.conversation_id != message.conversation_id for flag in flags)
