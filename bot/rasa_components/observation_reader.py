"""The language reader as a Rasa component."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.reading import Answer, Reading
from bot.settings import ROOT
from bot.triage.observation import Observation

if TYPE_CHECKING:
    from bot.language.reader import Reader

METADATA = "metadata"
PATHS = {"protocol": "bot/protocols/hsg.yml", "protocol_dir": "bot/protocols"}


class TextReader(Protocol):
    """What this component needs of `bot.language.Reader`."""

    def read(
        self, text: str, *, question: str | None = None, recent: str | None = None, score: float | None = None
    ) -> Reading:
        """Read one message, given the open question, the complaint last spoken of and the pain score told last."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ObservationReader(GraphComponent, EntityExtractorMixin):
    """Adds `observations`, `answer`, `sounds_ill` and `language` to what parsing returns, and one entity each.

    The message's metadata may hold `as_typed` (the patient's text before Rasa stripped or guarded it; spans count
    in it), `question` (id of the open question), `recent`
    (complaint last spoken of) and `score` (pain out of ten told last).
    """

    def __init__(self, make_reader: Callable[[], TextReader]) -> None:
        self._make_reader = make_reader
        self._reader: TextReader | None = None

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
    ) -> ObservationReader:
        """Return the component; the reader itself is built at the first message, for training needs none."""
        return cls(partial(_build_reader, config))

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message. Whatever the reader raises goes up: the caller answers with the safety notice."""
        if self._reader is None:
            self._reader = self._make_reader()
        for message in messages:
            self._read(self._reader, message)
        return messages

    def _read(self, reader: TextReader, message: Message) -> None:
        given: Mapping[str, Any] = message.get(METADATA) or {}
        text = given.get("as_typed", message.get(TEXT)) or ""
        context = {name: given.get(name) for name in ("question", "recent", "score")}
        reading = reader.read(text, **context)
        found = [self._entity(seen) for seen in reading.observations if seen.end > seen.start]
        message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        message.set("observations", [seen.to_dict() for seen in reading.observations], add_to_output=True)
        message.set("answer", _plain(reading.answer), add_to_output=True)
        message.set("sounds_ill", reading.sounds_ill, add_to_output=True)
        message.set("language", reading.language, add_to_output=True)

    @staticmethod
    def _entity(seen: Observation) -> dict[str, Any]:
        return {
            "entity": seen.complaint,
            "start": seen.start,
            "end": seen.end,
            "value": seen.status.value,
        }


def _build_reader(config: Mapping[str, Any]) -> TextReader:
    return shared_reader(config["protocol"], config["protocol_dir"])


@cache
def shared_reader(protocol: str, protocol_dir: str) -> Reader:
    """Build the reader of these paths, once for all components of the process; it keeps nothing of a message.

    A worker builds it before it is ready, so that no patient waits for patterns to compile.
    """
    from bot.language.reader import Reader
    from bot.triage.loader import load_protocol

    reader = Reader(Path(ROOT, protocol_dir), load_protocol(Path(ROOT, protocol)))
    reader.resources.notation.warm()
    return reader


def _plain(answer: Answer | None) -> dict[str, str] | None:
    return None if answer is None else asdict(answer)
