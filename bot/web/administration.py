"""The administrator's pages: accounts, their roles, passwords, second factors and sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import AccountError, NotFound
from bot.store.records import User
from bot.store.users import ROLES, new_password
from bot.web.access import USERS
from bot.web.accounts import end_session, sentence, session_rows
from bot.web.body import clean, read_form
from bot.web.context import web_of
from bot.web.errors import Refusal

ROLE_WORDS = {
    "nurse": "Nurse: queue and cases",
    "lead": "Lead nurse: queue and cases, overrides, and who broke the glass",
    "admin": "Administrator: accounts, no cases",
    "auditor": "Auditor: the audit record, no cases",
}


async def users_page(request: Request, user: User) -> Response:
    """List every account."""
    return await run_in_threadpool(_users_page, request, user)


async def add_user(request: Request, user: User) -> Response:
    """Add an account and show its first password, this once."""
    form = await read_form(request)
    return await run_in_threadpool(_add_user, request, user, clean(form.get("name", "")), form.get("role", ""))


async def user_page(request: Request, user: User) -> Response:
    """Show one account."""
    return await run_in_threadpool(_user_page, request, user)


async def set_role(request: Request, user: User) -> Response:
    """Give an account another role."""
    role = (await read_form(request)).get("role", "")
    return await _change(request, user, lambda store, of: store.set_role(of, role, user.id))


async def disable(request: Request, user: User) -> Response:
    """Let an account in no more."""
    return await _change(request, user, lambda store, of: store.disable_user(of, user.id))


async def enable(request: Request, user: User) -> Response:
    """Let a disabled account in again."""
    return await _change(request, user, lambda store, of: store.enable_user(of, user.id))


async def reset_password(request: Request, user: User) -> Response:
    """Give an account a new first password and show it, this once."""
    return await run_in_threadpool(_reset_password, request, user)


async def reset_factor(request: Request, user: User) -> Response:
    """Take away the second factor of somebody whose phone is lost."""
    return await _change(request, user, lambda store, of: store.remove_factor(of, user.id))


async def end_their_session(request: Request, user: User) -> Response:
    """End one session of an account."""
    await run_in_threadpool(end_session, request, request.path_params["user_id"], user)
    return _back(request)


async def _change(request: Request, user: User, change: Callable[[Any, str], None]) -> Response:
    def changed() -> Response:
        try:
            change(web_of(request).store, _subject(request).id)
        except (AccountError, NotFound) as error:
            return _user_page(request, user, sentence(str(error)), 422)
        return _back(request)

    return await run_in_threadpool(changed)


def _back(request: Request) -> Response:
    return RedirectResponse(f"{USERS}/{request.path_params['user_id']}", status_code=303)


def _subject(request: Request) -> User:
    try:
        return web_of(request).store.user(request.path_params["user_id"])
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def _users_page(request: Request, user: User, alert: str = "", name: str = "", status: int = 200) -> Response:
    web = web_of(request)
    locked = {item.id for item in web.store.users() if web.store.locked_until(item.id)}
    return web.page(
        "nurse/users.html",
        status,
        user=user,
        users=web.store.users(),
        locked=locked,
        roles=ROLES,
        role_words=ROLE_WORDS,
        alert=alert,
        name=name,
    )


def _add_user(request: Request, user: User, name: str, role: str) -> Response:
    web, password = web_of(request), new_password()
    try:
        added = web.store.add_user(name, password, role, by=user.id)
    except AccountError as error:
        return _users_page(request, user, sentence(str(error)), name, 422)
    return web.page("nurse/first_password.html", user=user, subject=added, password=password)


def _user_page(request: Request, user: User, alert: str = "", status: int = 200) -> Response:
    web, subject = web_of(request), _subject(request)
    return web.page(
        "nurse/user.html",
        status,
        user=user,
        subject=subject,
        sessions=session_rows(web, subject.id, request.state.session),
        locked=web.store.locked_until(subject.id) > 0,
        roles=ROLES,
        role_words=ROLE_WORDS,
        alert=alert,
    )


def _reset_password(request: Request, user: User) -> Response:
    web, subject = web_of(request), _subject(request)
    password = web.store.reset_password(subject.id, user.id)
    return web.page("nurse/first_password.html", user=user, subject=subject, password=password)


HANDLERS = {
    "GET /nurse/users": users_page,
    "POST /nurse/users": add_user,
    "GET /nurse/users/{user_id}": user_page,
    "POST /nurse/users/{user_id}/role": set_role,
    "POST /nurse/users/{user_id}/disable": disable,
    "POST /nurse/users/{user_id}/enable": enable,
    "POST /nurse/users/{user_id}/password": reset_password,
    "POST /nurse/users/{user_id}/factor": reset_factor,
    "POST /nurse/users/{user_id}/sessions/{session_id}/end": end_their_session,
}
