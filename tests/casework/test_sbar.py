"""The SBAR summary: facts only, each with its message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.casework.desk import Desk, load_desk
from bot.casework.sbar import Contact, Fact, Why, as_text, sbar, unasked
from bot.replies.responses import Responses
from bot.settings import ROOT, load_settings
from bot.triage.assessment import Evidence
from bot.triage.lined_yaml import ProtocolError
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation, Status

FILE = ROOT / "bot" / "protocols" / "casework.yml"
PROTOCOL = load_protocol(load_settings({}).protocol)
RESPONSES = Responses.load(ROOT / "domain.yml")
NO_BODY = {
    "wants_person", "wants_stop", "wants_data", "other_language", "second_contact", "not_sure", "illness_unclear",
    "course", "day", "told",
}  # fmt: skip
"""Complaints that say nothing about her body or her medicines."""


def load(path: Path) -> Desk:
    """Load a file of lists against the shipped protocol and sentences."""
    return load_desk(path, PROTOCOL.vocabulary.attributes, RESPONSES.by_name)


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The lists that are shipped."""
    return load(FILE)


BARE = Contact(tier="Urgent", kind="Symptoms", raised="10:02", rules_tier="Urgent", version="2026.11")


def test_a_whole_summary(desk: Desk) -> None:
    """Every line is a fact: from the record, or a quote with the message that it stands in."""
    text = "no rash but im shivery, son has a cough"
    contact = Contact(
        **{
            **vars(BARE),
            "date": "20 Nov 2026",
            "day": "day 2",
            "contrast": "oil",
            "recorded": ("past pid",),
            "earlier": (1, "Expected"),
            "do_not_phone": True,
            "texts": {"m1": text, "n1": "Any pain?"},
            "why": (Why("chills_feverish", "chills", (Evidence("m1", 15, 22),)),),
            "observations": (
                Observation("rash", Status.DENIED, 3, 7, message_id="m1"),
                Observation("chills", start=15, end=22, message_id="m1"),
                Observation("cough", Status.OTHER_PERSON, 34, 39, message_id="m1"),
            ),
            "asked": frozenset({"pain"}),
            "override": ("Call soon", "Learnt by phone"),
            "told": (("Urgent", "b1"),),
            "wrote": ("n1",),
            "called": ("No answer (10:20)",),
            "closed": "Advised; stays at home",
        }
    )

    sections = {section.title: section.facts for section in sbar(desk.frame, contact)}

    assert sections == {
        "Situation": (
            Fact("Do not phone: she has not given a safe way and time"),
            Fact("Urgent (Symptoms), raised 10:02"),
            Fact("chills: “shivery” [chills_feverish]", "m1"),
            Fact("Written by the patient"),
        ),
        "Background": (
            Fact("HSG on 20 Nov 2026, day 2"),
            Fact("Contrast: oil"),
            Fact("past pid: on record"),
            Fact("Earlier conversations: 1, highest tier Expected"),
            Fact("Painkiller or fever medicine taken: not asked", is_gap=True),
            Fact("Pregnancy or late period: not asked", is_gap=True),
            Fact("Patient factors that she named: not asked", is_gap=True),
        ),
        "Assessment": (
            Fact("Fever, chills or feeling ill: present: “shivery”", "m1"),
            Fact("Bleeding or clots: not asked", is_gap=True),
            Fact("Pain: asked, not answered", is_gap=True),
            Fact("Discharge: not asked", is_gap=True),
            Fact("Rash, itch or swelling: denied: “rash”", "m1"),
            Fact("Breathing, throat or chest: somebody else: “cough”", "m1"),
            Fact("Faint, dizzy, weak, speech or sight: not asked", is_gap=True),
            Fact("Vomiting, nausea or bowels: not asked", is_gap=True),
            Fact("Passing urine: not asked", is_gap=True),
            Fact("Medicine trouble: not asked", is_gap=True),
            Fact("Anything else: not asked", is_gap=True),
            Fact("Safety and distress: not asked", is_gap=True),
            Fact("Tier by the rules (2026.11): Urgent"),
            Fact("Tier by the nurse: Call soon (Learnt by phone)"),
        ),
        "Recommendation": (
            Fact("The chat told her: Urgent", "b1"),
            Fact("The nurse wrote: “Any pain?”", "n1"),
            Fact("Call-back: No answer (10:20)"),
            Fact("Closed: Advised; stays at home"),
        ),
    }


def test_nothing_known_is_said_as_such(desk: Desk) -> None:
    """An empty record gives a summary of gaps, never of reassurance; as text a fact carries its message's time."""
    sections = sbar(desk.frame, BARE)
    assert [fact.words for fact in sections[1].facts][:3] == [
        "Date of the HSG: not on record",
        "Contrast: not on record",
        "No earlier conversation",
    ]
    assert as_text(sections[:1], {}) == "SITUATION\n- Urgent (Symptoms), raised 10:02\n- Written by the patient"
    assert as_text([], {"m1": "10:00"}) == ""


def test_braces_in_her_words_are_words(desk: Desk) -> None:
    """H-16: what she typed is never filled in."""
    seen = Observation("rash", start=0, end=6, message_id="m1")
    contact = Contact(**{**vars(BARE), "texts": {"m1": "{tier}"}, "observations": (seen,)})
    assert Fact("Rash, itch or swelling: present: “{tier}”", "m1") in sbar(desk.frame, contact)[2].facts


def test_no_complaint_is_left_out(desk: Desk) -> None:
    """Whatever the language layer can report has its place in the summary."""
    spoken = {name for sign in (*desk.frame.signs, *desk.frame.background) for name in sign.complaints}
    assert set(PROTOCOL.vocabulary.attributes) - spoken <= NO_BODY
    assert unasked(desk.frame, [Observation(name) for name in spoken]) == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("complaints: [urine]", "complaints: [urin]", "'urin' is no complaint"),
        ("  hello: {title", "  hallo: {title", "utter_canned_hallo"),
        ("  hello: {title: Hello}\n", "", "utter_canned_hello"),
        ("reached_by: [reached]", "reached_by: [spoke]", "reached_by"),
        ("closes_as: unreachable", "closes_as: gone", "closes_as"),
        ('    closed: "Closed', '    shut: "Closed', "'closed' is missing or unknown"),
        ("    normal: {attempts", "    calm: {attempts", "'calm' is missing or unknown"),
        ("  rule: Read", "  rule: yes #", "quote words"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    """H-05: lists that cannot be used stop the start, with what to mend."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "casework.yml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolError, match=says):
        load(wrong)
