from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_components import runtime
from bot.rasa_components.runtime import ReplyChannel, SlotTrackerStore, StrictResponses, guarded

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")]

DOMAIN = """
version: "3.1"
slots:
  language: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
RESPONSES = {
    "utter_call": [
        {"text": "Call {clinic_phone}.", "buttons": [{"title": "{yes}", "payload": "yes"}]},
        {"text": "Llame al {clinic_phone}.", "condition": [{"type": "slot", "name": "language", "value": "es"}]},
    ]
}


@pytest.mark.parametrize("text", ["/restart", " /deny", '\t/greet{"a": "b"}', "\u00a0/x", "\u3000/back"])
def test_slash_is_guarded(text: str) -> None:
    """Text whose first visible character is a slash is a command to Rasa; guarded it is plain text (H-16)."""
    assert not guarded(text).strip().startswith("/")


@pytest.mark.parametrize("text", ["", "cramps", "pain 8/10", "\u200b/x"])
def test_other_text_is_left_alone(text: str) -> None:
    """Only such text is touched."""
    assert guarded(text) == text


@pytest.fixture
def store() -> SlotTrackerStore:
    """A tracker store with one slot in its domain."""
    store = SlotTrackerStore()
    store.domain = Domain.from_yaml(DOMAIN)
    return store


def test_tracker_keeps_slots_only(store: SlotTrackerStore) -> None:
    """A saved tracker comes back with its slots and without any message: patient text stands in one place only."""
    tracker = DialogueStateTracker("c1", store.domain.slots)
    store.put("c1", {"language": "es"})
    asyncio.run(store.save(tracker))
    back = asyncio.run(store.retrieve("c1"))

    assert back.current_slot_values()["language"] == "es"
    assert [event.type_name for event in back.events] == ["slot", "action"]


def test_unknown_conversation_waits_for_a_message(store: SlotTrackerStore) -> None:
    """A lost tracker looks like a new one, not like an error."""
    assert asyncio.run(store.retrieve("never seen")).latest_action_name == "action_listen"


def test_old_conversations_are_dropped(store: SlotTrackerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded: the conversation that was quiet longest goes first."""
    monkeypatch.setattr(runtime, "KEPT_TRACKERS", 2)
    for sender in ("a", "b", "a", "c"):
        store.put(sender, {"language": "en"})

    assert list(asyncio.run(store.keys())) == ["a", "c"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {"text": "Call 555.", "buttons": [{"title": "Yes {x}", "payload": "yes"}]}),
        ("es", {"text": "Llame al 555."}),
    ],
)
def test_responses_are_filled(language: str, expected: dict[str, Any]) -> None:
    """The language picks the variation, English where there is none; braces inside a value stay as they are."""
    said = StrictResponses(RESPONSES).generate_from_slots(
        "utter_call", {"language": language}, "x", clinic_phone="555", yes="Yes {x}"
    )

    assert {key: said[key] for key in expected} == expected


@pytest.mark.parametrize(("name", "values"), [("utter_unknown", {}), ("utter_call", {"yes": "Yes"})])
def test_no_blank_reaches_the_patient(name: str, values: dict[str, str]) -> None:
    """An unknown response and a missing value are errors (H-08); stock Rasa shows the placeholder or nothing."""
    with pytest.raises(LookupError):
        StrictResponses(RESPONSES).generate_from_slots(name, {}, "x", **values)


def test_reply_stays_whole() -> None:
    """A reply with a blank line in it stays one reply."""
    channel = ReplyChannel()
    asyncio.run(channel.send_response("c1", {"utter_action": "utter_x", "text": "one\n\ntwo", "buttons": None}))

    assert channel.replies == [{"response": "utter_x", "text": "one\n\ntwo", "buttons": []}]
