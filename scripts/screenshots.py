"""Take the pictures of README.md and docs/: a fresh product is started, used by patients and a nurse, and stopped.

The clinic's zone is chosen so that it is ten in the morning there, and at a second start ten at night.

Usage: .venv/bin/python -m scripts.screenshots   (writes docs/images/*.png; needs Chromium)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT
from bot.site import WEEKDAYS
from tests.product.server import Server
from tests.product.test_journey import FLAGS, log_in, write

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
TALKS = {
    "chat-normal": ["Some period type cramps and a bit of pink when I wipe. Is that ok?"],
    "chat-question": ["im bleeding"],
    "chat-urgent": ["hi, bit shivery and my temp is 38.4, no bleeding"],
    "chat-emergency": ["soaked two pads in an hour and i feel faint"],
    "chat-faq-symptom": ["When can we go swimming again? it also burns a bit when i pee"],
    "chat-crisis": ["i dont want to be here anymore"],
}
NIGHT_TALKS = {"chat-call-soon-night": ["hi its late i know but my bleeding is like a normal period now, still ok?"]}
MORNING, NIGHT = 10, 22
"""Hours at the clinic."""
TALLEST = 2000
"""CSS pixels: a picture grows with its conversation up to here."""

HELD = ["Day 2. The discharge smells bad since this morning. No fever, no rash", "about a 2, easing"]
HELD_FOR = "discharge"
"""What the patient writes whom a nurse takes on, and a word of the reason in her row."""


def main() -> int:
    """Take every picture; returns the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no Chromium found", file=sys.stderr)  # noqa: T201 - a script talks to its user
        return 1
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with product(NIGHT) as server:
            converse(browser, server, NIGHT_TALKS)
        with product(MORNING) as server:
            take(browser, server)
        browser.close()
    return 0


@contextmanager
def product(hour: int) -> Iterator[Server]:
    """Run a product whose clinic has this hour now, and opens every day of the week."""
    site = yaml.safe_load((ROOT / "site.yml").read_text(encoding="utf-8"))
    ahead = (hour - datetime.now(timezone.utc).hour + 12) % 24 - 12
    site["zone"] = f"Etc/GMT{-ahead:+d}"  # in these names east of Greenwich is minus
    site["opening"], site["holidays"] = {day: ["08:00-17:00"] for day in WEEKDAYS}, []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "site.yml")
        path.write_text(yaml.safe_dump(site), encoding="utf-8")
        server = Server(Path(folder))
        server.start(HSG_SITE=str(path))
        try:
            yield server
        finally:
            server.stop()


def converse(browser: Browser, server: Server, talks: Mapping[str, list[str]]) -> None:
    """Hold one conversation per picture, each shown whole."""
    for name, messages in talks.items():
        page = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
        talk(page, server.new_link(), messages)
        whole = page.evaluate("document.scrollingElement.scrollHeight")
        page.set_viewport_size({"width": PHONE["width"], "height": max(PHONE["height"], min(whole, TALLEST))})
        page.wait_for_timeout(300)
        page.screenshot(path=str(IMAGES / f"{name}.png"))


def take(browser: Browser, server: Server) -> None:
    """Hold one conversation per picture, then look at the queue, a search and the gravest case."""
    nurse = browser.new_context(viewport=DESK).new_page()
    log_in(nurse, server)
    converse(browser, server, TALKS)
    nurse.locator("tr.row").nth(1).wait_for()
    nurse.locator("tr.row").nth(1).get_by_role("button", name="Claim").click()
    nurse.get_by_role("link", name="Queue", exact=True).click()
    nurse.get_by_text("You", exact=True).wait_for()
    nurse.screenshot(path=str(IMAGES / "queue.png"))
    nurse.keyboard.press("/")
    nurse.get_by_role("searchbox").fill("shivery")
    nurse.keyboard.press("Enter")
    nurse.locator("q.excerpt").first.wait_for()
    nurse.screenshot(path=str(IMAGES / "search.png"))
    nurse.keyboard.press("q")
    nurse.locator("tr.row").first.get_by_role("link").click()
    nurse.locator("#lines mark").first.wait_for()
    nurse.screenshot(path=str(IMAGES / "case.png"))
    held(browser, server, nurse)


def held(browser: Browser, server: Server, nurse: Page) -> None:
    """Let a nurse take a case and write, and look at both sides."""
    patient = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    talk(patient, server.new_link(), HELD[:1])
    nurse.keyboard.press("q")
    nurse.locator("tr.row", has_text=HELD_FOR).get_by_role("link").first.click()
    nurse.get_by_role("button", name="Claim").click()
    nurse.get_by_label("Write to the patient").fill("Hello, I am a nurse here. How bad are the cramps, from 0 to 10?")
    nurse.get_by_role("button", name="Send").click()
    patient.locator(".care-nurse").wait_for()
    write(patient, HELD[1])
    nurse.locator("#lines .waits").wait_for()
    patient.wait_for_timeout(400)
    patient.screenshot(path=str(IMAGES / "chat-nurse.png"))
    nurse.set_viewport_size({"width": 1280, "height": 1400})
    nurse.evaluate("scrollTo(0, 0)")
    nurse.screenshot(path=str(IMAGES / "case-held.png"))


def talk(page: Page, link: str, messages: list[str]) -> None:
    """Open a chat and send messages, waiting for each answer."""
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    for number, text in enumerate(messages, 1):
        write(page, text)
        page.locator("article.care").nth(number - 1).wait_for()
    page.wait_for_timeout(400)


if __name__ == "__main__":
    sys.exit(main())
