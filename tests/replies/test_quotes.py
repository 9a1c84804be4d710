"""Her own words for why are quoted as she wrote them."""

from __future__ import annotations

import pytest

from bot.replies.quotes import quotes

LONG = "i have been having this dull ache in my lower belly on the left hand side since about lunch time yesterday now"


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("hi, bit shivery and my temp is 38.4, no bleeding", ("38.4", "shivery"), ("bit shivery and my temp is 38.4",)),
        ("It burns when I pee. Is that ok?", ("burns",), ("It burns when I pee",)),
        ("no fever but i keep throwing up", ("throwing up",), ("i keep throwing up",)),
        ("so sorry, well the pad is full (soaked)", ("full", "soaked"), ("the pad is full", "soaked")),
        ("pain here. rash there. dizzy too", ("dizzy", "pain", "rash"), ("pain here", "dizzy too")),
        (LONG, ("ache in my lower belly",), ("ache in my lower belly",)),
        ("ok", ("ok",), ("ok",)),
        ("fever", (), ()),
    ],
)
def test_quotes_are_whole_clauses_in_the_order_of_the_message(
    text: str, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """Issue 5, outcome 2: two clauses at most, the most telling, without greetings, a long one cut to what counts."""
    assert quotes(text, [(text.index(word), text.index(word) + len(word)) for word in words]) == said
