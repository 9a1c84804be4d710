"""Safety and accuracy figures with 95 % Wilson intervals (docs/evaluation.md)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.evaluation.cases import Case
from bot.triage.assessment import Outcome

RISK = {Outcome.NONE: 0, Outcome.NORMAL: 0, Outcome.ASK: 1, Outcome.CALL_SOON: 2, Outcome.URGENT: 3}
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Result:
    """What the system said to one case: outcome, emergency number first, and time in ms after each message."""

    case: Case
    outcomes: tuple[Outcome, ...]
    emergencies: tuple[bool, ...]
    milliseconds: tuple[float, ...]

    @property
    def gold(self) -> Outcome:
        """The labelled outcome after the last message."""
        return self.case.tiers[-1] or Outcome.NONE

    @property
    def got(self) -> Outcome:
        """The outcome after the last message."""
        return self.outcomes[-1]

    def right(self, index: int = -1) -> bool:
        """Whether the outcome after a message is the labelled or an accepted one; unlabelled counts as right."""
        gold = self.case.tiers[index]
        return gold is None or self.outcomes[index] == gold or self.outcomes[index] in self.case.accepted[index]


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, with the bounds of its 95 % Wilson interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to count."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound (Wilson 1927)."""
        if not self.n:
            return 0.0, 1.0
        p, spread = self.value, Z95**2 / self.n
        middle = (p + spread / 2) / (1 + spread)
        half = Z95 / (1 + spread) * math.sqrt(p * (1 - p) / self.n + spread / (4 * self.n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.3f}  ({self.hits}/{self.n}, 95 % {low:.3f}-{high:.3f})"


def share(results: Iterable[Result], of: Callable[[Result], bool], hit: Callable[[Result], bool]) -> Share:
    """Count the results that `of` selects and those among them that `hit`."""
    counted = [result for result in results if of(result)]
    return Share(sum(hit(result) for result in counted), len(counted))


def _urgent(result: Result) -> bool:
    return result.gold is Outcome.URGENT


def _emergency(result: Result) -> bool:
    return bool(result.case.emergencies[-1]) and _urgent(result) and not result.case.either[-1]


def _under(result: Result) -> bool:
    return not result.right() and RISK[result.got] < RISK[result.gold]


def _over(result: Result) -> bool:
    high = result.got in (Outcome.CALL_SOON, Outcome.URGENT)
    return high and not result.right() and RISK[result.got] > RISK[result.gold]


def _needless_question(result: Result) -> bool:
    return result.got is Outcome.ASK and Outcome.ASK not in result.case.accepted[-1]


def _calm(result: Result) -> bool:
    return result.gold in (Outcome.NONE, Outcome.NORMAL)


def _needless_emergency(result: Result) -> bool:
    return result.emergencies[-1]


def _plain(result: Result) -> bool:
    return not result.case.emergencies[-1] and not result.case.either[-1]


def figures(results: Sequence[Result]) -> dict[str, Share]:
    """Return the figures of the evaluation format by name, over the last message of each case."""
    return {
        "urgent sensitivity": share(results, _urgent, lambda r: r.got is Outcome.URGENT),
        "emergency sensitivity": share(results, _emergency, lambda r: r.emergencies[-1]),
        "dismissed urgent": share(results, _urgent, lambda r: r.got in (Outcome.NORMAL, Outcome.NONE)),
        "urgent asked first": share(results, _urgent, lambda r: r.got is Outcome.ASK),
        "under-triage": share(results, lambda _: True, _under),
        "over-triage": share(results, lambda _: True, _over),
        "needless question": share(results, _calm, _needless_question),
        "needless emergency": share(results, _plain, _needless_emergency),
        "urgent specificity": share(results, lambda r: not _urgent(r), lambda r: r.got is not Outcome.URGENT),
        "exact or accepted": share(results, lambda _: True, lambda r: r.right()),
        **_conversations([result for result in results if len(result.outcomes) > 1]),
    }


def _conversations(results: Sequence[Result]) -> dict[str, Share]:
    each = [r.right(i) for r in results for i, tier in enumerate(r.case.tiers) if tier is not None]
    whole = [all(r.right(i) for i in range(len(r.outcomes))) for r in results]
    return {
        "conversation messages right": Share(sum(each), len(each)),
        "whole conversations right": Share(sum(whole), len(whole)),
    }


def quantile(ordered: Sequence[float], part: float) -> float:
    """Return the value below which a part of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def macro_f1(results: Sequence[Result]) -> float:
    """Return the mean F1 over the outcomes that occur, after the last message."""
    scores = []
    for outcome in Outcome:
        hit = sum(r.got is outcome is r.gold for r in results)
        total = sum(r.got is outcome for r in results) + sum(r.gold is outcome for r in results)
        if total:
            scores.append(2 * hit / total)
    return sum(scores) / len(scores) if scores else 0.0


def confusion(results: Sequence[Result]) -> Counter[tuple[Outcome, Outcome]]:
    """Count (labelled, said) pairs after the last message."""
    return Counter((result.gold, result.got) for result in results)
