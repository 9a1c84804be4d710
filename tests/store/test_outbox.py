from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import FixedClock
from bot.store import Flag, Message, Notification, Store, User
from bot.store.outbox import FIRST_PAUSE_MS, GIVE_UP_MS, LEASE_MS, LONGEST_PAUSE_MS
from tests.store.samples import NOON
from tests.store.test_flags import raise_clinical


@pytest.fixture
def flag(store: Store, message: Message) -> Flag:
    """A flag that nobody holds."""
    return raise_clinical(store, message, "urgent")


def test_a_notification_is_taken_by_one_and_sent_once(store: Store, flag: Flag, clock: FixedClock) -> None:
    """Leased while it is tried; nobody else gets it, and once sent it is never taken again."""
    queued = store.add_notification(flag.id, 1, "Ada")
    assert queued == Notification(queued.id, flag.id, 1, "Ada", NOON, "pending", 0, NOON)
    taken = replace(queued, attempts=1, due_ms=NOON + LEASE_MS)
    assert [store.take_notification(), store.take_notification()] == [taken, None]
    store.notification_sent(queued.id)
    clock.advance(days=1)
    assert store.take_notification() is None
    assert store.notifications(flag.id) == [replace(taken, state="sent", due_ms=NOON)]


def test_a_crash_while_sending_is_made_good(store: Store, flag: Flag, clock: FixedClock) -> None:
    """The lease runs out and the notification is tried again under the same id. H-24: nobody is told."""
    queued = store.add_notification(flag.id, 1, "Ada")
    store.take_notification()
    clock.ms += LEASE_MS
    again = store.take_notification()
    assert again is not None
    assert (again.id, again.attempts) == (queued.id, 2)


def test_a_failed_one_is_tried_again_with_growing_pauses(store: Store, flag: Flag, clock: FixedClock) -> None:
    """10 s, doubled up to 10 min, until a day has gone by; then it is given up and stays so."""
    store.add_notification(flag.id, 1, "Ada")
    pauses = []
    while taken := store.take_notification():
        store.notification_failed(taken)
        due = store.notifications(flag.id)[0].due_ms
        pauses.append(due - clock.ms)
        clock.ms = due
    assert pauses[:8] == [min(FIRST_PAUSE_MS * 2**n, LONGEST_PAUSE_MS) for n in range(8)]
    assert clock.ms - NOON - GIVE_UP_MS in range(2 * LONGEST_PAUSE_MS + 1)
    assert store.notifications(flag.id)[0].state == "failed"


def test_who_was_not_reached_is_known(store: Store, flag: Flag, clock: FixedClock) -> None:
    """After three tries the queue can say whom nothing reaches. H-24: the mail server is down unnoticed."""
    store.add_notification(flag.id, 1, "Ada")
    seen = []
    for _ in range(3):
        taken = store.take_notification()
        assert taken
        store.notification_failed(taken)
        clock.ms = store.notifications(flag.id)[0].due_ms
        seen.append(store.unreached())
    assert seen == [[], [], ["Ada"]]


def test_a_flag_that_was_taken_disturbs_nobody(store: Store, flag: Flag, nurse: User) -> None:
    """A nurse was faster than the mail: the notification is dropped."""
    store.add_notification(flag.id, 1, "Ada")
    store.claim_flag(flag.id, nurse.id)
    assert store.take_notification() is None
    assert store.notifications(flag.id)[0].state == "dropped"
