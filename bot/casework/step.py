"""The triage step: one transaction that takes a message from read to assessed, flagged and timed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from bot.casework.answering import NOT_SURE, Answering, whole
from bot.casework.reading import Reading
from bot.store.records import Conversation, Message, Procedure
from bot.store.store import Store
from bot.triage.assessment import Assessment, Outcome, Reason
from bot.triage.engine import TRIES, Context, assess
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol

UNANSWERED_MS = 30 * 60 * 1000
"""Silence after a question for this long leaves a call-soon flag, "unanswered" (rule 36)."""
UNANSWERED_TIMER = "unanswered"
SECOND_CONTACT_MS = 48 * 3600 * 1000
"""A conversation that she opens within this time of the last is a second contact (C25)."""
LOST = frozenset({"", "nlu_fallback", "out_of_scope"})
"""Intents of a message in which nothing was understood."""
CLOSING = frozenset({"thanks", "goodbye"})
ILLNESS_UNCLEAR = "illness_unclear"
TELL_ME = "utter_tell_me"
"""The reply to a first message in which nothing was understood; the second gets the checklist (safety rule 3)."""


@dataclass(frozen=True)
class TriageStep:
    """Assess a message within its conversation; idempotent per message, so it does not matter who calls first."""

    store: Store
    protocol: Protocol
    answering: Answering

    def __call__(self, message_id: str, reading: Reading) -> Assessment:
        """Return the assessment of the conversation up to this message. Raises KeyError for an unknown message."""
        with self.store.transaction():
            known = self.store.assessment(message_id)
            if known is not None:
                return known
            message = self.store.message(message_id)
            conversation = self.store.conversation(message.conversation_id)
            reading = self.answering.settle(message, reading)
            new = self._observations(message, conversation, reading)
            said = [*self.store.observations(conversation.id), *new]
            assessment = assess(self.protocol, said, self._context(message, conversation, reading))
            assessment = self._interrupted(conversation, reading, bool(new), assessment)
            self.store.save_triage(message_id, new, assessment)
            self._keep_dialogue(conversation, message.received_ms, reading, assessment)
            self._flag(message, assessment)
            return assessment

    def may_not_wait(self, message: Message, assessment: Assessment) -> bool:
        """Whether this very message says something urgent, of her or of somebody else: then the bot answers it."""
        urgent = (reason for reason in assessment.reasons if reason.outcome is Outcome.URGENT)
        said = any(words.message_id == message.id for reason in urgent for words in reason.evidence)
        return said or self.protocol.other_emergency in assessment.advice

    def ask(self, conversation_id: str, assessment: Assessment) -> None:
        """Open the question of an assessment whose reply is sent only now."""
        before = self.store.conversation(conversation_id)
        self._open_question(before, assessment.question, self.store.clock.now_ms())

    def unask(self, conversation_id: str, assessment: Assessment) -> None:
        """Take back the question of an assessment whose reply is not sent: she cannot answer what she never read."""
        before = self.store.conversation(conversation_id)
        asked = tuple(question for question in before.asked if question != assessment.question)
        self.store.set_dialogue_state(conversation_id, None, 0, asked, before.day_stated)

    def _observations(self, message: Message, conversation: Conversation, reading: Reading) -> list[Observation]:
        """Return what was said, what an answer means, and what the course of the contact adds."""
        seen = [*reading.observations, *self.answering.meaning(message, reading)]
        if reading.answer is None:
            if self._given_up(conversation, reading):
                seen.append(whole(message, NOT_SURE, question=conversation.open_question or ""))
            elif not seen and (reading.sounds_ill or self._lost_again(message, reading)):
                seen.append(whole(message, ILLNESS_UNCLEAR))
            seen += [replace(item, end=len(message.text), message_id=message.id) for item in reading.meant]
        if self._second_contact(message, conversation):
            seen.append(whole(message, "second_contact", kind="again"))
        return seen

    def _given_up(self, conversation: Conversation, reading: Reading) -> bool:
        """Whether this is the second message that does not answer a question that must be answered (rule 36)."""
        return (
            self._needs(self.store.latest_assessment(conversation.id)) and _unanswered(conversation, reading) >= TRIES
        )

    def _lost_again(self, message: Message, reading: Reading) -> bool:
        """Whether nothing was understood for the second time: then the checklist is asked, then a nurse sees it."""
        before = {part.response for part in self.answering.before(message)}
        return TELL_ME in before and reading.intent in LOST and not reading.topic

    def _needs(self, assessment: Assessment | None) -> bool:
        """Whether a question must be answered to place a complaint; any other only adds to advice that stands."""
        if assessment is None:
            return False
        vague = {reason.rule_id for reason in assessment.reasons if reason.outcome is Outcome.ASK}
        return any(item.id in vague and item.question == assessment.question for item in self.protocol.vague)

    def _interrupted(self, before: Conversation, reading: Reading, news: bool, after: Assessment) -> Assessment:
        """Fit an optional question to the talk: thanks end it; a question of hers is answered and ours comes again."""
        follow_up = reading.answer is not None and reading.answer[0] in self.protocol.follow_ups
        if after.outcome is not Outcome.CALL_SOON or self._needs(after) or (news and not follow_up):
            return after
        if follow_up or reading.intent in CLOSING:
            return replace(after, question=None)
        resumes = reading.topic and reading.answer is None and before.open_question and not before.unanswered
        return replace(after, question=before.open_question) if resumes else after

    def _second_contact(self, message: Message, conversation: Conversation) -> bool:
        """Whether she opened this conversation herself within 48 h of one that had a tier (C25, rule 27)."""
        if any(item.id != message.id and item.author != "bot" for item in self.store.transcript(conversation.id)):
            return False
        since = conversation.started_ms - SECOND_CONTACT_MS
        before = [item for item in self.store.conversations(conversation.procedure_id) if item.id != conversation.id]
        tiers = [self.store.latest_assessment(item.id) for item in before if item.last_ms >= since]
        return any(tier is not None and tier.outcome is not Outcome.NONE for tier in tiers)

    def _context(self, message: Message, conversation: Conversation, reading: Reading) -> Context:
        procedure = self.store.procedure(message.procedure_id)
        contrast = {f"{procedure.contrast}_contrast"} if procedure.contrast in ("oil", "water") else set()
        return Context(
            day=days_since(procedure, message.received_ms),
            factors=procedure.factors | contrast,
            asked=conversation.asked,
            open_question=conversation.open_question,
            unanswered=_unanswered(conversation, reading),
        )

    def _keep_dialogue(self, before: Conversation, asked_ms: int, reading: Reading, after: Assessment) -> None:
        """Remember the open question, and start its clock: silence leaves a flag (rule 36)."""
        again = after.question is not None and after.question == before.open_question
        self._open_question(before, after.question, asked_ms, _unanswered(before, reading) if again else 0)

    def _open_question(self, before: Conversation, question: str | None, asked_ms: int, unanswered: int = 0) -> None:
        new = question is not None and question != before.open_question
        asked = (*before.asked, *([question] if question is not None and new else []))
        self.store.set_dialogue_state(before.id, question, unanswered, asked, before.day_stated)
        self.store.cancel_timers(UNANSWERED_TIMER, before.id)
        if question is not None:
            self.store.set_timer(UNANSWERED_TIMER, before.id, asked_ms + UNANSWERED_MS)

    def _flag(self, message: Message, assessment: Assessment) -> None:
        """Raise what a nurse must see: clinical, safeguarding and request flags, each at its own tier."""
        mind = {rule.id for rule in (*self.protocol.findings, *self.protocol.rules) if rule.safeguarding}
        grave = [reason for reason in assessment.reasons if reason.outcome.rank >= Outcome.CALL_SOON.rank]
        self._raise("clinical", message, [reason for reason in grave if reason.rule_id not in mind], assessment)
        self._raise("safeguarding", message, [reason for reason in grave if reason.rule_id in mind], assessment)
        if assessment.requests:
            where = (message.conversation_id, message.id)
            self.store.raise_flag("request", *where, Outcome.CALL_SOON.value, False, assessment.requests)

    def _raise(self, kind: str, message: Message, reasons: Sequence[Reason], assessment: Assessment) -> None:
        reasons = self._news(kind, message, reasons)
        if not reasons:
            return
        tier = max((reason.outcome for reason in reasons), key=lambda outcome: outcome.rank)
        self.store.raise_flag(
            kind,
            message.conversation_id,
            message.id,
            tier.value,
            any(reason.emergency for reason in reasons),
            tuple(dict.fromkeys(reason.rule_id for reason in reasons)),
            assessment.do_not_phone,
        )

    def _news(self, kind: str, message: Message, reasons: Sequence[Reason]) -> Sequence[Reason]:
        """Return the reasons that no nurse has judged yet.

        Findings stand for the conversation: "thanks" must neither flag again what she closed nor raise again what
        she lowered. New words do.
        """
        flags = [flag for flag in self.store.procedure_flags(message.procedure_id) if flag.kind == kind]
        mine = [flag for flag in flags if flag.conversation_id == message.conversation_id]
        overridden = {item.flag_id for item in self.store.overrides(message.procedure_id)}
        if not all(flag.state == "closed" or flag.id in overridden for flag in mine) or not mine:
            return reasons
        return [reason for reason in reasons if any(words.message_id == message.id for words in reason.evidence)]


def days_since(procedure: Procedure, at_ms: int) -> int | None:
    """Return whole days between the procedure and a UTC millisecond by the calendar of the procedure's zone.

    None if its date is unknown or lies in the future (a wrong record must not make a symptom look early).
    """
    if procedure.date is None:
        return None
    today = datetime.fromtimestamp(at_ms / 1000, timezone.utc).astimezone(ZoneInfo(procedure.zone)).date()
    days = (today - procedure.date).days
    return days if days >= 0 else None


def _unanswered(conversation: Conversation, reading: Reading) -> int:
    """Count this message among those that did not answer the open question, if one is open and it did not."""
    answered = reading.answer is not None and reading.answer[0] == conversation.open_question
    return conversation.unanswered + 1 if conversation.open_question and not answered else 0
