"""The lexicon's pattern notation (docs/language.md), compiled to regular expressions over normalised words.

Every repetition is bounded and lazy, so a search is linear in the message for any pattern that loads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.language.words import Words

NUMBER = "#"
_NONE: frozenset[str] = frozenset()
MAX_GAP = 8
_UNIT = r"\.\.\.|\.\.\d?|:[a-z_]+:|[()\[\]|^$#?,+/%<>=:;-]|@[a-z_]+|[a-z0-9]+\*?"
_TOKEN = re.compile(rf"\s*({_UNIT}|\S)")
_COMMON = frozenset(
    """
    i a an and the my it is are was were am be been not no do does did have has had or of in on at to for with this
    that there me you we she he her his they so very really just only some any get got getting feel feels felt feeling
    still now today but after before since from when if can could will would # bit little lot like more one two
    """.split()
)


class PatternError(ValueError):
    """A pattern cannot be parsed; the message says why."""


@dataclass(frozen=True)
class _Piece:
    """A parsed part: its expression; `keys`, of which the text must hold one; every word that it names; the word it
    is, if it is one; how many words it has at most; and the single words that match it alone.
    """

    expression: str
    keys: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    single: str = ""
    size: int = 1
    lone: frozenset[str] = frozenset()
    may_be_empty: bool = False

    @property
    def cost(self) -> float:
        if not self.keys:
            return float("inf")
        return sum(40 if key in _COMMON else 1 for key in self.keys)


@dataclass(frozen=True)
class Match:
    """Where a pattern matched: word indexes (inclusive), the words it names (gaps left out) and its numbers."""

    first: int
    last: int
    core: frozenset[int]
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. `keys` are words (or beginnings, ending in `*`) of which the text must hold one."""

    source: str
    regex: re.Pattern[str]
    keys: frozenset[str]
    groups: str
    numbers: Mapping[str, float] = field(repr=False, default_factory=dict)

    def matches(self, words: Words, start: int = 0, end: int | None = None) -> Iterable[Match]:
        """Yield the matches in a message, left to right, without overlap."""
        for found in self.regex.finditer(words.text, start, len(words.text) if end is None else end):
            if found.end() > found.start():
                yield self._match(words, found)

    def _match(self, words: Words, found: re.Match[str]) -> Match:
        first, last = words.at(found.start()), words.at(found.end() - 1)
        core = set(range(first, last + 1))
        numbers = []
        for index, kind in enumerate(self.groups, start=1):
            begin, end = found.span(index)
            if begin < 0 or begin == end:
                continue
            if kind == "g":
                core -= set(range(words.at(begin), words.at(end - 1) + 1))
            else:
                text = found[index].strip()
                numbers.append(self.numbers[text] if text in self.numbers else float(text))
        return Match(first, last, frozenset(core), tuple(numbers))


