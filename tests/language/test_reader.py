"""What holds for every text: no exception, spans within the text as typed, only words of the protocol."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.language.reader import Reader
from bot.triage.lined_yaml import ProtocolError
from bot.triage.protocol import Protocol
from tests.language.conftest import PROTOCOLS

PHRASES = st.sampled_from(
    [
        "no fever",
        "can't stop bleeding",
        "38,4\u00b0C",
        "\U0001f975",
        "8/10",
        "my son's ill",
        "soaked 2 pads/hr",
        "\n",
        "?",
        "/x",
        "\u200b",
        "SOOOO bad",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PHRASES, st.text(max_size=12)), max_size=12).map(" ".join))


@given(text=TEXTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_with_spans_inside_it(reader: Reader, protocol: Protocol, text: str) -> None:
    """DESIGN.md, Safety 5: reading is total; the nurse sees exactly the words that carry a finding; H-crash, H-span."""
    for seen in reader.read(text, question="pain_strength", recent="bleeding").observations:
        assert 0 <= seen.start < seen.end <= len(text)
        assert protocol.vocabulary.problem(seen) is None


def test_a_span_is_the_words_as_typed(reader: Reader) -> None:
    """Offsets count code points of the text as typed, before opened contractions and after emoji."""
    typed = "\U0001f62d\U0001f62d I CAN'T BREATHE!! pls"
    (seen,) = reader.read(typed).observations

    assert typed[seen.start : seen.end] == "CAN'T BREATHE"


def test_the_same_text_gives_the_same_reading(reader: Reader) -> None:
    """DESIGN.md, Safety 2."""
    text = "soaked 3 pads in an hour, no fever but shivering, cramps 8/10"

    assert reader.read(text) == reader.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "i have bleeding and pain and a fever " * 110,
        "\u2776 \u00b2",
        "no " * 1500,
        "a" * 5000,
        "1/" * 2500,
        "? " * 2500,
    ],
)
def test_long_messages_are_read(reader: Reader, text: str) -> None:
    """H-12: patterns have bounded gaps, so that no text of the longest kind keeps the reader from ending."""
    assert all(0 <= seen.start <= seen.end <= len(text) for seen in reader.read(text).observations)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "lexicon/bleeding.yml",
            "complaint: bleeding",
            "complaint: bleding",
            "complaint 'bleding' is not in the protocol",
        ),
        (
            "lexicon/bleeding.yml",
            "amount: spotting",
            "amount: spoting",
            "'bleeding amount=spoting' is not in the protocol",
        ),
        ("lexicon/bleeding.yml", "family: bleeding", "famly: bleeding", "unknown key 'famly'"),
        ("lexicon/bleeding.yml", '"clot after clot"', '"clot (after clot"', "expected )"),
        ("lexicon/bleeding.yml", '"clot after clot"', '"clot after clot|now"', "would match almost any message"),
        ("lexicon/bleeding.yml", '"clot after clot"', '"@clots after"', "list '@clots' is unknown"),
        ("cues.yml", "category: denied", "category: denyed", "'category: denyed' is unknown"),
        ("answers.yml", "  bleeding_amount:", "  bleeding_amounts:", "the protocol has no question 'bleeding_amounts'"),
        ("quantities.yml", "measure: systolic", "measure: sistolic", "has no measure 'sistolic'"),
    ],
)
def test_a_wrong_language_file_names_file_line_and_mend(
    tmp_path: Path, protocol: Protocol, file: str, old: str, new: str, message: str
) -> None:
    """Issue 2, outcome 3, for language data: unknown keys and values are refused at load."""
    for source in [*(PROTOCOLS / "en").glob("*.*"), PROTOCOLS / "en" / "lexicon" / "bleeding.yml"]:
        target = tmp_path / "en" / source.relative_to(PROTOCOLS / "en")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    broken = tmp_path / "en" / file
    broken.write_text(broken.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ProtocolError) as error:
        Reader(tmp_path, protocol)

    assert message in str(error.value)
    assert f"{file}:" in str(error.value)
