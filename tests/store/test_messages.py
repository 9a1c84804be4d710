from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import FixedClock
from bot.store import Button, Change, Conversation, Message, NotFound, Procedure, ReplyPart, Store
from tests.store.samples import NOON

PARTS = (
    ReplyPart("utter_ask_pads", "How many pads?", (Button("One", "one pad"), Button("More", "more pads"))),
    ReplyPart("utter_selfcare", "Rest."),
)


def test_a_message_is_kept_whole(store: Store, conversation: Conversation) -> None:
    """It is `received`, first of its procedure, and waits for an answer."""
    message, created = store.receive_message(
        conversation.id, "c1", "crampes", author="carer", language="fr", channel="sms"
    )
    expected = Message(
        *(message.id, conversation.id, conversation.procedure_id, 1, "c1", "carer", "crampes", "fr", "sms", NOON),
        state="received",
    )
    assert (message, created) == (expected, True)
    assert store.message(message.id) == expected
    assert store.pending_messages() == store.transcript(conversation.id) == [expected]


def test_a_client_id_seen_before_brings_the_stored_message(store: Store, message: Message) -> None:
    """A retry is the same message, also after its conversation has ended. H-11: one complaint counts twice."""
    again = store.receive_message(message.conversation_id, "c1", "something else")
    assert again == (message, False)
    assert store.transcript(message.conversation_id) == [message]
    assert store.last_change() == 1


def test_the_same_client_id_of_another_patient_is_another_message(store: Store, message: Message) -> None:
    """Client ids are made in browsers and count within one procedure only. H-14: she reads another's reply."""
    other = store.current_conversation(store.add_procedure(store.add_patient().id, "demo", None, zone="UTC").id)
    theirs, created = store.receive_message(other.id, "c1", "mine")
    assert (created, theirs.text, theirs.seq) == (True, "mine", 1)


@pytest.mark.parametrize(
    ("author", "state"), [("patient", "received"), ("carer", "received"), ("nurse", "answered"), ("bot", "answered")]
)
def test_only_patients_and_carers_wait_for_a_reply(
    store: Store, conversation: Conversation, author: str, state: str
) -> None:
    """Recovery must not answer a nurse."""
    message, _ = store.receive_message(conversation.id, "c1", "hello", author=author)
    assert message.state == state
    assert store.pending_messages() == ([message] if state == "received" else [])


@pytest.mark.parametrize("state", ["answered", "failed"])
def test_a_message_is_answered_once(store: Store, message: Message, clock: FixedClock, state: str) -> None:
    """The reply is one bot message with its parts; a second call changes nothing and returns it."""
    clock.advance(seconds=1)
    reply = store.answer_message(message.id, PARTS, state)
    expected = Message(
        *(reply.id, message.conversation_id, message.procedure_id, 2, None, "bot", "How many pads?\n\nRest."),
        *("en", "web", NOON + 1000, "answered", message.id, PARTS),
    )
    assert reply == store.reply_to(message.id) == store.answer_message(message.id, (), "failed") == expected
    assert [(each.id, each.state) for each in store.transcript(message.conversation_id)] == [
        (message.id, state),
        (reply.id, "answered"),
    ]
    assert store.pending_messages() == []


def test_no_reply_yet(store: Store, message: Message) -> None:
    """None, so that care knows it has work to do."""
    assert store.reply_to(message.id) is None


def test_answering_nothing_is_refused(store: Store) -> None:
    """An unknown message has no conversation to reply in."""
    with pytest.raises(NotFound):
        store.answer_message("nothing", PARTS)


def test_a_transcript_runs_over_conversations(store: Store, procedure: Procedure, clock: FixedClock) -> None:
    """The patient's page shows her whole procedure, in order; polling asks for what is new."""
    ids = []
    for n in range(3):
        clock.advance(hours=13)
        conversation = store.current_conversation(procedure.id)
        ids.append(store.receive_message(conversation.id, f"c{n}", "hello")[0].id)
        assert [message.id for message in store.transcript(conversation.id)] == ids[-1:]
    assert [message.id for message in store.procedure_transcript(procedure.id)] == ids
    assert [message.id for message in store.procedure_transcript(procedure.id, after_seq=2)] == ids[2:]
    assert [message.id for message in store.pending_messages()] == ids


def test_every_write_of_a_message_is_a_change(store: Store, message: Message) -> None:
    """A reply changes two messages: the one answered and the one that answers."""
    reply = store.answer_message(message.id, PARTS)
    assert store.changes_after(0) == [
        Change(1, "message", message.id, NOON),
        Change(2, "message", message.id, NOON),
        Change(3, "message", reply.id, NOON),
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b", "a\0b"),
        ("\ud83d half", "\N{REPLACEMENT CHARACTER} half"),
        ("\U0001fa78 drop", "\U0001fa78 drop"),
        ("", ""),
        ("'); DROP TABLE messages; --", "'); DROP TABLE messages; --"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_any_text_is_kept_with_its_length(store: Store, conversation: Conversation, text: str, kept: str) -> None:
    """Spans are code points into the stored text: what cannot be stored is replaced one for one."""
    message, _ = store.receive_message(conversation.id, text, text)
    assert (message.text, message.client_id, len(message.text)) == (kept, kept, len(text))
    assert store.receive_message(conversation.id, text, text) == (message, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bleeding", [2, 0]),
        ("bleed", [2, 0]),
        ("lot bleeding", [0]),
        ("BLEEDING lot", [0]),
        ("fievre", [1]),
        ("fièvre !!!", [1]),
        ("pads", []),
        ("", []),
        (" \0 ", []),
        ('"', []),
        ("!!!", []),
        ("bleed*", [2, 0]),
        ("lot OR fievre", []),
        ("text:lot", []),
    ],
)
def test_search_finds_messages_with_all_the_words(
    store: Store, conversation: Conversation, words: str, found: list[int]
) -> None:
    """Newest first, by stem, without accents, no operators; what the bot said is not searched."""
    texts = ("bleeding a lot", "j'ai de la fièvre", "it bleeds\0less")
    messages = [store.receive_message(conversation.id, text, text)[0] for text in texts]
    store.answer_message(messages[0].id, (ReplyPart("utter_pads", "How many pads? bleeding"),))
    assert store.search_messages(words, 10) == [(conversation.id, messages[n].id) for n in found]
    assert store.search_messages(words, 1) == [(conversation.id, messages[n].id) for n in found[:1]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=40) | st.text('"*^:(){}+-NEAROT \0', max_size=20))
def test_any_text_may_be_searched_for(store: Store, conversation: Conversation, text: str) -> None:
    """Search words are typed by people; nothing in them is an operator or an error."""
    message, _ = store.receive_message(conversation.id, text, text)
    found = store.search_messages(text, 1000)
    assert (conversation.id, message.id) in found or not any(char.isalnum() for char in text)
