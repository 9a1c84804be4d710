"""The review page holds the whole protocol, in plain words, and is up to date."""

from __future__ import annotations

import re

import pytest

from bot.review.content import REVIEW, Content
from bot.review.open_questions import load_open_questions
from bot.review.plain import Plain
from bot.triage.atoms import parse_atom
from bot.triage.conditions import Condition, Several

WORDS = [
    (parse_atom("bleeding amount=heavy,soaked"), "bleeding (heavy or soaked)"),
    (
        parse_atom("pain kind=pain severity=unsaid score=unsaid"),
        "belly/pelvic pain (pain, severity and score not said)",
    ),
    (parse_atom("temperature celsius>=37.77"), "temperature (37.8 °C (100.0 °F) or more)"),
    (parse_atom("bleeding pads_per_hour>=2"), "bleeding (2 or more soaked pads an hour)"),
    (parse_atom("pain stops=sleep,standing"), "belly/pelvic pain (stops sleep or standing)"),
    (parse_atom("fever @uncertain"), "doubts: fever"),
    (parse_atom("finding:soaked_pad"), "“a pad soaked through, flooding or gushing blood”"),
    (parse_atom("group:infection"), "any finding of *infection*"),
    (parse_atom("factor:blood_thinner"), "she has or had: blood thinner"),
    (parse_atom("day<=0"), "on day 0"),
    (parse_atom("day>=3"), "from day 3"),
    (Several(2, (parse_atom("rash"), parse_atom("faint"))), "rash **and** fainting"),
    (Several(1, (parse_atom("rash"), parse_atom("faint"))), "rash or fainting"),
    (
        Several(2, (parse_atom("rash"), parse_atom("faint"), parse_atom("nausea"))),
        "at least 2 of: rash; fainting; nausea",
    ),
]


@pytest.fixture(scope="module")
def page(content: Content) -> str:
    """The page as the command writes it."""
    return content.review_page()


def test_page_is_up_to_date(page: str) -> None:
    """The clinician signs what is in force (H-05): the committed page is what the files give now."""
    assert REVIEW.read_text(encoding="utf-8") == page, "run: python -m bot protocol render"


def test_page_does_not_depend_on_the_clock(content: Content, page: str) -> None:
    """The same files give the same page."""
    assert content.review_page() == page


@pytest.mark.parametrize(("condition", "words"), WORDS, ids=[words for _, words in WORDS])
def test_conditions_read_as_english(content: Content, condition: Condition, words: str) -> None:
    """Every kind of condition is put in words, thresholds with their unit (H-05)."""
    assert Plain(content.protocol, {}).words(condition) == words


def test_page_names_everything(content: Content, page: str) -> None:
    """No rule, question or advice is left out of what is signed (H-05)."""
    held = content.protocol
    entries = (*held.findings, *held.rules, *held.vague, *held.raises)
    assert [entry.id for entry in entries if f"**{entry.name}** (`{entry.id}`)" not in page] == []
    assert [name for name in held.advice if f"| `{name}` |" not in page] == []


def test_open_items_come_first(content: Content, page: str) -> None:
    """[L], then †, then the 26 questions stand with a box each before anything else."""
    head = page.partition("## 2.")[0]
    marks = [head.index(f"\n### {mark}") for mark in ("[L]", "†", "Open questions")]
    assert marks == sorted(marks)
    held = content.protocol
    noted = [entry.id for entry in (*held.findings, *held.rules, *held.vague, *held.raises) if entry.note]
    assert [name for name in noted if name not in head] == []
    assert re.findall(r"- \[ \] \*\*(Q\d+)\*\*", head) == [f"Q{number}" for number in range(1, 27)]


def test_page_has_no_blank_placeholder(page: str) -> None:
    """What patients read is shown with the site's numbers filled in (H-08)."""
    assert re.findall(r"\{\w+\}", page) == []
    assert "911" in page
    assert "216-555-0142" in page


def test_every_question_code_of_the_protocol_is_asked(content: Content) -> None:
    """A rule that rests on an open question names one that the clinician can read."""
    known = load_open_questions(content.folder / "open_questions.yml").questions
    held = content.protocol
    cited = {code for entry in (*held.findings, *held.rules, *held.vague, *held.raises) for code in entry.sources}
    assert {code for code in cited if code.startswith("Q")} <= set(known)


def test_readings_name_what_exists(content: Content) -> None:
    """A reading points at rules of the protocol, a section or a part of the program."""
    held = content.protocol
    ids = {entry.id for entry in (*held.findings, *held.rules, *held.vague, *held.raises)}
    readings = load_open_questions(content.folder / "open_questions.yml").readings
    named = {name for item in readings for name in item.where if not name.startswith(("bot/", "section "))}
    assert named <= ids
