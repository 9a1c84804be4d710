"""The learned reader as a Rasa component: the third reader beside lexicon and quantities (docs/language.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.parts import plain
from bot.rasa_components import label_model, label_reading, label_training, linear_model
from bot.rasa_components.label_model import LabelModel
from bot.rasa_components.label_reading import LabelReading, standing_text
from bot.rasa_components.label_training import FACTS, SYMPTOMLESS, Example, Learned, level_of, observation
from bot.rasa_components.observation_reader import METADATA, PATHS, shared_reader
from bot.settings import ROOT
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol

if TYPE_CHECKING:
    from bot.language.reader import Reader

CODE = (label_model, label_reading, label_training, linear_model)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LearnedReader(GraphComponent):
    """Adds to `observations` and may raise `sounds_ill`; stands after ObservationReader. Never takes anything away."""

    def __init__(
        self, config: Mapping[str, Any], storage: ModelStorage, resource: Resource, learned: Learned | None = None
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._learned = learned
        self._reading: LabelReading | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Paths are relative to the project."""
        return dict(PATHS)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LearnedReader:
        """Return an untrained reader, which adds nothing."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LearnedReader:
        """Return the trained reader; a damaged model raises and the agent does not start."""
        with model_storage.read_from(resource) as folder:
            model, more = LabelModel.load(folder)
        return cls(config, model_storage, resource, Learned(model, **more))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled groups of `data/nlu/`; without any, the reader adds nothing."""
        reader = self._reader()
        found = list(_examples(training_data.intent_examples, reader, self._protocol()))
        self._learned = label_training.learn(self._protocol(), found)
        more = {
            "bands": self._learned.bands,
            "combinations": self._learned.combinations,
            "figures": self._learned.figures,
        }
        with self._storage.write_to(self._resource) as folder:
            self._learned.model.save(folder, more)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message beside what the lexicon read."""
        if self._learned is None:
            return messages
        if self._reading is None:
            self._reading = LabelReading(self._protocol(), self._learned)
        for message in messages:
            self._read(self._reading, message)
        return messages

    def _read(self, reading: LabelReading, message: Message) -> None:
        given: Mapping[str, Any] = message.get(METADATA) or {}
        text = given.get("as_typed", message.get(TEXT)) or ""
        rows: list[dict[str, Any]] = message.get("observations") or []
        seen = [Observation.from_dict(row) for row in rows]
        added = reading.read(self._reader().clauses(text), seen)
        message.set("observations", rows + [one.to_dict() for one in added.observations], add_to_output=True)
        doubt = added.sounds_ill and message.get("answer") is None
        message.set("sounds_ill", bool(message.get("sounds_ill")) or doubt, add_to_output=True)

    def _reader(self) -> Reader:
        return shared_reader(self._config["protocol"], self._config["protocol_dir"])

    def _protocol(self) -> Protocol:
        return load_protocol(Path(ROOT, self._config["protocol"]))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the code and the protocol: Rasa's own fingerprint sees only this class, and would reuse old weights."""
        digest = hashlib.sha256()
        folder = Path(ROOT, {**PATHS, **config}["protocol_dir"])  # Rasa gives only what config.yml says
        data = sorted(path for path in folder.rglob("*.*") if path.suffix in (".yml", ".txt"))
        for path in [*(Path(str(module.__file__)) for module in CODE), *data]:
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _examples(rows: Sequence[Message], reader: Reader, protocol: Protocol) -> Iterator[Example]:
    """Yield what is labelled. Of a text without complaint only what it says of now is learnt, as it will be read."""
    for row in rows:
        labels = _labels(row)
        if labels is None:
            continue
        kept = tuple(label for label in labels if label.split()[0] not in FACTS)
        if labels and not kept:
            continue
        text = _said(reader, row.get(TEXT), ill=bool(kept))
        if text:
            level = level_of(protocol, [observation(label) for label in kept])
            yield Example(text, kept, level, bool(kept))


def _said(reader: Reader, typed: str, *, ill: bool) -> str:
    if ill:
        return plain(reader.resources.normaliser(typed))
    return standing_text(reader.clauses(typed), reader.read(typed).observations)


def _labels(row: Message) -> Sequence[str] | None:
    given = (row.get(METADATA) or {}).get(METADATA_INTENT) or {}
    if "labels" in given:
        return list(given["labels"])
    return [] if row.get(INTENT) in SYMPTOMLESS else None
