from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.replies.plans import Plans, load_plans, plan
from bot.replies.situation import Situation
from bot.site import Site
from bot.triage.assessment import Assessment, FindingHit, Outcome, Reason, TimeLimit
from bot.triage.lined_yaml import ProtocolError

OPEN_MS = 1_795_446_000_000  # Monday 23 November 2026, 10:00 in New York
SHUT_MS = OPEN_MS + 12 * 3_600_000
LONG_SHUT_MS = OPEN_MS - 40 * 3_600_000  # Saturday evening

EMERGENCY = Assessment(Outcome.URGENT, emergency=True, time_limit=TimeLimit.NOW, advice=("a1", "a2", "a3"))
URGENT = Assessment(Outcome.URGENT, time_limit=TimeLimit.NOW, advice=("a1", "a2", "a3"))
TODAY = Assessment(Outcome.CALL_SOON, time_limit=TimeLimit.TODAY, advice=("a1",))
LATER = replace(TODAY, time_limit=TimeLimit.NEXT_OPENING)
NORMAL = Assessment(Outcome.NORMAL, advice=("a1",))
ASK = Assessment(Outcome.ASK, question="q1", advice=("a1",))
NONE = Assessment()


def because(assessment: Assessment, *rules: str) -> Assessment:
    """The assessment with rules that carry it."""
    reasons = (Reason(rule, assessment.outcome, assessment.emergency, ()) for rule in rules)
    return replace(assessment, reasons=tuple(reasons))


def names(plans: Plans, assessment: Assessment, situation: Situation) -> list[str]:
    """What is said, without `utter_`."""
    return [name.removeprefix("utter_") for name, _ in plan(plans, assessment, situation)]


@pytest.fixture
def situation(site: Site) -> Situation:
    """Day 1, clinic open, date known, first reply, her words at hand."""
    return Situation(site, OPEN_MS, day=1, hsg_date=date(2026, 11, 22), first=True, words=("x",))


def test_emergency_order(plans: Plans, situation: Situation) -> None:
    """H-07, H-08, rule 42: number alone, what to say, position, safety, one yes/no question last."""
    assert names(plans, EMERGENCY, situation) == [
        "emergency_call", "say_dated", "advice_a1", "advice_a2", "safety", "company",
    ]  # fmt: skip


def test_emergency_without_a_date_for_a_carer(plans: Plans, situation: Situation) -> None:
    """H-08, C28: nobody is told to say a date that is not on record; a carer is spoken to as one."""
    case = replace(situation, hsg_date=None, carer=True)
    assert names(plans, EMERGENCY, case) == [
        "emergency_call", "say_carer_undated", "advice_a1", "advice_a2", "safety_carer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "last"), [("company=yes", "company_yes"), ("company=no", "company_no"), ("", "safety")]
)
def test_emergency_asks_once(plans: Plans, situation: Situation, answered: str, last: str) -> None:
    """Evidence 5: at most one follow-up question, not repeated; the number stays first."""
    case = replace(situation, first=False, again=True, answered=answered, said=frozenset({"utter_company"}))
    said = names(plans, EMERGENCY, case)
    assert (said[0], said[-1]) == ("emergency_call", last)


@pytest.mark.parametrize(("now", "call"), [(OPEN_MS, "urgent_call_open"), (SHUT_MS, "urgent_call_shut")])
def test_urgent_order(plans: Plans, situation: Situation, now: int, call: str) -> None:
    """H-07, H-08, rule 42: number by opening hours, no answer, why, meanwhile, short automated line last."""
    assert names(plans, URGENT, replace(situation, now_ms=now)) == [
        call, "no_answer", "why_quoted", "advice_a1", "advice_a2", "meanwhile", "automated_short",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("assessment", "now", "first"),
    [
        (TODAY, OPEN_MS, "soon_today"),
        (TODAY, SHUT_MS, "soon_on_call"),
        (TODAY, LONG_SHUT_MS, "soon_on_call"),
        (LATER, OPEN_MS, "soon_while_open"),
        (LATER, SHUT_MS, "soon_opening"),
        (LATER, LONG_SHUT_MS, "soon_on_call"),
    ],
)
def test_call_soon_says_where_by_when(
    plans: Plans, situation: Situation, assessment: Assessment, now: int, first: str
) -> None:
    """H-08, rule 40, R1: today or next opening; the on-call line if shut, or shut for over 24 h."""
    assert names(plans, assessment, replace(situation, now_ms=now)) == [
        first, "why_soon", "advice_a1", "worse", "signs", "numbers", "course_soon", "automated", "come_back", "check",
    ]  # fmt: skip


