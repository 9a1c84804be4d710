"""The product's own sentences, plans and protocol, read once; and the demo site of site.yml."""

from __future__ import annotations

import pytest

from bot.replies.plans import Plans, load_plans
from bot.replies.responses import Responses
from bot.settings import ROOT
from bot.site import Site, load_site
from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol


@pytest.fixture(scope="session")
def responses() -> Responses:
    """Every sentence of domain.yml."""
    return Responses.load(ROOT / "domain.yml")


@pytest.fixture(scope="session")
def plans() -> Plans:
    """The reply plans."""
    return load_plans(ROOT / "bot" / "protocols" / "replies.yml")


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The triage protocol."""
    return load_protocol(ROOT / "bot" / "protocols" / "hsg.yml")


@pytest.fixture(scope="session")
def site() -> Site:
    """A clinic in New York: open on weekdays with a lunch break, shut on 26 November 2026."""
    return load_site(ROOT / "site.yml")