class Notation:
    """Compiles patterns; knows the word lists that `@name` stands for and the words that are numbers.

    `lists` maps a name to patterns; a list may use other lists. Raises PatternError for an unknown list, a list
    that contains itself, or a sign out of place.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]], numbers: Mapping[str, float]) -> None:
        self._lists = dict(lists)
        self._numbers = dict(numbers)
        self._pieces: dict[str, _Piece] = {}
        self._open: list[str] = []
        words = "|".join(sorted(self._numbers, key=len, reverse=True))
        self._number = rf" (\d+(?:\.\d+)?|{words})(?= )" if words else r" (\d+(?:\.\d+)?)(?= )"

    @property
    def number_words(self) -> frozenset[str]:
        """The words that `#` stands for, beside digits."""
        return frozenset(self._numbers)

    def extended(self, lists: Mapping[str, Sequence[str]]) -> Notation:
        """Return a notation that knows these lists too; a file's own list may not hide a shared one."""
        hidden = sorted(set(lists) & set(self._lists))
        if hidden:
            raise PatternError(f"list '{hidden[0]}' stands in words.yml too; give yours another name")
        return Notation({**self._lists, **lists}, self._numbers)

    def compile(self, source: str) -> Pattern:
        """Compile one pattern. Raises PatternError with the reason."""
        piece, _ = self._alternatives(_tokens(source), 0, None)
        if piece.may_be_empty or (not piece.keys and "^" not in source):
            raise PatternError(f"'{source}' could match anything; name at least one word that must be there")
        groups: list[str] = []
        expression = re.sub(r"\((?P<kind><g>|<n>)", lambda found: _group(found, groups), piece.expression)
        return Pattern(source, re.compile(expression), piece.keys, "".join(groups), self._numbers)

    def bare_words(self, source: str) -> frozenset[str]:
        """Return the very common words that match the pattern all by themselves."""
        return self._alternatives(_tokens(source), 0, None)[0].lone & _COMMON

    def literals(self, source: str) -> frozenset[str]:
        """Return every word (or `beginning*`) that the pattern names, lists opened."""
        return self._alternatives(_tokens(source), 0, None)[0].words

    def _alternatives(self, tokens: Sequence[str], at: int, close: str | None) -> tuple[_Piece, int]:
        branches = []
        while True:
            branch, at = self._sequence(tokens, at)
            branches.append(branch)
            sign = tokens[at] if at < len(tokens) else None
            if sign != "|":
                break
            at += 1
        if sign != close:
            raise PatternError(f"'{' '.join(tokens)}': expected {close or 'the end'}, found {sign or 'the end'}")
        return _either(branches), at + 1

    def _sequence(self, tokens: Sequence[str], at: int) -> tuple[_Piece, int]:
        parts = []
        while at < len(tokens) and tokens[at] not in "|)]":
            part, at = self._part(tokens, at)
            parts.append(part)
        if not parts:
            raise PatternError(f"'{' '.join(tokens)}': empty alternative")
        return _sequence(parts), at

    def _part(self, tokens: Sequence[str], at: int) -> tuple[_Piece, int]:
        sign = tokens[at]
        if sign == "(":
            return self._alternatives(tokens, at + 1, ")")
        if sign == "[":
            inner, at = self._alternatives(tokens, at + 1, "]")
            absent = {"keys": _NONE, "single": "", "size": 0, "may_be_empty": True}
            return replace(inner, expression=f"(?:{inner.expression})?", **absent), at
        if sign.startswith("@"):
            return self._list(sign[1:]), at + 1
        if sign == NUMBER:
            number = frozenset({NUMBER})
            return _Piece(self._number.replace("(", "(<n>", 1), number, lone=number), at + 1
        return _single(sign), at + 1

    def _list(self, name: str) -> _Piece:
        if name not in self._pieces:
            if name in self._open:
                raise PatternError(f"list '@{name}' contains itself")
            if name not in self._lists:
                raise PatternError(f"list '@{name}' is unknown; define it under lists or in words.yml")
            self._open.append(name)
            branches = [self._alternatives(_tokens(item), 0, None)[0] for item in self._lists[name]]
            self._open.pop()
            self._pieces[name] = _either(branches)
        return self._pieces[name]


def _tokens(source: str) -> list[str]:
    tokens: list[str] = _TOKEN.findall(source.strip())
    for token in tokens:
        if not re.fullmatch(_UNIT, token):
            raise PatternError(f"'{source}': '{token}' is not part of the notation; write lower-case normalised words")
    return tokens


