"""Every finding has a sentence and a denied one, and what is misread is found. Reading them: tests/language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.review.content import Content
from bot.review.sentences import Misread, load_sentences, misread
from bot.triage.lined_yaml import ProtocolError
from bot.triage.observation import Observation


def test_every_finding_has_both(content: Content) -> None:
    """H-01: no finding is without a sentence that gives it and one that denies it; none stands twice."""
    sentences = content.sentences()
    assert [item.finding for item in sentences] == [rule.id for rule in content.protocol.findings]
    texts = [text for item in sentences for text in (item.present, item.denied)]
    assert len(texts) == len(set(texts))


def test_misread_sentences_are_named(content: Content) -> None:
    """H-01: a present sentence that gives nothing and a denied one that gives the finding are both reported."""

    def always_fever(_text: str) -> Sequence[Observation]:
        return (Observation("fever", attributes={"kind": "word"}),)

    held = [item for item in content.sentences() if item.finding in ("fever_reported", "rash_itch_hives")]
    assert list(misread(content.protocol, held, always_fever)) == [
        Misread("fever_reported", "denied", "I don't have a fever", ("fever_reported",)),
        Misread("rash_itch_hives", "present", "I have come out in hives on my arms", ("fever_reported",)),
    ]


BROKEN = [
    ("", "finding 'cramp_mild' has no sentences; add present: and denied:"),
    ("cramp_milde: {present: a, denied: b}", "'cramp_milde' is no finding of the protocol; mend the id"),
    ("cramp_mild: {present: a}", "'cramp_mild' must have present: and denied:, and may have day:"),
    ("cramp_mild: {present: a, denied: 1}", "sentences of 'cramp_mild' must be text; quote them"),
    ("cramp_mild: {present: a, denied: b, day: -1}", "day of 'cramp_mild' must be a number of days from 0"),
]


@pytest.mark.parametrize(("row", "message"), BROKEN, ids=[message[:35] for _, message in BROKEN])
def test_a_wrong_entry_is_refused(content: Content, tmp_path: Path, row: str, message: str) -> None:
    """H-05: file, line and mend."""
    rows = (content.folder / "en" / "sentences.yml").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(rows) if line.startswith("cramp_mild:"))
    rows[at] = row
    path = tmp_path / "sentences.yml"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(ProtocolError, match=message):
        load_sentences(path, content.protocol)
