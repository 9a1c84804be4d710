"""The administrator's pages."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import PASSWORD, Ward


def shown_password(page: str) -> str:
    """Return the first password that a page shows."""
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found
    return found.group(1)


def test_an_account_is_made_and_its_owner_signs_in(ward: Ward) -> None:
    """H-18: the first password is shown once, to the administrator, and must be changed."""
    admin = ward.nurse("Eve", role="admin")
    page = admin.post("/nurse/users", data={"name": "Bea", "role": "lead"})
    password = shown_password(page.text)
    bea = ward.browser()
    bea.post("/nurse/login", data={"name": "bea", "password": password})

    assert (ward.user("Bea").role, ward.user("Bea").must_change) == ("lead", True)
    assert bea.get("/nurse").headers["location"] == "/nurse/password"
    assert password not in admin.get("/nurse/users").text + admin.get(f"/nurse/users/{ward.user('Bea').id}").text


@pytest.mark.parametrize(
    ("name", "role"), [("", "nurse"), ("  ", "nurse"), ("EVE", "nurse"), ("Bea", "doctor"), ("Bea", "")]
)
def test_an_account_that_cannot_be(ward: Ward, name: str, role: str) -> None:
    """The page says why and keeps the name; nothing is added."""
    page = ward.nurse("Eve", role="admin").post("/nurse/users", data={"name": name, "role": role})

    assert (page.status_code, len(ward.store.users())) == (422, 1)
    assert 'role="alert"' in page.text


def test_an_account_is_looked_after(ward: Ward) -> None:
    """H-18: role, password, disabling and sessions, each at once and each audited with who did it."""
    admin, bea = ward.nurse("Eve", role="admin"), ward.nurse("Bea")
    base = f"/nurse/users/{ward.user('Bea').id}"
    assert admin.post(f"{base}/role", data={"role": "lead"}).status_code == 303
    session = ward.store.sessions(ward.user("Bea").id)[0]
    assert admin.post(f"{base}/sessions/{session.id}/end").status_code == 303
    assert bea.get("/nurse").status_code == 303
    password = shown_password(admin.post(f"{base}/password").text)
    assert admin.post(f"{base}/disable").status_code == 303
    out = bea.post("/nurse/login", data={"name": "Bea", "password": password})
    assert admin.post(f"{base}/enable").status_code == 303
    again = bea.post("/nurse/login", data={"name": "Bea", "password": password})

    assert (out.status_code, again.status_code, ward.user("Bea").role) == (401, 303, "lead")
    eve = ward.user("Eve").id
    done = [row.action for row in ward.store.audit_rows() if row.actor == eve and row.subject_id == ward.user("Bea").id]
    assert done == ["user.role_changed", "session.revoked", "password.reset", "user.disabled", "user.enabled"]


@pytest.mark.parametrize(
    ("path", "status"), [("disable", 422), ("role", 422), ("factor", 422), ("sessions/x/end", 404)]
)
def test_what_cannot_be_done_says_so(ward: Ward, path: str, status: int) -> None:
    """The last administrator stays; what is not there is not removed."""
    admin = ward.nurse("Eve", role="admin")
    answer = admin.post(f"/nurse/users/{ward.user('Eve').id}/{path}", data={"role": "nurse"})

    assert (answer.status_code, ward.user("Eve").role) == (status, "admin")


def test_an_unknown_account_is_not_there(ward: Ward) -> None:
    """Plain 404 on every action."""
    admin = ward.nurse("Eve", role="admin")
    posts = [admin.post(f"/nurse/users/none/{path}") for path in ("role", "disable", "enable", "password", "factor")]

    assert [admin.get("/nurse/users/none").status_code, *(answer.status_code for answer in posts)] == [404] * 6


def test_an_administrator_begins_at_the_accounts(ward: Ward) -> None:
    """Each role begins where its work is, and is offered no page that it may not open."""
    ward.store.add_user("Eve", PASSWORD, "admin", must_change=False)
    browser = ward.browser()
    answer = browser.post("/nurse/login", data={"name": "Eve", "password": PASSWORD})

    links = re.findall(r'<a href="(/nurse[^"]*)"', browser.get("/nurse/users").text.split("</nav>")[0])
    assert (answer.headers["location"], links) == ("/nurse/users", ["/nurse/users", "/nurse/account"])
