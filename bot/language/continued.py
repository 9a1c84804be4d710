"""What a count or "it" says of the complaint last spoken of: "been five times today", "make that four", "2 not 12"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.language.files import Section
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.words import Words

_KEYS = ("of", "reads", "attributes", "measure", "retracted", "least", "most", "say")


@dataclass(frozen=True)
class Continued:
    """A wording that continues the complaint `of` and reads as one of `reads`, if its first number lies in bounds."""

    of: str
    reads: str
    attributes: Mapping[str, str]
    measure: str | None
    retracted: bool
    bounds: tuple[float, float]
    patterns: tuple[Pattern, ...]

    @classmethod
    def of_section(cls, section: Section, notation: Notation, measures: Mapping[str, Collection[str]]) -> Continued:
        """Build from one mapping of `continued` in quantities.yml. Raises ProtocolError for an unknown measure."""
        values = section.only(_KEYS).values
        of, measure = str(values.get("of")), values.get("measure")
        reads = str(values.get("reads", of))
        if measure and measure not in measures.get(reads, ()):
            raise section.error(f"'{reads}' has no measure '{measure}'; see 'complaints' in hsg.yml", "measure")
        return cls(
            of,
            reads,
            section.text_map("attributes"),
            measure,
            section.flag("retracted"),
            (float(values.get("least", 0)), float(values.get("most", "inf"))),
            section.patterns("say", notation),
        )

    def read(self, words: Words, recent: str | None) -> Iterable[Mention]:
        """Yield what the message adds to the complaint last spoken of, or takes back of it."""
        if recent == self.of:
            for match in (match for pattern in self.patterns for match in pattern.matches(words)):
                if self.bounds[0] <= (match.numbers or (0.0,))[0] <= self.bounds[1]:
                    yield self._mention(match)

    def _mention(self, match: Match) -> Mention:
        measures = {self.measure: match.numbers[0]} if self.measure else {}
        return Mention(
            self.reads, match, dict(self.attributes), measures, solid=True, fixed=True, retracted=self.retracted
        )
