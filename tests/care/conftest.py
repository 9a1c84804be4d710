from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bot.care import Care, Reply
from bot.casework.answering import Answering
from bot.casework.step import TriageStep
from bot.casework.wording import Wording
from bot.clock import FixedClock
from bot.replies.plans import load_plans
from bot.replies.responses import Responses
from bot.settings import Settings, load_settings
from bot.store import Store
from bot.triage.loader import load_protocol
from bot.triage.protocol import Protocol
from tests.care.fakes import NOTHING, SOAKED, SPOTTING, VAGUE, FakeDialogue

NOON = 1_772_470_800_000
"""Monday 2 March 2026, 12:00 in New York: the demo site is open."""
HSG_DATE = date(2026, 3, 1)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The demo site."""
    return load_settings({})


@pytest.fixture(scope="session")
def protocol(settings: Settings) -> Protocol:
    """The protocol that is shipped."""
    return load_protocol(settings.protocol)


@dataclass
class Desk:
    """One patient on day 1 with care around her."""

    care: Care
    store: Store
    clock: FixedClock
    dialogue: FakeDialogue
    procedure_id: str
    count: int = 0

    async def say(self, text: str, **more: Any) -> Reply:
        """Send one message with a client id of its own."""
        self.count += 1
        return await self.care.receive(self.procedure_id, f"client-{self.count}", text, **more)


@pytest.fixture
def desk(settings: Settings, protocol: Protocol) -> Iterator[Desk]:
    """Care over a throw-away store, with a scripted dialogue."""
    clock = FixedClock(NOON)
    with Store(None, clock) as store:
        plans = load_plans(settings.protocol.parent / "replies.yml")
        responses = Responses.load(settings.domain)
        answering = Answering(store, protocol, responses)
        wording = Wording(store, settings.site, plans, answering)
        step = TriageStep(store, protocol, answering)
        table = {"i soaked a pad": SOAKED, "spotting": SPOTTING, "bleeding": VAGUE, "thanks": NOTHING}
        dialogue = FakeDialogue(step, wording, table)
        patient = store.add_patient()
        procedure = store.add_procedure(patient.id, "demo", HSG_DATE, zone=settings.site.zone.key)
        yield Desk(Care(store, step, wording, dialogue, 1.0), store, clock, dialogue, procedure.id)
