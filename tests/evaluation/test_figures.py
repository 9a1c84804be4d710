import pytest

from bot.evaluation.cases import Case
from bot.evaluation.figures import Result, Share, confusion, figures, macro_f1
from bot.triage.assessment import Outcome

NONE, NORMAL, ASK, SOON, URGENT = Outcome


def result(gold: Outcome, got: Outcome, accepted: frozenset[Outcome] = frozenset(), **more: bool) -> Result:
    """One single-message case with its outcome."""
    case = Case(
        "c", ("text",), 1, (gold,), (accepted,), (more.get("emergency", False),), (more.get("either", False),), ()
    )
    return Result(case, (got,), (more.get("said_emergency", False),), (1.0,))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval(hits: int, n: int, low: float, high: float) -> None:
    """Intervals are Wilson's, at the published values for small samples."""
    assert Share(hits, n).interval == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("gold", "got", "figure"),
    [
        (URGENT, NORMAL, "dismissed urgent"),
        (URGENT, NONE, "dismissed urgent"),
        (URGENT, ASK, "urgent asked first"),
        (URGENT, SOON, "under-triage"),
        (SOON, ASK, "under-triage"),
        (ASK, NORMAL, "under-triage"),
        (NONE, SOON, "over-triage"),
        (ASK, URGENT, "over-triage"),
        (NORMAL, ASK, "needless question"),
    ],
)
def test_each_error_counts_where_it_belongs(gold: Outcome, got: Outcome, figure: str) -> None:
    """H-01: an outcome below or above the label shows in its own figure."""
    assert figures([result(gold, got)])[figure].hits == 1


@pytest.mark.parametrize("figure", ["under-triage", "over-triage", "needless question"])
def test_normal_and_none_are_equal_in_risk(figure: str) -> None:
    """Answering `none` where `normal` is labelled is inexact, but neither under- nor over-triage."""
    assert figures([result(NORMAL, NONE)])[figure].hits == 0


def test_accepted_outcomes_are_no_error() -> None:
    """An outcome of `also_ok` is right and counts in no error figure."""
    held = figures([result(ASK, URGENT, frozenset({URGENT}))])

    assert (held["over-triage"].hits, held["exact or accepted"].hits) == (0, 1)


def test_needless_emergency_spares_cases_where_either_is_right() -> None:
    """The emergency number first is needless only where it is neither labelled nor allowed."""
    rows = [
        result(URGENT, URGENT, said_emergency=True),
        result(URGENT, URGENT, said_emergency=True, either=True),
        result(URGENT, URGENT, said_emergency=True, emergency=True),
    ]

    assert (figures(rows)["needless emergency"], figures(rows)["emergency sensitivity"]) == (Share(1, 1), Share(1, 1))


def test_confusion_and_macro_f1() -> None:
    """Macro-F1 is the mean over outcomes that occur on either side."""
    rows = [result(URGENT, URGENT), result(URGENT, NORMAL), result(NORMAL, NORMAL)]

    assert confusion(rows) == {(URGENT, URGENT): 1, (URGENT, NORMAL): 1, (NORMAL, NORMAL): 1}
    assert macro_f1(rows) == pytest.approx(2 / 3)
