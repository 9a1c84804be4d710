"""The nurse's pages: sign-in, queue, case, closing the loop."""

from __future__ import annotations

import re

import pytest

from bot.triage.assessment import Assessment, Evidence, Outcome, Reason
from tests.web.conftest import PASSWORD, Ward, flagged

WELL = {"close_note": "x", "disposition": "advised_home"}


def test_sign_in(ward: Ward) -> None:
    """The right name and password open the queue; the session cookie ends with the browser."""
    ward.store.add_user("Ada", PASSWORD, "nurse", must_change=False)

    answer = ward.browser().post("/nurse/login", data={"name": " ada ", "password": PASSWORD})

    assert (answer.status_code, answer.headers["location"]) == (303, "/nurse")
    assert re.fullmatch(r"hsg_nurse=[^;]+; HttpOnly; Path=/; SameSite=lax", answer.headers["set-cookie"])


@pytest.mark.parametrize(("name", "password"), [("Ada", "wrong"), ("Eve", PASSWORD), ("", ""), ("<b>", "x\x00")])
def test_wrong_sign_in(ward: Ward, name: str, password: str) -> None:
    """A wrong name and a wrong password look the same, and what was typed comes back as text only."""
    ward.store.add_user("Ada", PASSWORD, "nurse")

    page = ward.browser().post("/nurse/login", data={"name": name, "password": password})

    assert (page.status_code, "set-cookie" in page.headers) == (401, False)
    assert "do not match" in page.text
    assert "<b>" not in page.text


def test_first_password_must_be_changed(ward: Ward) -> None:
    """Until the first password is changed every page leads to the form; afterwards the session goes on."""
    browser = ward.nurse(must_change=True)
    blocked = browser.get("/nurse")
    fields = {"old": PASSWORD, "new": "a brand new secret", "again": "a brand new secret"}

    changed = browser.post("/nurse/password", data=fields)

    assert (blocked.status_code, blocked.headers["location"]) == (303, "/nurse/password")
    assert (changed.status_code, changed.headers["location"]) == (303, "/nurse")
    assert browser.get("/nurse").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        (PASSWORD, "a brand new secret", "another secret", "differ"),
        (PASSWORD, "short", "short", "12"),
        (PASSWORD, PASSWORD, PASSWORD, "differ"),
        ("wrong", "a brand new secret", "a brand new secret", "wrong"),
        ("", "", "", "wrong"),
    ],
)
def test_bad_new_password(ward: Ward, old: str, new: str, again: str, words: str) -> None:
    """A password that cannot be taken says why, and none is echoed."""
    page = ward.nurse(must_change=True).post("/nurse/password", data={"old": old, "new": new, "again": again})

    assert page.status_code == 422
    assert re.search(rf'id="alert">[^<]*{words}', page.text)
    assert not new or new not in page.text


def test_log_out(ward: Ward) -> None:
    """Logging out ends the session on the server too."""
    browser = ward.nurse()
    token = browser.cookies["hsg_nurse"]
    answer = browser.post("/nurse/logout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/nurse/login")
    assert ward.store.session(token) is None


@pytest.mark.parametrize(("headers", "still_in"), [({"x-refresh": "1"}, False), ({}, True)])
def test_live_updates_are_no_activity(ward: Ward, headers: dict[str, str], still_in: bool) -> None:
    """An open page left alone is logged off after 30 minutes although it keeps itself up to date."""
    browser = ward.nurse()
    for _ in range(3):
        ward.clock.advance(minutes=20)
        browser.get("/nurse", headers=headers)

    assert (browser.get("/nurse").status_code == 200) is still_in


def test_do_not_phone_stands_out(ward: Ward) -> None:
    """A patient who must not be phoned is marked in words in queue and case (rule 44)."""
    flag = flagged(ward)
    ward.store.raise_flag("safeguarding", flag.conversation_id, flag.message_id, "urgent", False, ["R_X"], True)
    browser, shown = ward.nurse(), ward.store.open_flags()[-1]

    assert "Do not phone" in browser.get("/nurse").text
    assert "Do not phone this patient" in browser.get(f"/nurse/flags/{shown.id}").text


def test_case_marks_the_evidence(ward: Ward) -> None:
    """The words that raised the tier are marked with rule and reason; hostile text around them stays text."""
    flag = flagged(ward, '\U0001f64f <script>x</script> & "fever" now')

    page = ward.nurse().get(f"/nurse/flags/{flag.id}").text

    named = 'data-rule="R_FEVER" title="Fever at any time after the HSG"'
    mark = f'<mark class="mark-present" {named}>fever<sup>1</sup></mark>'
    assert f"\U0001f64f &lt;script&gt;x&lt;/script&gt; &amp; &#34;{mark}&#34; now" in page
    assert "<code>R_FEVER</code>" in page
    assert "<q>fever</q>" in page


