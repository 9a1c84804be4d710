"""Tells which language a message is written in, by script and by common short words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.language.files import Section

ENGLISH = "en"
_LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST = 3
_FEWEST_ALONE = 2
"""Words that tell the language of a short message with not one English word in it."""
_TIMES_ENGLISH = 1.5
_FOLDED = str.maketrans("đłøıß", "dlois")


class Languages:
    """Guesses a language; in doubt English, since most second-language writers mix their own words in."""

    def __init__(self, path: Path) -> None:
        file = Section.of_file(path, ("words", "alone", "asked_for", "scripts", "letters"))
        self._words = _sets(file.mapping("words"))
        self._alone = _sets(file.mapping("alone"))
        self._asked_for = {
            name: re.compile(str(text), re.IGNORECASE) for name, text in file.mapping("asked_for").items()
        }
        self._scripts: Mapping[str, list[int]] = file.mapping("scripts")
        self._letters: Mapping[str, str] = file.mapping("letters")

    def guess(self, text: str) -> str:
        """Return the ISO 639-1 code of what a message is written in, or asks to be answered in."""
        words = [_plain(word) for word in _LETTERS.findall(text)]
        return self._script(text) or self._named(text) or self._by_words(words)

    def _by_words(self, words: Sequence[str]) -> str:
        counts = {name: sum(word in known for word in words) for name, known in self._words.items()}
        english = counts.pop(ENGLISH, 0)
        best = max(counts, key=lambda name: counts[name], default=ENGLISH)
        found = counts.get(best, 0)
        if found >= _FEWEST and found > english * _TIMES_ENGLISH:
            return best
        if found >= _FEWEST_ALONE and not english and found * 2 >= len(words):
            return best
        alone = (name for name, known in self._alone.items() if words and known.issuperset(words))
        return next(alone, ENGLISH)

    def _named(self, text: str) -> str | None:
        """Return the language that she asks for: "do you speak Spanish?"."""
        return next((name for name, pattern in self._asked_for.items() if pattern.search(text)), None)

    def _script(self, text: str) -> str | None:
        letters = [ord(sign) for sign in text if sign.isalpha()]
        for name, (first, last) in self._scripts.items():
            if letters and sum(first <= code <= last for code in letters) * 2 > len(letters):
                own = (other for other, signs in self._letters.items() if set(signs) & set(text.lower()))
                return next(own, name)
        return None


def _sets(lists: Mapping[str, object]) -> dict[str, frozenset[str]]:
    return {name: frozenset(_plain(word) for word in str(text).split()) for name, text in lists.items()}


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.lower().translate(_FOLDED))
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
