"""What happened in a case, and when: tiers as they were read, and what people did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.store.records import AuditFilter, AuditRow, Flag
from bot.web.cards import LABELS, tier_key
from bot.web.case.transcript import Talk
from bot.web.cases import user_name, when
from bot.web.context import Web

LIMIT = 10_000
"""More audit rows than any case gathers, views included."""
DONE = {
    "flag.raised": "Flag opened",
    "flag.rose": "Flag rose: waiting time started again",
    "flag.claimed": "Claimed by {who}",
    "flag.released": "Released by {who}",
    "flag.handed_over": "Handed over by {who} to {holder}",
    "flag.returned": "Claim ran out: back in the queue",
    "flag.alarm": "Alarm {alarm} sounded",
    "flag.joined": "Another flag merged in by {who}",
    "flag.merged": "Merged into another flag by {who}",
    "flag.closed": "Closed by {who}: {disposition}",
    "tier.overridden": "{who} changed {from} to {to}: {reason}",
    "call.attempted": "{who} called: {outcome}",
    "message.sent": "{who} wrote to the patient",
    "note.added": "{who} wrote a note",
}


@dataclass(frozen=True)
class Step:
    """One point of the time line; `tier` is a key of LABELS where a tier was read."""

    time: str
    words: str
    tier: str = ""


def steps(web: Web, flag: Flag, talks: Sequence[Talk]) -> tuple[Step, ...]:
    """Return the time line of a case, oldest first."""
    found = [*_tiers(web, talks), *_deeds(web, flag)]
    return tuple(step for _, step in sorted(found, key=lambda pair: pair[0]))


def _tiers(web: Web, talks: Sequence[Talk]) -> Iterator[tuple[int, Step]]:
    last = ""
    for message, assessment in (pair for talk in talks for pair in talk.assessed):
        tier = tier_key(assessment)
        if tier != last:
            yield message.received_ms, Step(when(web, message.received_ms), LABELS[tier], tier)
        last = tier


def _deeds(web: Web, flag: Flag) -> Iterator[tuple[int, Step]]:
    for row in web.store.audit_rows(only=AuditFilter(subject_id=flag.id), limit=LIMIT):
        if row.action in DONE:
            words = DONE[row.action].format_map(_values(web, row)).removesuffix(": ")
            yield row.at_ms, Step(when(web, row.at_ms), words)


def _values(web: Web, row: AuditRow) -> dict[str, str]:
    """Return the words for what an audit row holds as ids."""
    detail, desk = row.detail, web.desk
    return {
        "who": _who(web, row.actor),
        "holder": _who(web, str(detail.get("holder") or "")),
        "alarm": str(detail.get("alarm", "")),
        "from": _tier(detail, "from"),
        "to": _tier(detail, "to"),
        "reason": desk.override_reasons.get(str(detail.get("reason")), ""),
        "outcome": desk.call_outcomes.get(str(detail.get("outcome")), ""),
        "disposition": desk.dispositions.get(str(detail.get("disposition")), ""),
    }


def _who(web: Web, actor: str) -> str:
    return "" if actor in ("", "bot") else user_name(web, actor)


def _tier(detail: object, key: str) -> str:
    if not isinstance(detail, dict) or key not in detail:
        return ""
    return LABELS["emergency" if detail.get(f"{key}_emergency") else str(detail[key])]
