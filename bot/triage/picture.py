"""All that a conversation says, sorted by status and complaint: the rules look at this, not at single messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.triage.assessment import Evidence
from bot.triage.observation import Observation, Status


class Statement(NamedTuple):
    """One observation with the words that carry it."""

    seen: Observation
    words: Evidence


Picture = Mapping[str, Sequence[Statement]]
"""Complaint -> everything stated about it, oldest first, all of one status."""
_OF_NUMBERS = frozenset({"kind", "unit"})
"""Attributes that an observation which is but a number may carry."""


def statement(seen: Observation) -> Statement:
    """Return an observation with its evidence."""
    return Statement(seen, Evidence(seen.message_id, seen.start, seen.end))


def picture(statements: Iterable[Statement]) -> Picture:
    """Sort statements by complaint; the caller chooses which belong together."""
    result: dict[str, list[Statement]] = {}
    for item in statements:
        result.setdefault(item.seen.complaint, []).append(item)
    return result


def pictures(statements: Sequence[Statement]) -> Mapping[Status, Picture]:
    """Return one picture for each status that occurs."""
    by_status: dict[Status, list[Statement]] = {}
    for item in statements:
        by_status.setdefault(item.seen.status, []).append(item)
    return {status: picture(items) for status, items in by_status.items()}


def since(statements: Sequence[Statement], words: Iterable[Evidence]) -> list[Statement]:
    """Return what is said in the newest message among `words` and after it; denials only from after it.

    "No fever, but I feel hot" does not settle how hot she is; "no" to the question that follows does.
    """
    wanted = {item.message_id for item in words}
    starts = [index for index, item in enumerate(statements) if item.words.message_id in wanted]
    newest = statements[max(starts)].words.message_id if starts else ""
    first = next((index for index, item in enumerate(statements) if item.words.message_id == newest), 0)
    return [
        item for item in statements[first:] if item.words.message_id != newest or item.seen.status is not Status.DENIED
    ]


def until(statements: Sequence[Statement], last: Statement) -> list[Statement]:
    """Return what is said up to the end of the message of one statement."""
    ends = [index for index, item in enumerate(statements) if item.words.message_id == last.words.message_id]
    return list(statements[: max(ends, default=-1) + 1])


def standing(observations: Iterable[Observation]) -> list[Observation]:
    """Drop what a plain correction took back (rule 19): the same complaint, said before the correction.

    A correction that names a value or number takes back only observations that carry it; one that names none takes
    back numbers, never what was said in words ("unbearable").
    """
    kept: list[Observation] = []
    for seen in observations:
        if seen.retracted:
            kept = [old for old in kept if not _takes_back(seen, old)]
        else:
            kept.append(seen)
    return kept


def _takes_back(correction: Observation, old: Observation) -> bool:
    if old.complaint != correction.complaint:
        return False
    if not correction.attributes and not correction.measures:
        return bool(old.measures) and old.attributes.keys() <= _OF_NUMBERS
    return _agrees(correction.attributes, old.attributes) and _agrees(correction.measures, old.measures)


def _agrees(wanted: Mapping[str, object], held: Mapping[str, object]) -> bool:
    return all(held.get(name) == value for name, value in wanted.items())
