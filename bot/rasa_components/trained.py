"""What the components that learn from `data/nlu/` share: made untrained, loaded from Rasa's model storage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.rasa_components.observation_reader import PATHS

Model = TypeVar("Model")
Self = TypeVar("Self", bound="TrainedComponent[Any]")


class TrainedComponent(GraphComponent, Generic[Model]):
    """A component with a model of its own, None before training. A subclass trains, stores and reads it."""

    CODE: ClassVar[tuple[ModuleType, ...]]
    """The modules that make the model what it is."""

    def __init__(
        self, config: Mapping[str, Any], storage: ModelStorage, resource: Resource, model: Model | None = None
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Paths are relative to the project."""
        return dict(PATHS)

    @classmethod
    def create(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Return the component untrained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Return the component trained; a damaged model raises and the agent does not start."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, cls.stored(folder))

    @classmethod
    def stored(cls, folder: Path) -> Model | None:
        """Read what `train` wrote into a folder. Raises OSError or ValueError for missing or damaged files."""
        raise NotImplementedError

    @classmethod
    def sources(cls, config: Mapping[str, Any]) -> Iterable[Path]:
        """Return the files that the model depends on beside the training data."""
        return [Path(str(module.__file__)) for module in cls.CODE]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the sources: Rasa's own fingerprint sees only the component's class, and would reuse old weights."""
        digest = hashlib.sha256()
        for path in cls.sources({**PATHS, **config}):  # Rasa gives only what config.yml says
            digest.update(path.read_bytes())
        return digest.hexdigest()
