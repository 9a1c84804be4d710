"""The SBAR of a case: what the store knows, put into words and given to the pure summary."""

from __future__ import annotations

from collections.abc import Sequence

from bot.casework.sbar import Contact, Section, Why, sbar
from bot.store.records import Flag, Override, Procedure
from bot.triage.assessment import Outcome
from bot.web.cards import LABELS, tier_key
from bot.web.case.evidence import Reasoning
from bot.web.case.transcript import Talk
from bot.web.cases import KINDS, day_words, flag_tier, when
from bot.web.context import Web

NOT_KNOWN = ("", "unknown")


def summary(
    web: Web, flag: Flag, before: Sequence[Talk], now: Sequence[Talk], reasons: Sequence[Reasoning]
) -> tuple[Section, ...]:
    """Return the four parts of the summary."""
    procedure = web.store.procedure(flag.procedure_id)
    messages = [message for talk in now for message in talk.messages]
    observations = tuple(seen for talk in now for seen in talk.observations)
    latest = [assessment for talk in now for assessment in talk.assessments][-1:]
    contact = Contact(
        tier=LABELS[flag_tier(flag)],
        kind=KINDS.get(flag.kind, flag.kind),
        raised=when(web, flag.raised_ms),
        rules_tier=LABELS[tier_key(latest[0])] if latest else "-",
        version=latest[0].protocol_version if latest else "",
        date=_date(procedure),
        day=day_words(procedure, web.clock.now_ms(), web.settings.site.zone),
        contrast="" if procedure.contrast in (None, *NOT_KNOWN) else str(procedure.contrast),
        recorded=tuple(factor_words(name) for name in sorted(procedure.factors)),
        earlier=(len(before), LABELS[_highest(before)]),
        carer=any(message.author == "carer" for message in messages) or _third_party(now),
        do_not_phone=flag.do_not_phone,
        texts={message.id: message.text for message in messages},
        why=tuple(Why(item.rule_id, item.words, item.evidence) for item in reasons if item.tier in GRAVE),
        observations=observations,
        asked=frozenset(_asked(web, now)),
        override=_override(web, web.store.overrides(flag.procedure_id), flag),
        told=tuple(_told(now)),
        wrote=tuple(message.id for message in messages if message.author == "nurse"),
        called=tuple(_called(web, flag)),
        closed=web.desk.dispositions.get(flag.disposition or "", ""),
    )
    return sbar(web.desk.frame, contact)


GRAVE = ("emergency", Outcome.URGENT.value, Outcome.CALL_SOON.value)
"""Tiers of the rules that stand in the situation; what is expected stands with the signs."""


def factor_words(name: str) -> str:
    """Return a patient factor of the protocol in words."""
    return name.replace("_", " ")


def _date(procedure: Procedure) -> str:
    return f"{procedure.date.day} {procedure.date:%b %Y}" if procedure.date else ""


def _highest(talks: Sequence[Talk]) -> str:
    ranks = {key: rank for rank, key in enumerate(("none", "normal", "ask", "call_soon", "urgent", "emergency"))}
    return max((talk.highest for talk in talks), key=lambda key: ranks.get(key, 0), default="none")


def _third_party(talks: Sequence[Talk]) -> bool:
    said = (seen for talk in talks for seen in talk.observations if seen.complaint == "factor")
    return any(seen.attributes.get("kind") == "third_party" for seen in said)


def _asked(web: Web, talks: Sequence[Talk]) -> list[str]:
    asked = (question for talk in talks for question in talk.conversation.asked)
    return [web.guide.questions[question][1] for question in asked if question in web.guide.questions]


def _told(talks: Sequence[Talk]) -> list[tuple[str, str]]:
    """Return the tiers that the chat stated, each with the first reply that stated it."""
    found: dict[str, str] = {}
    for talk in talks:
        tiers = {message.id: tier_key(assessment) for message, assessment in talk.assessed}
        for message in talk.messages:
            if message.author == "bot" and message.in_reply_to:
                found.setdefault(LABELS[tiers.get(message.in_reply_to, "notice")], message.id)
    return list(found.items())


def _override(web: Web, overrides: Sequence[Override], flag: Flag) -> tuple[str, str] | None:
    mine = [item for item in overrides if item.flag_id == flag.id]
    if not mine:
        return None
    last = mine[-1]
    tier = "emergency" if last.to_emergency else last.to_tier
    return LABELS[tier], web.desk.override_reasons.get(last.reason, last.reason)


def _called(web: Web, flag: Flag) -> list[str]:
    made = (call for call in web.store.calls(flag.procedure_id) if call.flag_id == flag.id)
    return [f"{web.desk.call_outcomes.get(call.outcome, call.outcome)} ({when(web, call.at_ms)})" for call in made]
