from __future__ import annotations

from datetime import date

import pytest

from bot.replies.situation import Situation, facts, level_of, new_requests, quoted
from bot.site import Site
from bot.triage.assessment import Assessment, Evidence, FindingHit, Outcome, Reason, TimeLimit

FAMILIES = {"crisis": frozenset({"self_harm"}), "abuse": frozenset({"abuse_disclosed"})}
OTHER = "emergency_other_person"
OPEN_MS = 1_795_446_000_000


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("soaked a pad",), "soaked a pad"),
        (("soaked  a\n\tpad", "fever"), "soaked a pad ... fever"),
        (("fever", "fever", "chills", "rash"), "fever ... chills"),
        (("{clinic_phone} 0[x] <b>",), "clinic_phone 0 x b"),
        (("“quoted” \u202eback",), "quoted back"),
        (("a" * 100,), "a" * 90 + " ..."),
        (("word " * 20,), " ".join(["word"] * 18) + " ..."),
        ((), ""),
        (("  ", "{}"), ""),
    ],
)
def test_her_words_are_quoted_short_and_harmless(words: tuple[str, ...], text: str) -> None:
    """H-08: a quote can neither break a sentence nor be read as a placeholder, here or by Rasa (`0[`, braces)."""
    assert quoted(words) == text


def test_values_know_the_date_and_words_only_when_given(site: Site) -> None:
    """H-08: no date is made up."""
    bare = Situation(site, 0).values()
    full = Situation(site, 0, hsg_date=date(2026, 11, 20), words=("fever",)).values()
    assert {key: full[key] for key in set(full) - set(bare)} == {"hsg_date": "Friday, November 20", "words": "fever"}


@pytest.mark.parametrize(
    ("assessment", "level"),
    [
        (Assessment(), "none"),
        (Assessment(Outcome.NORMAL), "normal"),
        (Assessment(Outcome.URGENT), "urgent"),
        (Assessment(Outcome.URGENT, emergency=True), "emergency"),
    ],
)
def test_emergency_is_a_level_of_its_own(assessment: Assessment, level: str) -> None:
    """H-07: urgent with the emergency number first is told from plain urgent."""
    assert level_of(assessment) == level


def test_facts_of_a_bare_case(site: Site) -> None:
    """H-07: nothing is assumed that was not given."""
    assert facts(Assessment(), Situation(site, 0), FAMILIES, OTHER) == {"none", "intent:", "language:en", "shut"}


def test_facts_of_a_full_case(site: Site) -> None:
    """H-07: everything that plans may ask about is told."""
    assessment = Assessment(
        Outcome.CALL_SOON,
        time_limit=TimeLimit.NEXT_OPENING,
        findings=(
            FindingHit("fever_reported", "denied", (Evidence("m2", 0, 4),)),
            FindingHit("soaked_pad", "hypothetical", (Evidence("m1", 0, 4),)),
            FindingHit("breathing_trouble", "other_person", (Evidence("m2", 5, 9),)),
            FindingHit("dysuria", "present", (Evidence("m2", 9, 12),)),
        ),
        question="pain_course",
        advice=("call_soon_urine", OTHER),
        requests=("wants_person", "wants_data"),
    )
    full = Situation(
        site, OPEN_MS, day=31, hsg_date=date(2026, 10, 23), first=True, again=True, carer=True, flag_open=True,
        words=("burns",), intent="thanks", topic="sex", language="fr",
        message_id="m2", said=frozenset({"utter_request_wants_data"}),
    )  # fmt: skip
    assert facts(assessment, full, FAMILIES, OTHER) == {
        "call_soon", "next_opening", "denied", "other_person", "question", "request", "foreign", "open", "late",
        "dated",
        "first", "again", "carer", "flag_open", "quoted", "intent:thanks", "topic", "language:fr", "advice",
        "said:utter_request_wants_data",
        "other_emergency",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["self_harm"], {"crisis", "only_crisis"}),
        (["abuse_disclosed"], {"abuse", "only_abuse"}),
        (["self_harm", "pain_severe"], {"crisis"}),
        (["pain_severe"], set()),
    ],
)
def test_safeguarding_alone_is_told_from_beside_a_symptom(site: Site, rules: list[str], expected: set[str]) -> None:
    """H-07, rule 44: a red flag beside a crisis gets the medical reply, with the crisis line added."""
    reasons = tuple(Reason(rule, Outcome.URGENT, False, ()) for rule in rules)
    found = facts(Assessment(Outcome.URGENT, reasons=reasons), Situation(site, 0), FAMILIES, OTHER)
    assert {fact for fact in found if "crisis" in fact or "abuse" in fact} == expected


def test_lower_reason_does_not_make_a_crisis_reply_medical(site: Site) -> None:
    """Rule 44: suicidal thoughts with mild cramps get the crisis reply."""
    reasons = (Reason("self_harm", Outcome.URGENT, False, ()), Reason("cramp_mild", Outcome.NORMAL, False, ()))
    assert "only_crisis" in facts(Assessment(Outcome.URGENT, reasons=reasons), Situation(site, 0), FAMILIES, OTHER)


@pytest.mark.parametrize(("message", "told"), [("m1", True), ("m2", False), ("", True)])
def test_what_was_said_of_others_is_answered_in_its_own_reply(site: Site, message: str, told: bool) -> None:
    """H-08, rule 41: somebody else's emergency is answered when it is told, not in every later reply."""
    hit = FindingHit("breathing_trouble", "other_person", (Evidence("m1", 0, 4),))
    found = facts(Assessment(findings=(hit,), advice=(OTHER,)), Situation(site, 0, message_id=message), FAMILIES, OTHER)
    assert ("other_emergency" in found, "other_person" in found) == (told, told)


def test_answered_wish_is_not_answered_again(site: Site) -> None:
    """R7: her wish for a person stays with the nurses and is confirmed once."""
    asked = Assessment(requests=("wants_person",))
    again = Situation(site, 0, said=frozenset({"utter_request_wants_person"}))
    assert "request" in facts(asked, Situation(site, 0), FAMILIES, OTHER)
    assert "request" not in facts(asked, again, FAMILIES, OTHER)


@pytest.mark.parametrize(("language", "foreign"), [("fr", True), ("en", False), ("", False)])
def test_each_message_that_we_cannot_read_says_so(site: Site, language: str, foreign: bool) -> None:
    """H-08: also the second one, though the wish for help in her language was answered."""
    situation = Situation(site, 0, language=language, said=frozenset({"utter_language_fr"}))
    assert new_requests(Assessment(requests=("other_language",)), situation) == (("other_language",) if foreign else ())
    told = {"foreign", "request"} & facts(Assessment(), situation, FAMILIES, OTHER)
    assert told == ({"foreign", "request"} if foreign else set())
