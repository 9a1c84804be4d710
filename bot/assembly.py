"""The product put together: store, protocol, replies, triage step, Rasa and care, from one settings object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.care import Care
from bot.care.journey import SYSTEM_FAILED, SYSTEM_REPAIRED, UNANSWERED
from bot.casework.answering import Answering
from bot.casework.desk import Desk, load_desk
from bot.casework.guide import Guide
from bot.casework.reading import Reading
from bot.casework.scrub import known_words
from bot.casework.step import TriageStep
from bot.casework.wording import Wording
from bot.dialogue import Dialogue
from bot.rasa_components.freshness import model_file
from bot.replies.gate import check
from bot.replies.plans import load_plans
from bot.replies.responses import Responses
from bot.settings import Settings
from bot.store import Store
from bot.triage.assessment import Assessment
from bot.triage.loader import load_protocol
from bot.triage.overlay import apply_overlay, load_overlay
from bot.triage.protocol import Protocol

REASONS = {
    UNANSWERED: "Did not answer our question for 30 minutes",
    SYSTEM_FAILED: "The system failed on this message: the patient read only the safety notice",
    SYSTEM_REPAIRED: "The system repaired its own reply to this message: please check what was said",
}
"""Reasons that no rule of the protocol gives, for nurses."""


@dataclass(frozen=True)
class Product:
    """Everything that a running deployment holds."""

    settings: Settings
    protocol: Protocol
    responses: Responses
    desk: Desk
    guide: Guide
    store: Store
    dialogue: Dialogue
    care: Care


def assemble(settings: Settings, store: Store) -> Product:
    """Build all parts; Rasa is not started yet. Raises ProtocolError for content that is wrong."""
    protocol = apply_overlay(load_protocol(settings.protocol), load_overlay(settings.site.overlay))
    responses = Responses.load(settings.domain)
    plans = load_plans(settings.protocol.parent / "replies.yml")
    check(responses, plans, protocol)
    desk = load_desk(settings.protocol.parent / "casework.yml", protocol.vocabulary.attributes, responses.by_name)
    answering = Answering(store, protocol, responses)
    wording = Wording(store, settings.site, plans, answering)
    step = TriageStep(store, protocol, answering)
    dialogue = Dialogue(model_file(settings.model_dir), _step_of(step), _wording_of(wording))
    care = Care(store, step, wording, dialogue, settings.reply_deadline)
    guide = Guide.of(protocol, responses, known_words(settings.protocol.parent / "en"))
    return Product(settings, protocol, responses, desk, guide, store, dialogue, care)


def rule_names(protocol: Protocol) -> dict[str, str]:
    """Return every reason id that can stand in a flag in the words that a nurse reads."""
    rules = {item.id: item.name for item in (*protocol.findings, *protocol.rules)}
    vague = {item.id: item.name for item in protocol.vague}
    return {**rules, **vague, **{item.id: item.name for item in protocol.raises}, **REASONS}


def _step_of(step: TriageStep) -> Any:
    def run(message_id: str, parse_data: Mapping[str, Any]) -> Assessment:
        return step(message_id, Reading.of(message_id, parse_data))

    return run


def _wording_of(wording: Wording) -> Any:
    def run(
        message_id: str, assessment: Assessment, parse_data: Mapping[str, Any]
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        return wording.plan(message_id, assessment, Reading.of(message_id, parse_data))

    return run
