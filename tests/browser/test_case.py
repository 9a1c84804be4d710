"""The case page in a real browser: the whole path by keyboard alone, and what the patient sees of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Site, flag_of, say
from tests.browser.test_queue import arrive

pytestmark = pytest.mark.browser


def send(page: Page, address: str, *then: str) -> None:
    """Press keys, the last of which sends a form, and wait until the page that follows has taken over."""
    page.evaluate("document.body.dataset.before = 'yes'")
    for key in then:
        page.keyboard.press(key)
    expect(page.locator("body[data-before]")).to_have_count(0)
    arrive(page, address)


def sign_in(page: Page, site: Site) -> None:
    """Sign in by keyboard. A key pressed before the first field has the focus would be lost."""
    page.goto(f"{site.url}/nurse")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    arrive(page, f"{site.url}/nurse")


def test_a_case_by_keyboard_alone(site: Site, open_page: Callable[..., Page]) -> None:
    """H-22: sign in, next, claim, reply, note, call, change the tier, close; the patient sees who is there at once."""
    patient, nurse = open_page(), open_page(width=1280)
    procedure = site.start_chat(patient)
    say(patient, "i have a fever")
    expect(patient.get_by_role("heading", name="Urgent")).to_be_visible()
    flag = flag_of(site, procedure)
    case, keys = f"{site.url}/nurse/flags/{flag}", nurse.keyboard
    here = patient.locator("#nurse-here")
    expect(here).to_be_hidden()

    sign_in(nurse, site)
    for other in site.store.open_flags():
        if other.id != flag:
            site.store.claim_flag(other.id, site.store.users()[0].id)
    send(nurse, case, "n")
    send(nurse, case, "c")
    expect(here).to_be_visible()

    keys.press("r")
    keys.type("How are you now?")
    send(nurse, f"{case}#latest", "Tab", "Enter")
    expect(patient.get_by_role("heading", name="Nurse")).to_be_visible()
    expect(patient.locator(".care-nurse")).to_contain_text("How are you now?")
    say(patient, "a bit better")
    expect(nurse.locator("#lines .waits")).to_be_visible()
    expect(patient.locator(".care")).to_have_count(2)

    keys.press("m")
    keys.type("Sounds calm.")
    send(nurse, f"{case}#notes", "Tab", "Enter")
    keys.press("p")
    send(nurse, f"{case}#calls", "ArrowDown", "Tab", "Enter")
    keys.press("t")
    keys.press("Tab")
    for _ in range(2):
        keys.press("ArrowDown")
        keys.press("Tab")
    send(nurse, f"{case}#do", "Enter")
    expect(nurse.locator("#case-head")).to_contain_text("The rules said")
    keys.press("x")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("Called her.")
    send(nurse, f"{site.url}/nurse", "Tab", "Enter")

    expect(here).to_be_hidden()
    expect(patient.locator("body")).not_to_contain_text("Sounds calm.")
    kept, call, changed = site.store.flag(flag), site.store.calls(procedure)[0], site.store.overrides(procedure)[0]
    assert (kept.state, kept.note, kept.disposition) == ("closed", "Called her.", "advised_home")
    assert (call.outcome, changed.from_tier, changed.reason) == ("reached", "urgent", "misread")
    assert [note.text for note in site.store.notes(procedure)] == ["Sounds calm."]


def test_the_summary_is_copied_by_one_click(site: Site, open_page: Callable[..., Page]) -> None:
    """What the record system gets is what the page shows as plain text; a ready sentence goes into the reply."""
    patient, nurse = open_page(), open_page(width=820)
    procedure = site.start_chat(patient)
    say(patient, "fever since noon")
    flag = flag_of(site, procedure)
    site.sign_in(nurse)
    nurse.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    site.store.claim_flag(flag, site.store.user_named("Ada").id)
    nurse.goto(f"{site.url}/nurse/flags/{flag}")

    nurse.get_by_role("button", name="Copy").click()
    expect(nurse.get_by_role("button", name="Copied")).to_be_visible()
    copied = nurse.evaluate("navigator.clipboard.readText()")
    nurse.locator("#ready summary").click()
    nurse.locator("[data-say]").first.click()

    assert copied == nurse.locator("#sbar-text").input_value()
    assert "fever" in copied
    expect(nurse.get_by_label("Write to the patient")).to_have_value("utter_canned_hello: call 911")
