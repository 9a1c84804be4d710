from __future__ import annotations

from pathlib import Path

from bot.clock import FixedClock
from bot.store import Change, Store, Timer
from tests.store import workers
from tests.store.samples import NOON, crash


def test_a_timer_fires_once_and_not_before_its_time(store: Store, clock: FixedClock) -> None:
    """At the very millisecond it is due, one caller gets it."""
    timer = store.set_timer("unanswered", "s1", NOON + 1000)
    assert timer == Timer(timer.id, "unanswered", "s1", NOON + 1000, "pending")
    clock.ms = NOON + 999
    assert (store.due_timers(), store.fire_timer(timer.id)) == ([], False)
    clock.ms = NOON + 1000
    assert store.due_timers() == [timer]
    assert [store.fire_timer(timer.id), store.fire_timer(timer.id)] == [True, False]
    assert store.due_timers() == []
    assert store.changes_after(0) == [
        Change(1, "timer", timer.id, NOON),
        Change(2, "timer", timer.id, NOON + 1000),
    ]


def test_setting_again_moves_the_timer(store: Store, clock: FixedClock) -> None:
    """One pending timer per kind and subject. H-13: a retry makes a nurse's alarm ring twice."""
    first = store.set_timer("unanswered", "s1", NOON)
    moved = store.set_timer("unanswered", "s1", NOON + 1000)
    others = [store.set_timer("unanswered", "s2", NOON), store.set_timer("warn", "s1", NOON)]
    assert moved == Timer(first.id, "unanswered", "s1", NOON + 1000, "pending")
    assert store.due_timers() == others
    assert store.fire_timer(first.id) is False


def test_a_cancelled_timer_does_not_fire(store: Store) -> None:
    """She answered: the timer of her question is gone, others stay; it may be set anew."""
    gone, stays = store.set_timer("unanswered", "s1", NOON), store.set_timer("unanswered", "s2", NOON)
    assert [store.cancel_timers("unanswered", "s1"), store.cancel_timers("unanswered", "s1")] == [1, 0]
    assert store.fire_timer(gone.id) is False
    assert store.due_timers() == [stays]
    anew = store.set_timer("unanswered", "s1", NOON - 1)
    assert store.due_timers() == [anew, stays]


def test_a_crash_while_firing_leaves_the_timer_pending(store: Store) -> None:
    """What a timer is for happens in its transaction: a restart loses none. H-06: silence is not noticed."""
    timer = store.set_timer("unanswered", "s1", NOON)
    with crash(store):
        assert store.fire_timer(timer.id)
    assert store.fire_timer(timer.id) is True


def test_two_processes_share_the_timers(path: Path) -> None:
    """Every due timer fires in exactly one process."""
    with Store(path, FixedClock(NOON)) as store:
        timers = {store.set_timer("unanswered", f"s{n}", NOON).id for n in range(40)}
    fired = workers.run(2, workers.fire_due_timers, path)
    assert sorted(fired[0] + fired[1]) == sorted(timers)


def test_timers_outlive_a_restart(path: Path, clock: FixedClock) -> None:
    """They stand in the database, not in a process."""
    with Store(path, clock) as store:
        timer = store.set_timer("unanswered", "s1", NOON + 1)
    clock.advance(minutes=5)
    with Store(path, clock) as store:
        assert store.due_timers() == [timer]
