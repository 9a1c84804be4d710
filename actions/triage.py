"""The triage action: Rasa's way into the triage step and its wording."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.safe import Events, OnFault, SafeAction, log_fault
from bot.triage.assessment import Assessment

ParseData = Mapping[str, Any]
"""What the pipeline read in a message, as JSON data (`bot.dialogue.Dialogue.read`)."""
Said = Sequence[tuple[str, Mapping[str, Any]]]
"""Response names of domain.yml in order, each with the values that fill it in."""
Step = Callable[[str, ParseData], Assessment]
Wording = Callable[[str, Assessment, ParseData], Said]


class Desk(Protocol):
    """Where the action takes its message to."""

    @property
    def notice(self) -> Mapping[str, str]:
        """What fills in the safety notice."""

    def message_id(self, tracker: Tracker) -> str:
        """Return the id of the stored message that is being answered."""

    def step(self, message_id: str, reading: ParseData) -> Assessment:
        """Assess and commit, once per message (`bot.casework`)."""

    def wording(self, message_id: str, assessment: Assessment, reading: ParseData) -> Said:
        """Return what to say."""


@dataclass(frozen=True)
class CaseDesk:
    """The product's desk: care has stored the message and sends its id along.

    Its notice stays empty: on a fault care sends the notice itself, whatever state Rasa is in.
    """

    step: Step
    wording: Wording
    notice: Mapping[str, str] = field(default_factory=dict)

    def message_id(self, tracker: Tracker) -> str:
        """Return the id that care put into the message's metadata. Raises KeyError without one."""
        return str(tracker.latest_message["metadata"]["message_id"])


class ActionTriage(SafeAction):
    """Sorts the conversation into its tier and says what the plan says; all judgement is the desk's.

    Without a desk, as `rasa run actions` makes it, it works on a scratch database (`actions.actions`).
    """

    def __init__(self, desk: Desk | None = None, on_fault: OnFault = log_fault) -> None:
        super().__init__(on_fault)
        self._desk = desk or _scratch_desk()

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_triage"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Take one message through the step and utter the planned responses."""
        message_id = self._desk.message_id(tracker)
        assessment = self._desk.step(message_id, tracker.latest_message)
        for response, values in self._desk.wording(message_id, assessment, tracker.latest_message):
            dispatcher.utter_message(response=response, **values)
        return []

    def notice(self) -> Mapping[str, Any]:
        """Return the site's numbers."""
        return self._desk.notice


class ActionReady(SafeAction):
    """Does nothing, successfully: the readiness check runs it through the whole action path."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_ready"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Return no events."""
        return []


def _scratch_desk() -> Desk:
    from actions.actions import scratch_desk

    return scratch_desk()
