"""Cases through `care.receive`: each a new patient in a throw-away store, the clock standing at noon of her day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any

from bot.care import Care
from bot.clock import FixedClock
from bot.evaluation.cases import Case
from bot.evaluation.figures import Result
from bot.replies.outcome import outcome_of
from bot.site import Site
from bot.triage.assessment import Outcome

PROCEDURE_DATE = date(2026, 3, 2)
"""A Monday; days 0 to 4 fall on a working week. Any date would do."""


@dataclass(frozen=True)
class Trace:
    """One case with what the system said, read and fired after each message."""

    result: Result
    findings: tuple[tuple[dict[str, Any], ...], ...]
    replies: tuple[tuple[str, ...], ...]
    rules: tuple[tuple[str, ...], ...]


def noon(site: Site, day: int | None) -> int:
    """Return 12:00 site time on a day after the procedure in UTC milliseconds (unknown day: the day itself)."""
    at = datetime.combine(PROCEDURE_DATE + timedelta(days=day or 0), day_time(12), tzinfo=site.zone)
    return int(at.timestamp() * 1000)


def run_cases(care: Care, clock: FixedClock, site: Site, cases: Sequence[Case]) -> list[Trace]:
    """Run all cases one after the other. Raises what `care.receive` raises: only a store that cannot keep."""
    return asyncio.run(_run(care, clock, site, cases))


async def _run(care: Care, clock: FixedClock, site: Site, cases: Sequence[Case]) -> list[Trace]:
    return [await _run_case(care, clock, site, case) for case in cases]


async def _run_case(care: Care, clock: FixedClock, site: Site, case: Case) -> Trace:
    clock.ms = noon(site, case.day)
    patient = care.store.add_patient()
    known = None if case.day is None else PROCEDURE_DATE
    procedure = care.store.add_procedure(patient.id, site.id, known, zone=site.zone.key)
    rows = [await _say(care, procedure.id, index, text) for index, text in enumerate(case.messages)]
    outcomes, emergencies, spent, findings, replies, rules = zip(*rows, strict=True)
    return Trace(Result(case, outcomes, emergencies, spent), findings, replies, rules)


Said = tuple[Outcome, bool, float, tuple[dict[str, Any], ...], tuple[str, ...], tuple[str, ...]]


async def _say(care: Care, procedure_id: str, index: int, text: str) -> Said:
    started = time.perf_counter()
    reply = await care.receive(procedure_id, f"case-{index}", text)
    spent = (time.perf_counter() - started) * 1000
    parts = reply.message.parts if reply.message else ()
    outcome, emergency = outcome_of(parts)
    texts = tuple(part.text for part in parts)
    asked = reply.message and reply.message.in_reply_to
    if reply.assessment is None or asked is None:
        return outcome, emergency, spent, (), texts, ()
    found = [
        {"id": hit.id, "status": hit.status, "start": words.start, "end": words.end}
        for hit in reply.assessment.findings
        for words in hit.evidence
        if words.message_id == asked
    ]
    return outcome, emergency, spent, tuple(found), texts, tuple(r.rule_id for r in reply.assessment.reasons)
