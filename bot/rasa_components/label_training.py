"""What the learned reader learns from: the labelled groups of data/nlu, and rougher versions of their examples."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.rasa_components import label_model
from bot.rasa_components.label_model import LabelModel
from bot.triage.assessment import Outcome
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation
from bot.triage.protocol import Level, Protocol

FEWEST = 5
"""Examples that a label needs to be learnt, and a combination of labels to be told."""
SYMPTOMLESS = frozenset({
    "affirm", "aftercare_question", "ask_bot", "ask_human", "data_request", "deny", "feeling_well", "goodbye", "greet",
    "hypothetical_question", "not_sure", "other_person", "out_of_scope", "stop_messages", "thanks",
})  # fmt: skip
"""Intents whose examples hold no present complaint, where a group has no labels of its own."""
FACTS = frozenset({
    "day", "factor", "wants_person", "wants_stop", "wants_data", "other_language", "not_sure", "second_contact",
    "illness_unclear", "course", "fever_medicine", "period", "pregnancy", "antibiotic", "device",
})  # fmt: skip
"""Complaints that are left to the lexicon: facts, wishes, and what only a fact makes a finding."""
GATES = {"emergency": Level.EMERGENCY, "urgent": Level.URGENT, "call_soon": Level.CALL_SOON, "ill": Level.NONE}
LEAN = 0.5
"""How much the gate "ill" counts in the graver ones: an urgent complaint must look like a complaint in the first place.
Of the urgent examples that the lexicon misses, a quarter more are found at the same false alarms.
"""
DOUBT = (0.03, 0.10)
SURE = (0.005, 0.03)
EMERGENCY = (0.003, 0.005)
"""Shares of held-out texts that may pass a gate's low and high score: of those without a complaint, and of those less
grave than the gate. For the emergency number they are smaller: urgent is safe, and a needless ambulance is not free.
"""
SEED = 20260301
BEFORE = (
    "sorry to bother you", "prob nothing but", "this may be silly", "not to worry you but", "hi nurse", "just to say",
    "hello", "i am sure it is fine but", "quick one", "so", "good evening", "anyway",
)  # fmt: skip
AFTER = (
    "probably nothing", "lol", "is this normal ?", "thank you", "what should i do ?", "but i am fine", "no rush",
    "thanks in advance", "should i worry ?", "since the test", "please advise",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A normalised text, the labels as written ("bleeding amount=soaked") and how grave they are together."""

    text: str
    labels: tuple[str, ...]
    level: Level
    ill: bool

    def opens(self, gate: str) -> bool:
        """Tell whether the example is at least as grave as the gate."""
        return self.ill and self.level >= GATES[gate]


@dataclass(frozen=True)
class Learned:
    """The model with its bands (gate -> low and high score), the combinations of labels that it may tell with their
    level, and the figures of its cross-validation.
    """

    model: LabelModel
    bands: Mapping[str, tuple[float, float]]
    combinations: Mapping[str, int]
    figures: Mapping[str, Any]


def observation(label: str) -> Observation:
    """Return what a label says. Raises ValueError for a malformed one."""
    complaint, *rest = label.split()
    return Observation(complaint, attributes=dict(part.split("=", 1) for part in rest), reader="learned")


def level_of(protocol: Protocol, seen: Sequence[Observation]) -> Level:
    """Return the level of observations on the day after; a complaint that is asked about counts as no level."""
    found = assess(protocol, seen, Context(day=1))
    if found.emergency:
        return Level.EMERGENCY
    return Level.NONE if found.outcome in (Outcome.ASK, Outcome.NONE) else Level[found.outcome.name]


def columns_of(label: str) -> tuple[str, ...]:
    """Return the columns that score a label: its complaint and each attribute."""
    complaint, *rest = label.split()
    return (complaint, *(f"{complaint} {part}" for part in rest))


