"""What a short text complains of, and how grave it is: n-grams into linear scores, in plain numpy.

Gates ("is this urgent?") are logistic regressions by scikit-learn, for their scores decide. Labels ("bleeding
amount=soaked") only say which complaint a gate opened for; they are ridge regressions solved all at once, since one
logistic regression for each of two hundred labels would take half a minute. Weights are kept as bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.rasa_components.linear_model import ngrams

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Features = tuple[NDArray[np.int32], Floats]

GATE_PENALTY = 5.0  # inverse L2 strength of the gates; flat from 2 to 20 in cross-validation
RIDGE = 1.0  # L2 strength of the labels; the best of 0.1, 0.3 and 1
FOLDS = 5
STEPS = 127
CERTAIN = 10.0  # the score of a gate that no example, or every one, opens


@dataclass(frozen=True)
class LabelModel:
    """Fitted scores: column `names[i]` is `weights[:, i] * scales[i]` over the features, plus `bias[i]`."""

    names: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: Floats
    weights: NDArray[np.int8]
    scales: Floats
    bias: Floats

    def features(self, text: str) -> Features:
        """Return the features of a text: sorted columns and their values."""
        return _row(Counter(ngrams(text)), self.vocabulary, self.idf)

    def scores(self, features: Features, first: int = 0, last: int | None = None) -> dict[str, float]:
        """Return the scores of the columns from `first` to `last`: log odds for gates, about 0 to 1 for labels."""
        (columns, values), part = features, slice(first, last)
        found = self.bias[part] + (values @ self.weights[columns, part].astype(np.float32)) * self.scales[part]
        return dict(zip(self.names[part], found.tolist(), strict=True))

    def save(self, folder: Path, more: Mapping[str, Any]) -> None:
        """Write `labels.npz` and `labels.json` (with `more`) into an existing folder."""
        path = folder / "labels.npz"
        np.savez_compressed(path, idf=self.idf, weights=self.weights, scales=self.scales, bias=self.bias)
        words = {"names": self.names, "vocabulary": list(self.vocabulary), "more": more}
        (folder / "labels.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> tuple[LabelModel, dict[str, Any]]:
        """Read what `save` wrote. Raises OSError or ValueError for missing or damaged files."""
        words = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        try:
            with (folder / "labels.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                idf, weights, scales, bias = (arrays[name] for name in ("idf", "weights", "scales", "bias"))
        except (BadZipFile, KeyError) as error:
            raise ValueError("labels.npz is damaged; train again") from error
        if weights.shape != (len(words["vocabulary"]), len(words["names"])):
            raise ValueError("labels.npz and labels.json do not belong together; train again")
        vocabulary = {gram: index for index, gram in enumerate(words["vocabulary"])}
        return cls(tuple(words["names"]), vocabulary, idf, weights, scales, bias), words["more"]


@dataclass(frozen=True)
class Fitted:
    """A model with the gate scores that each training text got while it was held out."""

    model: LabelModel
    held_out: Floats


def fit(
    texts: Sequence[str],
    gates: Mapping[str, Bools],
    labels: Mapping[str, Bools],
    groups: Sequence[int],
    lean: float = 0.0,
) -> Fitted:
    """Fit gates and labels on texts; the same data gives the same model.

    Texts of one group (an example first, then what was made of it) are held out together. Labels are learnt from the
    first of each group, if it has one: the gates tell complaints from other texts, and the time grows with the cube of
    the number. `lean` adds that share of the last gate to the others.
    """
    counts = [Counter(ngrams(text)) for text in texts]
    own = np.unique(np.asarray(groups), return_index=True)[1].tolist()
    vocabulary, idf = _vocabulary([counts[index] for index in own])
    matrix = _matrix(counts, vocabulary, idf)
    held_out, weights, bias = _gates(matrix, gates, np.asarray(groups) % FOLDS)
    for each in (held_out, weights, bias):
        each[..., :-1] += lean * each[..., -1:]
    named = [index for index in own if any(wanted[index] for wanted in labels.values())]
    ridge, means = _labels(matrix[named], [wanted[named] for wanted in labels.values()])
    all_weights = np.hstack([weights, ridge])
    scales = np.maximum(np.abs(all_weights).max(axis=0), 1e-9) / STEPS
    model = LabelModel(
        (*gates, *labels),
        vocabulary,
        idf,
        np.round(all_weights / scales).astype(np.int8),
        scales.astype(np.float32),
        np.concatenate([bias, means]).astype(np.float32),
    )
    return Fitted(model, held_out)


def _gates(matrix: Any, gates: Mapping[str, Bools], folds: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Return held-out scores, weights and bias, a column for each gate."""
    held_out = np.zeros((matrix.shape[0], len(gates)), dtype=np.float32)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        part, rest = matrix[inside], matrix[outside]
        for column, wanted in enumerate(gates.values()):
            if len(outside):
                fitted, bias = _logistic(part, wanted[inside])
                held_out[outside, column] = rest @ fitted + bias
    weights = np.zeros((matrix.shape[1], len(gates)), dtype=np.float32)
    biases = np.zeros(len(gates), dtype=np.float32)
    for column, wanted in enumerate(gates.values()):
        weights[:, column], biases[column] = _logistic(matrix, wanted)
    return held_out, weights, biases


