"""Who may do what: every route of the application against every kind of visitor."""

from __future__ import annotations

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.settings import ROOT
from bot.store.users import ROLES
from bot.web.access import CARE, OPEN, STAFF, Rule, UndeclaredRoute, build_routes
from tests.web.conftest import PAGE, PASSWORD, Ward, flagged

JSON = {"accept": "application/json"}
ACTORS = ("nobody", "patient", "first login", *ROLES)
# The route, then the status for each actor in the order of ACTORS. What a form without its fields answers is 422.
PERMISSIONS: dict[str, tuple[int, ...]] = {
    "GET /": (200,) * 7,
    "GET /p/{token}": (404,) * 7,
    "POST /p/{token}": (404,) * 7,
    "GET /chat": (401, 200, 401, 401, 401, 401, 401),
    "GET /chat/messages": (401, 200, 401, 401, 401, 401, 401),
    "POST /chat/messages": (401, 422, 401, 401, 401, 401, 401),
    "POST /chat/rating": (401, 422, 401, 401, 401, 401, 401),
    "GET /away": (200,) * 7,
    "GET /healthz": (200,) * 7,
    "GET /readyz": (200,) * 7,
    "GET /nurse/login": (200,) * 7,
    "POST /nurse/login": (401,) * 7,
    "POST /nurse/logout": (303,) * 7,
    "GET /nurse/login/code": (401, 401, 403, 303, 303, 303, 303),
    "POST /nurse/login/code": (401, 401, 403, 303, 303, 303, 303),
    "GET /nurse/password": (401, 401, 200, 200, 200, 200, 200),
    "POST /nurse/password": (401, 401, 422, 422, 422, 422, 422),
    "GET /nurse/factor": (401, 401, 403, 200, 200, 200, 200),
    "POST /nurse/factor": (401, 401, 403, 422, 422, 422, 422),
    "GET /nurse/factor/code.svg": (401, 401, 403, 200, 200, 200, 200),
    "POST /nurse/factor/remove": (401, 401, 403, 422, 422, 422, 422),
    "GET /nurse/account": (401, 401, 403, 200, 200, 200, 200),
    "POST /nurse/account/sessions/{session_id}/end": (401, 401, 403, 404, 404, 404, 404),
    "GET /nurse/users": (401, 401, 403, 403, 403, 200, 403),
    "POST /nurse/users": (401, 401, 403, 403, 403, 422, 403),
    "GET /nurse/users/{user_id}": (401, 401, 403, 403, 403, 200, 403),
    "POST /nurse/users/{user_id}/role": (401, 401, 403, 403, 403, 422, 403),
    "POST /nurse/users/{user_id}/disable": (401, 401, 403, 403, 403, 303, 403),
    "POST /nurse/users/{user_id}/enable": (401, 401, 403, 403, 403, 303, 403),
    "POST /nurse/users/{user_id}/password": (401, 401, 403, 403, 403, 200, 403),
    "POST /nurse/users/{user_id}/factor": (401, 401, 403, 403, 403, 422, 403),
    "POST /nurse/users/{user_id}/sessions/{session_id}/end": (401, 401, 403, 403, 403, 404, 403),
    "GET /nurse/audit": (401, 401, 403, 403, 403, 403, 200),
    "POST /nurse/audit/verify": (401, 401, 403, 403, 403, 403, 200),
    "GET /nurse/audit/export": (401, 401, 403, 403, 403, 403, 200),
    "GET /nurse/drafts": (401, 401, 403, 200, 200, 403, 403),
    "POST /nurse/drafts": (401, 401, 403, 422, 422, 403, 403),
    "GET /nurse/glass": (401, 401, 403, 403, 200, 403, 403),
    "POST /nurse/glass/{break_id}/review": (401, 401, 403, 403, 404, 403, 403),
    "POST /nurse/flags/{flag_id}/glass": (401, 401, 403, 403, 403, 422, 422),
    "GET /nurse": (401, 401, 403, 200, 200, 403, 403),
    "GET /nurse/queue.json": (401, 401, 403, 200, 200, 403, 403),
    "GET /nurse/search": (401, 401, 403, 200, 200, 403, 403),
    "POST /nurse/search": (401, 401, 403, 200, 200, 403, 403),
    "GET /nurse/next": (401, 401, 403, 303, 303, 403, 403),
    "GET /nurse/overrides": (401, 401, 403, 403, 200, 403, 403),
    "POST /nurse/overrides/{override_id}/review": (401, 401, 403, 403, 404, 403, 403),
    "GET /nurse/flags/{flag_id}": (401, 401, 403, 200, 200, 403, 403),
    "POST /nurse/flags/{flag_id}/claim": (401, 401, 403, 303, 303, 403, 403),
    "POST /nurse/flags/{flag_id}/hand-over": (401, 401, 403, 409, 409, 403, 403),
    "POST /nurse/flags/{flag_id}/release": (401, 401, 403, 303, 303, 403, 403),
    "POST /nurse/flags/{flag_id}/note": (401, 401, 403, 422, 422, 403, 403),
    "POST /nurse/flags/{flag_id}/reply": (401, 401, 403, 422, 422, 403, 403),
    "POST /nurse/flags/{flag_id}/call": (401, 401, 403, 422, 422, 403, 403),
    "POST /nurse/flags/{flag_id}/override": (401, 401, 403, 422, 422, 403, 403),
    "POST /nurse/flags/{flag_id}/merge": (401, 401, 403, 422, 422, 403, 403),
    "POST /nurse/flags/{flag_id}/close": (401, 401, 403, 422, 422, 403, 403),
}
# It does not end, so it is asked for only where it is refused.
ENDLESS = {"GET /nurse/events": (401, 401, 403, 0, 0, 403, 403)}


