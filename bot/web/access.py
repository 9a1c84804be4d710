"""Who may do what: every route stands in one of two tables; what stands in neither cannot be served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.store.records import User
from bot.store.users import ROLES
from bot.web.context import Web, web_of
from bot.web.errors import wants_page

SIGN_IN, CHANGE_PASSWORD, QUEUE = "/nurse/login", "/nurse/password", "/nurse"
EVERY = frozenset(ROLES)
CARE = frozenset({"nurse", "lead"})

Handler = Callable[[Request, User], Awaitable[Response]]


@dataclass(frozen=True)
class Rule:
    """Which roles a route lets in. `audit` is the action that is written before the page is sent.

    What an open page fetches `by_itself` is no activity: an idle session still ends.
    """

    roles: frozenset[str]
    audit: str = ""
    by_itself: bool = False


OPEN = frozenset(
    {
        "GET /",
        "GET /p/{token}",
        "POST /p/{token}",
        "GET /chat",
        "GET /chat/messages",
        "POST /chat/messages",
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
    "GET /nurse/password": Rule(EVERY),
    "POST /nurse/password": Rule(EVERY),
    "GET /nurse": Rule(CARE),
    "GET /nurse/queue.json": Rule(CARE),
    "GET /nurse/events": Rule(CARE, by_itself=True),
    "GET /nurse/flags/{flag_id}": Rule(CARE, audit="case.viewed"),
    "POST /nurse/flags/{flag_id}/claim": Rule(CARE),
    "POST /nurse/flags/{flag_id}/close": Rule(CARE),
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


def _guarded(handler: Handler, rule: Rule) -> Callable[[Request], Awaitable[Response]]:
    """Let in whom the rule names; send browsers to sign in, or to change a first password, and refuse programs."""

    @wraps(handler)
    async def checked(request: Request) -> Response:
        web = web_of(request)
        refresh = rule.by_itself or "x-refresh" in request.headers
        user = await run_in_threadpool(web.store.session_user, web.nurse_cookie.read(request), not refresh)
        if user is None:
            return _elsewhere(request, SIGN_IN, 401)
        if user.must_change and request.url.path != CHANGE_PASSWORD:
            return _elsewhere(request, CHANGE_PASSWORD, 403)
        if user.role not in rule.roles:
            return await run_in_threadpool(_refused, web, request, user)
        response = await handler(request, user)
        if rule.audit and response.status_code < 400:
            await run_in_threadpool(_note, web, request, user, rule.audit, refresh)
        return response

    return checked


def _elsewhere(request: Request, address: str, status: int) -> Response:
    if wants_page(request):
        return RedirectResponse(address, status_code=303)
    message = "Sign in first." if address == SIGN_IN else "Change your password first."
    return JSONResponse({"error": "not_signed_in", "message": message}, status_code=status)


def _refused(web: Web, request: Request, user: User) -> Response:
    web.store.audit(user.id, "access.refused", "", {"role": user.role})
    if wants_page(request):
        return web.page("nurse/refused.html", 403, user=user)
    message = "Your role may not do this."
    return JSONResponse({"error": "not_allowed", "message": message}, status_code=403)


def _note(web: Web, request: Request, user: User, action: str, refresh: bool) -> None:
    subject = next(iter(request.path_params.values()), "")
    web.store.audit_view(user.id, action, subject, again=refresh)
