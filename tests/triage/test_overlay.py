"""A clinic's overlay makes tiers more cautious, or less so under a signature; nothing else (H-04, H-05)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.site import SettingsError, load_site
from bot.triage.engine import Context, assess
from bot.triage.lined_yaml import ProtocolError
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation
from bot.triage.overlay import Change, Overlay, apply_overlay, load_overlay
from bot.triage.protocol import Level, Protocol
from tests.triage.saying import PROTOCOL, conclude, tier
from tests.triage.test_properties import contexts, conversations, level

HELD = load_protocol(PROTOCOL)
RULES = (*HELD.findings, *HELD.rules)
FITTING = {band: next(name for name in HELD.advice if name.startswith(band.name.lower())) for band in Level if band}
SIGNED = "signed_by: Dr A. Example, signed_on: 2026-11-20"


def overlaid(tmp_path: Path, *rows: str) -> Protocol:
    """Return the protocol under an overlay file with these rows."""
    path = tmp_path / "overlay.yml"
    path.write_text("overlay:\n" + "".join(f"  {row}\n" for row in rows), encoding="utf-8")
    return apply_overlay(HELD, load_overlay(path))


# row of the overlay, what is said, day, tier without and with it
MOVED = [
    (
        "spotting_light: {tier: call_soon, advice: call_soon_bleeding}",
        "bleeding amount=spotting",
        1,
        "normal",
        "call_soon",
    ),
    ("discharge_foul_pus: {tier: urgent}", "discharge smell=foul", 1, "call_soon", "urgent"),
    ("soaked_pad: {tier: emergency}", "bleeding amount=soaked", 1, "urgent", "emergency"),
    ("nausea_mild: {tier: call_soon}", "nausea", 0, "normal", "call_soon"),
    ("pain_worsening: {tier: urgent}", "pain kind=cramp course=worse", 0, "call_soon", "urgent"),
    (
        "C3-two-infection-signs: {tier: emergency, advice: emergency_sepsis}",
        "vomiting times=1 ; unwell kind=achy",
        1,
        "urgent",
        "emergency",
    ),
    ("R3-two-pads-an-hour: {tier: emergency}", "bleeding pads_per_hour=2", 1, "emergency", "emergency"),
    (
        f"rash_itch_hives: {{tier: call_soon, advice: call_soon_itch, {SIGNED}}}",
        "rash kind=rash",
        4,
        "urgent",
        "call_soon",
    ),
    (
        f"rash_itch_hives: {{tier: call_soon, advice: call_soon_itch, {SIGNED}}}",
        "rash @past ~30h",
        4,
        "urgent",
        "call_soon",
    ),
]


@pytest.mark.parametrize(("row", "said", "day", "before", "after"), MOVED, ids=[f"{row[0]} {row[1]}" for row in MOVED])
def test_tiers_move(tmp_path: Path, row: str, said: str, day: int, before: str, after: str) -> None:
    """The overlay's tier holds in the engine, on every day; a lowered one also for what is over."""
    assert tier(conclude(HELD, said, day)) == before
    assert tier(conclude(overlaid(tmp_path, row), said, day)) == after


# row of the overlay, the message
REFUSED = [
    (
        "soaked_pad: {tier: call_soon, advice: call_soon_bleeding}",
        "less cautious than 'urgent'; a clinician signs it with signed_by: and signed_on:",
    ),
    (
        "soaked_pad: {tier: call_soon, advice: call_soon_bleeding, signed_by: Dr A. Example}",
        "is less cautious than 'urgent'",
    ),
    (
        "soaked_pad: {tier: call_soon, advice: call_soon_bleeding, signed_on: 2026-11-20}",
        "is less cautious than 'urgent'",
    ),
    ("soaked_pads: {tier: emergency}", "names no finding or rule of the protocol; mend the id or remove it"),
    ("bleeding_unplaced: {tier: urgent}", "names no finding or rule of the protocol"),
    (
        "spotting_light: {tier: urgent}",
        "needs advice of its new tier; add advice: with one of urgent_fever, urgent_bleeding,",
    ),
    ("spotting_light: {tier: call_soon, advice: normal_spotting}", "needs advice of its new tier"),
    ("soaked_pad: {tier: emergency, advice: emergency_other_person}", "needs advice of its new tier"),
    ("spotting_light: {tier: calm}", "tier 'calm' is unknown; use one of normal, call_soon, urgent, emergency"),
    ("spotting_light: {tier: call_soon, advise: x}", "unknown key 'advise' in overlay; known: tier, advice, why,"),
    ("spotting_light: call_soon", "overlay of 'spotting_light' must be a mapping with tier:, such as {tier: urgent}"),
    ("spotting_light: {tier: call_soon, why: 3}", "'why' must be text; quote it"),
    ("spotting_light: {tier: call_soon, signed_on: today}", "'signed_on' must be a date such as 2026-11-20"),
]


