"""What a question is about, by its words (bot/protocols/en/topics.yml)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.reader import Reader
from bot.language.topics import Topics
from bot.replies.plans import load_plans
from bot.settings import ROOT
from bot.triage.lined_yaml import ProtocolError, read_yaml

UNKNOWN = "unknown"
QUESTIONS = read_yaml(ROOT / "tests" / "cases" / "questions.yml")["tuned"]


def test_every_topic_has_words_and_an_answer(reader: Reader) -> None:
    """Issue 5: each subject that can be answered is recognised, and each that is recognised can be answered."""
    plans = load_plans(ROOT / "bot" / "protocols" / "replies.yml")
    assert reader.topics.names == {*plans.topics, UNKNOWN}


@pytest.mark.parametrize("topic", QUESTIONS)
def test_questions_are_recognised(reader: Reader, topic: str) -> None:
    """Issue 5: questions as patients word them; no answer is given to what has none."""
    accepted = {topic} if topic != UNKNOWN else {UNKNOWN, "no_source", ""}
    found = {text: reader.topic(text, asking=True) for text in QUESTIONS[topic]}
    assert {text: name for text, name in found.items() if name not in accepted} == {}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I can't walk to the kitchen for the pain", ""),
        ("it started on the bus home and has not stopped", ""),
        ("i am crampy but i could do with knowing, is swimming ok", "bath_swim"),
        ("My pad is soaked. Can I have sex tonight?", "sex"),
        ("I went to the pool yesterday. When will the report be back?", "results"),
    ],
)
def test_only_what_asks_is_read(reader: Reader, text: str, topic: str) -> None:
    """H-07: a report of symptoms asks nothing, whatever else it names."""
    assert reader.topic(text) == topic


@pytest.mark.parametrize(
    ("lines", "mend"),
    [
        ("  - sex: ['sex & may|can']", "beside & put alternatives in brackets"),
        ("  - sex: ['@nothing']", "list '@nothing' is unknown"),
        ("words: []", "unknown key 'words'"),
    ],
)
def test_wrong_file_names_line_and_mend(reader: Reader, tmp_path: Path, lines: str, mend: str) -> None:
    """H-02: a pattern that cannot be read is refused at start."""
    path = tmp_path / "topics.yml"
    path.write_text(f"asks: ['?']\ntopics:\n  - bath_swim: ['pool']\n{lines}\n", encoding="utf-8")
    with pytest.raises(ProtocolError, match=mend):
        Topics(path, reader.resources.notation)
