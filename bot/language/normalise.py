"""From the text as typed to normalised words: the spelling that patterns are written in (docs/language.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.language.numbers import join_numbers
from bot.language.spelling import Speller
from bot.language.words import SENTENCE_ENDS, Word, Words

_APOSTROPHES = "'\u2019\u2018\u0060\u00b4\u02bc\uff07"
_KEPT_SIGNS = frozenset("?!.,;:()/+%$\u00a3\u20ac<>=&-")
_PAUSES = frozenset("\u2014\u2013\u2026|\u2022*")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Tables:
    """The data of spelling.yml: what is opened or mended, what emoji mean, what words are numbers."""

    opened: Mapping[str, str]
    emoji: Mapping[str, str]
    numbers: Mapping[str, float]
    no_pause_before: frozenset[str] = frozenset()
    no_pause_after: frozenset[str] = frozenset()


class Normaliser:
    """Turns typed text into `Words`; total, and every word knows the code points that it came from."""

    def __init__(self, tables: Tables, speller: Speller) -> None:
        self._tables = tables
        self._speller = speller
        self._opened = tables.opened
        emoji = "|".join(re.escape(sign) for sign in sorted(tables.emoji, key=len, reverse=True))
        letters = r"[^\W\d_]+"
        mixed = "|".join(re.escape(short) for short in tables.opened if short.isalnum() and not short.isalpha())
        self._token = re.compile(
            rf"(?P<emoji>{emoji or '(?!)'})|(?P<short>\b(?:{mixed or '(?!)'})\b)"
            r"|(?P<with>\bw/o?(?=[\s\w]))|(?P<ordinal>\d+(?:st|nd|rd|th)\b)"
            rf"|(?P<number>{_NUMBER.pattern})|(?P<word>{letters}(?:[{_APOSTROPHES}]{letters})*)"
            r"|(?P<dots>\.{2,}|\u2026)|(?P<line>\s*\n\s*)|(?P<sign>[^\w\s])|(?P<space>\s+)|(?P<other>.)",
            re.IGNORECASE | re.DOTALL,
        )

    def __call__(self, typed: str) -> Words:
        """Return the normalised words of a message."""
        words = [word for raw in self._raw(typed) for word in self._open(raw)]
        texts = self._speller.in_context([word.text for word in words])
        words = self._flowing(typed, [word._replace(text=text) for word, text in zip(words, texts, strict=True)])
        words = join_numbers(_dictated(words), self._tables.numbers)
        return Words(typed, list(_tidy(words)))

    def _flowing(self, typed: str, words: Sequence[Word]) -> list[Word]:
        """Leave out dots and emoji in the middle of a phrase."""
        befores = ("", *(word.text for word in words))
        afters = (*(word.text for word in words[1:]), "")
        return [
            word
            for word, before, after in zip(words, befores, afters, strict=False)
            if word.text != ","
            or typed[word.start] == ","
            or not (before in self._tables.no_pause_after or after in self._tables.no_pause_before)
        ]

    def _raw(self, typed: str) -> Iterator[Word]:
        for found in self._token.finditer(typed):
            kind = found.lastgroup
            text = self._text(kind, found[0])
            if kind == "sign" and found[0] == "-":
                text = self._hyphen(typed, found)
            if text:
                yield Word(text, found.start(), found.end())

    def _text(self, kind: str | None, raw: str) -> str:
        """Return the normal form of one token, empty where it says nothing."""
        forms: Mapping[str, Callable[[str], str]] = {
            "emoji": self._tables.emoji.__getitem__,
            "with": lambda short: "without" if short[-1] in "oO" else "with",
            "short": lambda short: self._opened[short.lower()],
            "number": _decimal,
            "word": _plain,
            "ordinal": _plain,
            "dots": lambda _: ",",
            "line": lambda _: ".",
            "sign": _sign,
        }
        return forms[kind](raw) if kind and kind in forms else ""

    @staticmethod
    def _hyphen(typed: str, found: re.Match[str]) -> str:
        before, after = typed[found.start() - 1 : found.start()], typed[found.end() : found.end() + 1]
        if before.isdecimal() and after.isdecimal():
            return "-"
        return "" if before.isalnum() and after.isalnum() else "-"

    def _open(self, word: Word) -> Iterable[Word]:
        if not word.text[0].isalpha():
            return (word,)
        text = self._letters(word.text)
        return tuple(word._replace(text=part) for part in text.split())

    def _letters(self, text: str) -> str:
        plain = text.replace("'", "")
        opened = self._opened.get(plain)
        if opened is None and text.endswith("'s"):
            plain = text[:-2].replace("'", "")
            opened = self._opened.get(plain)
        if opened is None and text.endswith("'ll"):
            opened = f"{text[:-3]} will"
        if opened is not None:
            return opened
        mended = self._speller.correct(plain)
        return self._opened.get(mended, mended)


def _decimal(raw: str) -> str:
    """Read 1,000 as a thousand and 38,4 as 38.4."""
    thousands = re.fullmatch(r"\d{1,3}(,\d{3})+", raw)
    return raw.replace(",", "" if thousands else ".")


def _plain(raw: str) -> str:
    lowered = unicodedata.normalize("NFKD", raw.lower())
    bare = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return re.sub(f"[{_APOSTROPHES}]", "'", bare).replace(" ", "")


def _sign(raw: str) -> str:
    if raw in _KEPT_SIGNS:
        return raw
    if raw in _PAUSES or (unicodedata.category(raw) == "So" and raw not in "\u00b0\u00ae\u00a9\u2122"):
        return ","
    return ""


def _dictated(words: Sequence[Word]) -> list[Word]:
    """Read "question mark" and "full stop" as signs, as dictation writes them."""
    spoken = {("question", "mark"): "?", ("full", "stop"): ".", ("exclamation", "mark"): "!"}
    result: list[Word] = []
    skip = False
    for word, following in zip_longest(words, words[1:]):
        sign = spoken.get((word.text, following.text)) if following else None
        if skip:
            skip = False
        elif sign and following:
            result.append(Word(sign, word.start, following.end))
            skip = True
        else:
            result.append(word)
    return result


def _tidy(words: Iterable[Word]) -> Iterator[Word]:
    """Drop signs that repeat each other, so that "?!?" and ", ," are one."""
    last = "."
    for word in words:
        if word.text in SENTENCE_ENDS and last in SENTENCE_ENDS:
            continue
        if word.text == "," and (last == "," or last in SENTENCE_ENDS):
            continue
        yield word
        last = word.text
