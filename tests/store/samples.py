"""What the tests of the store begin with. No pytest here: other processes import it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, time

from bot.store import Procedure, Store

NOON = 1_780_000_000_000


class Crash(Exception):
    """Stands for a fault in the middle of a transaction."""


@contextmanager
def crash(store: Store) -> Iterator[None]:
    """Do the block in a transaction, and fail before its end."""
    with suppress(Crash), store.transaction():
        yield
        raise Crash


def add_procedure(store: Store) -> Procedure:
    """Add a patient and her HSG."""
    return store.add_procedure(
        store.add_patient().id, "demo", date(2026, 5, 27), time(9, 30), zone="Europe/London", factors=["oil_contrast"]
    )
