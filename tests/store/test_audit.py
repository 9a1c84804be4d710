from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.store import AuditRow, Store
from bot.store.audit import GENESIS, WITHHELD
from tests.store.samples import NOON, crash

TRIGGERS = ("audit_no_update", "audit_no_delete", "audit_append_only")


def test_rows_are_chained(store: Store, clock: FixedClock) -> None:
    """H-17: Each row names the hash of the one before; the first names none."""
    first = store.audit("u1", "flag.viewed", "f1", {"tier": "urgent", "seen": True, "n": 3})
    clock.advance(seconds=1)
    second = store.audit("u2", "logout", "u2")
    detail = {"tier": "urgent", "seen": True, "n": 3}
    assert first == AuditRow(1, NOON, "u1", "flag.viewed", "f1", detail, GENESIS, first.hash)
    assert second == AuditRow(2, NOON + 1000, "u2", "logout", "u2", {}, first.hash, second.hash)
    assert store.audit_rows() == [first, second]
    assert (store.audit_rows(after=1), store.audit_rows(limit=1)) == ([second], [first])
    assert store.verify_audit() is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("urgent", "urgent"),
        (None, None),
        (1.5, 1.5),
        (("a", "b"), ["a", "b"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"words": "I am bleeding"}, {"words": WITHHELD}),
        ("I am bleeding", WITHHELD),
        (["ok", "I am bleeding"], ["ok", WITHHELD]),
        ("出血しています", WITHHELD),
        ("\ud800", WITHHELD),
        ("x" * 121, WITHHELD),
        (b"bytes", WITHHELD),
    ],
)
def test_sentences_do_not_get_in(store: Store, value: Any, kept: Any) -> None:
    """H-17: Never patients' words in the audit; and no flag fails because a detail is odd."""
    assert store.audit("u1", "a", "s", {"value": value}).detail == {"value": kept}
    assert store.verify_audit() is None


def test_names_of_actors_are_checked_too(store: Store) -> None:
    """H-17: The same for every field that is text."""
    row = store.audit("Ada Smith", "she said", "I am bleeding", {"I am": 1})
    assert (row.actor, row.action, row.subject_id, row.detail) == (WITHHELD, WITHHELD, WITHHELD, {WITHHELD: 1})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 2, at_ms, actor, action, subject_id, detail, prev_hash, hash FROM audit",
        "INSERT OR REPLACE INTO audit SELECT 2, at_ms, actor, action, subject_id, detail, prev_hash, hash FROM audit",
        "INSERT INTO audit SELECT 0, at_ms, actor, action, subject_id, detail, prev_hash, hash FROM audit",
    ],
)
def test_the_database_itself_refuses_to_rewrite(path: Path, statement: str) -> None:
    """H-17: Append-only for every program that opens the file, not by our good manners."""
    with Store(path, FixedClock(NOON)) as store:
        rows = [store.audit("u1", "a", f"s{n}") for n in range(3)]
        with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError, match="audit rows are"):
            raw.execute(statement)
        assert store.audit_rows() == rows
        assert store.verify_audit() is None


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        (("UPDATE audit SET actor = 'x' WHERE seq = 3",), 3),
        (("UPDATE audit SET detail = '{}' WHERE seq = 1",), 1),
        (("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 5",), 5),
        (("UPDATE audit SET hash = prev_hash WHERE seq = 2",), 2),
        (("DELETE FROM audit WHERE seq = 1",), 1),
        (("DELETE FROM audit WHERE seq = 3",), 3),
        (("DELETE FROM audit WHERE seq >= 4",), 4),
        (("DELETE FROM audit",), 1),
        (("DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = seq - 1 WHERE seq > 3"), 3),
        (
            (
                "UPDATE audit SET seq = -1 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = -1",
            ),
            2,
        ),
        (("UPDATE audit SET seq = 0 WHERE seq = 1",), 1),
        (("UPDATE audit SET seq = -5 WHERE seq = 2",), 1),
    ],
)
def test_tampering_is_found(path: Path, tampering: tuple[str, ...], first_bad: int) -> None:
    """H-17: With the triggers gone: a change, a removal (also at the end) and a new order show at the first bad row."""
    with Store(path, FixedClock(NOON)) as store:
        for n in range(5):
            store.audit("u1", "a", f"s{n}", {"n": n})
        with closing(sqlite3.connect(path)) as raw, raw:
            for statement in (*(f"DROP TRIGGER {name}" for name in TRIGGERS), *tampering):
                raw.execute(statement)
        assert store.verify_audit() == first_bad


def test_a_long_trail_is_verified_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """H-17: Memory does not grow with the trail."""
    monkeypatch.setattr("bot.store.audit.PAGE", 2)
    for n in range(5):
        store.audit("u1", "a", f"s{n}")
    assert store.verify_audit() is None


def test_a_row_belongs_to_its_transaction(store: Store) -> None:
    """H-17: What did not happen is not audited, and its number is used by the next row."""
    with crash(store):
        store.audit("u1", "undone", "s")
    assert store.audit("u1", "done", "s").seq == 1
    assert store.verify_audit() is None


@pytest.mark.parametrize("opened", [1, 2])
def test_two_stores_keep_one_chain(path: Path, opened: int) -> None:
    """H-17: Several server processes write one trail."""
    with Store(path, FixedClock(NOON)) as one, Store(path, FixedClock(NOON)) as two:
        writers: list[Callable[..., AuditRow]] = [one.audit, two.audit][:opened]
        for n in range(4):
            writers[n % opened]("u1", "a", f"s{n}")
        assert [row.seq for row in two.audit_rows()] == [1, 2, 3, 4]
        assert two.verify_audit() is None
