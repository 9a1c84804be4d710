"""Signed webhooks, as in the Standard Webhooks specification: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from bot.notify.notice import Notice

TIMEOUT = 10.0


class WebhookFault(OSError):
    """The receiver did not take the notice; the message holds its status only."""


def send_webhook(address: str, secret: str, notice: Notice) -> None:
    """Post a notice. Raises OSError unless the receiver answers 2xx; a redirect is not followed."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    body = json.dumps(notice.data(), separators=(",", ":")).encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, _headers(secret, notice, body))
        status = connection.getresponse().status
    except HTTPException as error:
        raise WebhookFault(type(error).__name__) from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise WebhookFault(f"status {status}")


def sign(secret: str, notice_id: str, seconds: int, body: bytes) -> str:
    """Return the signature header. A secret that begins with `whsec_` is base64, any other is taken as it stands."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    signed = f"{notice_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _headers(secret: str, notice: Notice, body: bytes) -> dict[str, str]:
    seconds = notice.now_ms // 1000
    return {
        "content-type": "application/json",
        "webhook-id": notice.id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, notice.id, seconds, body),
    }
