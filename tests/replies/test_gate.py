from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.replies.gate import check, notice
from bot.replies.plans import Condition, Plans
from bot.replies.responses import Responses
from bot.site import Site
from bot.triage.lined_yaml import ProtocolError, read_yaml
from bot.triage.protocol import Protocol
from bot.web.texts import KEYS

Content = tuple[Responses, Plans, Protocol]


def test_product_content_passes(responses: Responses, plans: Plans, protocol: Protocol) -> None:
    """H-07, H-08: every advice id, question id, topic and plan has its sentence, none is unused, all can be filled."""
    check(responses, plans, protocol)


def test_intents_in_the_plans_are_rasas(responses: Responses, plans: Plans) -> None:
    """H-07: a mistyped intent would silently get the general answer."""
    intents = {name for entry in read_yaml(responses.path)["intents"] for name in entry}
    conditions = [
        *(when for _, when in plans.choose),
        *(part.when for parts in plans.by_name.values() for part in parts),
    ]
    facts = {fact for when in conditions for fact in when.needs | when.bars if fact.startswith("intent:")}
    assert {fact.removeprefix("intent:") for fact in facts} <= intents


def test_every_sentence_of_the_pages_is_there_and_used(responses: Responses) -> None:
    """H-08: the pages' own sentences stand in domain.yml, none too many."""
    assert {name for name in responses.by_name if name.startswith("utter_web_")} == KEYS


def test_notice_needs_nothing_but_the_site(responses: Responses, site: Site) -> None:
    """H-08: the safety notice for failures carries every number, the emergency number first."""
    said = notice(responses, site).text
    assert said.startswith("Call 911 now")
    assert {"216-555-0142", "216-555-0188"} <= set(said.replace(",", " ").replace(".", " ").split())


def without(name: str) -> Callable[[Content], Content]:
    """Content without one response."""
    return lambda given: (
        replace(given[0], by_name={key: value for key, value in given[0].by_name.items() if key != name}),
        *given[1:],
    )


def changed(name: str, **values: Any) -> Callable[[Content], Content]:
    """Content with one response changed, or added."""

    def change(given: Content) -> Content:
        old = given[0].by_name.get(name, given[0].by_name["utter_greet"])
        new = {**given[0].by_name, name: replace(old, name=name, **values)}
        return replace(given[0], by_name=new), *given[1:]

    return change


def guarded(fact: str) -> Callable[[Content], Content]:
    """Content whose greeting needs a fact."""

    def change(given: Content) -> Content:
        part = replace(given[1].by_name["greet"][0], when=Condition(frozenset({fact})))
        return given[0], replace(given[1], by_name={**given[1].by_name, "greet": (part,)}), given[2]

    return change


def protocol_with(**values: Any) -> Callable[[Content], Content]:
    """Content with a changed protocol; a value is a function of the old one."""
    return lambda given: (
        *given[:2],
        replace(given[2], **{key: change(getattr(given[2], key)) for key, change in values.items()}),
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without("utter_notice"), "the safety notice needs response 'utter_notice'"),
        (without("utter_urgent_call_open"), "plan 'urgent' needs response 'utter_urgent_call_open'"),
        (without("utter_company"), "needs response 'utter_company'"),
        (without("utter_faq_sex"), "topic 'sex' needs response 'utter_faq_sex'"),
        (without("utter_language_other"), "language 'other' needs response 'utter_language_other'"),
        (protocol_with(advice=lambda old: {**old, "new": ()}), "advice 'new' of the protocol needs response"),
        (guarded("said:utter_compny"), "'said:utter_compny' names no response"),
        (changed("utter_spare"), "'utter_spare' is never said; remove it"),
        (changed("utter_greet", placeholders=frozenset({"hsg_date"})), "guard it by 'if: dated'"),
        (changed("utter_greet", placeholders=frozenset({"words"})), "guard it by 'if: quoted'"),
        (changed("utter_greet", placeholders=frozenset({"clinic"})), "'utter_greet' uses {clinic}"),
        (changed("utter_faq_sex", placeholders=frozenset({"words"})), "'utter_faq_sex' uses {words}"),
        (changed("utter_notice", placeholders=frozenset({"call_phone"})), "'utter_notice' uses {call_phone}"),
        (protocol_with(requests=lambda old: {**old, "wants_tea": None}), "needs response 'utter_request_wants_tea'"),
        (protocol_with(findings=lambda old: tuple(replace(r, safeguarding=True) for r in old)), "stands in no family"),
        (protocol_with(findings=lambda _: (), rules=lambda _: ()), "is not in the protocol; mend the name"),
        (protocol_with(other_emergency=lambda _: "x"), "other_emergency must be the protocol's 'x'"),
    ],
)
def test_content_that_could_fail_before_a_patient_is_refused(
    responses: Responses, plans: Plans, protocol: Protocol, change: Callable[[Content], Content], problem: str
) -> None:
    """H-07, H-08: a missing, unused or unfillable sentence stops the start, with file, line and what to mend."""
    with pytest.raises(ProtocolError) as error:
        check(*change((responses, plans, protocol)))
    assert problem in str(error.value)


def test_question_with_a_missing_answer_button_is_refused(
    responses: Responses, plans: Plans, protocol: Protocol
) -> None:
    """H-01: she can tap every answer that the protocol knows, and "not sure"."""
    question = next(iter(protocol.questions))
    response = responses[f"utter_ask_{question}"]
    short = changed(response.name, answers=response.answers[1:])
    with pytest.raises(ProtocolError, match=f"{response.name}' answers"):
        check(*short((responses, plans, protocol)))
