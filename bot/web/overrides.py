"""Review of overridden cases: a second person confirms what may leave the clinic for evaluation, and hides more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.casework.overridden import find_words, scrubbed, spoken
from bot.store import FlagStateError, NotFound
from bot.store.records import Override, User
from bot.web.body import read_form
from bot.web.cards import LABELS
from bot.web.cases import user_name, when
from bot.web.context import Web, web_of
from bot.web.errors import Refusal

OVERRIDES = "/nurse/overrides"
DECISIONS = ("confirm", "reject")


@dataclass(frozen=True)
class Waiting:
    """An override in words, and its texts as they would be exported."""

    item: Override
    who: str
    time: str
    before: str
    after: str
    reason: str
    texts: tuple[str, ...]
    mine: bool


async def overrides(request: Request, user: User) -> Response:
    """Show what waits for review."""
    return await run_in_threadpool(_page, web_of(request), user)


async def review(request: Request, user: User) -> Response:
    """Confirm or reject one; `hide` takes words to leave out, and `look` shows the texts without them first."""
    web, form = web_of(request), await read_form(request)
    return await run_in_threadpool(_review, web, user, request.path_params["override_id"], form)


def _review(web: Web, user: User, override_id: str, form: dict[str, str]) -> Response:
    try:
        item = web.store.override(override_id)
        spans = find_words(spoken(web.store, item), form.get("hide", "").split(","))
        if form.get("decision") not in DECISIONS:
            return _page(web, user, 200 if form.get("decision") == "look" else 422, replace(item, hidden=spans), form)
        web.store.review_override(item.id, user.id, form["decision"] == "confirm", spans)
    except NotFound:
        raise Refusal(404, "not_found", "utter_web_not_found") from None
    except FlagStateError:
        return _page(web, user, 409)
    return RedirectResponse(OVERRIDES, status_code=303)


def _page(
    web: Web, user: User, status: int = 200, looked: Override | None = None, form: dict[str, str] | None = None
) -> Response:
    """Render what waits; `looked` is the one whose hidden words she tries out."""
    items = [looked if looked and item.id == looked.id else item for item in web.store.overrides_in("pending")]
    return web.page(
        "nurse/overrides.html",
        status,
        user=user,
        labels=LABELS,
        waiting=[_waiting(web, user, item) for item in items],
        confirmed=len(web.store.overrides_in("confirmed")),
        looked=looked.id if looked else "",
        hide=(form or {}).get("hide", ""),
    )


def _waiting(web: Web, user: User, item: Override) -> Waiting:
    return Waiting(
        item=item,
        who=user_name(web, item.user_id),
        time=when(web, item.at_ms),
        before=_tier(item.from_tier, item.from_emergency),
        after=_tier(item.to_tier, item.to_emergency),
        reason=web.desk.override_reasons.get(item.reason, item.reason),
        texts=scrubbed(web.store, item, web.guide.known),
        mine=item.user_id == user.id,
    )


def _tier(tier: str, emergency: bool) -> str:
    return "emergency" if emergency else tier


HANDLERS = {"GET /nurse/overrides": overrides, "POST /nurse/overrides/{override_id}/review": review}
