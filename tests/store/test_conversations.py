from __future__ import annotations

import pytest

from bot.clock import FixedClock
from bot.store import Conversation, Procedure, Store
from tests.store.samples import NOON

HOURS_12 = 12 * 3_600_000


def test_the_first_conversation_is_opened_once(store: Store, procedure: Procedure) -> None:
    """Asking twice gives the same conversation, empty and with nothing asked."""
    first = store.current_conversation(procedure.id)
    assert first == store.current_conversation(procedure.id) == store.conversation(first.id)
    assert first == Conversation(first.id, procedure.id, NOON, NOON, None, 0, (), None)


@pytest.mark.parametrize(("silence_ms", "same"), [(HOURS_12 - 1, True), (HOURS_12, True), (HOURS_12 + 1, False)])
def test_twelve_hours_of_silence_end_a_conversation(
    store: Store, conversation: Conversation, clock: FixedClock, silence_ms: int, same: bool
) -> None:
    """Rule 27: after 12 h of silence, counted from the last message, a new conversation starts."""
    clock.advance(hours=5)
    store.receive_message(conversation.id, "c1", "some cramps")
    clock.ms += silence_ms
    current = store.current_conversation(conversation.procedure_id)
    assert (current.id == conversation.id) is same
    assert [each.id for each in store.conversations(conversation.procedure_id)] == (
        [conversation.id] if same else [conversation.id, current.id]
    )


def test_a_new_conversation_starts_with_nothing_asked(
    store: Store, conversation: Conversation, clock: FixedClock
) -> None:
    """An open question of yesterday does not read today's message as its answer."""
    store.set_dialogue_state(conversation.id, "q_fever", 1, ["q_fever"], 2)
    clock.advance(hours=13)
    now = clock.now_ms()
    current = store.current_conversation(conversation.procedure_id)
    assert current == Conversation(current.id, conversation.procedure_id, now, now, None, 0, (), None)


def test_a_clock_that_goes_back_does_not_shorten_silence(
    store: Store, conversation: Conversation, clock: FixedClock
) -> None:
    """The time of the last message never moves back."""
    clock.advance(hours=-1)
    store.receive_message(conversation.id, "c1", "hello")
    assert store.conversation(conversation.id).last_ms == NOON


def test_patients_do_not_share_conversations(store: Store, conversation: Conversation) -> None:
    """H-14: one patient's findings count for another."""
    other = store.add_procedure(store.add_patient().id, "demo", None, zone="UTC")
    assert store.current_conversation(other.id).id != conversation.id


def test_the_dialogue_state_is_kept_whole(store: Store, conversation: Conversation) -> None:
    """Every field is set, None included."""
    store.set_dialogue_state(conversation.id, "q_pads", 1, ("q_fever", "q_pads"), 3)
    expected = Conversation(
        conversation.id, conversation.procedure_id, NOON, NOON, "q_pads", 1, ("q_fever", "q_pads"), 3
    )
    assert store.conversation(conversation.id) == expected
    store.set_dialogue_state(conversation.id, None, 0, (), None)
    assert store.conversation(conversation.id) == conversation
