"""Rasa behind a deadline: one worker thread with its own event loop, replaced when it hangs; and training.

Importing this module imports TensorFlow (Rasa does): import it only where messages are read or models trained.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import re
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rasa
import structlog
from rasa_sdk import Action

from actions.safe import OnFault
from actions.triage import ActionReady, ActionTriage, CaseDesk, Step, Wording
from bot.rasa_components.freshness import CODE, model_file
from bot.rasa_components.runtime import MakeActions, TriageAgent
from bot.settings import ROOT

logger = logging.getLogger(__name__)

OUR_MODEL = re.compile(r"[0-9a-f]{16}\.tar\.gz")


class DialogueError(Exception):
    """Rasa could not read or answer. The message names types and places in code, never the patient's words."""


class DialogueTimeout(DialogueError):
    """No result by the deadline."""


class DialogueUnavailable(DialogueError):
    """There is no worker with a loaded model."""


def silence() -> None:
    """Stop Rasa's logs, which at DEBUG hold every message, slot and tracker, and its telemetry."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for name in ("rasa", "rasa_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent


@dataclass
class _Job:
    """One call; `expires` is when its caller gives up, in monotonic seconds."""

    run: Callable[[TriageAgent], Awaitable[Any]]
    expires: float
    result: Future[Any] = field(default_factory=Future)


class _Worker(threading.Thread):
    """Loads an agent and runs jobs one after the other until abandoned or sent None."""

    def __init__(self, model: Path, make_actions: MakeActions, jobs: queue.Queue[_Job | None]) -> None:
        super().__init__(name="dialogue", daemon=True)  # a hung one must not keep the process alive
        self._model, self._make_actions, self._jobs = model, make_actions, jobs
        self.loaded = threading.Event()
        self.failure: DialogueUnavailable | None = None
        self.job: _Job | None = None
        self.abandoned = False

    def run(self) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        agent = self._start(loop)
        while agent:
            job = self._jobs.get()
            if self.abandoned:  # the next worker shares the queue
                self._jobs.put(job)
                break
            if job is None:
                break
            self.job = job
            self._finish(loop, agent, job)
            self.job = None
        loop.close()

    def _start(self, loop: asyncio.AbstractEventLoop) -> TriageAgent | None:
        try:
            agent = TriageAgent(self._model, self._make_actions)
            loop.run_until_complete(agent.check())
            loop.run_until_complete(agent.read("hello", {}))
        except Exception as error:  # noqa: BLE001 - a thread's outermost edge; `failure` carries it on
            # No patient has written yet, so the message may be shown: it names the file to mend.
            self.failure = DialogueUnavailable(f"cannot load {self._model.name}: {_root(error)}; run `make train`")
            agent = None
        self.loaded.set()
        return agent

    def _finish(self, loop: asyncio.AbstractEventLoop, agent: TriageAgent, job: _Job) -> None:
        if not job.result.set_running_or_notify_cancel():
            return
        try:
            result = loop.run_until_complete(job.run(agent))
        except Exception as error:  # noqa: BLE001 - the same; the job's result carries it on
            job.result.set_exception(DialogueError(_place(error)))
        else:
            job.result.set_result(result)


class Dialogue:
    """The trained bot. All methods may be called from any thread or event loop.

    `model` is a model file or a folder that holds some. `step` and `wording` are what the triage action calls.
    """

    def __init__(self, model: Path, step: Step, wording: Wording) -> None:
        self._model = model
        self._desk = CaseDesk(step, wording)
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def start(self, timeout: float = 120) -> None:
        """Load the model and wait for it. Raises DialogueUnavailable when that fails or takes longer (seconds)."""
        self.restart()
        worker = self._worker
        if worker is None or not worker.loaded.wait(timeout):
            raise DialogueUnavailable(f"the model was not loaded within {timeout:.0f} s")
        if worker.failure:
            raise worker.failure

    def restart(self) -> None:
        """Put a new worker in the place of the present one, in the background; waiting calls go to the new one."""
        with self._lock:
            self._replace()

    def close(self) -> None:
        """Let the worker end after the calls that are waiting."""
        self._jobs.put(None)

    @property
    def ready(self) -> bool:
        """Whether a model is loaded and its actions ran."""
        worker = self._worker
        return worker is not None and worker.loaded.is_set() and worker.failure is None

    @property
    def failed(self) -> bool:
        """Whether the model could not be loaded: `restart` tries again."""
        worker = self._worker
        return worker is not None and worker.loaded.is_set() and worker.failure is not None

    async def read(self, text: str, metadata: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """Run the pipeline over a message as typed and return its reading as JSON data.

        `metadata` may hold `question` (id of the open question), `recent` (complaint last spoken of) and
        `score` (pain out of ten told last); `timeout` is in seconds. Keys: text, intent,
        intent_ranking, entities, observations, answer, sounds_ill, language.
        Raises DialogueTimeout, DialogueUnavailable or DialogueError.
        """
        return dict(await self._call(lambda agent: agent.read(text, metadata), timeout))

    async def word(
        self, sender_id: str, text: str, reading: Mapping[str, Any], metadata: Mapping[str, Any], timeout: float
    ) -> list[dict[str, Any]]:
        """Answer a message that was read: list of `response` (name in domain.yml), `text` and `buttons`.

        `metadata` holds `message_id`. The reading is used as it is; nothing is read again. Raises as `read` does; a
        fault in an action, an unknown response or a value that was not given is a DialogueError too.
        """
        slots = {"language": reading.get("language") or "en"}
        return list(await self._call(lambda agent: agent.word(sender_id, text, reading, metadata, slots), timeout))

    async def check(self, timeout: float) -> None:
        """Run one action through the whole path; raises as `read` does."""
        await self._call(lambda agent: agent.check(), timeout)

    async def forget(self, sender_id: str, timeout: float) -> None:
        """Drop what Rasa keeps of a conversation; nothing that matters is lost."""

        async def drop(agent: TriageAgent) -> None:
            agent.forget(sender_id)

        await self._call(drop, timeout)

    async def _call(self, run: Callable[[TriageAgent], Awaitable[Any]], timeout: float) -> Any:
        self._check_worker()
        job = _Job(run, time.monotonic() + timeout)
        self._jobs.put(job)
        waiting = asyncio.wrap_future(job.result)
        while not waiting.done():
            self._check_worker()
            left = job.expires - time.monotonic()
            if left <= 0:
                waiting.cancel()
                self._replace_hung()
                raise DialogueTimeout(f"no result within {timeout:.1f} s")
            # Looked at again each half second: a worker that fails to load leaves its queue unanswered.
            await asyncio.wait({waiting}, timeout=min(left, 0.5))
        return waiting.result()

    def _check_worker(self) -> None:
        worker = self._worker
        if worker is None:
            raise DialogueUnavailable("the dialogue was not started")
        if worker.failure:
            raise worker.failure

    def _replace_hung(self) -> None:
        with self._lock:
            job = self._worker.job if self._worker else None
            if job is not None and job.expires <= time.monotonic():
                logger.error("the dialogue worker hangs; starting another")
                self._replace()

    def _replace(self) -> None:
        if self._worker:
            self._worker.abandoned = True
        self._worker = _Worker(self._model, self._actions, self._jobs)
        self._worker.start()

    def _actions(self, on_fault: OnFault) -> Iterable[Action]:
        return [ActionTriage(self._desk, on_fault), ActionReady(on_fault)]


def train(
    model_dir: Path,
    config: Path = ROOT / "config.yml",
    domain: Path = ROOT / "domain.yml",
    data: Path = ROOT / "data",
) -> Path:
    """Train, put the model where `freshness.model_file` looks for it, drop its predecessors; return its path.

    Raises DialogueUnavailable when Rasa produced no model; what it complained of was printed.
    """
    target = model_file(model_dir, (config, domain, data, *CODE))
    model_dir.mkdir(parents=True, exist_ok=True)
    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's way to hide its progress bars
    with TemporaryDirectory(dir=model_dir) as folder:
        result = rasa.train(str(domain), str(config), [str(data)], output=folder, fixed_model_name="model")
        if not result.model:
            raise DialogueUnavailable("training produced no model; see the messages above")
        Path(result.model).replace(target)
    for old in model_dir.iterdir():
        if OUR_MODEL.fullmatch(old.name) and old != target:
            old.unlink()
    return target


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _place(error: BaseException) -> str:
    """Name an error by its type and the line that raised it: its message may hold the patient's words."""
    error = _root(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


silence()
