"""Everything on a case's page, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.casework.desk import Canned
from bot.casework.sbar import Section, as_text, unasked
from bot.store.records import Flag, User
from bot.triage.observation import Observation
from bot.web.cards import LABELS
from bot.web.case.calls import Calls, calls
from bot.web.case.evidence import Reasoning, marks, reasons
from bot.web.case.summary import factor_words, summary
from bot.web.case.timeline import Step, steps
from bot.web.case.transcript import Shown, Talk, shown, talks
from bot.web.cases import Row, row, user_name, when
from bot.web.context import Web
from bot.web.pages import local

NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Asked:
    """A question of the bot's and what came of it; `message_id` is that of the answer."""

    question: str
    answer: str
    message_id: str


@dataclass(frozen=True)
class NoteLine:
    """A private note."""

    time: str
    who: str
    text: str


@dataclass(frozen=True)
class Case:
    """One flag's page. `times` are those of the messages, for the links of the summary; `holder` holds the case."""

    row: Row
    mine: bool
    before: tuple[Shown, ...]
    now: tuple[Shown, ...]
    reasons: tuple[Reasoning, ...]
    steps: tuple[Step, ...]
    sbar: tuple[Section, ...]
    sbar_text: str
    times: dict[str, str]
    facts: tuple[tuple[str, str], ...]
    asked: tuple[Asked, ...]
    not_asked: tuple[str, ...]
    calls: Calls
    notes: tuple[NoteLine, ...]
    others: tuple[Row, ...]
    canned: tuple[tuple[Canned, str], ...]
    disposition: str
    merged_into: str
    overridden: str


def case(web: Web, user: User, flag: Flag) -> Case:
    """Return one case as this user sees it."""
    before, now = talks(web, flag)
    messages = [message for talk in now for message in talk.messages]
    observations = [seen for talk in now for seen in talk.observations]
    assessments = [assessment for talk in now for assessment in talk.assessments]
    why = reasons(web, messages, assessments)
    marked = marks(web, observations, assessments, why)
    sections = summary(web, flag, before, now, why)
    times = {message.id: when(web, message.received_ms) for message in messages}
    return Case(
        row=row(web, flag),
        mine=flag.state == "claimed" and flag.claimed_by == user.id,
        before=tuple(shown(web, talk, {}) for talk in before),
        now=tuple(shown(web, talk, marked) for talk in now),
        reasons=why,
        steps=steps(web, flag, now),
        sbar=sections,
        sbar_text=_text(web, sections, times),
        times=times,
        facts=tuple(_facts(web, flag, observations)),
        asked=tuple(_asked(web, now)),
        not_asked=unasked(web.desk.frame, observations),
        calls=calls(web, flag),
        notes=tuple(_notes(web, flag)),
        others=tuple(row(web, other) for other in web.store.mergeable_flags(flag.id)),
        canned=tuple(_canned(web, flag)),
        disposition=web.desk.dispositions.get(flag.disposition or "", ""),
        merged_into=flag.merged_into or "",
        overridden=_overridden(web, flag),
    )


def _overridden(web: Web, flag: Flag) -> str:
    """Return the tier that stood before the first override, in words; empty where there is none."""
    first = next((item for item in web.store.overrides(flag.procedure_id) if item.flag_id == flag.id), None)
    if first is None:
        return ""
    return LABELS["emergency" if first.from_emergency else first.from_tier]


def _text(web: Web, sections: Sequence[Section], times: dict[str, str]) -> str:
    made = local(web.clock.now_ms(), web.settings.site.zone)
    return f"{web.settings.site.name}, {made:%d %b %Y, %H:%M}\n\n{as_text(sections, times)}"


def _facts(web: Web, flag: Flag, observations: Sequence[Observation]) -> list[tuple[str, str]]:
    """Return what the record and the patient say about herself, each with its name."""
    procedure = web.store.procedure(flag.procedure_id)
    date = f"{procedure.date:%A}, {procedure.date.day} {procedure.date:%B %Y}" if procedure.date else "not on record"
    recorded = ", ".join(factor_words(name) for name in sorted(procedure.factors))
    said = (seen.attributes.get("kind", "") for seen in observations if seen.complaint == "factor")
    named = ", ".join(dict.fromkeys(factor_words(kind) for kind in said if kind))
    return [
        ("HSG", date),
        ("Contrast", procedure.contrast or "not on record"),
        ("Factors on record", recorded or "none on record"),
        ("Factors she named", named or "none"),
        ("Language", web.store.patient(procedure.patient_id).language),
    ]


def _asked(web: Web, talks: Sequence[Talk]) -> list[Asked]:
    found = []
    for talk in talks:
        texts = {message.id: message.text for message in talk.messages}
        for name in talk.conversation.asked:
            question, complaint = web.guide.questions.get(name, (name, ""))
            answers = [seen for seen in talk.observations if _answers(seen, name, complaint)]
            message_id = answers[-1].message_id if answers else ""
            found.append(Asked(question, texts.get(message_id, NO_ANSWER), message_id))
    return found


def _answers(seen: Observation, question: str, complaint: str) -> bool:
    if seen.complaint == "not_sure":
        return seen.attributes.get("question") == question
    return seen.reader == "answer" and seen.complaint == complaint


def _notes(web: Web, flag: Flag) -> list[NoteLine]:
    kept = web.store.notes(flag.procedure_id)
    return [NoteLine(when(web, note.at_ms), user_name(web, note.user_id), note.text) for note in kept]


def _canned(web: Web, flag: Flag) -> list[tuple[Canned, str]]:
    offered = [item for item in web.desk.canned if not (item.phones and flag.do_not_phone)]
    return [(item, web.texts[item.response]) for item in offered]
