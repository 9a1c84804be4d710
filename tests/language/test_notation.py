"""The pattern notation that clinicians and writers use (docs/language.md)."""

from __future__ import annotations

import pytest

from bot.language.notation import Notation
from bot.language.patterns import PatternError
from bot.language.words import Word, Words

LISTS = {"pad": ["pad|pads", "[thick] liner"], "wet": ["soak*", "@drip"], "drip": ["dripping"], "loop": ["@loop"]}
NOTATION = Notation(LISTS, {"two": 2.0, "half": 0.5})


def _words(text: str) -> Words:
    return Words(text, [Word(word, 0, 0) for word in text.split()])


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("soaked", "i soaked it", [(1, 1, {1})]),
        ("soak*", "soaking soak unsoaked", [(0, 0, {0}), (1, 1, {1})]),
        ("(a lot|lots) of blood", "lots of blood", [(0, 2, {0, 1, 2})]),
        ("[very] heavy", "so very heavy", [(1, 2, {1, 2})]),
        ("@wet .. @pad", "soaked right through my pad", [(0, 4, {0, 4})]),
        ("@wet .. @pad", "soaked . my pad", []),
        ("@wet .. @pad", "soaked , my pad", []),
        ("@wet ... @pad", "soaked , my pad", [(0, 3, {0, 3})]),
        ("soaked .. pad", "soaked one two three four pad", []),
        ("soaked ..5 pad", "soaked one two three four pad", [(0, 5, {0, 5})]),
        ("^ bleeding $", "bleeding .", [(0, 0, {0})]),
        ("^ bleeding $", "now bleeding", []),
        ("thick liner|liner", "thick liner", [(0, 1, {0, 1})]),
        ("pad ?", "pad ?", [(0, 1, {0, 1})]),
    ],
)
def test_a_pattern_matches_the_words_it_names(
    pattern: str, text: str, matched: list[tuple[int, int, set[int]]]
) -> None:
    """Gaps are bounded, stay in the clause, and are no part of the words that a match claims."""
    found = NOTATION.compile(pattern).matches(_words(text))

    assert [(match.first, match.last, set(match.core)) for match in found] == matched


def test_numbers_are_given_in_digits_or_words() -> None:
    """`#1` and `#2` of a measure are the numbers in their order."""
    (match,) = NOTATION.compile("# pads in # hours").matches(_words("two pads in 1.5 hours"))

    assert match.numbers == (2.0, 1.5)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("Soaked", "is not in the notation"),
        ("(soaked", "expected )"),
        ("soaked | | pad", "empty alternative"),
        ("@nothing pad", "list '@nothing' is unknown"),
        ("@loop", "contains itself"),
        ("[soaked] [pad]", "could match anything"),
        ("soaked ..9 pad", "too wide"),
    ],
)
def test_a_wrong_pattern_says_what_is_wrong(pattern: str, reason: str) -> None:
    """Issue 2, outcome 3: errors name the mend."""
    with pytest.raises(PatternError) as error:
        NOTATION.compile(pattern)

    assert reason in str(error.value)


def test_a_word_list_may_not_hide_a_shared_one() -> None:
    """Two meanings of one list name would surprise the writer of a family."""
    with pytest.raises(PatternError, match=r"words\.yml"):
        NOTATION.extended({"pad": ["napkin"]})
