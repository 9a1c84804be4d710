"""Flags as a nurse sees them: rows of the queue, and one case with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.store.records import Flag, Message, Procedure
from bot.triage.assessment import Assessment
from bot.web.cards import LABELS, reply_text, tier_key
from bot.web.context import Web
from bot.web.markup import Mark, marked
from bot.web.pages import clock_time, duration, local

KINDS = {
    "clinical": "Symptoms",
    "request": "Request",
    "safeguarding": "Safeguarding",
    "unanswered": "Unanswered question",
    "system": "System fault",
}
AUTHORS = {"patient": "Patient", "carer": "Writing for the patient", "nurse": "Nurse", "bot": "Assistant"}


@dataclass(frozen=True)
class Row:
    """One flag in the queue, in words. `tier` is a key of LABELS."""

    flag: Flag
    tier: str
    label: str
    kind: str
    reasons: tuple[str, ...]
    waiting: str
    raised: str
    day: str
    state: str


@dataclass(frozen=True)
class Line:
    """One message of a transcript with its evidence marked."""

    message: Message
    author: str
    time: str
    html: Markup


@dataclass(frozen=True)
class Reasoning:
    """A rule that fired, numbered as its marks in the transcript are, with the words that made it fire."""

    number: int
    rule_id: str
    words: str
    tier: str
    label: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One point of the case's time line."""

    time: str
    words: str
    tier: str = ""


@dataclass(frozen=True)
class Case:
    """Everything on a flag's page."""

    row: Row
    lines: tuple[Line, ...]
    reasons: tuple[Reasoning, ...]
    steps: tuple[Step, ...]


def row(web: Web, flag: Flag) -> Row:
    """Return the queue's row for one flag."""
    now, tier = web.clock.now_ms(), flag_tier(flag)
    return Row(
        flag=flag,
        tier=tier,
        label=LABELS.get(tier, tier),
        kind=KINDS.get(flag.kind, flag.kind),
        reasons=tuple(rule_words(web, rule_id) for rule_id in flag.reason_ids),
        waiting=duration(now - flag.raised_ms),
        raised=_when(web, flag.raised_ms),
        day=day_words(web.store.procedure(flag.procedure_id), now, web.settings.site.zone),
        state=_state(web, flag),
    )


def case(web: Web, flag: Flag) -> Case:
    """Return one case: its conversation, the evidence, the reasons and what happened when."""
    messages = web.store.transcript(flag.conversation_id)
    found = [(message, web.store.assessment(message.id)) for message in messages if message.author != "bot"]
    assessments = [(message, assessment) for message, assessment in found if assessment is not None]
    reasons = _reasons(web, messages, [assessment for _, assessment in assessments])
    marks = _marks([assessment for _, assessment in assessments], reasons)
    return Case(
        row=row(web, flag),
        lines=tuple(_line(web, message, marks.get(message.id, [])) for message in messages),
        reasons=reasons,
        steps=_steps(web, flag, assessments),
    )


def flag_tier(flag: Flag) -> str:
    """Return the tier to show for a flag."""
    return "emergency" if flag.emergency and flag.tier == "urgent" else flag.tier


def rule_words(web: Web, rule_id: str) -> str:
    """Return a rule in plain words; one that the mapping lacks is shown by its id, never hidden."""
    return web.rule_names.get(rule_id) or rule_id.replace("_", " ")


def day_words(procedure: Procedure, now_ms: int, zone: ZoneInfo) -> str:
    """Return how many days ago the HSG was, by the calendar of the procedure's own zone."""
    if procedure.date is None:
        return "day not known"
    day = (local(now_ms, ZoneInfo(procedure.zone) if procedure.zone else zone).date() - procedure.date).days
    return f"day {day}" if day >= 0 else "before the HSG"


def user_name(web: Web, user_id: str | None) -> str:
    """Return who did it, for the page."""
    return web.store.user(user_id).name if user_id else ""


def _when(web: Web, ms: int) -> str:
    zone = web.settings.site.zone
    return clock_time(local(ms, zone), local(web.clock.now_ms(), zone))


def _state(web: Web, flag: Flag) -> str:
    if flag.closed_ms is not None and flag.state == "closed":
        return f"Closed by {user_name(web, flag.closed_by)}, {_when(web, flag.closed_ms)}"
    if flag.claimed_ms is not None and flag.state == "claimed":
        return f"With {user_name(web, flag.claimed_by)} since {_when(web, flag.claimed_ms)}"
    return "Open"


def _reasons(web: Web, messages: Sequence[Message], assessments: Sequence[Assessment]) -> tuple[Reasoning, ...]:
    """Number every rule that fired in the conversation, strongest first, latest reading of each."""
    latest = {reason.rule_id: reason for assessment in assessments for reason in assessment.reasons}
    ranked = sorted(latest.values(), key=lambda reason: (-reason.outcome.rank, not reason.emergency))
    texts = {message.id: message.text for message in messages}
    result = []
    for number, reason in enumerate(ranked, start=1):
        tier = "emergency" if reason.emergency else reason.outcome.value
        quotes = (texts.get(item.message_id, "")[item.start : item.end] for item in reason.evidence)
        words = tuple(dict.fromkeys(filter(str.strip, quotes)))
        named = rule_words(web, reason.rule_id)
        result.append(Reasoning(number, reason.rule_id, named, tier, LABELS[tier], words))
    return tuple(result)


def _marks(assessments: Sequence[Assessment], reasons: Sequence[Reasoning]) -> dict[str, list[Mark]]:
    numbered = {reason.rule_id: reason for reason in reasons}
    marks: dict[str, set[Mark]] = {}
    for reason in (reason for assessment in assessments for reason in assessment.reasons):
        named = numbered[reason.rule_id]
        for item in reason.evidence:
            mark = Mark(item.start, item.end, reason.rule_id, named.words, named.number)
            marks.setdefault(item.message_id, set()).add(mark)
    return {key: sorted(group, key=lambda mark: (mark.start, mark.number)) for key, group in marks.items()}


def _line(web: Web, message: Message, marks: list[Mark]) -> Line:
    html = marked(reply_text(message), marks)
    return Line(message, AUTHORS.get(message.author, message.author), _when(web, message.received_ms), html)


def _steps(web: Web, flag: Flag, assessments: Sequence[tuple[Message, Assessment]]) -> tuple[Step, ...]:
    steps: list[tuple[int, Step]] = [(flag.opened_ms, Step(_when(web, flag.opened_ms), "Flag opened"))]
    shown = ""
    for message, assessment in assessments:
        tier = tier_key(assessment)
        if tier != shown:
            steps.append((message.received_ms, Step(_when(web, message.received_ms), LABELS[tier], tier)))
        shown = tier
    if flag.raised_ms > flag.opened_ms:
        steps.append((flag.raised_ms, Step(_when(web, flag.raised_ms), "Flag rose: waiting time started again")))
    if flag.claimed_ms is not None:
        by = user_name(web, flag.claimed_by)
        steps.append((flag.claimed_ms, Step(_when(web, flag.claimed_ms), f"Claimed by {by}")))
    if flag.closed_ms is not None:
        closed = f"Closed by {user_name(web, flag.closed_by)}"
        steps.append((flag.closed_ms, Step(_when(web, flag.closed_ms), closed)))
    return tuple(step for _, step in sorted(steps, key=lambda pair: pair[0]))


def now_words(web: Web) -> str:
    """Return the time at which a page is made."""
    return f"{local(web.clock.now_ms(), web.settings.site.zone):%H:%M:%S}"
