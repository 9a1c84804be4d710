"""Same-origin check, response headers, session cookies and the rate limit."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.clock import Clock

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: it would make browsers send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
}


class SecurityHeaders:
    """Middleware that puts the same headers on every response; only static files may be cached."""

    def __init__(self, app: ASGIApp, production: bool) -> None:
        """Wrap `app`; `production` adds strict transport security."""
        self.app = app
        self.headers = {**HEADERS, **({"strict-transport-security": "max-age=31536000"} if production else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


def same_origin(scope: Scope, public_url: str) -> bool:
    """Tell whether a request may change something: it is a read, our own page's, or not a browser's.

    Browsers state where a request comes from in `Sec-Fetch-Site` (secure pages) or `Origin`; programs send neither.
    """
    if scope["method"] in SAFE_METHODS:
        return True
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    ours = {headers.get("host", ""), urlsplit(public_url).netloc} - {""}
    return urlsplit(origin).netloc in ours


@dataclass(frozen=True)
class Cookie:
    """One session cookie: never readable by scripts, never sent by other sites' forms."""

    name: str
    secure: bool

    @classmethod
    def named(cls, name: str, production: bool) -> Cookie:
        """Return the cookie for this environment; the `__Host-` prefix needs https, so demos go without."""
        return cls(f"__Host-{name}" if production else name, production)

    def read(self, request: Request) -> str:
        """Return the session token of a request, or an empty text."""
        return request.cookies.get(self.name, "")

    def put(self, response: Response, token: str, max_age: int | None = None) -> None:
        """Give the browser a session token, for `max_age` seconds or until it closes."""
        response.set_cookie(
            self.name, token, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        """Take the session token away from the browser."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass
class RateLimit:
    """At most `limit` events in `window_ms` for one key. Lives in memory; a restart forgets it."""

    clock: Clock
    limit: int
    window_ms: int = 60_000
    seen: dict[str, deque[int]] = field(default_factory=dict)

    def allows(self, key: str) -> bool:
        """Count one event and tell whether it is within the limit."""
        now = self.clock.now_ms()
        self._forget(now)
        times = self.seen.setdefault(key, deque())
        if len(times) >= self.limit:
            return False
        times.append(now)
        return True

    def _forget(self, now: int) -> None:
        for key in list(self.seen):
            times = self.seen[key]
            while times and times[0] <= now - self.window_ms:
                times.popleft()
            if not times:
                del self.seen[key]