def visitor(ward: Ward, actor: str) -> TestClient:
    """Return the browser of an actor with a session of its own."""
    if actor == "patient":
        return ward.patient()
    browser = ward.browser()
    if actor != "nobody":
        users = [user for user in ward.store.users() if user.name == actor]
        role = actor if actor in ROLES else "nurse"
        user = (users or [ward.store.add_user(actor, PASSWORD, role, must_change=actor not in ROLES)])[0]
        browser.cookies.set("hsg_nurse", ward.store.start_session(user.id))
    return browser


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_do_what(ward: Ward, actor: str) -> None:
    """H-18: every route answers every kind of visitor as the table says; what is not allowed is refused."""
    column = ACTORS.index(actor)
    expected = {name: row[column] for name, row in {**PERMISSIONS, **ENDLESS}.items() if row[column]}
    known = {
        "flag_id": flagged(ward).id,
        "user_id": ward.store.add_user("Zoe", PASSWORD, "nurse").id,
        "token": "none",
        "session_id": "none",
        "break_id": "none",
        "override_id": "none",
    }

    def status(name: str) -> int:
        method, path = name.split(" ")
        return visitor(ward, actor).request(method, path.format_map(known), headers=JSON).status_code

    assert {name: status(name) for name in expected} == expected


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


def test_the_roles_in_the_documents_are_those_of_the_application() -> None:
    """docs/accounts.md shows what bot/web/access.py says; on a difference put the table below in its place."""
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    shown = text.split("<!-- roles -->\n")[1].split("<!-- /roles -->")[0]

    def cell(rule: Rule, role: str) -> str:
        return "yes" if role in rule.roles else r"\*" if rule.glass else "no"

    heads = ["route", *ROLES]
    lines = [heads, ["---"] * len(heads)]
    lines += [[f"`{name}`", *(cell(rule, role) for role in ROLES)] for name, rule in STAFF.items()]
    assert shown == "".join(f"| {' | '.join(line)} |\n" for line in lines)
