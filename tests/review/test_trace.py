"""The trace takes every line of the seed documents to a rule or an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.review.content import TRACE, Content
from bot.review.trace import load_trace
from bot.triage.lined_yaml import ProtocolError

SEEDS = ("000", "001", "002", "003", "004")
ROW = '    - {kind: sign, says: "call: fever", by: [fever_reported, fever_measured, urgent_fever]}'
# what the row becomes, the message
BROKEN = [
    (ROW.replace("fever_measured", "fever_mesured"), "'fever_mesured' is no rule, advice or response; mend the id"),
    (ROW.replace("kind: sign", "kind: sing"), "kind 'sing' is unknown; use sign, duration, advice, fact"),
    (ROW.replace("says", "text"), "a row has kind, says and by, and may have missing with wanted"),
    (ROW.replace("]}", "], missing: true}"), "a row with missing: true says in 'wanted' what is missing"),
    (re.sub(r"by: \[.*\]", "by: []", ROW), "a row needs what carries it in 'by', or missing: true"),
]


def test_page_is_up_to_date(content: Content) -> None:
    """docs/traceability.md is what the files give now (H-02)."""
    assert TRACE.read_text(encoding="utf-8") == content.trace_page(), "run: python -m bot protocol trace"


def test_all_seeds_are_covered(content: Content) -> None:
    """Each of the five seed documents has rows, and says what was left aside."""
    assert tuple(dict.fromkeys(row.seed for row in content.trace.rows)) == SEEDS
    assert tuple(content.trace.left_out) == SEEDS


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_cited_by_a_rule_is_traced_to_it(content: Content, seed: str) -> None:
    """H-02: every rule or advice that names a seed as its source is reached from a row of that seed."""
    carried = {name for row in content.trace.rows if row.seed == seed for name in row.by}
    held = content.protocol
    citing = {rule.id for rule in (*held.findings, *held.rules) if seed in rule.sources}
    citing |= {name for name, sources in held.advice.items() if seed in sources}
    assert citing - carried == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_that_cites_a_seed_is_traced_to_it(content: Content, seed: str) -> None:
    """Every aftercare answer that names a seed as its source is reached from a row of that seed."""
    carried = {name for row in content.trace.rows if row.seed == seed for name in row.by}
    responses = content.voice.responses.by_name.values()
    citing = {item.name for item in responses if seed in item.sources and item.name.startswith("utter_faq_")}
    assert citing - carried == set()


def test_what_is_missing_heads_the_page(content: Content) -> None:
    """What no answer carries whole is shown, not hidden."""
    page = content.trace_page()
    assert [row.wanted for row in content.trace.missing if f"{row.says}: {row.wanted}" not in page] == []


@pytest.mark.parametrize(("row", "message"), BROKEN, ids=[message[:30] for _, message in BROKEN])
def test_a_wrong_row_is_refused_with_its_line(content: Content, tmp_path: Path, row: str, message: str) -> None:
    """H-05: file, line and mend for a row that points nowhere."""
    text = (content.folder / "trace.yml").read_text(encoding="utf-8")
    assert ROW in text
    path = tmp_path / "trace.yml"
    path.write_text(text.replace(ROW, row), encoding="utf-8")
    line = text[: text.index(ROW)].count("\n") + 1
    with pytest.raises(ProtocolError, match=re.escape(f"trace.yml:{line}: {message}")):
        load_trace(path, content.protocol, content.voice.responses)


def test_a_seed_without_rows_is_refused(content: Content, tmp_path: Path) -> None:
    """H-05: a forgotten seed document is an error."""
    path = tmp_path / "trace.yml"
    text = (content.folder / "trace.yml").read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?s)  "003":\n.*?(?=  "004":)', "", text, count=1), encoding="utf-8")
    with pytest.raises(ProtocolError, match="seed '003' has no rows; trace it"):
        load_trace(path, content.protocol, content.voice.responses)
