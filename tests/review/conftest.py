"""The clinical content of the repository with the demo site, read once."""

from __future__ import annotations

import pytest

from bot.review.content import Content
from bot.settings import load_settings


@pytest.fixture(scope="session")
def content() -> Content:
    """Protocol, sentences and plans as the server reads them."""
    return Content.load(load_settings({}))
