"""Who may do what: every route stands in one of two tables; what stands in neither cannot be served."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.settings import Settings
from bot.store.records import Session, User
from bot.store.users import ROLES
from bot.web.context import Web, web_of
from bot.web.errors import wants_page

SIGN_IN, ENTER_CODE, CHANGE_PASSWORD, ENROL = "/nurse/login", "/nurse/login/code", "/nurse/password", "/nurse/factor"
QUEUE, USERS, AUDIT = "/nurse", "/nurse/users", "/nurse/audit"
STEPS = {
    ENTER_CODE: "Give the code of your second factor first.",
    CHANGE_PASSWORD: "Change your password first.",
    ENROL: "Set up your second factor first.",
}
"""Pages that stand between password and console, in their order, and what a program is told there."""
GLASS_CODES = {
    "incident": "An incident or a complaint is looked into",
    "fault": "A fault of the system is looked into",
    "duty": "A legal duty",
    "care": "A patient needs help and no nurse can be reached",
}
"""Kinds of reason for breaking the glass."""
HOMES = {"admin": USERS, "auditor": AUDIT}
"""Where a role begins; everybody else begins at the queue."""
EVERY = frozenset(ROLES)
CARE = frozenset({"nurse", "lead"})
LEAD = frozenset({"lead"})
ADMIN = frozenset({"admin"})
AUDITOR = frozenset({"auditor"})

_CONSOLE = re.compile(r"/nurse(?:/[\w-][\w.-]*)*")

Handler = Callable[[Request, User], Awaitable[Response]]


@dataclass(frozen=True)
class Rule:
    """Which roles a route lets in. `audit` is the action that is written before the page is sent.

    What an open page fetches `by_itself` is no activity: an idle session still ends. With `glass` the other roles
    may open it for one case and a reason. `sends` names the draft that is dropped when the form was accepted.
    """

    roles: frozenset[str]
    audit: str = ""
    by_itself: bool = False
    glass: bool = False
    sends: str = ""


OPEN = frozenset(
    {
        "GET /",
        "GET /p/{token}",
        "POST /p/{token}",
        "GET /chat",
        "GET /chat/messages",
        "POST /chat/messages",
        "POST /chat/rating",
        "GET /away",
        "GET /nurse/login",
        "POST /nurse/login",
        "POST /nurse/logout",
        "GET /healthz",
        "GET /readyz",
    }
)
"""Routes that ask for no account. The chat asks for the patient's own session (`bot.web.patient`)."""

STAFF = {
    "GET /nurse/login/code": Rule(EVERY),
    "POST /nurse/login/code": Rule(EVERY),
    "GET /nurse/password": Rule(EVERY),
    "POST /nurse/password": Rule(EVERY),
    "GET /nurse/factor": Rule(EVERY),
    "POST /nurse/factor": Rule(EVERY),
    "GET /nurse/factor/code.svg": Rule(EVERY),
    "POST /nurse/factor/remove": Rule(EVERY),
    "GET /nurse/account": Rule(EVERY),
    "POST /nurse/account/sessions/{session_id}/end": Rule(EVERY),
    "GET /nurse/users": Rule(ADMIN),
    "POST /nurse/users": Rule(ADMIN),
    "GET /nurse/users/{user_id}": Rule(ADMIN, audit="user.viewed"),
    "POST /nurse/users/{user_id}/role": Rule(ADMIN),
    "POST /nurse/users/{user_id}/disable": Rule(ADMIN),
    "POST /nurse/users/{user_id}/enable": Rule(ADMIN),
    "POST /nurse/users/{user_id}/password": Rule(ADMIN),
    "POST /nurse/users/{user_id}/factor": Rule(ADMIN),
    "POST /nurse/users/{user_id}/sessions/{session_id}/end": Rule(ADMIN),
    "GET /nurse/audit": Rule(AUDITOR, audit="audit.viewed"),
    "POST /nurse/audit/verify": Rule(AUDITOR),
    "GET /nurse/audit/export": Rule(AUDITOR, audit="audit.exported"),
    "GET /nurse": Rule(CARE),
    "GET /nurse/queue.json": Rule(CARE),
    "GET /nurse/events": Rule(CARE, by_itself=True),
    "GET /nurse/search": Rule(CARE, audit="search.opened"),
    "POST /nurse/search": Rule(CARE, audit="queue.searched"),
    "GET /nurse/next": Rule(CARE),
    "GET /nurse/drafts": Rule(CARE, by_itself=True),
    "POST /nurse/drafts": Rule(CARE),
    "GET /nurse/glass": Rule(LEAD),
    "POST /nurse/glass/{break_id}/review": Rule(LEAD),
    "GET /nurse/overrides": Rule(LEAD, audit="overrides.viewed"),
    "POST /nurse/overrides/{override_id}/review": Rule(LEAD),
    "GET /nurse/flags/{flag_id}": Rule(CARE, audit="case.viewed", glass=True),
    "POST /nurse/flags/{flag_id}/glass": Rule(EVERY - CARE),
    "POST /nurse/flags/{flag_id}/claim": Rule(CARE),
    "POST /nurse/flags/{flag_id}/release": Rule(CARE),
    "POST /nurse/flags/{flag_id}/hand-over": Rule(CARE),
    "POST /nurse/flags/{flag_id}/note": Rule(CARE, sends="note"),
    "POST /nurse/flags/{flag_id}/reply": Rule(CARE, sends="reply"),
    "POST /nurse/flags/{flag_id}/call": Rule(CARE),
    "POST /nurse/flags/{flag_id}/override": Rule(CARE),
    "POST /nurse/flags/{flag_id}/merge": Rule(CARE),
    "POST /nurse/flags/{flag_id}/close": Rule(CARE, sends="close-note"),
}


