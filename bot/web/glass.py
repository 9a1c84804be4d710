"""Breaking the glass, and the lead nurse's list of who did and why."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import NotFound
from bot.store.records import GlassBreak, User
from bot.web.access import GLASS_CODES, glass_page
from bot.web.body import clean, is_blank, read_form
from bot.web.context import Web, web_of
from bot.web.errors import Refusal
from bot.web.pages import clock_time, local

GLASS = "/nurse/glass"
REASON_LIMIT = 1000
REASON_MISSING = "Choose a kind of reason and say in a sentence why you need to see this case."


@dataclass(frozen=True)
class GlassRow:
    """One broken glass in words."""

    item: GlassBreak
    who: str
    time: str
    code: str
    reviewed: str


async def break_glass(request: Request, user: User) -> Response:
    """Open one case to read for an hour, for a reason."""
    web, flag_id, form = web_of(request), request.path_params["flag_id"], await read_form(request)
    code, reason = form.get("code", ""), clean(form.get("reason", "")).strip()
    await run_in_threadpool(_known, web, flag_id)
    if code not in GLASS_CODES or is_blank(reason) or len(reason) > REASON_LIMIT:
        return glass_page(web, user, flag_id, 422, REASON_MISSING, code, reason[:REASON_LIMIT])
    await run_in_threadpool(web.store.break_glass, user.id, flag_id, code, reason)
    return RedirectResponse(f"/nurse/flags/{flag_id}", status_code=303)


async def glass_list(request: Request, user: User) -> Response:
    """Show who broke the glass, those that nobody has reviewed first."""
    return await run_in_threadpool(_glass_list, request, user)


async def review(request: Request, user: User) -> Response:
    """Record that the lead nurse has read why."""
    try:
        await run_in_threadpool(web_of(request).store.review_glass, request.path_params["break_id"], user.id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None
    return RedirectResponse(GLASS, status_code=303)


def _known(web: Web, flag_id: str) -> None:
    try:
        web.store.flag(flag_id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def _glass_list(request: Request, user: User) -> Response:
    web = web_of(request)
    names = {item.id: item.name for item in web.store.users()}
    rows = [_row(web, item, names) for item in web.store.glass_breaks()]
    return web.page("nurse/glass_list.html", user=user, rows=rows)


def _row(web: Web, item: GlassBreak, names: dict[str, str]) -> GlassRow:
    zone = web.settings.site.zone
    now = local(web.clock.now_ms(), zone)
    reviewed = ""
    if item.reviewed_ms is not None:
        reviewed = f"{names.get(item.reviewed_by or '', '')}, {clock_time(local(item.reviewed_ms, zone), now)}"
    code = GLASS_CODES.get(item.code, item.code)
    return GlassRow(item, names.get(item.user_id, ""), clock_time(local(item.at_ms, zone), now), code, reviewed)


HANDLERS = {
    "POST /nurse/flags/{flag_id}/glass": break_glass,
    "GET /nurse/glass": glass_list,
    "POST /nurse/glass/{break_id}/review": review,
}
