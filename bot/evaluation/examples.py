"""The training examples of data/nlu, read as plain YAML: no Rasa is needed to count, compare or sample them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.settings import ROOT

FOLDER = ROOT / "data" / "nlu"


@dataclass(frozen=True)
class Example:
    """One example: its file's name without ending, its intent, what its group says of now, and the text."""

    family: str
    intent: str
    labels: tuple[str, ...]
    text: str


def read_examples(folder: Path = FOLDER) -> list[Example]:
    """Read every example of a folder, files by name, each in its order."""
    return [example for path in sorted(folder.glob("*.yml")) for example in _examples(path)]


def _examples(path: Path) -> Iterator[Example]:
    for group in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ()):
        labels = tuple(group.get("metadata", {}).get("labels", ()))
        for line in group["examples"].splitlines():
            yield Example(path.stem, group["intent"], labels, line.removeprefix("- ").strip())
