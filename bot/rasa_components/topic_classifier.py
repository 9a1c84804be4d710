"""Which aftercare subject a question is about, as a Rasa component: by its words, else by the model (`label_model`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import label_model, linear_model
from bot.rasa_components.label_model import LabelModel
from bot.rasa_components.observation_reader import METADATA, shared_reader
from bot.rasa_components.trained import TrainedComponent

NO_TOPIC = ""
ASKING = frozenset({"aftercare_question", "hypothetical_question"})
SURE_WHEN_ASKING = 0.3
SURE = 0.45
EVERY = 5  # one of so many other examples stands for "no topic"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class TopicClassifier(TrainedComponent[LabelModel]):
    """Sets `topic` (an id of replies.yml, "unknown", or ""); stands after the intents.

    The words of topics.yml decide; only where they find nothing does the model, learnt from the groups whose metadata
    name a topic; untrained, the words alone.
    """

    CODE = (label_model, linear_model)

    @classmethod
    def stored(cls, folder: Path) -> LabelModel | None:
        """Read the model; None where the data named no topic."""
        return LabelModel.load(folder)[0] if (folder / "labels.json").is_file() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the groups with a `topic`; with none in the data, words alone decide."""
        rows = [(row.get(TEXT), _topic(row)) for row in training_data.intent_examples if row.get(TEXT)]
        named = [row for row in rows if row[1]]
        with self._storage.write_to(self._resource) as folder:
            if named:
                self._model = _fitted(named + [row for row in rows if not row[1]][::EVERY])
                self._model.save(folder, {})
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the topic of each message."""
        for message in messages:
            message.set("topic", self._found(message), add_to_output=True)
        return messages

    def _found(self, message: Message) -> str:
        text = message.get(TEXT) or ""
        asking = (message.get(INTENT) or {}).get("name") in ASKING
        reader = shared_reader(self._config["protocol"], self._config["protocol_dir"])
        return reader.topic(text, asking=asking) or self._learned(text, SURE_WHEN_ASKING if asking else SURE)

    def _learned(self, text: str, sure: float) -> str:
        if self._model is None or not text.strip():
            return NO_TOPIC
        scores = self._model.scores(self._model.features(text))
        best = max(scores, key=lambda topic: scores[topic])
        return best if scores[best] >= sure else NO_TOPIC


def _fitted(rows: Sequence[tuple[str, str]]) -> LabelModel:
    topics = sorted({topic for _, topic in rows})  # "no topic" is one too: only what has a label is learnt from
    wanted = {topic: np.array([row[1] == topic for row in rows]) for topic in topics}
    return label_model.fit([text for text, _ in rows], {}, wanted, range(len(rows))).model


def _topic(row: Message) -> str:
    given = (row.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return str(given.get("topic") or NO_TOPIC)