def learn(protocol: Protocol, examples: Sequence[Example]) -> Learned:
    """Fit on examples and choose the bands by cross-validation; the same examples give the same result."""
    texts, groups, sources = _widened(examples)
    gates = {gate: np.array([any(one.opens(gate) for one in source) for source in sources]) for gate in GATES}
    counts = Counter(column for one in examples for label in one.labels for column in set(columns_of(label)))
    kept = sorted(column for column, times in counts.items() if times >= FEWEST)
    said = [{column for one in source for label in one.labels for column in columns_of(label)} for source in sources]
    labels = {column: np.array([column in each for each in said]) for column in kept}
    fitted = label_model.fit(texts, gates, labels, groups, LEAN)
    firsts = np.unique(np.asarray(groups), return_index=True)[1]
    bands, figures = _calibrated(examples, fitted.held_out[firsts])
    return Learned(fitted.model, bands, _combinations(protocol, examples, frozenset(kept)), figures)


def _combinations(protocol: Protocol, examples: Iterable[Example], kept: frozenset[str]) -> dict[str, int]:
    seen = Counter(label for one in examples for label in set(one.labels))
    told = [label for label, times in seen.items() if times >= FEWEST and set(columns_of(label)) <= kept]
    return {label: int(level_of(protocol, [observation(label)])) for label in sorted(told)}


def _calibrated(
    examples: Sequence[Example], held_out: label_model.Floats
) -> tuple[dict[str, tuple[float, float]], dict[str, Any]]:
    """Choose each gate's bands from held-out scores, and say what they let through."""
    well = np.array([not one.ill for one in examples])
    bands, figures = {}, {}
    for column, gate in enumerate(GATES):
        scores, grave = held_out[:, column], np.array([one.opens(gate) for one in examples])
        shares = (DOUBT, EMERGENCY if gate == "emergency" else SURE)
        low, high = (max(_above(scores[well], none), _above(scores[~grave], less)) for none, less in shares)
        bands[gate] = (low, high)
        figures[gate] = {
            "examples": int(grave.sum()),
            "found": [round(float(np.mean(scores[grave] > band)), 3) for band in (low, high)] if grave.any() else [],
            "of no complaint": [round(float(np.mean(scores[well] > band)), 4) for band in (low, high)],
            "of less grave": [round(float(np.mean(scores[~grave] > band)), 4) for band in (low, high)],
        }
    return bands, figures


def _above(scores: label_model.Floats, share: float) -> float:
    """Return the score that at most this share of the given ones exceeds."""
    falling = np.sort(scores)[::-1]
    return float(falling[min(int(share * len(falling)), len(falling) - 1)]) if len(falling) else 0.0


Source = tuple[Example, ...]


def _widened(examples: Sequence[Example]) -> tuple[list[str], list[int], list[Source]]:
    """Return each example followed by one rougher version, with its group and what it was made of."""
    lots = random.Random(SEED)  # noqa: S311  no secret: the same data must give the same model
    texts: list[str] = []
    groups: list[int] = []
    sources: list[Source] = []
    for index, example in enumerate(examples):
        fold = range(index % label_model.FOLDS, len(examples), label_model.FOLDS)
        other = examples[lots.choice(fold)]
        for text, source in ((example.text, (example,)), _rougher(lots, example, other)):
            texts.append(text)
            groups.append(index)
            sources.append(source)
    return texts, groups, sources


def _rougher(lots: random.Random, example: Example, other: Example) -> tuple[str, Source]:
    """Return a version as it may stand in a longer or hastier message. Joined texts are as grave as the graver."""
    kind = lots.randrange(4)
    if kind == 0:
        return f"{lots.choice(BEFORE)} {example.text}", (example,)
    if kind == 1:
        return f"{example.text} {lots.choice(AFTER)}", (example,)
    if kind == 2:
        return f"{example.text} {other.text}", (example, other)
    return _mistyped(lots, example.text), (example,)


def _mistyped(lots: random.Random, text: str) -> str:
    words = text.split()
    for index in [index for index, word in enumerate(words) if len(word) > 4][:: lots.randint(2, 4)]:
        word, at = words[index], lots.randrange(1, len(words[index]) - 1)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words[index] = lots.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))
    return " ".join(words)
