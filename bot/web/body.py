"""Request bodies: read within a limit, decoded strictly, cleaned."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.web.errors import Refusal

BODY_LIMIT = 64 * 1024  # bytes
MESSAGE_LIMIT = 4_000  # code points
FIELD_LIMIT = 20
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Incoming:
    """One message as a patient sent it, cleaned and ready for care."""

    text: str
    client_id: str


def new_client_id() -> str:
    """Return a fresh id for a message whose sender brought none."""
    return secrets.token_urlsafe(18)


def whole_number(text: str) -> int | None:
    """Return the number that up to 15 plain digits write, else None."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def is_json(request: Request) -> bool:
    """Whether the body is said to be JSON."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form post. Raises Refusal for another type, a body too large or not UTF-8."""
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refusal(415, "unsupported_type", "utter_web_unreadable")
    body = await _read(request)
    try:
        return dict(
            parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FIELD_LIMIT)
        )
    except ValueError:
        raise Refusal(400, "unreadable", "utter_web_unreadable") from None


async def read_message(request: Request) -> Incoming:
    """Return the message in a JSON or form body. Raises Refusal with the sentence for the patient."""
    data: dict[str, object] = dict(await (_read_json(request) if is_json(request) else read_form(request)))
    text, client_id = data.get("text"), data.get("client_id")
    if text is not None and not isinstance(text, str):
        raise Refusal(422, "bad_text", "utter_web_unreadable")
    cleaned = clean(text or "")
    if is_blank(cleaned):
        raise Refusal(422, "empty_message", "utter_web_empty")
    if len(cleaned) > MESSAGE_LIMIT:
        raise Refusal(413, "too_long", "utter_web_too_long", draft=cleaned)
    if client_id is None:
        return Incoming(cleaned, new_client_id())
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise Refusal(422, "bad_client_id", "utter_web_unreadable", draft=cleaned)
    return Incoming(cleaned, client_id)


def clean(text: str) -> str:
    """Drop control characters but newline and tab, and make line ends plain newlines.

    Raises Refusal for a lone surrogate, which no database can hold.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refusal(400, "unreadable", "utter_web_unreadable") from None
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in plain if char in "\n\t" or unicodedata.category(char) != "Cc")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: white space and invisible format characters only."""
    return all(char.isspace() or unicodedata.category(char) == "Cf" for char in text)


async def _read(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise Refusal(413, "body_too_large", "utter_web_too_long")
        parts.append(chunk)
    return b"".join(parts)


async def _read_json(request: Request) -> dict[str, object]:
    body = await _read(request)
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_json", "utter_web_unreadable") from None
    if not isinstance(data, dict):
        raise Refusal(422, "bad_json", "utter_web_unreadable")
    return data