def test_spans_outside_the_text_are_ignored(ward: Ward) -> None:
    """A wrong span never breaks the page that a nurse needs."""
    browser = ward.patient()
    browser.post("/chat/messages", data={"text": "hello"})
    found = ward.store.search_messages("hello", 1)[0]
    conversation = ward.store.conversation(found[0])
    message, _ = ward.store.receive_message(conversation.id, "abcdefgh-9", "short")
    spans = (Evidence(message.id, 2, 99), Evidence(message.id, 3, 3), Evidence("gone", 0, 1))
    reason = Reason("R_X", Outcome.URGENT, False, spans)
    ward.store.save_triage(message.id, [], Assessment(Outcome.URGENT, reasons=(reason,)))
    flag = ward.store.raise_flag("clinical", conversation.id, message.id, "urgent", False, ["R_X"])

    assert ward.nurse().get(f"/nurse/flags/{flag.id}").status_code == 200


def test_the_loop_is_closed(ward: Ward) -> None:
    """Claim, close with a note: who and when is on the page, in the store and in the audit."""
    flag = flagged(ward)
    browser = ward.nurse()
    ward.clock.advance(minutes=3)

    taken = browser.post(f"/nurse/flags/{flag.id}/claim", data={"version": flag.version})
    page = browser.get(f"/nurse/flags/{flag.id}").text
    closed = browser.post(f"/nurse/flags/{flag.id}/close", data={**WELL, "close_note": " Called, <b>well</b> "})
    after = browser.get(f"/nurse/flags/{flag.id}").text

    stored, user = ward.store.flag(flag.id), ward.user("Ada")
    assert (taken.headers["location"], closed.headers["location"]) == (f"/nurse/flags/{flag.id}", "/nurse")
    assert "With Ada since 10:16" in page
    assert "Closed by Ada, 10:16" in after
    assert "Called, &lt;b&gt;well&lt;/b&gt;" in after
    assert (stored.state, stored.note, stored.closed_by) == ("closed", "Called, <b>well</b>", user.id)
    assert [row.action for row in ward.store.audit_rows() if row.subject_id == flag.id] == [
        "flag.raised",
        "flag.claimed",
        "case.viewed",
        "flag.closed",
        "case.viewed",
    ]
    assert "Nothing is waiting" in browser.get("/nurse").text


@pytest.mark.parametrize(("note", "status"), [("", 422), (" \n ", 422), ("\u200b", 422), ("n" * 4001, 413)])
def test_closing_needs_a_note(ward: Ward, note: str, status: int) -> None:
    """A flag is not closed without saying what was done."""
    flag = flagged(ward)
    browser = ward.nurse()
    browser.post(f"/nurse/flags/{flag.id}/claim", data={})

    assert browser.post(f"/nurse/flags/{flag.id}/close", data={**WELL, "close_note": note}).status_code == status
    assert ward.store.flag(flag.id).state == "claimed"


def test_a_second_nurse_sees_who_was_first(ward: Ward) -> None:
    """Claiming what somebody else took is refused and shows how it stands."""
    flag = flagged(ward)
    first, second = ward.nurse("Ada"), ward.nurse("Bea")
    first.post(f"/nurse/flags/{flag.id}/claim", data={"version": flag.version})

    page = second.post(f"/nurse/flags/{flag.id}/claim", data={"version": flag.version})

    assert page.status_code == 409
    assert "With Ada" in page.text


def test_a_flag_that_rose_is_not_closed_unseen(ward: Ward) -> None:
    """A rise between reading and closing is shown first; the note that she wrote is not lost (H-13: unseen rise)."""
    flag = flagged(ward)
    browser = ward.nurse()
    browser.post(f"/nurse/flags/{flag.id}/claim", data={})
    seen = ward.store.flag(flag.id).version
    ward.store.raise_flag("clinical", flag.conversation_id, flag.message_id, "urgent", True, ["R_PAD"])

    page = browser.post(f"/nurse/flags/{flag.id}/close", data={**WELL, "close_note": "all well", "version": seen})

    assert page.status_code == 409
    assert "has changed since" in page.text
    assert ward.store.flag(flag.id).state == "open"


def test_unknown_flag(ward: Ward) -> None:
    """An id that does not exist is a plain 404 on every action."""
    browser = ward.nurse()
    answers = [
        browser.get("/nurse/flags/none"),
        browser.post("/nurse/flags/none/claim", data={}),
        browser.post("/nurse/flags/none/close", data=WELL),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_no_patient_text_in_titles(ward: Ward) -> None:
    """Titles reach browser histories and screen shares: tier words only."""
    flag = flagged(ward, "fever zebra")
    browser = ward.nurse()

    for path in ("/nurse", f"/nurse/flags/{flag.id}"):
        title = re.search(r"<title>(.*)</title>", browser.get(path).text)
        assert title
        assert "zebra" not in title.group(1)
