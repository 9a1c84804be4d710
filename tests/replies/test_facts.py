"""Evidence section 4 and the seeds: each fact of each aftercare subject stands in its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.replies.plans import Plans, plan
from bot.replies.responses import FAQ, Responses
from bot.replies.situation import Situation
from bot.site import Site
from bot.triage.assessment import Assessment
from tests.replies.cases import OPEN_MS

FACTS = {
    "what_is": ("X-ray test of the womb and the tubes", "dye", "tubes are open"),
    "why": ("hard to get pregnant or stay pregnant", "closed on purpose", "block", "growth", "scars"),
    "how": ("on your back", "thin tube", "balloon", "cramps", "less than five minutes", "go home the same day"),
    "when": ("after your period has ended", "before the egg is let go", "day 7 to 10", "not pregnant"),
    "who_not": ("pregnant", "pelvic infection", "reaction to dye"),
    "risks": ("infection", "harm to the womb", "reaction to the dye", "rare"),
    "prepare": ("painkiller an hour before", "antibiotics", "drive you home", "ovulation tests"),
    "pain": ("Mild or medium cramps", "five minutes to a few hours", "if a tube is blocked"),
    "expected": ("cramps", "sticky discharge", "light spotting", "dizzy", "day 2", "call your clinic"),
    "discharge": ("dye comes out", "sticky", "two days", "pad", "smells bad"),
    "results": ("same day", "full report goes to the doctor", "I cannot read results"),
    "blocked": ("can tighten", "look blocked when it is not", "does not show all causes", "IVF"),
    "sex": ("48 hours", "until the bleeding and discharge have stopped"),
    "tampons": ("pads, not tampons or cups", "next period", "douche", "48 hours"),
    "washing": ("shower", "outside gently with soap and water", "clean pad"),
    "bath_swim": ("baths, pools and hot tubs", "48 hours", "not much proof", "when you can swim"),
    "exercise": ("Light exercise", "Stop if you bleed more or the pain grows", "no proven limit"),
    "work": ("same day or the next",),
    "driving": ("someone drive you home", "24 hours", "dizzy"),
    "painkillers": ("label or your clinic says", "until the pain is bad", "pregnant", "ulcers", "kidney", "asthma",
                    "blood thinners", "allergy", "cannot tell you how much"),
    "heat_pad": ("no HSG study", "numb"),
    "antibiotics": ("Not everyone", "to the end", "missed one", "Never take two at once", "full glass of water",
                    "30 minutes", "left over"),
    "medicines": ("before you change any medicine", "vitamins, herbs", "list of what you take"),
    "conceive": ("same cycle", "within days", "ask yours first"),
    "chance": ("Some studies", "oil dye", "No one can promise"),
    "period": ("does not change your period", "late, do a home test and call"),
    "radiation": ("low", "1.2 mSv", "not been shown to harm a baby that starts after", "call your clinic today"),
    "breastfeeding": ("water dye", "no need to stop", "oil dye, ask your clinic"),
    "contrast": ("iodine", "water dye and oil dye", "stays in the body longer"),
    "dye": ("leaks out", "takes it up", "Oil dye stays longer"),
    "allergy": ("shellfish", "past reaction to dye", "rash"),
    "thyroid": ("water dye, the effect on the thyroid is small", "for months", "blood test", "pregnant"),
    "contraception": ("Keep on with birth control", "three months"),
    "follow_up": ("next visit", "list of medicines"),
    "no_source": ("no good source", "ask your clinic"),
}  # fmt: skip


@pytest.fixture
def situation(site: Site) -> Situation:
    """Somebody who asks on day 1."""
    return Situation(site, OPEN_MS, 1, intent="aftercare_question")


def test_every_topic_has_its_facts(plans: Plans) -> None:
    """The table below misses no topic."""
    assert set(FACTS) == set(plans.topics)


@pytest.mark.parametrize("topic", FACTS)
def test_answer_has_facts_source_and_the_clinics_advice_first(
    topic: str, responses: Responses, plans: Plans, situation: Situation
) -> None:
    """Evidence 4: the facts, where they come from, that the own clinic goes first, that a machine wrote it."""
    codes = responses[FAQ + topic].sources
    asked = replace(situation, topic=topic, sources=plans.named(codes))
    text = "\n".join(part.text for part in responses.render(plan(plans, Assessment(), asked)))
    assert [fact for fact in FACTS[topic] if fact not in text] == []
    assert text.index("Your own clinic's advice comes first.") > text.index(FACTS[topic][0])
    assert ("Based on: " in text) == bool(plans.named(codes))
    assert "This is an automated reply." in text


def test_only_judgement_goes_without_a_named_source(responses: Responses, plans: Plans) -> None:
    """Evidence 7: the patient is told of a source wherever there is one that she can be told of."""
    unnamed = {topic: responses[FAQ + topic].sources for topic in plans.topics}
    unnamed = {topic: codes for topic, codes in unnamed.items() if not plans.named(codes)}
    assert unnamed == {"heat_pad": ("J",), "period": ("X18", "X38"), "no_source": ("J",)}
