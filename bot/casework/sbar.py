"""The SBAR summary of a case: facts only, each with the message that it rests on. Pure; its sentences are data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.replies.responses import fill
from bot.triage.assessment import Evidence
from bot.triage.observation import Observation

TITLES = frozenset({"situation", "background", "assessment", "recommendation"})
STATUSES = frozenset({"present", "denied", "uncertain", "past", "other_person", "hypothetical", "retracted"})
SENTENCES = frozenset({
    "tier", "reason", "reason_unquoted", "writer_patient", "writer_carer", "procedure", "procedure_unknown",
    "contrast", "contrast_unknown", "recorded", "earlier", "earlier_none", "said", "not_asked", "no_answer", "rules",
    "nurse", "told", "wrote", "called", "closed", "phone",
})  # fmt: skip
QUOTES = "“{}”"


@dataclass(frozen=True)
class Sign:
    """A row of the summary and the complaints that speak of it."""

    id: str
    words: str
    complaints: frozenset[str]


@dataclass(frozen=True)
class Frame:
    """The sentences of the summary, and what it must always speak of."""

    titles: Mapping[str, str]
    sentences: Mapping[str, str]
    statuses: Mapping[str, str]
    background: tuple[Sign, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Fact:
    """One line; `message_id` is empty where it comes from the record. `is_gap` marks what nobody asked or answered."""

    words: str
    message_id: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Section:
    """One of the four parts."""

    id: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Why:
    """A rule that fired, in words, with the words that made it fire."""

    rule_id: str
    words: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Contact:
    """What is known of a case. Tiers, days, dates and choices are in words already; quotes are cut from `texts`.

    `asked` are complaints that the bot asked about. Empty text stands for what is not known or has not happened.
    """

    tier: str
    kind: str
    raised: str
    rules_tier: str
    version: str
    date: str = ""
    day: str = ""
    contrast: str = ""
    recorded: tuple[str, ...] = ()
    earlier: tuple[int, str] = (0, "")
    carer: bool = False
    do_not_phone: bool = False
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    why: tuple[Why, ...] = ()
    observations: tuple[Observation, ...] = ()
    asked: frozenset[str] = frozenset()
    override: tuple[str, str] | None = None
    told: tuple[tuple[str, str], ...] = ()
    wrote: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    closed: str = ""


def sbar(frame: Frame, contact: Contact) -> tuple[Section, ...]:
    """Return the four parts in order; the same from the same facts."""
    facts = {
        "situation": _situation(frame, contact),
        "background": _background(frame, contact),
        "assessment": _assessment(frame, contact),
        "recommendation": _recommendation(frame, contact),
    }
    return tuple(Section(name, frame.titles[name], tuple(dict.fromkeys(lines))) for name, lines in facts.items())


def as_text(sections: Iterable[Section], times: Mapping[str, str]) -> str:
    """Return the summary for the record system: plain lines, each fact with the time of its message."""
    blocks = []
    for section in sections:
        lines = [f"- {fact.words}{_stamp(times.get(fact.message_id, ''))}" for fact in section.facts]
        blocks.append("\n".join([section.title.upper(), *lines]))
    return "\n\n".join(blocks)


def _stamp(time: str) -> str:
    return f" ({time})" if time else ""


def _situation(frame: Frame, contact: Contact) -> Iterator[Fact]:
    say = frame.sentences
    if contact.do_not_phone:
        yield Fact(say["phone"])
    yield Fact(fill(say["tier"], {"tier": contact.tier, "kind": contact.kind, "time": contact.raised}))
    for why in contact.why:
        quotes = [_quote(contact, words) for words in why.evidence]
        values = {"words": why.words, "rule": why.rule_id}
        said = ", ".join(dict.fromkeys(QUOTES.format(quote) for quote in quotes if quote))
        first = why.evidence[0].message_id if why.evidence else ""
        yield Fact(fill(say["reason" if said else "reason_unquoted"], {**values, "quotes": said}), first)
    yield Fact(say["writer_carer" if contact.carer else "writer_patient"])


def _background(frame: Frame, contact: Contact) -> Iterator[Fact]:
    say = frame.sentences
    dated = {"date": contact.date, "day": contact.day}
    yield Fact(fill(say["procedure"], dated) if contact.date else say["procedure_unknown"])
    yield Fact(fill(say["contrast"], {"contrast": contact.contrast}) if contact.contrast else say["contrast_unknown"])
    yield from (Fact(fill(say["recorded"], {"factor": factor})) for factor in contact.recorded)
    count, tier = contact.earlier
    yield Fact(fill(say["earlier"], {"count": str(count), "tier": tier}) if count else say["earlier_none"])
    for sign in frame.background:
        yield from _sign(frame, contact, sign)


def _assessment(frame: Frame, contact: Contact) -> Iterator[Fact]:
    for sign in frame.signs:
        yield from _sign(frame, contact, sign)
    yield Fact(fill(frame.sentences["rules"], {"version": contact.version, "tier": contact.rules_tier}))
    if contact.override:
        tier, reason = contact.override
        yield Fact(fill(frame.sentences["nurse"], {"tier": tier, "reason": reason}))


def _recommendation(frame: Frame, contact: Contact) -> Iterator[Fact]:
    say = frame.sentences
    yield from (Fact(fill(say["told"], {"tier": tier}), message_id) for tier, message_id in contact.told)
    for message_id in contact.wrote:
        yield Fact(fill(say["wrote"], {"quote": contact.texts[message_id]}), message_id)
    yield from (Fact(fill(say["called"], {"outcome": outcome})) for outcome in contact.called)
    if contact.closed:
        yield Fact(fill(say["closed"], {"disposition": contact.closed}))


def _sign(frame: Frame, contact: Contact, sign: Sign) -> Iterator[Fact]:
    """Yield what she said of a sign, or that nobody asked: silence must not look like a no."""
    said = [seen for seen in contact.observations if seen.complaint in sign.complaints and seen.message_id]
    for seen in said:
        status = "retracted" if seen.retracted else seen.status.value
        words = {"sign": sign.words, "status": frame.statuses[status], "quote": _said(contact, seen)}
        yield Fact(fill(frame.sentences["said"], words), seen.message_id)
    if not said:
        key = "no_answer" if sign.complaints & contact.asked else "not_asked"
        yield Fact(fill(frame.sentences[key], {"sign": sign.words}), is_gap=True)


def _said(contact: Contact, seen: Observation) -> str:
    return _quote(contact, Evidence(seen.message_id, seen.start, seen.end)) or contact.texts.get(seen.message_id, "")


def _quote(contact: Contact, words: Evidence) -> str:
    return contact.texts.get(words.message_id, "")[words.start : words.end].strip()


def unasked(frame: Frame, observations: Sequence[Observation]) -> tuple[str, ...]:
    """Return the signs of which nothing is known, in words."""
    spoken = {seen.complaint for seen in observations}
    return tuple(sign.words for sign in (*frame.signs, *frame.background) if not sign.complaints & spoken)
