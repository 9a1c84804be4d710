"""R7: how hard the sentences are to read, measured on replies as they are sent (textstat 0.7.8, English)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
import textstat

from bot.replies.gate import WEB_VALUES, notice
from bot.replies.plans import LANGUAGE, Plans, plan
from bot.replies.responses import ASK, CANNED, WEB, Responses, fill
from bot.replies.situation import Situation
from bot.site import Site
from bot.triage.assessment import Assessment, Outcome
from bot.triage.protocol import Protocol
from tests.replies.cases import ASKED, CLOCKS, SOURCES, WORDS, Said, conclusions, without_symptom

GRADE, SMOG = 6.0, 8.0
UNAVOIDABLE = re.compile(r"\b(?:emergency|automated|antibiotics|radiation)\b", re.IGNORECASE)
"""Words that have no shorter name and that patients are given anyway; not counted, as names are not."""

Kinds = Mapping[str, list[str]]


def plain(text: str, site: Site) -> str:
    """Return what is counted."""
    named = text.replace(site.name, "").replace(f"Based on: {', '.join(SOURCES)}.", "")
    return UNAVOIDABLE.sub("", named)


def said(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Iterable[Said]:
    """Yield each distinct conclusion at each hour."""
    days = [Situation(site, now, 1, date(2026, 11, 22), first=True, words=WORDS) for now in CLOCKS]
    for case in {
        (case.outcome, case.emergency, case.advice, case.question, case.time_limit): case
        for case in conclusions(protocol)
    }.values():
        for situation in (*days, replace(days[0], day=31), replace(days[1], carer=True)):
            yield Said(case, situation, responses.render(plan(plans, case, situation)))
    for case, values in without_symptom(protocol, plans):
        if values.get("language", "en") == "en":
            situation = replace(days[0], **values)
            yield Said(case, situation, responses.render(plan(plans, case, situation)))


def beside_a_symptom(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Iterable[Said]:
    """Yield one reply of each tier with each aftercare answer put beside it, first and later."""
    tiers = {(case.outcome, case.emergency): case for case in conclusions(protocol)}
    for case, topic, again in product(tiers.values(), plans.topics, (False, True)):
        words = () if again else WORDS
        situation = Situation(site, CLOCKS[0], 1, first=not again, again=again, words=words, topic=topic)
        situation = replace(situation, sources=SOURCES)
        yield Said(case, situation, responses.render(plan(plans, case, situation)))


def later(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Iterable[Said]:
    """Yield what follows a safety question, a thank-you or an earlier flag, for patient and carer."""
    safety = frozenset().union(*plans.families.values())
    cases = {
        (case.outcome, case.emergency, *({case.reasons[0].rule_id} & safety)): case for case in conclusions(protocol)
    }
    safe_way = ASKED | {"utter_urgent_safe_way"}
    facts = {fact for parts in plans.by_name.values() for part in parts for fact in part.when.needs}
    taps = [{"answered": fact.removeprefix("answered:")} for fact in sorted(facts) if fact.startswith("answered:")]
    replied = [*taps, {"intent": "thanks"}, {"intent": "anger"}]
    for case, asked, given, carer in product(
        [*cases.values(), Assessment()], (frozenset(), ASKED, safe_way), replied, (False, True)
    ):
        situation = Situation(site, CLOCKS[0], 1, again=bool(asked), said=asked, carer=carer)
        for flagged in (False, True):
            told = replace(situation, flag_open=flagged, first=flagged, **given)
            yield Said(case, told, responses.render(plan(plans, case, told)))


def beside_danger(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Iterable[Said]:
    """Yield urgent and emergency replies to a symptom beside self-harm, abuse or a wish, and a bare "ask"."""
    safety = frozenset().union(*plans.families.values())
    given = [case for case in conclusions(protocol) if case.outcome is Outcome.URGENT]
    first = {case.emergency: case for case in given if case.reasons[0].rule_id not in safety}
    grave = [case for case in given if case.reasons[0].rule_id in safety]
    situation = Situation(site, CLOCKS[0], 1, first=True, words=WORDS)
    for symptom, danger in product(first.values(), grave):
        both = replace(
            symptom,
            emergency=symptom.emergency or danger.emergency,
            reasons=symptom.reasons + danger.reasons,
            advice=danger.advice + symptom.advice,
        )
        yield Said(both, situation, responses.render(plan(plans, both, situation)))
    bare = Assessment(Outcome.ASK)
    yield Said(bare, situation, responses.render(plan(plans, bare, situation)))


@pytest.fixture(scope="module")
def measured(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> list[Said]:
    """Every reply that is measured."""
    given = (site, responses, plans, protocol)
    return [*said(*given), *beside_a_symptom(*given), *beside_danger(*given), *later(*given)]


def test_every_sentence_is_measured(measured: list[Said], responses: Responses, protocol: Protocol) -> None:
    """H-09: each response, new ones too, stands in a measured reply; pages are measured by themselves."""
    asked = {ASK + protocol.day_question}  # asked where the tier hangs on an unknown day; measured alone, below
    met = {part.response for reply in measured for part in reply.parts}
    apart = {name for name in responses.by_name if name.startswith((WEB, LANGUAGE, CANNED)) or name == "utter_notice"}
    assert sorted(set(responses.by_name) - met - apart - asked) == []


@pytest.fixture(scope="module")
def kinds(measured: list[Said], site: Site, responses: Responses) -> Kinds:
    """Every distinct reply by level, and the sentences of the pages."""
    found = defaultdict(set)
    for reply in measured:
        found[reply.level].add(plain(reply.text, site))
    values = {"site_name": site.name, **{f"{name}_phone": number for name, number in site.phones.items()}}
    assert set(values) == WEB_VALUES
    texts = (fill(text, values) for name, text in responses.texts.items() if name.startswith(WEB))
    found["pages"] = {plain(text, site) for text in texts}
    ready = (fill(text, values) for name, text in responses.texts.items() if name.startswith(CANNED))
    found["nurse"] = {plain(text, site) for text in ready}
    found["notice"] = {plain(notice(responses, site).text, site)}
    return {kind: sorted(texts) for kind, texts in found.items()}


def test_each_reply_is_at_sixth_grade_or_easier(kinds: Kinds) -> None:
    """H-09, R7: Flesch-Kincaid grade at most 6 for every reply as sent."""
    grades = {text: textstat.flesch_kincaid_grade(text) for texts in kinds.values() for text in texts}
    assert {text: grade for text, grade in grades.items() if grade > GRADE} == {}
    assert len(grades) > 200


def test_smog_of_each_kind(kinds: Kinds) -> None:
    """H-09: SMOG at most 8 over all replies of a kind joined (the index needs many sentences)."""
    scores = {kind: textstat.smog_index("\n".join(texts)) for kind, texts in kinds.items()}
    assert {kind: score for kind, score in scores.items() if score > SMOG} == {}
    assert set(scores) == {"none", "normal", "ask", "call_soon", "urgent", "emergency", "pages", "nurse", "notice"}


def test_each_sentence_by_itself(responses: Responses, site: Site) -> None:
    """H-09: easy company cannot hide a hard sentence: each response alone stays near the limit."""
    values = Situation(site, CLOCKS[0], 1, date(2026, 11, 22), words=WORDS, sources=SOURCES).values()
    english = (item for item in responses.by_name.values() if not item.name.startswith(LANGUAGE))
    grades = {item.name: textstat.flesch_kincaid_grade(plain(fill(item.text, values), site)) for item in english}
    assert {name: grade for name, grade in grades.items() if grade > GRADE + 1} == {}
