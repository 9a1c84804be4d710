"""The lexicon: which wordings mean which complaint, read from the family files of a protocol's language folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.language.clauses import Clauses
from bot.language.files import Section, paths
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern, PatternError
from bot.language.words import Words
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Vocabulary

_FILE_KEYS = ("family", "lists", "entries", "modifiers", "lookalikes")
_ENTRY_KEYS = ("complaint", "attributes", "measures", "say", "unless", "with", "status", "also", "beside", "examples",
               "counter_examples")  # fmt: skip
_MODIFIER_KEYS = ("of", "attributes", "measures", "say", "unless", "with", "status", "alone", "examples",
                  "counter_examples")  # fmt: skip
_LOOKALIKE_KEYS = ("of", "say", "unless", "with", "examples", "counter_examples")
_NUMBER = re.compile(r"#([1-9])(?: (hours|days|minutes|weeks))?$")
_HOURS = {"hours": 1.0, "days": 24.0, "minutes": 1 / 60, "weeks": 168.0}


@dataclass(frozen=True)
class Meaning:
    """A complaint with attributes and measures; a measure is a number or a place in the pattern with a factor."""

    complaint: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, tuple[int, float]] = field(default_factory=dict)

    def measures(self, match: Match) -> dict[str, float]:
        """Return the measures that a match gives."""
        found = {name: match.numbers[at] * by for name, (at, by) in self.places.items() if at < len(match.numbers)}
        return {**self.numbers, **found}


@dataclass(frozen=True)
class Limits:
    """Conditions of an entry: none of `unless` in its statement and, if given, one of `require` in its sentence.

    The narrower `unless` keeps "I am in agony, and my head hurts" from losing the agony to words about the head.
    """

    unless: tuple[Pattern, ...] = ()
    require: tuple[Pattern, ...] = ()

    def allow(self, words: Words, match: Match, clauses: Clauses | None = None) -> bool:
        """Tell whether a match may stand; without clauses, `unless` counts in the whole sentence. The words remember
        the verdict for each place.
        """
        if not self.unless and not self.require:
            return True
        sentence = words.sentence_text(match.first)
        statement = clauses.statement_text(match.first, match.last) if clauses else sentence
        place = (id(self), *statement)
        if place not in words.allowed:
            refused = any(pattern.regex.search(words.text, *statement) for pattern in self.unless)
            held = not self.require or any(pattern.regex.search(words.text, *sentence) for pattern in self.require)
            words.allowed[place] = held and not refused
        return words.allowed[place]


@dataclass(frozen=True)
class Entry:
    """Wordings of a complaint. `status` fixes the status whatever the context; `beside` keeps it in a longer match."""

    meanings: tuple[Meaning, ...]
    limits: Limits = Limits()
    status: Status | None = None
    beside: bool = False
    source: str = ""


@dataclass(frozen=True)
class Modifier:
    """Words that qualify a complaint elsewhere in the clause; `alone` is what they mean without any."""

    of: frozenset[str]
    meaning: Meaning
    limits: Limits = Limits()
    status: Status | None = None
    alone: Meaning | None = None
    source: str = ""


@dataclass(frozen=True)
class Lookalike:
    """Words that sound like a complaint and are none (rule 39); with `of`, only like these complaints."""

    of: frozenset[str] = frozenset()
    limits: Limits = Limits()
    source: str = ""


Rule = Entry | Modifier | Lookalike


@dataclass(frozen=True)
class Example:
    """A sentence that an entry must read (or, `counter`, must not)."""

    text: str
    meaning: Meaning | None
    counter: bool
    source: str


@dataclass(frozen=True)
class Lexicon:
    """All families together: compiled patterns with their owners, how often complaints use each word, examples."""

    patterns: tuple[tuple[Pattern, Rule], ...]
    words: Counter[str]
    examples: tuple[Example, ...]


def load_lexicon(folder: Path, notation: Notation, vocabulary: Vocabulary) -> Lexicon:
    """Read every family file of a folder. Raises ProtocolError (file, line, mend) for anything unknown."""
    families = [_Family(Section.of_file(path, _FILE_KEYS), notation, vocabulary) for path in paths(folder)]
    for family in families:
        family.read()
    return Lexicon(
        patterns=tuple(pair for family in families for pair in family.patterns),
        words=sum((family.words for family in families), Counter()),
        examples=tuple(example for family in families for example in family.examples),
    )


class _Family:
    """One family file in the making."""

    def __init__(self, file: Section, notation: Notation, vocabulary: Vocabulary) -> None:
        self._file, self._vocabulary = file, vocabulary
        try:
            self._notation = notation.extended(file.list_map("lists"))
        except PatternError as error:
            raise file.error(str(error), "lists") from error
        self.patterns: list[tuple[Pattern, Rule]] = []
        self.words: Counter[str] = Counter()
        self.examples: list[Example] = []

    def read(self) -> None:
        """Read entries, modifiers and look-alikes."""
        for section in self._file.sections("entries"):
            self._entry(section.only(_ENTRY_KEYS))
        for section in self._file.sections("modifiers"):
            self._modifier(section.only(_MODIFIER_KEYS))
        for section in self._file.sections("lookalikes"):
            self._lookalike(section.only(_LOOKALIKE_KEYS))

    def _entry(self, section: Section) -> None:
        meaning = self._meaning(section)
        also = [self._meaning(inner.only(_ENTRY_KEYS[:3])) for inner in section.sections("also")]
        rule = Entry(
            meanings=(meaning, *also),
            limits=self._limits(section),
            status=section.status(),
            beside=section.flag("beside"),
            source=self._place(section),
        )
        self._add(section, rule, meaning)

    def _modifier(self, section: Section) -> None:
        of = section.strings("of")
        if not of:
            raise section.error("a modifier needs 'of', the complaints that it qualifies")
        meanings = [self._meaning(section, complaint) for complaint in of]
        alone = section.sections("alone") if isinstance(section.values.get("alone"), list) else None
        if alone is not None:
            raise section.error("'alone' is one mapping, not a list", "alone")
        inner = Section(section.path, section.mapping("alone")) if "alone" in section.values else None
        rule = Modifier(
            of=frozenset(of),
            meaning=meanings[0],
            limits=self._limits(section),
            status=section.status(),
            alone=self._meaning(inner.only(_ENTRY_KEYS[:3])) if inner else None,
            source=self._place(section),
        )
        self._add(section, rule, meanings[0])

    def _lookalike(self, section: Section) -> None:
        of = frozenset(section.strings("of"))
        unknown = sorted(of - set(self._vocabulary.attributes))
        if unknown:
            raise section.error(f"complaint '{unknown[0]}' is not in the protocol", "of")
        self._add(section, Lookalike(of, self._limits(section), self._place(section)), None)

    def _add(self, section: Section, rule: Rule, meaning: Meaning | None) -> None:
        if not section.strings("say"):
            raise section.error("'say' must list at least one pattern")
        self.patterns += [(pattern, rule) for pattern in section.patterns("say", self._notation)]
        bare = [word for text in section.strings("say") for word in self._notation.bare_words(text)]
        if bare and not isinstance(rule, Modifier):
            raise section.error(f"'{bare[0]}' alone would match almost any message; add the words around it", "say")
        if not isinstance(rule, Lookalike):
            self.words.update(section.words("say", self._notation))
        for key, counter in (("examples", False), ("counter_examples", True)):
            self.examples += [Example(text, meaning, counter, self._place(section)) for text in section.strings(key)]

    def _limits(self, section: Section) -> Limits:
        return Limits(section.patterns("unless", self._notation), section.patterns("with", self._notation))

    def _place(self, section: Section) -> str:
        return f"{section.path.name}:{section.values.line}"

    def _meaning(self, section: Section, complaint: str | None = None) -> Meaning:
        name = complaint or section.values.get("complaint")
        if not isinstance(name, str):
            raise section.error("'complaint' is missing")
        numbers, places = self._measures(section)
        attributes = section.text_map("attributes")
        seen = Observation(name, attributes=attributes)
        problem = self._vocabulary.problem(seen) or self._unknown_measure(name, (*numbers, *places))
        if problem:
            raise section.error(f"{problem}; see 'complaints' in hsg.yml", "attributes")
        return Meaning(name, attributes, numbers, places)

    def _unknown_measure(self, complaint: str, names: Iterable[str]) -> str | None:
        known = self._vocabulary.measures.get(complaint, {})
        return next((f"'{complaint}' has no measure '{name}'" for name in names if name not in known), None)

    def _measures(self, section: Section) -> tuple[dict[str, float], dict[str, tuple[int, float]]]:
        numbers: dict[str, float] = {}
        places: dict[str, tuple[int, float]] = {}
        for name, value in section.mapping("measures").items():
            place = _NUMBER.match(value) if isinstance(value, str) else None
            if place:
                places[name] = (int(place[1]) - 1, _HOURS.get(place[2] or "hours", 1.0))
            elif isinstance(value, int | float) and not isinstance(value, bool):
                numbers[name] = float(value)
            else:
                raise section.error(f"measure '{name}: {value}' is neither a number nor '#1'", "measures")
        return numbers, places
