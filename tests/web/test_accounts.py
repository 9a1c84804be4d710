"""One's own account: second factor, sessions, coming back to where one was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from starlette.testclient import TestClient

from bot.clock import FixedClock
from bot.store import Store
from bot.web.app import create_app
from bot.web.devices import device_words
from tests.web.conftest import PASSWORD, Ward, flagged
from tests.web.fakes import CONTENT, NOW_MS, FakeCare, settings

NEW = "a brand new secret"


def app_code(ward: Ward, page: str) -> str:
    """Return what an app shows now that was given the key on the enrolment page."""
    key = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert key
    return pyotp.TOTP(key.group(1).replace(" ", "")).generate_otp(ward.clock.ms // 30_000)


def enrolled(ward: Ward) -> tuple[TestClient, list[str]]:
    """Let Ada enrol; return her browser and the recovery codes."""
    browser = ward.nurse()
    page = browser.post("/nurse/factor", data={"code": app_code(ward, browser.get("/nurse/factor").text)}).text
    return browser, re.findall(r"<li><code>([a-z2-7-]+)</code>", page)


@pytest.fixture
def strict() -> Iterator[Ward]:
    """A ward whose setting demands a second factor."""
    clock = FixedClock(NOW_MS)
    store = Store(None, clock)
    care = FakeCare(store, clock)
    demanding = replace(settings(), second_factor=True)
    yield Ward(create_app(demanding, store, care, **CONTENT, clock=clock), store, care, clock)
    store.close()


def test_first_login_where_a_second_factor_is_demanded(strict: Ward) -> None:
    """H-18: password, then factor, then the queue; no page before both are done, no way round."""
    browser = strict.nurse(must_change=True)
    assert browser.get("/nurse/factor").headers["location"] == "/nurse/password"
    browser.post("/nurse/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert browser.get("/nurse").headers["location"] == "/nurse/factor"
    assert browser.get("/nurse/account").headers["location"] == "/nurse/factor"

    page = browser.get("/nurse/factor").text
    wrong = browser.post("/nurse/factor", data={"code": "000000"})
    right = browser.post("/nurse/factor", data={"code": app_code(strict, page)})

    assert (wrong.status_code, right.status_code, browser.get("/nurse").status_code) == (422, 200, 200)
    assert len(re.findall(r"<li><code>", right.text)) == 10
    assert browser.get("/nurse/factor").headers["location"] == "/nurse/account"


def test_the_picture_to_scan_is_gone_once_scanned(ward: Ward) -> None:
    """H-18: the QR code is an image of our own, without script or style, and holds the secret only until enrolled."""
    browser = ward.nurse()
    page, image = browser.get("/nurse/factor").text, browser.get("/nurse/factor/code.svg")

    assert (image.status_code, image.headers["content-type"]) == (200, "image/svg+xml")
    assert (image.headers["cache-control"], bool(re.search(r"<script|style=|<style", image.text))) == (
        "no-store",
        False,
    )
    browser.post("/nurse/factor", data={"code": app_code(ward, page)})
    assert browser.get("/nurse/factor/code.svg").status_code == 404


def test_sign_in_with_a_code(ward: Ward) -> None:
    """H-18: after the password nothing opens but the form for the code; the code gives another session."""
    _, codes = enrolled(ward)
    browser = ward.browser()
    first = browser.post("/nurse/login", data={"name": "Ada", "password": PASSWORD})
    before = browser.cookies["hsg_nurse"]

    assert first.headers["location"] == "/nurse"
    for path in ("/nurse", "/nurse/password", "/nurse/account", "/nurse/factor"):
        assert browser.get(path).headers["location"] == "/nurse/login/code"
    assert browser.get("/nurse/login/code").status_code == 200
    wrong = browser.post("/nurse/login/code", data={"code": "000000"})
    right = browser.post("/nurse/login/code", data={"code": codes[0]})

    assert (wrong.status_code, "code is not right" in wrong.text) == (401, True)
    assert (right.headers["location"], browser.get("/nurse").status_code) == ("/nurse", 200)
    assert browser.cookies["hsg_nurse"] != before
    assert ward.store.session(before) is None
    assert browser.get("/nurse/login/code").headers["location"] == "/nurse"


def test_a_factor_is_removed_with_the_password(ward: Ward) -> None:
    """H-18: a session left open is not enough to take the second factor away."""
    browser, _ = enrolled(ward)

    refused = browser.post("/nurse/factor/remove", data={"password": "wrong"})
    kept = ward.user("Ada").has_factor
    done = browser.post("/nurse/factor/remove", data={"password": PASSWORD})

    assert (refused.status_code, kept, done.status_code, ward.user("Ada").has_factor) == (422, True, 303, False)


def test_sessions_are_shown_and_ended(ward: Ward) -> None:
    """H-18: a nurse sees where she is signed in, and ends a session that she left open elsewhere."""
    browser, other = ward.nurse(), ward.browser()
    agent = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}
    other.post("/nurse/login", data={"name": "Ada", "password": PASSWORD}, headers=agent)
    page = browser.get("/nurse/account").text
    ends = re.findall(r'action="(/nurse/account/sessions/[^"]+/end)"', page)

    assert "Firefox on Windows" in page
    assert len(ends) == 1
    assert browser.post(ends[0]).status_code == 303
    assert (other.get("/nurse").status_code, browser.get("/nurse").status_code) == (303, 200)
    assert browser.post(ends[0]).status_code == 404


def test_nobody_ends_the_session_of_another(ward: Ward) -> None:
    """H-18: the path's id alone does not do it."""
    ada, bea = ward.nurse("Ada"), ward.nurse("Bea")
    session = ward.store.sessions(ward.user("Bea").id)[0]

    assert ada.post(f"/nurse/account/sessions/{session.id}/end").status_code == 404
    assert bea.get("/nurse").status_code == 200


