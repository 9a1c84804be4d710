"""The intent classifier as a Rasa component; the model itself is `linear_model`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import linear_model
from bot.rasa_components.linear_model import LinearModel

INTENT_RANKING = "intent_ranking"
RANKED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent` and the five likeliest of `intent_ranking`; weights are stored as npz and JSON."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Return an untrained classifier."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Return the trained classifier; a damaged model raises and the agent does not start."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, LinearModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the intent examples of `data/nlu/` and store the weights."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = LinearModel.fit(
            [example.get(TEXT) for example in examples], [example.get(INTENT) for example in examples]
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message; an empty text has none."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        if self._model is None or not text.strip():
            return []
        shares = self._model.probabilities(text)
        best = np.argsort(-shares, kind="stable")[:RANKED]
        return [{"name": self._model.labels[index], "confidence": float(shares[index])} for index in best]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the features' code: Rasa's own fingerprint sees only this class, and would reuse old weights."""
        return hashlib.sha256(Path(linear_model.__file__).read_bytes()).hexdigest()
