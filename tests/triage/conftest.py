"""The protocol, loaded once."""

from __future__ import annotations

import pytest

from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol
from tests.triage.saying import PROTOCOL


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The protocol that patients are triaged by."""
    return load_protocol(PROTOCOL)
