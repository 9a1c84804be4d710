"""What other processes do to a database under test; started by `run`."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.clock import FixedClock
from bot.store import FlagStateError, Store
from tests.store.samples import NOON, add_procedure

# Children are forked from a process that has imported this module and holds no database and no thread.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
TIME_LIMIT = 30


def run(count: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Do the same work in several processes at once and return what each one reports."""
    start, reports = CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=_report, args=(start, reports, work, *arguments)) for _ in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        assert reports.get(timeout=TIME_LIMIT) == "ready"
    start.set()
    results = [reports.get(timeout=TIME_LIMIT) for _ in processes]
    for process in processes:
        process.join(TIME_LIMIT)
    return results


def _report(start: Any, reports: Any, work: Callable[..., Any], *arguments: Any) -> None:
    reports.put("ready")
    start.wait(TIME_LIMIT)
    try:
        reports.put(work(*arguments))
    except Exception as error:  # noqa: BLE001 - the edge of a process: the test compares what it reports
        reports.put(repr(error))


def write_messages(path: Path, count: int) -> int:
    """Write messages of an own patient, each in its own transaction that reads before it writes."""
    with Store(path, FixedClock(NOON)) as store:
        conversation = store.current_conversation(add_procedure(store).id)
        return sum(store.receive_message(conversation.id, f"c{n}", "hello")[1] for n in range(count))


def open_fresh(folder: Path, count: int) -> int:
    """Open databases that are not there yet, one after the other."""
    for n in range(count):
        with Store(folder / f"{n}.db", FixedClock(NOON)) as store:
            store.set_timer("t", "s", NOON)
    return count


def fire_due_timers(path: Path) -> list[str]:
    """Fire whatever is due and say which timers this process got."""
    with Store(path, FixedClock(NOON)) as store:
        return [timer.id for timer in store.due_timers() if store.fire_timer(timer.id)]


def claim(path: Path, flag_ids: list[str], users: Any) -> list[str]:
    """Claim every flag for a nurse of one's own and say which ones this process got."""
    with Store(path, FixedClock(NOON)) as store:
        nurse, got = users.get(timeout=TIME_LIMIT), []
        for flag_id in flag_ids:
            with suppress(FlagStateError):
                got.append(store.claim_flag(flag_id, nurse).id)
        return got


def write_until_killed(path: Path, conversation_id: str, committed: Any) -> None:
    """Commit messages and report each; then report that a transaction is open, and stay in it."""
    store = Store(path, FixedClock(NOON))
    for n in range(20):
        committed.put(store.receive_message(conversation_id, f"c{n}", "hello")[0].id)
    with store.transaction():
        store.receive_message(conversation_id, "never committed", "hello")
        committed.put("in transaction")
        CONTEXT.Event().wait(TIME_LIMIT)
