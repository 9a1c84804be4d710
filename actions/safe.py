"""What every custom action has in common: it never lets an exception out and never leaves the patient in silence."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

NOTICE = "utter_notice"
Events = list[dict[str, Any]]
OnFault = Callable[[str, Exception], None]

logger = logging.getLogger(__name__)


def log_fault(action: str, error: Exception) -> None:
    """Record a fault by its type alone: an exception's message may hold the patient's words."""
    logger.error("%s failed: %s", action, type(error).__name__)


class SafeAction(Action, ABC):
    """An action that answers with the fixed safety notice when `act` raises.

    Rasa itself skips an action that raises and goes on as if nothing had happened. Abstract on purpose: `rasa run
    actions` instantiates every concrete Action class without arguments.
    """

    def __init__(self, on_fault: OnFault = log_fault) -> None:
        self._on_fault = on_fault

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do the work and return Rasa events, most often none; may raise anything."""

    def notice(self) -> Mapping[str, Any]:
        """Return what fills in the safety notice."""
        return {}

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Run `act`, then listen; on an exception drop what it said so far, utter the notice and record the fault.

        Where no rule holds, Rasa would run its fallback action again and again, ten times a message: hence "listen".
        """
        try:
            return [*self.act(dispatcher, tracker), FollowupAction("action_listen")]
        except Exception as error:  # noqa: BLE001 - the action's outermost edge
            self._on_fault(self.name(), error)
            dispatcher.messages.clear()
            dispatcher.utter_message(response=NOTICE, **self.notice())
            return [FollowupAction("action_listen")]
