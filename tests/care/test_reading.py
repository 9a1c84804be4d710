from __future__ import annotations

import pytest

from bot.casework.reading import Reading
from bot.triage.observation import Observation


@pytest.mark.parametrize(
    ("intent", "confidence", "named", "added"),
    [
        ("ask_human", 0.31, (), ["wants_person"]),
        ("stop_messages", 0.7, (), ["wants_stop"]),
        ("stop_messages", 0.45, (), []),
        ("data_request", 0.7, (), ["wants_data"]),
        ("ask_human", 0.9, ("wants_person",), []),
        ("crisis", 0.8, (), ["distress"]),
        ("crisis", 0.8, ("abuse",), []),
        ("crisis", 0.6, (), []),
        ("thanks", 0.99, (), []),
    ],
)
def test_an_intent_adds_what_no_word_said(
    intent: str, confidence: float, named: tuple[str, ...], added: list[str]
) -> None:
    """Safety rule 2: a model may add an observation or raise doubt, and is silent where the words were read."""
    reading = Reading(tuple(Observation(name) for name in named), intent=intent, confidence=confidence)

    assert [seen.complaint for seen in reading.meant] == added
