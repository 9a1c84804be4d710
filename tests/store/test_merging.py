"""Repeat contacts of one patient become one case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import FixedClock
from bot.store import FlagStateError, Message, Store, User
from tests.store.samples import add_procedure
from tests.store.test_claims import bea
from tests.store.test_flags import raise_clinical

__all__ = ["bea"]


def test_the_gravest_of_both_goes_on(store: Store, message: Message, nurse: User, clock: FixedClock) -> None:
    """H-04: merging lowers nothing: tier, emergency, do_not_phone and reasons are those of both."""
    soon = raise_clinical(store, message, "call_soon")
    grave = store.raise_flag(
        "safeguarding", message.conversation_id, message.id, "urgent", True, ["r9"], do_not_phone=True
    )
    store.claim_flag(soon.id, nurse.id)

    joined = store.merge_flag(soon.id, grave.id, nurse.id)

    both = tuple(dict.fromkeys((*soon.reason_ids, "r9")))
    assert (joined.tier, joined.emergency, joined.do_not_phone, joined.reason_ids) == ("urgent", True, True, both)
    closed = replace(grave, state="closed", closed_by=nurse.id, closed_ms=clock.ms, merged_into=soon.id, version=2)
    assert store.flag(grave.id) == closed
    assert store.open_flags() == [joined]
    assert store.mergeable_flags(soon.id) == []


def test_what_is_not_hers_to_merge(store: Store, message: Message, nurse: User, bea: User) -> None:
    """Another patient's flag, a colleague's, a closed one and the flag itself stay where they are."""
    mine = store.claim_flag(raise_clinical(store, message, "urgent").id, nurse.id)
    other = store.raise_flag("request", message.conversation_id, message.id, "call_soon", False, ["r2"])
    store.claim_flag(other.id, bea.id)
    elsewhere = store.current_conversation(add_procedure(store).id)
    stranger = store.raise_flag("clinical", elsewhere.id, None, "urgent", False, ["r1"])

    for wrong, why in ((other, "somebody else"), (stranger, "one patient"), (mine, "closed or the same")):
        with pytest.raises(FlagStateError, match=why):
            store.merge_flag(mine.id, wrong.id, nurse.id)
    assert store.mergeable_flags(mine.id) == [store.flag(other.id)]
