"""Guessing is slowed down: per account, and per address over all accounts."""

from __future__ import annotations

import ipaddress

from bot.store.audit import Audit
from bot.store.database import Row

# Guessing at 15 minutes a try finds nothing; a nurse who mistypes on a night shift is out for half a minute.
FIRST_LOCK_MS = 30_000
LONGEST_LOCK_MS = 15 * 60_000
ACCOUNT_FREE = 4
# A whole clinic may share one address: only a run of failures that no ward makes locks it, and it is forgotten.
ADDRESS_FREE = 19
ADDRESS_MEMORY_MS = 3_600_000


class Lockouts(Audit):
    """Failures in a row lock a subject: 30 s, doubled at each further one up to 15 min.

    Failures while it is locked do not count: else anyone could keep a nurse out for ever.
    """

    def locked_until(self, subject: str) -> int:
        """Return until when an account (its id) or an address is locked, in UTC ms; 0 when it is not."""
        until = int((self._lockout(subject) or {"until_ms": 0})["until_ms"])
        return until if until > self._now() else 0

    def address_locked(self, address: str) -> bool:
        """Tell whether sign-in from an address is refused for now."""
        return self.locked_until(address_key(address)) > 0

    def _count_failure(self, account_id: str, address: str) -> bool:
        """Count a failure for both; return whether the account was locked already."""
        locked = self.locked_until(account_id) > 0
        if account_id:
            self._fail(account_id, ACCOUNT_FREE)
        if address:
            self._forget_address(address)
            self._fail(address_key(address), ADDRESS_FREE)
        return locked

    def _fail(self, subject: str, free: int) -> None:
        if self.locked_until(subject):
            return
        failures = (self._lockout(subject) or {"failures": 0})["failures"] + 1
        self._run(
            "INSERT INTO lockouts (subject, failures, until_ms, last_ms) VALUES (?, ?, ?, ?) ON CONFLICT (subject)"
            " DO UPDATE SET failures = excluded.failures, until_ms = excluded.until_ms, last_ms = excluded.last_ms",
            subject,
            failures,
            self._now() + _lock_ms(failures - free),
            self._now(),
        )

    def _forgive(self, subject: str) -> None:
        self._run("DELETE FROM lockouts WHERE subject = ?", subject)

    def _forget_address(self, address: str) -> None:
        before = self._now() - ADDRESS_MEMORY_MS
        self._run("DELETE FROM lockouts WHERE subject = ? AND last_ms < ?", address_key(address), before)

    def _lockout(self, subject: str) -> Row | None:
        return self._row("SELECT * FROM lockouts WHERE subject = ?", subject)


def address_key(address: str) -> str:
    """Return what stands for an address: an IPv6 network of 64 bits counts as one, as its holder has all of it."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address}"
    given = getattr(given, "ipv4_mapped", None) or given
    network = ipaddress.ip_network(f"{given}/{64 if given.version == 6 else 32}", strict=False)
    return f"address:{network}"


def _lock_ms(excess: int) -> int:
    return min(FIRST_LOCK_MS * 2 ** (min(excess, 20) - 1), LONGEST_LOCK_MS) if excess > 0 else 0
