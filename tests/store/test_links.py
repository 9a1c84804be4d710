from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import FixedClock
from bot.store import LinkError, PatientSession, Procedure, Store
from tests.store.samples import NOON, add_procedure

HOUR = 3_600_000


@pytest.mark.parametrize(("age_ms", "state"), [(0, "valid"), (HOUR - 1, "valid"), (HOUR, "expired")])
def test_a_link_holds_for_its_time(
    store: Store, procedure: Procedure, clock: FixedClock, age_ms: int, state: str
) -> None:
    """It expires at the millisecond that it was given."""
    token = store.issue_link(procedure.id, HOUR)
    clock.ms += age_ms
    assert store.link_state(token) == state


@pytest.mark.parametrize("token", ["", "wrong", "a\0b", "\ud800", "x" * 10_000])
def test_any_other_text_is_an_unknown_link(store: Store, procedure: Procedure, token: str) -> None:
    """Tokens come from URLs and cookies: anything may stand there."""
    store.issue_link(procedure.id, HOUR)
    assert store.link_state(token) == "unknown"
    assert store.patient_session(token) is None
    with pytest.raises(LinkError, match="unknown") as caught:
        store.redeem_link(token)
    assert caught.value.state == "unknown"


def test_looking_at_a_link_does_nothing(store: Store, procedure: Procedure) -> None:
    """A link preview must not burn it."""
    token = store.issue_link(procedure.id, HOUR)
    trail = store.audit_rows()
    assert [store.link_state(token) for _ in range(3)] == ["valid"] * 3
    assert store.audit_rows() == trail
    assert store.patient_session(token) is None


def test_a_link_may_be_redeemed_again_until_it_expires(store: Store, procedure: Procedure, clock: FixedClock) -> None:
    """Her other phone gets a session of its own; all end with the link."""
    token = store.issue_link(procedure.id, HOUR)
    first = store.redeem_link(token)
    clock.ms += HOUR - 1
    second = store.redeem_link(token)
    assert first == PatientSession(first.token, procedure.id, NOON + HOUR)
    assert second == PatientSession(second.token, procedure.id, NOON + HOUR)
    assert len({token, first.token, second.token}) == 3
    assert [store.patient_session(each.token) for each in (first, second)] == [procedure, procedure]
    clock.ms += 1
    assert [store.patient_session(each.token) for each in (first, second)] == [None, None]
    with pytest.raises(LinkError, match="expired") as caught:
        store.redeem_link(token)
    assert caught.value.state == "expired"


def test_issue_and_redemption_are_audited_without_the_token(store: Store, procedure: Procedure) -> None:
    """Who got in, and when."""
    token = store.issue_link(procedure.id, HOUR)
    session = store.redeem_link(token)
    rows = [(row.actor, row.action, row.subject_id) for row in store.audit_rows()]
    assert rows == [("staff", "link.issued", procedure.id), ("patient", "link.redeemed", procedure.id)]
    assert token not in repr(store.audit_rows()) + repr(session)
    assert session.token not in repr(store.audit_rows()) + repr(session)


def test_tokens_do_not_stand_in_the_file(path: Path) -> None:
    """Whoever copies the database cannot open a link with it."""
    with Store(path, FixedClock(NOON)) as store:
        token = store.issue_link(add_procedure(store).id, HOUR)
        tokens = (token, store.redeem_link(token).token)
    content = path.read_bytes()
    assert [each.encode() in content for each in tokens] == [False, False]
