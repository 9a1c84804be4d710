"""The patient's pages: the link, the chat, the quick exit."""

from __future__ import annotations

from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.store import LinkError, NotFound
from bot.store.records import Message, Procedure
from bot.web.body import MESSAGE_LIMIT, Incoming, is_json, new_client_id, read_form, read_message, whole_number
from bot.web.cards import Card, card, cards, parts_json
from bot.web.context import Web, web_of
from bot.web.errors import Refusal, wants_page
from bot.web.pages import clock_time, local
from bot.web.ports import Reply
from bot.web.texts import EXAMPLES

LINK_STATUS = {"expired": 410, "unknown": 404}


def home(request: Request) -> Response:
    """Tell somebody without a link how to get one."""
    return web_of(request).page("home.html", text=web_of(request).texts["utter_web_home"])


def link_page(request: Request) -> Response:
    """Show the Start button. Changes nothing, so that a link preview cannot use the link up."""
    web, token = web_of(request), request.path_params["token"]
    state = web.store.link_state(token)
    if state != "valid":
        raise _link_refusal(state)
    return web.page("start.html", texts=web.texts, token=token)


def start(request: Request) -> Response:
    """Exchange the link for a session cookie and open the chat."""
    web = web_of(request)
    try:
        session = web.store.redeem_link(request.path_params["token"])
    except LinkError as error:
        raise _link_refusal(error.state) from None
    response = RedirectResponse("/chat", status_code=303)
    web.patient_cookie.put(response, session.token, max(0, session.expires_ms - web.clock.now_ms()) // 1000)
    return response


def chat(request: Request) -> Response:
    """Show the conversation so far and the box to write in."""
    example = request.query_params.get("try", "")
    web = web_of(request)
    draft = web.texts[EXAMPLES[int(example) - 1]] if example in ("1", "2", "3", "4") else ""
    return _chat_page(web, _procedure(request), draft=draft)


async def send(request: Request) -> Response:
    """Take one message to care and bring the reply back: JSON to a script, the chat page to a form."""
    web = web_of(request)
    procedure = await run_in_threadpool(_procedure, request)
    try:
        incoming = await _accept(request, procedure)
    except Refusal as refusal:
        if not wants_page(request):
            raise
        alert = web.texts[refusal.text_key]
        return await run_in_threadpool(_chat_page, web, procedure, refusal.status, alert, refusal.draft)
    reply = await web.care.receive(procedure.id, incoming.client_id, incoming.text)
    if not is_json(request):
        return RedirectResponse("/chat#latest", status_code=303)
    return JSONResponse(await run_in_threadpool(_reply_json, web, procedure, reply))


def later_messages(request: Request) -> Response:
    """Return what was said after a sequence number, for the page to show without reloading."""
    web, procedure = web_of(request), _procedure(request)
    after = whole_number(request.query_params.get("after", "0"))
    if after is None:
        raise Refusal(400, "bad_after", "utter_web_unreadable")
    messages = web.store.procedure_transcript(procedure.id, after_seq=after)
    shown = [_message_json(web, item) for item in cards(web, messages)]
    last = messages[-1].seq if messages else after
    return JSONResponse({"messages": shown, "last": last, "nurse": web.store.is_held(procedure.id)})


async def rate(request: Request) -> Response:
    """Keep one tap on whether a reply helped; it is no message and gets no answer."""
    web = web_of(request)
    procedure = await run_in_threadpool(_procedure, request)
    given = await read_form(request)
    try:
        helpful = {"yes": True, "no": False}[given.get("helpful", "")]
        await run_in_threadpool(web.store.rate_message, procedure.id, given.get("message", ""), helpful)
    except (KeyError, NotFound):
        raise Refusal(422, "bad_rating", "utter_web_refused") from None
    return RedirectResponse("/chat#latest", status_code=303) if wants_page(request) else Response(status_code=204)


def away(request: Request) -> Response:
    """The quick exit: a page that says nothing about a clinic, and no session left in this browser (rule 44)."""
    web = web_of(request)
    today = local(web.clock.now_ms(), web.settings.site.zone)
    response = web.page("away.html", today=_long_date(today))
    web.patient_cookie.clear(response)
    return response


async def _accept(request: Request, procedure: Procedure) -> Incoming:
    incoming = await read_message(request)
    if not web_of(request).message_rate.allows(procedure.id):
        raise Refusal(429, "too_many", "utter_web_too_many", draft=incoming.text)
    return incoming


def _procedure(request: Request) -> Procedure:
    """Return whose chat this is: from the session cookie, never from the request's body or address."""
    web = web_of(request)
    procedure = web.store.patient_session(web.patient_cookie.read(request))
    if procedure is None:
        raise Refusal(401, "signed_out", "utter_web_signed_out")
    return procedure


def _link_refusal(state: str) -> Refusal:
    return Refusal(LINK_STATUS[state], f"link_{state}", f"utter_web_link_{state}")


def _latest_conversation(web: Web, procedure: Procedure) -> list[Message]:
    messages = web.store.procedure_transcript(procedure.id)
    return [message for message in messages if message.conversation_id == messages[-1].conversation_id]


def _chat_page(web: Web, procedure: Procedure, status: int = 200, alert: str = "", draft: str = "") -> Response:
    messages = _latest_conversation(web, procedure)
    return web.page(
        "chat.html",
        status,
        texts=web.texts,
        examples=[web.texts[key] for key in EXAMPLES],
        cards=cards(web, messages),
        last=messages[-1].seq if messages else 0,
        client_id=new_client_id(),
        nurse=web.store.is_held(procedure.id),
        limit=MESSAGE_LIMIT,
        alert=alert,
        draft=draft,
    )


def _reply_json(web: Web, procedure: Procedure, reply: Reply) -> dict[str, object]:
    """Return the reply for programs; while the message waits for a nurse its `id` is null and `parts` is empty."""
    message, assessment = reply.message, reply.assessment
    shown = card(web, message, assessment) if message else None
    return {
        "id": message and message.id,
        "seq": message and message.seq,
        "outcome": assessment.outcome.value if assessment else None,
        "emergency": bool(assessment and assessment.emergency),
        "degraded": reply.degraded,
        "nurse": web.store.is_held(procedure.id),
        "parts": parts_json(message.parts if message else ()),
        "time": shown.time if shown else _time_now(web),
        "html": _card_html(web, shown) if shown else "",
    }


def _message_json(web: Web, shown: Card) -> dict[str, object]:
    return {
        "id": shown.message.id,
        "seq": shown.message.seq,
        "author": shown.message.author,
        "client_id": shown.message.client_id,
        "html": _card_html(web, shown),
    }


def _card_html(web: Web, shown: Card) -> str:
    return web.templates.get_template("message.html").render(
        card=shown, active=True, client_id=new_client_id(), texts=web.texts
    )


def _time_now(web: Web) -> str:
    """Return the time at which a message was taken, as its bubble shows it."""
    now = local(web.clock.now_ms(), web.settings.site.zone)
    return clock_time(now, now)


def _long_date(today: datetime) -> str:
    return f"{today:%A}, {today.day} {today:%B} {today.year}"


HANDLERS = {
    "GET /": home,
    "GET /p/{token}": link_page,
    "POST /p/{token}": start,
    "GET /chat": chat,
    "GET /chat/messages": later_messages,
    "POST /chat/messages": send,
    "POST /chat/rating": rate,
    "GET /away": away,
}
