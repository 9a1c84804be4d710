"""What an assessment carries beside the tier: time limits, statuses, advice, requests, spans."""

from __future__ import annotations

import pytest

from bot.triage.assessment import Evidence, FindingHit, TimeLimit
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol
from tests.triage.saying import conclude, say

LIMITS = [
    ("R40 moderate pain", "pain severity=moderate", TimeLimit.TODAY),
    ("R40 like a period", "bleeding amount=period_like", TimeLimit.TODAY),
    ("R40 foul", "discharge smell=foul", TimeLimit.TODAY),
    ("R40 increasing", "discharge trend=more look=clear", TimeLimit.TODAY),
    ("R40 borderline", "temperature celsius=37.6", TimeLimit.TODAY),
    ("R40 achy", "unwell kind=achy", TimeLimit.TODAY),
    ("R40 ill", "unwell kind=ill", TimeLimit.TODAY),
    ("R40 vomited", "vomiting times=1", TimeLimit.TODAY),
    ("R40 dizzy", "dizzy", TimeLimit.TODAY),
    ("R40 cough", "cough kind=plain", TimeLimit.TODAY),
    ("R40 burning", "urine sign=burning", TimeLimit.TODAY),
    ("R40 blood in urine", "urine sign=blood", TimeLimit.TODAY),
    ("R40 less urine", "urine sign=less", TimeLimit.TODAY),
    ("R40 tampon", "tampon state=left_in", TimeLimit.TODAY),
    ("R40 positive test", "pregnancy test=positive", TimeLimit.TODAY),
    ("R40 tablets not kept down", "antibiotic problem=not_kept_down", TimeLimit.TODAY),
    ("R40 all others: headache", "head severity=mild", TimeLimit.NEXT_OPENING),
    ("R40 all others: small clot", "clot size=small", TimeLimit.NEXT_OPENING),
    ("R40 all others: bulge", "bulge kind=plain", TimeLimit.NEXT_OPENING),
    ("C24 two call-soon findings", "head severity=mild ; bowel sign=diarrhoea", TimeLimit.TODAY),
    ("C29 under 18", "head severity=mild ; factor:under_18", TimeLimit.TODAY),
    ("C29 alone, in her own words", "head severity=mild ; factor kind=alone", TimeLimit.TODAY),
    ("urgent", "fever", TimeLimit.NOW),
    ("normal", "bleeding amount=spotting", None),
    ("ask", "bleeding", None),
]


@pytest.mark.parametrize(("name", "text", "limit"), LIMITS, ids=[row[0] for row in LIMITS])
def test_time_limit(name: str, text: str, limit: TimeLimit | None, protocol: Protocol) -> None:
    """H-04, rule 40, C24, C29: by when she must be heard."""
    assert conclude(protocol, text, 1).time_limit is limit


@pytest.mark.parametrize("status", ["denied", "hypothetical", "other_person"])
def test_what_is_not_hers_now_is_named_and_raises_nothing(status: str, protocol: Protocol) -> None:
    """C32-C34: a denial, a what-if and somebody else's symptom stand among the findings with their status."""
    result = conclude(protocol, f"fever @{status}", 1)
    assert result.outcome.value == "none"
    assert result.findings == (FindingHit("fever_reported", status, (Evidence("m0", 0, 5),)),)


