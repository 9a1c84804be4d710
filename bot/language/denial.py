"""How far a denial carries: over glue words and lists only, never over words that are not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.language.cues import Cues
from bot.language.mentions import Mention
from bot.language.patterns import Match
from bot.language.words import Words

_OR = frozenset({"or", "nor", "/"})
_ITEM_ENDS = frozenset({",", "and", "but", ".", "?", "!", ";", ":", "-", "(", ")"}) | _OR
_NEGATORS = frozenset({"not", "no", "never", "without", "nor", "none", "neither", "zero"})
_STATING = frozenset({"my", "i", "it", "is", "are", "have", "am", "there", "now", "just", "only"})
_UNKNOWN_WORDS = 2
_UNKNOWN_WORDS_LATER = 1
_LIST_ITEM_WORDS = 4
_DOUBTFUL_LIST = 2


class Denial:
    """One denial cue on its way through the words after it. It may stand in the gap of a complaint that it denies
    ("my lips are not swollen").

    A `wide` one ("no", "without") may also pass two unknown words before its first complaint ("no noticeable
    rash"); a narrow one ("not", "have not had") none, so that "did not take anything for the pain" leaves the pain.
    """

    def __init__(
        self, cues: Cues, words: Words, at: Mapping[int, Sequence[Mention]], match: Match, *, wide: bool
    ) -> None:
        self._cues, self._words, self._at, self._match = cues, words, at, match
        self._glue = cues.glue if wide else cues.glue_narrow
        self._wide = wide
        # A complaint that holds the denying word itself ("can not breathe") is not what it denies.
        self._negators = frozenset(index for index in match.core if words[index] in _NEGATORS)

    def reached(self) -> list[tuple[Mention, bool]]:
        """Return each mention reached, and whether the denial surely holds for it.

        It does for the first, and for the whole list where "or" joins it or where it has three items or more; the
        second of just two ("no fever, chills") may be a complaint of its own.
        """
        items, alternatives = self._items()
        sure = alternatives or len(items) != _DOUBTFUL_LIST
        return [(mention, place == 0 or sure) for place, item in enumerate(items) for mention in item]

    def _items(self) -> tuple[list[list[Mention]], bool]:
        items: list[list[Mention]] = []
        index, alternatives = self._match.last + 1, False
        while index < len(self._words):
            glue = self._glue | self._cues.glue_or if alternatives else self._glue
            item, index = self._item(index, self._budget(first=not items), glue)
            if not item:
                break
            items.append(item)
            connector = self._text(index)
            if connector not in _OR and not (connector in (",", "and") and self._listed(index + 1)):
                break
            index += 1
            while self._text(index) in _OR or (connector == "," and self._text(index) == "and"):
                connector = self._text(index)
                index += 1
            alternatives = alternatives or connector in _OR
        return items, alternatives

    def _text(self, index: int) -> str:
        return self._words[index] if index < len(self._words) else "."

    def _budget(self, *, first: bool) -> int:
        if not self._wide:
            return 0
        return _UNKNOWN_WORDS if first else _UNKNOWN_WORDS_LATER

    def _item(self, index: int, budget: int, glue: frozenset[str]) -> tuple[list[Mention], int]:
        """Return the mentions of one list item and the index after it."""
        found: list[Mention] = []
        end = index - 1
        while index < len(self._words):
            here = [mention for mention in self._at.get(index, ()) if not mention.match.core & self._negators]
            if here:
                found += [mention for mention in here if mention not in found]
                end = max(mention.match.last for mention in here)
            elif index > end and self._words[index] not in glue:
                budget -= 1
                if budget < 0 or found or self._stops(index):
                    break
            index += 1
        return found, index

    def _stops(self, index: int) -> bool:
        text = self._words[index]
        return not text.isalpha() or text in self._cues.nouns_stop or text in _ITEM_ENDS

    def _listed(self, index: int) -> bool:
        """Tell whether a bare list item follows: only nouns that people list ("no fever, chills or rash")."""
        if self._text(index) in _OR:
            return True
        end = index
        while self._text(end) not in _ITEM_ENDS:
            end += 1
        texts = [self._words[place] for place in range(index, end)]
        if not 0 < len(texts) <= _LIST_ITEM_WORDS:
            return False
        known = self._cues.listable | self._cues.glue_narrow
        bare = texts[-1] in self._cues.listable and all(text in known for text in texts)
        return bare or (self._text(end) in _OR and not _STATING & set(texts))
