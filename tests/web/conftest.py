"""One application over a private store, a signed-in patient and a signed-in nurse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.clock import FixedClock
from bot.store import Flag, Store, User, passwords
from bot.web.app import create_app
from tests.web.fakes import CONTENT, NOW_MS, FakeCare, settings

HOUR_MS = 3_600_000
PAGE = {"accept": "text/html"}
PASSWORD = "correct horse battery"


@dataclass
class Ward:
    """A running application and its parts."""

    app: Starlette
    store: Store
    care: FakeCare
    clock: FixedClock
    patients: list[TestClient] = field(default_factory=list)

    def browser(self) -> TestClient:
        """Return a browser without a session: asks for pages and does not follow redirects."""
        return TestClient(self.app, headers=PAGE, follow_redirects=False)

    def link(self, hours: float = 48) -> str:
        """Return the token of a new patient's link."""
        patient = self.store.add_patient()
        procedure = self.store.add_procedure(patient.id, "demo", None, zone="America/New_York")
        return self.store.issue_link(procedure.id, int(hours * HOUR_MS))

    def patient(self) -> TestClient:
        """Return the browser of a patient who pressed Start."""
        browser = self.browser()
        assert browser.post(f"/p/{self.link()}").status_code == 303
        self.patients.append(browser)
        return browser

    def nurse(self, name: str = "Ada", must_change: bool = False, role: str = "nurse") -> TestClient:
        """Return the browser of a nurse, or of another member of staff, who signed in."""
        self.store.add_user(name, PASSWORD, role, must_change=must_change)
        browser = self.browser()
        assert browser.post("/nurse/login", data={"name": name, "password": PASSWORD}).status_code == 303
        return browser

    def user(self, name: str) -> User:
        """Return an account by its name."""
        return next(user for user in self.store.users() if user.name == name)


def flagged(ward: Ward, text: str = "i have a fever") -> Flag:
    """Let a patient write something urgent and return its flag."""
    ward.patient().post("/chat/messages", data={"text": text})
    return ward.store.open_flags()[-1]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 at its lowest cost: the pages are under test here, not the hash."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def ward() -> Iterator[Ward]:
    """Give a fresh application; close its store afterwards."""
    clock = FixedClock(NOW_MS)
    store = Store(None, clock)
    care = FakeCare(store, clock)
    app = create_app(settings(), store, care, **CONTENT, clock=clock)
    yield Ward(app, store, care, clock)
    store.close()
