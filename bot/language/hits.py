"""Which of the lexicon's matches stand: the longest words win, look-alikes take theirs away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.language.clauses import Clauses
from bot.language.lexicon import Entry, Lookalike, Modifier, Rule
from bot.language.patterns import Match
from bot.language.words import Words

Owner = TypeVar("Owner", Entry, Modifier)
_WHERE = frozenset({"in", "on", "around", "from", "my", "her", "the"})


@dataclass(frozen=True)
class Hit(Generic[Owner]):
    """A rule of the lexicon found in a message."""

    rule: Owner
    match: Match


@dataclass(frozen=True)
class Hits:
    """What the lexicon means by a message, with the words that look-alikes took."""

    entries: tuple[Hit[Entry], ...]
    modifiers: tuple[Hit[Modifier], ...]
    masked: tuple[frozenset[int], ...]


def resolve(words: Words, clauses: Clauses, found: Iterable[tuple[Match, Rule]]) -> Hits:
    """Keep what stands of all matches.

    A longer match of any complaint swallows a shorter one inside it, a look-alike swallows what it touches, matches
    of one entry that overlap are one, and modifiers inside a complaint are part of it.
    """
    whole = [(match, rule) for match, rule in found if not _leaves_out(words, match)]
    allowed = [(match, rule) for match, rule in whole if rule.limits.allow(words, match, clauses)]
    looks = [(match, rule.of) for match, rule in allowed if isinstance(rule, Lookalike)]
    masked = tuple(match.core for match, of in looks if not of)
    free = [(match, rule) for match, rule in allowed if not _masked(match.core, rule, looks)]
    entries = _distinct([Hit(rule, match) for match, rule in free if isinstance(rule, Entry)])
    entries = [hit for hit in entries if not any(_swallows(other, hit, clauses) for other in entries)]
    modifiers = _distinct([Hit(rule, match) for match, rule in free if isinstance(rule, Modifier)])
    modifiers = [hit for hit in modifiers if not any(hit.match.core <= entry.match.core for entry in entries)]
    modifiers = [hit for hit in modifiers if not any(_outdoes(other, hit) for other in modifiers)]
    return Hits(_in_order(entries), _in_order(modifiers), masked)


def _leaves_out(words: Words, match: Match) -> bool:
    """Tell whether a gap of the match says that what follows is not part of it ("ankles swollen but not my lips")."""
    for index in range(match.first + 1, match.last - 1):
        if (words[index - 1], words[index]) == ("but", "not") and index not in match.core:
            place = index + 1
            while place < match.last and words[place] in _WHERE:
                place += 1
            if place > index + 1 and place in match.core:
                return True
    return False


def _whole(clauses: Clauses, match: Match) -> bool:
    """Tell whether no gap of the match runs over the start of another statement ("in agony and my head hurts")."""
    return all(
        index in match.core or clauses.statements[index] == clauses.statements[index - 1]
        for index in range(match.first + 1, match.last + 1)
    )


def _in_order(hits: Iterable[Hit[Owner]]) -> tuple[Hit[Owner], ...]:
    return tuple(sorted(hits, key=lambda hit: (hit.match.first, hit.match.last)))


def _masked(core: frozenset[int], rule: Rule, looks: Sequence[tuple[Match, frozenset[str]]]) -> bool:
    mine = _complaints(rule)
    return any(_takes(look, core) and (not of or mine <= of) for look, of in looks)


def _takes(look: Match, core: frozenset[int]) -> bool:
    """Tell whether a look-alike takes a match that it touches: not where its words stand inside the match, nor where
    most words of the match stand outside ("agony in my head in the time …" is no "head in").
    """
    within = sum(look.first <= index <= look.last for index in core)
    return bool(core & look.core) and not look.core < core and 2 * within >= len(core)


def _complaints(rule: Rule) -> frozenset[str]:
    return frozenset(meaning.complaint for meaning in rule.meanings) if isinstance(rule, Entry) else rule.of


def _distinct(hits: Sequence[Hit[Owner]]) -> list[Hit[Owner]]:
    """Keep the longest of overlapping matches of one rule."""
    kept: list[Hit[Owner]] = []
    for hit in sorted(hits, key=lambda hit: -len(hit.match.core)):
        if not any(hit.rule is other.rule and hit.match.core & other.match.core for other in kept):
            kept.append(hit)
    return kept


def _swallows(other: Hit[Entry], hit: Hit[Entry], clauses: Clauses) -> bool:
    if other is hit or hit.rule.beside or other.rule.beside:
        return False
    if hit.match.core < other.match.core:
        return _complaints(hit.rule) <= _complaints(other.rule) or _whole(clauses, other.match)
    return hit.match.core == other.match.core and _refines(other.rule, hit.rule)


def _outdoes(other: Hit[Modifier], hit: Hit[Modifier]) -> bool:
    """Tell whether a longer modifier of at least the same complaints takes over this one's words."""
    return hit.match.core < other.match.core and hit.rule.of <= other.rule.of


def _refines(other: Entry, entry: Entry) -> bool:
    """Tell whether the other entry says the same complaint with more attributes."""
    mine, theirs = entry.meanings[0], other.meanings[0]
    return (
        mine.complaint == theirs.complaint
        and len(mine.attributes) < len(theirs.attributes)
        and mine.attributes.items() <= theirs.attributes.items()
    )
