"""What a reply says, read from the responses that it is made of: a response's first word is the level it states."""

from __future__ import annotations

from collections.abc import Iterable

from bot.store.records import ReplyPart
from bot.triage.assessment import Outcome

STATES = {
    "utter_normal_": "normal",
    "utter_ask_": "ask",
    "utter_soon_": "call_soon",
    "utter_urgent_": "urgent",
    "utter_emergency_": "emergency",
}
"""Lowest first. Responses with another first word state no level and may stand in any reply."""


def level_said(names: Iterable[str]) -> str:
    """Return the highest level that responses of these names state; `none` if they state none."""
    order = ["none", *STATES.values()]
    stated = (level for name in names for prefix, level in STATES.items() if name.startswith(prefix))
    return max(stated, key=order.index, default="none")


def outcome_of(parts: Iterable[ReplyPart]) -> tuple[Outcome, bool]:
    """Return the outcome of a sent reply, and whether it puts the emergency number first."""
    level = level_said(part.response for part in parts)
    return (Outcome.URGENT, True) if level == "emergency" else (Outcome(level), False)
