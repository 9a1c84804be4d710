"""Rules R1-R8 and N1-N10 of evidence section 5, in the order of rule 42, over every reply that can be given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.replies.outcome import level_said
from bot.replies.plans import Plans, plan
from bot.replies.responses import ADVICE, ASK, Responses
from bot.replies.situation import Situation, level_of
from bot.site import Site
from bot.triage.engine import Context, assess
from bot.triage.protocol import Protocol
from bot.triage.reachability import witness
from tests.replies.cases import OPEN_MS, Said, every_reply

Replies = list[Said]
CLINIC, ON_CALL, EMERGENCY, CRISIS = "216-555-0142", "216-555-0188", "911", "988"
SIGNS = ("fever", "chills", "soaked pad", "big clot", "pain", "rash", "swelling", "faint", "face", "breath")
"""R3; the full list also has discharge that smells bad."""

DIAGNOSES = re.compile(
    r"sepsis|ectopic|perforat|abscess|anaphyla|embol|peritonitis|endometri|append|vasovagal|stroke|clot in|thrombo|"
    r"you (?:may |might |could |probably |likely )?have an? (?:infection|allergy|reaction)|"
    r"\b(?:not|isn't|no sign of) an? (?:infection|allergy|reaction)",
    re.IGNORECASE,
)
DOSES = re.compile(
    r"\d+ ?(?:mg|mcg|g|ml|milligrams?)\b|\b(?:\d+|one|two|three|four) (?:tablets?|pills?|capsules?|doses?)\b|"
    r"(?:every|each) (?:\w+ )?hours|times a day|twice a day|once a day|"
    r"ibuprofen|paracetamol|acetaminophen|tylenol|advil|naproxen|aspirin|doxycycline|metformin",
    re.IGNORECASE,
)
COMFORT = re.compile(
    r"you(?:'re| are) (?:fine|ok\b|okay|all right|safe\.)|nothing to worry|(?:don't|do not|no need to|not) worry|"
    r"everything is|all is well|probably nothing|harmless|no cause for|you will be fine|perfectly normal|quite normal",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"will (?:call|phone|ring|contact|answer|reply to) you|within the hour|within \d+|shortly|as soon as possible|"
    r"you will (?:get|become) pregnant|live chat|is watching|(?:only|don't|do not) call (?:911|the emergency)|"
    r"did ?n[o']t understand|how would you",
    re.IGNORECASE,
)


@pytest.fixture(scope="session")
def replies(site: Site, responses: Responses, plans: Plans, protocol: Protocol) -> Replies:
    """Every reply, once."""
    return list(every_reply(site, responses, plans, protocol))


def of(replies: Replies, *levels: str, alone: tuple[str, ...] = ("abuse", "crisis")) -> Iterator[Said]:
    """Yield replies of some levels without those that rule 44 words."""
    first = {"abuse": ("urgent_safe", "urgent_not_safe"), "crisis": ("urgent_crisis",)}
    barred = tuple(name for kind in alone for name in first[kind])
    for said in replies:
        medical = not said.names[0].startswith(barred) and said.names != ["emergency_call"]
        if said.level in levels and medical and "crisis_seen" not in said.names:
            yield said


def in_order(said: Said, *names: str) -> bool:
    """Whether these stand in the reply in this order."""
    places = [said.names.index(name) for name in names]
    return places == sorted(places)


def test_every_level_is_met(replies: Replies) -> None:
    """The tests below look at something."""
    found = {said.level for said in replies}
    assert found == {"none", "normal", "ask", "call_soon", "urgent", "emergency"}
    assert len(replies) > 10_000


def test_reply_says_what_the_assessment_says(replies: Replies) -> None:
    """H-07: no reply states a lower or another level than its assessment."""
    assert [said for said in replies if level_said(part.response for part in said.parts) != said.level] == []


def test_engine_and_replies_agree_on_every_rule(
    site: Site, responses: Responses, plans: Plans, protocol: Protocol
) -> None:
    """H-07, H-02: the least case of every rule, through the engine itself, is answered at its level."""
    wrong = []
    for rule in (*protocol.findings, *protocol.rules):
        case = witness(protocol, rule.when)
        assert case is not None
        context = Context(day=case.day, factors=case.factors)
        concluded = assess(protocol, [replace(seen, message_id="m") for seen in case.observations], context)
        situation = Situation(site, OPEN_MS, case.day, message_id="m", first=True)
        parts = responses.render(plan(plans, concluded, situation))
        if level_said(part.response for part in parts) != level_of(concluded):
            wrong.append(rule.id)
    assert wrong == []


def test_no_placeholder_is_left(replies: Replies) -> None:
    """H-08, R4: no brace and no empty part before a patient."""
    assert [said.text for said in replies if re.search(r"[{}]|None", said.text)] == []
    assert [said.names for said in replies for part in said.parts if not part.text.strip()] == []


@pytest.mark.parametrize(
    ("pattern", "hazard"),
    [(DIAGNOSES, "N1"), (DOSES, "N2"), (COMFORT, "N3, N5"), (PROMISES, "N4, N6, N7")],
    ids=["diagnosis", "dose", "false-comfort", "promise"],
)
def test_nothing_forbidden_is_said(responses: Responses, pattern: re.Pattern[str], hazard: str) -> None:
    """H-10: N1 no diagnosis, N2 no dose or drug, N3/N5 no "you are fine", N4, N6, N7 in any sentence or button."""
    said = {
        response.name: pattern.findall(text)
        for response in responses.by_name.values()
        for text in (response.text, *(button.title for button in response.buttons))
        if pattern.search(text)
    }
    assert said == {}, hazard


def test_numbers_come_from_the_site_file_alone(responses: Responses) -> None:
    """H-08: no sentence holds a phone number of its own; 100 is a temperature, 4,000 the length of a message."""
    written = {
        number for text in responses.texts.values() for number in re.findall(r"\d[\d,-]+\d", text) if len(number) > 2
    }
    assert written == {"100", "4,000"}


def test_temperatures_in_both_units(responses: Responses) -> None:
    """R7: every limit in F and C."""
    with_limit = [text for text in responses.texts.values() if re.search(r"\d F\b", text)]
    assert with_limit
    assert all("100 F (37.8 C)" in text for text in with_limit)


def test_emergency_begins_with_the_number_alone(replies: Replies) -> None:
    """H-08, rule 42: line 1 is the call line and nothing else, whoever writes, whatever the hour."""
    firsts = {said.lines[0] for said in replies if said.level == "emergency"}
    assert firsts == {"Call 911 now."}


def test_emergency_then_says_what_to_say_and_nothing_of_self_care(replies: Replies) -> None:
    """H-07, rule 42: HSG with contrast and the date; no disclaimer, self-care, list, clinic number, R2, R3, R5, R8."""
    for said in of(replies, "emergency"):
        assert "HSG with contrast" in said.lines[1]
        assert ("Friday, November 20" in said.lines[1]) == (said.situation.hsg_date is not None)
        assert not re.search(r"automated|cannot examine|painkiller|rest at home|any of these", said.text)
        assert CLINIC not in said.text
        assert ON_CALL not in said.text
        assert said.names[2].startswith("advice_emergency_")


def test_emergency_asks_at_most_one_question_and_last(replies: Replies) -> None:
    """Evidence 5: "Is someone with you?" with its buttons, once, at the end."""
    for said in of(replies, "emergency"):
        asked = [name for name, part in zip(said.names, said.parts, strict=True) if "?" in part.text or part.buttons]
        once = not said.situation.again and not said.situation.carer
        assert asked == (["company"] if once else [])
        assert not asked or said.names[-1] == "company"


def test_urgent_begins_with_whom_to_call_now(replies: Replies) -> None:
    """H-08, rule 42, rule 41: clinic if open, on-call line if shut, own doctor or urgent care after day 30."""
    for said in of(replies, "urgent"):
        shown = f"{CLINIC} (your clinic)" if said.situation.now_ms == OPEN_MS else f"{ON_CALL} (the on-call line)"
        late = said.situation.day == 31
        first = "Call your own doctor or go to urgent care now." if late else f"Call {shown} now."
        assert said.lines[0] == first
        assert said.lines[1] == "No answer in 10 minutes, or you feel worse? Call 911."


def test_urgent_quotes_her_words_and_ends_with_one_short_automated_line(replies: Replies) -> None:
    """H-07, rule 42: why, in her words; R2 last; no R8, no question but the one of safety."""
    for said in of(replies, "urgent"):
        assert ("“soaked a pad”" in said.text) == (not said.situation.again)
        asked = [name for name in said.names if name in ("safe_here", "safe_now")]
        rest = [name for name in said.names if name not in asked]
        assert rest[-1] == "automated_short"
        assert said.names[len(rest) :] == asked
        assert len(asked) <= 1
        assert not {"check", "called", "signs"} & set(said.names)


def test_urgent_says_what_to_do_meanwhile(replies: Replies) -> None:
    """Evidence 5: do not drive if dizzy or bleeding, phone near, medicine list."""
    for said in of(replies, "urgent"):
        if not said.situation.again:
            assert "Keep your phone near you. Have your list of medicines at hand. Do not drive" in said.text


def test_call_soon_begins_with_where_and_by_when(replies: Replies) -> None:
    """H-08, R1, rule 40: the first sentence names whom to call and when; a shut clinic is never the one for today."""
    for said in of(replies, "call_soon"):
        first = said.lines[0].split(". ")[0]
        assert re.match(r"Call (your clinic|the on-call line|your own doctor)", first)
        assert re.search(r"today|tonight|when it opens: ", first)
        if said.situation.now_ms != OPEN_MS and said.situation.day != 31:
            assert CLINIC not in first or "when it opens" in first
            assert ON_CALL in "\n".join(said.lines[:2])


def test_call_soon_has_its_rules_in_order(replies: Replies) -> None:
    """H-07, rule 42: R1, R3, R4, R5, R2, R6, R8."""
    for said in of(replies, "call_soon"):
        course = ["course_soon"] if not said.situation.again else []
        check = ["check"] if not said.situation.again else []
        assert in_order(said, said.names[0], "signs", "numbers", *course, "automated", "come_back", *check)
        assert not check or said.names[-1] == "check"


def test_normal_has_a_limit_and_its_rules_in_order(replies: Replies) -> None:
    """H-07, R1, rule 42: what to do, where and until when first; R3, R4, R5, R2, R6; no R8."""
    for said in of(replies, "normal"):
        assert re.match(r"You can rest at home for now, until (the end of \w+|this time tomorrow)\. ", said.lines[0])
        course = ["course_normal"] if not said.situation.again else []
        assert in_order(said, "normal_home", "signs", "numbers", *course, "automated", "come_back")
        assert "check" not in said.names


def test_signs_and_numbers_are_all_named(replies: Replies) -> None:
    """H-07, H-08, R3, R4: every sign to watch for, and clinic, on-call and emergency number."""
    for said in of(replies, "normal", "call_soon"):
        lower = said.text.lower()
        assert [sign for sign in (*SIGNS, "smells bad") if sign not in lower] == []
        assert f"Clinic: {CLINIC}. When it is shut: {ON_CALL}. Emergency: {EMERGENCY}." in said.text
        assert "do not wait for that" in lower or said.situation.again


def test_automated_and_welcome_back(replies: Replies) -> None:
    """R2, R6: everything but urgent, emergency and ask says that it is automated and may be wrong, and come back."""
    for said in of(replies, "none", "normal", "call_soon"):
        assert re.search(r"automated (reply|chat)\..* (it|I) can be wrong", said.text)
        assert "You can write here again at any time." in said.text


def test_ask_is_one_question_and_then_the_urgent_signs(replies: Replies) -> None:
    """H-07, rule 42: line 1 the question with its buttons; line 2 every urgent sign, the number inside the sentence."""
    for said in of(replies, "ask"):
        assert said.names[0].startswith("ask_")
        assert "?" in said.lines[0]
        assert said.names[1].startswith("advice_ask_")
        lower = said.lines[1].lower()
        assert [sign for sign in SIGNS if sign not in lower] == []
        assert re.search(r"\w, or 911 if |^Call 911 now if ", said.lines[1])
        assert [part.response for part in said.parts[1:] if part.buttons] == []


def test_no_symptom_states_no_tier(replies: Replies) -> None:
    """Rule 42: greetings, thanks and aftercare answers carry no advice to call now."""
    for said in of(replies, "none"):
        assert not re.match(r"(utter_)?(urgent|soon|normal|emergency)_", said.names[0])
        assert "cannot examine" in said.text


def test_another_persons_emergency_begins_with_the_number(replies: Replies, protocol: Protocol) -> None:
    """H-08, rule 41."""
    firsts = {said.lines[0] for said in replies if said.assessment.advice == (protocol.other_emergency,)}
    assert firsts == {"Call 911 now for that person."}


def test_one_part_with_buttons_and_it_is_last(replies: Replies) -> None:
    """R8 and rule 43: at most one thing is asked, at the end; asking itself comes first (rule 42)."""
    for said in replies:
        places = [place for place, part in enumerate(said.parts) if part.buttons]
        where = 0 if said.names[0].startswith(("ask_", "urgent_safe_here")) else len(said.parts) - 1
        assert places in ([], [where])


def test_crisis_gives_the_line_first_and_says_who_reads(replies: Replies) -> None:
    """H-08, rule 44: crisis line, emergency number, honest about the care team; nothing about a phone call back."""
    found = [said for said in replies if "crisis_seen" in said.names]
    assert {said.lines[0] for said in found} == {"Call 988 now. Someone there will listen to you.", "Call 911 now."}
    for said in found:
        assert CRISIS in said.text
        assert EMERGENCY in said.text
        assert "Your care team can read what you write here" in said.text


def test_abuse_is_worded_for_eyes_that_are_not_hers(replies: Replies) -> None:
    """Rule 44: danger now = the number alone; else "Is it safe to write here?" first, neutral words, quick exit."""
    for said in replies:
        if said.assessment.reasons and said.assessment.reasons[0].rule_id == "R44-abuse-now":
            assert said.text == "Call 911 now."
        if said.assessment.reasons and said.assessment.reasons[0].rule_id == "abuse_disclosed":
            assert said.situation.again or said.lines[0] == "Is it safe to write here?"
            assert "“Leave this page”" in said.text
            assert not re.search(r"abuse|violen|hurt|partner|danger|police|“soaked", said.text, re.IGNORECASE)


def test_other_writers_are_spoken_to_as_such(replies: Replies) -> None:
    """C28: a carer is asked to let the patient write, after the instruction, and is not asked who is with her."""
    for said in replies:
        medical = said.names[0].startswith(("urgent_call", "soon_", "normal_", "ask_"))
        asked = [place for place, name in enumerate(said.names) if name in ("carer", "carer_urgent")]
        wanted = said.situation.carer and not said.situation.again and medical
        assert len(asked) == wanted
        assert all(place > 1 for place in asked)


def test_buttons_of_a_question_are_the_answers_of_the_protocol(responses: Responses, protocol: Protocol) -> None:
    """H-01: each answer has its button in the protocol's order, then "Not sure"; each tap is its answer."""
    for question in protocol.questions.values():
        response = responses[ASK + question.id]
        assert response.answers == (*(answer.id for answer in question.answers), "not_sure")
        read = [responses.answer(question.id, button.value) for button in response.buttons]
        assert read == list(response.answers)
        assert [responses.answer(question.id, button.title) for button in response.buttons] == read


