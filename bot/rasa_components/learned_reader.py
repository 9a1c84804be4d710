"""The learned reader as a Rasa component: the third reader beside lexicon and quantities (docs/language.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.parts import plain
from bot.rasa_components import label_model, label_reading, label_training, linear_model
from bot.rasa_components.label_model import LabelModel
from bot.rasa_components.label_reading import LabelReading, standing_text
from bot.rasa_components.label_training import FACTS, SYMPTOMLESS, Example, Learned, level_of, observation
from bot.rasa_components.observation_reader import METADATA, shared_reader
from bot.rasa_components.trained import TrainedComponent
from bot.settings import ROOT
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation
from bot.triage.protocol import Protocol

if TYPE_CHECKING:
    from bot.language.reader import Reader


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LearnedReader(TrainedComponent[Learned]):
    """Adds to `observations` and may raise `sounds_ill`; stands after ObservationReader. Never takes anything away.

    Untrained, or with no labelled group in the data, it adds nothing.
    """

    CODE = (label_model, label_reading, label_training, linear_model)
    _reading: LabelReading | None = None

    @classmethod
    def stored(cls, folder: Path) -> Learned:
        """Read the model with its bands and combinations."""
        model, more = LabelModel.load(folder)
        return Learned(model, **more)

    @classmethod
    def sources(cls, config: Mapping[str, Any]) -> Iterable[Path]:
        """Add the protocol's files: examples are learnt as they will be read."""
        data = Path(ROOT, config["protocol_dir"]).rglob("*.*")
        return [*super().sources(config), *sorted(path for path in data if path.suffix in (".yml", ".txt"))]

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled groups of `data/nlu/`; the bands come from cross-validation."""
        reader = self._reader()
        found = list(_examples(training_data.intent_examples, reader, self._protocol()))
        self._model = label_training.learn(self._protocol(), found)
        more = {
            "bands": self._model.bands,
            "combinations": self._model.combinations,
            "figures": self._model.figures,
        }
        with self._storage.write_to(self._resource) as folder:
            self._model.model.save(folder, more)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message beside what the lexicon read."""
        if self._model is None:
            return messages
        if self._reading is None:
            self._reading = LabelReading(self._protocol(), self._model)
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
