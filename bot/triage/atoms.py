"""How a condition is written: one line of text for each atom.

An atom is one line of text:

    bleeding amount=soaked,heavy         the complaint is present with one of these values
    temperature celsius>=37.8            a measure of it reaches a limit (>=, >, <=, <)
    pain kind=pain severity=unsaid       one statement has the one and leaves the other open
    fever @uncertain                     the complaint with another status than present
    finding:rash_itch_hives              a finding of this protocol holds (not inside findings)
    group:infection                      any finding of a group holds (not inside findings)
    term:pregnant                        a named condition of section `terms`
    factor:oil_contrast                  the record or the patient states it
    day>=3                               days since the procedure

and a condition is an atom or `{all: [...]}`, `{any: [...]}`, `{count: 2, of: [...]}`. Values of one complaint may come
from different statements ("it hurts" ... "it is bad"), except with `unsaid`, which looks at one statement alone. There
is no `not`: a rule that needs the absence of something would fall silent when more is said, and more may never lower
a tier. `unsaid` keeps that promise, because another statement cannot change this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.triage.conditions import Complaint, Condition, Day, Factor, Held, Limit
from bot.triage.observation import Status

UNSAID = "unsaid"
_LIMIT = re.compile(r"([a-z_0-9]+)(>=|<=|>|<)(-?\d+(?:\.\d+)?)$")
_VALUE = re.compile(r"([a-z_0-9]+)=([a-z_0-9,]+)$")
_NAMED: Mapping[str, Callable[[str], Condition]] = {
    "finding": Held,
    "group": lambda name: Held(name, group=True),
    "factor": Factor,
}


def parse_atom(text: str) -> Condition:
    """Parse one atom. Raises ValueError with the reason; names are checked against the vocabulary elsewhere."""
    kind, _, name = text.partition(":")
    if kind in _NAMED:
        return _NAMED[kind](name)
    if (day := _LIMIT.match(text)) and day[1] == "day":
        return Day(Limit("day", day[2], float(day[3])))
    return _complaint(*text.split() or [""])


def _complaint(name: str, *rest: str) -> Complaint:
    values, limits, unsaid, status = [], [], [], Status.PRESENT
    for word in rest:
        if word.startswith("@"):
            status = _status(word[1:])
        elif word.endswith("=" + UNSAID):
            unsaid.append(word[: -len(UNSAID) - 1])
        elif found := _LIMIT.match(word):
            limits.append(Limit(found[1], found[2], float(found[3])))
        elif found := _VALUE.match(word):
            values.append((found[1], tuple(found[2].split(","))))
        else:
            raise ValueError(f"'{word}' is neither attribute=value, measure>=number nor @status")
    return Complaint(name, tuple(values), tuple(limits), status, tuple(unsaid))


def _status(word: str) -> Status:
    if word not in {item.value for item in Status}:
        raise ValueError(f"no status '@{word}'; use one of {', '.join('@' + item.value for item in Status)}")
    return Status(word)
