"""The nurse's pages: queue, case, claim and close."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.store import FlagStateError, NotFound
from bot.store.records import Flag, User
from bot.web.access import QUEUE
from bot.web.body import MESSAGE_LIMIT, clean, is_blank, read_form, whole_number
from bot.web.cases import Row, case, now_words, row
from bot.web.context import Web, web_of
from bot.web.errors import Refusal
from bot.web.live import change_events

ALREADY_DONE = "This flag has changed since you opened it. This is how it stands now; please look again."
NOTE_MISSING = "Write a note before you close the flag: what did you find, what did you advise?"
NOTE_TOO_LONG = f"The note is longer than {MESSAGE_LIMIT:,} characters. Please shorten it."


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


def _seen_version(form: dict[str, str]) -> int | None:
    """Return the version of the flag that the nurse had before her eyes; None when the form does not say."""
    return whole_number(form.get("version", ""))


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


HANDLERS = {
    "GET /nurse": queue,
    "GET /nurse/queue.json": queue_json,
    "GET /nurse/events": events,
    "GET /nurse/flags/{flag_id}": flag_page,
    "POST /nurse/flags/{flag_id}/claim": claim,
    "POST /nurse/flags/{flag_id}/close": close,
}
