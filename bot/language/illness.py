"""Not understood is not harmless: bodily complaints on no list, and text that only sounds like illness (issue 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.language.files import Section
from bot.language.mentions import Mention
from bot.language.notation import Notation
from bot.language.patterns import Pattern
from bot.language.words import Words

UNKNOWN = "unknown_symptom"
_FACTS = frozenset({"day", "factor", "not_sure", "wants_person", "wants_stop", "wants_data", "other_language"})


class Illness:
    """Recognises what no family of the lexicon names."""

    def __init__(self, path: Path, notation: Notation) -> None:
        keys = ("lists", "unknown", "unknown_unless", "sounds_ill", "sounds_ill_unless")
        file = Section.of_file(path, keys)
        notation = notation.extended(file.list_map("lists"))
        self._unknown = file.patterns("unknown", notation)
        self._unknown_unless = file.patterns("unknown_unless", notation)
        self._sounds_ill = file.patterns("sounds_ill", notation)
        self._sounds_ill_unless = file.patterns("sounds_ill_unless", notation)
        self.words = file.words("unknown", notation)

    def unknown(self, words: Words, mentions: Sequence[Mention], masked: Iterable[frozenset[int]]) -> list[Mention]:
        """Return bodily complaints whose words belong to no mention read so far and to no look-alike."""
        taken = frozenset().union(*(mention.match.core for mention in mentions), *masked)
        found: list[Mention] = []
        for pattern in self._unknown:
            for match in pattern.matches(words):
                start, end = words.sentence_text(match.first)
                if not _any(self._unknown_unless, words, start, end) and not match.core & taken:
                    taken |= match.core
                    found.append(Mention(UNKNOWN, match))
        return found

    def sounds_ill(self, words: Words, mentions: Sequence[Mention]) -> bool:
        """Tell whether a message in which no complaint could be read sounds like illness all the same."""
        if any(mention.complaint not in _FACTS for mention in mentions):
            return False
        sentences = (words.sentence_text(first) for first, _ in words.sentence_ranges())
        return any(
            _any(self._sounds_ill, words, *sentence) and not _any(self._sounds_ill_unless, words, *sentence)
            for sentence in sentences
        )


def _any(patterns: Iterable[Pattern], words: Words, start: int, end: int) -> bool:
    return any(pattern.regex.search(words.text, start, end) for pattern in patterns)
