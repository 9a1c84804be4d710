"""Breaking the glass."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Ward, flagged

REASON = {"code": "incident", "reason": "Complaint 12 of last week"}


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_a_case_is_opened_for_a_reason(ward: Ward, role: str) -> None:
    """H-18: one case, for an hour, to read only; audited as every view is, the words of the reason apart."""
    flag, other = flagged(ward, "fever zebra"), flagged(ward)
    browser = ward.nurse("Eve", role=role)
    case = f"/nurse/flags/{flag.id}"
    before = browser.get(case)
    broken = browser.post(f"{case}/glass", data=REASON)
    during = browser.get(case)
    elsewhere = browser.get(f"/nurse/flags/{other.id}")
    act = browser.post(f"{case}/claim", data={"version": flag.version})
    ward.clock.advance(minutes=29)
    browser.get(case)
    ward.clock.advance(minutes=29)
    browser.get(case)
    ward.clock.advance(minutes=3)
    after = browser.get(case)

    statuses = [answer.status_code for answer in (before, broken, during, elsewhere, act, after)]
    assert statuses == [403, 303, 200, 403, 403, 403]
    assert "zebra" in during.text
    assert "zebra" not in before.text + after.text
    trail = [row for row in ward.store.audit_rows() if row.subject_id == flag.id and row.actor == ward.user("Eve").id]
    assert [row.action for row in trail] == ["glass.broken", *["case.viewed"] * 3]
    assert trail[0].detail["code"] == "incident"
    assert "Complaint" not in repr(trail)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"code": "incident", "reason": " "},
        {"code": "", "reason": "x"},
        {"code": "incident", "reason": "x" * 1001},
    ],
)
def test_without_a_reason_the_glass_holds(ward: Ward, form: dict[str, str]) -> None:
    """H-18: nothing is opened without kind and words of a reason."""
    flag, browser = flagged(ward), ward.nurse("Eve", role="admin")
    answer = browser.post(f"/nurse/flags/{flag.id}/glass", data=form)

    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert browser.get(f"/nurse/flags/{flag.id}").status_code == 403
    assert browser.post("/nurse/flags/none/glass", data=REASON).status_code == 404


def test_the_lead_sees_who_and_why(ward: Ward) -> None:
    """H-18: counted on every page of the lead until reviewed; the review is audited, and the first one stays."""
    flag = flagged(ward)
    ward.nurse("Eve", role="admin").post(f"/nurse/flags/{flag.id}/glass", data=REASON)
    lead, second = ward.nurse("Ada", role="lead"), ward.nurse("Bea", role="lead")

    page = lead.get("/nurse/glass").text
    review = re.findall(r'action="(/nurse/glass/[^"]+/review)"', page)[0]
    counted = lead.get("/nurse").text
    answers = [lead.post(review), second.post(review), lead.post("/nurse/glass/none/review")]
    after = lead.get("/nurse/glass").text

    assert "An incident or a complaint is looked into.</strong> Complaint 12 of last week" in page
    assert 'class="count">1<' in counted
    assert 'class="count"' not in after
    assert "Reviewed by Ada, 10:13" in after
    assert [answer.status_code for answer in answers] == [303, 303, 404]
    assert [row.actor for row in ward.store.audit_rows() if row.action == "glass.reviewed"] == [ward.user("Ada").id]
