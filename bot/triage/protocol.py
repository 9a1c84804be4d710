"""The protocol as the engine uses it: checked, frozen, without file positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.triage.assessment import Outcome, TimeLimit
from bot.triage.conditions import Condition, Triggers
from bot.triage.observation import Observation


class Level(IntEnum):
    """Tiers as written in the protocol file; `emergency` is `urgent` with the emergency number first."""

    NONE = 0
    NORMAL = 1
    CALL_SOON = 3
    URGENT = 4
    EMERGENCY = 5

    @property
    def outcome(self) -> Outcome:
        """The outcome of this level as the evaluation counts it."""
        return Outcome.URGENT if self is Level.EMERGENCY else Outcome(self.name.lower())


@dataclass(frozen=True)
class Vocabulary:
    """What language may report: complaint -> attribute -> allowed values, and complaint -> measures with bounds."""

    attributes: Mapping[str, Mapping[str, tuple[str, ...]]]
    measures: Mapping[str, Mapping[str, tuple[float, float]]]
    names: Mapping[str, str]

    def problem(self, seen: Observation) -> str | None:
        """Tell what in an observation is outside the vocabulary, or None."""
        if seen.complaint not in self.attributes:
            return f"complaint '{seen.complaint}' is not in the protocol"
        for attribute, value in seen.attributes.items():
            if value not in self.attributes[seen.complaint].get(attribute, ()):
                return f"'{seen.complaint} {attribute}={value}' is not in the protocol"
        for measure, number in seen.measures.items():
            low, high = self.measures[seen.complaint].get(measure, (0.0, -1.0))
            if not low <= number <= high:
                return f"'{seen.complaint} {measure}={number:g}' is not in the protocol or out of its bounds"
        return None


@dataclass(frozen=True)
class OverStep:
    """What a finding that is over now still means: up to `hours` ago it is this level (rule 26)."""

    hours: float
    level: Level


@dataclass(frozen=True)
class Early:
    """A finding's lower level up to and including a day, with its own advice."""

    last_day: int
    level: Level
    advice: str


@dataclass(frozen=True)
class Rule:
    """A finding or a combination: what must hold, and what follows.

    `limit` is the call-soon time limit (rule 40). `advice` names what the patient is told. `signed` tells whether
    a clinician has signed it; `note` is the open question where one stands. `triggers` are the words of which one
    must be said, so that the engine may pass the rule over.
    """

    id: str
    name: str
    level: Level
    when: Condition
    limit: TimeLimit
    advice: str
    sources: tuple[str, ...]
    over: tuple[OverStep, ...] = ()
    early: Early | None = None
    signed: bool = False
    note: str = ""
    safeguarding: bool = False
    do_not_phone: bool = False
    triggers: Triggers = None


@dataclass(frozen=True)
class Vague:
    """A complaint too vague to place: open until one of `settled_by` holds.

    With `later`, only what is said with it or after it settles it ("it is bad" is not settled by an earlier "mild").
    `unclear` is the higher branch: the level once she is not sure or has not answered twice (C31, rule 36). A
    `fact` is asked for beside a finding that stands anyway (rule 43): it never makes the outcome `ask`, and silence
    leaves it.
    """

    id: str
    name: str
    when: Condition
    settled_by: tuple[Condition, ...]
    question: str
    unclear: Level
    advice: str
    unclear_advice: str
    sources: tuple[str, ...]
    later: bool = False
    fact: bool = False
    signed: bool = False
    note: str = ""
    triggers: Triggers = None


@dataclass(frozen=True)
class Answer:
    """One answer to a question, and what it lets us observe."""

    id: str
    observation: Observation


@dataclass(frozen=True)
class Question:
    """A clarifying question, whose sentence and buttons stand in domain.yml under `utter_ask_<id>`, or a follow-up.

    `measure` of `complaint` is what a bare number answers ("38.2" to a question for a reading). `not_sure` is the
    answer that "not sure" counts as, where that is no branch of its own (follow-ups).
    """

    id: str
    complaint: str
    answers: tuple[Answer, ...]
    measure: str | None = None
    not_sure: str | None = None


@dataclass(frozen=True)
class Raise:
    """A patient factor or circumstance that lifts some findings one step, never to emergency (rule 32).

    Without `to` it does not lift: it only makes a call-soon matter a same-day one.
    """

    id: str
    name: str
    when: Condition
    findings: frozenset[str]
    start: Level
    to: Level | None
    advice: str
    sources: tuple[str, ...]
    signed: bool = False
    note: str = ""


@dataclass(frozen=True)
class Scope:
    """The last day that counts as after this procedure; later, what is below call_soon becomes call_soon (rule 41)."""

    id: str
    last_day: int
    advice: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Protocol:
    """One signed-off (or not yet signed) triage protocol."""

    id: str
    version: str
    signed: bool
    vocabulary: Vocabulary
    findings: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    vague: tuple[Vague, ...]
    questions: Mapping[str, Question]
    follow_ups: Mapping[str, Question]
    raises: tuple[Raise, ...]
    groups: Mapping[str, frozenset[str]]
    advice: Mapping[str, tuple[str, ...]]
    requests: Mapping[str, Condition]
    unknown_days: tuple[int, ...]
    day_question: str
    other_emergency: str
    scope: Scope
    max_questions: int = 3
    sources: Mapping[str, str] = field(default_factory=dict)
