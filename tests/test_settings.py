"""A site file that would let a flag wait unseen is refused at start."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT, load_settings
from bot.site import Person, SettingsError, load_site

SITE: dict[str, Any] = yaml.safe_load((ROOT / "site.yml").read_text(encoding="utf-8"))
WAYS = {"HSG_SMTP_URL": "smtps://u:p@mail.example", "HSG_MAIL_FROM": "hsg@clinic.example"}
SECRET = {"HSG_WEBHOOK_SECRET": "x" * 24}
ADA, BEA = {"name": "Ada", "email": "ada@clinic.example"}, {"name": "Bea", "webhook": "http://pager.example/in"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a test writes its site file."""
    return tmp_path / "site.yml"


def write(path: Path, **changes: Any) -> Path:
    """Write the example site with some keys changed."""
    path.write_text(yaml.safe_dump({**SITE, **changes}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"opening": {}}, "no hours at all"),
        ({"opening": {"monday": []}}, "no hours at all"),
        ({"opening": {"monday": ["08:00-12:00", "11:59-17:00"]}}, "overlap"),
        ({"opening": {"monday": ["17:00-08:00"]}}, "ends before it starts"),
        ({"opening": {"monday": ["08:00-25:00"]}}, "not a period"),
        ({"notify": ["ada@clinic.example"]}, "notify must list people"),
        ({"notify": [{"name": "Ada"}]}, "notify must list people"),
        ({"notify": [{"name": "Ada", "email": "ada"}]}, "no proper e-mail address"),
        ({"notify": [{"name": "Ada", "email": "a@b.c\nBcc: x@y.z"}]}, "no proper e-mail address"),
        ({"notify": [{"name": "Bea", "webhook": "file:///etc/passwd"}]}, "must be an https address"),
        ({"notify": [ADA, ADA]}, "names somebody twice"),
    ],
)
def test_a_mistaken_site_file_is_refused(site: Path, changes: dict[str, Any], fault: str) -> None:
    """H-05: the message names what to mend, and nothing runs on a guess."""
    with pytest.raises(SettingsError, match=fault):
        load_site(write(site, **changes))


def test_hours_to_midnight_and_people_are_read(site: Path) -> None:
    """Several periods a day, up to 24:00; people in the order in which they are told."""
    read = load_site(write(site, opening={"sunday": ["18:00-24:00", "00:00-06:00"]}, notify=[ADA, BEA]))

    assert read.opening == {6: ((time(18), time.max), (time(0), time(6)))}
    assert read.notify == (Person("Ada", "ada@clinic.example"), Person("Bea", webhook="http://pager.example/in"))


@pytest.mark.parametrize(
    ("people", "environ", "fault"),
    [
        ([ADA], {}, "HSG_SMTP_URL"),
        ([ADA], {**WAYS, "HSG_SMTP_URL": "mail.example"}, "HSG_SMTP_URL"),
        ([ADA], {**WAYS, "HSG_MAIL_FROM": ""}, "HSG_MAIL_FROM"),
        ([BEA], {}, "HSG_WEBHOOK_SECRET"),
        ([BEA], {"HSG_WEBHOOK_SECRET": "short"}, "HSG_WEBHOOK_SECRET"),
        ([BEA], {**SECRET, "HSG_ENVIRONMENT": "production"}, "https"),
    ],
)
def test_people_whom_nothing_can_reach_are_refused(
    site: Path, people: list[dict[str, str]], environ: dict[str, str], fault: str
) -> None:
    """H-24: an alarm that is told to nobody. The message holds no secret."""
    with pytest.raises(SettingsError, match=fault) as refusal:
        load_settings({**environ, "HSG_SITE": str(write(site, notify=people))})
    assert "u:p@" not in str(refusal.value)


def test_people_and_ways_fit(site: Path) -> None:
    """What is set is kept, and secrets stand in no printout."""
    settings = load_settings({**WAYS, **SECRET, "HSG_SITE": str(write(site, notify=[ADA, BEA]))})

    assert (settings.smtp_url, settings.mail_from, settings.webhook_secret) == (*WAYS.values(), *SECRET.values())
    assert "u:p@" not in repr(settings)
    assert SECRET["HSG_WEBHOOK_SECRET"] not in repr(settings)
