"""Which outcomes differ between two runs of the same cases, and whether for better or worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.evaluation.figures import RISK, Result

Cost = tuple[int, bool, int, bool, bool]


@dataclass(frozen=True)
class Change:
    """A message whose outcome or emergency differs; `verdict` is `worse`, `better`, `as right` or `not labelled`."""

    verdict: str
    before: Result
    after: Result
    index: int

    def __str__(self) -> str:
        case = self.after.case
        gold = case.tiers[self.index]
        expected = f"{gold.value if gold else '-'}{' emergency' if case.emergencies[self.index] else ''}"
        said = f"{_said(self.before, self.index)} -> {_said(self.after, self.index)}"
        return f"{self.verdict}: {case.id}[{self.index + 1}] expected {expected} {said} | {case.messages[self.index]!r}"


def changes(before: Iterable[Result], after: Iterable[Result]) -> list[Change]:
    """Return what differs, the worse first; cases that stand in one run only are left out."""
    old = {result.case.id: result for result in before}
    found = [change for new in after if new.case.id in old for change in _changes(old[new.case.id], new)]
    return sorted(found, key=lambda change: ("worse", "better", "as right", "not labelled").index(change.verdict))


def changes_report(found: Sequence[Change]) -> str:
    """Return the count of each verdict and every change on a line of its own."""
    counts = Counter(change.verdict for change in found)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "none"
    return "\n".join([f"changed outcomes: {told}", *map(str, found)])


def _changes(before: Result, after: Result) -> Iterator[Change]:
    for index in range(len(after.outcomes)):
        if _said(before, index) != _said(after, index):
            yield Change(_verdict(before, after, index), before, after, index)


def _verdict(before: Result, after: Result, index: int) -> str:
    if after.case.tiers[index] is None:
        return "not labelled"
    old, new = _cost(before, index), _cost(after, index)
    return "as right" if old == new else "better" if new < old else "worse"


def _cost(result: Result, index: int) -> Cost:
    """Order by harm: too low weighs most, then a missing emergency number, too high, a needless one, inexact."""
    case, right, said = result.case, result.right(index), result.emergencies[index]
    gold, labelled = case.tiers[index], case.emergencies[index]
    step = 0 if right or gold is None else RISK[result.outcomes[index]] - RISK[gold]
    wanted = said if labelled is None or case.either[index] else labelled
    return max(0, -step), wanted and not said, max(0, step), said and not wanted, not right


def _said(result: Result, index: int) -> str:
    return f"{result.outcomes[index].value}{' emergency' if result.emergencies[index] else ''}"
