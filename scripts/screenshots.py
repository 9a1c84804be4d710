"""Take the pictures of README.md: a fresh product is started, used as a patient and as a nurse, and stopped.

Usage: .venv/bin/python -m scripts.screenshots   (writes docs/images/*.png; needs Chromium)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT
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
}

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
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder))
        server.start()
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            take(browser, server)
        finally:
            browser.close()
            server.stop()
    return 0


def take(browser: Browser, server: Server) -> None:
    """Hold one conversation per picture, then look at the queue, a search and the gravest case."""
    nurse = browser.new_context(viewport=DESK).new_page()
    log_in(nurse, server)
    for name, messages in TALKS.items():
        page = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
        talk(page, server.new_link(), messages)
        page.screenshot(path=str(IMAGES / f"{name}.png"))
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
