"""One reader for all language tests: building it loads spaCy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.language.reader import Reader
from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol

PROTOCOLS = Path(__file__).parents[2] / "bot" / "protocols"
Row = tuple[str, str, dict[str, str]]


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The HSG protocol."""
    return load_protocol(PROTOCOLS / "hsg.yml")


@pytest.fixture(scope="session")
def reader(protocol: Protocol) -> Reader:
    """The English reader of the HSG protocol."""
    return Reader(PROTOCOLS, protocol)


@pytest.fixture(scope="session")
def rows(reader: Reader) -> Callable[..., list[Row]]:
    """Read a text into (complaint, status, attributes) rows, in the order of the words."""

    def read(text: str, **given: object) -> list[Row]:
        seen = reader.read(text, **given).observations  # type: ignore[arg-type]  # question and day, by name
        return [(one.complaint, one.status.value, dict(one.attributes)) for one in seen]

    return read
