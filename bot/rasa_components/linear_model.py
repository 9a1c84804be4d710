"""Intent of a short text: word and character n-grams into multinomial logistic regression, in plain numpy.

scikit-learn fits the weights at training time; reading needs none of it, and nothing is pickled.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!]")
STRETCHED = re.compile(r"(.)\1{2,}")
CHARACTERS = range(2, 6)
PENALTY = 20.0  # inverse of the L2 strength; accuracy in cross-validation over data/nlu is flat from 5 to 50


def normalise(text: str) -> str:
    """Lower case, straight apostrophes, no invisible characters, letters stretched ("soooo") to two."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return STRETCHED.sub(r"\1\1", visible)


def ngrams(text: str) -> Iterator[str]:
    """Yield single words, word pairs (joined by a space) and the 2-5 character pieces of each word.

    Pieces carry a leading tab, so that "in" the piece and "in" the word stay apart.
    """
    words = WORD.findall(normalise(text))
    yield from words
    yield from map(" ".join, pairwise(words))
    for word in words:
        padded = f"_{word}_"
        for size in CHARACTERS:
            for start in range(len(padded) - size + 1):
                yield "\t" + padded[start : start + size]


@dataclass(frozen=True)
class LinearModel:
    """Fitted weights: `weights[feature, label]`, `bias[label]`, `idf[feature]`."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> LinearModel:
        """Fit on labelled texts; the same data gives the same weights. Raises ValueError under two labels."""
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression

        if len(set(labels)) < 2:
            raise ValueError("at least two intents with examples are needed; see data/nlu/")
        seen = Counter(gram for text in texts for gram in set(ngrams(text)))
        kept = sorted(gram for gram, times in seen.items() if times > 1)
        vocabulary = {gram: index for index, gram in enumerate(kept)}
        idf = np.log(np.array([(1 + len(texts)) / (1 + seen[gram]) for gram in kept])).astype(np.float32) + 1
        rows = [_row(text, vocabulary, idf) for text in texts]
        pointers = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        matrix = csr_matrix(
            (np.concatenate([row[1] for row in rows]), np.concatenate([row[0] for row in rows]), pointers),
            shape=(len(texts), len(kept)),
        )
        fitted = LogisticRegression(C=PENALTY, max_iter=1000, tol=3e-3, class_weight="balanced").fit(matrix, labels)
        weights, bias = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == 2:  # scikit-learn keeps one row of weights for two labels
            weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
        return cls(
            labels=tuple(map(str, fitted.classes_)),
            vocabulary=vocabulary,
            idf=idf,
            weights=np.ascontiguousarray(weights.T, dtype=np.float32),
            bias=bias.astype(np.float32),
        )

    def probabilities(self, text: str) -> Floats:
        """Return one probability per label, in the order of `labels`; they sum to 1."""
        columns, values = _row(text, self.vocabulary, self.idf)
        scores = self.bias + values @ self.weights[columns]
        powers = np.exp(scores - scores.max())
        shares: Floats = powers / powers.sum()
        return shares

    def save(self, folder: Path) -> None:
        """Write `weights.npz` and `vocabulary.json` into an existing folder."""
        np.savez(folder / "weights.npz", idf=self.idf, weights=self.weights, bias=self.bias)
        words = {"labels": self.labels, "vocabulary": list(self.vocabulary)}
        (folder / "vocabulary.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote. Raises OSError or ValueError for missing or damaged files."""
        words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        idf, weights, bias = _arrays(folder / "weights.npz")
        if weights.shape != (len(words["vocabulary"]), len(words["labels"])):
            raise ValueError("weights.npz and vocabulary.json do not belong together; train again")
        vocabulary = {gram: index for index, gram in enumerate(words["vocabulary"])}
        return cls(tuple(words["labels"]), vocabulary, idf, weights, bias)


def _arrays(path: Path) -> tuple[Floats, Floats, Floats]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return arrays["idf"], arrays["weights"], arrays["bias"]
    except (BadZipFile, KeyError) as error:
        raise ValueError(f"{path.name} is damaged; train again") from error


def _row(text: str, vocabulary: dict[str, int], idf: Floats) -> tuple[NDArray[np.int32], Floats]:
    """One text as sorted columns and their values, scaled to length 1 (or empty)."""
    counts = Counter(vocabulary[gram] for gram in ngrams(text) if gram in vocabulary)
    columns = np.array(sorted(counts), dtype=np.int32)
    values = np.array([counts[column] for column in columns.tolist()], dtype=np.float32)
    values = (1 + np.log(values)) * idf[columns]
    norm = float(np.linalg.norm(values))
    return columns, (values / norm if norm else values).astype(np.float32)
