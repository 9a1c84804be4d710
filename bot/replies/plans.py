"""Reply plans (bot/protocols/replies.yml): which sentences answer an assessment, and in what order (rule 42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.replies.outcome import STATES
from bot.replies.responses import ADVICE, ASK, FAQ, LANGUAGE, REQUEST, Planned
from bot.replies.situation import OTHER_LANGUAGE, Situation, facts, new_requests
from bot.triage.assessment import Assessment
from bot.triage.lined_yaml import LinedList, LinedMap, ProtocolError, read_yaml

SECTIONS = frozenset(
    {"safeguarding", "other_emergency", "topics", "about_symptoms", "sources", "languages", "choose", "plans"}
)
FACTS = frozenset(
    {"none", *STATES.values(), "open", "shut", "shut_long", "first", "again", "carer", "flag_open", "late", "dated",
     "quoted", "question", "topic", "request", "foreign", "next_opening", "other_person", "hypothetical", "denied",
     "past", "advice", "other_emergency", "side_topic", "unanswered", "sourced"}
)  # fmt: skip
SAID = "said:"
NO_SOURCE = "no_source"
"""The topic of matters on which no source was found."""
PREFIXES = ("intent:", SAID, "language:", "answered:")
SLOTS = ("advice", "question", "topic", "request", "foreign", "language")
"""Parts that stand for a response chosen by the case: `{advice: 2}` is at most two `utter_advice_<id>`."""


@dataclass(frozen=True)
class Condition:
    """Facts that must hold and facts that must not."""

    needs: frozenset[str] = frozenset()
    bars: frozenset[str] = frozenset()

    def holds(self, found: frozenset[str]) -> bool:
        """Tell whether it holds for these facts."""
        return self.needs <= found and not self.bars & found


@dataclass(frozen=True)
class Part:
    """One line of a plan: a response by name, or a slot with the most responses it may give."""

    say: str
    limit: int
    when: Condition
    line: int

    @property
    def slot(self) -> bool:
        """Whether the case decides which response this is."""
        return self.say in SLOTS


@dataclass(frozen=True)
class Plans:
    """All plans, and the ordered choice among them."""

    path: Path
    choose: tuple[tuple[str, Condition], ...]
    by_name: Mapping[str, tuple[Part, ...]]
    families: Mapping[str, frozenset[str]]
    other_emergency: str
    topics: tuple[str, ...]
    about_symptoms: frozenset[str]
    sources: Mapping[str, str]
    languages: tuple[str, ...]

    def named(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return how a patient is told of these sources, those with a name only."""
        return tuple(dict.fromkeys(self.sources[code] for code in codes if code in self.sources))

    def topic_facts(self, topic: str) -> frozenset[str]:
        """Return `side_topic` for a matter that no triage answers, `unanswered` for one that we know nothing of."""
        side = {"side_topic"} if topic and topic not in self.about_symptoms else set()
        return frozenset(side if topic in self.topics and topic != NO_SOURCE else side | {"unanswered"})

    def chosen(self, found: frozenset[str]) -> str:
        """Return the name of the first plan whose condition holds; the last one always does."""
        return next(name for name, when in self.choose if when.holds(found))


def load_plans(path: Path) -> Plans:
    """Read and check a plans file. Raises ProtocolError with file, line and how to mend it."""
    reader = _Reader(path, read_yaml(path))
    for name in reader.data:
        if name not in SECTIONS:
            raise reader.fail(reader.data.lines[name], f"unknown section '{name}'; known: {_listed(SECTIONS)}")
    families = {name: frozenset(ids) for name, ids in reader.lists("safeguarding").items()}
    reader.facts = FACTS | set(families) | {f"only_{name}" for name in families}
    section = reader.section("plans", LinedMap)
    plans = {name: reader.plan(section, name) for name in section}
    choose = tuple(reader.choice(item, plans) for item in reader.section("choose", LinedList))
    reader.check_choice(choose, plans)
    topics, languages = (tuple(reader.section(name, LinedList)) for name in ("topics", "languages"))
    return Plans(
        path=path,
        choose=choose,
        by_name=plans,
        families=families,
        other_emergency=reader.section("other_emergency", str),
        topics=topics,
        about_symptoms=frozenset(reader.section("about_symptoms", LinedList)),
        sources={str(code): str(name) for code, name in reader.section("sources", LinedMap).items()},
        languages=languages,
    )


def plan(plans: Plans, assessment: Assessment, situation: Situation) -> tuple[Planned, ...]:
    """Return response names in order, each with the values that fill it in. Pure and total."""
    found = facts(assessment, situation, plans.families, plans.other_emergency) | plans.topic_facts(situation.topic)
    values = situation.values()
    names = [
        name
        for part in plans.by_name[plans.chosen(found)]
        if part.when.holds(found)
        for name in _names(plans, part, assessment, situation)
    ]
    return tuple((name, values) for name in dict.fromkeys(names))


