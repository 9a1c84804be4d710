"""From an override to a line of an evaluation file: scrubbed, reviewed by a second person, then exported."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from bot.clock import FixedClock
from bot.commands import CommandError, overrides
from bot.commands.records import DATABASE
from bot.evaluation.cases import read_cases
from bot.settings import load_settings
from bot.store import Store
from tests.web.conftest import Ward
from tests.web.test_case import held

TEXT = "My name is Priya, fever after tea with aunt zelda"


def overridden(ward: Ward) -> str:
    """Return an override by Ada of what a patient wrote."""
    flag, ada = held(ward, TEXT)
    ada.post(f"/nurse/flags/{flag.id}/override", data={"tier": "normal", "reason": "misread"})
    (item,) = ward.store.overrides_in("pending")
    return item.id


def test_a_second_lead_hides_and_confirms(ward: Ward) -> None:
    """H-23: the reviewer sees what would leave, hides more, looks again, and confirms; what is hidden stays hidden."""
    item, lead = overridden(ward), ward.nurse("Lea", role="lead")
    address = f"/nurse/overrides/{item}/review"

    first = lead.get("/nurse/overrides").text
    again = lead.post(address, data={"decision": "look", "hide": "zelda, tea"}).text
    nothing = lead.post(address, data={"hide": "zelda"})
    done = lead.post(address, data={"decision": "confirm", "hide": "zelda, tea"})

    assert "My name is [name], fever after tea with aunt zelda" in first
    assert "fever after [hidden] with aunt [hidden]" in again
    assert (nothing.status_code, done.status_code) == (422, 303)
    kept = ward.store.override(item)
    assert (kept.state, [TEXT[start:end] for _, start, end in kept.hidden]) == ("confirmed", ["tea", "zelda"])
    assert lead.post(address, data={"decision": "reject"}).status_code == 409


def test_her_own_override_is_not_hers_to_confirm(ward: Ward) -> None:
    """H-23: a lead who changed the tier sees that somebody else must review, and is refused."""
    flag, _ = held(ward, TEXT)
    lead = ward.nurse("Lea", role="lead")
    ward.store.hand_over_flag(flag.id, ward.user("Ada").id, ward.user("Lea").id)
    lead.post(f"/nurse/flags/{flag.id}/override", data={"tier": "normal", "reason": "misread"})
    (item,) = ward.store.overrides_in("pending")

    assert "Somebody else must review" in lead.get("/nurse/overrides").text
    assert lead.post(f"/nurse/overrides/{item.id}/review", data={"decision": "confirm"}).status_code == 409
    assert ward.store.override(item.id).state == "pending"


@pytest.mark.parametrize(("decision", "count"), [("confirmed", 1), ("rejected", 0), ("pending", 0)])
def test_only_confirmed_cases_are_exported(tmp_path: Path, decision: str, count: int) -> None:
    """H-23: the file is one that `evaluate` reads, with the nurse's tier and no id, name or hidden word."""
    settings = load_settings({"HSG_DATA_DIR": str(tmp_path)})
    with Store(tmp_path / DATABASE, FixedClock(1_790_000_000_000)) as store:
        procedure = store.add_procedure(store.add_patient().id, "demo", None, zone="Europe/London")
        conversation = store.current_conversation(procedure.id)
        store.receive_message(conversation.id, "c1", TEXT)
        ada, lea = (store.add_user(name, "correct horse battery", "lead").id for name in ("Ada", "Lea"))
        flag = store.raise_flag("clinical", conversation.id, None, "urgent", False, ["r1"])
        store.claim_flag(flag.id, ada)
        store.override_tier(flag.id, ada, "call_soon", False, "misread")
        (item,) = store.overrides_in("pending")
        if decision != "pending":
            start = TEXT.index("zelda")
            hidden = [(item.message_id, start, start + 5)]
            store.review_override(item.id, lea, decision == "confirmed", hidden)
    out = tmp_path / "cases.jsonl"

    assert overrides(settings, Namespace(out=out)) == 0

    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == count
    for line in lines:
        assert line == {
            "id": line["id"],
            "messages": ["My name is [name], fever after tea with aunt [hidden]"],
            "days_since_procedure": None,
            "tier": "call_soon",
            "emergency": False,
            "also_ok": [],
            "slices": ["override"],
            "why": "misread",
            "rules_tier": "urgent",
        }
        assert item.id not in line["id"]
        assert read_cases(out)[0].tiers[0] == "call_soon"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """The command says what to mend."""
    settings = load_settings({"HSG_DATA_DIR": str(tmp_path)})
    with pytest.raises(CommandError, match="choose another"):
        overrides(settings, Namespace(out=tmp_path / "none" / "cases.jsonl"))
