"""A member of staff's own account: sign-in and sign-out, password, second factor, sessions."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pyotp
import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import CodeError, NotFound, PasswordError
from bot.store.records import Session, User
from bot.web.access import ENROL, ENTER_CODE, SIGN_IN, home, safe_path
from bot.web.body import clean, read_form
from bot.web.context import Web, web_of
from bot.web.devices import device_words
from bot.web.errors import Refusal
from bot.web.pages import clock_time, duration, local

NOT_SIGNED_IN = "That name and password do not match, or the account is locked for a while after too many tries."
NOT_PROVEN = "That code is not right, or was used already. After too many tries wait a while, then take the next code."
ACCOUNT = "/nurse/account"


@dataclass(frozen=True)
class SessionRow:
    """An open session in words. `own` is the one that asks."""

    id: str
    device: str
    address: str
    begun: str
    idle: str
    own: bool


async def sign_in_page(request: Request) -> Response:
    """Show the sign-in form."""
    back = safe_path(request.query_params.get("next", ""))
    return web_of(request).page("nurse/login.html", alert="", name="", back=back)


async def sign_in(request: Request) -> Response:
    """Check name and password and open a session; it waits for a code where the account has a second factor."""
    web, form = web_of(request), await read_form(request)
    name, back = clean(form.get("name", "")), safe_path(form.get("next", ""))
    user = await run_in_threadpool(web.store.authenticate, name, form.get("password", ""), address(request))
    if user is None:
        return web.page("nurse/login.html", 401, alert=NOT_SIGNED_IN, name=name, back=back)
    token = await run_in_threadpool(_open_session, request, user, not user.has_factor)
    return _with_session(web, token, f"{ENTER_CODE}?next={back}" if user.has_factor and back else back or home(user))


async def code_page(request: Request, user: User) -> Response:
    """Ask for the code of the second factor."""
    return _code_page(request, user, safe_path(request.query_params.get("next", "")))


async def enter_code(request: Request, user: User) -> Response:
    """Check the code, and give the browser another session: this one may have been seen before the code was."""
    web, form = web_of(request), await read_form(request)
    token, back = web.nurse_cookie.read(request), safe_path(form.get("next", ""))
    proven = await run_in_threadpool(web.store.prove_session, token, form.get("code", ""), address(request))
    if proven is None:
        return _code_page(request, user, back, NOT_PROVEN, 401)
    return _with_session(web, proven, back or home(user))


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
        return web.page("nurse/password.html", 422, user=user, alert=sentence(str(error)))
    # The store ended every session of the account, this one too.
    return _with_session(web, await run_in_threadpool(_open_session, request, user, True), home(user))


async def account_page(request: Request, user: User) -> Response:
    """Show one's own account: role, second factor, sessions."""
    return await run_in_threadpool(_account_page, request, user)


async def end_own_session(request: Request, user: User) -> Response:
    """End one of one's own sessions, for instance on a computer left behind."""
    await run_in_threadpool(end_session, request, user.id, user)
    return RedirectResponse(ACCOUNT, status_code=303)


async def factor_page(request: Request, user: User) -> Response:
    """Show the QR code to scan, and ask for a first code."""
    if user.has_factor:
        return RedirectResponse(ACCOUNT, status_code=303)
    return await run_in_threadpool(_factor_page, request, user, "")


async def factor_image(request: Request, user: User) -> Response:
    """Return the QR code that an authenticator app scans; only until the factor is confirmed."""
    return await run_in_threadpool(_factor_image, request, user)


async def confirm_factor(request: Request, user: User) -> Response:
    """Turn the second factor on, and show the recovery codes this once."""
    web, form = web_of(request), await read_form(request)
    try:
        codes = await run_in_threadpool(web.store.confirm_factor, user.id, form.get("code", ""))
    except CodeError as error:
        return await run_in_threadpool(_factor_page, request, user, sentence(str(error)), 422)
    except NotFound:
        return RedirectResponse(ENROL, status_code=303)
    return web.page("nurse/codes.html", user=web.store.user(user.id), codes=codes, onward=home(user))


