"""Rasa's agent as the product uses it: actions in process, a disposable tracker, no silent failure.

Rasa 3.6 skips an action that raises, a response that is missing and a value that is not given, each with a log line
only. Here each of them becomes a fault that the caller sees.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.safe import OnFault

GUARD = "\u200b"
KEPT_TRACKERS = 1_000
PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")
READING = ("intent", "intent_ranking", "entities", "observations", "answer", "sounds_ill", "language", "topic")

MakeActions = Callable[[OnFault], Iterable[Action]]


def guarded(text: str) -> str:
    """Return the text as Rasa may see it: one that starts with `/` would be run as a command and skip reading."""
    return GUARD + text if text.strip().startswith("/") else text


class SlotTrackerStore(TrackerStore):
    """Keeps nothing but slots, of the last thousand conversations, in memory; every tracker may be lost at any time.

    The record is `bot.store`. Rasa's own stores replay every event: 9 ms at message 10, 548 ms at message 1,000.
    """

    def __init__(self) -> None:
        super().__init__(domain=None)
        self._slots: OrderedDict[str, dict[str, Any]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the slots that hold a value."""
        self.put(tracker.sender_id, {name: value for name, value in tracker.current_slot_values().items() if value})

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Return a tracker that waits for a message; an unknown conversation has one with empty slots."""
        tracker = self.init_tracker(sender_id)
        for name, value in self._slots.get(sender_id, {}).items():
            tracker.update(SlotSet(name, value))
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        """Return the conversations that are kept."""
        return list(self._slots)

    def put(self, sender_id: str, slots: Mapping[str, Any]) -> None:
        """Add to or change the slots of a conversation."""
        self._slots[sender_id] = {**self._slots.pop(sender_id, {}), **slots}
        while len(self._slots) > KEPT_TRACKERS:
            self._slots.popitem(last=False)

    def forget(self, sender_id: str) -> None:
        """Drop a conversation's slots."""
        self._slots.pop(sender_id, None)


class ReplyChannel(OutputChannel):
    """Collects replies whole; Rasa's own collecting channel splits them at blank lines."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    async def send_response(self, recipient_id: str, message: Mapping[str, Any]) -> None:
        """Keep the response's name, text and buttons."""
        kept = {"response": message.get("utter_action"), "text": message.get("text") or ""}
        self.replies.append({**kept, "buttons": list(message.get("buttons") or ())})


class StrictResponses(TemplatedNaturalLanguageGenerator):
    """Fills responses of domain.yml; always the first variation that fits, so that the same input reads the same.

    Stock Rasa draws lots among variations, drops an unknown response and shows `{clinic_phone}` to the patient when
    no value is given, each with a log line only.
    """

    def generate_from_slots(
        self, utter_action: str, filled_slots: Mapping[str, Any], output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """Return the filled response. Raises LookupError for an unknown response or a missing value."""
        fitting = [item for item in self.responses.get(utter_action, ()) if _fits(item, filled_slots)]
        if not fitting:
            raise LookupError(f"domain.yml has no response {utter_action}")
        # A conditional variation is the more particular one; Rasa prefers it too.
        chosen = max(fitting, key=lambda item: bool(item.get("condition")))
        return {key: _fill(value, {**filled_slots, **kwargs}) for key, value in chosen.items()}


class LocalActions(EndpointConfig):
    """An action server in this process: registered instances, called with a JSON copy as one over HTTP would be."""

    def __init__(self, actions: Iterable[Action]) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run the action that the call names and return its events and responses."""
        return await self._executor.run(json.loads(json.dumps(kwargs["json"])))


class LocalAction(RemoteAction):
    """A custom action whose answer is checked by a validator built once, and whose failure is recorded."""

    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def __init__(self, name: str, action_endpoint: EndpointConfig | None, on_fault: OnFault) -> None:
        super().__init__(name, action_endpoint)
        self._on_fault = on_fault

    def _validate_action_result(self, result: Any) -> bool:
        self.validator.validate(result)
        return True

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action in process. Rasa swallows what is raised here, so it is recorded first."""
        try:
            return await super().run(*args, **kwargs)
        except Exception as error:
            self._on_fault(self.name(), error)
            raise


class LocalProcessor(MessageProcessor):
    """A message processor that runs custom actions as `LocalAction`."""

    def __init__(self, *args: Any, on_fault: OnFault, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_fault = on_fault

    async def _run_action(self, action: Any, *args: Any, **kwargs: Any) -> bool:
        if type(action) is RemoteAction:
            action = LocalAction(action.name(), self.action_endpoint, self._on_fault)
        more: bool = await super()._run_action(action, *args, **kwargs)
        return more


class TriageAgent(Agent):
    """A loaded model with its actions. Belongs to one thread and one event loop."""

    def __init__(self, model: Path, make_actions: MakeActions) -> None:
        self._faults: list[tuple[str, Exception]] = []
        self._trackers = SlotTrackerStore()
        self._responses = StrictResponses({})
        super().__init__(
            generator=self._responses,
            tracker_store=self._trackers,
            action_endpoint=LocalActions(make_actions(self._record)),
        )
        self.load_model(model)

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load a model file, or the newest of a folder, into our own processor."""
        self.processor: LocalProcessor = LocalProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            on_fault=self._record,
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain
        self._responses.responses = self.domain.responses
        self._set_fingerprint(fingerprint)

    async def read(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Run the pipeline once over the text as typed; `metadata` may hold `question`, `recent`, `score`."""
        message = UserMessage(guarded(text), metadata={**metadata, "as_typed": text})
        parsed = await self.processor.parse_message(message)
        return {TEXT: text, **{key: parsed.get(key) for key in READING}}

    async def word(
        self,
        sender_id: str,
        text: str,
        reading: Mapping[str, Any],
        metadata: Mapping[str, Any],
        slots: Mapping[str, Any],
    ) -> list[dict[str, Any]]:
        """Answer a message that was read before. Raises the first fault of an action, response or value."""
        self._faults.clear()
        self._trackers.put(sender_id, slots)
        channel = ReplyChannel()
        await self.handle_message(
            UserMessage(guarded(text), channel, sender_id, parse_data=dict(reading), metadata=dict(metadata))
        )
        self._raise_fault()
        return channel.replies

    async def check(self) -> None:
        """Run one action through the whole path. Raises what it raised."""
        self._faults.clear()
        await self.execute_action("readiness", "action_ready", ReplyChannel(), None, None)
        self._raise_fault()
        self._trackers.forget("readiness")

    def forget(self, sender_id: str) -> None:
        """Drop what Rasa keeps of a conversation."""
        self._trackers.forget(sender_id)

    def _record(self, action: str, error: Exception) -> None:
        self._faults.append((action, error))

    def _raise_fault(self) -> None:
        if self._faults:
            raise self._faults[0][1]


def _fits(variation: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    return all(slots.get(item["name"]) == item["value"] for item in variation.get("condition") or ())


def _fill(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: str(values[found[1]]), value)
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    return {key: _fill(item, values) for key, item in value.items()} if isinstance(value, dict) else value
