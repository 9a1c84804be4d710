"""What an aftercare question is about, by its words (issue 5): the first topic of topics.yml that fits decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.language.files import Section
from bot.language.notation import Notation
from bot.language.patterns import Pattern
from bot.language.words import Words

_AND = "&"
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True)
class _Wording:
    """Patterns that must all stand in a sentence, in any order."""

    topic: str
    patterns: tuple[Pattern, ...]

    def fits(self, words: Words, start: int, end: int) -> bool:
        return all(pattern.regex.search(words.text, start, end) for pattern in self.patterns)


class Topics:
    """Recognises the topic of a question. Raises ProtocolError at construction for a wrong file."""

    def __init__(self, path: Path, notation: Notation) -> None:
        file = Section.of_file(path, ("lists", "asks", "topics"))
        notation = notation.extended(file.list_map("lists"))
        self._asks = file.patterns("asks", notation)
        self._wordings = tuple(_wordings(file, notation))

    @property
    def names(self) -> frozenset[str]:
        """Every topic that the file names."""
        return frozenset(wording.topic for wording in self._wordings)

    def of(self, words: Words, asking: bool = False) -> str:
        """Return the topic of the first sentence that asks about one, or "".

        `asking`: the message is known to ask, so that its other sentences count too, after those.
        """
        spans = [words.sentence_text(first) for first, _ in words.sentence_ranges()]
        asked = [span for span in spans if any(each.regex.search(words.text, *span) for each in self._asks)]
        named = (self._named(words, span) for span in (*asked, *(spans if asking else ())))
        return next(filter(None, named), "")

    def _named(self, words: Words, span: tuple[int, int]) -> str:
        return next((one.topic for one in self._wordings if one.fits(words, *span)), "")


def _wordings(file: Section, notation: Notation) -> Iterator[_Wording]:
    for line in file.sections("topics"):
        for topic in line.values:
            for text in line.strings(topic):
                parts = text.split(_AND)
                if len(parts) > 1 and any("|" in _outside(part) for part in parts):
                    raise line.error(f"'{text}': beside & put alternatives in brackets", topic)
                yield _Wording(topic, tuple(line.compiled(topic, part, notation) for part in parts))


def _outside(part: str) -> str:
    """Return what stands outside all brackets."""
    left, inner = part, ""
    while left != inner:
        inner, left = left, _BRACKETS.sub("", left)
    return left