def test_the_words_that_raised_the_tier_are_named(protocol: Protocol) -> None:
    """H-02: a reason carries the span of every word that made it hold."""
    said = [
        Observation("bleeding", attributes={"amount": "soaked"}, start=2, end=9, message_id="a"),
        Observation("dizzy", start=1, end=6, message_id="b"),
    ]
    reason = assess(protocol, said, Context(1)).reasons[0]
    assert (reason.rule_id, reason.emergency) == ("C10-soaking-unwell", True)
    assert reason.evidence == (Evidence("a", 2, 9), Evidence("b", 1, 6))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("bleeding amount=spotting ; pain kind=cramp", ("normal_cramps", "normal_spotting")),
        ("discharge smell=foul ; bleeding amount=light @denied", ("call_soon_infection",)),
        ("discharge smell=foul ; factor:dilated_tubes", ("urgent_infection",)),
        ("bleeding ; pain severity=mild", ("ask_bleeding", "normal_cramps")),
        ("bleeding // not_sure question=bleeding_amount", ("urgent_bleeding",)),
        ("breathing kind=short @other_person", ("emergency_other_person",)),
        ("nausea @hypothetical", ()),
    ],
)
def test_advice(text: str, advice: tuple[str, ...], protocol: Protocol) -> None:
    """Every outcome but `none` has advice, of what carries it; another person's emergency has its own (rule 41)."""
    assert conclude(protocol, text, 1).advice == advice


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("wants_person", ("wants_person",)),
        ("wants_stop ; wants_data", ("wants_stop", "wants_data")),
        ("other_language ; fever", ("other_language",)),
        ("factor kind=under_18", ("under_18",)),
        ("wants_person @denied", ()),
    ],
)
def test_requests(text: str, requests: tuple[str, ...], protocol: Protocol) -> None:
    """C29 and issue 5: wishes that need a human stand beside any tier."""
    assert conclude(protocol, text, 1).requests == requests


@pytest.mark.parametrize(
    ("text", "safeguarding", "do_not_phone"),
    [
        ("abuse danger=past", True, True),
        ("abuse danger=now", True, True),
        ("self_harm level=thoughts", True, False),
        ("self_harm level=plan", True, False),
        ("distress kind=upset", False, False),
    ],
)
def test_safeguarding(text: str, safeguarding: bool, do_not_phone: bool, protocol: Protocol) -> None:
    """Rule 44: both are safeguarding; a call could harm only where another person is the danger."""
    result = conclude(protocol, text, 1)
    assert (result.safeguarding, result.do_not_phone) == (safeguarding, do_not_phone)


def test_record_and_statement_that_disagree_take_the_less_favourable_day(protocol: Protocol) -> None:
    """H-03: recorded on day 1, told as day 4: spotting is past day 2."""
    assert conclude(protocol, "bleeding amount=spotting ; day days=4", 1).outcome.value == "call_soon"
    assert conclude(protocol, "bleeding amount=spotting ; day days=1", 4).outcome.value == "call_soon"


def test_observations_outside_the_vocabulary_are_passed_over(protocol: Protocol) -> None:
    """Total: an old store or another protocol may hold words that this one does not know."""
    said = [Observation("phlogiston"), Observation("bleeding", attributes={"amount": "vast"}), *say("fever")]
    assert assess(protocol, said, Context(1)).outcome.value == "urgent"


SILENT = {
    "course", "day", "factor", "fever_medicine", "not_sure", "other_language", "pregnancy", "second_contact",
    "wants_data", "wants_person", "wants_stop", "oxygen", "pulse", "blood_pressure", "temperature", "told",
}  # fmt: skip
"""Complaints that are no symptom by themselves: facts, wishes, dialogue, readings that may be normal."""


def test_no_bodily_complaint_is_passed_over(protocol: Protocol) -> None:
    """H-02, H-06: whatever the reader may report of the body is placed or asked about, with any one detail or none."""
    words = protocol.vocabulary
    bare = [Observation(name) for name in words.attributes if name not in SILENT]
    detailed = [
        Observation(name, attributes={attribute: value})
        for name, held in words.attributes.items()
        for attribute, values in held.items()
        for value in values
        if name not in SILENT
    ]
    passed_over = [
        (seen.complaint, seen.attributes, day)
        for seen in (*bare, *detailed)
        for day in (0, 1, 2, 3, 7, 31)
        if assess(protocol, [seen], Context(day)).outcome.value == "none"
    ]
    assert passed_over == []
