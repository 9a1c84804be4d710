"""Filters and full-text search over the queue."""

from __future__ import annotations

from typing import Any

import pytest

from bot.clock import FixedClock
from bot.store import Excerpt, FlagFilter, Store, User
from bot.store import search as search_module
from tests.store.samples import NOON, add_procedure

HOUR = 3_600_000
# name: kind, tier, emergency, reasons, what she wrote; an hour apart from NOON on
FLAGS = {
    "pad": ("clinical", "urgent", True, ["soaked_pad"], "I soaked a pad; the café was closed"),
    "fever": ("clinical", "urgent", False, ["fever", "C3"], "fever and chills"),
    "wish": ("request", "call_soon", False, ["ask_human"], "may I speak to a person about my fevers"),
    "fault": ("system", "urgent", False, ["system-failed"], "Fever since noon"),
    "done": ("clinical", "call_soon", False, ["fever"], "a slight fever"),
}


@pytest.fixture
def flags(store: Store, clock: FixedClock, nurse: User) -> dict[str, str]:
    """Five flags: "fever" is held by Ada, "done" is closed by her."""
    ids = {}
    for name, (kind, tier, emergency, reasons, text) in FLAGS.items():
        conversation = store.current_conversation(add_procedure(store).id)
        message, _ = store.receive_message(conversation.id, "c1", text)
        ids[name] = store.raise_flag(kind, conversation.id, message.id, tier, emergency, reasons).id
        clock.advance(hours=1)
    store.claim_flag(ids["fever"], nurse.id)
    store.claim_flag(ids["done"], nurse.id)
    store.close_flag(ids["done"], nurse.id, "rang her")
    return ids


def named(flags: dict[str, str], ids: list[str]) -> list[str]:
    """Return the names of flags."""
    names = {flag: name for name, flag in flags.items()}
    return [names[flag] for flag in ids]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["pad", "fault", "fever", "wish"]),
        ({"state": "closed"}, ["done"]),
        ({"state": "all"}, ["done", "fault", "wish", "fever", "pad"]),
        ({"tier": "emergency"}, ["pad"]),
        ({"tier": "urgent"}, ["fault", "fever"]),
        ({"tier": "call_soon", "state": "all"}, ["done", "wish"]),
        ({"kind": "system"}, ["fault"]),
        ({"reason": "fever", "state": "all"}, ["done", "fever"]),
        ({"reason": "C3"}, ["fever"]),
        ({"reason": "' OR 1 --"}, []),
        ({"holder": "nobody"}, ["pad", "fault", "wish"]),
        ({"holder": "Ada"}, ["fever"]),
        ({"holder": "Ada", "state": "all"}, ["done", "fever"]),
        ({"since_ms": NOON + HOUR, "until_ms": NOON + 3 * HOUR}, ["fever", "wish"]),
    ],
)
def test_filters(store: Store, flags: dict[str, str], nurse: User, asked: dict[str, Any], expected: list[str]) -> None:
    """By state, tier, kind, finding, holder and date; those that wait in the queue's order, others newest first."""
    asked = {**asked, **({"holder": nurse.id} if asked.get("holder") == "Ada" else {})}

    found = [flag.id for flag in store.queue(FlagFilter(**asked), 10)]

    assert named(flags, found) == expected


def test_pages_join_without_gap(store: Store, flags: dict[str, str]) -> None:
    """Page by page it is the same queue."""
    pages = [store.queue(FlagFilter(), 3, skip) for skip in (0, 3, 6)]

    assert [len(page) for page in pages] == [3, 1, 0]
    assert pages[0] + pages[1] == store.open_flags()


