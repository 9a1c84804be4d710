"""Text to safe HTML: tap-to-call numbers, paragraphs and lists, marked evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

BULLET = re.compile(r"\s*[-*\u2022]\s+")
NUMBER = Markup("<sup>{}</sup>")
TEL = Markup('<a class="tel" href="tel:{}">{}</a>')
MARK = Markup('<mark class="mark-{}" data-rule="{}" title="{}">{}{}{}</mark>')
LABEL = Markup('<span class="mark-label"> {}</span>')
STRONGEST = ("present", "uncertain", "past", "hypothetical", "other_person", "retracted", "denied")
"""Statuses of evidence; where marks overlap the first of these shows."""


@dataclass(frozen=True)
class Block:
    """A paragraph (one line) or a list (several)."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """Words that were read: code-point span in one message, the rule or complaint, its plain words.

    `number` is the rule's on the page, 0 where no rule rests on the words. `status` is an observation status or
    `retracted`, and `label` says it in words; present words need none.
    """

    start: int
    end: int
    rule_id: str
    words: str
    number: int = 0
    status: str = "present"
    label: str = ""


def dialled(number: str) -> str:
    """Return a printed phone number as a `tel:` link wants it: digits, with a leading + where there was one."""
    return re.sub(r"[^0-9+]", "", number)


def phone_links(text: str, phones: Mapping[str, str]) -> Markup:
    """Escape `text` and make the site's own numbers tap-to-call. Any other digits stay plain text."""
    numbers = sorted(set(phones.values()), key=len, reverse=True)
    found = re.compile(rf"(?<![\w+-])({'|'.join(map(re.escape, numbers))})(?![\w-])")
    pieces = found.split(text)
    return Markup("").join(
        TEL.format(dialled(piece), piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def blocks(text: str) -> tuple[Block, ...]:
    """Split a reply's text into paragraphs, one per line, and lists, from lines that begin with a bullet."""
    result: list[Block] = []
    for line in filter(str.strip, text.splitlines()):
        item = BULLET.match(line)
        if item is None:
            result.append(Block("p", (line.strip(),)))
        elif result and result[-1].kind == "ul":
            result[-1] = Block("ul", (*result[-1].lines, line[item.end() :].strip()))
        else:
            result.append(Block("ul", (line[item.end() :].strip(),)))
    return tuple(result)


def marked(text: str, marks: Iterable[Mark]) -> Markup:
    """Escape `text` and mark the evidence in it. Overlapping marks share the pieces where they overlap."""
    within = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    edges = sorted({0, len(text), *(mark.start for mark in within), *(mark.end for mark in within)})
    pieces = [
        _piece(text[start:end], [mark for mark in within if mark.start <= start and end <= mark.end], end)
        for start, end in pairwise(edges)
    ]
    return Markup("").join(pieces)


def _piece(text: str, marks: list[Mark], end: int) -> Markup:
    if not marks:
        return escape(text)
    rules = " ".join(dict.fromkeys(mark.rule_id for mark in marks))
    words = "; ".join(dict.fromkeys(mark.words for mark in marks))
    ending = [mark for mark in marks if mark.end == end]
    numbers = sorted({mark.number for mark in ending if mark.number})
    number = NUMBER.format(", ".join(map(str, numbers))) if numbers else ""
    labels = dict.fromkeys(mark.label for mark in ending if mark.label)
    label = LABEL.format(", ".join(labels)) if labels else ""
    status = min((mark.status for mark in marks), key=STRONGEST.index)
    return MARK.format(status, rules, words, text, number, label)
