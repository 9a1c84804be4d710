"""Ours and its peers over the same cases, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.figures import Result, Share, figures, quantile
from bot.evaluation.results import result_json

MORE_IS_BETTER = {
    "urgent sensitivity": True,
    "emergency sensitivity": True,
    "dismissed urgent": False,
    "urgent asked first": False,
    "under-triage": False,
    "over-triage": False,
    "needless question": False,
    "exact or accepted": True,
}
"""The safety rows, in their order, and whether more is better."""
COSTS = {
    "milliseconds p50": "p50",
    "milliseconds p95": "p95",
    "peak memory, MB": "peak_mb",
    "training, CPU seconds": "training_seconds",
}
"""What is compared beside them, less is better; a peer that does not train is not compared in training."""


@dataclass(frozen=True)
class Column:
    """One system's outcomes; the peak of its own process in MB; of what it learns, examples and CPU seconds."""

    name: str
    results: Sequence[Result]
    peak_mb: float
    examples: int | None = None
    training_seconds: float | None = None

    def json(self) -> dict[str, Any]:
        """Return plain data: figures, costs, and every outcome."""
        return {
            "name": self.name,
            "totals": {
                name: {"value": share.value, "hits": share.hits, "n": share.n, "interval": share.interval}
                for name, share in self.shares.items()
            },
            **{name: getattr(self, name) for name in ("p50", "p95", "peak_mb", "examples", "training_seconds")},
            "cases": [result_json(result) for result in self.results],
        }

    @property
    def shares(self) -> dict[str, Share]:
        """The rows that are compared."""
        held = figures(self.results)
        return {name: held[name] for name in MORE_IS_BETTER}

    @property
    def p50(self) -> float:
        """Milliseconds within which half of the messages were answered."""
        return quantile(self._times(), 0.5)

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 messages were answered."""
        return quantile(self._times(), 0.95)

    def value(self, row: str) -> float | None:
        """Return the number of a safety or cost row; None where there is none."""
        held: float | None = getattr(self, COSTS[row]) if row in COSTS else self.shares[row].value
        return held

    def _times(self) -> list[float]:
        return sorted(value for result in self.results for value in result.milliseconds)


def rows(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """Yield the table, its head first."""
    yield ("figure", *(column.name for column in columns))
    shares = [column.shares for column in columns]
    for name in MORE_IS_BETTER:
        yield (name, *(f"{held[name].value:.3f} ({held[name].hits}/{held[name].n})" for held in shares))
    yield ("milliseconds p50 / p95", *(f"{column.p50:.1f} / {column.p95:.1f}" for column in columns))
    yield ("peak memory, MB", *(f"{column.peak_mb:.0f}" for column in columns))
    yield ("examples learnt", *(_number(column.examples) for column in columns))
    yield ("training, CPU seconds", *(_number(column.training_seconds) for column in columns))


def text_table(columns: Sequence[Column]) -> str:
    """Return the table for a terminal."""
    table = list(rows(columns))
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def markdown_table(columns: Sequence[Column]) -> str:
    """Return the table for a document."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows(columns))
    return "\n".join([head, f"|{' --- |' * (len(columns) + 1)}", *body])


def verdict(ours: Column, peers: Sequence[Column]) -> str:
    """Return in words in which rows a peer does better than ours, costs included."""
    behind = list(filter(None, (_behind(name, ours, peers) for name in (*MORE_IS_BETTER, *COSTS))))
    judged = len(MORE_IS_BETTER) + len(COSTS)
    if not behind:
        return f"{ours.name}: no peer does better in any of {judged} rows"
    return "\n".join([f"{ours.name}: a peer does better in {len(behind)} of {judged} rows", *behind])


def _behind(name: str, ours: Column, peers: Iterable[Column]) -> str:
    own = ours.value(name)
    others = {peer.name: peer.value(name) for peer in peers}
    sign = 1 if MORE_IS_BETTER.get(name) else -1
    better = [
        f"{peer} {value:.3g}"
        for peer, value in others.items()
        if own is not None and value is not None and sign * value > sign * own
    ]
    return f"  {name}: {own:.3g}; {', '.join(better)}" if better else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
