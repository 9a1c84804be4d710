"""Every reply that the protocol can lead to, on every kind of day and hour: what the content tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

from bot.replies.plans import Plans, plan
from bot.replies.responses import Responses
from bot.replies.situation import Situation, level_of
from bot.site import Site
from bot.store.records import ReplyPart
from bot.triage.assessment import Assessment, FindingHit, Outcome, Reason, TimeLimit
from bot.triage.protocol import Level, Protocol

OPEN_MS = 1_795_446_000_000  # Monday 23 November 2026, 10:00 in New York
SHUT_MS = OPEN_MS + 12 * 3_600_000
LONG_SHUT_MS = OPEN_MS - 40 * 3_600_000
CLOCKS = (OPEN_MS, SHUT_MS, LONG_SHUT_MS)
DAYS = (0, 2, 5, 31, None)
WORDS = ("soaked a pad",)
SOURCES = ("Cleveland Clinic", "ASRM")
WRITERS = ((True, False, False), (False, False, False), (True, True, False), (False, True, False), (True, False, True))
"""Date known, carer writes, adds nothing new."""
ASKED = frozenset({"utter_company", "utter_check", "utter_safe_now", "utter_safe_here", "utter_urgent_safe_here"})
INTENTS = (
    "", "greet", "thanks", "goodbye", "ask_bot", "ask_human", "stop_messages", "data_request", "aftercare_question",
    "hypothetical_question", "other_person", "feeling_well", "out_of_scope", "affirm", "deny", "not_sure",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One reply with what led to it."""

    assessment: Assessment
    situation: Situation
    parts: tuple[ReplyPart, ...]

    @property
    def level(self) -> str:
        """The level that it has to state."""
        return level_of(self.assessment)

    @property
    def names(self) -> list[str]:
        """Response names without `utter_`."""
        return [part.response.removeprefix("utter_") for part in self.parts]

    @property
    def text(self) -> str:
        """The reply as it is read."""
        return "\n".join(part.text for part in self.parts)

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()


def assessment(level: Level, rule_id: str, advice: str, limit: TimeLimit | None = None) -> Assessment:
    """Return what the engine concludes where one rule carries the level."""
    emergency = level is Level.EMERGENCY
    reasons = (Reason(rule_id, level.outcome, emergency, ()),)
    return Assessment(level.outcome, emergency, limit, reasons=reasons, advice=(advice,))


def conclusions(protocol: Protocol) -> Iterator[Assessment]:
    """Yield an assessment for every rule and level of the protocol, by itself."""
    levels: set[tuple[Level, str, str]] = set()
    for rule in (*protocol.findings, *protocol.rules):
        levels |= {(level, rule.id, rule.advice) for level in (rule.level, *(step.level for step in rule.over))}
        if rule.early:
            levels.add((rule.early.level, rule.id, rule.early.advice))
    levels |= {(item.unclear, item.id, item.unclear_advice) for item in protocol.vague}
    levels |= {(item.to, item.id, item.advice) for item in protocol.raises if item.to is not None}
    levels.add((Level.CALL_SOON, protocol.scope.id, protocol.scope.advice))
    for level, rule_id, advice in sorted(levels - {entry for entry in levels if entry[0] is Level.NONE}):
        if level is Level.CALL_SOON:
            yield assessment(level, rule_id, advice, TimeLimit.TODAY)
            yield assessment(level, rule_id, advice, TimeLimit.NEXT_OPENING)
        else:
            yield assessment(level, rule_id, advice, TimeLimit.NOW if level >= Level.URGENT else None)
    for item in protocol.vague:
        yield Assessment(
            Outcome.ASK,
            question=item.question,
            advice=(item.advice,),
            reasons=(Reason(item.id, Outcome.ASK, False, ()),),
        )


def without_symptom(protocol: Protocol, plans: Plans) -> Iterator[tuple[Assessment, dict[str, Any]]]:
    """Yield what leads to outcome none, each with the intent, topic or language that goes with it."""
    yield from ((Assessment(), {"intent": intent}) for intent in INTENTS)
    yield from ((Assessment(), {"topic": topic, "sources": SOURCES}) for topic in (*plans.topics, "unheard_of"))
    yield from ((Assessment(requests=(wish,)), {}) for wish in protocol.requests)
    for status in ("other_person", "hypothetical", "denied", "past"):
        yield Assessment(findings=(FindingHit("fever_reported", status, ()),)), {}
    others = (FindingHit("breathing_trouble", "other_person", ()),)
    yield Assessment(advice=(protocol.other_emergency,), findings=others), {}


def situations(site: Site) -> Iterator[Situation]:
    """Yield every kind of day and hour, with and without a date, for patient and carer, first and later."""
    for now, day, (dated, carer, again) in product(CLOCKS, DAYS, WRITERS):
        hsg = date(2026, 11, 20) if dated else None
        words = () if again else WORDS
        said = ASKED if again else frozenset()
        yield Situation(site, now, day, hsg, first=not again, again=again, carer=carer, words=words, said=said)


def every_reply(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Iterator[Said]:
    """Yield all of them (some ten thousand)."""
    kinds = list(situations(site))
    for case in conclusions(protocol):
        for situation in kinds:
            yield Said(case, situation, responses.render(plan(plans, case, situation)))
    for case, values in without_symptom(protocol, plans):
        for now, flagged in product(CLOCKS, (False, True)):
            situation = replace(Situation(site, now, first=True, flag_open=flagged), **values)
            yield Said(case, situation, responses.render(plan(plans, case, situation)))
