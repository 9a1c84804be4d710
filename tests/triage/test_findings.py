"""Each finding on each day: 0 to 40 and unknown (H-01 red flag missed, H-02 rule does not fire, H-03 wrong day)."""

from __future__ import annotations

import pytest

from bot.triage.assessment import Outcome
from bot.triage.protocol import Protocol
from tests.triage.saying import conclude, tier

SOON, URGENT, EMERGENCY = "0 call_soon", "0 urgent", "0 emergency"
TO_DAY_2 = "0 normal 3 call_soon"

# finding, what is said, tier from each day on. A normal finding becomes call_soon after day 30 (rule 41).
PROFILES = [
    ("cramp_mild", "pain severity=mild", TO_DAY_2),
    ("cramp_mild", "pain kind=cramp", TO_DAY_2),
    ("cramp_mild", "pain score=3", TO_DAY_2),
    ("cramp_mild", "pain course=easing", TO_DAY_2),
    ("cramp_moderate_early", "pain severity=moderate", "0 normal 1 call_soon 3 urgent"),
    ("discharge_sticky", "discharge look=sticky", TO_DAY_2),
    ("discharge_sticky", "discharge look=brown", TO_DAY_2),
    ("discharge_sticky", "discharge look=creamy", TO_DAY_2),
    ("discharge_sticky", "discharge amount=gush look=clear", "0 normal 2 call_soon"),
    ("discharge_sticky", "discharge look=orange", "0 normal 2 call_soon"),
    ("discharge_sticky", "clot kind=jelly", TO_DAY_2),
    ("spotting_light", "bleeding amount=spotting", TO_DAY_2),
    ("spotting_light", "bleeding amount=light", TO_DAY_2),
    ("spotting_light", "bleeding look=brown", TO_DAY_2),
    ("lightheaded_day0", "dizzy course=passes_lying", "0 normal 1 call_soon"),
    ("near_faint", "near_faint course=first_hour", "0 normal"),
    ("cramp_persisting", "pain severity=mild", TO_DAY_2),
    ("pain_moderate_not_settling", "pain score=5", "0 normal 1 call_soon 3 urgent"),
    ("pain_moderate_not_settling", "pain severity=moderate onset=later", "0 call_soon 3 urgent"),
    ("spotting_prolonged", "bleeding amount=spotting", TO_DAY_2),
    ("bleeding_period_like", "bleeding amount=period_like", SOON),
    ("bleeding_period_like", "bleeding pads_per_hour=0.5", SOON),
    ("clot_small", "clot size=small", SOON),
    ("clot_small", "clot centimetres=1", SOON),
    ("discharge_prolonged_or_more", "discharge trend=more look=clear", "0 normal 1 call_soon"),
    ("discharge_prolonged_or_more", "discharge look=watery", TO_DAY_2),
    ("discharge_foul_pus", "discharge smell=foul", SOON),
    ("discharge_foul_pus", "discharge look=green", SOON),
    ("vaginal_itch", "itch place=vulva", SOON),
    ("vaginal_itch", "discharge look=thick_white", SOON),
    ("nausea_mild", "nausea", "0 normal 1 call_soon"),
    ("nausea_mild", "belly sign=upset", "0 normal 1 call_soon"),
    ("vomiting_brief", "vomiting times=1", SOON),
    ("dizzy_persisting", "dizzy course=returning", SOON),
    ("dizzy_persisting", "dizzy", "0 ask 1 call_soon"),
    ("weak_achy_flu", "unwell kind=achy", SOON),
    ("cough_new", "cough kind=plain", SOON),
    ("temp_borderline", "temperature celsius=37.6", SOON),
    ("dysuria", "urine sign=burning", SOON),
    ("blood_in_urine", "urine sign=blood", SOON),
    ("urine_less", "urine sign=less", SOON),
    ("pain_or_bleed_with_sex", "sex kind=pain", SOON),
    ("vaginal_bulge", "bulge kind=plain", SOON),
    ("tampon_left_in", "tampon state=left_in", SOON),
    ("period_late_or_changed", "period state=late", SOON),
    ("pregnancy_test_positive", "pregnancy test=positive", SOON),
    ("bloating_mild", "belly sign=bloated", "0 normal 1 call_soon"),
    ("back_ache_mild", "back place=low", TO_DAY_2),
    ("back_ache_mild", "back", SOON),
    ("diarrhoea", "bowel sign=diarrhoea", SOON),
    ("headache_mild", "head severity=mild", SOON),
    ("thyroid_symptoms", "thyroid sign=tired_cold", SOON),
    ("antibiotic_problem", "antibiotic problem=missed", SOON),
    ("iud_or_insert_concern", "device kind=worry", SOON),
    ("distress_no_risk", "distress kind=grief", SOON),
    ("vague_unwell", "unwell kind=ill", SOON),
    ("unknown_symptom", "unknown_symptom", SOON),
    ("fever_reported", "fever kind=word", URGENT),
    ("fever_reported", "heat level=very_hot", URGENT),
    ("fever_measured", "temperature celsius=38.2", URGENT),
    ("fever_measured", "temperature celsius=37.8", URGENT),
    ("chills_feverish", "chills level=shivering", URGENT),
    ("temp_low_ill", "temperature celsius=35.5 ; unwell kind=ill", URGENT),
    ("temp_low_ill", "temperature celsius=34.8", URGENT),
    ("soaked_pad", "bleeding amount=soaked", URGENT),
    ("soaked_pad", "bleeding amount=heavy", URGENT),
    ("clot_large", "clot size=large", URGENT),
    ("clot_large", "clot centimetres=2.5", URGENT),
    ("clot_large", "clot count=many", URGENT),
    ("pain_severe", "pain severity=severe", URGENT),
    ("pain_severe", "pain score=7", URGENT),
    ("pain_severe", "pain stops=sleep", URGENT),
    ("pain_worsening", "pain course=worse", "0 call_soon 1 urgent"),
    ("pain_worsening", "pain course=returned", URGENT),
    ("pain_unrelieved", "pain relief=not_eased", URGENT),
    ("pain_unrelieved", "pain kind=cramp course=same ; fever_medicine hours=2", URGENT),
    ("pain_one_sided", "pain place=one_side quality=sharp", URGENT),
    ("abdomen_rigid_or_move", "belly sign=rigid", EMERGENCY),
    ("abdomen_rigid_or_move", "belly sign=swollen_tight ; pain severity=mild", EMERGENCY),
    ("shoulder_tip_pain", "shoulder place=tip", URGENT),
    ("faint_brief", "faint state=recovered", URGENT),
    ("vomiting_persistent", "vomiting times=3", URGENT),
    ("vomiting_persistent", "vomiting fluids=not_kept", URGENT),
    ("rash_itch_hives", "rash kind=hives", URGENT),
    ("rash_itch_hives", "itch place=skin", URGENT),
    ("swelling_skin", "swelling place=hands", URGENT),
    ("swelling_skin", "swelling place=eyelid", URGENT),
    ("skin_blister_peel", "skin sign=blister_peel", URGENT),
    ("urine_cannot", "urine sign=cannot", URGENT),
    ("urine_cannot", "urine hours_without=9", URGENT),
    ("flank_pain", "back place=flank ; fever", URGENT),
    ("leg_swollen_one", "leg sign=swollen side=one", URGENT),
    ("palpitations", "heart kind=racing", URGENT),
    ("pregnant_pain_or_bleed", "pregnancy test=positive ; bleeding amount=spotting", URGENT),
    ("too_much_medicine", "overdose kind=too_much", URGENT),
    ("breathing_trouble", "breathing kind=short", EMERGENCY),
    ("face_throat_swelling", "swelling place=lips", EMERGENCY),
    ("face_throat_swelling", "throat sign=cannot_swallow", EMERGENCY),
    ("adrenaline_used", "reaction kind=adrenaline", EMERGENCY),
    ("chest_pain_or_blood_cough", "chest kind=tight", EMERGENCY),
    ("chest_pain_or_blood_cough", "cough kind=blood", EMERGENCY),
    ("collapse_or_shock", "collapse sign=collapsed", EMERGENCY),
    ("sepsis_signs", "sepsis sign=confused", EMERGENCY),
    ("sepsis_signs", "chills level=rigor", EMERGENCY),
    ("neuro_signs", "neuro sign=face_droop", EMERGENCY),
    ("neuro_signs", "head severity=sudden_worst", EMERGENCY),
    ("tss_pattern", "temperature celsius=39 ; skin sign=sunburn_rash", EMERGENCY),
    ("self_harm", "self_harm level=thoughts", URGENT),
    ("abuse_disclosed", "abuse danger=past", URGENT),
]
ORDER = ["none", "normal", "ask", "call_soon", "urgent", "emergency"]


