"""The nurse's queue in a real browser: by keyboard alone, and live."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, flag_of, say

pytestmark = pytest.mark.browser


def write(site: Site, open_page: Callable[..., Page], text: str) -> str:
    """Let a new patient write something that flags; return the flag."""
    patient = open_page()
    procedure = site.start_chat(patient)
    say(patient, text)
    return flag_of(site, procedure)


def arrive(page: Page, address: str) -> None:
    """Wait for a page whose keys work: its script has shown the switch."""
    expect(page).to_have_url(address)
    expect(page.get_by_role("button", name="Shortcuts on")).to_be_visible()


def test_the_whole_path_by_keyboard_alone(site: Site, open_page: Callable[..., Page]) -> None:
    """H-13: a flag arrives by itself; next, claim, close, search and back, without a mouse and without a word lost."""
    nurse = open_page(width=1280)
    queue, keys = f"{site.url}/nurse", nurse.keyboard
    site.sign_in(nurse)
    flag = write(site, open_page, "soaked through, zebra")
    case = f"{queue}/flags/{flag}"
    expect(nurse.locator(f"#flag-{flag}")).to_be_visible()

    keys.press("j")
    expect(nurse.locator(f"#flag-{flag}")).to_be_focused()
    keys.press("o")
    arrive(nurse, case)
    keys.press("q")
    arrive(nurse, queue)
    keys.press("n")
    arrive(nurse, case)
    keys.press("c")
    expect(nurse.get_by_text("With Ada since").first).to_be_visible()
    arrive(nurse, case)
    keys.press("x")
    expect(nurse.get_by_label("How it ended")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("next, claim / close")
    expect(nurse.get_by_label("Closing note")).to_have_value("next, claim / close")
    keys.press("Tab")
    keys.press("Enter")
    arrive(nurse, queue)
    expect(nurse.locator(f"#flag-{flag}")).to_have_count(0)
    keys.press("/")
    expect(nurse.get_by_role("searchbox")).to_be_focused()
    keys.type("zebra")
    keys.press("Enter")

    expect(nurse.locator(f"#flag-{flag}")).to_be_visible()
    assert site.store.flag(flag).note == "next, claim / close"
    assert "zebra" not in nurse.url


def test_a_key_in_a_row_is_about_that_row(site: Site, open_page: Callable[..., Page]) -> None:
    """`c` on a row that a colleague holds claims nothing, least of all another case; switched off, no key acts."""
    first, second = write(site, open_page, "fever"), write(site, open_page, "fever too")
    bea = site.store.add_user("Bea", "correct horse battery", "nurse", must_change=False)
    site.store.claim_flag(first, bea.id)
    nurse = open_page(width=1280)
    site.sign_in(nurse)

    nurse.locator(f"#flag-{first}").focus()
    nurse.keyboard.press("c")
    nurse.locator(f"#flag-{second}").focus()
    nurse.get_by_role("button", name="Shortcuts on").click()
    nurse.keyboard.press("n")
    nurse.reload()

    expect(nurse.get_by_role("button", name="Shortcuts off")).to_be_visible()
    expect(nurse).to_have_url(f"{site.url}/nurse")
    assert [site.store.flag(flag).claimed_by for flag in (first, second)] == [bea.id, None]
