from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product.server import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running product with an empty record."""
    running = Server(tmp_path)
    running.start()
    yield running
    running.stop()