def test_call_soon_with_a_question_ends_with_it(plans: Plans, situation: Situation) -> None:
    """Evaluation 2, rule 43: the advice first, the question last, and only one question."""
    said = names(plans, replace(TODAY, question="q1"), situation)
    assert (said[0], said[-1], "check" in said) == ("soon_today", "ask_q1", False)


def test_normal_order(plans: Plans, situation: Situation) -> None:
    """H-07, rule 42: as call soon without R8."""
    assert names(plans, NORMAL, situation) == [
        "normal_home", "why_normal", "advice_a1", "worse", "signs", "numbers", "course_normal",
        "automated", "come_back",
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "extra"), [(True, ["automated"]), (False, [])])
def test_ask_order(plans: Plans, situation: Situation, first: bool, extra: list[str]) -> None:
    """Rule 42: line 1 the question, line 2 the urgent signs."""
    assert names(plans, ASK, replace(situation, first=first)) == ["ask_q1", "advice_a1", *extra]


def test_ask_without_a_question_left_asks_openly(plans: Plans, situation: Situation) -> None:
    """H-07: three questions asked, still vague: never silence."""
    assert names(plans, replace(ASK, question=None, advice=()), situation)[:2] == ["ask_more", "interim"]


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("greet", ["greet", "automated", "come_back"]),
        ("thanks", ["thanks", "automated", "come_back"]),
        ("goodbye", ["goodbye", "automated", "come_back"]),
        ("ask_bot", ["bot", "come_back"]),
        ("ask_human", ["request_wants_person", "automated", "come_back"]),
        ("stop_messages", ["request_wants_stop", "automated", "come_back"]),
        ("data_request", ["request_wants_data", "automated", "come_back"]),
        ("aftercare_question", ["faq_unknown", "clinic_first", "automated", "come_back", "pass_on"]),
        ("hypothetical_question", ["if_it_happens", "worse", "signs", "automated", "come_back"]),
        ("other_person", ["other_person", "automated", "come_back"]),
        ("feeling_well", ["well", "automated", "come_back"]),
        ("affirm", ["noted", "automated", "come_back"]),
        ("out_of_scope", ["tell_me", "interim", "automated", "come_back"]),
        ("nlu_fallback", ["tell_me", "interim", "automated", "come_back"]),
        ("", ["tell_me", "interim", "automated", "come_back"]),
    ],
)
def test_without_a_symptom_the_intent_is_answered(
    plans: Plans, situation: Situation, intent: str, said: list[str]
) -> None:
    """Rule 42: R2 and R6, and never "I did not understand"."""
    assert names(plans, NONE, replace(situation, intent=intent)) == said


def test_known_and_unknown_topics(plans: Plans, situation: Situation) -> None:
    """Evidence 4: the topic's answer; what is not known is said to be not known; the clinic comes first."""
    assert names(plans, NONE, replace(situation, topic="sex"))[:2] == ["faq_sex", "clinic_first"]
    assert names(plans, NONE, replace(situation, topic="weather"))[:2] == ["faq_unknown", "clinic_first"]


def test_question_beside_a_symptom_is_answered_after_the_advice(plans: Plans, situation: Situation) -> None:
    """Evidence 4, rule 27: an aftercare question never takes the place of the tier."""
    asked = replace(situation, topic="sex", sources=("NHS",), intent="aftercare_question")
    said = names(plans, NORMAL, asked)
    assert said[0] == "normal_home"
    place = said.index("faq_sex")
    assert said[place : place + 3] == ["faq_sex", "sources", "clinic_first"]
    assert place > said.index("signs")


def test_question_waits_where_a_call_cannot(plans: Plans, situation: Situation) -> None:
    """Rule 42: beside urgent signs a question is put off, beside an emergency not even named; then it is answered."""
    asked = replace(situation, topic="sex")
    assert "question_waits" in names(plans, URGENT, asked)
    assert not [name for name in names(plans, URGENT, asked) if name.startswith("faq_")]
    assert not {"question_waits", "faq_sex"} & set(names(plans, EMERGENCY, asked))
    assert "faq_sex" in names(plans, URGENT, replace(asked, first=False, again=True))


@pytest.mark.parametrize("assessment", [TODAY, NORMAL])
def test_question_about_a_symptom_is_answered_by_its_triage(
    plans: Plans, situation: Situation, assessment: Assessment
) -> None:
    """H-07, N5: "is that common after an HSG?" gets no general answer beside the tier of the symptom itself."""
    said = names(plans, assessment, replace(situation, topic="expected"))
    assert not [name for name in said if name.startswith("faq_")]


