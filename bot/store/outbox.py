"""Notifications that wait to be sent: kept until somebody has them, through restarts and network faults."""

from __future__ import annotations

from bot.store.changes import Changes
from bot.store.database import Row
from bot.store.records import Notification

LEASE_MS = 60_000
"""How long a process has for one try before another may try."""
FIRST_PAUSE_MS = 10_000
LONGEST_PAUSE_MS = 10 * 60_000
GIVE_UP_MS = 24 * 3_600_000


class Outbox(Changes):
    """Names a flag and a person, never a patient's word; sent at least once, always under the same id."""

    def add_notification(self, flag_id: str, alarm: int, person: str) -> Notification:
        """Queue a notification to a person of the site file about an alarm of a flag, to be sent at once."""
        now = self._now()
        row: Row = {"id": self._new_id(), "flag_id": flag_id, "alarm": alarm, "person": person, "created_ms": now}
        row |= {"state": "pending", "attempts": 0, "due_ms": now}
        self._insert("outbox", row)
        return _notification(row)

    def take_notification(self) -> Notification | None:
        """Return the pending notification that is due longest, leased to this caller for LEASE_MS; None if none is.

        One whose flag somebody has taken meanwhile is dropped: an alarm that is over would only disturb.
        """
        due = "SELECT * FROM outbox WHERE state = 'pending' AND due_ms <= ? ORDER BY due_ms, n LIMIT 1"
        if not self._row(due, self._now()):
            return None
        with self.transaction():
            self._run(
                "UPDATE outbox SET state = 'dropped' WHERE state = 'pending' AND NOT EXISTS"
                " (SELECT 1 FROM flags WHERE flags.id = flag_id AND flags.state = 'open')"
            )
            row = self._row(due, self._now())
            if row is None:
                return None
            sql = "UPDATE outbox SET attempts = attempts + 1, due_ms = ? WHERE id = ?"
            self._run(sql, self._now() + LEASE_MS, row["id"])
            return _notification({**row, "attempts": row["attempts"] + 1, "due_ms": self._now() + LEASE_MS})

    def notification_sent(self, notification_id: str) -> None:
        """Note that the person has it."""
        self._run("UPDATE outbox SET state = 'sent', due_ms = ? WHERE id = ?", self._now(), notification_id)

    def notification_failed(self, notification: Notification) -> None:
        """Plan the next try, after 10 s, doubled each time up to 10 min; give up after a day."""
        pause = min(FIRST_PAUSE_MS * 2 ** (notification.attempts - 1), LONGEST_PAUSE_MS)
        state = "pending" if self._now() - notification.created_ms < GIVE_UP_MS else "failed"
        self._run("UPDATE outbox SET state = ?, due_ms = ? WHERE id = ?", state, self._now() + pause, notification.id)
        self._changed("notification", notification.id)

    def notifications(self, flag_id: str) -> list[Notification]:
        """Return every notification about a flag, oldest first."""
        return [_notification(row) for row in self._rows("SELECT * FROM outbox WHERE flag_id = ? ORDER BY n", flag_id)]

    def unreached(self) -> list[str]:
        """Return the people whom a pending notification has not reached after three tries, for the queue to say."""
        sql = "SELECT DISTINCT person FROM outbox WHERE state = 'pending' AND attempts >= 3 ORDER BY person"
        return [str(row["person"]) for row in self._rows(sql)]


def _notification(row: Row) -> Notification:
    return Notification(**{key: value for key, value in row.items() if key != "n"})
