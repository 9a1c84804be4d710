import pytest

from bot.evaluation.cases import Case
from bot.evaluation.changes import changes, changes_report
from bot.triage.assessment import Outcome
from tests.evaluation.samples import case, said

NONE, NORMAL, ASK, SOON, URGENT = Outcome
PLAIN = case("a", URGENT)
CALM = case("a", NONE)


@pytest.mark.parametrize(
    ("of", "before", "after", "verdict"),
    [
        (PLAIN, SOON, URGENT, "better"),
        (PLAIN, URGENT, SOON, "worse"),
        (PLAIN, NORMAL, ASK, "better"),
        (CALM, URGENT, ASK, "better"),
        (CALM, NORMAL, NONE, "better"),
        (case("a", SOON), ASK, URGENT, "better"),
        (case("a", ASK, accepted=frozenset({SOON})), ASK, SOON, "as right"),
        (case("a", None, URGENT), NONE, URGENT, "not labelled"),
    ],
)
def test_a_change_is_judged_by_harm(of: Case, before: Outcome, after: Outcome, verdict: str) -> None:
    """H-01: too low weighs more than too high, and an inexact outcome of the same risk least."""
    old, new = ([said(of, outcome, *of.tiers[1:])] for outcome in (before, after))  # type: ignore[arg-type]

    assert [(change.verdict, change.index) for change in changes(old, new)] == [(verdict, 0)]


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (case("a", URGENT, emergency=True), "better"),
        (case("a", URGENT), "worse"),
        (case("a", URGENT, either=True), "as right"),
    ],
)
def test_the_emergency_number_counts(of: Case, verdict: str) -> None:
    """The emergency number that comes first is better, worse or as right as the label says."""
    found = changes([said(of, URGENT)], [said(of, URGENT, emergency=True)])

    assert [change.verdict for change in found] == [verdict]


def test_the_report_lists_the_worse_first() -> None:
    """Every changed message is named with label, both outcomes and words; what one run lacks is left out."""
    first, second, third, new = case("a", NONE, URGENT), case("b", URGENT), case("c", NORMAL), case("d", NONE)
    before = [said(first, NONE, SOON), said(second, URGENT), said(third, NORMAL)]
    after = [said(first, NONE, URGENT), said(second, ASK), said(third, NORMAL), said(new, ASK)]

    assert changes_report(changes(before, after)).splitlines() == [
        "changed outcomes: 1 worse, 1 better",
        "worse: b[1] expected urgent urgent -> ask | 'b 1'",
        "better: a[2] expected urgent call_soon -> urgent | 'a 2'",
    ]
