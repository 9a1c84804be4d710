"""When what is over was: hours ago, or on which day since the procedure (rule 26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language.cues import When
from bot.language.mentions import Mention
from bot.language.patterns import Match
from bot.language.words import Words
from bot.triage.observation import Status

REFERRING = frozenset({"it", "that", "they", "this", "all"})


def ended(times: Sequence[When], words: Words, mentions: Iterable[Mention]) -> None:
    """Date every mention that is over, from a time word of its sentence, else of a next one that speaks of it."""
    over = [mention for mention in mentions if mention.status is Status.PAST and mention.hours_ago is None]
    found = [(match, time) for time in times for match in time.pattern.matches(words)] if over else []
    for mention in over:
        for sentence in _told_in(words, mention):
            here = [one for one in found if words.sentences[one[0].first] == sentence]
            if here:
                _date(mention, *min(here, key=lambda one: _rank(mention, *one)))
                break


def _told_in(words: Words, mention: Mention) -> Iterable[int]:
    """Yield the sentence of a mention, and the next one where it refers back ("that was six days ago")."""
    sentence = words.sentences[mention.match.first]
    yield sentence
    follows = words.sentence_range(mention.match.first)[1] + 1
    if follows < len(words) and words[follows] in REFERRING:
        yield sentence + 1


def _rank(mention: Mention, match: Match, time: When) -> tuple[bool, int, int]:
    """Rank times: hours before days ("on the day of the test, until yesterday"), near before far, longer first."""
    return time.day is not None, abs(match.first - mention.match.last), -len(match.core)


def _date(mention: Mention, match: Match, time: When) -> None:
    if time.day is None:
        mention.hours_ago = time.hours * (match.numbers[0] if time.counted and match.numbers else 1.0)
    else:
        mention.felt_on = time.day