def test_after_signing_in_one_is_back_where_one_was(ward: Ward) -> None:
    """A nurse whose session ended comes back to her case, after password and code alike."""
    flag = flagged(ward)
    browser, codes = enrolled(ward)
    ward.clock.advance(minutes=31)
    case = f"/nurse/flags/{flag.id}"

    out = browser.get(case)
    form = browser.get(out.headers["location"]).text
    first = browser.post("/nurse/login", data={"name": "Ada", "password": PASSWORD, "next": case})
    second = browser.post("/nurse/login/code", data={"code": codes[0], "next": case})

    assert f'name="next" value="{case}"' in form
    assert first.headers["location"] == f"/nurse/login/code?next={case}"
    assert (second.headers["location"], browser.get(case).status_code) == (case, 200)


def test_a_form_that_comes_too_late_leads_back_to_its_page(ward: Ward) -> None:
    """A post without a session is not repeated after signing in: its page is shown again."""
    case = f"/nurse/flags/{flagged(ward).id}"
    answer = ward.browser().post(
        f"{case}/close", data={"close_note": "x"}, headers={"referer": f"http://testserver{case}"}
    )

    assert answer.headers["location"].replace("%2F", "/") == f"/nurse/login?next={case}"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/chat",
        "/nurse//evil",
        "/nurse/login",
        "/nursery",
        "/nurse/?a=b",
        "/nurse/\n",
    ],
)
def test_signing_in_leads_nowhere_else(ward: Ward, target: str) -> None:
    """H-18: a link to the sign-in page cannot send a nurse to another site or out of the console."""
    ward.store.add_user("Ada", PASSWORD, "nurse", must_change=False)
    answer = ward.browser().post("/nurse/login", data={"name": "Ada", "password": PASSWORD, "next": target})

    assert answer.headers["location"] == "/nurse"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.5", "Another browser on another system"),
        ("<script>", "Another browser on another system"),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    """No more of it is kept than a nurse needs to know it again."""
    assert device_words(agent) == words
