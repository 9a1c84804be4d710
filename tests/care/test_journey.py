from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.care.journey import SYSTEM_FAILED, SYSTEM_REPAIRED, UNANSWERED
from bot.replies.outcome import outcome_of
from bot.replies.responses import NOTICE
from bot.store.records import Flag
from bot.triage.assessment import Outcome
from tests.care.conftest import Desk


def kinds(flags: list[Flag]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what matters of flags."""
    return [(flag.kind, flag.tier, flag.reason_ids) for flag in flags]


def boom() -> Any:
    """Fail as Rasa may, with the patient's words in the message."""
    raise RuntimeError("i soaked a pad")


def test_an_urgent_finding_is_answered_and_flagged_in_one_go(desk: Desk) -> None:
    """H-07, H-13: the reply says urgent, one flag stands, and the message is answered."""
    reply = asyncio.run(desk.say("i soaked a pad"))

    assert outcome_of(reply.message.parts) == (Outcome.URGENT, False)
    assert [(flag.kind, flag.tier, flag.state) for flag in desk.store.open_flags()] == [("clinical", "urgent", "open")]
    assert desk.store.message(reply.message.in_reply_to or "").state == "answered"


@pytest.mark.parametrize("text", ["i soaked a pad", "spotting", "bleeding", "thanks"])
def test_the_reply_sent_states_the_assessment(desk: Desk, text: str) -> None:
    """H-07: the outcome read from the reply equals the assessment."""
    reply = asyncio.run(desk.say(text))

    assert reply.assessment is not None
    assert outcome_of(reply.message.parts) == (reply.assessment.outcome, reply.assessment.emergency)


def test_a_client_id_seen_before_gets_its_stored_reply(desk: Desk) -> None:
    """H-11: a retry neither reads nor flags again, at the same time or later."""

    async def both() -> list[Any]:
        sending = [desk.care.receive(desk.procedure_id, "same", "i soaked a pad") for _ in range(3)]
        return [*await asyncio.gather(*sending), await desk.care.receive(desk.procedure_id, "same", "other words")]

    replies = asyncio.run(both())

    assert len({reply.message.id for reply in replies}) == 1
    assert desk.dialogue.reads == ["i soaked a pad"]
    assert len(desk.store.open_flags()) == 1


def test_wording_that_fails_is_repaired(desk: Desk) -> None:
    """H-07, H-12: the action raises; the patient still reads the full advice, a nurse sees that it broke."""
    desk.dialogue.before_word = boom

    reply = asyncio.run(desk.say("i soaked a pad"))

    assert (outcome_of(reply.message.parts), reply.degraded) == ((Outcome.URGENT, False), True)
    assert ("system", "urgent", (SYSTEM_REPAIRED,)) in kinds(desk.store.open_flags())


Sent = list[dict[str, Any]]


def silence(sent: Sent) -> Sent:
    """Say nothing."""
    return sent[:0]


def part_missing(sent: Sent) -> Sent:
    """Leave out the first line."""
    return sent[1:]


def other_words(sent: Sent) -> Sent:
    """Say something else under the right name."""
    return [{**sent[0], "text": "You may wait."}, *sent[1:]]


def other_response(sent: Sent) -> Sent:
    """Choose another response."""
    return [{**sent[0], "response": "utter_greet"}, *sent[1:]]


@pytest.mark.parametrize("edit", [silence, part_missing, other_words, other_response])
def test_wording_that_differs_is_repaired(desk: Desk, edit: Any) -> None:
    """H-07: whatever Rasa sent, the patient reads what the assessment calls for."""
    plain = asyncio.run(desk.say("i soaked a pad")).message.text
    desk.dialogue.edit = edit

    reply = asyncio.run(desk.say("i soaked a pad"))

    assert (reply.message.text.split("\n")[0], reply.degraded) == (plain.split("\n")[0], True)
    assert ("system", "urgent", (SYSTEM_REPAIRED,)) in kinds(desk.store.open_flags())


def test_reading_that_fails_gives_the_safety_notice(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """H-12, H-15: notice, system flag, message kept as failed; nothing that she wrote is logged."""
    desk.dialogue.before_read = boom

    reply = asyncio.run(desk.say("i soaked a pad"))

    assert [part.response for part in reply.message.parts] == [NOTICE]
    assert "911" in reply.message.text
    assert kinds(desk.store.open_flags()) == [("system", "urgent", (SYSTEM_FAILED,))]
    assert desk.store.message(reply.message.in_reply_to or "").state == "failed"
    assert "soaked" not in caplog.text


def test_a_failed_message_is_told_once(desk: Desk) -> None:
    """H-11: the retry of a failed message returns the stored notice; the words stay in the transcript."""
    desk.dialogue.before_read = boom
    first = asyncio.run(desk.care.receive(desk.procedure_id, "same", "i soaked a pad"))
    desk.dialogue.before_read = lambda: None

    again = asyncio.run(desk.care.receive(desk.procedure_id, "same", "i soaked a pad"))

    assert (again.message.id, again.degraded) == (first.message.id, True)
    assert desk.store.procedure_transcript(desk.procedure_id)[0].text == "i soaked a pad"


def test_what_a_crash_left_is_answered_at_start(desk: Desk) -> None:
    """H-11: committed but unanswered messages get their reply, oldest first, and their flag."""
    conversation = desk.store.current_conversation(desk.procedure_id)
    for number, text in enumerate(["spotting", "i soaked a pad"]):
        desk.store.receive_message(conversation.id, f"left-{number}", text)

    count = asyncio.run(desk.care.recover())

    assert (count, desk.dialogue.reads) == (2, ["spotting", "i soaked a pad"])
    assert (desk.store.pending_messages(), len(desk.store.open_flags())) == ([], 1)


def test_findings_stand_when_she_says_thanks(desk: Desk) -> None:
    """H-04: a later harmless message does not lower the tier (rule 27)."""
    asyncio.run(desk.say("i soaked a pad"))

    reply = asyncio.run(desk.say("thanks"))

    assert outcome_of(reply.message.parts)[0] is Outcome.URGENT


@pytest.mark.parametrize(("text", "expected"), [("thanks", 0), ("i soaked a pad", 1)])
def test_a_closed_flag_rises_only_on_new_evidence(desk: Desk, text: str, expected: int) -> None:
    """H-13: after a nurse closed the flag, "thanks" does not bring it back, and a new soaked pad does."""
    asyncio.run(desk.say("i soaked a pad"))
    flag, nurse = desk.store.open_flags()[0], desk.store.add_user("n", "a long pass phrase", "nurse")
    desk.store.claim_flag(flag.id, nurse.id)
    desk.store.close_flag(flag.id, nurse.id, "seen")

    asyncio.run(desk.say(text))

    assert len(desk.store.open_flags()) == expected


def test_silence_after_a_question_leaves_a_flag(desk: Desk) -> None:
    """H-06: 30 minutes after an unanswered question a nurse sees it, once, at call-soon (rule 36)."""
    asyncio.run(desk.say("bleeding"))
    desk.clock.advance(minutes=29)
    early = desk.care.tick()
    desk.clock.advance(minutes=1)

    assert (early, desk.care.tick(), desk.care.tick()) == (0, 1, 0)
    assert kinds(desk.store.open_flags()) == [("unanswered", "call_soon", (UNANSWERED,))]


def test_an_answer_stops_the_clock(desk: Desk) -> None:
    """H-06: whoever writes again is not flagged as silent."""
    asyncio.run(desk.say("bleeding"))
    asyncio.run(desk.say("spotting"))
    desk.clock.advance(hours=1)

    assert desk.care.tick() == 0


def test_two_messages_that_do_not_answer_take_the_higher_branch(desk: Desk) -> None:
    """H-06: asked, asked again, then the higher branch (rule 36, C31)."""
    said = [asyncio.run(desk.say(text)) for text in ("bleeding", "thanks", "thanks")]

    assert [outcome_of(reply.message.parts)[0] for reply in said] == [Outcome.ASK, Outcome.ASK, Outcome.URGENT]


def test_after_twelve_hours_she_is_triaged_afresh(desk: Desk) -> None:
    """Rule 27: a new conversation does not carry the old findings; the open flag stays open."""
    asyncio.run(desk.say("i soaked a pad"))
    desk.clock.advance(hours=12, minutes=1)

    reply = asyncio.run(desk.say("thanks"))

    assert outcome_of(reply.message.parts)[0] is Outcome.NONE
    assert [flag.tier for flag in desk.store.open_flags()] == ["urgent"]


@pytest.mark.parametrize(
    ("tap", "outcome"),
    [("Just drops or streaks", Outcome.NORMAL), ("Like a period", Outcome.CALL_SOON), ("Not sure", Outcome.URGENT)],
)
def test_a_tapped_answer_counts_as_what_its_button_stands_for(desk: Desk, tap: str, outcome: Outcome) -> None:
    """H-06: the words of a button are ours; only the answer behind it is taken."""
    asked = asyncio.run(desk.say("bleeding")).message
    values = {button.title: button.value for part in asked.parts for button in part.buttons}

    reply = asyncio.run(desk.say(values[tap]))

    assert outcome_of(reply.message.parts)[0] is outcome
