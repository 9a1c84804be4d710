"""The auditor's pages."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re

import pytest

from bot.store.audit import GENESIS
from tests.web.conftest import Ward, flagged


def rows_of(page: str) -> list[str]:
    """Return the actions that a page lists."""
    return re.findall(r"<strong>([a-z_.]+)</strong>", page)


def test_the_auditor_sees_who_did_what(ward: Ward) -> None:
    """H-17: latest first, with names and clinic time; the case of a flag is one step away; no patient's words."""
    auditor = ward.nurse("Eve", role="auditor")
    flag = flagged(ward, "fever zebra")
    ward.nurse("Ada").get(f"/nurse/flags/{flag.id}")

    page = auditor.get("/nurse/audit").text
    first = page.split('<tr role="row" class="row">')[1]

    assert rows_of(page)[0] == "case.viewed"
    assert "2026-09-21 10:13:20" in first
    assert '<td role="cell">Ada</td>' in first
    assert f'href="/nurse/flags/{flag.id}"' in first
    assert "zebra" not in page


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("action=flag.", {"flag.raised", "flag.claimed"}),
        ("actor={ada}", {"login.accepted", "case.viewed", "flag.claimed"}),
        ("actor={ada}&action=case", {"case.viewed"}),
        ("subject={flag}", {"flag.raised", "flag.claimed", "case.viewed"}),
        ("from=2026-09-22", set()),
        ("to=2026-09-20", set()),
        ("from=2026-09-21&to=2026-09-21&action=flag.c", {"flag.claimed"}),
        ("action=%25", set()),
        ("before=2", {"user.added"}),
    ],
)
def test_filters(ward: Ward, query: str, actions: set[str]) -> None:
    """By person, kind, subject and days at the clinic; page and export show the same rows."""
    auditor, ada, flag = ward.nurse("Eve", role="auditor"), ward.nurse("Ada"), flagged(ward)
    ada.get(f"/nurse/flags/{flag.id}")
    ada.post(f"/nurse/flags/{flag.id}/claim", data={"version": flag.version})
    asked = query.format(ada=ward.user("Ada").id, flag=flag.id)

    exported = auditor.get(f"/nurse/audit/export?format=jsonl&{asked}").text.splitlines()
    page = auditor.get(f"/nurse/audit?{asked}").text

    assert set(rows_of(page)) == actions
    if "before" not in query:
        assert {json.loads(line)["action"] for line in exported} == actions


def test_the_export_can_be_verified_elsewhere(ward: Ward) -> None:
    """H-17: JSON lines carry what each hash covers: another program can follow the chain from the first row."""
    flagged(ward, "fever zebra")
    answer = ward.nurse("Eve", role="auditor").get("/nurse/audit/export?format=jsonl")

    previous = GENESIS
    for row in map(json.loads, answer.text.splitlines()):
        covered = {key: row[key] for key in ("seq", "at_ms", "actor", "action", "subject_id", "prev_hash")}
        covered["detail"] = json.dumps(row["detail"], sort_keys=True, separators=(",", ":"))
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
        assert (row["prev_hash"], row["hash"]) == (previous, hashlib.sha256(text.encode()).hexdigest())
        previous = row["hash"]
    assert previous != GENESIS
    assert "zebra" not in answer.text
    assert [row.action for row in ward.store.audit_rows()][-1] == "audit.exported"


def test_a_spreadsheet_opens_the_export_as_text(ward: Ward) -> None:
    """H-16: a name that begins like a formula stays a name."""
    auditor = ward.nurse("=HYPERLINK(1)", role="auditor")
    answer = auditor.get("/nurse/audit/export?format=csv&action=login.accepted")
    row = next(csv.DictReader(io.StringIO(answer.text)))

    assert (row["actor_name"], row["action"], row["at"]) == (
        "'=HYPERLINK(1)", "login.accepted", "2026-09-21T14:13:20.000+00:00",
    )  # fmt: skip
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'


def test_verifying_from_the_page(ward: Ward) -> None:
    """H-17: the auditor needs no command line; the verdict is itself on record."""
    auditor = ward.nurse("Eve", role="auditor")
    whole = auditor.post("/nurse/audit/verify").text
    with ward.store.transaction():
        ward.store._run("DROP TRIGGER audit_no_update")
        ward.store._run("UPDATE audit SET actor = 'x' WHERE seq = 2")
    broken = auditor.post("/nurse/audit/verify").text

    assert "The chain is whole: 2 rows" in whole
    assert "It is broken at row 2." in broken
    assert [row.detail for row in ward.store.audit_rows() if row.action == "audit.verified"] == [
        {"rows": 2, "broken_at": None},
        {"rows": 3, "broken_at": 2},
    ]


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-13-01", "to=9999-12-31", "format=pdf"])
def test_what_cannot_be_read_is_refused(ward: Ward, query: str) -> None:
    """No error page with a trace for a mistyped address."""
    assert ward.nurse("Eve", role="auditor").get(f"/nurse/audit/export?{query}").status_code == 400


def test_long_trails_come_in_pages(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page stays short, the export complete, however long the trail."""
    monkeypatch.setattr("bot.web.auditing.PAGE", 2)
    monkeypatch.setattr("bot.web.auditing.EXPORT_PAGE", 2)
    auditor = ward.nurse("Eve", role="auditor")
    for n in range(5):
        ward.store.audit("bot", "flag.raised", f"f{n}")

    page = auditor.get("/nurse/audit?action=flag.").text
    older = re.search(r'href="(/nurse/audit\?[^"]*before=[^"]*)"', page)
    assert older
    following = auditor.get(older.group(1).replace("&amp;", "&")).text
    exported = auditor.get("/nurse/audit/export?format=csv&action=flag.").text

    assert re.findall(r"<code>(f\d)</code>", page) == ["f4", "f3"]
    assert re.findall(r"<code>(f\d)</code>", following) == ["f2", "f1"]
    assert re.findall(r",(f\d),", exported) == ["f0", "f1", "f2", "f3", "f4"]
