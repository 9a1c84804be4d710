"""Text to safe HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.web.markup import Block, Mark, blocks, dialled, marked, phone_links
from bot.web.pages import duration

PHONES = {"emergency": "911", "clinic": "216-555-0142", "other": "+44 20 7946 0000"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Call 911 now", 'Call <a class="tel" href="tel:911">911</a> now'),
        ("Call 911.", 'Call <a class="tel" href="tel:911">911</a>.'),
        ("1911 9112 x911 911-1", "1911 9112 x911 911-1"),
        ("216-555-0142", '<a class="tel" href="tel:2165550142">216-555-0142</a>'),
        ("+44 20 7946 0000", '<a class="tel" href="tel:+442079460000">+44 20 7946 0000</a>'),
        ("555-0142", "555-0142"),
        ("<b>911</b>", '&lt;b&gt;<a class="tel" href="tel:911">911</a>&lt;/b&gt;'),
    ],
)
def test_only_the_sites_numbers_are_links(text: str, html: str) -> None:
    """A number that the site did not give is never made tappable; all else is escaped."""
    assert phone_links(text, PHONES) == html


@pytest.mark.parametrize(("printed", "number"), [("(216) 555.0142", "2165550142"), ("+1 216 555", "+1216555")])
def test_dialled(printed: str, number: str) -> None:
    """A tel: link holds digits and a leading plus only."""
    assert dialled(printed) == number


def test_blocks() -> None:
    """Lines become paragraphs, lines with bullets lists; empty lines nothing."""
    assert blocks("One\n\n- two\n\u2022 three\nfour\n* five") == (
        Block("p", ("One",)),
        Block("ul", ("two", "three")),
        Block("p", ("four",)),
        Block("ul", ("five",)),
    )


@pytest.mark.parametrize(
    ("marks", "html"),
    [
        ([], "a &lt;b&gt; c"),
        (
            [Mark(2, 5, "R1", "x", 1)],
            'a <mark class="mark-present" data-rule="R1" title="x">&lt;b&gt;<sup>1</sup></mark> c',
        ),
        (
            [Mark(0, 3, "R1", "x", 1), Mark(2, 5, "R2", "y", 2)],
            (
                '<mark class="mark-present" data-rule="R1" title="x">a </mark>'
                '<mark class="mark-present" data-rule="R1 R2" title="x; y">&lt;<sup>1</sup></mark>'
                '<mark class="mark-present" data-rule="R2" title="y">b&gt;<sup>2</sup></mark> c'
            ),
        ),
        ([Mark(3, 99, "R1", "x", 1), Mark(-1, 2, "R1", "x", 1), Mark(2, 2, "R1", "x", 1)], "a &lt;b&gt; c"),
    ],
)
def test_marks(marks: list[Mark], html: str) -> None:
    """Spans are code points; overlapping ones share a piece; impossible ones are left out."""
    assert marked("a <b> c", marks) == html


NO_AND_YES = (
    '<mark class="mark-present" data-rule="it R1" title="it; x">a<sup>1</sup>'
    '<span class="mark-label"> no</span></mark>b'
)


@pytest.mark.parametrize(
    ("marks", "html"),
    [
        (
            [Mark(0, 1, "rash", "rash", 0, "denied", "no")],
            '<mark class="mark-denied" data-rule="rash" title="rash">a<span class="mark-label"> no</span></mark>b',
        ),
        (
            [Mark(0, 1, "it", "it", 0, "denied", "no"), Mark(0, 1, "R1", "x", 1)],
            NO_AND_YES,
        ),
    ],
)
def test_what_is_not_present_says_so_in_words(marks: list[Mark], html: str) -> None:
    """Denied, doubtful, past and others' words differ by a label, not by colour alone; presence wins an overlap."""
    assert marked("ab", marks) == html


@given(st.text(), st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40)), max_size=6))
def test_marking_never_changes_the_words(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the text and spans, what a nurse reads is exactly what the patient wrote."""
    html = marked(text, [Mark(start, end, "R", "why", 0) for start, end in spans])
    plain = html.replace("<sup>0</sup>", "")

    assert "".join(part.split(">", 1)[-1] for part in f">{plain}".split("<")) == str(Markup.escape(text))


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (-5, "under 1 min"),
        (59_999, "under 1 min"),
        (60_000, "1 min"),
        (3_599_999, "59 min"),
        (3_900_000, "1 h 05 min"),
        (86_400_000, "1 d 0 h"),
        (183_600_000, "2 d 3 h"),
    ],
)
def test_waiting_in_words(ms: int, words: str) -> None:
    """Waiting time reads at a glance."""
    assert duration(ms) == words
