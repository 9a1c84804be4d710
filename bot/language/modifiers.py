"""Attaches qualifying words to the complaint they qualify: "cramps … they are getting worse"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.language.clauses import Clauses
from bot.language.hits import Hit
from bot.language.lexicon import Modifier
from bot.language.mentions import BEFORE_HOURS, Mention
from bot.language.patterns import Match
from bot.language.words import Words
from bot.triage.observation import Status

_FAR = 1_000
_LONGEST_PHRASE = 10
_FACTS = frozenset({"day", "factor", "fever_medicine"})


@dataclass(frozen=True)
class Qualifier:
    """A modifier found in the message, with the status that the cues gave it."""

    rule: Modifier
    mention: Mention


def qualifiers_of(hits: Iterable[Hit[Modifier]]) -> list[Qualifier]:
    """Return the modifiers found, each with a mention that cues can judge."""
    return [Qualifier(hit.rule, Mention.of(hit.rule.meaning, hit.match)) for hit in hits]


def attach(
    words: Words,
    clauses: Clauses,
    mentions: list[Mention],
    qualifiers: Sequence[Qualifier],
    open_complaint: str | None,
) -> list[Mention]:
    """Return the mentions with their qualifiers, and what qualifiers mean where no complaint of theirs is named.

    A denied or hypothetical qualifier is dropped ("not severe" says nothing about how bad it is).
    """
    result = list(mentions)
    for qualifier in qualifiers:
        if qualifier.mention.status in (Status.DENIED, Status.HYPOTHETICAL, Status.OTHER_PERSON, Status.UNCERTAIN):
            continue
        owner = _nearest(words, clauses, mentions, qualifier)
        if owner is not None:
            _join(clauses, result, owner, qualifier)
        elif open_complaint in qualifier.rule.of:
            result.append(replace(qualifier.mention, complaint=str(open_complaint)))
        elif qualifier.rule.alone is not None:
            result.append(replace(Mention.of(qualifier.rule.alone, qualifier.mention.match), status=_status(qualifier)))
    return result


def _status(qualifier: Qualifier) -> Status:
    return qualifier.rule.status or qualifier.mention.status


def _nearest(words: Words, clauses: Clauses, mentions: Sequence[Mention], qualifier: Qualifier) -> Mention | None:
    mine = qualifier.mention.match
    fitting = [mention for mention in mentions if mention.complaint in qualifier.rule.of and not mention.retracted]
    sentence = words.sentences[mine.first]
    if any(words.sentences[mention.match.first] == sentence for mention in mentions if mention.complaint not in _FACTS):
        fitting = [mention for mention in fitting if words.sentences[mention.match.first] == sentence]
    distances = [(_distance(words, clauses, mention, mine.first, mine.last), mention) for mention in fitting]
    near = [(distance, order, mention) for order, (distance, mention) in enumerate(distances) if distance < _FAR]
    return min(near)[2] if near else None


def _distance(words: Words, clauses: Clauses, mention: Mention, first: int, last: int) -> int:
    """Words between, made longer by every break; _FAR where another sentence starts (unless it only refers back)."""
    other = mention.match
    gap = first - other.last if other.last < first else other.first - last if other.first > last else 0
    sentences = words.sentences[first] - words.sentences[other.first]
    if sentences < 0 or sentences > 2:
        return _FAR
    soft = abs(clauses.soft[first] - clauses.soft[other.first])
    return gap + 4 * soft + 20 * sentences


def _join(clauses: Clauses, result: list[Mention], owner: Mention, qualifier: Qualifier) -> None:
    """Give the owner the attributes, or add a second mention where it holds others or is denied."""
    meaning = qualifier.rule.meaning
    measures = meaning.measures(qualifier.mention.match)
    clash = any(owner.attributes.get(name, value) != value for name, value in meaning.attributes.items())
    near = clauses.same_soft(owner.match.first, qualifier.mention.match.first)
    if clash or owner.status is not _resolved(owner, qualifier) or not near:
        extra = replace(
            qualifier.mention,
            complaint=owner.complaint,
            attributes=dict(meaning.attributes),
            measures=measures,
            status=_resolved(owner, qualifier),
            match=_phrase(clauses, owner.match, qualifier.mention.match),
        )
        if extra.status is not Status.DENIED:
            result.append(extra)
        return
    owner.attributes.update(meaning.attributes)
    owner.measures.update({name: value for name, value in measures.items() if name not in owner.measures})
    owner.match = _spanned(owner.match, qualifier.mention.match)


def _phrase(clauses: Clauses, owner: Match, qualifier: Match) -> Match:
    """Return the qualifying words with what they qualify, as one phrase to quote, where it stands near."""
    joined = _spanned(qualifier, owner)
    near = joined.last - joined.first < _LONGEST_PHRASE and clauses.same_hard(joined.first, joined.last)
    return joined if near else qualifier


def _spanned(one: Match, other: Match) -> Match:
    return replace(one, first=min(one.first, other.first), last=max(one.last, other.last))


def _resolved(owner: Mention, qualifier: Qualifier) -> Status:
    """A qualifier after a "what if" that is not itself in it speaks of what is there now; one of another time
    ("on the table, fine after") does not.
    """
    if qualifier.mention.hours_ago == BEFORE_HOURS:
        return Status.PAST
    supposed = owner.status is Status.HYPOTHETICAL and qualifier.mention.status is Status.PRESENT
    return qualifier.rule.status or (Status.PRESENT if supposed else owner.status)
