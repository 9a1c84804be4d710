"""The lexicon's pattern notation (docs/language.md), compiled to regular expressions over normalised words.

Every repetition is bounded and lazy, so a search is linear in the message for any pattern that loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.language.patterns import GAP_GROUP, NUMBER, Pattern, PatternError

MAX_GAP = 8
_GAP, _WIDE_GAP = 3, 6
_NUMBER_GROUP = "n"
_UNIT = r"\.\.\.|\.\.\d?|:[a-z_]+:|[()\[\]|^$#?!,+/%<>=:;-]|@[a-z_]+|[a-z0-9]+\*?"
_TOKEN = re.compile(rf"\s*({_UNIT}|\S)")
_WELL_FORMED = re.compile(_UNIT)
_MARKED = re.compile(rf"\(<(?P<kind>[{GAP_GROUP}{_NUMBER_GROUP}])>")
_NONE: frozenset[str] = frozenset()
_COMMON_COST = 40
_COMMON_WORDS = """
i a an and the my it is are was were am be been not no do does did have has had or of in on at to for with this
that there me you we she he her his they so very really just only some any get got getting feel feels felt feeling
still now today but after before since from when if can could will would # bit little lot like more one two
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True)
class _Piece:
    """A parsed part: its expression; `keys`, of which the text must hold one; every word that it names; the word it
    is, if it is one; how many words it has at most; and the single words that match it alone.
    """

    expression: str
    keys: frozenset[str] = _NONE
    words: frozenset[str] = _NONE
    single: str = ""
    size: int = 1
    lone: frozenset[str] = _NONE
    may_be_empty: bool = False

    @property
    def cost(self) -> float:
        """How often its keys may be expected; the rarest part of a pattern decides whether it is tried."""
        return sum(_COMMON_COST if key in _COMMON else 1 for key in self.keys) or float("inf")


class Notation:
    """Compiles patterns; knows the word lists that `@name` stands for and the words that are numbers.

    `lists` maps a name to patterns; a list may use other lists. Raises PatternError for an unknown list, a list
    that contains itself, or a sign out of place.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]], numbers: Mapping[str, float]) -> None:
        self._lists = dict(lists)
        self._numbers = dict(numbers)
        self._pieces: dict[str, _Piece] = {}
        self._parsed: dict[str, _Piece] = {}
        self._open: list[str] = []
        self._compiled: list[Pattern] = []

    @property
    def number_words(self) -> Mapping[str, float]:
        """The words that `#` stands for, beside digits, with what they count."""
        return self._numbers

    def extended(self, lists: Mapping[str, Sequence[str]]) -> Notation:
        """Return a notation that knows these lists too; a file's own list may not hide a shared one."""
        hidden = sorted(set(lists) & set(self._lists))
        if hidden:
            raise PatternError(f"list '{hidden[0]}' stands in words.yml too; give yours another name")
        longer = Notation({**self._lists, **lists}, self._numbers)
        longer._pieces.update(self._pieces)
        longer._compiled = self._compiled
        return longer

    def compile(self, source: str) -> Pattern:
        """Compile one pattern. Raises PatternError with the reason."""
        piece = self._parse(source)
        if piece.may_be_empty or (not piece.keys and "^" not in source):
            raise PatternError(f"'{source}' could match anything; name at least one word that must be there")
        groups = "".join(found["kind"] for found in _MARKED.finditer(piece.expression))
        pattern = Pattern(source, _MARKED.sub("(", piece.expression), piece.keys, groups, self._numbers)
        self._compiled.append(pattern)
        return pattern

    def warm(self) -> None:
        """Compile the expressions of all patterns now, some seconds at once, instead of with the first messages."""
        for pattern in self._compiled:
            pattern.regex  # noqa: B018  the property compiles when first read

    def bare_words(self, source: str) -> frozenset[str]:
        """Return the very common words that match the pattern all by themselves."""
        return self._parse(source).lone & _COMMON

    def literals(self, source: str) -> frozenset[str]:
        """Return every word (or `beginning*`) that the pattern names, lists opened."""
        return self._parse(source).words

    def _parse(self, source: str) -> _Piece:
        if source not in self._parsed:
            self._parsed[source] = self._alternatives(_signs(source), 0, None)[0]
        return self._parsed[source]

    def _alternatives(self, signs: Sequence[str], at: int, close: str | None) -> tuple[_Piece, int]:
        branches = []
        while True:
            branch, at = self._sequence(signs, at)
            branches.append(branch)
            sign = signs[at] if at < len(signs) else None
            if sign != "|":
                break
            at += 1
        if sign != close:
            raise PatternError(f"'{' '.join(signs)}': expected {close or 'the end'}, found {sign or 'the end'}")
        return _either(branches), at + 1

    def _sequence(self, signs: Sequence[str], at: int) -> tuple[_Piece, int]:
        parts = []
        while at < len(signs) and signs[at] not in "|)]":
            part, at = self._part(signs, at)
            parts.append(part)
        if not parts:
            raise PatternError(f"'{' '.join(signs)}': empty alternative")
        return _joined(parts), at

    def _part(self, signs: Sequence[str], at: int) -> tuple[_Piece, int]:
        sign = signs[at]
        if sign == "(":
            return self._alternatives(signs, at + 1, ")")
        if sign == "[":
            inner, at = self._alternatives(signs, at + 1, "]")
            optional = f"(?:{inner.expression})?"
            return replace(inner, expression=optional, keys=_NONE, single="", size=0, may_be_empty=True), at
        if sign.startswith("@"):
            return self._list(sign[1:]), at + 1
        return (self._number() if sign == NUMBER else _single(sign)), at + 1

    def _number(self) -> _Piece:
        words = "".join(f"|{word}" for word in sorted(self._numbers, key=len, reverse=True))
        key = frozenset({NUMBER})
        return _Piece(rf" (<{_NUMBER_GROUP}>\d+(?:\.\d+)?{words})(?= )", key, lone=key)

    def _list(self, name: str) -> _Piece:
        if name not in self._pieces:
            if name in self._open:
                raise PatternError(f"list '@{name}' contains itself")
            if name not in self._lists:
                raise PatternError(f"list '@{name}' is unknown; define it under lists or in words.yml")
            self._open.append(name)
            branches = [self._parse(item) for item in self._lists[name]]
            self._open.pop()
            self._pieces[name] = _either(branches)
        return self._pieces[name]


