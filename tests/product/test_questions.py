"""How often the whole pipeline names the subject of a question: thresholds under the figures of docs/language.md."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.dialogue import Dialogue
from bot.rasa_components.freshness import model_file
from bot.settings import ROOT, load_settings
from bot.triage.lined_yaml import read_yaml

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")]
QUESTIONS = read_yaml(ROOT / "tests" / "cases" / "questions.yml")
UNKNOWN = {"", "unknown", "no_source"}
"""No answer, and said so."""
DEADLINE = 30.0


@pytest.fixture(scope="module")
def dialogue() -> Iterator[Dialogue]:
    """The trained pipeline; nothing is assessed or worded."""
    talk = Dialogue(model_file(load_settings({}).model_dir), None, None)  # type: ignore[arg-type]
    talk.start()
    yield talk
    talk.close()


@pytest.mark.parametrize(("part", "right", "wrong"), [("tuned", 0.95, 0.02), ("sealed", 0.95, 0.03)])
def test_topics_of_held_out_questions(dialogue: Dialogue, part: str, right: float, wrong: float) -> None:
    """Issue 5: at least so many answered from their subject, at most so many from another one."""
    asked = [(text, topic) for topic, texts in QUESTIONS[part].items() for text in texts]
    found = asyncio.run(_topics(dialogue, [text for text, _ in asked]))
    pairs = [(name, {topic} if topic != "unknown" else UNKNOWN) for name, (_, topic) in zip(found, asked, strict=True)]
    assert sum(name in accepted for name, accepted in pairs) >= right * len(pairs)
    assert sum(name not in accepted | {""} for name, accepted in pairs) <= wrong * len(pairs)


async def _topics(dialogue: Dialogue, texts: list[str]) -> list[str]:
    return [str((await dialogue.read(text, {}, DEADLINE)).get("topic") or "") for text in texts]
