"""The auditor's pages: the record of who did what, filtered, verified, exported. No patient's words stand in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.store import Store
from bot.store.records import AuditFilter, AuditRow, User
from bot.web.body import whole_number
from bot.web.context import Web, web_of
from bot.web.errors import Refusal
from bot.web.pages import local

PAGE = 100
EXPORT_PAGE = 1000
AFTER_ALL = 2**62
SYSTEM_ACTORS = ("bot", "patient", "operator", "unknown")
COLUMNS = ("seq", "at", "at_ms", "actor", "actor_name", "action", "subject_id", "detail", "prev_hash", "hash")
FILTERS = ("actor", "action", "subject", "from", "to")


@dataclass(frozen=True)
class Entry:
    """One row in words. `case` is the flag that it is about, to open its case; empty when it is about none."""

    row: AuditRow
    time: str
    actor: str
    subject: str
    case: str
    detail: str


async def audit_page(request: Request, user: User) -> Response:
    """Show the latest rows that pass the filter."""
    return await run_in_threadpool(_audit_page, request, user)


async def verify(request: Request, user: User) -> Response:
    """Check the whole chain and say what was found."""
    return await run_in_threadpool(_verified_page, request, user)


async def export(request: Request, _user: User) -> Response:
    """Stream every row that passes the filter, oldest first, as CSV or JSON lines."""
    web, kind = web_of(request), request.query_params.get("format", "csv")
    if kind not in ("csv", "jsonl"):
        raise Refusal(400, "bad_format", "utter_web_unreadable")
    names = await run_in_threadpool(_names, web.store)
    rows = _every_row(web.store, _filter(request), names)
    headers = {"content-disposition": f'attachment; filename="audit.{kind}"'}
    if kind == "jsonl":
        lines = (json.dumps(row, sort_keys=True) + "\n" for row in rows)
        return StreamingResponse(lines, media_type="application/jsonl", headers=headers)
    return StreamingResponse(_csv(rows), media_type="text/csv", headers=headers)


def _audit_page(request: Request, user: User, verdict: str = "", whole: bool = True) -> Response:
    web, only = web_of(request), _filter(request)
    before = whole_number(request.query_params.get("before", "")) or AFTER_ALL
    rows = web.store.latest_audit_rows(before, PAGE, only)
    names = _names(web.store)
    kept = {name: request.query_params.get(name, "") for name in FILTERS}
    query = {name: value for name, value in kept.items() if value}
    return web.page(
        "nurse/audit.html",
        user=user,
        entries=[_entry(web, row, names) for row in rows],
        actors=names,
        kept=kept,
        older=urlencode({**query, "before": rows[-1].seq}) if len(rows) == PAGE else "",
        query=urlencode(query),
        verdict=verdict,
        whole=whole,
    )


def _verified_page(request: Request, user: User) -> Response:
    store = web_of(request).store
    bad = store.verify_audit()
    seq, digest = store.audit_head()
    store.audit(user.id, "audit.verified", "", {"rows": seq, "broken_at": bad})
    if bad is None:
        return _audit_page(request, user, f"The chain is whole: {seq} rows, up to {digest[:16]}…")
    words = "Its anchor is gone." if bad == 0 else f"It is broken at row {bad}."
    return _audit_page(request, user, f"The chain is not whole. {words}", whole=False)


def _entry(web: Web, row: AuditRow, names: dict[str, str]) -> Entry:
    return Entry(
        row=row,
        time=f"{local(row.at_ms, web.settings.site.zone):%Y-%m-%d %H:%M:%S}",
        actor=names.get(row.actor, row.actor),
        subject=names.get(row.subject_id, row.subject_id),
        case=row.subject_id if row.action.startswith(("flag.", "case.")) else "",
        detail=", ".join(f"{key} {_words(value)}" for key, value in row.detail.items()),
    )


def _words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(store: Store) -> dict[str, str]:
    return {**{user.id: user.name for user in store.users()}, **{actor: actor for actor in SYSTEM_ACTORS}}


def _filter(request: Request) -> AuditFilter:
    given, zone = request.query_params, web_of(request).settings.site.zone
    return AuditFilter(
        actor=given.get("actor", ""),
        action=given.get("action", ""),
        subject_id=given.get("subject", ""),
        since_ms=_midnight(given.get("from", ""), zone, 0),
        until_ms=_midnight(given.get("to", ""), zone, 1),
    )


def _midnight(text: str, zone: ZoneInfo, days: int) -> int | None:
    """Return the beginning of a day at the clinic, some days later, in UTC ms. Raises Refusal for what is no date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days) if text else None
    except (ValueError, OverflowError):
        raise Refusal(400, "bad_date", "utter_web_unreadable") from None
    return int(datetime.combine(day, time(), zone).timestamp() * 1000) if day else None


def _every_row(store: Store, only: AuditFilter, names: dict[str, str]) -> Iterator[dict[str, object]]:
    """Read in pages, up to the row that was last when the export began: it does not export itself."""
    last, after = store.audit_head()[0], 0
    while rows := store.audit_rows(after, EXPORT_PAGE, only):
        yield from (_exported(row, names) for row in rows if row.seq <= last)
        after = rows[-1].seq


def _exported(row: AuditRow, names: dict[str, str]) -> dict[str, object]:
    at = datetime.fromtimestamp(row.at_ms / 1000, timezone.utc).isoformat(timespec="milliseconds")
    return {**vars(row), "at": at, "actor_name": names.get(row.actor, "")}


def _csv(rows: Iterator[dict[str, object]]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for row in rows:
        line = io.StringIO()
        detail = json.dumps(row["detail"], sort_keys=True)
        csv.writer(line).writerow(_cell({**row, "detail": detail}[column]) for column in COLUMNS)
        yield line.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


HANDLERS = {
    "GET /nurse/audit": audit_page,
    "POST /nurse/audit/verify": verify,
    "GET /nurse/audit/export": export,
}
