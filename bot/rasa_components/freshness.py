"""Whether the trained model still belongs to its sources. Imports no Rasa: `train --if-stale` answers at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from bot.settings import ROOT

CODE = tuple(ROOT / "bot" / name for name in ("protocols", "language", "rasa_components"))
SOURCES = (ROOT / "config.yml", ROOT / "domain.yml", ROOT / "data", *CODE)


def fingerprint(sources: Iterable[Path] = SOURCES) -> str:
    """Hash the Rasa version and the name and bytes of every source file. A missing source counts as empty."""
    digest = hashlib.sha256(version("rasa").encode())
    for source in sources:
        for path in _files(source):
            digest.update(path.relative_to(source.parent).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def model_file(model_dir: Path, sources: Iterable[Path] = SOURCES) -> Path:
    """Return where the model of these sources stands, trained or not: its name is their fingerprint."""
    return model_dir / f"{fingerprint(sources)[:16]}.tar.gz"


def is_stale(model_dir: Path, sources: Iterable[Path] = SOURCES) -> bool:
    """Tell whether config, domain, training data, protocol or reader changed since the last training."""
    return not model_file(model_dir, sources).is_file()


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from sorted(p for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
