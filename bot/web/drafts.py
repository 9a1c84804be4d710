"""What a nurse is writing is kept at the server while she writes, and given back after a log-off."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.store import NotFound
from bot.store.records import User
from bot.web.body import MESSAGE_LIMIT, clean, read_form
from bot.web.context import web_of
from bot.web.errors import Refusal

_FIELD = re.compile(r"[a-z][a-z-]{0,31}")


async def save(request: Request, user: User) -> Response:
    """Keep what stands in one field of a case; what is too long to be sent is kept up to there."""
    form, store = await read_form(request), web_of(request).store
    flag_id, field, text = form.get("flag", ""), form.get("field", ""), clean(form.get("text", ""))[:MESSAGE_LIMIT]
    if not _FIELD.fullmatch(field):
        raise Refusal(422, "bad_field", "utter_web_unreadable")
    try:
        await run_in_threadpool(store.flag, flag_id)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None
    await run_in_threadpool(store.save_draft, user.id, flag_id, field, text)
    return Response(status_code=204)


async def drafts(request: Request, user: User) -> Response:
    """Return what this account has typed and not sent in a case, by field."""
    flag_id = request.query_params.get("flag", "")
    return JSONResponse({"drafts": await run_in_threadpool(web_of(request).store.drafts, user.id, flag_id)})


HANDLERS = {"POST /nurse/drafts": save, "GET /nurse/drafts": drafts}
