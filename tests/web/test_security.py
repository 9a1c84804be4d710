"""Headers, foreign origins, failures, health."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.clock import FixedClock
from bot.store import Store
from bot.web.app import create_app
from bot.web.texts import TextsError, site_texts
from tests.web.conftest import PAGE, Ward
from tests.web.fakes import CONTENT, NOW_MS, TEXTS, FakeCare, settings

JSON = {"accept": "application/json"}


@pytest.mark.parametrize("path", ["/", "/chat", "/nowhere", "/healthz", "/nurse/login", "/static/app.css"])
def test_every_answer_has_the_headers(ward: Ward, path: str) -> None:
    """No inline script, no framing, no sniffing; nothing but static files is kept by a browser."""
    headers = ward.browser().get(path).headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"].startswith("public" if path.startswith("/static") else "no-store")


def test_no_page_has_inline_code(ward: Ward) -> None:
    """The pages obey their own policy: no inline script, style or handler, nothing from elsewhere."""
    ward.patient().post("/chat/messages", data={"text": "fever"})
    patient, nurse = ward.patient(), ward.nurse(role="lead")
    flag = ward.store.open_flags()[0].id
    pages = [patient.get(path).text for path in ("/", "/chat", f"/p/{ward.link()}", "/away")]
    pages += [nurse.get(path).text for path in ("/nurse", "/nurse/password", f"/nurse/flags/{flag}")]
    pages += [nurse.get(path).text for path in ("/nurse/account", "/nurse/factor", "/nurse/glass")]
    admin = ward.nurse("Eve", role="admin")
    pages += [admin.get(path).text for path in ("/nurse/users", f"/nurse/flags/{flag}")]
    pages += [ward.nurse("Mia", role="auditor").get("/nurse/audit").text]

    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/static/)|https?://", page)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://chat.example"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://testserver.evil.example"}, False),
        ({"origin": "null"}, False),
    ],
)
@pytest.mark.parametrize("path", ["/chat/messages", "/nurse/login", "/nurse/logout", "/p/none"])
def test_foreign_pages_cannot_post(headers: dict[str, str], allowed: bool, path: str) -> None:
    """A POST that another site started is refused before anything is read (CSRF)."""
    clock = FixedClock(NOW_MS)
    store = Store(None, clock)
    app = create_app(
        settings(public_url="https://chat.example"),
        store,
        FakeCare(store, clock),
        **CONTENT,
        clock=clock,
    )
    answer = Ward(app, store, FakeCare(store, clock), clock).browser().post(path, headers=headers, data={})
    store.close()

    assert (answer.status_code == 403) is not allowed


def test_production_cookies_are_locked_down() -> None:
    """In production both cookies are secure, host-only, unreadable by scripts."""
    clock = FixedClock(NOW_MS)
    store = Store(None, clock)
    care = FakeCare(store, clock)
    ward = Ward(
        create_app(settings("production"), store, care, **CONTENT, clock=clock),
        store,
        care,
        clock,
    )
    answer = ward.browser().post(f"/p/{ward.link()}")
    store.close()

    assert re.fullmatch(
        r"__Host-hsg_chat=[^;]+; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"]
    )
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("form", [True, False])
def test_a_failure_is_a_safe_sentence(ward: Ward, form: bool, caplog: pytest.LogCaptureFixture) -> None:
    """If care itself breaks she reads what to do; neither page nor log quotes her or shows a trace (H-13: silence)."""
    browser = ward.patient()
    ward.care.broken = True
    body = {"text": "fever zebra", "client_id": "abcdefgh-1"}
    with caplog.at_level(logging.DEBUG, logger="bot"):
        answer = (
            browser.post("/chat/messages", data=body)
            if form
            else browser.post("/chat/messages", json=body, headers=JSON)
        )

    assert answer.status_code == 500
    assert "utter_web_failed: call" in answer.text
    assert "911" in answer.text
    for text in (answer.text, caplog.text):
        assert not re.search("zebra|Traceback|RuntimeError: ", text)
    assert "RuntimeError at" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/chat/", 404, "not_found"),
        ("GET", "/p/a/b", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/static/none.css", 404, "not_found"),
        ("PUT", "/chat", 405, "method_not_allowed"),
        ("DELETE", "/nurse", 405, "method_not_allowed"),
        ("GET", "/nurse/logout", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_wrong_paths_and_methods(ward: Ward, method: str, path: str, status: int, code: str) -> None:
    """Programs get a code, browsers a page; both a sentence."""
    program = ward.browser().request(method, path, headers=JSON)
    page = ward.browser().request(method, path, headers=PAGE)

    assert (program.status_code, program.json()["error"]) == (status, code)
    assert page.status_code == status
    assert page.text.startswith("<!doctype html>")


def test_health(ward: Ward) -> None:
    """Up is not the same as ready: without a model the process is up and not ready."""
    browser = ward.browser()
    ward.care.is_ready = False

    assert (browser.get("/healthz").json(), browser.get("/healthz").status_code) == ({"status": "ok"}, 200)
    assert (browser.get("/readyz").json(), browser.get("/readyz").status_code) == ({"status": "not ready"}, 503)


def test_what_lives_with_the_pages_starts_and_stops_with_them() -> None:
    """Recovery and timers given as `lifespan` run while the pages are served."""
    clock, seen = FixedClock(NOW_MS), list[str]()
    store = Store(None, clock)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        seen.append("started")
        yield
        seen.append("stopped")

    app = create_app(settings(), store, FakeCare(store, clock), **CONTENT, clock=clock, lifespan=life)
    with TestClient(app) as browser:
        browser.get("/healthz")
        assert seen == ["started"]
    store.close()

    assert seen == ["started", "stopped"]


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_missing_sentence_is_found_at_start(key: str) -> None:
    """A page can never be left without words: each missing key stops the start and is named."""
    with pytest.raises(TextsError, match=key):
        site_texts({name: text for name, text in TEXTS.items() if name != key}, settings().site, TEXTS)


def test_placeholders_are_filled() -> None:
    """Site values stand in the sentences; no placeholder is left (R4)."""
    text = "{site_name} {clinic_phone} {on_call_phone} {emergency_phone} {crisis_phone}"
    filled = site_texts(dict.fromkeys(TEXTS, text), settings().site, TEXTS)

    assert set(filled.values()) == {"Riverside Fertility Clinic 216-555-0142 216-555-0188 911 988"}
