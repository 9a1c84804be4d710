"""The web application: routes, middleware and error answers in one readable place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Scope

from bot.alarms import Deadlines
from bot.casework.desk import Desk
from bot.casework.guide import Guide
from bot.clock import Clock, SystemClock
from bot.settings import Settings
from bot.store import Store
from bot.web import accounts, administration, auditing, claims, drafts, glass, overrides, patient, queue
from bot.web.access import build_routes, may
from bot.web.case import actions, page
from bot.web.context import Web, web_of
from bot.web.errors import Refusal, Shield, on_http_error, on_refusal
from bot.web.pages import STATIC, build_templates
from bot.web.ports import Care
from bot.web.security import Cookie, RateLimit, SecurityHeaders
from bot.web.texts import site_texts

# Above any human typing: a real, urgent message must not be refused.
MESSAGES_PER_MINUTE = 120
PAGES = (patient, accounts, administration, auditing, glass, drafts, queue, page, actions, claims, overrides)
ERROR_HANDLERS: Mapping[Any, Any] = {Refusal: on_refusal, HTTPException: on_http_error}


def create_app(
    settings: Settings,
    store: Store,
    care: Care,
    *,
    rule_names: Mapping[str, str],
    texts: Mapping[str, str],
    desk: Desk,
    guide: Guide,
    clock: Clock | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """Return the application.

    `rule_names` gives every rule and reason id in plain words for nurses; `texts` every sentence of
    `bot.web.texts.KEYS` for patients, `{site_name}` and `{..._phone}` placeholders allowed, and the ready
    sentences of `desk`, which holds the lists that nurses choose from; `guide` names sources and questions.
    `lifespan` runs beside the pages, for what must start and stop with them. Raises TextsError.
    """
    clock = clock or SystemClock()
    web = Web(
        settings=settings,
        store=store,
        care=care,
        clock=clock,
        texts=site_texts(texts, settings.site, [item.response for item in desk.canned]),
        rule_names=rule_names,
        deadlines=Deadlines(settings.site),
        desk=desk,
        guide=guide,
        templates=build_templates(settings),
        patient_cookie=Cookie.named("hsg_chat", settings.production),
        nurse_cookie=Cookie.named("hsg_nurse", settings.production),
        message_rate=RateLimit(clock, MESSAGES_PER_MINUTE),
    )
    app = Starlette(
        routes=[
            *build_routes({name: handler for each in PAGES for name, handler in each.HANDLERS.items()} | HANDLERS),
            Mount("/static", LastingFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(SecurityHeaders, production=settings.production),
            Middleware(Shield, web=web),
        ],
        exception_handlers=ERROR_HANDLERS,
        lifespan=lifespan,
    )
    web.templates.globals.update(may=may, unreviewed=store.unreviewed_glass)
    app.state.web = web
    app.router.redirect_slashes = False
    return app


class LastingFiles(StaticFiles):
    """Static files under addresses that change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file, to be kept for a year."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def healthz(_request: Request) -> Response:
    """Tell that the process is up."""
    return JSONResponse({"status": "ok"})


def readyz(request: Request) -> Response:
    """Tell whether patients' messages can be answered in full."""
    ready = web_of(request).care.ready()
    return JSONResponse({"status": "ready" if ready else "not ready"}, status_code=200 if ready else 503)


HANDLERS = {"GET /healthz": healthz, "GET /readyz": readyz}
