"""Clarifying questions: what is asked, when, how often, and what no answer means (H-01, H-04, H-06)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.triage.assessment import Assessment, Outcome
from bot.triage.engine import Context, assess
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Protocol, Rule, Vague
from bot.triage.reachability import witness
from tests.triage.saying import PROTOCOL, factors, say, tier

HELD = load_protocol(PROTOCOL)
URGENT = [rule for rule in HELD.findings if rule.level.outcome is Outcome.URGENT]


def ask(protocol: Protocol, text: str, day: int | None = 1, *asked: str, waits: str | None = None) -> Assessment:
    """Return the assessment after some questions, the last of which waits for an answer unless told otherwise."""
    waits = waits if waits is not None else (asked[-1] if asked else None)
    return assess(protocol, say(text), Context(day, factors(text), asked, waits or None))


# what is said, day, question that must be asked
ASKED = [
    ("R3 bleeding", "bleeding", 1, "bleeding_amount"),
    ("R21 not heavy", "bleeding amount=not_heavy", 1, "bleeding_amount"),
    ("R36 soaking doubted", "bleeding amount=soaked @uncertain", 1, "bleeding_more"),
    ("R2 no fever, but hot", "fever @denied ; heat level=warm", 1, "fever_reading"),
    ("R2 hot, then a normal reading", "heat level=warm // temperature celsius=36.8", 1, None),
    ("R30 clot", "clot", 1, "clot_size"),
    ("R5 discharge", "discharge", 1, "discharge_look"),
    ("R37 changed smell", "discharge look=clear smell=changed", 1, "discharge_smell"),
    ("R4 pain", "pain kind=pain", 1, "pain_strength"),
    ("R25 bad pain", "pain severity=strong", 1, "pain_strength"),
    ("R35 one side", "pain kind=pain place=one_side", 1, "pain_strength"),
    ("R25 moderate, course unsaid", "pain severity=moderate", 1, "pain_course"),
    ("R25 moderate, unchanged", "pain severity=moderate course=same", 1, "pain_relief"),
    ("R2 warm", "heat level=warm", 1, "fever_reading"),
    ("R36 fever doubted", "fever @uncertain", 1, "fever_reading"),
    ("R24 shaky", "chills level=shaky", 1, "shaking_kind"),
    ("R29 low reading", "temperature celsius=35.5", 1, "low_reading"),
    ("C38 unit", "temperature other=60", 1, "temperature_unit"),
    ("R22 dizzy on day 0", "dizzy", 0, "dizzy_course"),
    ("R22 near faint", "near_faint", 1, "dizzy_course"),
    ("R36 faint doubted", "faint @uncertain", 1, "faint_sure"),
    ("R23 itchy", "itch place=unplaced", 1, "itch_place"),
    ("C31 swollen", "swelling place=unplaced", 1, "swelling_place"),
    ("R36 rash doubted", "rash @uncertain", 1, "allergy_sure"),
    ("R36 breathing doubted", "breathing kind=short @uncertain", 1, "breathing_sure"),
    ("R36 another red flag doubted", "neuro @uncertain", 1, "red_flags"),
    ("C31 urine", "urine sign=vague", 1, "urine_kind"),
    ("C31 shoulder", "shoulder place=unplaced", 1, "shoulder_place"),
    ("C31 leg", "leg sign=painful", 1, "leg_kind"),
    ("R15 something is not right", "unwell kind=vague", 1, "unwell_detail"),
    ("C26 worse", "course change=worse", 1, "unwell_detail"),
    ("C31 infection feared", "unwell kind=infection", 1, "infection_signs"),
    ("C31 sounds ill", "illness_unclear", 1, "red_flags"),
    ("R43 like a period", "bleeding amount=period_like", 1, "bleeding_more"),
    ("R43 blood thinner", "bleeding amount=period_like ; bleeding amount=soaked @denied", 1, "blood_thinner"),
    ("R43 foul", "discharge smell=foul", 1, "infection_signs"),
    ("R43 painkiller", "unwell kind=achy", 1, "fever_painkiller"),
    ("R43 tubes", "discharge smell=foul ; pain @denied ; fever_medicine @denied", 1, "tubes_history"),
    ("R43 pregnancy from day 7", "pain severity=mild", 7, "pregnancy_chance"),
    ("R43 no pregnancy question before", "pain severity=mild", 6, None),
    ("R7 vomited", "vomiting", 1, "vomit_count"),
    ("R8 headache", "head", 1, "headache_kind"),
    ("R10 tampon", "tampon", 1, "tampon_well"),
    ("R35 bloated", "belly sign=bloated", 1, "belly_tight"),
    ("R44 distressed", "distress kind=upset", 1, "distress_safe"),
    ("R14 only the day is missing", "bleeding amount=spotting", None, "hsg_day"),
    ("R43 nobody is asked what she said", "pain kind=pain // pain score=2", 1, None),
    (
        "R43 factor on record",
        "bleeding amount=period_like ; bleeding amount=soaked @denied ; factor:blood_thinner",
        1,
        None,
    ),
    ("R43 urgent", "bleeding // fever", 1, None),
    ("R1 expected sign", "bleeding amount=spotting", 1, None),
]


@pytest.mark.parametrize(("name", "text", "day", "question"), ASKED, ids=[row[0] for row in ASKED])
def test_question(name: str, text: str, day: int | None, question: str | None, protocol: Protocol) -> None:
    """H-06, rules 36, 43: the question whose answer could change the tier, and none about what was said."""
    assert ask(protocol, text, day).question == question


def test_every_question_is_asked_somewhere() -> None:
    """H-02: no question goes untested."""
    assert {row[3] for row in ASKED} - {None} == set(HELD.questions)


@pytest.mark.parametrize("item", HELD.vague, ids=lambda item: item.id)
def test_unclear_takes_the_higher_branch(item: Vague, protocol: Protocol) -> None:
    """H-04, H-06, C31: "not sure" lifts every vague complaint to its higher branch, and later words do not lower it."""
    found = witness(protocol, item.when)
    assert found is not None
    said = [replace(seen, message_id="a") for seen in found.observations]
    unsure = Observation("not_sure", attributes={"question": item.question}, message_id="b")
    later = say("bleeding amount=spotting ; pain severity=mild ; discharge look=clear smell=none ; clot size=small")
    result = assess(protocol, [*said, unsure, *later], Context(found.day, found.factors))
    assert result.outcome.rank >= item.unclear.outcome.rank
    assert item.id in {reason.rule_id for reason in result.reasons}


@pytest.mark.parametrize("name", sorted(HELD.questions))
def test_every_question_can_change_the_tier(name: str, protocol: Protocol) -> None:
    """Issue 5: a question is worth asking only if two of its answers lead to different conclusions."""
    question = protocol.questions[name]
    item = next((item for item in protocol.vague if item.question == name), None)
    found = witness(protocol, item.when) if item else None
    said = [replace(seen, message_id="a") for seen in found.observations] if found else say("pain severity=mild")
    given = [replace(answer.observation, message_id="b") for answer in question.answers]
    context = Context(found.day if found else None, asked=(name,), open_question=name)
    assert len({tier(assess(protocol, [*said, answer], context)) for answer in given}) > 1


@pytest.mark.parametrize("name", sorted(HELD.questions))
def test_an_answer_is_not_asked_again(name: str, protocol: Protocol) -> None:
    """Rule 43: each offered answer settles the question that it answers."""
    question = protocol.questions[name]
    open_after = []
    for item in (item for item in protocol.vague if item.question == name):
        found = witness(protocol, item.when)
        assert found is not None
        said = [replace(seen, message_id="a") for seen in found.observations]
        for answer in question.answers:
            seen = [*said, replace(answer.observation, message_id="b")]
            result = assess(protocol, seen, Context(found.day, found.factors, (name,), name))
            if result.question == name:
                open_after.append((item.id, answer.id))
    assert open_after == []


def test_a_question_is_repeated_once_then_the_higher_branch(protocol: Protocol) -> None:
    """H-06, rule 36: the first message that does not answer asks again, the second takes the higher branch."""
    asked = ("bleeding_amount",)
    results = [
        assess(protocol, say("bleeding"), Context(1, asked=asked, open_question="bleeding_amount", unanswered=number))
        for number in (0, 1, 2)
    ]
    assert [(tier(item), item.question) for item in results] == [
        ("ask", "bleeding_amount"), ("ask", "bleeding_amount"), ("urgent", None)
    ]  # fmt: skip


def test_no_fourth_question(protocol: Protocol) -> None:
    """Rule 43: at most three questions; what is still vague then takes its higher branch (H-06)."""
    result = ask(protocol, "bleeding", 1, "pain_strength", "itch_place", "clot_size", waits="")
    assert (tier(result), result.question) == ("urgent", None)


def test_silence_leaves_a_fact(protocol: Protocol) -> None:
    """Rule 36 and 43: an unanswered fact is not asked again and does not lift the tier."""
    context = Context(1, asked=("headache_kind",), open_question="headache_kind", unanswered=2)
    result = assess(protocol, say("head"), context)
    assert (result.outcome, result.question) == (Outcome.CALL_SOON, None)


def test_the_gravest_question_comes_first(protocol: Protocol) -> None:
    """Rule 43: a vague complaint before facts, the higher branch before the lower."""
    assert ask(protocol, "discharge ; bleeding", 1).question == "bleeding_amount"
    assert ask(protocol, "head ; itch", 1).question == "itch_place"


@pytest.mark.parametrize("finding", URGENT, ids=lambda item: item.id)
def test_doubted_red_flag_is_asked_about(finding: Rule, protocol: Protocol) -> None:
    """H-01, rules 11, 36: a doubtful denial of any urgent finding is asked about or counts as present."""
    found = witness(protocol, finding.when, 1)
    assert found is not None
    said = [replace(seen, message_id="a", status=Status.UNCERTAIN) for seen in found.observations]
    assert assess(protocol, said, Context(1)).outcome.rank >= Outcome.ASK.rank
