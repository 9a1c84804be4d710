from __future__ import annotations

from pathlib import Path

from bot.clock import FixedClock
from bot.store import Change, Store
from tests.store.samples import NOON, add_procedure, crash


def test_changes_are_paged_in_order(store: Store) -> None:
    """A console asks for what came after the last number that it saw."""
    timers = [store.set_timer("t", f"s{n}", NOON).id for n in range(5)]
    changes = [Change(n, "timer", timer, NOON) for n, timer in enumerate(timers, start=1)]
    assert store.last_change() == 5
    assert store.changes_after(0) == changes
    assert store.changes_after(1, limit=2) == changes[1:3]
    assert store.changes_after(5) == []


def test_another_connection_sees_committed_changes_only(path: Path, clock: FixedClock) -> None:
    """A rolled-back number is used again: consoles never wait for one that will not come."""
    with Store(path, clock) as here, Store(path, FixedClock(NOON)) as there:
        conversation = here.current_conversation(add_procedure(here).id)
        with crash(here):
            here.receive_message(conversation.id, "undone", "hello")
            assert (here.last_change(), there.last_change()) == (1, 0)
        assert there.last_change() == 0
        message, _ = here.receive_message(conversation.id, "c1", "hello")
        timer = there.set_timer("t", "s", NOON)
        expected = [Change(1, "message", message.id, NOON), Change(2, "timer", timer.id, NOON)]
        assert here.changes_after(0) == there.changes_after(0) == expected
