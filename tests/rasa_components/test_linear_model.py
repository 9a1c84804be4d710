from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.rasa_components.linear_model import LinearModel, ngrams, normalise

TEXTS = ["my belly hurts", "belly cramps", "it hurts so much", "hello there", "hello nurse", "hi there nurse"]
LABELS = ["pain", "pain", "pain", "greet", "greet", "greet"]


@pytest.fixture(scope="module")
def model() -> LinearModel:
    """Model of two intents."""
    return LinearModel.fit(TEXTS, LABELS)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("DON\u2019T", "don't"),
        ("sooooo bad", "soo bad"),
        ("\u200b/restart", "/restart"),
        ("\uff46\uff45\uff56\uff45\uff52", "fever"),
    ],
)
def test_normalise(typed: str, expected: str) -> None:
    """Case, typographic apostrophes, stretched letters and invisible characters make no difference."""
    assert normalise(typed) == expected


def test_ngrams() -> None:
    """Words, word pairs and the pieces of each word are features, and pieces are no words."""
    assert list(ngrams("so ?")) == ["so", "?", "so ?", *("\t" + piece for piece in ("_s", "so", "o_", "_so", "so_")),
                                    "\t_so_", "\t_?", "\t?_", "\t_?_"]  # fmt: skip


def test_learns(model: LinearModel) -> None:
    """Unseen wording made of known words gets the right intent, in shares that sum to one."""
    shares = model.probabilities("my cramps hurt")

    assert model.labels[int(shares.argmax())] == "pain"
    assert float(shares.sum()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", ["", "???", "\U0001f600", "zzz qqq", "a" * 4000])
def test_anything_typed(model: LinearModel, text: str) -> None:
    """Text without a single known feature still gets a finite share for every intent."""
    assert np.isfinite(model.probabilities(text)).all()


def test_same_data_same_weights(model: LinearModel) -> None:
    """Training twice on the same data gives the same weights: same input, same answer (safety rule 2)."""
    again = LinearModel.fit(TEXTS, LABELS)

    assert again.vocabulary == model.vocabulary
    assert np.array_equal(again.weights, model.weights)


def test_kept_without_pickle(model: LinearModel, tmp_path: Path) -> None:
    """What is stored is npz and JSON, single precision, and reads the same after loading."""
    model.save(tmp_path)
    loaded = LinearModel.load(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["vocabulary.json", "weights.npz"]
    assert loaded.weights.dtype == np.float32
    assert loaded.labels == model.labels
    assert np.array_equal(loaded.probabilities("belly hurts"), model.probabilities("belly hurts"))


@pytest.mark.parametrize("name", ["vocabulary.json", "weights.npz"])
def test_damaged_files(model: LinearModel, tmp_path: Path, name: str) -> None:
    """A damaged model is refused at load, never used."""
    model.save(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:40])

    with pytest.raises((ValueError, OSError)):
        LinearModel.load(tmp_path)


def test_files_that_do_not_belong_together(model: LinearModel, tmp_path: Path) -> None:
    """Weights of one training with the vocabulary of another are refused."""
    model.save(tmp_path)
    (tmp_path / "vocabulary.json").write_text('{"labels": ["pain", "greet"], "vocabulary": ["a"]}')

    with pytest.raises(ValueError, match="train again"):
        LinearModel.load(tmp_path)


def test_one_intent_is_not_enough() -> None:
    """Training on a single intent is refused with a message that names the folder."""
    with pytest.raises(ValueError, match="data/nlu"):
        LinearModel.fit(["hello"], ["greet"])
