"""What `rasa run actions` adds: the actions work on a scratch database, for trying the bot in `rasa shell`.

Its server has no authentication and, where SANIC_HOST is not set, binds every address; there is no flag for it, so
importing this module sets the variable to this machine alone. The product runs its actions in process and never
imports this module.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from rasa_sdk import Tracker

from actions.triage import ParseData, Said
from bot.casework.answering import Answering
from bot.casework.reading import Reading
from bot.casework.step import TriageStep
from bot.casework.wording import Wording
from bot.clock import SystemClock
from bot.replies.plans import load_plans
from bot.replies.responses import Responses
from bot.settings import Settings, load_settings
from bot.store import Store
from bot.triage.assessment import Assessment
from bot.triage.loader import load_protocol
from bot.triage.overlay import apply_overlay, load_overlay


class ProductionError(ImportError):
    """The action server was started where patients are; the SDK ends with exit code 1 at an ImportError."""


def guard(environ: Mapping[str, str]) -> str:
    """Return the address to bind. Raises ProductionError when HSG_ENVIRONMENT is production."""
    if environ.get("HSG_ENVIRONMENT") == "production":
        raise ProductionError(
            "`rasa run actions` has no authentication and keeps nothing: not with HSG_ENVIRONMENT=production. "
            "The product runs its actions itself; start it with `make run`"
        )
    return environ.get("SANIC_HOST", "127.0.0.1")


class ScratchDesk:
    """Keeps each conversation of `rasa shell` as one of a made-up patient, in a database that ends with the process."""

    def __init__(self, settings: Settings) -> None:
        protocol = apply_overlay(load_protocol(settings.protocol), load_overlay(settings.site.overlay))
        plans = load_plans(settings.protocol.parent / "replies.yml")
        self._zone = str(settings.site.zone)
        self._site = settings.site.id
        self._store = Store(None, SystemClock())
        answering = Answering(self._store, protocol, Responses.load(settings.domain))
        self._step = TriageStep(self._store, protocol, answering)
        self._wording = Wording(self._store, settings.site, plans, answering)
        self._procedures: dict[str, str] = {}
        numbers = {f"{name}_phone": number for name, number in settings.site.phones.items()}
        self.notice: Mapping[str, str] = {"site_name": settings.site.name, **numbers}

    def message_id(self, tracker: Tracker) -> str:
        """Store the message, as care does in the product, and return its id."""
        conversation = self._store.current_conversation(self._procedure(tracker.sender_id))
        said = tracker.latest_message
        message, _ = self._store.receive_message(conversation.id, said["message_id"], said["text"], channel="shell")
        return message.id

    def step(self, message_id: str, reading: ParseData) -> Assessment:
        """Assess and commit."""
        return self._step(message_id, Reading.of(message_id, reading))

    def wording(self, message_id: str, assessment: Assessment, reading: ParseData) -> Said:
        """Return what to say."""
        return self._wording.plan(message_id, assessment, Reading.of(message_id, reading))

    def _procedure(self, sender_id: str) -> str:
        if sender_id not in self._procedures:
            patient = self._store.add_patient()
            made = self._store.add_procedure(patient.id, self._site, date=None, zone=self._zone)
            self._procedures[sender_id] = made.id
        return self._procedures[sender_id]


@lru_cache(maxsize=1)
def scratch_desk() -> ScratchDesk:
    """Return the process's one scratch desk."""
    return ScratchDesk(load_settings(os.environ))


os.environ["SANIC_HOST"] = guard(os.environ)
