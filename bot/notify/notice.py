"""What a notification says: which flag, how grave, how long it waits, and where to open it. Nothing of the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.store import Flag

MINUTE_MS = 60_000
TIERS = {"emergency": "Emergency", "urgent": "Urgent", "call_soon": "Call soon"}


@dataclass(frozen=True)
class Notice:
    """One notification, ready to be sent any way. `id` stays the same over retries, so a receiver can drop doubles."""

    id: str
    flag: Flag
    alarm: int
    now_ms: int
    base_url: str

    @property
    def url(self) -> str:
        """Where the flag is opened; its page asks for a sign-in."""
        return f"{self.base_url}/nurse/flags/{self.flag.id}"

    @property
    def subject(self) -> str:
        """One line: how grave, and how long nobody has taken it."""
        tier = "emergency" if self.flag.emergency and self.flag.tier == "urgent" else self.flag.tier
        return f"{TIERS.get(tier, 'Flag')}: nobody has taken this for {self._minutes} minutes"

    @property
    def text(self) -> str:
        """The subject, what to do, and the link."""
        return f"{self.subject}.\n\nOpen it and claim it:\n{self.url}\n"

    def data(self) -> dict[str, Any]:
        """Return the notice for programs. `type`: flag.late or flag.missed. Times are UTC milliseconds."""
        flag = self.flag
        facts = {"id": flag.id, "kind": flag.kind, "tier": flag.tier, "emergency": flag.emergency}
        facts |= {"raised_ms": flag.raised_ms, "alarm": self.alarm, "url": self.url}
        return {"type": "flag.late" if self.alarm == 1 else "flag.missed", "at_ms": self.now_ms, "flag": facts}

    @property
    def _minutes(self) -> int:
        return max(0, self.now_ms - self.flag.raised_ms) // MINUTE_MS
