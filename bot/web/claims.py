"""Who holds a case: claim, release, hand over. Of two nurses one gets it, the other sees who has it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import Flag, FlagStateError, NotFound
from bot.store.records import User
from bot.web.access import QUEUE
from bot.web.body import read_form
from bot.web.case.page import ALREADY_DONE, find, seen_version, show
from bot.web.context import Web, web_of

Step = Callable[[Flag, dict[str, str]], Flag]


async def claim(request: Request, user: User) -> Response:
    """Take the case."""
    store = web_of(request).store
    return await _step(request, user, lambda flag, form: store.claim_flag(flag.id, user.id, seen_version(form)))


async def release(request: Request, user: User) -> Response:
    """Give the case back to the queue."""
    store = web_of(request).store
    return await _step(request, user, lambda flag, form: store.release_flag(flag.id, user.id, seen_version(form)))


async def hand_over(request: Request, user: User) -> Response:
    """Give the case to a colleague; a lead may take it over."""
    store = web_of(request).store

    def give(flag: Flag, form: dict[str, str]) -> Flag:
        return store.hand_over_flag(flag.id, user.id, form.get("to", ""), seen_version(form))

    return await _step(request, user, give)


async def _step(request: Request, user: User, step: Step) -> Response:
    form = await read_form(request)
    return await run_in_threadpool(_take, web_of(request), user, request.path_params["flag_id"], step, form)


def _take(web: Web, user: User, flag_id: str, step: Step, form: dict[str, str]) -> Response:
    """Take the step; who holds the case afterwards stays on its page, who does not goes to the queue."""
    flag = find(web, flag_id)
    try:
        after = step(flag, form)
    except (FlagStateError, NotFound):
        return show(web, user, flag_id, 409, ALREADY_DONE)
    mine = after.claimed_by == user.id
    return RedirectResponse(f"{QUEUE}/flags/{flag.id}" if mine else QUEUE, status_code=303)


HANDLERS = {
    "POST /nurse/flags/{flag_id}/claim": claim,
    "POST /nurse/flags/{flag_id}/release": release,
    "POST /nurse/flags/{flag_id}/hand-over": hand_over,
}
