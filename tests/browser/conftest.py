"""The pages served to a real browser, over the real store and a care that answers by keyword."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.clock import SystemClock
from bot.store import Store
from bot.web.app import create_app
from tests.web.fakes import CONTENT, TEXTS, FakeCare, settings

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"
HOUR_MS = 3_600_000


@dataclass
class Site:
    """A served application and its parts."""

    url: str
    store: Store
    care: FakeCare

    def start_chat(self, page: Page) -> str:
        """Open a new patient's link, press Start, and return the id of her procedure."""
        patient = self.store.add_patient()
        procedure = self.store.add_procedure(patient.id, "demo", None, zone="America/New_York")
        page.goto(f"{self.url}/p/{self.store.issue_link(procedure.id, HOUR_MS)}")
        page.get_by_role("button", name="Start").click()
        expect(page).to_have_url(f"{self.url}/chat")
        return procedure.id

    def sign_in(self, page: Page) -> None:
        """Sign in as the nurse."""
        page.goto(f"{self.url}/nurse")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()


@contextmanager
def served(texts: Mapping[str, str]) -> Iterator[Site]:
    """Serve the application with these sentences on a free port."""
    clock = SystemClock()
    store = Store(None, clock)
    store.add_user("Ada", PASSWORD, "nurse", must_change=False)
    care = FakeCare(store, clock)
    app = create_app(settings(), store, care, **{**CONTENT, "texts": texts}, clock=clock)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(app, port=port, ws="none", log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", store, care)
    server.should_exit = True
    thread.join()
    store.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Serve the application with sentences that name their own key."""
    with served(TEXTS) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the machine's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page of its own session; fail if any page reported a script or policy error."""
    problems: list[str] = []
    contexts = []

    def opened(*, script: bool = True, width: int = 390, height: int = 844) -> Page:
        context = browser.new_context(java_script_enabled=script, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def say(page: Page, text: str) -> None:
    """Type a message and press Enter."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def flag_of(site: Site, procedure: str) -> str:
    """Wait for the first flag about a procedure and return its id."""
    for _ in range(200):
        flags = site.store.procedure_flags(procedure)
        if flags:
            return flags[0].id
        time.sleep(0.05)
    raise AssertionError("no flag was raised")
