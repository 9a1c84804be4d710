"""A case: its page, and closing it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import FlagStateError, NotFound
from bot.store.records import Flag, User
from bot.web.access import CARE, QUEUE
from bot.web.body import MESSAGE_LIMIT, clean, is_blank, read_form, whole_number
from bot.web.cases import case, now_words
from bot.web.context import Web, web_of
from bot.web.errors import Refusal
from bot.web.waits import wait

ALREADY_DONE = "This flag has changed since you opened it. This is how it stands now; please look again."
NOTE_MISSING = "Write a note before you close the flag: what did you find, what did you advise?"
NOTE_TOO_LONG = f"The note is longer than {MESSAGE_LIMIT:,} characters. Please shorten it."


async def flag_page(request: Request, user: User) -> Response:
    """Show one case; when its holder opens it, she is at work on it."""
    web, flag_id = web_of(request), request.path_params["flag_id"]
    if "x-refresh" not in request.headers and (await run_in_threadpool(find_flag, web, flag_id)).claimed_by == user.id:
        await run_in_threadpool(web.store.keep_claim, flag_id, user.id)
    return await run_in_threadpool(flag_view, web, user, flag_id)


async def close(request: Request, user: User) -> Response:
    """Close a case with a note."""
    web, flag_id, form = web_of(request), request.path_params["flag_id"], await read_form(request)
    flag = await run_in_threadpool(find_flag, web, flag_id)
    note = clean(form.get("note", "")).strip()
    if is_blank(note):
        return await run_in_threadpool(flag_view, web, user, flag_id, 422, NOTE_MISSING)
    if len(note) > MESSAGE_LIMIT:
        return await run_in_threadpool(flag_view, web, user, flag_id, 413, NOTE_TOO_LONG, note)
    try:
        await run_in_threadpool(web.store.close_flag, flag.id, user.id, note, seen_version(form))
    except FlagStateError:
        return await run_in_threadpool(flag_view, web, user, flag_id, 409, ALREADY_DONE, note)
    return RedirectResponse(QUEUE, status_code=303)


def seen_version(form: dict[str, str]) -> int | None:
    """Return the version of the flag that the nurse had before her eyes; None when the form does not say."""
    return whole_number(form.get("version", ""))


def find_flag(web: Web, flag_id: str) -> Flag:
    """Return a flag; Refusal 404 if there is none."""
    try:
        return web.store.flag(flag_id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def flag_view(web: Web, user: User, flag_id: str, status: int = 200, alert: str = "", note: str = "") -> Response:
    """Return the page of a case, with what went wrong and the note that she was writing."""
    seq = web.store.last_change()
    shown = case(web, find_flag(web, flag_id))
    return web.page(
        "nurse/flag.html",
        status,
        user=user,
        case=shown,
        wait=wait(web, shown.row.flag),
        staff=[each for each in web.store.users() if each.role in CARE and not each.disabled],
        seq=seq,
        now=now_words(web),
        alert=alert,
        note=note,
    )


HANDLERS = {
    "GET /nurse/flags/{flag_id}": flag_page,
    "POST /nurse/flags/{flag_id}/close": close,
}
