"""A message as the readers see it: normalised words that remember where they stand in the text as typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SENTENCE_ENDS = frozenset(".?!")


class Word(NamedTuple):
    """One normalised word or sign. `start` and `end` are code-point offsets into the text as typed; an opened
    contraction gives several words with the same offsets.
    """

    text: str
    start: int
    end: int


class Words:
    """The normalised message: `text` is every word with a space before it and one at the end, for pattern search.

    `allowed` is where conditions of the lexicon remember what they found in a sentence.
    """

    __slots__ = ("allowed", "begins", "sentences", "text", "typed", "words")

    def __init__(self, typed: str, words: Sequence[Word]) -> None:
        self.typed = typed
        self.words = tuple(words)
        self.text = "".join(f" {word.text}" for word in self.words) + " "
        self.allowed: dict[tuple[int, int, int], bool] = {}
        self.begins: list[int] = []
        self.sentences: list[int] = []
        position = sentence = 0
        for word in self.words:
            self.begins.append(position)
            self.sentences.append(sentence)
            position += len(word.text) + 1
            sentence += word.text in SENTENCE_ENDS

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> str:
        return self.words[index].text

    def at(self, position: int) -> int:
        """Return the index of the word that covers this position of `text`."""
        return bisect_right(self.begins, position) - 1

    def without_signs(self, first: int, last: int) -> tuple[int, int]:
        """Return the range without signs at its ends ("feel ill ,"); a range of signs alone stays."""
        spoken = [index for index in range(first, last + 1) if self[index][-1].isalnum() or self[index][0] == ":"]
        return (spoken[0], spoken[-1]) if spoken else (first, last)

    def typed_span(self, first: int, last: int) -> tuple[int, int]:
        """Return the code-point span, in the text as typed, from word `first` to word `last` inclusive."""
        return self.words[first].start, self.words[last].end

    def sentence_range(self, index: int) -> tuple[int, int]:
        """Return first and last word of the sentence that holds this word."""
        number = self.sentences[index]
        return bisect_right(self.sentences, number - 1), bisect_right(self.sentences, number) - 1

    def sentence_ranges(self) -> Iterator[tuple[int, int]]:
        """Yield first and last word of each sentence."""
        index = 0
        while index < len(self.words):
            first, last = self.sentence_range(index)
            yield first, last
            index = last + 1

    def sentence_text(self, index: int) -> tuple[int, int]:
        """Return the range of `text` that holds this word's sentence, with the space at its end."""
        first, last = self.sentence_range(index)
        return self.begins[first], self.begins[last] + len(self.words[last].text) + 2
