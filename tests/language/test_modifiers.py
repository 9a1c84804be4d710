"""Qualifying words attach to the complaint that they qualify."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Rows = Callable[..., list[tuple[str, str, dict[str, str]]]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mild cramps", [("pain", "present", {"kind": "cramp", "severity": "mild"})]),
        ("cramps, quite mild", [("pain", "present", {"kind": "cramp"}), ("pain", "present", {"severity": "mild"})]),
        ("the cramps are severe", [("pain", "present", {"kind": "cramp", "severity": "severe"})]),
        ("cramps are not severe", [("pain", "present", {"kind": "cramp"})]),
        (
            "crampy, getting stronger",
            [("pain", "present", {"kind": "cramp"}), ("pain", "present", {"course": "worse"})],
        ),
        (
            "the cramps were gone. now they are back",
            [("pain", "past", {"kind": "cramp"}), ("pain", "present", {"course": "returned"})],
        ),
    ],
)
def test_a_modifier_joins_the_nearest_complaint_of_its_kind(rows: Rows, text: str, expected: list[object]) -> None:
    """Issue 4: severity, course, place and relief belong to the complaint of their clause, else of their sentence."""
    assert rows(text) == expected


def test_a_modifier_answers_the_open_question(rows: Rows) -> None:
    """In an answer without any complaint, words of strength mean the complaint that was asked about."""
    assert rows("severe", question="pain_strength") == [("pain", "present", {"severity": "severe"})]


def test_a_modifier_may_mean_something_alone(rows: Rows) -> None:
    """Rule 31: "worse" with no complaint named is the course of the whole."""
    assert rows("its worse") == [("course", "present", {"change": "worse"})]


def test_a_modifier_leaves_the_complaint_of_another_sentence(rows: Rows) -> None:
    """The strength of a headache says nothing about the cramps of the sentence before."""
    seen = rows("mild cramps. i have a severe headache")

    assert ("pain", "present", {"kind": "cramp", "severity": "mild"}) in seen
    assert not [row for row in seen if row[0] == "pain" and row[2].get("severity") == "severe"]
