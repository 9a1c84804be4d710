"""What a nurse has typed and not sent."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, Ward, flagged


def kept(browser: TestClient, flag_id: str) -> dict[str, str]:
    """Return the drafts that a browser is given for a case."""
    found: dict[str, str] = browser.get(f"/nurse/drafts?flag={flag_id}").json()["drafts"]
    return found


def test_a_log_off_keeps_the_draft(ward: Ward) -> None:
    """H-18, H-13: the session is forgotten after 30 idle minutes, what she had typed is there when she is back."""
    flag, ada = flagged(ward), ward.nurse("Ada")
    ada.post("/nurse/drafts", data={"flag": flag.id, "field": "close-note", "text": "Rang her,"})
    ada.post("/nurse/drafts", data={"flag": flag.id, "field": "close-note", "text": "Rang her, no answer"})
    ward.clock.advance(minutes=31)
    out = ada.get(f"/nurse/drafts?flag={flag.id}", headers={"accept": "application/json"})
    ada.post("/nurse/login", data={"name": "Ada", "password": PASSWORD})

    assert out.status_code == 401
    assert kept(ada, flag.id) == {"close-note": "Rang her, no answer"}


def test_a_draft_is_its_writers_alone(ward: Ward) -> None:
    """H-14, H-18: the next nurse at the same computer does not see it, nor does another case."""
    flag, other = flagged(ward), flagged(ward)
    ward.nurse("Ada").post("/nurse/drafts", data={"flag": flag.id, "field": "close-note", "text": "private"})

    assert kept(ward.nurse("Bea"), flag.id) == {}
    ada = ward.browser()
    ada.post("/nurse/login", data={"name": "Ada", "password": PASSWORD})
    assert (kept(ada, other.id), kept(ada, flag.id)) == ({}, {"close-note": "private"})


def test_what_was_sent_is_no_draft(ward: Ward) -> None:
    """A form that was accepted drops its draft; one that was refused keeps it."""
    flag, ada = flagged(ward), ward.nurse("Ada")
    ada.post("/nurse/drafts", data={"flag": flag.id, "field": "close-note", "text": "Rang her"})
    refused = ada.post(f"/nurse/flags/{flag.id}/close", data={"close_note": "Rang her", "disposition": "clinic_visit"})
    before = kept(ada, flag.id)
    ada.post(f"/nurse/flags/{flag.id}/claim", data={})
    sent = ada.post(f"/nurse/flags/{flag.id}/close", data={"close_note": "Rang her", "disposition": "clinic_visit"})

    assert (refused.status_code, before) == (409, {"close-note": "Rang her"})
    assert (sent.status_code, kept(ada, flag.id)) == (303, {})


def test_drafts_do_not_pile_up(ward: Ward) -> None:
    """An emptied field is forgotten at once, everything after a day; nothing of it is in the audit."""
    flag, ada = flagged(ward), ward.nurse("Ada")
    for field, text in [("reply", "zebra"), ("reply", ""), ("close-note", "zebra")]:
        ada.post("/nurse/drafts", data={"flag": flag.id, "field": field, "text": text})
    today = kept(ada, flag.id)
    ward.clock.advance(hours=25)

    assert today == {"close-note": "zebra"}
    assert ward.store.drafts(ward.user("Ada").id, flag.id) == {}
    assert "zebra" not in repr(ward.store.audit_rows())


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"flag": "none", "field": "reply", "text": "x"}, 404),
        ({"field": "reply", "text": "x"}, 404),
        ({"flag": "{flag}", "text": "x"}, 422),
        ({"flag": "{flag}", "field": "Reply 2", "text": "x"}, 422),
        ({"flag": "{flag}", "field": "reply", "text": "x" * 5000}, 204),
    ],
)
def test_what_can_be_kept(ward: Ward, form: dict[str, str], status: int) -> None:
    """Fields by name, of cases that are there; as much as could be sent."""
    flag, ada = flagged(ward), ward.nurse("Ada")
    answer = ada.post("/nurse/drafts", data={key: value.format(flag=flag.id) for key, value in form.items()})

    assert answer.status_code == status
    assert [len(text) for text in kept(ada, flag.id).values()] == ([4000] if status == 204 else [])
