"""The site file: one clinic as its patients know it, read once into a frozen, validated object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import time as day_time
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PHONES = ("clinic", "on_call", "emergency", "crisis")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it and says how to mend it. Never holds a secret."""


@dataclass(frozen=True)
class Person:
    """Somebody who is told of flags that wait too long, by e-mail, webhook or both. Never a patient."""

    name: str
    email: str = ""
    webhook: str = ""


@dataclass(frozen=True)
class Site:
    """One clinic as its patients know it. Phone numbers are printed as given; `tel:` links drop the spaces."""

    id: str
    name: str
    country: str
    zone: ZoneInfo
    phones: Mapping[str, str]
    opening: Mapping[int, tuple[tuple[day_time, day_time], ...]]
    holidays: frozenset[date] = frozenset()
    overlay: Path | None = None
    """File whose key `overlay` changes tiers (bot/triage/overlay.py): the site file itself, or the one it names."""
    notify: tuple[Person, ...] = ()
    """Who is told of a flag that waits too long: the first when it is late, then the next, and so on."""


def load_site(path: Path) -> Site:
    """Read and check a site file. Raises SettingsError that names the file and the key to mend."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read; copy site.yml and set HSG_SITE to it") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path}: must be a mapping of keys; see site.yml")
    required = {"id", "name", "country", "zone", "phones", "opening"}
    wrong = sorted(required - set(data)) or sorted(set(data) - required - {"holidays", "overlay", "notify"})
    if wrong:
        raise SettingsError(f"{path}: key '{wrong[0]}' is missing or unknown; keys: {', '.join(sorted(required))}")
    return Site(
        id=str(data["id"]),
        name=str(data["name"]),
        country=str(data["country"]),
        zone=_zone(path, data["zone"]),
        phones=_phones(path, data["phones"]),
        opening=_opening(path, data["opening"]),
        holidays=_holidays(path, data.get("holidays") or []),
        overlay=_overlay(path, data.get("overlay")),
        notify=_people(path, data.get("notify") or []),
    )


def _overlay(path: Path, value: Any) -> Path | None:
    """Return the file that holds the overlay; a path counts from the site file's folder."""
    if value is None or isinstance(value, dict):
        return None if value is None else path
    if not isinstance(value, str) or not (path.parent / value).is_file():
        raise SettingsError(f"{path}: overlay {value!r} is neither a mapping nor a file beside the site file")
    return path.parent / value


def _zone(path: Path, name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"{path}: zone {name!r} is not a time zone name such as Europe/London") from error


def _phones(path: Path, data: Any) -> dict[str, str]:
    if not isinstance(data, dict) or set(data) != set(PHONES):
        raise SettingsError(f"{path}: phones must give exactly {', '.join(PHONES)}")
    for key, value in data.items():
        # R4: never a blank placeholder; a letter or a lone "0" would make a dead tap-to-call link.
        if not re.fullmatch(r"\+?[0-9][0-9 ().-]{1,24}", str(value)):
            raise SettingsError(f"{path}: phones.{key} {value!r} is not a phone number; write it as text in quotes")
    return {key: str(value) for key, value in data.items()}


def _opening(path: Path, data: Any) -> dict[int, tuple[tuple[day_time, day_time], ...]]:
    if not isinstance(data, dict) or not set(data) <= set(WEEKDAYS):
        raise SettingsError(f"{path}: opening must map {', '.join(WEEKDAYS)} to lists such as ['08:00-17:00']")
    week = {WEEKDAYS.index(day): tuple(_period(path, day, text) for text in data[day] or []) for day in data}
    if not any(week.values()):
        raise SettingsError(f"{path}: opening gives no hours at all: a call-soon flag would wait for ever")
    for day in data:
        periods = sorted(week[WEEKDAYS.index(day)])
        if any(start < end for (_, end), (start, _) in pairwise(periods)):
            raise SettingsError(f"{path}: opening.{day} has periods that overlap; join them")
    return week


def _period(path: Path, day: str, text: Any) -> tuple[day_time, day_time]:
    try:
        start, end = (_clock_time(part) for part in str(text).split("-"))
    except ValueError as error:
        raise SettingsError(f"{path}: opening.{day} {text!r} is not a period such as '08:00-17:00'") from error
    if start >= end:
        raise SettingsError(f"{path}: opening.{day} {text!r} ends before it starts")
    return start, end


def _clock_time(text: str) -> day_time:
    """Read `08:00`; `24:00` is the end of the day."""
    return day_time.max if text.strip() == "24:00" else day_time.fromisoformat(text.strip())


def _people(path: Path, data: Any) -> tuple[Person, ...]:
    people = tuple(_person(path, item) for item in data)
    if len({person.name for person in people}) < len(people):
        raise SettingsError(f"{path}: notify names somebody twice")
    return people


def _person(path: Path, data: Any) -> Person:
    if not isinstance(data, dict) or not {"name"} < set(data) <= {"name", "email", "webhook"}:
        raise SettingsError(f"{path}: notify must list people, each with a name and an email, a webhook or both")
    person = Person(**{key: str(value) for key, value in data.items()})
    if person.email and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", person.email):
        raise SettingsError(f"{path}: notify: {person.name} has no proper e-mail address")
    address = urlsplit(person.webhook)
    if person.webhook and not (address.scheme in ("http", "https") and address.hostname):
        raise SettingsError(f"{path}: notify: the webhook of {person.name} must be an https address")
    return person


def _holidays(path: Path, data: Any) -> frozenset[date]:
    try:
        return frozenset(item if isinstance(item, date) else date.fromisoformat(str(item)) for item in data)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{path}: holidays must be dates such as 2026-12-25") from error
