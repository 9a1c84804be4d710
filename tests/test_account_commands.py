"""Accounts and audit from the command line, and the logins that a first start prints."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.records import open_store
from bot.commands.serving import _print_welcome
from bot.settings import load_settings
from bot.site import SettingsError
from bot.store import passwords

LOGIN = re.compile(r"^(?:first|admin) login +(\S+) / (\S+)", re.MULTILINE)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment of its own, with cheap hashes."""
    monkeypatch.setenv("HSG_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()
    yield tmp_path
    passwords._nobody.cache_clear()


def test_a_first_start_prints_logins_that_work(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """README, Start: a lead nurse for the cases and an administrator for the accounts, each once."""
    settings = load_settings({"HSG_DATA_DIR": str(place)})
    with open_store(settings) as store:
        _print_welcome(settings, store)
        logins = LOGIN.findall(capsys.readouterr().out)
        users = [store.authenticate(name, password) for name, password in logins]
        _print_welcome(settings, store)
    assert [(user.name, user.role, user.must_change) for user in users if user] == [
        ("nurse", "lead", True),
        ("admin", "admin", True),
    ]
    assert LOGIN.findall(capsys.readouterr().out) == []


def test_accounts_from_the_command_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """H-13: somebody at the server can always let somebody in: new password, no second factor, no lock."""
    assert main(["user", "add", "Ada", "--role", "lead"]) == 0
    first = LOGIN.findall(capsys.readouterr().out)[0]
    with open_store(load_settings({"HSG_DATA_DIR": str(place)})) as store:
        for _ in range(9):
            store.authenticate("Ada", "wrong")
    assert main(["user", "reset", "ada"]) == 0
    again = LOGIN.findall(capsys.readouterr().out)[0]
    assert main(["user", "list"]) == 0
    listed = capsys.readouterr().out
    with open_store(load_settings({"HSG_DATA_DIR": str(place)})) as store:
        assert [store.authenticate(*login) is not None for login in (first, again)] == [False, True]
    assert listed.split() == ["Ada", "lead"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "add", "Ada"], "taken"),
        (["user", "add"], "empty"),
        (["user", "reset", "Eve"], "no user"),
        (["audit", "verify", "--head", "12"], "--head"),
    ],
)
def test_wrong_use_says_how(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one line, no trace."""
    main(["user", "add", "Ada"])
    assert main(arguments) == 2
    assert re.fullmatch(rf"error: .*{words}.*\n", capsys.readouterr().err)


def test_verifying_the_audit(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """H-17: the verdict in words and as exit code; the head that it prints proves the trail later."""
    main(["user", "add", "Ada"])
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    whole = capsys.readouterr().out
    head = whole.split("head ")[1].strip()
    main(["user", "add", "Eve"])
    assert main(["audit", "verify", "--head", head]) == 0
    (place / "aftercare.anchor").rename(place / "elsewhere")
    assert main(["audit", "verify"]) == 1
    (place / "elsewhere").rename(place / "aftercare.anchor")
    with closing(sqlite3.connect(place / "aftercare.db")) as raw, raw:
        raw.execute("DROP TRIGGER audit_no_delete")
        raw.execute("DELETE FROM audit WHERE seq = 2")
        raw.execute("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'audit'")
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert (whole, capsys.readouterr().out) == (
        f"audit chain is whole: 1 rows, head {head}\n",
        "audit chain is broken at row 2\n",
    )


@pytest.mark.parametrize(
    ("environ", "required"),
    [
        ({}, False),
        ({"HSG_ENVIRONMENT": "production"}, True),
        ({"HSG_ENVIRONMENT": "production", "HSG_SECOND_FACTOR": "optional"}, False),
        ({"HSG_SECOND_FACTOR": "required"}, True),
    ],
)
def test_when_a_second_factor_is_demanded(environ: dict[str, str], required: bool) -> None:
    """H-18: by default in production, and never in the demo of README unless it is asked for."""
    assert load_settings(environ).second_factor is required
    with pytest.raises(SettingsError, match="HSG_SECOND_FACTOR"):
        load_settings({**environ, "HSG_SECOND_FACTOR": "no"})
