"""What is read while a message is worked on: a complaint with its words, before it becomes an observation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.language.hits import Hit
from bot.language.lexicon import Entry, Meaning
from bot.language.patterns import Match
from bot.language.words import Words
from bot.triage.observation import Observation, Status

BEFORE_HOURS = 8760.0
"""`hours_ago` of what belongs to a time before the HSG or to the table only: far beyond any rule's reach."""


@dataclass
class Mention:
    """A complaint, vital sign or fact at some words. `fixed` keeps its status whatever the context says; `solid`
    ones are readings, which a plain denial before them does not touch.
    """

    complaint: str
    match: Match
    attributes: dict[str, str] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    status: Status = Status.PRESENT
    fixed: bool = False
    solid: bool = False
    hours_ago: float | None = None
    felt_on: int | None = None
    retracted: bool = False
    reader: str = "lexicon"

    @classmethod
    def of(cls, meaning: Meaning, match: Match) -> Mention:
        """Build from a meaning of the lexicon."""
        return cls(meaning.complaint, match, dict(meaning.attributes), meaning.measures(match))

    def observation(self, words: Words) -> Observation:
        """Return the observation with its span in the text as typed."""
        start, end = words.typed_span(*words.without_signs(self.match.first, self.match.last))
        return Observation(
            self.complaint,
            self.status,
            start,
            end,
            self.attributes,
            self.measures,
            self.hours_ago,
            self.retracted,
            reader=self.reader,
            felt_on=self.felt_on,
        )


def mentions_of(hits: Iterable[Hit[Entry]]) -> list[Mention]:
    """Return the mentions that entries of the lexicon give."""
    found = []
    for hit in hits:
        for meaning in hit.rule.meanings:
            mention = Mention.of(meaning, hit.match)
            mention.status = hit.rule.status or Status.PRESENT
            mention.fixed = hit.rule.status is not None
            found.append(mention)
    return found


def distinct(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions in the order of their words, without those that another at the same words says too."""
    ordered = sorted(mentions, key=lambda mention: (mention.match.first, mention.match.last))
    kept: list[Mention] = []
    for mention in sorted(ordered, key=lambda mention: -len(mention.attributes) - len(mention.measures)):
        if not any(_said_by(other, mention) for other in kept):
            kept.append(mention)
    return [mention for mention in ordered if any(mention is one for one in kept)]


def _said_by(other: Mention, mention: Mention) -> bool:
    return (
        other.complaint == mention.complaint
        and other.status is mention.status
        and other.retracted == mention.retracted
        and bool(other.match.core & mention.match.core)
        and mention.attributes.items() <= other.attributes.items()
        and mention.measures.items() <= other.measures.items()
    )
