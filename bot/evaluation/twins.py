"""Near twins among the training examples: texts that say the same in nearly the same words teach next to nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.evaluation.examples import Example

NEAR = 80.0
"""Similarity of two sets of words, in percent (normalised indel distance), from which examples are near twins."""
ROWS = 512
"""Texts compared with all at once: 512 by 12,000 similarities are 6 MB."""


@dataclass(frozen=True)
class Pair:
    """Two near twins by their places, the first before the second."""

    first: int
    second: int
    similarity: float


def find_twins(texts: Sequence[str], near: float = NEAR) -> list[Pair]:
    """Compare each text with every other by its set of words in alphabetical order: order and repeats do not count."""
    sets = [token_set(text) for text in texts]
    return [pair for start in range(0, len(sets), ROWS) for pair in _pairs(sets, start, near)]


def token_set(text: str) -> str:
    """Return the different words of a text, lower case and without signs, in alphabetical order; or its bare signs."""
    words = re.findall(r"[^\W_]+", re.sub("['\u2019]", "", text.casefold()))
    return " ".join(sorted(set(words))) or text


def _pairs(sets: Sequence[str], start: int, near: float) -> Iterator[Pair]:
    import numpy as np
    from rapidfuzz import fuzz, process

    found = process.cdist(sets[start : start + ROWS], sets[start:], scorer=fuzz.ratio, score_cutoff=near)
    for row, column in np.argwhere(found):
        if row < column:
            yield Pair(start + int(row), start + int(column), float(found[row, column]))


def twins_report(examples: Sequence[Example], pairs: Sequence[Pair]) -> str:
    """Return the share of examples with a near twin , by family and overall."""
    all_of = Counter(example.family for example in examples)
    near = {index for pair in pairs for index in (pair.first, pair.second)}
    anywhere = Counter(examples[index].family for index in near)
    lines = [f"{'family':24}{'examples':>9}{'near twin':>11}{'share':>9}"]
    lines += [_line(family, number, anywhere[family]) for family, number in sorted(all_of.items())]
    return "\n".join([*lines, _line("all", len(examples), len(near))])


def _line(name: str, examples: int, near: int) -> str:
    return f"{name:24}{examples:9,}{near:11,}{near / examples:9.1%}"


def pairs_report(examples: Sequence[Example], pairs: Sequence[Pair]) -> str:
    """Return every pair, the likest first; a mark where its groups say different things of the patient."""
    return "\n".join(
        f"{pair.similarity:5.1f} {_mark(examples[pair.first], examples[pair.second])} "
        f"{examples[pair.first].family}: {examples[pair.first].text} | "
        f"{examples[pair.second].family}: {examples[pair.second].text}"
        for pair in sorted(pairs, key=lambda pair: -pair.similarity)
    )


def _mark(one: Example, other: Example) -> str:
    return " " if (one.intent, one.labels) == (other.intent, other.labels) else "!"
