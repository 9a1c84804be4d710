"""What a nurse does about a case: forms that are taken, or given back with what she typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store import FlagStateError, NotFound
from bot.store.records import Flag, User
from bot.web.access import QUEUE
from bot.web.body import CLIENT_ID, MESSAGE_LIMIT, clean, is_blank, read_form
from bot.web.case.calls import calls
from bot.web.case.page import ALREADY_DONE, TIERS, find, seen_version, show
from bot.web.context import Web, web_of

NOT_WRITTEN = "Nothing was written yet."
TOO_LONG = f"That is longer than {MESSAGE_LIMIT:,} characters. Please shorten it."
NOT_CHOSEN = "Please choose one of the list."
NOTE_MISSING = "Write a note before you close the flag: what did you find, what did you advise?"
NOT_SAFE = "This patient must not be phoned until she gives a safe way and time. Tick that she has, or write to her."
NOT_TRIED = "Not reached yet: {left} more attempts are due before it may be closed as not reached."

Form = Mapping[str, str]


@dataclass(frozen=True)
class Deed:
    """One form of one nurse about one flag."""

    web: Web
    user: User
    flag: Flag
    form: Form

    @property
    def version(self) -> int | None:
        """The version of the flag that she had before her eyes; None when the form does not say."""
        return seen_version(self.form)

    def text(self, name: str, missing: str = NOT_WRITTEN) -> str:
        """Return a field's text. Raises Wrong when blank or too long."""
        found = clean(self.form.get(name, "")).strip()
        if is_blank(found):
            raise Wrong(missing)
        if len(found) > MESSAGE_LIMIT:
            raise Wrong(TOO_LONG, 413)
        return found

    def choice(self, name: str, of: Mapping[str, str] | tuple[str, ...]) -> str:
        """Return a chosen id. Raises Wrong when it is not one of the list."""
        found = self.form.get(name, "")
        if found not in of:
            raise Wrong(NOT_CHOSEN)
        return found


class Wrong(ValueError):
    """A form that cannot be taken; the message is for the nurse."""

    def __init__(self, message: str, status: int = 422) -> None:
        """Refuse with an HTTP status."""
        super().__init__(message)
        self.status = status


def note(deed: Deed) -> None:
    """Keep a private note."""
    deed.web.store.add_note(deed.flag.id, deed.user.id, deed.text("note"))


def reply(deed: Deed) -> None:
    """Write to the patient; the same form sent twice writes once."""
    client_id, text = deed.form.get("client_id", ""), deed.text("reply")
    if not CLIENT_ID.fullmatch(client_id):
        raise Wrong(ALREADY_DONE)
    deed.web.store.write_to_patient(deed.flag.id, deed.user.id, f"n-{client_id}"[:64], text)


def call(deed: Deed) -> None:
    """Note a call-back attempt; where she must not be phoned only once she gave a safe way (rule 44)."""
    outcome = deed.choice("outcome", deed.web.desk.call_outcomes)
    if deed.flag.do_not_phone and deed.form.get("safe_way") != "yes":
        raise Wrong(NOT_SAFE)
    deed.web.store.add_call(deed.flag.id, deed.user.id, outcome)


def override(deed: Deed) -> None:
    """Give the case another tier, with a reason; both tiers are kept."""
    tier = deed.choice("tier", TIERS)
    reason = deed.choice("reason", deed.web.desk.override_reasons)
    grave = tier == "emergency"
    given = "urgent" if grave else tier
    deed.web.store.override_tier(deed.flag.id, deed.user.id, given, grave, reason, deed.version)


def merge(deed: Deed) -> None:
    """Merge another flag of the same patient into this one."""
    other = deed.form.get("other", "")
    if other not in {flag.id for flag in deed.web.store.mergeable_flags(deed.flag.id)}:
        raise Wrong(NOT_CHOSEN)
    deed.web.store.merge_flag(deed.flag.id, other, deed.user.id, deed.version)


def close(deed: Deed) -> str:
    """Close the case with a note and how it ended."""
    note_text = deed.text("close_note", NOTE_MISSING)
    ended = deed.choice("disposition", deed.web.desk.dispositions)
    left = calls(deed.web, deed.flag).left
    if ended == deed.web.desk.unreachable.closes_as and left:
        raise Wrong(NOT_TRIED.format(left=left))
    deed.web.store.close_flag(deed.flag.id, deed.user.id, note_text, deed.version, ended)
    return QUEUE


def _handler(work: Callable[[Deed], str | None], anchor: str) -> Callable[[Request, User], Awaitable[Response]]:
    async def handle(request: Request, user: User) -> Response:
        web, form = web_of(request), await read_form(request)
        return await run_in_threadpool(_do, web, user, request.path_params["flag_id"], form, work, anchor)

    return handle


def _do(web: Web, user: User, flag_id: str, form: Form, work: Callable[[Deed], str | None], anchor: str) -> Response:
    flag = find(web, flag_id)
    try:
        target = work(Deed(web, user, flag, form))
    except Wrong as wrong:
        return show(web, user, flag_id, wrong.status, str(wrong), form)
    except (FlagStateError, NotFound):
        return show(web, user, flag_id, 409, ALREADY_DONE, form)
    return RedirectResponse(target or f"/nurse/flags/{flag.id}#{anchor}", status_code=303)


HANDLERS = {
    "POST /nurse/flags/{flag_id}/note": _handler(note, "notes"),
    "POST /nurse/flags/{flag_id}/reply": _handler(reply, "latest"),
    "POST /nurse/flags/{flag_id}/call": _handler(call, "calls"),
    "POST /nurse/flags/{flag_id}/override": _handler(override, "do"),
    "POST /nurse/flags/{flag_id}/merge": _handler(merge, "do"),
    "POST /nurse/flags/{flag_id}/close": _handler(close, ""),
}
