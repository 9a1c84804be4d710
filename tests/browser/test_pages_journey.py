"""The pages in a real browser: what scripts add, and that nothing needs them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, flag_of, say

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_patient_is_answered_and_finds_it_again(site: Site, open_page: Callable[..., Page], script: bool) -> None:
    """With and without a script: message, care card in words, tap-to-call number, quick reply, all there on reload."""
    page = open_page(script=script)
    site.start_chat(page)

    page.get_by_label("Your message").fill("pain")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Question")).to_be_visible()
    page.get_by_role("button", name="Strong").click()
    expect(page.get_by_role("heading", name="Urgent")).to_be_visible()
    expect(page.locator("#latest .lead a")).to_have_attribute("href", "tel:2165550142")
    page.reload()

    expect(page.locator(".me .said")).to_have_text(["pain", "fever and pain"])
    expect(page.get_by_role("heading", name=re.compile("Question|Urgent"))).to_have_count(2)


def test_keys_of_the_message_box(site: Site, open_page: Callable[..., Page]) -> None:
    """Enter sends, Shift+Enter makes a new line, blank text stays, the box grows."""
    page = open_page()
    site.start_chat(page)
    box = page.get_by_label("Your message")
    low = box.bounding_box()

    page.keyboard.press("Tab")
    box.fill(" ")
    page.keyboard.press("Enter")
    box.fill("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    high = box.bounding_box()
    page.keyboard.press("Enter")

    expect(page.locator(".me .said")).to_have_text(["one\ntwo"], use_inner_text=True)
    expect(box).to_have_value("")
    assert low
    assert high
    assert high["height"] > low["height"]


def test_lost_network_is_retried_with_the_same_id(site: Site, open_page: Callable[..., Page]) -> None:
    """A message that did not get through is tried again by itself and arrives once (H-11: lost message)."""
    page = open_page()
    ids: list[str] = []
    site.start_chat(page)

    def break_first(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "")["client_id"])
        if len(ids) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/messages", break_first)

    say(page, "lost once")

    expect(page.get_by_role("heading", name="Expected")).to_be_visible()
    assert (len(ids), len(set(ids)), site.care.received.count("lost once")) == (2, 1, 1)


def test_what_was_not_sent_says_so(site: Site, open_page: Callable[..., Page]) -> None:
    """After the last try she sees that it was not sent and whom to call; a tap sends it (H-11: false safety)."""
    page = open_page()
    site.start_chat(page)
    page.route("**/chat/messages", lambda route: route.abort())

    say(page, "still here")
    again = page.get_by_role("button", name="utter_web_not_sent")
    expect(page.get_by_role("alert")).to_contain_text("utter_web_offline: call 911")
    expect(again).to_be_visible(timeout=15_000)
    page.unroute("**/chat/messages")
    again.click()

    expect(page.get_by_role("heading", name="Expected")).to_be_visible()
    expect(again).to_have_count(0)
    expect(page.locator(".me .said")).to_have_text(["still here"])


def test_a_nurses_message_appears_by_itself(site: Site, open_page: Callable[..., Page]) -> None:
    """What a nurse writes later shows on the open page without reloading, once."""
    page = open_page()
    procedure = site.start_chat(page)
    say(page, "hello")
    expect(page.get_by_role("heading", name="Expected")).to_be_visible()

    conversation = site.store.current_conversation(procedure)
    site.store.receive_message(conversation.id, "nurse-0001", "Maya here", author="nurse")

    expect(page.get_by_role("heading", name="Nurse")).to_be_visible()
    expect(page.locator(".msg")).to_have_count(3)


def test_quick_exit(site: Site, open_page: Callable[..., Page]) -> None:
    """One tap leaves; going back does not show the chat (rule 44)."""
    page = open_page()
    site.start_chat(page)
    say(page, "private words")
    expect(page.get_by_role("heading", name="Expected")).to_be_visible()

    page.get_by_role("link", name="Leave this page").click()
    expect(page).to_have_title("Today")
    page.go_back()

    expect(page.locator("body")).not_to_contain_text("private words")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off(site: Site, open_page: Callable[..., Page], width: int) -> None:
    """No page scrolls sideways, however narrow (WCAG 1.4.10), and every control is big enough to tap (2.5.8)."""
    page = open_page(width=width)
    site.start_chat(page)
    say(page, "fever " + "x" * 300)
    expect(page.get_by_role("heading", name="Urgent")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("button:visible, .leave, .sos a").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= 44


def test_nurse_sees_a_flag_arrive_and_closes_it(site: Site, open_page: Callable[..., Page]) -> None:
    """A flag shows in the open queue by itself; the nurse reads why, claims and closes, all by keyboard keys."""
    patient, nurse = open_page(), open_page(width=1280)
    site.sign_in(nurse)
    procedure = site.start_chat(patient)
    say(patient, "soaked <b>pad</b>")

    flag = flag_of(site, procedure)
    link = nurse.locator(f"#flag-{flag}")
    expect(link).to_contain_text("A soaked pad")
    link.focus()
    nurse.keyboard.press("Enter")
    expect(nurse.locator("#lines mark")).to_have_text("soaked1")
    nurse.get_by_role("button", name="Claim").press("Enter")
    expect(nurse.get_by_text("With Ada since").first).to_be_visible()
    nurse.get_by_label("Closing note").fill("draft")
    say(patient, "more words")
    expect(nurse.locator("#lines")).to_contain_text("more words")
    expect(nurse.get_by_label("Closing note")).to_have_value("draft")
    nurse.get_by_label("How it ended").select_option("answered")
    nurse.get_by_role("button", name="Close case").press("Enter")

    expect(nurse.get_by_role("heading", name="Queue")).to_be_visible()
    expect(nurse.locator(f"#flag-{flag}")).to_have_count(0)
    assert (site.store.flag(flag).state, site.store.flag(flag).note) == ("closed", "draft")