def _sequence(self, tokens: Sequence[str], at: int) -> tuple[_Piece, int]:
        parts = []
        while at < len(tokens) and tokens[at] not in "|)]":
            part, at = self._part(tokens, at)
            parts.append(part)
        if not parts:
            raise PatternError(f"'{' '.join(tokens)}': empty alternative")
        return _sequence(parts), at

    def _part(self, tokens: Sequence[str], at: int) -> tuple[_Piece, int]:
        token = tokens[at]
        if token == "(":
            return self._alternatives(tokens, at + 1, ")")
        if token == "[":
            inner, at = self._alternatives(tokens, at + 1, "]")
            return replace(
                inner, expression=f"(?:{inner.expression})?", keys=_NONE, single="", size=0, may_be_empty=True
            ), at
        if token.startswith("@"):
            return self._list(token[1:]), at + 1
        if token == NUMBER:
            number = frozenset({NUMBER})
            return _Piece(self._number.replace("(", "(<n>", 1), number, lone=number), at + 1
        return _single(token), at + 1

    def _list(self, name: str) -> _Piece:
        if name not in self._pieces:
            if name in self._open:
                raise PatternError(f"list '@{name}' contains itself")
            if name not in self._lists:
                raise PatternError(f"list '@{name}' is unknown; define it under lists or in words.yml")
            self._open.append(name)
            branches = [self._alternatives(_tokens(item), 0, None)[0] for item in self._lists[name]]
            self._open.pop()
            self._pieces[name] = _either(branches)
        return self._pieces[name]


def _tokens(source: str) -> list[str]:
    tokens: list[str] = _TOKEN.findall(source.strip())
    for token in tokens:
        if not re.fullmatch(_UNIT, token):
            raise PatternError(f"'{source}': '{token}' is not part of the notation; write lower-case normalised words")
    return tokens


def _single(token: str) -> _Piece:
    if token == "^":
        return _Piece(r"(?:\A|(?<= \.)|(?<= \?)|(?<= !))", size=0, may_be_empty=True)
    if token == "$":
        return _Piece(r"(?= (?:[.?!] |\Z))", size=0, may_be_empty=True)
    if token.startswith(".."):
        signs = r"[.?!;:()]" if token == "..." else r"[.?!,;:()-]"
        most = 6 if token == "..." else int(token[2:] or 3)
        if most > MAX_GAP:
            raise PatternError(f"gap '{token}' is too wide; the maximum is ..{MAX_GAP}")
        return _Piece(rf"(<g>(?: (?!{signs} )[^ ]+){{0,{most}}}?)", size=0, may_be_empty=True)
    stem = token.rstrip("*")
    if token.endswith("*"):
        word = frozenset({token})
        return _Piece(f" {stem}[^ ]*", word, word, single=f"{stem}[^ ]*", lone=word)
    literal, word = re.escape(stem), frozenset({stem})
    return _Piece(f" {literal}(?= )", word, word, single=literal, lone=word)


def _sequence(parts: Sequence[_Piece]) -> _Piece:
    if len(parts) == 1:
        return parts[0]
    key = min(parts, key=lambda part: part.cost)
    words = frozenset().union(*(part.words for part in parts))
    needed = [part for part in parts if not part.may_be_empty]
    alone = needed if len(needed) == 1 else [] if needed else parts
    return _Piece(
        "".join(part.expression for part in parts),
        key.keys,
        words,
        size=sum(part.size for part in parts),
        lone=_NONE.union(*(part.lone for part in alone)),
        may_be_empty=not needed,
    )


def _either(branches: Sequence[_Piece]) -> _Piece:
    if len(branches) == 1:
        return branches[0]
    words = frozenset().union(*(branch.words for branch in branches))
    keys = frozenset().union(*(branch.keys for branch in branches)) if all(b.keys for b in branches) else frozenset()
    longest_first = sorted(branches, key=lambda branch: -branch.size)
    several = [branch.expression for branch in longest_first if not branch.single]
    one_word = [branch.single for branch in longest_first if branch.single]
    if one_word:
        several.append(f" (?:{'|'.join(one_word)})(?= )")
    expression = f"(?:{'|'.join(several)})"
    return _Piece(
        expression,
        keys,
        words,
        size=max(branch.size for branch in branches),
        lone=_NONE.union(*(branch.lone for branch in branches)),
        may_be_empty=any(branch.may_be_empty for branch in branches),
    )


def _group(found: re.Match[str], groups: list[str]) -> str:
    groups.append(found["kind"][1])
    return "("
