"""The intent classifier as a Rasa component; the model itself is `linear_model`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import linear_model
from bot.rasa_components.linear_model import LinearModel
from bot.rasa_components.trained import TrainedComponent

INTENT_RANKING = "intent_ranking"
RANKED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(TrainedComponent[LinearModel], IntentClassifier):
    """Sets `intent` and the five likeliest of `intent_ranking`; weights are stored as npz and JSON."""

    CODE = (linear_model,)

    @classmethod
    def stored(cls, folder: Path) -> LinearModel:
        """Read the model."""
        return LinearModel.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the intent examples of `data/nlu/` and store the weights."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = LinearModel.fit(
            [example.get(TEXT) for example in examples], [example.get(INTENT) for example in examples]
        )
        with self._storage.write_to(self._resource) as folder:
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
