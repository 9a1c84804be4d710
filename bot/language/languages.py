"""Tells which language a message is written in, by script and by common short words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from bot.language.files import Section

ENGLISH = "en"
_LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST = 3
_TIMES_ENGLISH = 1.5


class Languages:
    """Guesses a language; in doubt English, since most second-language writers mix their own words in."""

    def __init__(self, path: Path) -> None:
        file = Section.of_file(path, ("words", "scripts"))
        self._words = {name: frozenset(str(text).split()) for name, text in file.mapping("words").items()}
        self._scripts: Mapping[str, list[int]] = file.mapping("scripts")

    def guess(self, text: str) -> str:
        """Return an ISO 639-1 code."""
        script = self._script(text)
        if script:
            return script
        words = [_plain(word) for word in _LETTERS.findall(text)]
        counts = {name: sum(word in known for word in words) for name, known in self._words.items()}
        english = counts.pop(ENGLISH, 0)
        best = max(counts, key=lambda name: counts[name], default=ENGLISH)
        enough = counts.get(best, 0) >= _FEWEST and counts[best] > english * _TIMES_ENGLISH
        return best if enough else ENGLISH

    def _script(self, text: str) -> str | None:
        letters = [ord(sign) for sign in text if sign.isalpha()]
        for name, (first, last) in self._scripts.items():
            if letters and sum(first <= code <= last for code in letters) * 2 > len(letters):
                return name
        return None


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))
