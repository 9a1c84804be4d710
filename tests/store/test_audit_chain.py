"""Properties of the audit chain: whatever is done to the file, verifying finds it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import FixedClock
from bot.store import Store
from bot.store.audit import GENESIS, _hash
from tests.store.samples import NOON, crash
from tests.store.test_audit import TRIGGERS

COUNT = 6
COLUMNS = ("seq", "at_ms", "actor", "action", "subject_id", "detail", "prev_hash", "hash")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def trail() -> Iterator[Path]:
    """A folder with a database whose audit trail has a few rows, and its anchor."""
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder) / "store.db", FixedClock(NOON)) as store:
            for n in range(COUNT):
                store.audit(f"u{n % 2}", "flag.viewed", f"f{n}", {"n": n})
        yield Path(folder)


@st.composite
def attacks(draw: st.DrawFn) -> tuple[list[int], dict[int, tuple[str, Any]], bool, bool]:
    """An order of rows to keep, cells to change, and whether numbers and hashes are then made to fit."""
    kept = draw(st.permutations(range(COUNT)))[: draw(st.integers(0, COUNT))]
    order = draw(st.sampled_from([list(range(COUNT)), sorted(kept), list(kept)]))
    cell = st.one_of(
        st.tuples(st.sampled_from(["actor", "action", "subject_id"]), st.sampled_from(["u0", "u9", "f1", ""])),
        st.tuples(st.just("at_ms"), st.sampled_from([NOON, NOON + 1])),
        st.tuples(st.just("detail"), st.sampled_from(['{"n":0}', "{}"])),
        st.tuples(st.sampled_from(["prev_hash", "hash"]), st.sampled_from([GENESIS, "f" * 64])),
    )
    changed = draw(st.dictionaries(st.integers(0, COUNT - 1), cell, max_size=2))
    return order, changed, draw(st.booleans()), draw(st.booleans())


def forge(rows: Rows, renumber: bool, rehash: bool) -> Rows:
    """Make a tampered trail look right, as somebody would who knows how the chain is made."""
    made: Rows = []
    for seq, row in enumerate(rows, start=1):
        new = {**row, "seq": seq if renumber else row["seq"]}
        if rehash:
            new["prev_hash"] = made[-1]["hash"] if made else GENESIS
            new["hash"] = _hash(new)
        made.append(new)
    return made


def rewrite(path: Path, rows: Rows) -> None:
    """Put other rows in the place of the trail, with SQLite's own count made to fit."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("DELETE FROM audit")
        for row in rows:
            raw.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [row[name] for name in COLUMNS])
        highest = max((row["seq"] for row in rows), default=0)
        raw.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", (highest,))


@settings(max_examples=60, deadline=None)
@given(attack=attacks())
def test_any_change_removal_or_reordering_is_found(
    trail: Path, attack: tuple[list[int], dict[int, tuple[str, Any]], bool, bool]
) -> None:
    """H-17: also at the tail, also when numbers, hashes and counters were made to fit: only the same trail is whole."""
    order, changed, renumber, rehash = attack
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copytree(trail, folder, dirs_exist_ok=True)) / "store.db"
        with closing(sqlite3.connect(path)) as raw:
            raw.row_factory = sqlite3.Row
            before = [dict(row) for row in raw.execute("SELECT * FROM audit ORDER BY seq")]
        rows = [dict(before[place]) for place in order]
        for place, (column, value) in changed.items():
            if place < len(rows):
                rows[place][column] = value
        after = forge(rows, renumber, rehash)
        if len({row["seq"] for row in after}) == len(after):
            rewrite(path, after)
        else:
            after = before
        with Store(path, FixedClock(NOON)) as store:
            verdict = store.verify_audit()

    in_order = sorted(after, key=lambda row: int(row["seq"]))
    assert (verdict is None) is (in_order == before)


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (lambda lines: lines, None),
        (lambda lines: lines[:0], 0),
        (lambda lines: lines[:2], None),
        (lambda lines: [*lines, "7 " + "f" * 64], 7),
        (lambda lines: [*lines, "3 " + "f" * 64], 3),
        (lambda lines: [*lines[:3], "4 0123", "no line"], None),
    ],
)
def test_the_anchor_holds_the_trail_down(trail: Path, tmp_path: Path, lines: Any, verdict: int | None) -> None:
    """H-17: a missing anchor is no proof; one that says more or other than the trail breaks it; a torn line is mute."""
    path = Path(shutil.copytree(trail, tmp_path, dirs_exist_ok=True)) / "store.db"
    anchor = path.with_suffix(".anchor")
    anchor.write_text("".join(f"{line}\n" for line in lines(anchor.read_text().splitlines())))
    with Store(path, FixedClock(NOON)) as store:
        assert store.verify_audit() == verdict


def test_a_head_that_was_written_down_proves_the_trail(trail: Path, tmp_path: Path) -> None:
    """H-17: even where database and anchor were rewritten together."""
    path = Path(shutil.copytree(trail, tmp_path, dirs_exist_ok=True)) / "store.db"
    with Store(path, FixedClock(NOON)) as store:
        seq, digest = store.audit_head()
        assert store.verify_audit((seq, digest)) is None
        store.audit("u1", "flag.viewed", "f9")
        assert store.verify_audit((seq, digest)) is None
        assert store.verify_audit((seq, GENESIS)) == seq
        assert store.verify_audit((seq + 9, digest)) == seq + 2


def test_a_full_disk_under_the_anchor_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """H-12: the record goes on in the database, and the log says that its second copy does not."""
    with Store(tmp_path / "store.db", FixedClock(NOON), tmp_path) as store:
        store.audit("u1", "flag.viewed", "f1")
        assert len(store.audit_rows()) == 1
    assert "the audit anchor cannot be written" in caplog.text


def test_what_was_undone_is_not_anchored(tmp_path: Path) -> None:
    """H-17: the anchor never runs ahead of the database."""
    with Store(tmp_path / "store.db", FixedClock(NOON)) as store:
        with crash(store):
            store.audit("u1", "flag.viewed", "f1")
        store.audit("u1", "flag.viewed", "f2")
        seq, digest = store.audit_head()
        assert (tmp_path / "store.anchor").read_text() == f"{seq} {digest}\n"
        assert store.verify_audit() is None
