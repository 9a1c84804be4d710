"""Who holds a flag: one nurse at a time, and never for ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import FixedClock
from bot.store import Flag, FlagStateError, Message, NotFound, Store, User
from bot.store.flags import CLAIM_MS, OPEN
from tests.store import workers
from tests.store.samples import NOON, add_procedure
from tests.store.test_flags import raise_clinical

NOBODY = (None, None, None)


@pytest.fixture
def flag(store: Store, message: Message) -> Flag:
    """An urgent flag that nobody holds."""
    return raise_clinical(store, message, "urgent")


@pytest.fixture
def bea(store: Store, cheap_passwords: None) -> User:
    """A second nurse."""
    return store.add_user("Bea", "correct horse two", "nurse")


@pytest.fixture
def lead(store: Store, cheap_passwords: None) -> User:
    """The lead of the shift."""
    return store.add_user("Lea", "correct horse three", "lead")


def holder(flag: Flag) -> tuple[str | None, int | None, int | None]:
    """Return who holds a flag, since when and until when."""
    return flag.claimed_by, flag.claimed_ms, flag.claim_until_ms


def test_of_two_nurses_exactly_one_gets_it(path: Path, cheap_passwords: None) -> None:
    """Two processes claim the same flags at the same time: each flag has one holder. H-13: both think the other did."""
    with Store(path, FixedClock(NOON)) as store:
        conversations = [store.current_conversation(add_procedure(store).id) for _ in range(30)]
        flags = [store.raise_flag("clinical", each.id, None, "urgent", False, ["r1"]).id for each in conversations]
        users = [store.add_user(name, "correct horse one", "nurse").id for name in ("Ada", "Bea")]
    queue = workers.CONTEXT.Queue()
    for user in users:
        queue.put(user)

    got = workers.run(2, workers.claim, path, flags, queue)

    assert sorted(got[0] + got[1]) == sorted(flags)
    with Store(path, FixedClock(NOON)) as store:
        held = [flag.claimed_by for flag in store.open_flags()]
    assert sorted(held.count(user) for user in users) == sorted(map(len, got))


def test_a_second_nurse_is_refused(store: Store, flag: Flag, nurse: User, bea: User) -> None:
    """One holder; her own second click changes nothing that anybody sees."""
    taken = store.claim_flag(flag.id, nurse.id)
    with pytest.raises(FlagStateError, match="claimed"):
        store.claim_flag(flag.id, bea.id)
    assert store.claim_flag(flag.id, nurse.id, version=flag.version) == taken


@pytest.mark.parametrize("action", ["release", "hand over", "close"])
def test_only_the_holder_acts(store: Store, flag: Flag, nurse: User, bea: User, action: str) -> None:
    """A colleague neither gives away nor closes what she does not hold."""
    taken = store.claim_flag(flag.id, nurse.id)
    actions = {
        "release": lambda: store.release_flag(flag.id, bea.id),
        "hand over": lambda: store.hand_over_flag(flag.id, bea.id, bea.id),
        "close": lambda: store.close_flag(flag.id, bea.id, "done"),
    }
    with pytest.raises(FlagStateError, match="somebody else"):
        actions[action]()
    assert store.flag(flag.id) == taken


def test_a_released_flag_waits_as_before(store: Store, flag: Flag, nurse: User, bea: User, clock: FixedClock) -> None:
    """Given back, it is anybody's, and its waiting time was never stopped."""
    store.claim_flag(flag.id, nurse.id)
    clock.advance(minutes=3)
    released = store.release_flag(flag.id, nurse.id)
    assert released == replace(flag, version=3)
    assert store.claim_flag(flag.id, bea.id).claimed_by == bea.id
    with pytest.raises(FlagStateError, match="somebody else"):
        store.release_flag(flag.id, nurse.id)


def test_a_flag_is_handed_over(store: Store, flag: Flag, nurse: User, bea: User, clock: FixedClock) -> None:
    """The other holds it at once, with a claim of her own length; audit says who gave it to whom."""
    store.claim_flag(flag.id, nurse.id)
    clock.advance(minutes=3)
    given = store.hand_over_flag(flag.id, nurse.id, bea.id)
    assert holder(given) == (bea.id, clock.ms, clock.ms + CLAIM_MS)
    row = store.audit_rows()[-1]
    assert (row.actor, row.action, row.detail["holder"]) == (nurse.id, "flag.handed_over", bea.id)


def test_a_lead_takes_over(store: Store, flag: Flag, nurse: User, lead: User) -> None:
    """A lead may take a flag from a nurse who was called away, though not one that nobody holds."""
    with pytest.raises(FlagStateError, match="open"):
        store.hand_over_flag(flag.id, lead.id, lead.id)
    store.claim_flag(flag.id, nurse.id)
    assert store.hand_over_flag(flag.id, lead.id, lead.id).claimed_by == lead.id


def test_only_who_sees_patients_can_hold(store: Store, flag: Flag, nurse: User) -> None:
    """Nothing is handed to an auditor, or to nobody."""
    auditor = store.add_user("Max", "correct horse four", "auditor")
    taken = store.claim_flag(flag.id, nurse.id)
    with pytest.raises(FlagStateError, match="nurse or a lead"):
        store.hand_over_flag(flag.id, nurse.id, auditor.id)
    with pytest.raises(NotFound):
        store.hand_over_flag(flag.id, nurse.id, "nobody")
    assert store.flag(flag.id) == taken


def test_a_stale_claim_returns(store: Store, flag: Flag, nurse: User, clock: FixedClock) -> None:
    """After CLAIM_MS without a sign of the holder the flag is open again, once. H-24: she went home with it."""
    store.claim_flag(flag.id, nurse.id)
    clock.ms += CLAIM_MS - 1
    assert store.return_stale_claims() == []
    clock.ms += 1
    assert store.return_stale_claims() == [replace(flag, version=3)]
    assert store.return_stale_claims() == []
    assert store.audit_rows()[-1].action == "flag.returned"


def test_a_holder_at_work_keeps_her_claim(store: Store, flag: Flag, nurse: User, bea: User, clock: FixedClock) -> None:
    """Her work extends the claim without a new version: no page of anybody has to change."""
    taken = store.claim_flag(flag.id, nurse.id)
    before = store.last_change()
    clock.ms += CLAIM_MS - 1
    kept = store.keep_claim(flag.id, nurse.id)
    assert (kept, store.last_change()) == (replace(taken, claim_until_ms=clock.ms + CLAIM_MS), before)
    assert store.keep_claim(flag.id, bea.id) == kept


def test_a_stale_claim_can_be_taken_at_once(
    store: Store, flag: Flag, nurse: User, bea: User, clock: FixedClock
) -> None:
    """Nobody has to wait for the next tick; and who was too late does not get it back by working on."""
    store.claim_flag(flag.id, nurse.id)
    clock.ms += CLAIM_MS
    assert store.keep_claim(flag.id, nurse.id).claim_until_ms == clock.ms
    assert store.claim_flag(flag.id, bea.id).claimed_by == bea.id


def test_a_rise_takes_the_claim_away(store: Store, flag: Flag, message: Message, nurse: User) -> None:
    """A new emergency is everybody's until somebody claims it. H-13: the holder is at lunch."""
    store.claim_flag(flag.id, nurse.id)
    risen = raise_clinical(store, message, "urgent", True)
    assert {key: getattr(risen, key) for key in OPEN} == OPEN
