"""The audit trail: who did what, chained by hashes so that a change, removal or reordering shows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.store.database import Database, Row
from bot.store.records import AuditFilter, AuditRow

GENESIS = "0" * 64
WITHHELD = "[withheld]"
PAGE = 1000
VIEW_MS = 10 * 60_000
EVERYTHING = AuditFilter()
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
            last, previous = self.audit_head()
            row = {
                "seq": last + 1,
                "at_ms": self._now(),
                "actor": _plain(actor),
                "action": _plain(action),
                "subject_id": _plain(subject_id),
                "detail": _canonical(_plain(detail or {})),
                "prev_hash": previous,
            }
            row["hash"] = _hash(row)
            self._insert("audit", row)
            self._local.audited = True
            return _audit_row(row)

    def audit_view(self, actor: str, action: str, subject_id: str, again: bool = False) -> None:
        """Append that somebody saw something. A page that shows it `again` by itself is noted every 10 minutes."""
        with self.transaction():
            since = self._now() - VIEW_MS
            sql = "SELECT 1 FROM audit WHERE subject_id = ? AND actor = ? AND action = ? AND at_ms > ?"
            if not (again and self._row(sql, subject_id, actor, action, since)):
                self.audit(actor, action, subject_id)

    def audit_rows(self, after: int = 0, limit: int = 500, only: AuditFilter = EVERYTHING) -> list[AuditRow]:
        """Return up to `limit` rows after a sequence number that pass a filter, oldest first."""
        where, values = _where(only)
        sql = f"SELECT * FROM audit WHERE seq > ? AND {where} ORDER BY seq LIMIT ?"  # noqa: S608 - our own words
        return [_audit_row(row) for row in self._rows(sql, after, *values, limit)]

    def latest_audit_rows(self, before: int, limit: int = 100, only: AuditFilter = EVERYTHING) -> list[AuditRow]:
        """Return up to `limit` rows below a sequence number that pass a filter, latest first."""
        where, values = _where(only)
        sql = f"SELECT * FROM audit WHERE seq < ? AND {where} ORDER BY seq DESC LIMIT ?"  # noqa: S608 - our own words
        return [_audit_row(row) for row in self._rows(sql, before, *values, limit)]

    def audit_head(self) -> tuple[int, str]:
        """Return number and hash of the last row: written down elsewhere, they prove the trail up to there."""
        row = self._row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        return (row["seq"], row["hash"]) if row else (0, GENESIS)

    def verify_audit(self, head: tuple[int, str] | None = None) -> int | None:
        """Return the sequence number of the first row that is changed, missing or out of place, else None.

        The chain is compared with its anchor, with SQLite's own count and with a `head` that was written down:
        rows cut off at the end and a chain rewritten from some row on show too. 0 says that the anchor is gone.
        """
        known, forged = self._known_hashes(head)
        seq, previous = 0, GENESIS
        for row in self._whole_trail():
            seq += 1
            intact = row["seq"] == seq and row["prev_hash"] == previous and row["hash"] == _hash(row)
            if not intact or seq in forged or known.get(seq, row["hash"]) != row["hash"]:
                return seq
            previous = row["hash"]
        counted = self._row("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
        if max([*known, counted["seq"] if counted else 0]) > seq:
            return seq + 1
        return 0 if seq and self._anchor and not any(self._anchor.lines()) else None

    def _known_hashes(self, head: tuple[int, str] | None) -> tuple[dict[int, str], set[int]]:
        """Return what the anchor and `head` say of each row, and the rows of which they say two things."""
        known: dict[int, str] = {}
        forged: set[int] = set()
        for seq, digest in (*(self._anchor.lines() if self._anchor else ()), *([head] if head else ())):
            if known.setdefault(seq, digest) != digest:
                forged.add(seq)
        return known, forged

    def _committed(self) -> None:
        if self._anchor and getattr(self._local, "audited", False):
            self._local.audited = False
            self._anchor.add(*self.audit_head())

    def _audit_page(self, after: int, limit: int) -> list[Row]:
        return self._rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)

    def _whole_trail(self) -> Iterator[Row]:
        after = BEFORE_ALL
        while page := self._audit_page(after, PAGE):
            yield from page
            after = page[-1]["seq"]


def _where(only: AuditFilter) -> tuple[str, list[Any]]:
    """Return the condition of a filter, in words of this module, and the values to bind."""
    action = re.sub(r"([\\%_])", r"\\\1", only.action) + "%"
    conditions = [
        ("actor = ?", only.actor, only.actor),
        ("action LIKE ? ESCAPE '\\'", only.action, action),
        ("subject_id = ?", only.subject_id, only.subject_id),
        ("at_ms >= ?", only.since_ms, only.since_ms),
        ("at_ms < ?", only.until_ms, only.until_ms),
    ]
    used = [(words, value) for words, given, value in conditions if given not in ("", None)]
    return " AND ".join(words for words, _ in used) or "1", [value for _, value in used]


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