async def remove_factor(request: Request, user: User) -> Response:
    """Take one's own second factor away, for instance to enrol another phone. Asks for the password again."""
    web, form = web_of(request), await read_form(request)
    try:
        await run_in_threadpool(web.store.confirm_password, user.id, form.get("password", ""))
        await run_in_threadpool(web.store.remove_factor, user.id, user.id)
    except PasswordError:
        return await run_in_threadpool(_account_page, request, user, "That is not your password.", 422)
    except NotFound:
        pass
    return RedirectResponse(ENROL, status_code=303)


def session_rows(web: Web, user_id: str, own: Session) -> list[SessionRow]:
    """Return the open sessions of an account in words, latest first."""
    now, zone = web.clock.now_ms(), web.settings.site.zone
    return [
        SessionRow(
            id=session.id,
            device=session.device,
            address=session.address,
            begun=clock_time(local(session.started_ms, zone), local(now, zone)),
            idle=duration(now - session.seen_ms),
            own=session.id == own.id,
        )
        for session in web.store.sessions(user_id)
    ]


def end_session(request: Request, user_id: str, by: User) -> None:
    """End the session that the path names, if it is this account's."""
    try:
        web_of(request).store.revoke_session(user_id, request.path_params["session_id"], by.id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def address(request: Request) -> str:
    """Return where a request comes from; behind a proxy on this machine uvicorn takes it from X-Forwarded-For."""
    return request.client.host if request.client else ""


def sentence(text: str) -> str:
    """Return an error's message as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def _open_session(request: Request, user: User, proven: bool) -> str:
    device = device_words(request.headers.get("user-agent", ""))
    return web_of(request).store.start_session(user.id, proven, address(request), device)


def _with_session(web: Web, token: str, onward: str) -> Response:
    response = RedirectResponse(onward, status_code=303)
    web.nurse_cookie.put(response, token)
    return response


def _code_page(request: Request, user: User, back: str, alert: str = "", status: int = 200) -> Response:
    if request.state.session.proven:
        return RedirectResponse(home(user), status_code=303)
    return web_of(request).page("nurse/code.html", status, alert=alert, back=back)


def _account_page(request: Request, user: User, alert: str = "", status: int = 200) -> Response:
    web = web_of(request)
    rows = session_rows(web, user.id, request.state.session)
    left = web.store.recovery_codes_left(user.id)
    required = web.settings.second_factor
    return web.page(
        "nurse/account.html", status, user=user, sessions=rows, codes_left=left, required=required, alert=alert
    )


def _factor_page(request: Request, user: User, alert: str, status: int = 200) -> Response:
    web = web_of(request)
    secret = web.store.begin_factor(user.id)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return web.page("nurse/factor.html", status, user=user, secret=groups, alert=alert)


def _factor_image(request: Request, user: User) -> Response:
    web = web_of(request)
    try:
        secret = web.store.begin_factor(user.id)
    except CodeError:
        raise Refusal(404, "not_found", "utter_web_not_found") from None
    address_ = pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=web.settings.site.name)
    image = io.BytesIO()
    segno.make(address_, error="m").save(image, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
    return Response(image.getvalue(), media_type="image/svg+xml")


HANDLERS = {
    "GET /nurse/login": sign_in_page,
    "POST /nurse/login": sign_in,
    "GET /nurse/login/code": code_page,
    "POST /nurse/login/code": enter_code,
    "POST /nurse/logout": sign_out,
    "GET /nurse/password": password_page,
    "POST /nurse/password": change_password,
    "GET /nurse/account": account_page,
    "POST /nurse/account/sessions/{session_id}/end": end_own_session,
    "GET /nurse/factor": factor_page,
    "POST /nurse/factor": confirm_factor,
    "GET /nurse/factor/code.svg": factor_image,
    "POST /nurse/factor/remove": remove_factor,
}
