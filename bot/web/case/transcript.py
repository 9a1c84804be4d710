"""The conversations of a case: the one that was flagged and what came after it; earlier ones folded away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.store.records import Conversation, Flag, Message
from bot.triage.assessment import Assessment
from bot.triage.observation import Observation
from bot.web.cards import LABELS, reply_text, tier_key
from bot.web.cases import user_name, when
from bot.web.context import Web
from bot.web.markup import Mark, marked

AUTHORS = {"patient": "Patient", "carer": "Writing for the patient", "nurse": "Nurse", "bot": "Assistant"}


@dataclass(frozen=True)
class Talk:
    """One conversation as it stands in the store; `assessed` are its triaged messages with their assessments."""

    conversation: Conversation
    messages: tuple[Message, ...]
    observations: tuple[Observation, ...]
    assessed: tuple[tuple[Message, Assessment], ...]

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """The assessments in order."""
        return tuple(assessment for _, assessment in self.assessed)

    @property
    def highest(self) -> str:
        """The highest tier that was read, as a key of LABELS."""
        ranked = sorted(self.assessments, key=lambda each: (each.outcome.rank, each.emergency))
        return tier_key(ranked[-1]) if ranked else "none"


@dataclass(frozen=True)
class Line:
    """One message of a transcript with its evidence marked. `held` tells that it still waits for the nurse."""

    message: Message
    author: str
    time: str
    html: Markup
    held: bool


@dataclass(frozen=True)
class Shown:
    """A conversation on the page."""

    began: str
    tier: str
    label: str
    lines: tuple[Line, ...]


def talks(web: Web, flag: Flag) -> tuple[tuple[Talk, ...], tuple[Talk, ...]]:
    """Return the conversations before the flagged one, and that one with all later ones."""
    everything = [_talk(web, conversation) for conversation in web.store.conversations(flag.procedure_id)]
    place = next(index for index, talk in enumerate(everything) if talk.conversation.id == flag.conversation_id)
    return tuple(everything[:place]), tuple(everything[place:])


def shown(web: Web, talk: Talk, marks: Mapping[str, Sequence[Mark]]) -> Shown:
    """Return a conversation for the page."""
    lines = tuple(_line(web, message, marks.get(message.id, ())) for message in talk.messages)
    return Shown(when(web, talk.conversation.started_ms), talk.highest, LABELS[talk.highest], lines)


def _talk(web: Web, conversation: Conversation) -> Talk:
    messages = tuple(web.store.transcript(conversation.id))
    found = ((message, web.store.assessment(message.id)) for message in messages if message.author != "bot")
    assessed = tuple((message, assessment) for message, assessment in found if assessment is not None)
    return Talk(conversation, messages, tuple(web.store.observations(conversation.id)), assessed)


def _line(web: Web, message: Message, marks: Sequence[Mark]) -> Line:
    author = AUTHORS.get(message.author, message.author)
    if message.user_id:
        author = f"{author}, {user_name(web, message.user_id)}"
    html = marked(reply_text(message), marks)
    return Line(message, author, when(web, message.received_ms), html, message.state == "received")
