from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import FixedClock
from bot.store import Message, NotFound, Store
from bot.triage.assessment import Assessment, Evidence, FindingHit, Outcome, Reason, TimeLimit
from bot.triage.observation import Observation, Status
from tests.store.samples import crash

SEEN = (
    Observation("bleeding", Status.PRESENT, 0, 8, {"amount": "heavy"}, {"pads_per_hour": 2.0}, hours_ago=1.5),
    Observation("fever", Status.DENIED, 10, 18),
)


def concluded(message: Message) -> Assessment:
    """An assessment with every field set."""
    words = (Evidence(message.id, 0, 8),)
    return Assessment(
        outcome=Outcome.URGENT,
        emergency=True,
        time_limit=TimeLimit.NOW,
        findings=(FindingHit("soaked_pad", "present", words),),
        reasons=(Reason("soaked_pad", Outcome.URGENT, True, words),),
        question="q_faint",
        advice=("call_emergency",),
        requests=("person",),
        safeguarding=True,
        do_not_phone=True,
        protocol_version="1",
    )


def test_a_triage_is_kept_whole(store: Store, message: Message) -> None:
    """Observations come back with the message that they were read in, the assessment as it was."""
    assert store.save_triage(message.id, SEEN, concluded(message)) is True
    expected = [replace(each, message_id=message.id) for each in SEEN]
    assert store.observations(message.conversation_id) == expected
    assert store.assessment(message.id) == store.latest_assessment(message.conversation_id) == concluded(message)


def test_a_message_is_triaged_once(store: Store, message: Message) -> None:
    """Whoever comes second, the custom action or care, changes nothing. H-11: a finding counts twice."""
    store.save_triage(message.id, SEEN, concluded(message))
    assert store.save_triage(message.id, (), Assessment()) is False
    assert len(store.observations(message.conversation_id)) == 2
    assert store.assessment(message.id) == concluded(message)


def test_a_message_without_observations_is_triaged_too(store: Store, message: Message) -> None:
    """An empty reading is a reading."""
    assert store.save_triage(message.id, (), Assessment()) is True
    assert store.save_triage(message.id, SEEN, concluded(message)) is False
    assert store.assessment(message.id) == Assessment()


def test_observations_follow_the_order_of_messages(store: Store, message: Message, clock: FixedClock) -> None:
    """Also when the earlier message is triaged last, after a restart; another conversation's do not count."""
    later, _ = store.receive_message(message.conversation_id, "c2", "more")
    store.save_triage(later.id, SEEN[1:], Assessment(outcome=Outcome.NORMAL))
    store.save_triage(message.id, SEEN[:1], concluded(message))
    clock.advance(hours=13)
    new = store.current_conversation(message.procedure_id)
    assert [each.complaint for each in store.observations(message.conversation_id)] == ["bleeding", "fever"]
    assert store.latest_assessment(message.conversation_id) == Assessment(outcome=Outcome.NORMAL)
    assert (store.observations(new.id), store.latest_assessment(new.id)) == ([], None)


def test_a_failed_triage_leaves_nothing(store: Store, message: Message) -> None:
    """One transaction: no observation without its assessment."""
    with crash(store):
        store.save_triage(message.id, SEEN, concluded(message))
    assert (store.observations(message.conversation_id), store.assessment(message.id)) == ([], None)


def test_triage_of_nothing_is_refused(store: Store) -> None:
    """An unknown message has no triage."""
    with pytest.raises(NotFound):
        store.save_triage("nothing", SEEN, Assessment())