def test_counts(store: Store, flags: dict[str, str], nurse: User) -> None:
    """What waits, by tier, how many of it nobody holds, and how many she does."""
    tiers = {"emergency": 1, "urgent": 2, "call_soon": 1}
    assert store.queue_counts(nurse.id) == {"waiting": 4, **tiers, "free": 3, "mine": 1}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "FEVER"}, ["done", "fault", "wish", "fever"]),  # case and plural do not matter
        ({"text": "cafe"}, ["pad"]),
        ({"text": "fever chills"}, ["fever"]),
        ({"text": "fever pad"}, []),
        ({"text": "fever", "state": "waiting"}, ["fault", "wish", "fever"]),
        ({"text": "fever", "tier": "call_soon", "holder": "Ada"}, ["done"]),
        ({"text": "fever", "reason": "fever"}, ["done", "fever"]),
        ({"text": "fever", "since_ms": NOON + 2 * HOUR, "until_ms": NOON + 4 * HOUR}, ["fault", "wish"]),
        ({"text": "fever", "since_ms": NOON + 9 * HOUR}, []),
        ({"text": ""}, []),
        ({"text": '" OR NOT * NEAR( ^'}, []),
        ({"text": "\0"}, []),
    ],
)
def test_search(store: Store, flags: dict[str, str], nurse: User, asked: dict[str, Any], expected: list[str]) -> None:
    """H-16: by all the words that somebody wrote, with every filter, newest writing first; any text is safe."""
    asked = {**asked, **({"holder": nurse.id} if asked.get("holder") == "Ada" else {})}

    found, more = store.search(FlagFilter(**{"state": "all", **asked}), 10)

    assert named(flags, [each.flag.id for each in found]) == expected
    assert more is False


def test_an_excerpt_shows_where(store: Store, flags: dict[str, str]) -> None:
    """The words around, with those that were looked for apart; none of them in a printout (H-15)."""
    found, _ = store.search(FlagFilter(state="all", text="person fever"), 10)

    assert [each.excerpt for each in found] == [Excerpt(("may I speak to a ", "person", " about my ", "fevers", ""))]
    assert "person" not in repr(found)


def test_an_earlier_conversation_finds_the_flag_too(store: Store, flags: dict[str, str], clock: FixedClock) -> None:
    """What she wrote at another time about the same procedure is hers; a flag is listed once."""
    clock.advance(hours=13)
    flag = store.flag(flags["pad"])
    later = store.current_conversation(flag.procedure_id)
    store.receive_message(later.id, "c2", "the pad again, and a zebra")

    assert [each.flag.id for each in store.search(FlagFilter(text="zebra"), 10)[0]] == [flag.id]
    assert [each.flag.id for each in store.search(FlagFilter(text="pad"), 10)[0]] == [flag.id]


def test_a_common_word_is_looked_at_so_far_and_no_further(
    store: Store, flags: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More matches than are looked at: the newest are shown, and the answer says so."""
    monkeypatch.setattr(search_module, "MOST_MATCHES", 2)

    found, more = store.search(FlagFilter(state="all", text="fever"), 10)

    assert (named(flags, [each.flag.id for each in found]), more) == (["done", "fault"], True)


def test_a_reason_that_comes_later_is_found(store: Store, flags: dict[str, str]) -> None:
    """Reasons join a flag as she writes on."""
    flag = store.flag(flags["pad"])
    store.raise_flag("clinical", flag.conversation_id, flag.message_id, "urgent", True, ["fainting"])

    assert [each.id for each in store.queue(FlagFilter(reason="fainting"), 10)] == [flag.id]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "flags_queue"),
        ({"holder": "nobody", "tier": "urgent"}, "flags_queue"),
        ({"state": "all"}, "flags_raised"),
        ({"state": "closed", "reason": "fever"}, "flags_raised"),
        ({"state": "all", "since_ms": 1, "until_ms": 2}, "flags_raised"),
    ],
)
def test_the_queue_is_read_from_an_index(store: Store, asked: dict[str, Any], index: str) -> None:
    """No question sorts or scans the whole table, however long the clinic has been at work."""
    plans: list[str] = []
    rows = store._rows

    def explain(sql: str, *values: Any) -> list[dict[str, Any]]:
        plans.extend(row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {sql}", *values))
        return []

    store._rows = explain  # type: ignore[method-assign]
    store.queue(FlagFilter(**asked), 10)

    assert plans[0].startswith((f"SCAN flags USING INDEX {index}", f"SEARCH flags USING INDEX {index}"))
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]
