from __future__ import annotations

from pathlib import Path

import pytest

from bot.rasa_components.freshness import fingerprint, is_stale, model_file


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, ...]:
    """A config file and a data folder."""
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "greet.yml").write_text("hi")
    (tmp_path / "config.yml").write_text("language: en")
    return tmp_path / "config.yml", tmp_path / "data", tmp_path / "missing"


def test_fresh_until_a_source_changes(sources: tuple[Path, ...], tmp_path: Path) -> None:
    """A model is fresh from training until any file under its sources changes, is added or renamed."""
    model = model_file(tmp_path, sources)
    assert is_stale(tmp_path, sources)
    model.write_bytes(b"")
    assert not is_stale(tmp_path, sources)

    greet = tmp_path / "data" / "nlu" / "greet.yml"
    greet.rename(greet.with_name("hello.yml"))
    assert is_stale(tmp_path, sources)


def test_back_to_the_old_sources(sources: tuple[Path, ...], tmp_path: Path) -> None:
    """Only content counts, not times: an edit that is undone leaves the fingerprint as it was."""
    before = fingerprint(sources)
    sources[0].write_text("language: es")
    changed = fingerprint(sources)
    sources[0].write_text("language: en")

    assert (changed != before, fingerprint(sources)) == (True, before)


def test_compiled_python_does_not_count(sources: tuple[Path, ...], tmp_path: Path) -> None:
    """Running the code writes __pycache__; that is no reason to train again."""
    before = fingerprint(sources)
    cache = tmp_path / "data" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"1")

    assert fingerprint(sources) == before
