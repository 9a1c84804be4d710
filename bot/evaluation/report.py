"""The evaluation in words for the terminal and as one JSON object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from bot.evaluation.figures import Result, confusion, figures, macro_f1, quantile
from bot.evaluation.results import result_json
from bot.evaluation.run import Trace
from bot.triage.assessment import Outcome

SLICE_ROWS = ("urgent sensitivity", "dismissed urgent", "under-triage", "over-triage", "exact or accepted")


def text_report(traces: Sequence[Trace]) -> str:
    """Return every figure with its interval, the confusion matrix, the slices and every miss."""
    results = [trace.result for trace in traces]
    lines = [f"{name:30}{value}" for name, value in figures(results).items()]
    lines += [f"{'macro-F1 over outcomes':30}{macro_f1(results):6.3f}", *_times(results), ""]
    lines += [*_matrix(results), "", *_slices(results), "", *_misses(traces)]
    return "\n".join(lines)


def json_report(traces: Sequence[Trace]) -> dict[str, Any]:
    """Return the object of the evaluation format, with the figures under `totals`."""
    totals = {
        name: {"value": value.value, "hits": value.hits, "n": value.n, "interval": value.interval}
        for name, value in figures([trace.result for trace in traces]).items()
    }
    return {"cases": [_case(trace) for trace in traces], "totals": totals}


def _case(trace: Trace) -> dict[str, Any]:
    return {
        **result_json(trace.result),
        "findings": [list(found) for found in trace.findings],
        "replies": [list(texts) for texts in trace.replies],
        "rules": [list(ids) for ids in trace.rules],
    }


def _times(results: Sequence[Result]) -> Iterable[str]:
    each = sorted(value for result in results for value in result.milliseconds)
    total = sum(each)
    yield f"{'messages':30}{len(each):6} in {total / 1000:.1f} s, {len(each) / total * 1000:.0f} a second"
    yield f"{'milliseconds p50 / p95 / max':30}{quantile(each, 0.5):6.1f} / {quantile(each, 0.95):.1f} / {each[-1]:.1f}"


def _matrix(results: Sequence[Result]) -> Iterable[str]:
    counts = confusion(results)
    yield "labelled \\ said" + "".join(f"{outcome.value:>11}" for outcome in Outcome)
    for gold in Outcome:
        yield f"{gold.value:15}" + "".join(f"{counts[gold, got]:11}" for got in Outcome)


def _slices(results: Sequence[Result]) -> Iterable[str]:
    by_slice: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        for name in result.case.slices:
            by_slice[name].append(result)
    yield f"{'slice':16}{'n':>5}" + "".join(f"{name:>21}" for name in SLICE_ROWS)
    for name, rows in sorted(by_slice.items()):
        held = figures(rows)
        yield f"{name:16}{len(rows):5}" + "".join(f"{_cell(held[row].value, held[row].n):>21}" for row in SLICE_ROWS)


def _cell(value: float, n: int) -> str:
    return f"{value:.3f}" if n else "-"


def _misses(traces: Sequence[Trace]) -> Iterable[str]:
    """List each message whose outcome or emergency is wrong. The words are the case file's own, not a patient's."""
    yield "misses"
    for trace in traces:
        result = trace.result
        for index, text in enumerate(result.case.messages):
            if result.right(index) and not _emergency_wrong(result, index):
                continue
            yield _miss(trace, index, text)


def _miss(trace: Trace, index: int, text: str) -> str:
    result = trace.result
    gold = result.case.tiers[index]
    expected = f"{gold.value if gold else '-'}{' emergency' if result.case.emergencies[index] else ''}"
    got = f"{result.outcomes[index].value}{' emergency' if result.emergencies[index] else ''}"
    found = " ".join(f"{item['id']}:{item['status']}" for item in trace.findings[index])
    place = f"{result.case.id}[{index + 1}] day {result.case.day}"
    return f"{place} expected {expected} got {got} | {text!r} | {found} | {' '.join(trace.rules[index])}"


def _emergency_wrong(result: Result, index: int) -> bool:
    gold = result.case.emergencies[index]
    return gold is not None and not result.case.either[index] and gold != result.emergencies[index]
