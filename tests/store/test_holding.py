"""Who speaks to the patient while a nurse holds her case."""

from __future__ import annotations

import pytest

from bot.clock import FixedClock
from bot.store import Flag, FlagStateError, Message, Store, User
from bot.store.flags import CLAIM_MS
from tests.store.test_flags import raise_clinical

PATIENCE_MS = 180_000


@pytest.fixture
def flag(store: Store, message: Message, nurse: User) -> Flag:
    """An urgent flag that the nurse holds."""
    return store.claim_flag(raise_clinical(store, message, "urgent").id, nurse.id)


def test_a_held_message_is_left_when_nobody_answers(
    store: Store, flag: Flag, message: Message, clock: FixedClock
) -> None:
    """H-13: a silent nurse keeps the patient waiting for as long as the patience lasts, and no longer."""
    store.hold_message(message.id)
    clock.ms += PATIENCE_MS - 1
    later = store.receive_message(message.conversation_id, "c2", "more")[0]
    store.hold_message(later.id)
    store.hold_message(message.id)
    assert store.left_messages(PATIENCE_MS) == []
    clock.ms += 1
    assert store.left_messages(PATIENCE_MS) == [later]


@pytest.mark.parametrize("how", ["released", "closed", "stale", "risen"])
def test_a_held_message_is_left_when_nobody_holds(
    store: Store, flag: Flag, message: Message, nurse: User, clock: FixedClock, how: str
) -> None:
    """H-13: the chat returns to the bot on release, at the close, after a stale claim, and when the flag rises."""
    store.hold_message(message.id)
    if how == "released":
        store.release_flag(flag.id, nurse.id)
    elif how == "closed":
        store.close_flag(flag.id, nurse.id, "done")
    elif how == "stale":
        clock.ms += CLAIM_MS
    else:
        raise_clinical(store, message, "urgent", True)
    assert store.left_messages(CLAIM_MS * 9) == [message]
    assert not store.is_held(message.procedure_id)


def test_a_nurses_words_answer_what_was_held(store: Store, flag: Flag, message: Message, nurse: User) -> None:
    """Her message stands in the thread once, says who wrote it, and closes the bot's open question."""
    store.set_dialogue_state(message.conversation_id, "bleeding", 1, ["bleeding"], None)
    store.hold_message(message.id)

    sent = [store.write_to_patient(flag.id, nurse.id, "n1", "How are you now?") for _ in range(2)]

    thread = store.procedure_transcript(message.procedure_id)
    assert [(each.author, each.text, each.user_id, each.state) for each in thread] == [
        ("patient", "some cramps", None, "answered"),
        ("nurse", "How are you now?", nurse.id, "answered"),
    ]
    assert sent == [thread[1]] * 2
    assert (store.pending_messages(), store.left_messages(0)) == ([], [])
    dialogue = store.conversation(message.conversation_id)
    assert (dialogue.open_question, dialogue.unanswered, dialogue.asked) == (None, 0, ("bleeding",))


def test_only_the_holder_writes(store: Store, message: Message, nurse: User) -> None:
    """Two voices at once would confuse her."""
    flag = raise_clinical(store, message, "urgent")
    with pytest.raises(FlagStateError, match="not claimed"):
        store.write_to_patient(flag.id, nurse.id, "n1", "hello")
    assert store.procedure_transcript(message.procedure_id) == [message]
