"""Answers to the open question: buttons, bare words, numbers, and "not sure"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.language.reader import Reader
from bot.language.reading import MEASURED, NOT_SURE, Answer
from bot.triage.protocol import Protocol

DOMAIN = Path(__file__).parents[2] / "domain.yml"


def _buttons() -> Iterator[tuple[str, str, str]]:
    """Yield question id, what the button sends, and the answer id that it stands for."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    for name, variations in responses.items():
        meta = variations[0].get("metadata") or {}
        answers = meta.get("answers", [])
        for button, answer in zip(variations[0].get("buttons", []) if answers else [], answers, strict=True):
            yield meta.get("follow_up", name.removeprefix("utter_ask_")), button["payload"], answer


@pytest.mark.parametrize(("question", "text", "answer"), list(_buttons()))
def test_every_button_is_read_as_its_answer(
    reader: Reader, protocol: Protocol, question: str, text: str, answer: str
) -> None:
    """DESIGN.md: buttons send plain text; each must be read as what it stands for; H-answer-misread.

    Where a button says the number that the question asks for, the number is read.
    """
    asked = {**protocol.follow_ups, **protocol.questions}[question]
    numbers = {one.id for one in asked.answers if asked.measure in one.observation.measures}
    accepted = {answer, MEASURED} if answer in numbers else {answer}

    given = reader.read(text, question=question).answer
    assert given is not None
    assert given.answer in accepted


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("bleeding_amount", "just a few drops", "drops"),
        ("bleeding_amount", "more like my usual period", "like_period"),
        ("bleeding_amount", "soaked one", "soaked_one"),
        ("clot_size", "the big ones", "bigger"),
        ("clot_size", "tiny", "smaller"),
        ("pain_strength", "like a 2 i think", MEASURED),
        ("pain_strength", "8", MEASURED),
        ("pain_strength", "pretty bad", "severe"),
        ("pain_course", "a bit better", "better"),
        ("pain_course", "not better", "same"),
        ("pain_relief", "nope nothing", "not_helped"),
        ("fever_reading", "101.2", MEASURED),
        ("fever_reading", "dont own a thermometer", "hot_no_thermometer"),
        ("faint_sure", "no", "no"),
        ("faint_sure", "yeah", "yes"),
        ("allergy_sure", "none", "none"),
        ("distress_safe", "yes", "safe"),
        ("distress_safe", "no", "not_safe_now"),
        ("hsg_day", "yesterday", "yesterday"),
        ("vomit_count", "5 times", MEASURED),
        ("shoulder_place", "right at the tip", "tip"),
        ("discharge_look", "2", "pink_or_brown"),
        ("pain_strength", "not sure", NOT_SURE),
        ("bleeding_amount", "idk", NOT_SURE),
        ("pain_course", "hard to say", NOT_SURE),
        ("pain_strength", "when do you open", None),
        ("no_such_question", "yes", None),
        ("check", "ring the number you gave me", "yes"),
        ("check", "id sleep it off", "no"),
        ("check", "i won't phone anyone", "no"),
        ("check", "thank you", None),
        ("called", "rang three times, straight to voicemail", "no_answer"),
        ("called", "haven't had a chance", "no"),
        ("called", "they said come at 3", "yes"),
        ("company", "my sister's with me", "yes"),
        ("company", "no one, just me", "no"),
        ("safe_now", "nope", "no"),
        ("safe_now", "yes but the tablets are here", "no"),
        ("safe_now", "i suppose so, maybe", "no"),
        ("safe_now", "i am safe", "yes"),
        ("safe_here", "he goes through my phone", "no"),
        ("safe_here", "yeah he's out", "yes"),
    ],
)
def test_bare_answers_are_read_with_their_question(
    reader: Reader, question: str, text: str, answer: str | None
) -> None:
    """Rule 36: what answers the question closes it; what does not is counted as unanswered."""
    expected = None if answer is None else Answer(question, answer)

    assert reader.read(text, question=question).answer == expected
