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
"""The rows that are compared, in their order, and whether more is better."""


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
    """Return in words in which rows a peer does better than ours."""
    behind = list(_behind(ours, peers))
    rest = len(MORE_IS_BETTER) - len(behind)
    if not behind:
        return f"{ours.name} is best, alone or level, in all {rest} rows"
    return "\n".join([f"{ours.name} is best, alone or level, in {rest} rows; it does not lead in", *behind])


def _behind(ours: Column, peers: Iterable[Column]) -> Iterator[str]:
    for name, more in MORE_IS_BETTER.items():
        own = ours.shares[name].value
        better = {peer.name: peer.shares[name].value for peer in peers}
        better = {peer: value for peer, value in better.items() if (value > own if more else value < own)}
        if better:
            yield f"  {name}: {own:.3f}; {', '.join(f'{peer} {value:.3f}' for peer, value in better.items())}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
