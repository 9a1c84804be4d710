from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.actions import ProductionError, ScratchDesk, guard
from bot.settings import load_settings
from bot.triage.assessment import Outcome
from bot.triage.observation import Observation


def tracker(text: str, message_id: str, sender: str = "shell") -> Tracker:
    """A tracker as `rasa shell` sends it: with Rasa's own message id."""
    latest: dict[str, Any] = {"text": text, "message_id": message_id}
    return Tracker.from_dict({"sender_id": sender, "latest_message": latest, "events": [], "slots": {}})


@pytest.fixture(scope="module")
def desk() -> ScratchDesk:
    """A desk of the demo site."""
    return ScratchDesk(load_settings({}))


def test_conversation_goes_on(desk: ScratchDesk) -> None:
    """What was said earlier in the shell still counts, and another shell is another patient."""
    bleeding = Observation("bleeding", attributes={"amount": "soaked"}, end=4).to_dict()
    said = [
        desk.step(desk.message_id(tracker("soaked", "m1")), {"observations": [bleeding]}),
        desk.step(desk.message_id(tracker("hello", "m2")), {"observations": []}),
        desk.step(desk.message_id(tracker("hello", "m1", "other")), {"observations": []}),
    ]

    assert [item.outcome for item in said] == [Outcome.URGENT, Outcome.URGENT, Outcome.NONE]


def test_same_message_is_the_same(desk: ScratchDesk) -> None:
    """A message that Rasa sends twice is stored once."""
    assert desk.message_id(tracker("hi", "m7")) == desk.message_id(tracker("hi", "m7"))


def test_words_an_assessment(desk: ScratchDesk) -> None:
    """The plan's responses come with the site's numbers."""
    message_id = desk.message_id(tracker("hello", "m8"))
    reading = {"observations": [], "intent": {"name": "greet", "confidence": 0.9}}
    [(first, values), *_] = desk.wording(message_id, desk.step(message_id, reading), reading)

    assert first.startswith("utter_")
    assert values["emergency_phone"] == desk.notice["emergency_phone"] == "911"


@pytest.mark.parametrize(
    ("environ", "host"), [({}, "127.0.0.1"), ({"HSG_ENVIRONMENT": "demo", "SANIC_HOST": "::1"}, "::1")]
)
def test_host(environ: dict[str, str], host: str) -> None:
    """The server binds this machine only, unless someone says otherwise in so many words."""
    assert guard(environ) == host


def test_not_in_production() -> None:
    """Without authentication it has no place near patients (H-18)."""
    with pytest.raises(ProductionError, match="make run"):
        guard({"HSG_ENVIRONMENT": "production"})
