"""The template environment and the small words and times that pages show."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.settings import Settings
from bot.web.markup import blocks, dialled, phone_links

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
MINUTE_MS = 60_000


def build_templates(settings: Settings) -> Environment:
    """Return the environment that renders every page: escaping on, undefined names an error."""
    site = settings.site

    def phones(text: str) -> Markup:
        return phone_links(text, site.phones)

    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(site=site, asset=asset)
    templates.filters.update(phones=phones, blocks=blocks, dialled=dialled)
    templates.globals.update(vars(templates.get_template("icons.html").module))
    return templates


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep the file for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def local(ms: int, zone: ZoneInfo) -> datetime:
    """Return a UTC millisecond as local time."""
    return datetime.fromtimestamp(ms / 1000, timezone.utc).astimezone(zone)


def clock_time(at: datetime, now: datetime) -> str:
    """Return `14:05`, with the day before it when it is not today: `Fri 21 Nov, 14:05`."""
    return at.strftime("%H:%M") if at.date() == now.date() else f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"


def duration(ms: int) -> str:
    """Return a waiting time in words a nurse reads at a glance: `under 1 min`, `12 min`, `1 h 05 min`, `2 d 3 h`."""
    minutes = max(ms, 0) // MINUTE_MS
    hours, days = minutes // 60, minutes // 1440
    if minutes < 1:
        return "under 1 min"
    if hours < 1:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60:02} min" if days < 1 else f"{days} d {hours % 24} h"
