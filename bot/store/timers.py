"""Durable timers: a restart loses none, and none fires twice."""

from __future__ import annotations

from bot.store.changes import Changes
from bot.store.database import Row
from bot.store.records import Timer


class Timers(Changes):
    """At most one pending timer of a kind for a subject. Times are UTC milliseconds."""

    def set_timer(self, kind: str, subject_id: str, due_ms: int) -> Timer:
        """Set a timer; one that is pending for the same kind and subject is moved."""
        with self.transaction():
            self._run(
                "INSERT INTO timers (id, kind, subject_id, due_ms, state) VALUES (?, ?, ?, ?, 'pending')"
                " ON CONFLICT (kind, subject_id) WHERE state = 'pending' DO UPDATE SET due_ms = excluded.due_ms",
                self._new_id(),
                kind,
                subject_id,
                due_ms,
            )
            timer = self._pending(kind, subject_id)[0]
            self._changed("timer", timer.id)
            return timer

    def cancel_timers(self, kind: str, subject_id: str) -> int:
        """Cancel what is pending of a kind for a subject; return how many."""
        with self.transaction():
            pending = self._pending(kind, subject_id)
            for timer in pending:
                self._run("UPDATE timers SET state = 'cancelled' WHERE id = ?", timer.id)
                self._changed("timer", timer.id)
            return len(pending)

    def due_timers(self) -> list[Timer]:
        """Return the pending timers whose time has come, the longest due first."""
        sql = "SELECT * FROM timers WHERE state = 'pending' AND due_ms <= ? ORDER BY due_ms, n"
        return [_timer(row) for row in self._rows(sql, self._now())]

    def fire_timer(self, timer_id: str) -> bool:
        """Return True to exactly one caller, over all processes, and only when the timer is due.

        Do what the timer is for in the same `transaction()`: then a crash in between leaves it pending.
        """
        with self.transaction():
            sql = "UPDATE timers SET state = 'fired' WHERE id = ? AND state = 'pending' AND due_ms <= ?"
            fired = self._run(sql, timer_id, self._now()) == 1
            if fired:
                self._changed("timer", timer_id)
            return fired

    def _pending(self, kind: str, subject_id: str) -> list[Timer]:
        sql = "SELECT * FROM timers WHERE kind = ? AND subject_id = ? AND state = 'pending'"
        return [_timer(row) for row in self._rows(sql, kind, subject_id)]


def _timer(row: Row) -> Timer:
    return Timer(**{key: value for key, value in row.items() if key != "n"})
