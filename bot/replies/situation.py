"""What a reply depends on beside the assessment, and the facts that plans may ask about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.replies.responses import REQUEST
from bot.replies.site_values import opening, site_values, spoken_date
from bot.site import Site
from bot.triage.assessment import Assessment, Outcome, TimeLimit

LATE_DAY = 31
"""From this day on a finding is no longer called HSG-related (rule 41)."""
OTHER_LANGUAGE = "other_language"
NOT_NOW = frozenset({"other_person", "hypothetical", "denied", "past"})
QUOTE_LENGTH = 90
QUOTES = 2
SOURCES = 3
"""How many sources of an answer are named."""
_UNQUOTABLE = re.compile(r"[\x00-\x1f\x7f{}\[\]<>\"“”\u200b-\u200f\u2028-\u202e]+")


@dataclass(frozen=True)
class Situation:
    """Who writes, when, and where the conversation stands. `now_ms` is UTC milliseconds.

    `day` counts days since the procedure (None: unknown). `first`: first reply of the conversation. `again`: the
    message adds nothing to the case, whose tier was told before (rule 27). `flag_open`: an earlier conversation
    left an open flag. `words`: what she wrote in this message that carries the tier, never from another writer's
    message (rule 44). `intent` is Rasa's intent, `topic` an aftercare topic and `sources` the
    names of what its answer rests on, `language` an ISO 639-1 code.
    `message_id` is the message that is answered: what was denied, asked in general or said of others in earlier ones
    is not answered again. `answered` is the question that it answers with the answer, as `check=no`. `said` are the
    names of the responses of earlier replies in this conversation.
    """

    site: Site
    now_ms: int
    day: int | None = None
    hsg_date: date | None = None
    first: bool = False
    again: bool = False
    carer: bool = False
    flag_open: bool = False
    words: tuple[str, ...] = ()
    intent: str = ""
    topic: str = ""
    sources: tuple[str, ...] = ()
    language: str = "en"
    message_id: str = ""
    answered: str = ""
    said: frozenset[str] = frozenset()

    def values(self) -> dict[str, str]:
        """Return what responses may interpolate; `hsg_date`, `words` and `sources` only where known."""
        values = site_values(self.site, self.now_ms, self.day)
        if self.hsg_date is not None:
            values["hsg_date"] = spoken_date(self.site, self.hsg_date)
        known = {"words": quoted(self.words), "sources": ", ".join(self.sources[:SOURCES])}
        return values | {name: text for name, text in known.items() if text}


def quoted(words: Iterable[str]) -> str:
    """Join a patient's words for quoting: at most two, short, without anything that a template would read."""
    clean = (" ".join(_UNQUOTABLE.sub(" ", text).split()) for text in words)
    distinct = list(dict.fromkeys(text for text in clean if text))[:QUOTES]
    return " ... ".join(_cut(text) for text in distinct)


def _cut(text: str) -> str:
    if len(text) <= QUOTE_LENGTH:
        return text
    head = text[:QUOTE_LENGTH]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + " ..."


def facts(
    assessment: Assessment, situation: Situation, families: Mapping[str, frozenset[str]], other_emergency: str
) -> frozenset[str]:
    """Return every fact that holds; plans name them in `if`.

    `families` maps the safeguarding families to rule ids; `other_emergency` is the advice for somebody else's.
    """
    found = {level_of(assessment), f"intent:{situation.intent}", f"language:{situation.language}"}
    found |= _site_facts(situation)
    found |= {name for name in ("first", "again", "carer", "flag_open") if getattr(situation, name)}
    found |= {f"said:{name}" for name in situation.said}
    found |= {f"answered:{situation.answered}"} if situation.answered else set()
    statuses = _statuses(assessment, situation)
    found |= statuses
    found |= _family_facts(assessment, families)
    if assessment.time_limit is TimeLimit.NEXT_OPENING:
        found.add("next_opening")
    held = {
        "late": situation.day is not None and situation.day >= LATE_DAY,
        "dated": situation.hsg_date is not None,
        "quoted": bool(quoted(situation.words)),
        "question": assessment.question is not None,
        "topic": bool(situation.topic),
        "sourced": bool(situation.sources),
        "request": bool(new_requests(assessment, situation)),
        "foreign": foreign(situation),
        "advice": any(name != other_emergency for name in assessment.advice),
        "other_emergency": other_emergency in assessment.advice and "other_person" in statuses,
    }
    return frozenset(found | {name for name, holds in held.items() if holds})


def foreign(situation: Situation) -> bool:
    """Tell whether the message is in a language that we cannot read."""
    return situation.language not in ("", "en")


def new_requests(assessment: Assessment, situation: Situation) -> tuple[str, ...]:
    """Return the wishes that no earlier reply has answered; that we cannot read her language is said each time."""
    wishes = [name for name in assessment.requests if name != OTHER_LANGUAGE]
    left = [name for name in wishes if REQUEST + name not in situation.said]
    return (OTHER_LANGUAGE, *left) if foreign(situation) else tuple(left)


def level_of(assessment: Assessment) -> str:
    """Return the outcome as a level: `emergency` where the emergency number comes first."""
    emergency = assessment.emergency and assessment.outcome is Outcome.URGENT
    return "emergency" if emergency else assessment.outcome.value


def _site_facts(situation: Situation) -> set[str]:
    state = opening(situation.site, situation.now_ms)
    return {"open"} if state.open else {"shut", "shut_long"} if state.shut_long else {"shut"}


def _statuses(assessment: Assessment, situation: Situation) -> set[str]:
    """Return what was said in this message of symptoms that she does not have now."""
    mine = situation.message_id
    return {
        hit.status
        for hit in assessment.findings
        if hit.status in NOT_NOW and (not mine or mine in {words.message_id for words in hit.evidence})
    }


def _family_facts(assessment: Assessment, families: Mapping[str, frozenset[str]]) -> set[str]:
    """Tell which safeguarding family is present, and whether it alone carries the level (`only_`)."""
    present = {reason.rule_id for reason in assessment.reasons}
    top = {
        reason.rule_id
        for reason in assessment.reasons
        if reason.outcome is assessment.outcome and reason.emergency == assessment.emergency
    }
    found = {name for name, ids in families.items() if ids & present}
    return found | {f"only_{name}" for name, ids in families.items() if top and top <= ids}
