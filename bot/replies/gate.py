"""What must hold before a server may speak: every sentence is there and can always be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.replies.plans import SAID, Part, Plans
from bot.replies.responses import ADVICE, ASK, CANNED, FAQ, LANGUAGE, NOTICE, REQUEST, WEB, Response, Responses
from bot.replies.site_values import PER_SITE
from bot.replies.situation import OTHER_LANGUAGE
from bot.site import Site
from bot.store.records import ReplyPart
from bot.triage.lined_yaml import ProtocolError
from bot.triage.protocol import Protocol

WEB_VALUES = frozenset({"site_name", "clinic_phone", "on_call_phone", "emergency_phone", "crisis_phone"})
KNOWN_ONLY = {"hsg_date": "dated", "words": "quoted", "sources": "sourced"}
"""Values that are not always there, and the fact that must guard a sentence which uses them."""


def notice(responses: Responses, site: Site) -> ReplyPart:
    """Return the fixed safety notice for failures. It depends on nothing but the site file: no clock, no case."""
    values = {"site_name": site.name, **{f"{name}_phone": number for name, number in site.phones.items()}}
    return responses.render([(NOTICE, values)])[0]


def check(responses: Responses, plans: Plans, protocol: Protocol) -> None:
    """Raise ProtocolError where a sentence is missing, unused, cannot be filled in, or lacks an answer button."""
    wanted = dict(_wanted(plans, protocol))
    for name, (path, line, why) in wanted.items():
        if name not in responses:
            raise ProtocolError(path, line, f"{why} needs response '{name}'; add it to {responses.path.name}")
    for response in responses.by_name.values():
        if response.name not in wanted and not response.name.startswith((WEB, CANNED)):
            raise ProtocolError(responses.path, response.line, f"'{response.name}' is never said; remove it")
    for parts in plans.by_name.values():
        for part in parts:
            _check_guard(responses, plans, part)
    _check_fill(responses, plans)
    _check_questions(responses, protocol)
    _check_names(plans, protocol)


def _wanted(plans: Plans, protocol: Protocol) -> Iterator[tuple[str, tuple[Path, int, str]]]:
    yield NOTICE, (plans.path, 1, "the safety notice")
    for name, parts in plans.by_name.items():
        for part in parts:
            if not part.slot:
                yield part.say, (plans.path, part.line, f"plan '{name}'")
    wishes = (wish for wish in protocol.requests if wish != OTHER_LANGUAGE)
    yield from _family(plans, ADVICE, protocol.advice, "advice '{}' of the protocol")
    yield from _family(plans, ASK, protocol.questions, "question '{}' of the protocol")
    yield from _family(plans, REQUEST, wishes, "request '{}' of the protocol")
    yield from _family(plans, FAQ, (*plans.topics, "unknown"), "topic '{}'")
    yield from _family(plans, LANGUAGE, (*plans.languages, "other"), "language '{}'")


def _family(plans: Plans, prefix: str, ids: Iterable[str], why: str) -> Iterator[tuple[str, tuple[Path, int, str]]]:
    for name in ids:
        yield prefix + name, (plans.path, 1, why.format(name))


def _check_guard(responses: Responses, plans: Plans, part: Part) -> None:
    for name in part.when.needs | part.when.bars:
        if name.startswith(SAID) and name.removeprefix(SAID) not in responses:
            raise ProtocolError(plans.path, part.line, f"'{name}' names no response; mend the name")
    if part.slot:
        return
    for value in responses[part.say].placeholders:
        fact = KNOWN_ONLY.get(value)
        if fact and fact not in part.when.needs:
            raise ProtocolError(plans.path, part.line, f"'{part.say}' uses {{{value}}}; guard it by 'if: {fact}'")


def _check_fill(responses: Responses, plans: Plans) -> None:
    said = {part.say for parts in plans.by_name.values() for part in parts}
    for response in responses.by_name.values():
        allowed = PER_SITE | set(KNOWN_ONLY) if response.name in said else PER_SITE
        if response.name == NOTICE or response.name.startswith((WEB, CANNED)):
            allowed = WEB_VALUES
        unknown = sorted(response.placeholders - allowed)
        if unknown:
            problem = f"'{response.name}' uses {{{unknown[0]}}}; it may use {', '.join(sorted(allowed))}"
            raise ProtocolError(responses.path, response.line, problem)


def _check_questions(responses: Responses, protocol: Protocol) -> None:
    """A question with choices has a button for each answer and one for "not sure"; one for a number has that alone.

    A follow-up has its buttons only; one that no sentence asks is refused.
    """
    for question in protocol.questions.values():
        _check_answers(
            responses, responses[ASK + question.id], {answer.id for answer in question.answers} | {"not_sure"}
        )
    for question in protocol.follow_ups.values():
        asking = [item for item in responses.by_name.values() if item.follow_up == question.id]
        if not asking:
            raise ProtocolError(responses.path, 1, f"no response asks follow-up '{question.id}'; add one or remove it")
        for response in asking:
            _check_answers(responses, response, {answer.id for answer in question.answers})


def _check_answers(responses: Responses, response: Response, wanted: set[str]) -> None:
    if set(response.answers) != wanted or len(response.answers) != len(wanted):
        problem = (
            f"'{response.name}' answers {', '.join(response.answers)}; the protocol's: {', '.join(sorted(wanted))}"
        )
        raise ProtocolError(responses.path, response.line, problem)


def _check_names(plans: Plans, protocol: Protocol) -> None:
    """Rule and advice ids in the plans are the protocol's, and no safeguarding rule is left out."""
    rules = (*protocol.findings, *protocol.rules)
    known = {rule.id for rule in rules} | {item.id for item in protocol.vague}
    kept = {rule.id for rule in rules if rule.safeguarding}
    named = {rule for ids in plans.families.values() for rule in ids}
    for rule in sorted(kept - named):
        raise ProtocolError(plans.path, 1, f"safeguarding rule '{rule}' of the protocol stands in no family; list it")
    for rule in sorted(named - known):
        raise ProtocolError(plans.path, 1, f"safeguarding rule '{rule}' is not in the protocol; mend the name")
    for topic in sorted(plans.about_symptoms - set(plans.topics)):
        raise ProtocolError(plans.path, 1, f"'{topic}' in about_symptoms is no topic; mend the name")
    if plans.other_emergency != protocol.other_emergency:
        raise ProtocolError(plans.path, 1, f"other_emergency must be the protocol's '{protocol.other_emergency}'")