def expected(profile: str, day: int) -> str:
    """Return the tier of a profile on a day; below call_soon it becomes call_soon after day 30 (rule 41)."""
    words = profile.split()
    found = [name for start, name in zip(words[::2], words[1::2], strict=True) if int(start) <= day][-1]
    return "call_soon" if day > 30 and ORDER.index(found) < ORDER.index("call_soon") else found


@pytest.mark.parametrize(("finding", "text", "profile"), PROFILES, ids=[f"{row[0]}: {row[1]}" for row in PROFILES])
def test_finding_has_its_tier_on_every_day(finding: str, text: str, profile: str, protocol: Protocol) -> None:
    """H-01, H-02, H-03, rules 1-10, 14, 41: each finding gives its tier from day 0 to 40, and unknown the highest."""
    results = [tier(conclude(protocol, text, day)) for day in range(41)]
    unknown = max((expected(profile, day) for day in protocol.unknown_days), key=ORDER.index)
    assert results == [expected(profile, day) for day in range(41)]
    assert tier(conclude(protocol, text, None)) == unknown
    named = {hit.id for day in range(11) for hit in conclude(protocol, text, day).findings if hit.status == "present"}
    assert finding in named


def test_every_finding_has_a_row(protocol: Protocol) -> None:
    """H-02: no finding of the protocol goes untested; 70 of the evidence note and near_faint."""
    assert {row[0] for row in PROFILES} == {rule.id for rule in protocol.findings}
    assert len(protocol.findings) == 71


def test_urgent_findings_ask_nothing(protocol: Protocol) -> None:
    """H-01, rule 43: no question stands before an urgent instruction."""
    texts = [text for _, text, profile in PROFILES if profile in (URGENT, EMERGENCY)]
    results = [conclude(protocol, text, 1) for text in texts]
    assert {result.question for result in results} == {None}
    assert {result.outcome for result in results} == {Outcome.URGENT}
