"""Commands on the records: audit verification, accounts and patient links."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from bot.clock import SystemClock
from bot.settings import Settings
from bot.store import AccountError, NotFound, Procedure, Store
from bot.store.users import new_password

DATABASE = "aftercare.db"
LINK_MS = 30 * 24 * 3600 * 1000
"""A link opens the chat for 30 days, the span in which findings are procedure-linked (evidence 0.1)."""


class CommandError(ValueError):
    """A command was used wrongly; the message says how to use it."""


def open_store(settings: Settings) -> Store:
    """Open or create the deployment's record in its data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(settings.data_dir / DATABASE, SystemClock(), settings.audit_anchor)


def audit(settings: Settings, given: Namespace) -> int:
    """Verify the audit chain; exit code 1 names the first row that was changed, removed or reordered."""
    with open_store(settings) as store:
        bad = store.verify_audit(_head(given.head))
        seq, digest = store.audit_head()
    if bad is None:
        print(f"audit chain is whole: {seq} rows, head {seq}:{digest}")
    else:
        print("the anchor of the audit chain is gone" if bad == 0 else f"audit chain is broken at row {bad}")
    return 0 if bad is None else 1


def _head(text: str | None) -> tuple[int, str] | None:
    found = re.fullmatch(r"([0-9]+):([0-9a-f]{64})", text or "")
    if text and not found:
        raise CommandError("--head must be as `audit verify` printed it: a number, a colon, 64 hexadecimal digits")
    return (int(found.group(1)), found.group(2)) if found else None


def user(settings: Settings, given: Namespace) -> int:
    """List accounts, add one, or let somebody in again: new first password, second factor removed, lock lifted."""
    with open_store(settings) as store:
        try:
            _USER_ACTIONS[given.action](store, given)
        except (AccountError, NotFound) as error:
            raise CommandError(str(error)) from error
    return 0


def _list_users(store: Store, _given: Namespace) -> None:
    for item in store.users():
        factor, state = "second factor" if item.has_factor else "", "disabled" if item.disabled else ""
        print(f"{item.name:<24} {item.role:<8} {factor:<14} {state}".rstrip())


def _add_user(store: Store, given: Namespace) -> None:
    password = new_password()
    store.add_user(given.name, password, given.role)
    print(f"first login     {given.name} / {password}")


def _reset_user(store: Store, given: Namespace) -> None:
    found = store.user_named(given.name)
    if found.has_factor:
        store.remove_factor(found.id, "operator")
    print(f"first login     {found.name} / {store.reset_password(found.id, 'operator')}")


_USER_ACTIONS = {"list": _list_users, "add": _add_user, "reset": _reset_user}


def link(settings: Settings, given: Namespace) -> int:
    """Make a patient with one procedure and print the link that opens her chat."""
    with open_store(settings) as store:
        procedure = add_procedure(settings, store, _date(given.date), given.contrast)
        print(patient_link(settings, store, procedure))
    return 0


def add_procedure(
    settings: Settings, store: Store, on: date | None, contrast: str | None = None, factors: Iterable[str] = ()
) -> Procedure:
    """Keep a new patient with one procedure at this site."""
    site = settings.site
    patient = store.add_patient()
    return store.add_procedure(patient.id, site.id, on, zone=site.zone.key, contrast=contrast, factors=factors)


def patient_link(settings: Settings, store: Store, procedure: Procedure) -> str:
    """Return the address that opens this patient's chat; whoever holds it can read and write there."""
    return f"{settings.base_url}/p/{store.issue_link(procedure.id, LINK_MS)}"


def site_today(settings: Settings) -> date:
    """Return today's date at the clinic."""
    return datetime.now(timezone.utc).astimezone(settings.site.zone).date()


def yesterday(settings: Settings) -> date:
    """Return yesterday's date at the clinic: the demo patient is on day 1."""
    return site_today(settings) - timedelta(days=1)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(f"--date {text!r} is not a date such as 2026-11-20") from error
