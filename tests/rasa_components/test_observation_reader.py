from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.observation_reader import ObservationReader
from tests.rasa_components.fakes import FakeReader

pytestmark = pytest.mark.model


def read(text: str, metadata: dict[str, Any] | None = None, **data: Any) -> Message:
    """Run the component over one message."""
    return ObservationReader(FakeReader).process([Message({"text": text, "metadata": metadata, **data})])[0]


def test_observations_and_entities() -> None:
    """Every observation is passed on whole, and as an entity named by the complaint with the status as its value."""
    parsed = read("no bleeding, cramps").as_dict(only_output_properties=True)

    assert parsed["entities"] == [
        {"entity": "bleeding", "start": 3, "end": 11, "value": "present", "extractor": "ObservationReader"},
        {"entity": "pain", "start": 13, "end": 19, "value": "present", "extractor": "ObservationReader"},
    ]
    assert [row["complaint"] for row in parsed["observations"]] == ["bleeding", "pain"]
    assert (parsed["sounds_ill"], parsed["language"]) == (False, "en")


def test_keeps_earlier_entities() -> None:
    """Entities that another component found before stay."""
    earlier = {"entity": "other", "start": 0, "end": 2, "value": "no", "extractor": "X"}

    assert read("no cramps", entities=[earlier]).get("entities")[0] == earlier


def test_question_and_recent_complaint_reach_the_reader() -> None:
    """The open question and the complaint last spoken of travel in the metadata, so that "yes" is read as an answer."""
    assert read("yes", {"question": "pad", "recent": "pain"}).get("answer") == {"question": "pad", "answer": "yes"}


def test_spans_count_in_the_text_as_typed() -> None:
    """Rasa strips and guards the text; spans still mark the patient's own words (H-13)."""
    typed = "  /deny cramps"
    [entity] = read("\u200b/deny cramps", {"as_typed": typed}).get("entities")

    assert typed[entity["start"] : entity["end"]] == "cramps"


def test_reader_is_built_once_and_late() -> None:
    """Training needs no reader; reading builds it at the first message and keeps it."""
    built: list[FakeReader] = []
    component = ObservationReader(lambda: built.append(FakeReader()) or built[-1])
    assert built == []

    component.process([Message({"text": "hi"}), Message({"text": "cramps"})])
    component.process([Message({"text": "bye"})])

    assert [[text for text, _, _ in reader.calls] for reader in built] == [["hi", "cramps", "bye"]]


def test_failure_goes_up() -> None:
    """A reader that raises is never taken for a message without symptoms (H-12)."""
    with pytest.raises(ValueError, match="raise"):
        read("please raise")
