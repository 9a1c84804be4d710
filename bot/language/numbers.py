"""Numbers as people say them: "a hundred and one point five" is 101.5, "two and a half" is 2.5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.language.words import Word

_JOINERS = frozenset({"and", "point", "oh", "o", "a", "hundred", "half"})


def join_numbers(words: Sequence[Word], values: Mapping[str, float]) -> list[Word]:
    """Replace every spoken number of two words or more by digits; a single number word stays as it is."""
    joined: list[Word] = []
    index = 0
    while index < len(words):
        size, value = _spoken([word.text for word in words[index : index + 9]], values)
        if size > 1:
            joined.append(Word(f"{value:g}", words[index].start, words[index + size - 1].end))
            index += size
        else:
            joined.append(words[index])
            index += 1
    return joined


def _spoken(texts: Sequence[str], values: Mapping[str, float]) -> tuple[int, float]:
    """Return how many of the words make a number, and the number."""
    size, whole = _whole(texts, values)
    if not size:
        return 0, 0.0
    rest = texts[size:]
    if rest[:1] == ["point"] and len(rest) > 1:
        digits, used = _digits(rest[1:], values)
        if used:
            return size + 1 + used, float(f"{whole:g}.{digits}")
    if list(rest[:3]) == ["and", "a", "half"]:
        return size + 3, whole + 0.5
    if list(rest[:2]) == ["and", "half"] and rest[2:3] != ["past"] and not _whole(rest[2:], values)[0]:
        return size + 2, whole + 0.5
    return size, whole


def _digits(texts: Sequence[str], values: Mapping[str, float]) -> tuple[str, int]:
    digits = ""
    for used, text in enumerate(texts):
        single = "0" if text in ("oh", "o") else text if text.isdecimal() else f"{values.get(text, -1):g}"
        if (len(single) > 1 and digits) or single == "-1" or "." in single or used > 1:
            return digits, used
        digits += single
    return digits, len(texts)


def _whole(texts: Sequence[str], values: Mapping[str, float]) -> tuple[int, float]:
    if not texts:
        return 0, 0.0
    first = texts[0]
    if first.isdecimal():
        return 1, float(first)
    if "hundred" in (first, *texts[1:2]) and first in ("a", "one", "hundred"):
        return _after_hundred(texts, list(texts).index("hundred") + 1, values)
    if first == "one" and len(texts) > 2 and texts[1] in ("oh", "o") and 1 <= values.get(texts[2], 0) <= 9:
        return 3, 100.0 + values[texts[2]]
    value = values.get(first)
    if value is None or first in ("half", "hundred"):
        return 0, 0.0
    return _tens(texts, 0, values)


def _after_hundred(texts: Sequence[str], at: int, values: Mapping[str, float]) -> tuple[int, float]:
    start = at + 1 if texts[at : at + 1] == ["and"] else at
    following = texts[start : start + 1]
    if following and following[0] not in _JOINERS and values.get(following[0], 0) >= 1:
        used, more = _tens(texts, start, values)
        return used, 100.0 + more
    return at, 100.0


def _tens(texts: Sequence[str], at: int, values: Mapping[str, float]) -> tuple[int, float]:
    value = values[texts[at]]
    following = values.get(texts[at + 1], 0) if at + 1 < len(texts) else 0
    if value >= 20 and value % 10 == 0 and value < 100 and 1 <= following <= 9:
        return at + 2, value + following
    return at + 1, value