@pytest.mark.parametrize(("row", "message"), REFUSED, ids=[row for row, _ in REFUSED])
def test_a_wrong_entry_is_refused(tmp_path: Path, row: str, message: str) -> None:
    """H-05: file, line and mend; less cautious without a signature is refused (H-04)."""
    with pytest.raises(ProtocolError, match=rf"overlay\.yml:3: .*{re.escape(message)}"):
        overlaid(tmp_path, "cramp_mild: {tier: normal}", row)


def test_raised_findings_get_advice_of_their_tier(tmp_path: Path) -> None:
    """H-07: nobody is told to call now and, in the next line, to rest at home."""
    held = overlaid(tmp_path, "discharge_foul_pus: {tier: urgent}", "cough_new: {tier: urgent}")
    advice = {rule.id: rule.advice for rule in held.findings}
    assert (advice["discharge_foul_pus"], advice["cough_new"]) == ("urgent_infection", "urgent_cough")


def test_combinations_see_the_new_tier(tmp_path: Path) -> None:
    """R40: a finding made urgent is an emergency when the number called does not answer."""
    said = "discharge smell=foul ; second_contact kind=no_answer"
    assert tier(conclude(HELD, said, 1)) == "call_soon"
    assert tier(conclude(overlaid(tmp_path, "discharge_foul_pus: {tier: urgent}"), said, 1)) == "emergency"


def test_second_contact_lifts_a_raised_finding(tmp_path: Path) -> None:
    """C25: a finding made call soon rises like any other when she writes again and is worse."""
    said = "bleeding amount=spotting ; second_contact kind=worse"
    row = "spotting_light: {tier: call_soon, advice: call_soon_bleeding}"
    assert tier(conclude(HELD, said, 1)) == "call_soon"
    assert tier(conclude(overlaid(tmp_path, row), said, 1)) == "urgent"


def test_record_tells_which_overlay_was_in_force(tmp_path: Path) -> None:
    """The version of an assessment names the overlay's content; without one it is the protocol's own."""
    one = overlaid(tmp_path, "soaked_pad: {tier: emergency}").version
    other = overlaid(tmp_path, "clot_large: {tier: emergency}").version
    assert re.fullmatch(rf"{re.escape(HELD.version)}\+site\.[0-9a-f]{{8}}", one)
    assert one != other
    assert apply_overlay(HELD, Overlay()) is HELD


def test_a_signature_is_kept(tmp_path: Path) -> None:
    """Who answers for a less cautious tier, and since when, stands in the rule."""
    held = overlaid(tmp_path, f"clot_large: {{tier: call_soon, {SIGNED}, why: local cohort}}")
    rule = next(rule for rule in held.findings if rule.id == "clot_large")
    note = "site overlay: was urgent, signed by Dr A. Example on 2026-11-20; local cohort"
    assert (rule.signed, rule.note) == (True, note)


@st.composite
def raises(draw: st.DrawFn) -> Overlay:
    """Draw an overlay of up to four more cautious tiers."""
    rules = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=4, unique_by=lambda rule: rule.id))
    changes = []
    for rule in rules:
        higher = draw(st.sampled_from([each for each in Level if each >= rule.level]))
        advice = rule.advice if higher is rule.level else FITTING[higher]
        changes.append(Change(rule.id, higher, Path("overlay.yml"), 1, advice=advice))
    return Overlay(tuple(changes))


@given(raises(), conversations(), contexts())
@settings(max_examples=300, deadline=None)
def test_an_unsigned_overlay_never_lowers(overlay: Overlay, seen: list[Observation], context: Context) -> None:
    """H-04: whatever is said, no case gets a lower tier from an overlay that nobody signed."""
    plain = assess(HELD, seen, context)
    changed = assess(apply_overlay(HELD, overlay), seen, context)
    assert level(changed) >= level(plain)


SITE = (ROOT / "site.yml").read_text(encoding="utf-8")


def test_site_file_holds_or_names_the_overlay(tmp_path: Path) -> None:
    """The key is optional; a mapping stands in the site file, a text names a file beside it."""
    site, other = tmp_path / "site.yml", tmp_path / "tiers.yml"
    other.write_text("overlay:\n  soaked_pad: {tier: emergency}\n", encoding="utf-8")
    site.write_text(SITE, encoding="utf-8")
    assert load_overlay(load_site(site).overlay) == Overlay()
    site.write_text(f"{SITE}\noverlay: tiers.yml\n", encoding="utf-8")
    assert load_overlay(load_site(site).overlay).changes == (Change("soaked_pad", Level.EMERGENCY, other, 2),)
    site.write_text(f"{SITE}\noverlay: {{clot_large: {{tier: emergency}}}}\n", encoding="utf-8")
    line = SITE.count("\n") + 2
    assert load_overlay(load_site(site).overlay).changes == (Change("clot_large", Level.EMERGENCY, site, line),)


@pytest.mark.parametrize("value", ["none.yml", "[a]", "3"])
def test_a_site_file_with_a_wrong_overlay_is_refused(tmp_path: Path, value: str) -> None:
    """H-05: a missing overlay file must not mean that the clinic runs without it."""
    site = tmp_path / "site.yml"
    site.write_text(f"{SITE}\noverlay: {value}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is neither a mapping nor a file beside the site file"):
        load_site(site)
