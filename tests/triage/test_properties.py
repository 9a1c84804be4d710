"""Properties of the engine over any observations of the vocabulary, any order, any day."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.triage.assessment import Assessment, Outcome
from bot.triage.engine import Context, assess
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation, Status
from tests.triage.saying import PROTOCOL

HELD = load_protocol(PROTOCOL)
WORDS = HELD.vocabulary
FACTORS = WORDS.attributes["factor"]["kind"]
UNSURE = {"not_sure", "day"}
"""Not findings: a day learnt later is used from then on (rule 27), and "not sure" only makes sense of a question."""


ANY_STATUS = st.sampled_from(Status)


@st.composite
def observations(draw: st.DrawFn, status: st.SearchStrategy[Status] = ANY_STATUS) -> Observation:
    """Draw any observation of the vocabulary."""
    complaint: str = draw(st.sampled_from(sorted(WORDS.attributes)))
    named = WORDS.attributes[complaint]
    attributes: dict[str, str] = draw(
        st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in named.items() if values})
    )
    bounds = WORDS.measures[complaint]
    measures: dict[str, float] = draw(
        st.fixed_dictionaries({}, optional={name: st.floats(low, high) for name, (low, high) in bounds.items()})
    )
    start = draw(st.integers(0, 50))
    return Observation(
        complaint, draw(status), start, start + draw(st.integers(1, 20)), attributes, measures,
        draw(st.none() | st.floats(0, 500)), draw(st.sampled_from([False, False, False, True])),
        draw(st.sampled_from(["m0", "m1", "m2"])),
    )  # fmt: skip


def conversations(status: st.SearchStrategy[Status] = ANY_STATUS) -> st.SearchStrategy[list[Observation]]:
    """Draw up to eight observations, message by message."""
    return st.lists(observations(status), max_size=8).map(lambda seen: sorted(seen, key=lambda item: item.message_id))


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Draw any context: day, factors, course of the dialogue."""
    asked: tuple[str, ...] = tuple(draw(st.lists(st.sampled_from(sorted(HELD.questions)), max_size=4)))
    waits: str | None = draw(st.sampled_from([None, *asked[-1:]]))
    day, held = draw(st.none() | st.integers(0, 60)), draw(st.frozensets(st.sampled_from(FACTORS), max_size=3))
    return Context(day, held, asked, waits, draw(st.integers(0, 3)))


def level(result: Assessment) -> tuple[int, bool]:
    """Return the order of normal < call_soon < urgent < emergency, leaving aside what is asked."""
    known = [reason.outcome.rank for reason in result.reasons if reason.outcome is not Outcome.ASK]
    return max(known, default=0), result.emergency


@given(conversations(), contexts())
@settings(max_examples=300, deadline=None)
def test_total_and_deterministic(seen: list[Observation], context: Context) -> None:
    """H-01: any observations in any context give one assessment, the same each time, and it survives storage."""
    result = assess(HELD, seen, context)
    assert result == assess(HELD, seen, context)
    assert result == Assessment.from_dict(json.loads(json.dumps(result.to_dict())))
    assert (result.outcome is Outcome.NONE) or result.advice
    assert result.question is None or result.outcome is not Outcome.URGENT


@given(conversations(), contexts(), observations(st.just(Status.PRESENT)))
@settings(max_examples=600, deadline=None)
def test_saying_more_never_lowers(seen: list[Observation], context: Context, more: Observation) -> None:
    """H-04: one more present observation, in the last message or a new one, lowers nothing."""
    more = replace(more, retracted=False, message_id="m3")
    context = replace(context, unanswered=0, asked=())
    if more.complaint not in UNSURE:
        before, after = assess(HELD, seen, context), assess(HELD, [*seen, more], context)
        assert level(after) >= level(before)


@given(conversations(st.just(Status.PRESENT)), st.integers(0, 40), st.randoms())
@settings(max_examples=200, deadline=None)
def test_order_within_a_message_does_not_matter(seen: list[Observation], day: int, random: object) -> None:
    """H-02: a list of complaints reads the same in any order, nothing being taken back."""
    message = [replace(item, retracted=False, message_id="m0") for item in seen]
    shuffled = list(message)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (assess(HELD, order, Context(day)) for order in (message, shuffled))
    assert (first.outcome, first.emergency, first.question) == (second.outcome, second.emergency, second.question)


@given(
    conversations(st.sampled_from([Status.DENIED, Status.HYPOTHETICAL, Status.OTHER_PERSON])),
    st.none() | st.integers(0, 60),
    st.frozensets(st.sampled_from(FACTORS)),
)
@settings(max_examples=300, deadline=None)
def test_what_is_not_hers_now_raises_nothing(seen: list[Observation], day: int | None, held: frozenset[str]) -> None:
    """C32-C34: denials, what-ifs and other people's symptoms give `none`, whatever the day and factors."""
    assert assess(HELD, seen, Context(day, held)).outcome is Outcome.NONE


@given(conversations(), st.integers(0, 30), st.frozensets(st.sampled_from(FACTORS), max_size=3))
@settings(max_examples=400, deadline=None)
def test_unknown_day_is_never_more_favourable(seen: list[Observation], day: int, held: frozenset[str]) -> None:
    """H-03, rule 14: not knowing the day is at least as careful as any day up to 30, for what is present."""
    said = [item for item in seen if item.complaint != "day" and item.status is not Status.PAST]
    assert level(assess(HELD, said, Context(None, held))) >= level(assess(HELD, said, Context(day, held)))
