"""Conditions of the protocol in plain English, for the clinician who signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.triage.assessment import TimeLimit
from bot.triage.conditions import Complaint, Condition, Day, Factor, Held, Limit, Several
from bot.triage.entries import Entries
from bot.triage.lined_yaml import read_yaml
from bot.triage.observation import Status
from bot.triage.protocol import Level, Protocol

UNITS = {
    "celsius": "", "pads_per_hour": "soaked pads an hour", "soaked_hours": "hours of soaking", "centimetres": "cm",
    "score": "of 10", "hours": "hours", "per_minute": "a minute", "percent": "%", "systolic": "mmHg (top pressure)",
    "times": "times", "hours_without": "hours without urine", "days": "days", "other": "in no known unit",
}  # fmt: skip
LABELS = {
    "trend": "trend:", "stops": "stops", "relief": "after a painkiller:", "course": "course:", "onset": "began:",
    "pads": "pads:", "change": "change:", "limits": "keeps her from", "problem": "problem:", "chance": "chance:",
    "test": "test", "danger": "danger", "fluids": "fluids", "bladder": "bladder",
}  # fmt: skip
"""Attributes whose values do not speak for themselves."""
SIGNS = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "below {}"}
STATUS = {
    Status.PRESENT: "{}",
    Status.DENIED: "denies: {}",
    Status.UNCERTAIN: "doubts: {}",
    Status.PAST: "had before: {}",
    Status.HYPOTHETICAL: "asks about: {}",
    Status.OTHER_PERSON: "someone else has: {}",
}
LIMITS = {
    TimeLimit.NOW: "now",
    TimeLimit.TODAY: "today, on-call line if shut",
    TimeLimit.NEXT_OPENING: "at the next opening",
}
"""Time limits of rule 40 in words."""


def tier(level: Level, limit: TimeLimit = TimeLimit.NEXT_OPENING) -> str:
    """Return a tier with its time limit, as the page says it."""
    words = {
        Level.NONE: "nothing to do",
        Level.NORMAL: "expected, rest at home",
        Level.CALL_SOON: f"call soon: {LIMITS[limit]}",
        Level.URGENT: "urgent: call now",
        Level.EMERGENCY: "emergency: emergency number first",
    }
    return words[level]


def read_terms(path: Path, protocol: Protocol) -> dict[str, Condition]:
    """Return the named conditions of a protocol file; the loaded protocol holds them only where they are used."""
    entries = Entries(path, read_yaml(path))
    entries.vocabulary = protocol.vocabulary
    section = entries.section("terms")
    for name in section:
        entries.terms[name] = entries.condition(section[name], section.lines[name])
    return entries.terms


@dataclass(frozen=True)
class Plain:
    """Words for conditions: names of complaints and terms."""

    protocol: Protocol
    terms: Mapping[str, Condition]

    def words(self, condition: Condition) -> str:
        """Return a condition as one line; a named condition as its name in italics."""
        return self._named(condition) or self._spelt(condition)

    def definition(self, name: str) -> str:
        """Return what a named condition means, one level deep."""
        return self._spelt(self.terms[name], but=name)

    def _named(self, condition: Condition, but: str = "") -> str | None:
        names = (name for name, held in self.terms.items() if held == condition and name != but)
        return next((f"*{spaced(name)}*" for name in names), None)

    def _spelt(self, condition: Condition, but: str = "") -> str:
        if isinstance(condition, Several):
            return self._several(condition, but)
        if isinstance(condition, Complaint):
            return self._complaint(condition)
        if isinstance(condition, Held):
            return f"any finding of *{spaced(condition.name)}*" if condition.group else self._finding(condition.name)
        if isinstance(condition, Factor):
            return f"she has or had: {spaced(condition.name)}"
        return _day(condition)

    def _several(self, condition: Several, but: str) -> str:
        parts = [self._named(part, but) or self._part(part) for part in condition.parts]
        if condition.needed == len(parts):
            return " **and** ".join(parts)
        if condition.needed == 1:
            return " or ".join(parts)
        return f"at least {condition.needed} of: " + "; ".join(parts)

    def _part(self, part: Condition) -> str:
        words = self._spelt(part)
        return f"({words})" if isinstance(part, Several) and len(part.parts) > 1 else words

    def _finding(self, name: str) -> str:
        return next(f"“{rule.name}”" for rule in self.protocol.findings if rule.id == name)

    def _complaint(self, atom: Complaint) -> str:
        # "belly or pelvic pain (mild) or bleeding" would read as three things.
        name = self.protocol.vocabulary.names[atom.name].replace(" or ", "/")
        details = [_value(attribute, values) for attribute, values in atom.values]
        details += [_measure(measure, atom.limits) for measure in dict.fromkeys(limit.name for limit in atom.limits)]
        if atom.unsaid:
            details.append(f"{listed([spaced(word) for word in atom.unsaid], 'and')} not said")
        return STATUS[atom.status].format(f"{name} ({', '.join(details)})" if details else name)


def listed(words: Sequence[str], last: str = "or") -> str:
    """Join words as a sentence does."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def spaced(name: str) -> str:
    """Return an id as words."""
    return name.replace("_", " ")


def _value(attribute: str, values: Sequence[str]) -> str:
    words = listed([spaced(value) for value in values])
    return f"{LABELS[attribute]} {words}" if attribute in LABELS else words


def _measure(name: str, limits: Sequence[Limit]) -> str:
    bounds = [SIGNS[limit.sign].format(_number(name, limit.number)) for limit in limits if limit.name == name]
    unit = UNITS.get(name, spaced(name))
    return " and ".join(bounds) + (f" {unit}" if unit else "")


def _number(measure: str, number: float) -> str:
    """Return a number; temperatures to one decimal in C, with F beside it (R7)."""
    return f"{number:.1f} °C ({number * 1.8 + 32:.1f} °F)" if measure == "celsius" else f"{number:g}"


def _day(condition: Day) -> str:
    number = f"{condition.limit.number:g}"
    forms = {
        ">=": f"from day {number}", "<=": f"to day {number}" if number != "0" else "on day 0",
        ">": f"after day {number}", "<": f"before day {number}",
    }  # fmt: skip
    return forms[condition.limit.sign]
