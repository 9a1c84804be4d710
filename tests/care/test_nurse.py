"""Who speaks while a nurse holds the case: she does, unless it is urgent or she is silent."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.care.journey import NURSE_MS
from bot.casework.step import UNANSWERED_MS
from bot.replies.outcome import outcome_of
from bot.store import Flag
from bot.store.flags import CLAIM_MS
from bot.triage.assessment import Outcome
from bot.triage.observation import Observation
from tests.care.conftest import Desk
from tests.care.fakes import reading

NURSE, PASSWORD = "Ada", "correct horse one"
BREATHLESS = reading(Observation("breathing", start=0, end=5, attributes={"kind": "short"}))
SOON = reading(Observation("urine", start=0, end=5, attributes={"sign": "burning"}))


def claimed(desk: Desk, text: str = "it burns") -> Flag:
    """Let the patient write, and a nurse claim the flag."""
    desk.dialogue.readings = {**desk.dialogue.readings, "it burns": SOON, "cant breathe": BREATHLESS}
    desk.store.add_user(NURSE, PASSWORD, "nurse")
    asyncio.run(desk.say(text))
    (flag,) = desk.store.open_flags()
    return desk.store.claim_flag(flag.id, desk.store.users()[0].id)


def bot_says(desk: Desk) -> list[Outcome]:
    """Return the tier of each reply of the bot."""
    thread = desk.store.procedure_transcript(desk.procedure_id)
    return [outcome_of(each.parts)[0] for each in thread if each.author == "bot"]


def test_the_bot_is_silent_and_still_triages(desk: Desk) -> None:
    """H-22: what is not urgent waits for the nurse, is assessed all the same, and a retry changes nothing."""
    flag = claimed(desk)

    first = asyncio.run(desk.care.receive(desk.procedure_id, "same", "spotting"))
    again = asyncio.run(desk.care.receive(desk.procedure_id, "same", "spotting"))

    assert (first, again.message) == (again, None)
    assert first.assessment is not None
    assert {reason.rule_id for reason in first.assessment.reasons} >= {"dysuria", "spotting_light"}
    assert bot_says(desk) == [Outcome.CALL_SOON]
    assert desk.store.open_flags() == [replace(flag, reason_ids=desk.store.flag(flag.id).reason_ids)]


@pytest.mark.parametrize(("before", "text"), [("it burns", "i soaked a pad"), ("i soaked a pad", "cant breathe")])
def test_a_rise_gives_the_chat_back(desk: Desk, before: str, text: str) -> None:
    """H-01, H-22: a red flag is answered in full at once, and the flag is everybody's again."""
    flag = claimed(desk, before)

    reply = asyncio.run(desk.say(text))

    assert outcome_of(reply.message.parts) == (Outcome.URGENT, text == "cant breathe")
    assert (desk.store.flag(flag.id).tier, desk.store.flag(flag.id).state) == ("urgent", "open")


def test_urgent_words_are_answered_though_the_tier_stands(desk: Desk) -> None:
    """H-01, H-22: the flag is urgent and hers already; new urgent words still get the bot's urgent reply at once."""
    flag = claimed(desk, "i soaked a pad")

    thanks, again = asyncio.run(desk.say("thanks")), asyncio.run(desk.say("i soaked a pad"))

    assert thanks.message is None
    assert outcome_of(again.message.parts)[0] is Outcome.URGENT
    assert desk.store.flag(flag.id).state == "claimed"
    assert desk.store.left_messages(0) == []


def test_a_silent_nurse_is_no_worse_than_the_bot(desk: Desk) -> None:
    """H-22: after three minutes the bot answers the last message for all of them, once, with its question open."""
    claimed(desk)
    asyncio.run(desk.say("spotting"))
    asyncio.run(desk.say("bleeding"))
    conversation = desk.store.current_conversation(desk.procedure_id).id
    assert desk.store.conversation(conversation).open_question is None
    desk.clock.ms += NURSE_MS - 1
    assert asyncio.run(desk.care.answer_left()) == 0
    desk.clock.ms += 1

    assert [asyncio.run(desk.care.answer_left()) for _ in range(2)] == [1, 0]

    thread = desk.store.procedure_transcript(desk.procedure_id)
    assert [each.author for each in thread] == ["patient", "bot", "patient", "patient", "bot"]
    assert (thread[-1].in_reply_to, desk.store.pending_messages()) == (thread[-2].id, [])


@pytest.mark.parametrize("how", ["released", "stale"])
def test_the_bot_returns(desk: Desk, how: str) -> None:
    """H-22: given back or left lying, the chat is the bot's: what waited is answered, and what comes next too."""
    flag = claimed(desk)
    asyncio.run(desk.say("spotting"))
    if how == "released":
        desk.store.release_flag(flag.id, desk.store.users()[0].id)
    else:
        desk.clock.ms += CLAIM_MS

    assert asyncio.run(desk.care.answer_left()) == 1
    assert asyncio.run(desk.say("spotting")).message is not None


def test_a_nurses_answer_is_the_answer(desk: Desk) -> None:
    """Once she has written, neither time nor a retry makes the bot answer the same message."""
    flag = claimed(desk)
    asyncio.run(desk.care.receive(desk.procedure_id, "same", "spotting"))
    desk.store.write_to_patient(flag.id, desk.store.users()[0].id, "n1", "Rest, please.")
    desk.clock.ms += NURSE_MS

    assert asyncio.run(desk.care.answer_left()) == 0
    assert asyncio.run(desk.care.receive(desk.procedure_id, "same", "spotting")).message is None
    assert bot_says(desk) == [Outcome.CALL_SOON]


def test_a_question_that_a_nurse_took_over_raises_no_flag(desk: Desk) -> None:
    """Silence after the bot's question is no sign once a nurse has written."""
    claimed(desk)
    flag = desk.store.open_flags()[0]
    desk.store.release_flag(flag.id, desk.store.users()[0].id)
    asyncio.run(desk.say("bleeding"))
    desk.store.claim_flag(flag.id, desk.store.users()[0].id)
    desk.store.write_to_patient(flag.id, desk.store.users()[0].id, "n1", "Is it more than spots?")
    desk.clock.ms += UNANSWERED_MS

    assert desk.care.tick() == 1
    assert [each.kind for each in desk.store.open_flags()] == ["clinical"]


def test_what_a_nurse_lowered_stays_lowered_until_new_words(desk: Desk) -> None:
    """H-04: "thanks" does not undo her judgement, and the same sign told anew does."""
    flag = claimed(desk, "i soaked a pad")
    desk.store.override_tier(flag.id, desk.store.users()[0].id, "call_soon", False, "misread")

    asyncio.run(desk.say("thanks"))
    lowered = desk.store.flag(flag.id)
    asyncio.run(desk.say("i soaked a pad"))

    assert (lowered.tier, lowered.state) == ("call_soon", "claimed")
    assert (desk.store.flag(flag.id).tier, desk.store.flag(flag.id).state) == ("urgent", "open")