@pytest.mark.parametrize("topic", ["", "unknown", "no_source"])
def test_what_is_not_known_is_said_and_handed_on(plans: Plans, situation: Situation, topic: str) -> None:
    """Issue 5: no answer is made up, and a nurse is one tap away."""
    said = names(plans, NONE, replace(situation, topic=topic, intent="aftercare_question"))
    assert said[0] == ("faq_no_source" if topic == "no_source" else "faq_unknown")
    assert said[-1] == "pass_on"


@pytest.mark.parametrize(
    ("status", "first"),
    [("other_person", "other_person"), ("hypothetical", "if_it_happens"), ("denied", "well"), ("past", "noted")],
)
def test_symptom_that_is_not_hers_now(plans: Plans, situation: Situation, status: str, first: str) -> None:
    """C33, C34, rule 13: hypothetical, somebody else's, denied and past symptoms are told apart."""
    assert names(plans, replace(NONE, findings=(FindingHit("fever_reported", status, ()),)), situation)[0] == first


@pytest.mark.parametrize("assessment", [TODAY, NORMAL])
def test_thanks_after_a_tier_keeps_it(plans: Plans, situation: Situation, assessment: Assessment) -> None:
    """H-04, rule 27: thanks is answered, and the tier stands first."""
    first = names(plans, assessment, situation)[0]
    again = replace(situation, first=False, again=True, intent="thanks", words=())
    assert names(plans, assessment, again)[:2] == [first, "welcome"]


@pytest.mark.parametrize("assessment", [TODAY, NORMAL, NONE])
def test_open_flag_is_named_once(plans: Plans, situation: Situation, assessment: Assessment) -> None:
    """Rule 27: a new conversation asks whether she called, last and alone; later replies do not."""
    assert names(plans, assessment, replace(situation, flag_open=True, intent="greet"))[-1] == "called"
    assert "called" not in names(plans, assessment, replace(situation, flag_open=True, first=False, intent="greet"))


@pytest.mark.parametrize(("assessment", "first"), [(URGENT, "urgent_call_late"), (TODAY, "soon_late")])
def test_after_day_30_her_own_doctor(plans: Plans, situation: Situation, assessment: Assessment, first: str) -> None:
    """Rule 41, C35: the tier stays, the wording names her own doctor."""
    assert names(plans, assessment, replace(situation, day=31))[0] == first
    assert names(plans, assessment, replace(situation, day=30))[0] != first


@pytest.mark.parametrize(
    ("assessment", "said"),
    [
        (
            because(EMERGENCY, "R44-self-harm-plan"),
            ["emergency_call", "crisis_also", "advice_a1", "crisis_seen", "company"],
        ),
        (because(EMERGENCY, "R44-abuse-now"), ["emergency_call"]),
        (because(URGENT, "self_harm"), ["urgent_crisis", "crisis_danger", "advice_a1", "crisis_seen", "safe_now"]),
        (because(URGENT, "abuse_disclosed"), ["urgent_safe_here", "leave", "danger", "no_phone", "care_reads"]),
    ],
    ids=["plan", "danger-now", "thoughts", "abuse"],
)
def test_crisis_and_abuse(plans: Plans, situation: Situation, assessment: Assessment, said: list[str]) -> None:
    """H-07, rule 44: resources first, honest about who reads; abuse in neutral words, danger now the number alone."""
    assert names(plans, assessment, situation) == said


@pytest.mark.parametrize(
    ("answered", "said", "first"),
    [
        ("safe_here=yes", {"utter_urgent_safe_here"}, "urgent_safe_way"),
        ("safe_here=no", {"utter_urgent_safe_here"}, "urgent_not_safe"),
        ("", {"utter_urgent_safe_here"}, "urgent_not_safe"),
        ("", {"utter_urgent_safe_here", "utter_urgent_safe_way"}, "urgent_safe_noted"),
    ],
)
def test_answer_to_is_it_safe(plans: Plans, situation: Situation, answered: str, said: set[str], first: str) -> None:
    """Rule 44: do not phone until she gives a safe way; unsafe or unclear ends the chat."""
    again = replace(situation, first=False, answered=answered, said=frozenset(said))
    assert names(plans, because(URGENT, "abuse_disclosed"), again)[0] == first