def _signs(source: str) -> list[str]:
    signs: list[str] = _TOKEN.findall(source.strip())
    for sign in signs:
        if not _WELL_FORMED.fullmatch(sign):
            raise PatternError(f"'{source}': '{sign}' is not in the notation; write normalised words of one sentence")
    return signs


@cache
def _single(sign: str) -> _Piece:
    if sign == "^":
        return _Piece(r"(?:\A|(?<= \.)|(?<= \?)|(?<= !))", size=0, may_be_empty=True)
    if sign == "$":
        return _Piece(r"(?= (?:[.?!] |\Z))", size=0, may_be_empty=True)
    if sign.startswith(".."):
        return _gap(sign)
    word = frozenset({sign})
    if sign.endswith("*"):
        stem = re.escape(sign[:-1])
        return _Piece(f" {stem}[^ ]*", word, word, single=f"{stem}[^ ]*", lone=word)
    literal = re.escape(sign)
    return _Piece(f" {literal}(?= )", word, word, single=literal, lone=word)


def _gap(sign: str) -> _Piece:
    wide = sign == "..."
    most = _WIDE_GAP if wide else int(sign[2:] or _GAP)
    if most > MAX_GAP:
        raise PatternError(f"gap '{sign}' is too wide; the maximum is ..{MAX_GAP}")
    closed = r"[.?!;:()]" if wide else r"[.?!,;:()-]"
    return _Piece(rf"(<{GAP_GROUP}>(?: (?!{closed} )[^ ]+){{0,{most}}}?)", size=0, may_be_empty=True)


def _joined(parts: Sequence[_Piece]) -> _Piece:
    if len(parts) == 1:
        return parts[0]
    needed = [part for part in parts if not part.may_be_empty]
    alone = needed if len(needed) == 1 else [] if needed else parts
    return _Piece(
        "".join(part.expression for part in parts),
        min(parts, key=lambda part: part.cost).keys,
        _NONE.union(*(part.words for part in parts)),
        size=sum(part.size for part in parts),
        lone=_NONE.union(*(part.lone for part in alone)),
        may_be_empty=not needed,
    )


def _either(branches: Sequence[_Piece]) -> _Piece:
    """Join alternatives, those of more words first; single words share one group."""
    if len(branches) == 1:
        return branches[0]
    longest_first = sorted(branches, key=lambda branch: -branch.size)
    several = [branch.expression for branch in longest_first if not branch.single]
    one_word = [branch.single for branch in longest_first if branch.single]
    if one_word:
        several.append(f" (?:{'|'.join(one_word)})(?= )")
    keyed = all(branch.keys for branch in branches)
    return _Piece(
        f"(?:{'|'.join(several)})",
        _NONE.union(*(branch.keys for branch in branches)) if keyed else _NONE,
        _NONE.union(*(branch.words for branch in branches)),
        size=max(branch.size for branch in branches),
        lone=_NONE.union(*(branch.lone for branch in branches)),
        may_be_empty=any(branch.may_be_empty for branch in branches),
    )