def test_each_advice_belongs_to_its_level(responses: Responses, protocol: Protocol) -> None:
    """H-07: only a normal advice calls something to be expected; only asking advice holds the interim line."""
    soothing = re.compile(r"can come|may feel|should ease|can leak|is due about now")
    for name in protocol.advice:
        text = responses[ADVICE + name].text
        assert bool(soothing.search(text)) == name.startswith("normal_"), name
        assert ("Do not wait: call" in text) == name.startswith("ask_"), name


def test_faq_names_its_sources(responses: Responses, plans: Plans) -> None:
    """Evidence 4: every aftercare answer has a source on record, and the clinic's own advice comes first."""
    assert [topic for topic in plans.topics if not responses[f"utter_faq_{topic}"].sources] == []
    assert responses["utter_clinic_first"].text == "Your own clinic's advice comes first."


def test_risks_are_told_with_the_signs_and_numbers(responses: Responses) -> None:
    """H-10, N5: that serious trouble is rare is never said without every sign of R3 and whom to call."""
    told = responses["utter_faq_risks"]
    assert [sign for sign in (*SIGNS, "smells bad") if sign not in told.text.lower()] == []
    assert told.placeholders == {"call_phone", "emergency_phone"}


def test_no_language_but_english_lacks_the_numbers(responses: Responses, plans: Plans) -> None:
    """H-08: whoever cannot read English still reads both numbers."""
    for language in (*plans.languages, "other"):
        assert {"emergency_phone", "call_phone"} <= responses[f"utter_language_{language}"].placeholders
