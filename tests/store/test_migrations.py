"""A record of an earlier release is brought up to date without losing anything."""

from __future__ import annotations

from pathlib import Path

import sqlite_utils

from bot.clock import FixedClock
from bot.store import FlagFilter, Store
from bot.store.migrations import migrations
from tests.store.samples import NOON

FIRST_RELEASE_ENDS_BEFORE = "007_claims"
FLAG = (
    "INSERT INTO flags (n, id, kind, subject, procedure_id, conversation_id, tier, emergency, reason_ids, state,"
    " opened_ms, raised_ms, do_not_phone, acknowledged_by, acknowledged_ms, closed_by, closed_ms, note, version)"
    " VALUES (?, ?, 'clinical', ?, 'p', 'c', 'urgent', 1, '[\"fever\"]', ?, 1, 1, 0, ?, ?, ?, ?, ?, 2)"
)


def first_release(path: Path) -> None:
    """Write a record as the first release left it: a flag in each state."""
    database = sqlite_utils.Database(path)
    migrations.apply(database, stop_before=FIRST_RELEASE_ENDS_BEFORE)
    with database.atomic():
        database.execute("INSERT INTO patients VALUES ('x', 'en', 1)")
        database.execute("INSERT INTO procedures VALUES ('p', 'x', 'demo', NULL, NULL, 'UTC', NULL, '[]', 1)")
        database.execute("INSERT INTO conversations (id, procedure_id, started_ms, last_ms) VALUES ('c', 'p', 1, 1)")
        database.execute("INSERT INTO users VALUES ('u', 'Ada', 'ada', 'hash', 'nurse', 0, 0, 0, 1)")
        database.execute(FLAG, (1, "open", "s1", "open", None, None, None, None, None))
        database.execute(FLAG, (2, "taken", "s2", "acknowledged", "u", 2, None, None, None))
        database.execute(FLAG, (3, "done", "s3", "closed", "u", 2, "u", 3, "rang her"))
    database.close()


def test_flags_of_the_first_release_are_kept(tmp_path: Path) -> None:
    """H-11: what was acknowledged is claimed, by a claim that is stale: it returns to the queue at the first look."""
    first_release(tmp_path / "store.db")

    with Store(tmp_path / "store.db", FixedClock(NOON)) as store:
        before = {flag.id: (flag.state, flag.claimed_by, flag.note) for flag in store.queue(FlagFilter("all"), 9)}
        returned = [flag.id for flag in store.return_stale_claims()]
        found = [flag.id for flag in store.queue(FlagFilter(reason="fever"), 9)]

    assert before == {
        "open": ("open", None, None),
        "taken": ("claimed", "u", None),
        "done": ("closed", "u", "rang her"),
    }
    assert (returned, found) == (["taken"], ["open", "taken"])
