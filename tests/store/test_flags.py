from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from bot.clock import FixedClock
from bot.store import Change, Conversation, Flag, FlagStateError, Message, NotFound, Store, StoreError, User
from bot.store.flags import CLAIM_MS
from bot.triage.assessment import Outcome
from tests.store.samples import NOON, add_procedure, crash

LEVELS = [("call_soon", False), ("urgent", False), ("urgent", True)]


def raise_clinical(store: Store, message: Message, tier: str, emergency: bool = False, *reasons: str) -> Flag:
    """Raise a clinical flag about a message."""
    return store.raise_flag("clinical", message.conversation_id, message.id, tier, emergency, reasons or ("r1",))


def test_a_flag_is_kept_whole(store: Store, message: Message) -> None:
    """Open, waiting from now, version 1; a change and an audit row come with it."""
    flag = store.raise_flag(
        "clinical", message.conversation_id, message.id, Outcome.URGENT, True, ["r1", "r2"], do_not_phone=True
    )
    expected = Flag(
        *(flag.id, "clinical", message.procedure_id, message.conversation_id, message.id, "urgent", True),
        *(("r1", "r2"), "open", NOON, NOON, True, None, None, None, None, None, None, 1),
    )
    assert flag == store.flag(flag.id) == expected
    assert store.open_flags() == store.procedure_flags(message.procedure_id) == [expected]
    assert type(flag.tier) is str
    assert store.changes_after(1) == [Change(2, "flag", flag.id, NOON)]
    row = store.audit_rows()[-1]
    assert (row.actor, row.action, row.subject_id) == ("bot", "flag.raised", flag.id)
    assert row.detail == {
        "kind": "clinical",
        "tier": "urgent",
        "emergency": True,
        "version": 1,
        "reasons": ["r1", "r2"],
    }


@pytest.mark.parametrize("before", LEVELS)
@pytest.mark.parametrize("after", LEVELS)
@pytest.mark.parametrize("taken", [False, True])
def test_only_a_rise_counts(
    store: Store, message: Message, nurse: User, before: tuple[str, bool], after: tuple[str, bool], taken: bool
) -> None:
    """A rise restarts the waiting time and opens the flag again; it is never lowered. H-13: a rise is missed."""
    clock = cast(FixedClock, store.clock)
    first = raise_clinical(store, message, *before)
    if taken:
        first = store.claim_flag(first.id, nurse.id)
    clock.advance(minutes=10)
    later, _ = store.receive_message(message.conversation_id, "c2", "worse")
    second = raise_clinical(store, later, *after)
    if after > before:
        tier, emergency = after
        risen = {"tier": tier, "emergency": emergency, "raised_ms": clock.ms, "message_id": later.id, "state": "open"}
        cleared = {"claimed_by": None, "claimed_ms": None, "claim_until_ms": None}
        assert second == replace(first, **risen, **cleared, version=first.version + 1)
    else:
        assert second == first
    assert store.open_flags() == [second]


def test_emergency_alone_never_goes_down_with_a_higher_tier(store: Store, message: Message) -> None:
    """Each part of the level goes up by itself."""
    raise_clinical(store, message, "call_soon", True)
    flag = raise_clinical(store, message, "urgent", False)
    assert (flag.tier, flag.emergency) == ("urgent", True)


def test_reasons_are_joined(store: Store, message: Message, clock: FixedClock) -> None:
    """New reasons at the same level are added without restarting the wait; what made it rise comes first."""
    raise_clinical(store, message, "call_soon", False, "a", "b")
    clock.advance(minutes=1)
    joined = raise_clinical(store, message, "call_soon", False, "b", "c")
    assert (joined.reason_ids, joined.raised_ms, joined.version) == (("a", "b", "c"), NOON, 2)
    risen = raise_clinical(store, message, "urgent", False, "d", "a")
    assert (risen.reason_ids, risen.raised_ms, risen.version) == (("d", "a", "b", "c"), NOON + 60_000, 3)


def test_the_same_again_is_no_write(store: Store, message: Message) -> None:
    """A retried triage step leaves no trace. H-13: consoles flicker, versions jump."""
    flag = raise_clinical(store, message, "urgent")
    before = (store.last_change(), len(store.audit_rows()))
    assert raise_clinical(store, message, "urgent") == flag
    assert (store.last_change(), len(store.audit_rows())) == before


