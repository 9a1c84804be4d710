"""The words around a complaint that decide its status, read from cues.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.language.clauses import Clauses
from bot.language.files import Section
from bot.language.lexicon import Limits
from bot.language.notation import Notation
from bot.language.patterns import Pattern, PatternError
from bot.language.words import Words
from bot.triage.observation import Status

_FILE_KEYS = ("lists", "breaks", "glue", "glue_narrow", "glue_or", "listable", "nouns_stop", "referring", "doubtful",
              "affirmed", "shared", "cues", "third_party", "corrections", "times")  # fmt: skip
_CUE_KEYS = ("category", "direction", "reach", "say", "stop", "unless", "with", "except", "third_party", "examples")
CATEGORIES = ("pseudo", "denied", "uncertain", "hypothetical", "past", "before", "other_person")
DIRECTIONS = ("forward", "backward", "both")
REACHES = ("glue", "noun", "list", "next", "clause", "sentence", "question")


@dataclass(frozen=True)
class Cue:
    """One kind of cue (cues.yml explains the fields). `third_party`: only if the other one is not the patient."""

    category: str
    direction: str
    reach: str
    stop: tuple[Pattern, ...]
    limits: Limits
    exempt: frozenset[str]
    third_party: bool
    source: str


@dataclass(frozen=True)
class CueExample:
    """A sentence in which a complaint must get a status."""

    text: str
    complaint: str
    status: Status
    source: str


@dataclass(frozen=True)
class When:
    """Words for when something was: hours ago, for each one `counted`, or a day since the HSG (0 = the day of it)."""

    pattern: Pattern
    hours: float
    counted: bool
    day: int | None


@dataclass(frozen=True)
class Cues:
    """All of cues.yml, compiled."""

    patterns: tuple[tuple[Pattern, Cue], ...]
    hard: tuple[Pattern, ...]
    soft: tuple[Pattern, ...]
    statement: tuple[Pattern, ...]
    glue: frozenset[str]
    glue_narrow: frozenset[str]
    glue_or: frozenset[str]
    listable: frozenset[str]
    nouns_stop: frozenset[str]
    referring: frozenset[str]
    doubtful: tuple[Pattern, ...]
    affirmed: tuple[Pattern, ...]
    shared: tuple[Pattern, ...]
    patient: tuple[Pattern, ...]
    own: tuple[Pattern, ...]
    correcting: tuple[Pattern, ...]
    retracting: tuple[tuple[Pattern, str, bool], ...]
    times: tuple[When, ...]
    words: frozenset[str]
    examples: tuple[CueExample, ...]

    def clauses(self, words: Words) -> Clauses:
        """Cut a message where this language breaks."""
        return Clauses(words, self.hard, self.soft, self.statement)


def load_cues(path: Path, notation: Notation, complaints: Iterable[str]) -> Cues:
    """Read cues.yml. Raises ProtocolError (file, line, mend) for anything unknown."""
    file = Section.of_file(path, _FILE_KEYS)
    try:
        notation = notation.extended(file.list_map("lists"))
    except PatternError as error:
        raise file.error(str(error), "lists") from error
    cues = [section.only(_CUE_KEYS) for section in file.sections("cues")]
    breaks = Section(path, file.mapping("breaks")).only(("hard", "soft", "statement"))
    third = Section(path, file.mapping("third_party")).only(("patient", "own"))
    corrections = Section(path, file.mapping("corrections")).only(("words", "retract"))
    return Cues(
        patterns=tuple(pair for section in cues for pair in _cue(section, notation, frozenset(complaints))),
        hard=breaks.patterns("hard", notation),
        soft=breaks.patterns("soft", notation),
        statement=breaks.patterns("statement", notation),
        glue=_word_set(file, "glue"),
        glue_narrow=_word_set(file, "glue_narrow"),
        glue_or=_word_set(file, "glue_or"),
        listable=_word_set(file, "listable"),
        nouns_stop=_word_set(file, "nouns_stop"),
        referring=_word_set(file, "referring"),
        doubtful=file.patterns("doubtful", notation),
        affirmed=file.patterns("affirmed", notation),
        shared=file.patterns("shared", notation),
        patient=third.patterns("patient", notation),
        own=third.patterns("own", notation),
        correcting=corrections.patterns("words", notation),
        retracting=tuple(_retracting(corrections, notation, frozenset(complaints))),
        times=tuple(_times(file, notation)),
        words=frozenset().union(*(section.words("say", notation) for section in cues)),
        examples=tuple(example for section in cues for example in _examples(section)),
    )


def _word_set(file: Section, key: str) -> frozenset[str]:
    return frozenset(str(file.values.get(key, "")).split())


def _cue(section: Section, notation: Notation, complaints: frozenset[str]) -> Iterable[tuple[Pattern, Cue]]:
    exempt = frozenset(section.strings("except"))
    if exempt - complaints:
        raise section.error(f"unknown complaint '{min(exempt - complaints)}'", "except")
    cue = Cue(
        category=section.choice("category", CATEGORIES, ""),
        direction=section.choice("direction", DIRECTIONS, "forward"),
        reach=section.choice("reach", REACHES, "clause"),
        stop=section.patterns("stop", notation),
        limits=Limits(section.patterns("unless", notation), section.patterns("with", notation)),
        exempt=exempt,
        third_party=section.flag("third_party"),
        source=f"{section.path.name}:{section.values.line}",
    )
    return [(pattern, cue) for pattern in section.patterns("say", notation)]


def _examples(section: Section) -> Iterable[CueExample]:
    for inner in section.sections("examples"):
        inner.only(("text", "complaint", "status"))
        status = inner.status() or Status.PRESENT
        values: Mapping[str, str] = inner.values
        yield CueExample(values["text"], values["complaint"], status, f"{inner.path.name}:{inner.values.line}")


def _retracting(
    corrections: Section, notation: Notation, complaints: frozenset[str]
) -> Iterable[tuple[Pattern, str, bool]]:
    for section in corrections.sections("retract"):
        complaint = section.only(("complaint", "given", "say")).choice("complaint", complaints, "")
        for pattern in section.patterns("say", notation):
            yield pattern, complaint, section.flag("given")


def _times(file: Section, notation: Notation) -> Iterable[When]:
    factors = {"#1": 1.0, "#1 minutes": 1 / 60, "#1 days": 24.0, "#1 weeks": 168.0}
    for section in file.sections("times"):
        day = section.only(("hours", "day", "say")).values.get("day")
        if (day is None) is ("hours" not in section.values) or not isinstance(day, int | None):
            raise section.error("a time needs either 'hours' or 'day', a whole number", "day")
        hours = section.values.get("hours", 0)
        if hours not in factors and not isinstance(hours, int | float):
            raise section.error(f"'hours: {hours}' is neither a number nor one of {', '.join(factors)}", "hours")
        counted = isinstance(hours, str)
        for pattern in section.patterns("say", notation):
            yield When(pattern, factors[hours] if counted else float(hours), counted, day)