def _logistic(matrix: Any, wanted: Bools) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    if wanted.all() or not wanted.any():
        return np.zeros(matrix.shape[1], dtype=np.float32), CERTAIN if wanted.any() else -CERTAIN
    model = LogisticRegression(C=GATE_PENALTY, solver="liblinear", random_state=0).fit(matrix, wanted)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _labels(matrix: Any, wanted: Sequence[Bools]) -> tuple[Floats, Floats]:
    """Solve all ridge regressions at once over the texts' similarities: seconds for six thousand texts."""
    from scipy.linalg import cho_factor, cho_solve

    if not wanted:
        return np.zeros((matrix.shape[1], 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
    targets = np.stack(wanted, axis=1).astype(np.float32)
    means = targets.mean(axis=0)
    similar = (matrix @ matrix.T).toarray()
    similar[np.diag_indices_from(similar)] += RIDGE
    shares = cho_solve(cho_factor(similar, overwrite_a=True, check_finite=False), targets - means)
    return np.asarray(matrix.T @ shares, dtype=np.float32), means


def _vocabulary(counts: Sequence[Counter[str]]) -> tuple[dict[str, int], Floats]:
    seen = Counter(gram for each in counts for gram in each)
    kept = sorted(gram for gram, times in seen.items() if times > 1)
    idf = np.log(np.array([(1 + len(counts)) / (1 + seen[gram]) for gram in kept])) + 1
    return {gram: index for index, gram in enumerate(kept)}, idf.astype(np.float32)


def _matrix(counts: Sequence[Counter[str]], vocabulary: Mapping[str, int], idf: Floats) -> Any:
    from scipy.sparse import csr_matrix

    rows = [_row(each, vocabulary, idf) for each in counts]
    pointers = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    cells = (np.concatenate([row[1] for row in rows]), np.concatenate([row[0] for row in rows]), pointers)
    return csr_matrix(cells, shape=(len(rows), len(vocabulary)))


def _row(grams: Counter[str], vocabulary: Mapping[str, int], idf: Floats) -> Features:
    """One text as sorted columns and their values, scaled to length 1 (or empty)."""
    counts = {vocabulary[gram]: times for gram, times in grams.items() if gram in vocabulary}
    columns = np.array(sorted(counts), dtype=np.int32)
    values = np.array([counts[column] for column in columns.tolist()], dtype=np.float32)
    values = (1 + np.log(values)) * idf[columns]
    norm = float(np.linalg.norm(values))
    return columns, (values / norm if norm else values).astype(np.float32)