def test_do_not_phone_stays(store: Store, message: Message) -> None:
    """Rule 44: once it may be unsafe to phone, no later message makes it look safe."""
    where = (message.conversation_id, message.id, "call_soon", False, ["r1"])
    store.raise_flag("safeguarding", *where)
    assert store.raise_flag("safeguarding", *where, do_not_phone=True).do_not_phone is True
    assert store.raise_flag("safeguarding", *where).do_not_phone is True


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("clinical", [0]),
        ("request", [0, 2]),
        ("safeguarding", [0, 2]),
        ("unanswered", [0, 2]),
        ("system", [0, 1, 2]),
    ],
)
def test_one_flag_of_a_kind_is_not_closed(
    store: Store, message: Message, clock: FixedClock, kind: str, about: list[int]
) -> None:
    """Clinical: one per procedure. System: one per message. Others: one per conversation."""
    second, _ = store.receive_message(message.conversation_id, "c2", "more")
    clock.advance(hours=13)
    third, _ = store.receive_message(store.current_conversation(message.procedure_id).id, "c3", "again")
    messages = (message, second, third)
    for each in messages * 2:
        store.raise_flag(kind, each.conversation_id, each.id, "call_soon", False, ["r1"])
    assert [flag.message_id for flag in store.open_flags()] == [messages[n].id for n in about]


def test_kinds_of_flags_do_not_mix(store: Store, message: Message) -> None:
    """A wish to talk to a person does not hide behind a clinical flag."""
    kinds = ["clinical", "request", "safeguarding", "unanswered"]
    for kind in kinds:
        store.raise_flag(kind, message.conversation_id, message.id, "call_soon", False, ["r1"])
    assert [flag.kind for flag in store.open_flags()] == kinds


def test_another_patient_has_her_own_flag(store: Store, message: Message) -> None:
    """H-14: two patients share a flag and one is not called."""
    other = store.current_conversation(add_procedure(store).id)
    theirs, _ = store.receive_message(other.id, "c1", "hello")
    flags = [raise_clinical(store, each, "urgent") for each in (message, theirs)]
    assert store.open_flags() == flags


def test_after_closing_a_new_flag_is_opened(store: Store, message: Message, nurse: User) -> None:
    """A closed flag stays closed; what comes later is a new one."""
    first = raise_clinical(store, message, "urgent")
    store.claim_flag(first.id, nurse.id)
    closed = store.close_flag(first.id, nurse.id, "called, resting")
    second = raise_clinical(store, message, "call_soon")
    assert second.id != first.id
    assert store.open_flags() == [second]
    assert store.procedure_flags(message.procedure_id) == [closed, second]


def test_the_queue_is_sorted(store: Store, clock: FixedClock) -> None:
    """System and emergency first, then urgent, then call_soon, each by waiting time; a rise counts from then."""
    raised = [
        ("clinical", "call_soon", False),
        ("clinical", "urgent", False),
        ("system", "none", False),
        ("clinical", "urgent", True),
        ("clinical", "urgent", False),
        ("system", "urgent", False),
        ("request", "call_soon", False),
        ("request", "normal", False),
    ]
    flags = []
    for kind, tier, emergency in raised:
        conversation = store.current_conversation(add_procedure(store).id)
        flags.append(store.raise_flag(kind, conversation.id, None, tier, emergency, []).id)
        clock.advance(minutes=1)
    assert [flags.index(flag.id) for flag in store.open_flags()] == [2, 3, 5, 1, 4, 0, 6, 7]
    risen = store.flag(flags[1])
    store.raise_flag("clinical", risen.conversation_id, None, "urgent", True, [])
    assert [flags.index(flag.id) for flag in store.open_flags()] == [2, 3, 5, 1, 4, 0, 6, 7]
    lifted = store.flag(flags[0])
    store.raise_flag("clinical", lifted.conversation_id, None, "urgent", False, [])
    assert [flags.index(flag.id) for flag in store.open_flags()] == [2, 3, 5, 1, 4, 0, 6, 7]
    assert store.open_flags()[5].raised_ms == clock.ms


def test_a_flag_is_claimed_and_closed(store: Store, message: Message, nurse: User, clock: FixedClock) -> None:
    """Who and when are kept, each step is a change and an audit row without the note."""
    flag = raise_clinical(store, message, "urgent")
    clock.advance(minutes=1)
    taken = store.claim_flag(flag.id, nurse.id)
    by = {"claimed_by": nurse.id, "claimed_ms": NOON + 60_000, "claim_until_ms": NOON + 60_000 + CLAIM_MS}
    assert taken == replace(flag, state="claimed", **by, version=2)
    assert store.open_flags() == [taken]
    clock.advance(minutes=1)
    closed = store.close_flag(flag.id, nurse.id, "spoke to her, bleeding less")
    done = {
        "claim_until_ms": None,
        "closed_by": nurse.id,
        "closed_ms": NOON + 120_000,
        "note": "spoke to her, bleeding less",
    }
    assert closed == store.flag(flag.id) == replace(taken, state="closed", **done, version=3)
    assert store.open_flags() == []
    assert [change.kind for change in store.changes_after(1)] == ["flag", "flag", "flag"]
    trail = [(row.actor, row.action) for row in store.audit_rows() if row.subject_id == flag.id]
    assert trail == [("bot", "flag.raised"), (nurse.id, "flag.claimed"), (nurse.id, "flag.closed")]
    assert "bleeding less" not in repr(store.audit_rows()) + repr(closed)


