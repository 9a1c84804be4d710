"""A message cut into its clauses, each without the words that are not said of now: what a learned reader reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from bot.language.cues import Cue, Cues
from bot.language.mentions import Mention
from bot.language.patterns import Match
from bot.language.status import StatusReader
from bot.language.words import Word, Words
from bot.triage.observation import Status


@dataclass(frozen=True)
class Part:
    """One clause: its words that stand as present, the status of most of its words, the number of its sentence, and
    whether that sentence asks. `start` and `end` are offsets of the whole clause in the text as typed.
    """

    start: int
    end: int
    words: tuple[Word, ...]
    status: Status = Status.PRESENT
    sentence: int = 0
    asks: bool = False

    @property
    def text(self) -> str:
        """The standing words, normalised, with the question mark of their sentence; empty where none stands."""
        return " ".join([word.text for word in self.words] + ["?"] * (self.asks and bool(self.words)))


class Parts:
    """Cuts messages with the cues of one language.

    Every word is judged as a mention would be, by the cues that reach over clauses ("what if", "before the test",
    "my sister"). Plain denials are left to the learned reader: they reach over complaints, and which words are
    complaints only the lexicon knows.
    """

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        kept = [(pattern, adapted) for pattern, cue in cues.patterns if (adapted := _adapted(cue)) is not None]
        self._status = StatusReader(replace(cues, patterns=tuple(kept), doubtful=(), correcting=(), times=()))

    def of(self, words: Words) -> tuple[Part, ...]:
        """Return the clauses of a message in their order; clauses without a word are left out."""
        clauses = self._cues.clauses(words)
        probes = [
            Mention("", Match(index, index, frozenset({index})))
            for index in range(len(words))
            if words[index][0].isalnum()
        ]
        self._status.judge(words, clauses, probes, ())
        grouped: dict[int, list[Mention]] = {}
        for probe in probes:
            grouped.setdefault(clauses.soft[probe.match.first], []).append(probe)
        return tuple(_part(words, group) for group in grouped.values())


def plain(words: Words) -> str:
    """Return a whole text as a part would hold it: words and question marks only."""
    return " ".join(word.text for word in words.words if word.text[0].isalnum() or word.text == "?")


def _adapted(cue: Cue) -> Cue | None:
    """A doubt reaches over its clause here; a denial that reaches over unknown words is no cue here."""
    if cue.reach not in ("glue", "noun"):
        return cue
    return replace(cue, reach="clause") if cue.category == "uncertain" else None


def _part(words: Words, probes: list[Mention]) -> Part:
    first, last = probes[0].match.first, probes[-1].match.last
    start, end = words.typed_span(first, last)
    status = Counter(probe.status for probe in probes).most_common(1)[0][0]
    standing = {probe.match.first for probe in probes if probe.status is Status.PRESENT}
    asked = words[words.sentence_range(first)[1]] == "?"
    return Part(start, end, tuple(words.words[i] for i in sorted(standing)), status, words.sentences[first], asked)
