"""What has lasted since a time, or came at several: "no wee since 9 last night", "sick at 2, at 4 and at half 5"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.language.files import Section
from bot.language.lexicon import Limits
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Match, Pattern
from bot.language.times import Timed

_KEYS = ("complaint", "attributes", "measure", "least", "beside", "turns", "unless", "with", "say")


@dataclass(frozen=True)
class Lasting:
    """A wording around times. `measure` takes the hours since then, or with `turns` how many times are told; `least`:
    it says nothing below so many; `beside`: a complaint that the message must tell too.
    """

    complaint: str
    attributes: Mapping[str, str]
    measure: str | None
    least: float
    beside: str | None
    turns: bool
    limits: Limits
    patterns: tuple[Pattern, ...]

    @classmethod
    def of_section(cls, section: Section, notation: Notation, measures: Mapping[str, Collection[str]]) -> Lasting:
        """Build from one mapping of `lasting` in quantities.yml. Raises ProtocolError for an unknown measure."""
        values = section.only(_KEYS).values
        complaint, measure = str(values.get("complaint")), values.get("measure")
        if complaint not in measures or (measure and measure not in measures[complaint]):
            raise section.error(f"'{complaint}' has no measure '{measure}'; see 'complaints' in hsg.yml", "measure")
        return cls(
            complaint,
            section.text_map("attributes"),
            measure,
            float(values.get("least", 0)),
            values.get("beside"),
            section.flag("turns"),
            Limits(section.patterns("unless", notation), section.patterns("with", notation)),
            section.patterns("say", notation),
        )

    def read(self, timed: Timed, told: Collection[str]) -> Iterable[Mention]:
        """Yield what the message says has lasted; `told` are the complaints already read."""
        if self.beside and self.beside not in told:
            return
        found = [match for pattern in self.patterns for match in pattern.matches(timed.words)]
        found = [match for match in found if self.limits.allow(timed.words, match)]
        turns = len(timed.turns(found)) if self.turns else 0
        for match in found[:1] if self.turns else found:
            value = float(turns) if self.turns else timed.hours(match)
            if (value or 0.0) >= self.least:
                yield self._mention(timed.placed(match), value)

    def _mention(self, match: Match, value: float | None) -> Mention:
        measures = {self.measure: round(value, 2)} if self.measure and value is not None else {}
        return Mention(self.complaint, match, dict(self.attributes), measures)
