"""What every handler shares, made once by `create_app`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.alarms import Deadlines
from bot.casework.desk import Desk
from bot.casework.guide import Guide
from bot.clock import Clock
from bot.settings import Settings
from bot.store import Store
from bot.web.ports import Care
from bot.web.security import Cookie, RateLimit


@dataclass(frozen=True)
class Web:
    """The parts that the pages are made from; `texts` are filled with the site's values."""

    settings: Settings
    store: Store
    care: Care
    clock: Clock
    texts: Mapping[str, str]
    rule_names: Mapping[str, str]
    deadlines: Deadlines
    desk: Desk
    guide: Guide
    templates: Environment
    patient_cookie: Cookie
    nurse_cookie: Cookie
    message_rate: RateLimit

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Render one template; all values are escaped unless they are Markup."""
        return HTMLResponse(self.templates.get_template(template).render(**values), status_code=status)


def web_of(request: Request) -> Web:
    """Return the shared parts of the application that serves this request."""
    web: Web = request.app.state.web
    return web
