"""The page of one case."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.store import NotFound
from bot.store.records import Flag, User
from bot.web.access import CARE
from bot.web.body import MESSAGE_LIMIT, new_client_id, whole_number
from bot.web.cards import LABELS
from bot.web.case.view import case
from bot.web.cases import now_words
from bot.web.context import Web, web_of
from bot.web.errors import Refusal
from bot.web.waits import wait

ALREADY_DONE = "This flag has changed since you opened it. This is how it stands now; please look again."
TIERS = ("emergency", "urgent", "call_soon", "normal")
"""Tiers that a nurse may give."""
FIELDS = ("reply", "outcome", "note", "tier", "reason", "disposition", "close_note")
"""Fields of the page's forms."""


async def flag_page(request: Request, user: User) -> Response:
    """Show one case; when its holder opens it, she is at work on it.

    `?say=` puts a ready sentence into the reply, for her to change and send.
    """
    web, flag_id, ready = web_of(request), request.path_params["flag_id"], request.query_params.get("say", "")
    if "x-refresh" not in request.headers and (await run_in_threadpool(find, web, flag_id)).claimed_by == user.id:
        await run_in_threadpool(web.store.keep_claim, flag_id, user.id)
    return await run_in_threadpool(show, web, user, flag_id, ready=ready)


def show(
    web: Web,
    user: User,
    flag_id: str,
    status: int = 200,
    alert: str = "",
    drafts: Mapping[str, str] | None = None,
    ready: str = "",
) -> Response:
    """Render a case; `drafts` are the fields of a form that was refused, given back to it."""
    seq = web.store.last_change()
    shown = case(web, user, find(web, flag_id))
    chosen = {item.id: text for item, text in shown.canned}.get(ready, "")
    return web.page(
        "nurse/flag.html",
        status,
        user=user,
        case=shown,
        seq=seq,
        now=now_words(web),
        alert=alert,
        drafts={**dict.fromkeys(FIELDS, ""), "reply": chosen, **(drafts or {})},
        wait=wait(web, shown.row.flag),
        staff=[each for each in web.store.users() if each.role in CARE and not each.disabled],
        desk=web.desk,
        tiers=TIERS,
        labels=LABELS,
        client_id=new_client_id(),
        limit=MESSAGE_LIMIT,
    )


def find(web: Web, flag_id: str) -> Flag:
    """Return a flag, or refuse with 404."""
    try:
        return web.store.flag(flag_id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None


def seen_version(form: Mapping[str, str]) -> int | None:
    """Return the version of the flag that the nurse had before her eyes; None when the form does not say."""
    return whole_number(form.get("version", ""))


HANDLERS = {"GET /nurse/flags/{flag_id}": flag_page}
