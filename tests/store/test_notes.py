"""What nurses keep for one another: notes and call-back attempts."""

from __future__ import annotations

import pytest

from bot.clock import FixedClock
from bot.store import CallAttempt, FlagStateError, Message, Note, NotFound, Store, User
from bot.store.flags import CLAIM_MS
from tests.store.test_flags import raise_clinical


def test_a_note_is_never_among_the_messages(store: Store, message: Message, nurse: User, clock: FixedClock) -> None:
    """H-21: a private note is no message: it stands in no transcript, no search, no audit row and no repr."""
    flag = raise_clinical(store, message, "urgent")

    note = store.add_note(flag.id, nurse.id, "zebra words")

    assert store.notes(message.procedure_id) == [Note(note.id, flag.id, nurse.id, "zebra words", clock.ms)]
    assert store.procedure_transcript(message.procedure_id) == [message]
    assert store.search_messages("zebra") == []
    assert "zebra" not in f"{note!r} {store.audit_rows()!r} {store.changes_after(0)!r}"


def test_only_the_holder_notes_a_call(store: Store, message: Message, nurse: User, clock: FixedClock) -> None:
    """A call-back attempt belongs to who has the case in hand, and shows that she is at work on it."""
    flag = raise_clinical(store, message, "urgent")
    with pytest.raises(FlagStateError, match="not claimed"):
        store.add_call(flag.id, nurse.id, "no_answer")
    store.claim_flag(flag.id, nurse.id)
    clock.advance(minutes=5)

    call = store.add_call(flag.id, nurse.id, "no_answer")

    assert store.calls(message.procedure_id) == [CallAttempt(call.id, flag.id, nurse.id, "no_answer", clock.ms)]
    assert store.flag(flag.id).claim_until_ms == clock.ms + CLAIM_MS
    assert store.audit_rows()[-1].action == "call.attempted"


def test_nothing_is_noted_about_a_flag_that_is_not_there(store: Store, nurse: User) -> None:
    """An unknown flag is an error, not a row without a case."""
    with pytest.raises(NotFound):
        store.add_note("none", nurse.id, "words")