@pytest.mark.parametrize("state", ["open", "claimed", "closed"])
@pytest.mark.parametrize("action", ["claim", "close"])
def test_steps_are_taken_in_order(store: Store, message: Message, nurse: User, state: str, action: str) -> None:
    """Only an open flag is claimed, only a claimed one closed. H-13: closed unread after a rise."""
    flag = raise_clinical(store, message, "urgent")
    colleague = store.add_user("Bea", "correct horse two", "nurse")
    if state != "open":
        flag = store.claim_flag(flag.id, nurse.id)
    if state == "closed":
        flag = store.close_flag(flag.id, nurse.id, "done")
    steps = {
        "claim": lambda: store.claim_flag(flag.id, colleague.id),
        "close": lambda: store.close_flag(flag.id, nurse.id, "done"),
    }
    if (state, action) in (("open", "claim"), ("claimed", "close")):
        assert steps[action]().version == flag.version + 1
    else:
        with pytest.raises(FlagStateError, match=f"the flag is {state}"):
            steps[action]()
        assert store.flag(flag.id) == flag


def test_a_stale_view_takes_nothing(store: Store, message: Message, nurse: User) -> None:
    """She read call_soon; it rose to urgent before her click arrived."""
    seen = raise_clinical(store, message, "call_soon")
    risen = raise_clinical(store, message, "urgent")
    with pytest.raises(FlagStateError, match="changed"):
        store.claim_flag(seen.id, nurse.id, version=seen.version)
    assert store.claim_flag(seen.id, nurse.id, version=risen.version).state == "claimed"
    with pytest.raises(FlagStateError, match="changed"):
        store.close_flag(seen.id, nurse.id, "done", version=risen.version)


@pytest.mark.parametrize(
    ("kind", "tier", "fault"), [("clinic", "urgent", "unknown kind"), ("clinical", "severe", "severe")]
)
def test_a_mistaken_flag_is_refused(store: Store, message: Message, kind: str, tier: str, fault: str) -> None:
    """A kind or tier that no console knows would be shown nowhere."""
    with pytest.raises(ValueError, match=fault):
        store.raise_flag(kind, message.conversation_id, message.id, tier, False, [])
    assert store.open_flags() == []


def test_unknown_people_and_places_are_refused(store: Store, message: Message) -> None:
    """A flag hangs on a conversation, a claim on a person."""
    with pytest.raises(NotFound):
        store.raise_flag("clinical", "nothing", message.id, "urgent", False, [])
    flag = raise_clinical(store, message, "urgent")
    with pytest.raises(StoreError):
        store.claim_flag(flag.id, "nobody")
    assert store.flag(flag.id) == flag


def test_flag_change_and_audit_come_together_or_not_at_all(store: Store, conversation: Conversation) -> None:
    """One transaction."""
    with crash(store):
        store.raise_flag("clinical", conversation.id, None, "urgent", False, ["r1"])
    assert (store.open_flags(), store.last_change(), store.audit_rows()) == ([], 0, [])


def test_an_alarm_sounds_once(store: Store, message: Message, nurse: User, clock: FixedClock) -> None:
    """True to one caller, while the flag is open and as it was read; it keeps its version. A rise starts anew."""
    read = raise_clinical(store, message, "call_soon")
    assert [store.sound_alarm(read, 1), store.sound_alarm(read, 1)] == [True, False]
    sounded = store.flag(read.id)
    assert sounded == replace(read, alarms=1)
    store.claim_flag(read.id, nurse.id, version=read.version)
    assert store.sound_alarm(sounded, 2) is False
    store.release_flag(read.id, nurse.id)
    clock.advance(minutes=1)
    risen = raise_clinical(store, message, "urgent")
    assert (risen.alarms, store.sound_alarm(sounded, 2), store.sound_alarm(risen, 1)) == (0, False, True)
    assert store.waiting_flags() == [store.flag(read.id)]
