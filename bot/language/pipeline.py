"""The spaCy pipeline that carries a message from words to mentions; the only module here that knows spaCy.

`spacy.blank` with our own tokenizer and three components. Each leaves what it found in span groups of the document
(`complaints`, `qualifiers`), labelled with complaint and status, so that spaCy's tools show how a message was read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from bot.language.clauses import Clauses
from bot.language.hits import resolve
from bot.language.lexicon import Rule
from bot.language.matching import PatternIndex
from bot.language.mentions import Mention, distinct, mentions_of
from bot.language.modifiers import Qualifier, attach, qualifiers_of
from bot.language.patterns import Match
from bot.language.resources import Resources
from bot.language.status import StatusReader
from bot.language.words import Words


@dataclass
class Read:
    """What the components know of one message."""

    words: Words
    clauses: Clauses
    open_complaint: str | None = None
    score: float | None = None
    mentions: list[Mention] = field(default_factory=list)
    qualifiers: list[Qualifier] = field(default_factory=list)
    masked: tuple[frozenset[int], ...] = ()
    sounds_ill: bool = False
    third_party: bool = False


class Pipeline:
    """`read` runs the components over one message."""

    def __init__(self, resources: Resources) -> None:
        self._nlp = spacy.blank("en")
        self._normalise, self._cues = resources.normaliser, resources.cues
        for component in (Lexis(resources), Numbers(resources), Context(resources)):
            slot = cast(_Slot, self._nlp.add_pipe(f"hsg_{type(component).__name__.lower()}"))
            slot.component = component

    def read(self, text: str, open_complaint: str | None, score: float | None = None) -> Read:
        """Return the mentions of a message, in the order of its words."""
        words = self._normalise(text)
        read = Read(words, self._cues.clauses(words), open_complaint, score)
        if len(words):
            doc = Doc(self._nlp.vocab, words=[word.text for word in words.words])
            doc.user_data["read"] = read
            self._nlp(doc)
        return read


class Lexis:
    """Finds the lexicon's entries, modifiers and look-alikes."""

    def __init__(self, resources: Resources) -> None:
        self._index = PatternIndex(resources.lexicon.patterns, resources.notation.number_words)
        self._fillers, self._links = resources.fillers, resources.links

    def __call__(self, read: Read) -> None:
        """Fill in hits, mentions and qualifiers."""
        hits = resolve(read.words, read.clauses, self._found(read.words))
        read.masked = hits.masked
        read.mentions = mentions_of(hits.entries)
        read.qualifiers = qualifiers_of(hits.modifiers)

    def _found(self, words: Words) -> Iterable[tuple[Match, Rule]]:
        """Yield what stands in the message, what stands in it but for fillers, and what its states are said of."""
        yield from self._index.find(words)
        rest = self._fillers.without(words)
        if rest is not None:
            found = self._index.find(rest.words)
            yield from ((rest.placed(match), rule) for match, rule in found if rest.parts(match))
        for link in self._links.of(words):
            placed = ((link.placed(match), rule) for match, rule in self._index.find(link.words))
            yield from ((match, rule) for match, rule in placed if match is not None)


class Numbers:
    """Reads quantities."""

    def __init__(self, resources: Resources) -> None:
        self._quantities = resources.quantities
        self._fillers = resources.fillers
        self._illness = resources.illness

    def __call__(self, read: Read) -> None:
        """Add the mentions that numbers give, then bodily complaints that no family names."""
        read.mentions += self._counted(read)
        taken = [*read.masked, *(qualifier.mention.match.core for qualifier in read.qualifiers)]
        read.mentions += self._illness.unknown(read.words, read.mentions, taken)
        read.sounds_ill = self._illness.sounds_ill(read.words, read.mentions)

    def _counted(self, read: Read) -> list[Mention]:
        """Return what numbers say, and what else they say but for fillers: "two, i think, pads an hour"."""
        found = self._quantities.read(read.words, read.mentions, read.open_complaint, read.score)
        rest = self._fillers.without(read.words)
        if rest is not None:
            more = self._quantities.read(rest.words, read.mentions, read.open_complaint, read.score)
            placed = [replace(mention, match=rest.placed(mention.match)) for mention in more]
            found += [mention for mention in placed if not any(_alike(mention, other) for other in found)]
        return found


def _alike(one: Mention, other: Mention) -> bool:
    return one.complaint == other.complaint and bool(one.match.core & other.match.core)


class Context:
    """Decides statuses and attaches qualifiers."""

    def __init__(self, resources: Resources) -> None:
        self._status = StatusReader(resources.cues)

    def __call__(self, read: Read) -> None:
        """Judge every mention, then join the qualifiers to what they qualify."""
        taken = [mention.match.core for mention in read.mentions]
        judged = [*read.mentions, *(qualifier.mention for qualifier in read.qualifiers)]
        self._status.judge(read.words, read.clauses, judged, taken)
        read.third_party = self._status.third_party(read.words)
        read.mentions = self._status.retracted(read.words, read.mentions) + read.mentions
        attached = attach(read.words, read.clauses, read.mentions, read.qualifiers, read.open_complaint)
        read.mentions = distinct(attached)


def _spans(doc: Doc, mentions: Sequence[Mention]) -> Iterable[Span]:
    for mention in mentions:
        label = f"{mention.complaint}:{mention.status.value}"
        yield Span(doc, mention.match.first, mention.match.last + 1, label=label)


class _Slot:
    """The place of one of our components in a spaCy pipeline; spaCy builds it, `Pipeline` fills it."""

    def __init__(self) -> None:
        self.component: Lexis | Numbers | Context | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Run the component on the document."""
        if self.component is not None:
            read: Read = doc.user_data["read"]
            self.component(read)
            doc.spans["complaints"] = list(_spans(doc, read.mentions))
            doc.spans["qualifiers"] = list(_spans(doc, [qualifier.mention for qualifier in read.qualifiers]))
        return doc


def _slot(nlp: Language, name: str) -> _Slot:  # noqa: ARG001  spaCy passes both by name
    return _Slot()


for _name in ("hsg_lexis", "hsg_numbers", "hsg_context"):
    Language.factory(_name, func=_slot)
