"""Everything that a deployment may set in its environment, read once into one frozen, validated object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.site import SettingsError, Site, load_site

ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 24


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
