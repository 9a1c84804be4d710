from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.triage import ActionReady, ActionTriage, CaseDesk
from bot.settings import ROOT
from bot.triage.assessment import Assessment, Outcome

READING = {"text": "secret words", "observations": [], "metadata": {"message_id": "m1"}}
URGENT = Assessment(outcome=Outcome.URGENT)


def tracker(message: Mapping[str, Any] = READING) -> Tracker:
    """A tracker as Rasa sends it."""
    return Tracker.from_dict({"sender_id": "c1", "latest_message": dict(message), "events": [], "slots": {}})


def run(action: ActionTriage | ActionReady, message: Mapping[str, Any] = READING) -> list[dict[str, Any]]:
    """Run an action and return what it said, response name and values; it always listens next."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker(message), {}))
    assert events == [{"event": "followup", "timestamp": None, "name": "action_listen"}]
    blank = {"text", "buttons", "elements", "custom", "template", "image", "attachment"}
    return [{key: value for key, value in row.items() if key not in blank} for row in dispatcher.messages]


def test_says_what_the_plan_says() -> None:
    """The action takes message id and reading to the step, and utters the plan in order, each with its values."""
    calls: list[Any] = []

    def step(message_id: str, reading: Mapping[str, Any]) -> Assessment:
        calls.append((message_id, reading["text"]))
        return URGENT

    def wording(message_id: str, assessment: Assessment, reading: Mapping[str, Any]) -> Any:
        calls.append((message_id, assessment, reading["text"]))
        return [("utter_urgent", {"clinic_phone": "555"}), ("utter_why", {})]

    assert run(ActionTriage(CaseDesk(step, wording))) == [
        {"response": "utter_urgent", "clinic_phone": "555"},
        {"response": "utter_why"},
    ]
    assert calls == [("m1", "secret words"), ("m1", URGENT, "secret words")]


def failing(*_: Any) -> Any:
    """Raise with the patient's words in the message."""
    raise RuntimeError("secret words")


def half_said(*_: Any) -> Any:
    """Say one thing, then raise."""
    yield "utter_normal", {}
    raise RuntimeError("secret words")


@pytest.mark.parametrize(
    ("desk", "message"),
    [
        (CaseDesk(failing, lambda *_: []), READING),
        (CaseDesk(lambda *_: URGENT, failing), READING),
        (CaseDesk(lambda *_: URGENT, half_said), READING),
        (CaseDesk(lambda *_: URGENT, lambda *_: []), {"text": "no metadata"}),
    ],
    ids=["step", "wording", "half said", "no message id"],
)
def test_fault_gives_the_notice_alone(
    desk: CaseDesk, message: Mapping[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever fails, she reads the notice and nothing of a half-made reply (H-07, H-12); no text is logged (H-15)."""
    caplog.set_level(logging.DEBUG)

    assert run(ActionTriage(desk), message) == [{"response": "utter_notice"}]
    assert "action_triage failed" in caplog.text
    assert "secret" not in caplog.text


def test_fault_is_recorded() -> None:
    """The product is told which action failed, and how."""
    faults: list[tuple[str, Exception]] = []
    run(ActionTriage(CaseDesk(failing, failing), lambda name, error: faults.append((name, error))))

    assert [(name, type(error)) for name, error in faults] == [("action_triage", RuntimeError)]


def test_ready_says_nothing() -> None:
    """The readiness check's action has no effect."""
    assert run(ActionReady()) == []


def action_server(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Load the package as `rasa run actions` does, in a process of its own."""
    loading = "from rasa_sdk.executor import ActionExecutor as E; executor = E(); executor.register_package('actions');"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HSG_", "SANIC_"))}
    return subprocess.run(
        [sys.executable, "-c", loading + code],
        cwd=ROOT, env={**inherited, **environ}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_action_server_registers_both() -> None:
    """`rasa run actions` finds the same classes, and binds this machine only."""
    done = action_server("import os; print(sorted(executor.actions), os.environ['SANIC_HOST'])")

    assert done.stdout.strip() == "['action_ready', 'action_triage'] 127.0.0.1"


def test_action_server_refuses_production() -> None:
    """That server has no authentication: with production settings it ends with an error that says what to do."""
    done = action_server("print('running')", HSG_ENVIRONMENT="production")

    assert (done.returncode, done.stdout) == (1, "")
    assert "make run" in done.stderr
