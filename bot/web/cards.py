"""Stored messages as the patient sees them: bubbles and care cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.replies.responses import NOTICE
from bot.store.records import Button, Message, ReplyPart
from bot.triage.assessment import Assessment, Outcome
from bot.web.context import Web
from bot.web.pages import clock_time, local

RATED = frozenset({"normal", "call_soon", "none"})
"""Tiers whose replies ask whether they helped: never where she has to act at once, never beside another question."""
CALL_LINE = 64  # a first line this short with a number in it is shown as one large tap-to-call button
LABELS = {
    "emergency": "Emergency",
    "urgent": "Urgent",
    "call_soon": "Call soon",
    "normal": "Expected",
    "ask": "Question",
    "none": "Information",
    "notice": "Safety notice",
}


@dataclass(frozen=True)
class Card:
    """One message on the page. `tier` is a key of LABELS; `lead` is the first line, `rest` what follows it.

    `is_call` says that the first line is a call to make, shown as one large button.
    """

    message: Message
    tier: str
    lead: str
    rest: str
    buttons: tuple[Button, ...]
    time: str
    is_call: bool

    @property
    def label(self) -> str:
        """The tier in words."""
        return LABELS[self.tier]

    @property
    def rated(self) -> bool:
        """Whether she is offered one tap on whether it helped."""
        return self.message.author == "bot" and self.tier in RATED and not self.buttons


def tier_key(assessment: Assessment | None) -> str:
    """Return the tier to show; without an assessment only the fixed safety notice was given."""
    if assessment is None:
        return "notice"
    if assessment.emergency and assessment.outcome is Outcome.URGENT:
        return "emergency"
    return assessment.outcome.value


def cards(web: Web, messages: Sequence[Message]) -> list[Card]:
    """Return the cards of one conversation, in order."""
    return [card(web, message, _assessment(web, message)) for message in messages]


def card(web: Web, message: Message, assessment: Assessment | None) -> Card:
    """Return the card of one message."""
    zone = web.settings.site.zone
    lead, _, rest = reply_text(message).strip().partition("\n")
    return Card(
        message=message,
        tier=_said_tier(message, assessment),
        lead=lead,
        rest=rest,
        buttons=tuple(button for part in message.parts for button in part.buttons),
        time=clock_time(local(message.received_ms, zone), local(web.clock.now_ms(), zone)),
        is_call=len(lead) <= CALL_LINE and any(number in lead for number in web.settings.site.phones.values()),
    )


def reply_text(message: Message) -> str:
    """Return what a message says: a bot's parts below one another, anybody else's text."""
    return "\n".join(part.text.strip() for part in message.parts) if message.parts else message.text


def _said_tier(message: Message, assessment: Assessment | None) -> str:
    """Return the tier for a card: the fixed notice is never labelled lower than it sounds."""
    tier = tier_key(assessment)
    is_notice = any(part.response == NOTICE for part in message.parts)
    return "notice" if is_notice and tier not in ("urgent", "emergency") else tier


def parts_json(parts: Sequence[ReplyPart]) -> list[dict[str, object]]:
    """Return the parts of a reply for programs."""
    return [
        {"text": part.text, "buttons": [{"title": item.title, "value": item.value} for item in part.buttons]}
        for part in parts
    ]


def _assessment(web: Web, message: Message) -> Assessment | None:
    if message.author != "bot" or message.in_reply_to is None:
        return None
    return web.store.assessment(message.in_reply_to)
