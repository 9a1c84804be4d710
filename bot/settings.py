"""Environment and site file, read once into one frozen, validated object; and the injected clock."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from datetime import time as day_time
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

ROOT = Path(__file__).resolve().parent.parent
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SECRET_LENGTH = 24
PHONES = ("clinic", "on_call", "emergency", "crisis")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it and says how to mend it. Never holds a secret."""


class Clock(Protocol):
    """Where every time in the system comes from."""

    def now_ms(self) -> int:
        """Return UTC time in milliseconds since 1970."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Return UTC time in milliseconds since 1970."""
        return time.time_ns() // 1_000_000


@dataclass
class FixedClock:
    """A clock that stands still until told to move; for tests, evaluation and replay."""

    ms: int

    def now_ms(self) -> int:
        """Return the time that it was set to."""
        return self.ms

    def advance(self, **delta: float) -> None:
        """Move by a `timedelta` given in its keywords: `advance(minutes=30)`."""
        self.ms += int(timedelta(**delta).total_seconds() * 1000)


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

    def is_open(self, at_ms: int) -> bool:
        """Tell whether the clinic is open at a UTC millisecond, in its own zone and with its holidays."""
        local = datetime.fromtimestamp(at_ms / 1000, timezone.utc).astimezone(self.zone)
        if local.date() in self.holidays:
            return False
        now = local.time().replace(tzinfo=None)
        return any(start <= now < end for start, end in self.opening.get(local.weekday(), ()))


@dataclass(frozen=True)
class Settings:
    """Everything that a deployment may set. Times are seconds."""

    site: Site
    data_dir: Path
    model_dir: Path
    protocol: Path = ROOT / "bot" / "protocols" / "hsg.yml"
    domain: Path = ROOT / "domain.yml"
    environment: str = "demo"
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    reply_deadline: float = 8.0
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    webhook_secret: str = field(default="", repr=False)
    audit_anchor: Path | None = None
    """File that holds the audit chain down outside the database; None puts it beside the database."""
    second_factor: bool = False
    """Whether staff must enrol a second factor at their first log-in; they may in any case."""

    @property
    def production(self) -> bool:
        """Whether demo conveniences (demo patient link, plain http cookie) are off."""
        return self.environment == "production"

    @property
    def base_url(self) -> str:
        """The address under which browsers reach the product."""
        return self.public_url or f"http://{self.host}:{self.port}"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read `HSG_*` variables and the site file that HSG_SITE names (default `site.yml`).

    Raises SettingsError for an unknown HSG_ variable, a missing or malformed file or value.
    """
    known = {"SITE", "DATA_DIR", "MODEL_DIR", "ENVIRONMENT", "HOST", "PORT", "PUBLIC_URL", "REPLY_DEADLINE"}
    known |= {"SMTP_URL", "MAIL_FROM", "WEBHOOK_SECRET", "SECOND_FACTOR", "AUDIT_ANCHOR"}
    given = {name[4:]: value for name, value in environ.items() if name.startswith("HSG_")}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SettingsError(f"unknown setting HSG_{unknown[0]}; known: {', '.join('HSG_' + k for k in sorted(known))}")
    if given.get("ENVIRONMENT", "demo") not in ("demo", "production"):
        raise SettingsError("HSG_ENVIRONMENT must be demo or production")
    site = load_site(Path(given.get("SITE", ROOT / "site.yml")))
    _check_ways(site, given)
    return Settings(
        site=site,
        data_dir=Path(given.get("DATA_DIR", ROOT / "var")),
        model_dir=Path(given.get("MODEL_DIR", ROOT / "models")),
        environment=given.get("ENVIRONMENT", "demo"),
        host=given.get("HOST", "127.0.0.1"),
        port=_number(given, "PORT", 8080, 0, 65535),
        public_url=given.get("PUBLIC_URL", "").rstrip("/"),
        reply_deadline=float(_number(given, "REPLY_DEADLINE", 8, 1, 60)),
        smtp_url=given.get("SMTP_URL", ""),
        mail_from=given.get("MAIL_FROM", ""),
        webhook_secret=given.get("WEBHOOK_SECRET", ""),
        audit_anchor=Path(given["AUDIT_ANCHOR"]) if given.get("AUDIT_ANCHOR") else None,
        second_factor=_second_factor(given),
    )


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


def _number(given: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = given.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"HSG_{name} must be a whole number from {low} to {high}")
    return int(text)


def _second_factor(given: Mapping[str, str]) -> bool:
    usual = "required" if given.get("ENVIRONMENT") == "production" else "optional"
    value = given.get("SECOND_FACTOR", usual)
    if value not in ("required", "optional"):
        raise SettingsError("HSG_SECOND_FACTOR must be required or optional")
    return value == "required"


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


def _check_ways(site: Site, given: Mapping[str, str]) -> None:
    """Refuse people whom nothing could reach: a flag that waits would be told to nobody."""
    smtp = urlsplit(given.get("SMTP_URL", ""))
    if any(person.email for person in site.notify) and not (
        smtp.scheme in ("smtp", "smtps") and smtp.hostname and "@" in given.get("MAIL_FROM", "")
    ):
        raise SettingsError("notify by e-mail needs HSG_SMTP_URL (smtp://user:password@host:587) and HSG_MAIL_FROM")
    hooks = [person.webhook for person in site.notify if person.webhook]
    if hooks and len(given.get("WEBHOOK_SECRET", "")) < SECRET_LENGTH:
        raise SettingsError(f"notify by webhook needs HSG_WEBHOOK_SECRET, {SECRET_LENGTH} characters or more")
    if given.get("ENVIRONMENT") == "production" and any(not hook.startswith("https:") for hook in hooks):
        raise SettingsError("notify: in production a webhook must be an https address")


def _holidays(path: Path, data: Any) -> frozenset[date]:
    try:
        return frozenset(item if isinstance(item, date) else date.fromisoformat(str(item)) for item in data)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{path}: holidays must be dates such as 2026-12-25") from error
