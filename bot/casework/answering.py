"""What a message answers: the question, or the follow-up, that the reply before it ended with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.reading import Reading
from bot.replies.responses import Responses
from bot.store.records import Message, ReplyPart
from bot.store.store import Store
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol, Question

NOT_SURE = "not_sure"


@dataclass(frozen=True)
class Answering:
    """Settles what a reading answers. It looks at the transcript alone, so it says the same before and after triage."""

    store: Store
    protocol: Protocol
    responses: Responses

    def asked(self, message: Message) -> str | None:
        """Return the id of the question or follow-up that waited when the message came."""
        question = self.responses.asked(self.before(message))
        return question or self.store.conversation(message.conversation_id).open_question

    def before(self, message: Message) -> tuple[ReplyPart, ...]:
        """Return the reply that she had last read, in its parts; none where a nurse has written since."""
        replies = (item for item in self.store.transcript(message.conversation_id) if item.author in ("bot", "nurse"))
        return next((item.parts for item in reversed([*replies]) if item.seq < message.seq), ())

    def settle(self, message: Message, reading: Reading) -> Reading:
        """Return the reading with the one answer that counts.

        A tapped answer is what its button stands for: its words are ours, not hers. "Not sure" to a follow-up counts
        as the answer that the protocol names.
        """
        question = self.asked(message)
        if question is None:
            return replace(reading, answer=None)
        tapped = self.responses.answer(question, message.text)
        if tapped is not None:
            reading = replace(reading, observations=(), sounds_ill=False, topic="", answer=(question, tapped))
        if reading.answer is None or reading.answer[0] != question:
            return replace(reading, answer=None)
        follow_up = self.protocol.follow_ups.get(question)
        if follow_up and follow_up.not_sure and reading.answer[1] == NOT_SURE:
            return replace(reading, answer=(question, follow_up.not_sure))
        return reading

    def meaning(self, message: Message, reading: Reading) -> list[Observation]:
        """Return what a settled answer lets us observe."""
        if reading.answer is None:
            return []
        question, given = reading.answer
        if given == NOT_SURE:
            return [whole(message, NOT_SURE, question=question)]
        end = len(message.text)
        return [
            replace(answer.observation, start=0, end=end, message_id=message.id)
            for answer in self._question(question).answers
            if answer.id == given
        ]

    def _question(self, name: str) -> Question:
        return self.protocol.follow_ups.get(name) or self.protocol.questions[name]


def whole(message: Message, complaint: str, **attributes: str) -> Observation:
    """Return an observation that the whole message carries."""
    return Observation(
        complaint, end=len(message.text), attributes=attributes, message_id=message.id, reader="dialogue"
    )
