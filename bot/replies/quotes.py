"""A patient's own words for why: whole clauses, so that they read as she wrote them (rule 42)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 90
"""Characters: of a longer clause only the words that count are quoted."""
_BREAK = re.compile(r"[.!?;:,]+(?=\s|$)|[\n()\u2026]+|\sbut(?=\s)", re.IGNORECASE)
_FILLER = re.compile(r"^\W*(?:(?:hi|hello|hey|so|well|and|ok|sorry|please|um)\b\W*)+", re.IGNORECASE)

Span = tuple[int, int]


def quotes(text: str, spans: Iterable[Span], most: int = 2) -> tuple[str, ...]:
    """Return the clauses of a message in which the spans stand, in the order of the message.

    Spans are code points, the most telling first; `most` clauses at the most.
    """
    asked = [span for span in spans if span[0] < span[1]]
    found: dict[Span, list[Span]] = {}
    for span in asked:
        for clause in _clauses(text):
            if span[0] < clause[1] and clause[0] < span[1]:
                found.setdefault(clause, []).append(span)
    kept = sorted(list(found)[:most])
    return tuple(_quote(text, clause, found[clause]) for clause in kept)


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for found in _BREAK.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _quote(text: str, clause: Span, spans: list[Span]) -> str:
    start, end = clause
    if end - start > LONGEST:
        start = max(start, text.rfind(" ", 0, min(span[0] for span in spans) + 1) + 1)
        last = max(span[1] for span in spans)
        end = min(end, text.find(" ", last) if " " in text[last:] else len(text))
    words = text[start:end].strip()
    return _FILLER.sub("", words) or words
