"""A nurse's tier beside the rules' own, and its review before a case leaves the clinic."""

from __future__ import annotations

import pytest

from bot.clock import FixedClock
from bot.store import Flag, FlagStateError, Message, Override, Store, User
from tests.store.test_claims import bea, holder
from tests.store.test_flags import raise_clinical

__all__ = ["bea"]


@pytest.fixture
def flag(store: Store, message: Message, nurse: User) -> Flag:
    """An urgent flag that the nurse holds."""
    return store.claim_flag(raise_clinical(store, message, "urgent").id, nurse.id)


def test_both_tiers_are_kept(store: Store, flag: Flag, message: Message, nurse: User, clock: FixedClock) -> None:
    """H-04: the flag takes her tier; what the rules said, and why she differs, stays and is audited."""
    lowered = store.override_tier(flag.id, nurse.id, "call_soon", True, "not_present", flag.version)

    (kept,) = store.overrides(message.procedure_id)
    assert (lowered.tier, lowered.emergency, holder(lowered)) == ("call_soon", False, holder(flag))
    assert kept == Override(
        kept.id, flag.id, message.id, nurse.id, "urgent", False, "call_soon", False, "not_present", clock.ms,
        "pending", (), None, None,
    )  # fmt: skip
    row = next(row for row in store.audit_rows() if row.action == "tier.overridden")
    assert row.detail == {
        "from": "urgent", "from_emergency": False, "to": "call_soon", "to_emergency": False, "reason": "not_present",
    }  # fmt: skip


@pytest.mark.parametrize(("tier", "error"), [("urgent", FlagStateError), ("dire", ValueError)])
def test_an_override_changes_the_tier(store: Store, flag: Flag, nurse: User, tier: str, error: type[Exception]) -> None:
    """The tier that it has, or one that does not exist, is no override."""
    with pytest.raises(error):
        store.override_tier(flag.id, nurse.id, tier, False, "other")
    assert store.overrides(flag.procedure_id) == []


def test_only_the_holder_overrides(store: Store, flag: Flag, bea: User) -> None:
    """H-04: nobody lowers a case that a colleague has in hand."""
    with pytest.raises(FlagStateError, match="somebody else"):
        store.override_tier(flag.id, bea.id, "normal", False, "other")


def test_a_second_pair_of_eyes_reviews(store: Store, flag: Flag, message: Message, nurse: User, bea: User) -> None:
    """H-23: who overrode does not confirm; what is confirmed once is settled."""
    store.override_tier(flag.id, nurse.id, "normal", False, "other")
    (kept,) = store.overrides_in("pending")
    with pytest.raises(FlagStateError, match="somebody else"):
        store.review_override(kept.id, nurse.id, confirmed=True)

    done = store.review_override(kept.id, bea.id, confirmed=True, hidden=[(message.id, 0, 4)])

    assert (done.state, done.reviewed_by, done.hidden) == ("confirmed", bea.id, ((message.id, 0, 4),))
    assert (store.overrides_in("pending"), store.overrides_in("confirmed")) == ([], [done])
    with pytest.raises(FlagStateError, match="confirmed"):
        store.review_override(kept.id, bea.id, confirmed=False)