def test_red_flag_beside_a_crisis(plans: Plans, situation: Situation) -> None:
    """H-07, rule 44: the medical instruction stays first and the crisis line is added."""
    said = names(plans, because(URGENT, "soaked_pad", "self_harm"), situation)
    assert (said[0], "crisis_also" in said, said[-1]) == ("urgent_call_open", True, "safe_now")


def test_wish_to_die_of_pain_gets_the_medical_reply_and_one_safety_question(plans: Plans, situation: Situation) -> None:
    """Rule 39: severe pain, plus one question whether she is safe, last."""
    said = names(plans, because(URGENT, "pain_severe", "R39-pain-wish"), situation)
    assert (said[0], said[-1], said.count("safe_now")) == ("urgent_call_open", "safe_now", 1)


@pytest.mark.parametrize(
    ("assessment", "at"),
    [(NONE, 0), (TODAY, 1), (NORMAL, 1), (URGENT, 2)],
    ids=["none", "call-soon", "normal", "urgent"],
)
def test_another_persons_emergency(plans: Plans, situation: Situation, assessment: Assessment, at: int) -> None:
    """H-08, rule 41: the emergency number for that person, first where she has no finding, else after her own lines."""
    hit = FindingHit("breathing_trouble", "other_person", ())
    case = replace(assessment, advice=(*assessment.advice, "emergency_other_person"), findings=(hit,))
    said = names(plans, case, situation)
    assert (said.index("advice_emergency_other_person"), said.count("advice_emergency_other_person")) == (at, 1)


def test_a_response_is_never_said_twice(plans: Plans, situation: Situation) -> None:
    """R7: a wish that is both read and guessed is answered once."""
    case = replace(NONE, requests=("wants_person",))
    assert names(plans, case, replace(situation, intent="ask_human")).count("request_wants_person") == 1


GOOD = """\
safeguarding:
  crisis: [self_harm]
other_emergency: other
topics: [sex]
languages: [fr]
about_symptoms: []
sources: {}
choose:
  - {plan: now, if: urgent !late}
  - {plan: rest}
plans:
  now:
    - utter_urgent_call
    - {advice: 2, if: only_crisis}
  rest:
    - {say: utter_greet, if: "intent:greet"}
"""


def written(folder: Path, text: str) -> Path:
    """Write a plans file."""
    path = folder / "replies.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "line", "mend"),
    [
        ("topics:", "subjects:", 4, "unknown section 'subjects'"),
        ("topics: [sex]", "topics: sex", 4, "section 'topics' must be there and be a list"),
        ("languages: [fr]\n", "", 1, "section 'languages' must be there"),
        ("other_emergency: other", "other_emergency: [x]", 3, "must be there and be a name"),
        ("[self_harm]", "self_harm", 2, "must be a list of rule ids"),
        ("{plan: rest}", "{plan: rest, if: shut}", 8, "the last choice must have no if:"),
        ("{plan: now, if: urgent !late}", "{plan: now}", 8, "hides those after it"),
        ("{plan: now, if", "{plan: later, if", 9, "no plan 'later'"),
        ("plan: rest", "say: rest", 10, "a choice is {plan: name, if: facts}"),
        ("!late", "!tired", 9, "unknown fact 'tired'"),
        ("!late", "!urgent", 9, "can never hold"),
        ("if: urgent !late", "if: 1", 9, "if: must be facts"),
        ('"intent:greet"', '"intent:"', 16, "unknown fact 'intent:'"),
        ("only_crisis", "only_abuse", 14, "unknown fact 'only_abuse'"),
        ("advice: 2", "advice: many", 14, "must be how many"),
        ("advice: 2", "advice: true", 14, "must be how many"),
        ("say: utter_greet", "say: [utter_greet]", 16, "the name of a response"),
        ("say: utter_greet", "speak: utter_greet", 16, "has one of say, advice"),
        ("    - utter_urgent_call\n", "    - 3\n", 12, "a part of plan 'now' is a response name"),
        ("  rest:\n", "  idle: [utter_x]\n  rest:\n", 15, "plan 'idle' is never chosen"),
        ("    - utter_urgent_call\n    - {advice: 2, if: only_crisis}\n", "    utter: x\n", 12, "list of sentences"),
    ],
)
def test_wrong_plans_name_file_line_and_mend(tmp_path: Path, old: str, new: str, line: int, mend: str) -> None:
    """H-05: a plan that could not be followed stops the start, and the error says where and what to do."""
    load_plans(written(tmp_path, GOOD))
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ProtocolError) as error:
        load_plans(path)
    assert (error.value.file, error.value.line) == (str(path), line)
    assert mend in str(error.value)
