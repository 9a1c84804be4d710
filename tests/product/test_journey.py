"""The whole product as people meet it: a patient writes, a nurse sees, claims and closes."""

from __future__ import annotations

import re

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.clock import SystemClock
from bot.store import Store
from tests.product.server import Server, say

pytestmark = pytest.mark.model
OWN_PASSWORD = "a long pass phrase of her own"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def log_in(page: Page, server: Server) -> None:
    """Log in as the first nurse and choose a password of her own."""
    name, password = server.printed("first login").split(" / ")
    page.goto(f"{server.url}/nurse")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Present password").fill(password)
    page.get_by_label("New password", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("New password once more").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def write(page: Page, text: str) -> None:
    """Type a message on the patient's page and send it with Enter."""
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


@pytest.mark.browser
def test_from_the_patients_words_to_the_closed_flag(server: Server, chromium: str) -> None:
    """H-13: the flag appears by itself in a nurse's open queue, and closing it leaves a whole audit chain."""
    with sync_playwright() as play:
        browser: Browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        nurse, patient = browser.new_context().new_page(), browser.new_context().new_page()
        log_in(nurse, server)
        patient.goto(server.printed("demo patient"))
        patient.get_by_role("button", name="Start").click()
        write(patient, "sorry to bother you but ive soaked right thru 2 pads in the last hour")

        card = patient.locator("article.care").last
        expect(card).to_contain_text("911")
        expect(card.locator("a[href='tel:911']").first).to_be_visible()
        row = nurse.locator("tr.row").first
        expect(row).to_be_visible(timeout=10_000)
        row.get_by_role("link").click()
        expect(nurse.locator("#lines mark").first).to_contain_text("soaked")
        nurse.get_by_role("button", name="Claim").click()
        nurse.get_by_label("Closing note").fill("Rang her; ambulance on the way.")
        nurse.get_by_label("How it ended").select_option("ambulance")
        nurse.get_by_role("button", name="Close case").click()
        expect(nurse.get_by_text("Nothing is waiting.")).to_be_visible()
        patient.reload()
        expect(patient.locator("p.said").first).to_contain_text("2 pads")
        browser.close()
    server.stop()

    with Store(server.data_dir / "aftercare.db", SystemClock()) as store:
        actions = {row.action for row in store.audit_rows()}
        left, broken = store.open_flags(), store.verify_audit()
    assert (left, broken) == ([], None)
    assert {"flag.raised", "flag.claimed", "flag.closed"} <= actions


def test_no_words_of_a_patient_in_any_log(server: Server) -> None:
    """H-15: what a patient writes, well-formed or hostile, stands in no line that the process printed."""
    with server.patient() as client:
        for number, text in enumerate(["zebrafish fever 39.9", "/restart zebrafish", "<script>zebrafish", "zebrafish"]):
            assert say(client, f"log-{number:06}", text).status_code == httpx.codes.OK
        say(client, "big-text", "zebrafish " * 12_000)
        client.post("/chat/messages", content=b'{"text": "zebrafish', headers={"content-type": "application/json"})
    server.stop()

    assert "zebrafish" not in server.log


def test_a_shell_client_has_a_first_conversation(server: Server) -> None:
    """README's curl conversation: the link's token for a cookie, then JSON in and JSON out."""
    with server.patient() as client:
        answer = say(client, "first-01", "i have a fever, 38.6").json()
        again = say(client, "first-01", "i have a fever, 38.6").json()

    assert (answer["outcome"], again["id"]) == ("urgent", answer["id"])
    assert re.search(r"Call .+ now", answer["parts"][0]["text"])
