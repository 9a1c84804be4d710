from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.intent_classifier import RANKED, LinearIntentClassifier

pytestmark = pytest.mark.model

EXAMPLES = {
    "greet": ["hello", "hi there", "hello nurse"],
    "thanks": ["thank you", "thanks a lot", "thanks so much"],
    **{f"other_{number}": [f"word{number} item", f"word{number}"] for number in range(5)},
}


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> LinearIntentClassifier:
    """A classifier that was trained, stored and loaded again."""
    storage = LocalModelStorage(Path(tmp_path_factory.mktemp("model")))
    resource, context = Resource("intents"), ExecutionContext(GraphSchema({}))
    rows = [Message({"text": text, "intent": intent}) for intent, texts in EXAMPLES.items() for text in texts]
    LinearIntentClassifier.create({}, storage, resource, context).train(TrainingData(rows))
    return LinearIntentClassifier.load({}, storage, resource, context)


def test_intent_and_ranking(classifier: LinearIntentClassifier) -> None:
    """The likeliest intent is set with its confidence, and the ranking falls."""
    parsed = classifier.process([Message({"text": "hello there"})])[0].as_dict(only_output_properties=True)
    shares = [row["confidence"] for row in parsed["intent_ranking"]]

    assert parsed["intent"] == parsed["intent_ranking"][0]
    assert parsed["intent"]["name"] == "greet"
    assert (len(shares), shares) == (RANKED, sorted(shares, reverse=True))


def test_guard_changes_nothing(classifier: LinearIntentClassifier) -> None:
    """The invisible mark before a leading slash does not change what is read."""
    plain, guarded = classifier.process([Message({"text": "/thanks"}), Message({"text": "\u200b/thanks"})])

    assert guarded.get("intent_ranking") == plain.get("intent_ranking")


@pytest.mark.parametrize("text", ["", "  ", None])
def test_empty_text_has_no_intent(classifier: LinearIntentClassifier, text: str | None) -> None:
    """Nothing typed is no intent, with confidence 0."""
    assert classifier.process([Message({"text": text})])[0].get("intent") == {"name": None, "confidence": 0.0}
