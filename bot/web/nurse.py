"""The nurse's pages: sign-in, queue, case, claim and close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.store import FlagStateError, NotFound, PasswordError
from bot.store.records import Flag, User
from bot.web.body import MESSAGE_LIMIT, clean, is_blank, read_form, whole_number
from bot.web.cases import Row, case, now_words, row
from bot.web.context import Web, web_of
from bot.web.errors import Refusal, wants_page
from bot.web.live import change_events

SIGN_IN, CHANGE_PASSWORD, QUEUE = "/nurse/login", "/nurse/password", "/nurse"
NOT_SIGNED_IN = "That name and password do not match, or the account is locked for a while after too many tries."
ALREADY_DONE = "This flag has changed since you opened it. This is how it stands now; please look again."
NOTE_MISSING = "Write a note before you close the flag: what did you find, what did you advise?"
NOTE_TOO_LONG = f"The note is longer than {MESSAGE_LIMIT:,} characters. Please shorten it."

Handler = Callable[[Request, User], Awaitable[Response]]


def for_staff(
    handler: Handler, may_need_password: bool = False, by_itself: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Let signed-in staff in; send browsers to sign in, or to change a first password, and refuse programs.

    What an open page fetches `by_itself` (or with the header X-Refresh) is no activity: an idle session still ends.
    """

    @wraps(handler)
    async def checked(request: Request) -> Response:
        web = web_of(request)
        touch = not (by_itself or "x-refresh" in request.headers)
        user = await run_in_threadpool(web.store.session_user, web.nurse_cookie.read(request), touch)
        if user is None:
            return _elsewhere(request, SIGN_IN, 401)
        if user.must_change and not may_need_password:
            return _elsewhere(request, CHANGE_PASSWORD, 403)
        return await handler(request, user)

    return checked


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


async def queue(request: Request, user: User) -> Response:
    """Show every flag that is not closed, in the store's order."""
    return await run_in_threadpool(_queue_page, web_of(request), user)


async def queue_json(request: Request, _user: User) -> Response:
    """Return the queue for programs: ids and words of the rules, never of a patient."""
    return await run_in_threadpool(_queue_json, web_of(request))


async def events(request: Request, _user: User) -> Response:
    """Stream change numbers to an open page."""
    seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = whole_number(seen)
    stream = change_events(web_of(request).store, -1 if after is None else after)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def flag_page(request: Request, user: User) -> Response:
    """Show one case."""
    return await run_in_threadpool(_flag_page, web_of(request), user, request.path_params["flag_id"])


async def claim(request: Request, user: User) -> Response:
    """Take the case: of two nurses one gets it, the other sees who has it."""
    web, flag_id, form = web_of(request), request.path_params["flag_id"], await read_form(request)
    flag = await run_in_threadpool(_flag, web, flag_id)
    try:
        await run_in_threadpool(web.store.claim_flag, flag.id, user.id, _seen_version(form))
    except FlagStateError:
        return await run_in_threadpool(_flag_page, web, user, flag_id, 409, ALREADY_DONE)
    return RedirectResponse(f"/nurse/flags/{flag.id}", status_code=303)


async def close(request: Request, user: User) -> Response:
    """Close a case with a note."""
    web, flag_id, form = web_of(request), request.path_params["flag_id"], await read_form(request)
    flag = await run_in_threadpool(_flag, web, flag_id)
    note = clean(form.get("note", "")).strip()
    if is_blank(note):
        return await run_in_threadpool(_flag_page, web, user, flag_id, 422, NOTE_MISSING)
    if len(note) > MESSAGE_LIMIT:
        return await run_in_threadpool(_flag_page, web, user, flag_id, 413, NOTE_TOO_LONG, note)
    try:
        await run_in_threadpool(web.store.close_flag, flag.id, user.id, note, _seen_version(form))
    except FlagStateError:
        return await run_in_threadpool(_flag_page, web, user, flag_id, 409, ALREADY_DONE, note)
    return RedirectResponse(QUEUE, status_code=303)


def _signed_in(web: Web, user: User, address: str) -> Response:
    response = RedirectResponse(address, status_code=303)
    web.nurse_cookie.put(response, web.store.start_session(user.id))
    return response


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _seen_version(form: dict[str, str]) -> int | None:
    """Return the version of the flag that the nurse had before her eyes; None when the form does not say."""
    return whole_number(form.get("version", ""))


def _elsewhere(request: Request, address: str, status: int) -> Response:
    if wants_page(request):
        return RedirectResponse(address, status_code=303)
    message = "Sign in first." if address == SIGN_IN else "Change your password first."
    return JSONResponse({"error": "not_signed_in", "message": message}, status_code=status)


def _flag(web: Web, flag_id: str) -> Flag:
    try:
        return web.store.flag(flag_id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def _queue_page(web: Web, user: User) -> Response:
    seq = web.store.last_change()
    rows = [row(web, flag) for flag in web.store.open_flags()]
    return web.page("nurse/queue.html", user=user, rows=rows, seq=seq, now=now_words(web))


def _queue_json(web: Web) -> Response:
    seq = web.store.last_change()
    rows = [row(web, flag) for flag in web.store.open_flags()]
    flags = [_flag_json(item) for item in rows]
    return JSONResponse({"seq": seq, "flags": flags})


def _flag_json(item: Row) -> dict[str, object]:
    flag = item.flag
    return {
        "id": flag.id,
        "kind": flag.kind,
        "tier": flag.tier,
        "emergency": flag.emergency,
        "reasons": [{"id": rule, "words": words} for rule, words in zip(flag.reason_ids, item.reasons, strict=True)],
        "raised_ms": flag.raised_ms,
        "waiting": item.waiting,
        "day": item.day,
        "state": flag.state,
        "do_not_phone": flag.do_not_phone,
    }


def _flag_page(web: Web, user: User, flag_id: str, status: int = 200, alert: str = "", note: str = "") -> Response:
    seq = web.store.last_change()
    shown = case(web, _flag(web, flag_id))
    return web.page(
        "nurse/flag.html", status, user=user, case=shown, seq=seq, now=now_words(web), alert=alert, note=note
    )


ROUTES = [
    Route(SIGN_IN, sign_in_page, methods=["GET"]),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route("/nurse/logout", sign_out, methods=["POST"]),
    Route(CHANGE_PASSWORD, for_staff(password_page, may_need_password=True), methods=["GET"]),
    Route(CHANGE_PASSWORD, for_staff(change_password, may_need_password=True), methods=["POST"]),
    Route(QUEUE, for_staff(queue)),
    Route("/nurse/queue.json", for_staff(queue_json)),
    Route("/nurse/events", for_staff(events, by_itself=True)),
    Route("/nurse/flags/{flag_id}", for_staff(flag_page)),
    Route("/nurse/flags/{flag_id}/claim", for_staff(claim), methods=["POST"]),
    Route("/nurse/flags/{flag_id}/close", for_staff(close), methods=["POST"]),
]
