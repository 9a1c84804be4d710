"""Who may do what: every route of the application against every kind of visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.store.users import ROLES
from bot.web.access import CARE, OPEN, STAFF, UndeclaredRoute, build_routes
from tests.web.conftest import PAGE, Ward, flagged

JSON = {"accept": "application/json"}
ACTORS: dict[str, Callable[[Ward], TestClient]] = {
    "nobody": Ward.browser,
    "patient": Ward.patient,
    "first login": lambda ward: ward.nurse(must_change=True),
    "nurse": lambda ward: ward.nurse(role="nurse"),
    "lead": lambda ward: ward.nurse(role="lead"),
    "admin": lambda ward: ward.nurse(role="admin"),
    "auditor": lambda ward: ward.nurse(role="auditor"),
}
# The route, then the status for each actor in the order of ACTORS. What a form without its fields answers is 422.
PERMISSIONS: dict[str, tuple[int, ...]] = {
    "GET /": (200,) * 7,
    "GET /p/{token}": (404,) * 7,
    "POST /p/{token}": (404,) * 7,
    "GET /chat": (401, 200, 401, 401, 401, 401, 401),
    "GET /chat/messages": (401, 200, 401, 401, 401, 401, 401),
    "POST /chat/messages": (401, 422, 401, 401, 401, 401, 401),
    "GET /away": (200,) * 7,
    "GET /healthz": (200,) * 7,
    "GET /readyz": (200,) * 7,
    "GET /nurse/login": (200,) * 7,
    "POST /nurse/login": (401,) * 7,
    "POST /nurse/logout": (303,) * 7,
    "GET /nurse/password": (401, 401, 200, 200, 200, 200, 200),
    "POST /nurse/password": (401, 401, 422, 422, 422, 422, 422),
    "GET /nurse": (401, 401, 403, 200, 200, 403, 403),
    "GET /nurse/queue.json": (401, 401, 403, 200, 200, 403, 403),
    "GET /nurse/flags/{flag_id}": (401, 401, 403, 200, 200, 403, 403),
    "POST /nurse/flags/{flag_id}/claim": (401, 401, 403, 303, 303, 403, 403),
    "POST /nurse/flags/{flag_id}/close": (401, 401, 403, 422, 422, 403, 403),
}
# It does not end, so it is asked for only where it is refused.
ENDLESS = {"GET /nurse/events": (401, 401, 403, 0, 0, 403, 403)}


@pytest.mark.parametrize("actor", list(ACTORS))
@pytest.mark.parametrize("name", [*PERMISSIONS, *ENDLESS])
def test_who_may_do_what(ward: Ward, name: str, actor: str) -> None:
    """H-18: every route answers every kind of visitor as the table says; what is not allowed is refused."""
    method, path = name.split(" ")
    expected = {**PERMISSIONS, **ENDLESS}[name][list(ACTORS).index(actor)]
    if not expected:
        return
    address = path.format(flag_id=flagged(ward).id, token="none")

    answer = ACTORS[actor](ward).request(method, address, headers=JSON)

    assert answer.status_code == expected


def test_every_route_stands_in_the_tables(ward: Ward) -> None:
    """H-18: a new route fails here until it says who may use it, in the application and in this test."""
    served = {
        f"{method} {getattr(route, 'path')}"  # noqa: B009 - BaseRoute has no path of its own
        for route in ward.app.routes
        if not isinstance(route, Mount)
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD"
    }

    assert served == set(PERMISSIONS) | set(ENDLESS) == OPEN | set(STAFF)
    assert [route.path for route in ward.app.routes if isinstance(route, Mount)] == ["/static"]


def test_an_undeclared_route_is_not_served() -> None:
    """H-18: denied by default: the application does not start with a route that no table names."""
    with pytest.raises(UndeclaredRoute, match="GET /nurse/secret"):
        build_routes({"GET /nurse/secret": print})


@pytest.mark.parametrize("role", ROLES)
def test_a_page_that_a_role_lacks_says_so(ward: Ward, role: str) -> None:
    """H-18: a browser reads a sentence; the refusal is in the audit without the address that was asked for."""
    browser = ward.nurse(role=role)
    answer = browser.get("/nurse", headers=PAGE)

    refused = [row for row in ward.store.audit_rows() if row.action == "access.refused"]
    assert answer.status_code == (200 if role in CARE else 403)
    assert ("has no access to this page" in answer.text) is (role not in CARE)
    assert [(row.actor, row.detail) for row in refused] == (
        [] if role in CARE else [(ward.user("Ada").id, {"role": role})]
    )


def test_every_view_of_a_case_is_audited(ward: Ward) -> None:
    """H-17: who saw which case; a page that keeps itself up to date adds a row every ten minutes, not every time."""
    flag, browser = flagged(ward), ward.nurse()
    address = f"/nurse/flags/{flag.id}"
    browser.get(address)
    browser.get(address)
    for _ in range(3):
        ward.clock.advance(minutes=4)
        browser.get(address, headers={"x-refresh": "1"})
    browser.get("/nurse/flags/none")

    seen = [(row.actor, row.subject_id) for row in ward.store.audit_rows() if row.action == "case.viewed"]
    assert seen == [(ward.user("Ada").id, flag.id)] * 3


def test_what_shows_patients_words_is_audited() -> None:
    """H-17: no page about one case, no search and no export without a row in the audit."""
    reads = {
        name for name in STAFF if name.startswith("GET") and any(word in name for word in ("{", "search", "export"))
    }

    assert {name for name in reads if not STAFF[name].audit} == set()
