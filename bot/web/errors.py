"""Refusals and failures: one sentence for a person, one code for a program, never a trace."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.security import same_origin

if TYPE_CHECKING:
    from bot.web.context import Web

log = logging.getLogger(__name__)
CODES = {404: ("not_found", "utter_web_not_found"), 405: ("method_not_allowed", "utter_web_refused")}


class Refusal(Exception):
    """A request that is answered with an error status. `draft` is what she typed, given back to her form only."""

    def __init__(self, status: int, code: str, text_key: str, draft: str = "") -> None:
        """Refuse with an HTTP status, a code for programs and the key of the sentence for people."""
        super().__init__(code)
        self.status, self.code, self.text_key, self.draft = status, code, text_key, draft


def wants_page(request: Request) -> bool:
    """Whether the client is a browser looking for a page (rather than a program or our own script)."""
    json_body = request.headers.get("content-type", "").startswith("application/json")
    return "text/html" in request.headers.get("accept", "") and not json_body


def error_response(web: Web, request: Request, status: int, code: str, text_key: str) -> Response:
    """Answer in the form that the client reads: JSON `{"error", "message"}` or a plain page."""
    message = web.texts[text_key]
    if not wants_page(request):
        return JSONResponse({"error": code, "message": message}, status_code=status)
    return web.page("error.html", status, message=message, code=code)


def on_refusal(request: Request, error: Refusal) -> Response:
    """Answer a Refusal that no handler dealt with."""
    return error_response(request.app.state.web, request, error.status, error.code, error.text_key)


def on_http_error(request: Request, error: HTTPException) -> Response:
    """Answer what routing and static files refuse: unknown path, wrong method."""
    code, text_key = CODES.get(error.status_code, ("refused", "utter_web_refused"))
    response = error_response(request.app.state.web, request, error.status_code, code, text_key)
    response.headers.update(error.headers or {})
    return response


class Shield:
    """Outermost middleware: refuses foreign origins, and turns any exception into a safe answer.

    An exception's text may quote what a patient wrote, so only its type and place are logged.
    """

    def __init__(self, app: ASGIApp, web: Web) -> None:
        """Wrap `app`, answering in the words of `web`."""
        self.app, self.web = app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other scopes (lifespan) pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if not same_origin(scope, self.web.settings.public_url):
            await error_response(self.web, request, 403, "foreign_origin", "utter_web_refused")(scope, receive, send)
            return
        await self._serve(request, receive, send)

    async def _serve(self, request: Request, receive: Receive, send: Send) -> None:
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(request.scope, receive, noting_send)
        except Exception as error:  # noqa: BLE001 - the outermost edge
            log.error("a page failed: %s at %s", type(error).__name__, _place(error))
            if not started:
                response = error_response(self.web, request, 500, "failed", "utter_web_failed")
                await response(request.scope, receive, send)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return ", ".join(f"{frame.name}:{frame.lineno}" for frame in frames[-3:])