class UndeclaredRoute(ValueError):
    """A route stands in neither table; the message names it."""


def build_routes(handlers: Mapping[str, Any]) -> list[Route]:
    """Return the routes of `METHOD /path` -> handler; a staff route lets in only whom its rule names.

    Raises UndeclaredRoute.
    """
    return [_route(name, handler) for name, handler in handlers.items()]


def may(user: User, name: str) -> bool:
    """Tell whether an account's role may use a staff route, for instance to offer a link to it."""
    return user.role in STAFF[name].roles


def _route(name: str, handler: Any) -> Route:
    method, path = name.split(" ")
    if name in STAFF:
        return Route(path, _guarded(handler, STAFF[name]), methods=[method])
    if name not in OPEN:
        raise UndeclaredRoute(f"{name} stands in no table of bot.web.access: say there who may use it")
    return Route(path, handler, methods=[method])


def home(user: User) -> str:
    """Return where an account begins after signing in."""
    return HOMES.get(user.role, QUEUE)


def next_step(session: Session, settings: Settings) -> str:
    """Return the page that must come before any other; empty when the session is complete."""
    if not session.proven:
        return ENTER_CODE
    if session.user.must_change:
        return CHANGE_PASSWORD
    return ENROL if settings.second_factor and not session.user.has_factor else ""


def return_path(request: Request) -> str:
    """Return the page to come back to after signing in: this one, or the one whose form was sent; else empty."""
    seen = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
    return safe_path(seen)


def safe_path(path: str) -> str:
    """Return a path if it is a page of the console, else an empty text: no address from outside is ever followed."""
    return path if _CONSOLE.fullmatch(path) and not path.startswith((SIGN_IN, "/nurse/logout")) else ""


def _guarded(handler: Handler, rule: Rule) -> Callable[[Request], Awaitable[Response]]:
    """Let in whom the rule names; send browsers to what must come first, and refuse programs.

    The handler finds the session in `request.state.session`.
    """

    @wraps(handler)
    async def checked(request: Request) -> Response:
        web = web_of(request)
        refresh = rule.by_itself or "x-refresh" in request.headers
        session = await run_in_threadpool(web.store.session, web.nurse_cookie.read(request), not refresh)
        if session is None:
            return _to_sign_in(request)
        step = next_step(session, web.settings)
        if step and not request.url.path.startswith(step):
            return _to_step(request, step)
        user, request.state.session = session.user, session
        if user.role not in rule.roles and not await run_in_threadpool(_looks, web, request, user, rule):
            return await run_in_threadpool(_refused, web, request, user, rule)
        response = await handler(request, user)
        if rule.audit and response.status_code < 400:
            await run_in_threadpool(_note, web, request, user, rule.audit, refresh)
        if rule.sends and response.status_code == 303:
            await run_in_threadpool(web.store.drop_draft, user.id, request.path_params["flag_id"], rule.sends)
        return response

    return checked


def _to_sign_in(request: Request) -> Response:
    if not wants_page(request):
        return JSONResponse({"error": "not_signed_in", "message": "Sign in first."}, status_code=401)
    back = return_path(request)
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': back})}" if back else SIGN_IN, status_code=303)


def _to_step(request: Request, step: str) -> Response:
    if wants_page(request):
        return RedirectResponse(step, status_code=303)
    return JSONResponse({"error": "not_signed_in", "message": STEPS[step]}, status_code=403)


def glass_page(
    web: Web, user: User, flag_id: str, status: int = 403, alert: str = "", code: str = "", reason: str = ""
) -> Response:
    """Offer to open a case that the role may not see."""
    return web.page(
        "nurse/glass.html",
        status,
        user=user,
        flag_id=flag_id,
        codes=GLASS_CODES,
        alert=alert,
        code=code,
        reason=reason,
    )


def _looks(web: Web, request: Request, user: User, rule: Rule) -> bool:
    return rule.glass and web.store.look_until(user.id, request.path_params["flag_id"]) > 0


def _refused(web: Web, request: Request, user: User, rule: Rule) -> Response:
    web.store.audit(user.id, "access.refused", "", {"role": user.role})
    if not wants_page(request):
        message = "Your role may not do this."
        return JSONResponse({"error": "not_allowed", "message": message}, status_code=403)
    if rule.glass:
        return glass_page(web, user, request.path_params["flag_id"])
    return web.page("nurse/refused.html", 403, user=user)


def _note(web: Web, request: Request, user: User, action: str, refresh: bool) -> None:
    subject = next(iter(request.path_params.values()), "")
    web.store.audit_view(user.id, action, subject, again=refresh)
