"""A fresh private store with a clock that stands still, and a patient in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import FixedClock
from bot.store import Conversation, Message, Procedure, Store, User, passwords
from tests.store.samples import NOON, add_procedure


@pytest.fixture
def clock() -> FixedClock:
    """A clock set to a day in 2026."""
    return FixedClock(NOON)


@pytest.fixture
def store(clock: FixedClock) -> Iterator[Store]:
    """An empty private store."""
    with Store(None, clock) as fresh:
        yield fresh


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a durable database may be made, in a folder that does not exist yet."""
    return tmp_path / "data" / "store.db"


@pytest.fixture
def procedure(store: Store) -> Procedure:
    """An HSG of a new patient."""
    return add_procedure(store)


@pytest.fixture
def conversation(store: Store, procedure: Procedure) -> Conversation:
    """The patient's first conversation."""
    return store.current_conversation(procedure.id)


@pytest.fixture
def message(store: Store, conversation: Conversation) -> Message:
    """Her first message."""
    return store.receive_message(conversation.id, "c1", "some cramps")[0]


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 at its lowest cost: the rules are under test here, not the hash."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def nurse(store: Store, cheap_passwords: None) -> User:
    """A nurse's account with its first password."""
    return store.add_user("Ada", "correct horse one", "nurse")
