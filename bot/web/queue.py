"""The queue: what waits for a nurse, in which order, and how long it may; filtered, searched, live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.store import Excerpt, Flag, FlagFilter
from bot.store.records import User
from bot.store.search import STATES, TIERS
from bot.web.access import CARE, QUEUE
from bot.web.body import clean, read_form, whole_number
from bot.web.cases import KINDS, Row, now_words, row, user_name
from bot.web.context import Web, web_of
from bot.web.live import change_events
from bot.web.waits import Wait, wait

PAGE_ROWS, FOUND_ROWS = 50, 30
FILTERS = ("tier", "holder", "reason", "kind", "state", "since", "until")
NEXT_AMONG = 500
"""How far down the queue the next case is looked for."""


@dataclass(frozen=True)
class Line:
    """One line of the queue: a flag in words, how long it may wait, who holds it, where a search found it."""

    row: Row
    wait: Wait
    holder: str
    mine: bool
    excerpt: Excerpt | None = None


@dataclass(frozen=True)
class View:
    """A way to look at the queue, as a link: its words, how many flags it shows, whether it is the one shown."""

    words: str
    address: str
    count: int
    shown: bool


async def queue(request: Request, user: User) -> Response:
    """Show what waits, page by page, all of it or one tier, finding or holder."""
    return await run_in_threadpool(_queue_page, web_of(request), user, request.query_params)


async def queue_json(request: Request, user: User) -> Response:
    """Return the queue for programs: ids and words of the rules, never of a patient."""
    return await run_in_threadpool(_queue_json, web_of(request), user, request.query_params)


async def search_page(request: Request, user: User) -> Response:
    """Show the empty search form."""
    return await run_in_threadpool(_search_page, web_of(request), user, {})


async def search(request: Request, user: User) -> Response:
    """Search. A form posts it: what a patient wrote must not stand in an address (H-15)."""
    form = await read_form(request)
    return await run_in_threadpool(_search_page, web_of(request), user, form, True)


async def next_case(request: Request, _user: User) -> Response:
    """Go to the next case that nobody holds, after the one that is shown."""
    store, seen = web_of(request).store, request.query_params.get("after", "")
    flags = await run_in_threadpool(store.queue, FlagFilter(holder="nobody"), NEXT_AMONG)
    ids = [flag.id for flag in flags]
    place = ids.index(seen) + 1 if seen in ids else 0
    coming = [flag_id for flag_id in (*ids[place:], *ids[:place]) if flag_id != seen]
    return RedirectResponse(f"{QUEUE}/flags/{coming[0]}" if coming else QUEUE, status_code=303)


async def events(request: Request, _user: User) -> Response:
    """Stream change numbers to an open page."""
    seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = whole_number(seen)
    stream = change_events(web_of(request).store, -1 if after is None else after)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def asked_for(web: Web, user: User, given: Mapping[str, str], state: str = "waiting") -> FlagFilter:
    """Read a filter from an address or a form; a value that no field offers asks for all."""
    holder = given.get("holder", "")
    return FlagFilter(
        state=_one_of(given.get("state", ""), STATES) or state,
        tier=_one_of(given.get("tier", ""), TIERS),
        kind=_one_of(given.get("kind", ""), KINDS),
        reason=given.get("reason", "")[:120],
        holder=user.id if holder == "me" else holder[:120],
        since_ms=_day(web, given.get("since", "")),
        until_ms=_day(web, given.get("until", ""), days=1),
        text=clean(given.get("text", ""))[:200],
    )


def _queue_page(web: Web, user: User, given: Mapping[str, str]) -> Response:
    seq, asked = web.store.last_change(), asked_for(web, user, given)
    page = max(1, whole_number(given.get("page", "")) or 1)
    flags = web.store.queue(asked, PAGE_ROWS + 1, (page - 1) * PAGE_ROWS)
    counts = web.store.queue_counts(user.id)
    return web.page(
        "nurse/queue.html",
        user=user,
        lines=_lines(web, user, flags[:PAGE_ROWS]),
        views=_views(given, counts),
        waiting=counts["waiting"],
        urgent=counts["emergency"] + counts["urgent"],
        unreached=web.store.unreached(),
        page=page,
        narrowed=_address(given),
        more=len(flags) > PAGE_ROWS,
        seq=seq,
        now=now_words(web),
    )


def _views(given: Mapping[str, str], counts: Mapping[str, int]) -> list[View]:
    """Return the ways to look at the queue; the one that is shown is marked."""
    ways = [("All", "", "", "waiting"), ("Emergency", "tier", "emergency", "emergency")]
    ways += [("Urgent", "tier", "urgent", "urgent"), ("Call soon", "tier", "call_soon", "call_soon")]
    ways += [("Nobody's", "holder", "nobody", "free"), ("Mine", "holder", "me", "mine")]
    narrowed = [key for key in FILTERS if given.get(key)]
    return [
        View(words, f"{QUEUE}?{key}={value}" if key else QUEUE, counts[count], _is_shown(given, narrowed, key, value))
        for words, key, value, count in ways
    ]


def _address(given: Mapping[str, str]) -> str:
    """Return what narrows the queue, to go before the number of another page of it."""
    return "".join(f"{urlencode({key: given[key]})}&" for key in FILTERS if given.get(key))


def _is_shown(given: Mapping[str, str], narrowed: Sequence[str], key: str, value: str) -> bool:
    return narrowed == [key] and given[key] == value if key else not narrowed


def _search_page(web: Web, user: User, given: Mapping[str, str], asked_now: bool = False) -> Response:
    asked, more = asked_for(web, user, given, "all"), False
    lines: list[Line] = []
    if asked.text:
        found, more = web.store.search(asked, FOUND_ROWS + 1)
        lines = [_line(web, user, each.flag, each.excerpt) for each in found]
    elif asked_now:
        lines = _lines(web, user, web.store.queue(asked, FOUND_ROWS + 1))
    return web.page(
        "nurse/search.html",
        user=user,
        given={**dict.fromkeys(("text", "tier", "reason", "holder", "state", "since", "until"), ""), **given},
        staff=[(each.id, each.name) for each in web.store.users() if each.role in CARE],
        reasons=sorted(web.rule_names.items(), key=lambda item: item[1].casefold()),
        lines=lines[:FOUND_ROWS],
        more=more or len(lines) > FOUND_ROWS,
        asked_now=asked_now,
    )


def _queue_json(web: Web, user: User, given: Mapping[str, str]) -> Response:
    seq = web.store.last_change()
    page = max(1, whole_number(given.get("page", "")) or 1)
    flags = web.store.queue(asked_for(web, user, given), PAGE_ROWS, (page - 1) * PAGE_ROWS)
    return JSONResponse({"seq": seq, "flags": [_line_json(web, line) for line in _lines(web, user, flags)]})


def _line_json(web: Web, line: Line) -> dict[str, object]:
    item, flag = line.row, line.row.flag
    deadline = web.deadlines.of(flag, web.clock.now_ms())
    return {
        "id": flag.id,
        "kind": flag.kind,
        "tier": flag.tier,
        "emergency": flag.emergency,
        "reasons": [{"id": rule, "words": words} for rule, words in zip(flag.reason_ids, item.reasons, strict=True)],
        "raised_ms": flag.raised_ms,
        "waiting": item.waiting,
        "level": line.wait.level,
        "late_ms": deadline.warn_ms,
        "missed_ms": deadline.escalate_ms,
        "day": item.day,
        "state": flag.state,
        "holder": flag.claimed_by,
        "do_not_phone": flag.do_not_phone,
    }


def _lines(web: Web, user: User, flags: Sequence[Flag]) -> list[Line]:
    return [_line(web, user, flag) for flag in flags]


def _line(web: Web, user: User, flag: Flag, excerpt: Excerpt | None = None) -> Line:
    holder = user_name(web, flag.claimed_by) if flag.state == "claimed" else ""
    return Line(row(web, flag), wait(web, flag), holder, flag.claimed_by == user.id, excerpt)


def _one_of(text: str, known: Mapping[str, object]) -> str:
    return text if text in known else ""


def _day(web: Web, text: str, days: int = 0) -> int | None:
    """Return the beginning of a day of the clinic's calendar, `days` later; None for what is no date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return int(datetime.combine(day, time(), web.settings.site.zone).timestamp() * 1000)


HANDLERS = {
    "GET /nurse": queue,
    "GET /nurse/queue.json": queue_json,
    "GET /nurse/search": search_page,
    "POST /nurse/search": search,
    "GET /nurse/next": next_case,
    "GET /nurse/events": events,
}