def _names(plans: Plans, part: Part, assessment: Assessment, situation: Situation) -> Iterable[str]:
    if part.say == "advice":
        own = [name for name in assessment.advice if name != plans.other_emergency]
        return [ADVICE + name for name in own[: part.limit]]
    if part.say == "question":
        return [ASK + assessment.question] if assessment.question else []
    if part.say == "topic":
        return [FAQ + (situation.topic if situation.topic in plans.topics else "unknown")]
    if part.say == "language":
        return [_language(plans, situation)]
    if part.say == "request":
        wishes = new_requests(assessment, situation)[: part.limit]
        return [_language(plans, situation) if wish == OTHER_LANGUAGE else REQUEST + wish for wish in wishes]
    return [part.say]


def _language(plans: Plans, situation: Situation) -> str:
    return LANGUAGE + (situation.language if situation.language in plans.languages else "other")


@dataclass
class _Reader:
    path: Path
    data: LinedMap
    facts: frozenset[str] = FACTS

    def fail(self, line: int, message: str) -> ProtocolError:
        return ProtocolError(self.path, line, message)

    def section(self, name: str, kind: type) -> Any:
        if not isinstance(self.data.get(name), kind):
            wanted = "name" if kind is str else "mapping" if kind is LinedMap else "list"
            raise self.fail(self.data.lines.get(name, 1), f"section '{name}' must be there and be a {wanted}")
        return self.data[name]

    def lists(self, name: str) -> dict[str, LinedList]:
        section = self.section(name, LinedMap)
        for key in section:
            if not isinstance(section[key], LinedList):
                raise self.fail(section.lines[key], f"'{key}' must be a list of rule ids")
        return dict(section)

    def plan(self, section: LinedMap, name: str) -> tuple[Part, ...]:
        items = section[name]
        if not isinstance(items, LinedList) or not items:
            raise self.fail(section.lines[name], f"plan '{name}' must be a list of sentences")
        return tuple(self._part(item, section.lines[name], name) for item in items)

    def _part(self, item: Any, line: int, name: str) -> Part:
        if isinstance(item, str):
            return Part(item, 1, Condition(), line)
        if not isinstance(item, LinedMap):
            raise self.fail(line, f"a part of plan '{name}' is a response name, or say:/advice:/... with if:")
        kinds = [key for key in item if key != "if"]
        if len(kinds) != 1 or kinds[0] not in ("say", *SLOTS):
            raise self.fail(item.line, f"a part of plan '{name}' has one of say, {', '.join(SLOTS)}, and may have if")
        return self._built(item, kinds[0], self._condition(item))

    def _built(self, item: LinedMap, kind: str, when: Condition) -> Part:
        value = item[kind]
        if kind == "say":
            if not isinstance(value, str):
                raise self.fail(item.lines[kind], "say: must be the name of a response")
            return Part(value, 1, when, item.line)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.fail(item.lines[kind], f"{kind}: must be how many at most, from 1")
        return Part(kind, value, when, item.line)

    def choice(self, item: Any, plans: Mapping[str, Any]) -> tuple[str, Condition]:
        if not isinstance(item, LinedMap) or not {"plan"} <= set(item) <= {"plan", "if"}:
            line = getattr(item, "line", self.data.lines["choose"])
            raise self.fail(line, "a choice is {plan: name, if: facts}")
        if item["plan"] not in plans:
            raise self.fail(item.lines["plan"], f"no plan '{item['plan']}'; known: {_listed(plans)}")
        return item["plan"], self._condition(item)

    def check_choice(self, choose: tuple[tuple[str, Condition], ...], plans: Mapping[str, Any]) -> None:
        line = self.data.lines["choose"]
        if not choose or choose[-1][1] != Condition():
            raise self.fail(line, "the last choice must have no if:, so that every case gets a reply")
        early = [name for name, when in choose[:-1] if when == Condition()]
        if early:
            raise self.fail(line, f"choice '{early[0]}' has no if: and hides those after it; move it to the end")
        unused = sorted(set(plans) - {name for name, _ in choose})
        if unused:
            raise self.fail(self.data["plans"].lines[unused[0]], f"plan '{unused[0]}' is never chosen; remove it")

    def _condition(self, item: LinedMap) -> Condition:
        if "if" not in item:
            return Condition()
        text = item["if"]
        if not isinstance(text, str) or not text.split():
            raise self.fail(item.lines["if"], "if: must be facts such as 'shut !again'")
        for word in text.split():
            fact = word.removeprefix("!")
            if fact not in self.facts and not any(fact.startswith(start) and fact != start for start in PREFIXES):
                raise self.fail(item.lines["if"], f"unknown fact '{fact}'; known: {_listed(self.facts)}")
        bars = frozenset(word[1:] for word in text.split() if word.startswith("!"))
        needs = frozenset(word for word in text.split() if not word.startswith("!"))
        if bars & needs:
            raise self.fail(item.lines["if"], f"'{text}' can never hold; it both needs and bars a fact")
        return Condition(needs, bars)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
