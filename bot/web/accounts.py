"""A member of staff's own account: sign-in, sign-out, password."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import PasswordError
from bot.store.records import User
from bot.web.access import CHANGE_PASSWORD, QUEUE, SIGN_IN
from bot.web.body import clean, read_form
from bot.web.context import Web, web_of

NOT_SIGNED_IN = "That name and password do not match, or the account is locked for a while after too many tries."


async def sign_in_page(request: Request) -> Response:
    """Show the sign-in form."""
    return web_of(request).page("nurse/login.html", alert="", name="")


async def sign_in(request: Request) -> Response:
    """Check name and password and open a session."""
    web, form = web_of(request), await read_form(request)
    name = clean(form.get("name", ""))
    user = await run_in_threadpool(web.store.authenticate, name, form.get("password", ""))
    if user is None:
        return web.page("nurse/login.html", 401, alert=NOT_SIGNED_IN, name=name)
    return await run_in_threadpool(_signed_in, web, user, CHANGE_PASSWORD if user.must_change else QUEUE)


async def sign_out(request: Request) -> Response:
    """End the session."""
    web = web_of(request)
    await run_in_threadpool(web.store.end_session, web.nurse_cookie.read(request))
    response = RedirectResponse(SIGN_IN, status_code=303)
    web.nurse_cookie.clear(response)
    return response


async def password_page(request: Request, user: User) -> Response:
    """Show the form that changes one's own password."""
    return web_of(request).page("nurse/password.html", user=user, alert="")


async def change_password(request: Request, user: User) -> Response:
    """Change one's own password; the store judges it."""
    web, form = web_of(request), await read_form(request)
    old, new = form.get("old", ""), form.get("new", "")
    if new != form.get("again", ""):
        return web.page("nurse/password.html", 422, user=user, alert="The two new passwords differ.")
    try:
        await run_in_threadpool(web.store.change_password, user.id, old, new)
    except PasswordError as error:
        return web.page("nurse/password.html", 422, user=user, alert=_sentence(str(error)))
    # The store ended every session of the account, this one too.
    return await run_in_threadpool(_signed_in, web, user, QUEUE)


def _signed_in(web: Web, user: User, address: str) -> Response:
    response = RedirectResponse(address, status_code=303)
    web.nurse_cookie.put(response, web.store.start_session(user.id))
    return response


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


HANDLERS = {
    "GET /nurse/login": sign_in_page,
    "POST /nurse/login": sign_in,
    "POST /nurse/logout": sign_out,
    "GET /nurse/password": password_page,
    "POST /nurse/password": change_password,
}
