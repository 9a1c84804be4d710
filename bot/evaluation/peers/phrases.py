"""Plain phrases with what they mean, from the lexicon and the short training examples, for peers that match phrases.

Of a lexicon pattern stay its shortest forms: optional words and gaps left out, each alternative spelt out. What a
phrase matcher cannot hold (numbers, emoji, conditions on the rest of the sentence) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Any

import yaml

from bot.evaluation.examples import Example
from bot.rasa_components.label_training import observation
from bot.triage.observation import Observation

MOST = 40
"""Forms of one pattern; the lists name the common words first."""
LONGEST = 4
"""Words of a training example that is a phrase rather than a sentence."""
TOKEN = re.compile(r"\.\.\.|\.\.\d?|@[a-z_]+|[a-z0-9']+\*?|[()\[\]|]|\S")
PLAIN = re.compile(r"[a-z0-9']+\*?")


@dataclass(frozen=True)
class Phrase:
    """Words, and what they say."""

    words: str
    meaning: tuple[Observation, ...]


def phrases(folder: Path, examples: Iterable[Example]) -> list[Phrase]:
    """Return the phrases of a language folder and of the labelled examples; of the same words the first stay."""
    held: dict[str, Phrase] = {}
    for phrase in (*_of_lexicon(folder), *_of_examples(examples)):
        held.setdefault(phrase.words, phrase)
    return list(held.values())


def _of_lexicon(folder: Path) -> Iterator[Phrase]:
    shared = _yaml(folder / "words.yml")["lists"]
    for path in sorted((folder / "lexicon").glob("*.yml")):
        family = _yaml(path)
        forms = Forms({**shared, **family.get("lists", {})})
        for entry in family.get("entries", ()):
            if "with" in entry or "status" in entry:
                continue
            meaning = tuple(_observation(part) for part in (entry, *entry.get("also", ())))
            for pattern in entry["say"]:
                yield from (Phrase(words, meaning) for words in forms.of(str(pattern)))


def _of_examples(examples: Iterable[Example]) -> Iterator[Phrase]:
    for example in examples:
        words = " ".join(re.findall(r"[a-z0-9']+", example.text.casefold()))
        if example.labels and 0 < len(words.split()) <= LONGEST:
            yield Phrase(words, tuple(observation(label) for label in example.labels))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _observation(part: Mapping[str, Any]) -> Observation:
    numbers = {name: float(value) for name, value in part.get("measures", {}).items() if not isinstance(value, str)}
    return Observation(part["complaint"], attributes=part.get("attributes", {}), measures=numbers)


@dataclass
class Forms:
    """Spells out patterns of the lexicon's notation (docs/language.md) with these word lists."""

    lists: Mapping[str, Sequence[str]]
    _known: dict[str, list[str]] = field(default_factory=dict)

    def of(self, pattern: str) -> list[str]:
        """Return the shortest forms of a pattern; none if it needs what no phrase can say."""
        if pattern not in self._known:
            self._known[pattern] = []  # a list within itself ends here
            forms, rest = self._either(TOKEN.findall(pattern))
            self._known[pattern] = [form for form in dict.fromkeys(forms) if form] if not rest else []
        return self._known[pattern]

    def _either(self, tokens: list[str]) -> tuple[list[str], list[str]]:
        forms, tokens = self._sequence(tokens)
        while tokens and tokens[0] == "|":
            more, tokens = self._sequence(tokens[1:])
            forms += more
        return forms, tokens

    def _sequence(self, tokens: list[str]) -> tuple[list[str], list[str]]:
        parts: list[list[str]] = []
        while tokens and tokens[0] not in ("|", ")", "]"):
            part, tokens = self._part(tokens)
            parts.append(part)
        joined = (" ".join(filter(None, words)) for words in product(*parts))
        return list(islice(joined, MOST)), tokens

    def _part(self, tokens: list[str]) -> tuple[list[str], list[str]]:
        first, rest = tokens[0], tokens[1:]
        if first in ("(", "["):
            forms, rest = self._either(rest)
            return forms if first == "(" else [""], rest[1:]
        if first.startswith("@"):
            return [form for item in self.lists.get(first[1:], ()) for form in self.of(str(item))], rest
        if first.startswith(".."):
            return [""], rest
        return [first.rstrip("*")] if PLAIN.fullmatch(first) else [], rest
