"""A log-off in the middle of work, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Site, flag_of, say

pytestmark = pytest.mark.browser


def test_a_log_off_clears_the_screen_and_keeps_the_draft(site: Site, open_page: Callable[..., Page]) -> None:
    """H-18: once the server forgets the session the patient's words leave the screen by themselves; after signing in
    the nurse is back in the case with what she had typed, of which the browser itself kept nothing.
    """
    patient, nurse = open_page(), open_page(width=1280)
    procedure = site.start_chat(patient)
    say(patient, "fever zebra")
    flag = flag_of(site, procedure)
    ada = site.store.user_named("Ada")
    site.store.claim_flag(flag, ada.id)
    site.sign_in(nurse)
    nurse.goto(f"{site.url}/nurse/flags/{flag}")
    box = nurse.locator("[data-draft=reply]")
    with nurse.expect_response("**/nurse/drafts") as saved:
        box.fill("Please call")
    kept = nurse.evaluate("sessionStorage.length + localStorage.length")

    for session in site.store.sessions(ada.id):
        site.store.revoke_session(ada.id, session.id, ada.id)
    say(patient, "still fever")
    expect(nurse.get_by_role("heading", name="Sign in")).to_be_visible(timeout=15_000)
    expect(nurse.locator("body")).not_to_contain_text("zebra")
    nurse.get_by_label("Name").fill("Ada")
    nurse.get_by_label("Password").fill(PASSWORD)
    nurse.get_by_role("button", name="Sign in").click()

    expect(nurse).to_have_url(f"{site.url}/nurse/flags/{flag}")
    expect(box).to_have_value("Please call")
    assert (saved.value.status, kept) == (204, 0)
