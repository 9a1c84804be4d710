"""The audit trail: who did what, chained by hashes so that a change, removal or reordering shows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.store.database import Database, Row
from bot.store.records import AuditRow

GENESIS = "0" * 64
WITHHELD = "[withheld]"
PAGE = 1000
VIEW_MS = 10 * 60_000
BEFORE_ALL = -(2**63)  # a row that someone moved below 1 is found too

# Ids, names of states, numbers. Words of a patient need spaces or other scripts, so none can pass.
_PLAIN = re.compile(r"[!-~]{0,120}")


class Audit(Database):
    """Append-only; the database refuses UPDATE and DELETE on it."""

    def audit(self, actor: str, action: str, subject_id: str, detail: Mapping[str, Any] | None = None) -> AuditRow:
        """Append a row, in the transaction that is open if one is.

        Only ids, numbers and single words are kept: a value with a space in it, or longer than 120 characters,
        becomes `[withheld]` rather than an error, since a flag must never fail on its audit row.
        """
        with self.transaction():
            last = self._row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") or {"seq": 0, "hash": GENESIS}
            row = {
                "seq": last["seq"] + 1,
                "at_ms": self._now(),
                "actor": _plain(actor),
                "action": _plain(action),
                "subject_id": _plain(subject_id),
                "detail": _canonical(_plain(detail or {})),
                "prev_hash": last["hash"],
            }
            row["hash"] = _hash(row)
            self._insert("audit", row)
            return _audit_row(row)

    def audit_view(self, actor: str, action: str, subject_id: str, again: bool = False) -> None:
        """Append that somebody saw something. A page that shows it `again` by itself is noted every 10 minutes."""
        with self.transaction():
            since = self._now() - VIEW_MS
            sql = "SELECT 1 FROM audit WHERE subject_id = ? AND actor = ? AND action = ? AND at_ms > ?"
            if not (again and self._row(sql, subject_id, actor, action, since)):
                self.audit(actor, action, subject_id)

    def audit_rows(self, after: int = 0, limit: int = 500) -> list[AuditRow]:
        """Return up to `limit` rows after a sequence number, oldest first."""
        return [_audit_row(row) for row in self._audit_page(after, limit)]

    def verify_audit(self) -> int | None:
        """Return the sequence number of the first row that is changed, missing or out of place, else None.

        Rows cut off at the end are found by SQLite's own count. A chain rewritten from some row on by someone
        who can write the file is not: compare `hash` with a copy kept elsewhere.
        """
        counted = self._row("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
        seq, previous = 0, GENESIS
        for row in self._whole_trail():
            seq += 1
            if row["seq"] != seq or row["prev_hash"] != previous or row["hash"] != _hash(row):
                return seq
            previous = row["hash"]
        return seq + 1 if counted and counted["seq"] > seq else None

    def _audit_page(self, after: int, limit: int) -> list[Row]:
        return self._rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)

    def _whole_trail(self) -> Iterator[Row]:
        after = BEFORE_ALL
        while page := self._audit_page(after, PAGE):
            yield from page
            after = page[-1]["seq"]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    return WITHHELD


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _hash(row: Row) -> str:
    covered = {key: value for key, value in row.items() if key != "hash"}
    return hashlib.sha256(_canonical(covered).encode()).hexdigest()


def _audit_row(row: Row) -> AuditRow:
    return AuditRow(**{**row, "detail": json.loads(row["detail"])})
