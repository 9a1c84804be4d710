"""Adds to what the lexicon read what the learned model reads in each clause. Adds only, and never below the lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.language.parts import Part
from bot.rasa_components.label_model import Features, LabelModel
from bot.rasa_components.label_training import FACTS, GATES, Learned, columns_of, level_of, observation
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Level, Protocol

LONGEST = 40
"""Words of the longest text that is scored in one: the examples are clauses and short messages."""
SHORTEST = 3
UNDERSTOOD = 2.0
"""How much more a gate must score where the lexicon understood the clause: the difference of log odds between what it
reads as expected or `call_soon` and what it does not read, over data/nlu.
"""
NAMED = 0.15
"""The least score with which a complaint is named: below it every second name would be wrong (issue 4: ask then)."""
CLOSE = 0.6
"""How near the named complaint must come to the likeliest of all, which may be a lesser one."""


@dataclass(frozen=True)
class Unit:
    """What is scored: a clause, or (`whole`) a sentence or the message, in the words that are said of now."""

    text: str
    start: int
    end: int
    whole: bool = False


@dataclass(frozen=True)
class Scored:
    """A unit with its features and the scores of the gates."""

    unit: Unit
    features: Features
    gates: Mapping[str, float]


@dataclass(frozen=True)
class Added:
    """Observations to add, and whether the message sounds ill though nothing could be named."""

    observations: tuple[Observation, ...] = ()
    sounds_ill: bool = False


class LabelReading:
    """The learned model applied to one message at a time."""

    def __init__(self, protocol: Protocol, learned: Learned) -> None:
        self._protocol = protocol
        self._model: LabelModel = learned.model
        self._bands: Mapping[str, tuple[float, float]] = learned.bands
        self._combinations = {label: Level(level) for label, level in learned.combinations.items()}

    def read(self, parts: Sequence[Part], seen: Sequence[Observation]) -> Added:
        """Return what the clauses of a message say beyond the observations that the lexicon read in it."""
        scored = [self._scored(unit) for unit in units(parts, seen)]
        sure = [one for one in scored if self._passes(one, 1)]
        reached = level_of(self._protocol, seen) if sure else Level.NONE
        found: list[Observation] = []
        for one in sure:
            gate = self._open(one, reached, seen)
            found += self._named(one, GATES[gate], seen) if gate else ()
        silent = not found and not _complains(seen)
        whole = [one for one in scored if one.unit.whole] or scored  # a fragment alone is no ground for a question
        return Added(tuple(_each_once(found)), silent and any(self._passes(one, 0) for one in whole))

    def _scored(self, unit: Unit) -> Scored:
        features = self._model.features(unit.text)
        return Scored(unit, features, self._model.scores(features, 0, len(GATES)))

    def _passes(self, one: Scored, band: int) -> bool:
        return any(one.gates[gate] > bands[band] for gate, bands in self._bands.items())

    def _open(self, one: Scored, reached: Level, seen: Sequence[Observation]) -> str | None:
        """Return the gravest gate that stands open above the level that the lexicon reached."""
        known = [item for item in seen if item.status is Status.PRESENT and _complaint(item) and _meet(item, one.unit)]
        margin = UNDERSTOOD if known and level_of(self._protocol, known) is not Level.NONE else 0.0
        for gate, level in GATES.items():
            if level > reached and one.gates[gate] > self._bands[gate][1] + margin:
                return gate
        return None

    def _named(self, one: Scored, level: Level, seen: Sequence[Observation]) -> list[Observation]:
        """Return the likeliest combination of labels of at least this level, unless the lexicon reads it otherwise."""
        unit, scores = one.unit, self._model.scores(one.features, len(GATES))
        here = [item for item in seen if _meet(item, unit)]
        means = {label: _mean(scores[column] for column in columns_of(label)) for label in self._combinations}
        other = {item.complaint for item in here if item.status is not Status.PRESENT}
        fitting = [
            (means[label], label)
            for label, grave in self._combinations.items()
            if grave >= level and label.split()[0] not in other
        ]
        score, label = max(fitting, default=(0.0, ""))
        if score < max(NAMED, CLOSE * max(means.values())):
            return []
        named = replace(observation(label), start=unit.start, end=unit.end)
        return [] if any(_covers(item, named) for item in here) else [named]


def units(parts: Sequence[Part], seen: Iterable[Observation] = ()) -> list[Unit]:
    """Return clauses, then sentences, then the whole message, without what says the same as a smaller one.

    Words up to a denied, past or other person's complaint of the lexicon are left out of its clause.
    """
    standing = _standing(parts, seen)
    sentences: dict[int, list[Part]] = {}
    for part in standing:
        sentences.setdefault(part.sentence, []).append(part)
    found: dict[str, Unit] = {}
    clauses = [([part], False) for part in standing]
    for group, whole in [*clauses, *((group, True) for group in sentences.values()), (standing, True)]:
        words = sum(len(part.words) for part in group)
        if 0 < words <= LONGEST and (words >= SHORTEST or group is standing):
            text = " ".join(part.text for part in group)
            first = found.get(text, Unit(text, group[0].start, group[-1].end))
            found[text] = replace(first, whole=whole)
    return list(found.values())


def standing_text(parts: Iterable[Part], seen: Iterable[Observation]) -> str:
    """Return what of a whole message is said of now."""
    return " ".join(part.text for part in _standing(parts, seen))


def _standing(parts: Iterable[Part], seen: Iterable[Observation]) -> list[Part]:
    away = [one for one in seen if one.status is not Status.PRESENT and one.end > one.start]
    return [cut for part in parts if part.status is Status.PRESENT and (cut := _without(part, away)).words]


def _without(part: Part, away: Iterable[Observation]) -> Part:
    ends = [one.end for one in away if one.start < part.end and part.start < one.end]
    return replace(part, words=tuple(word for word in part.words if word.start >= max(ends, default=0)))


def _each_once(found: Iterable[Observation]) -> list[Observation]:
    """Keep each reading once, at its shortest span."""
    kept: dict[tuple[str, tuple[tuple[str, str], ...]], Observation] = {}
    for one in sorted(found, key=lambda seen: seen.end - seen.start):
        kept.setdefault((one.complaint, tuple(sorted(one.attributes.items()))), one)
    return sorted(kept.values(), key=lambda seen: (seen.start, seen.end))


def _complaint(one: Observation) -> bool:
    return one.complaint not in FACTS and not one.retracted


def _complains(seen: Iterable[Observation]) -> bool:
    return any(_complaint(one) and one.status is not Status.DENIED for one in seen)


def _meet(one: Observation, unit: Unit) -> bool:
    return one.start < unit.end and unit.start < one.end


def _covers(one: Observation, named: Observation) -> bool:
    """Tell whether the lexicon says the same or more, or gives another value where the model guesses one."""
    known = one.attributes.keys() & named.attributes.keys()
    return one.complaint == named.complaint and (bool(known) or not named.attributes)


def _mean(values: Iterable[float]) -> float:
    each = list(values)
    return sum(each) / len(each)
