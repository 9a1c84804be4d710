"""A malformed protocol is refused with file, line and mend (H-05)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.triage.lined_yaml import ProtocolError
from bot.triage.loader import load_protocol
from tests.triage.saying import PROTOCOL

TEXT = PROTOCOL.read_text(encoding="utf-8")

# name, what is replaced (first occurrence), by what, the words at the line that the error must name, the message
BROKEN = [
    (
        "unknown section",
        "\nmax_questions: 3",
        "\nmax_questons: 3",
        "max_questons",
        "unknown section 'max_questons'; known:",
    ),
    ("missing section", "\nmax_questions: 3", "", "", "section 'max_questions' is missing; add it"),
    (
        "section of wrong type",
        "\nmax_questions: 3",
        "\nmax_questions: three",
        "max_questions",
        "must be a whole number",
    ),
    (
        "unknown key",
        "    advice: normal_cramps",
        "    advise: normal_cramps",
        "    advise",
        "unknown key 'advise' in 'cramp_mild'; known:",
    ),
    ("missing key", "    tier: normal\n", "", "  cramp_mild:", "'cramp_mild' has no 'tier'; add it"),
    (
        "unknown tier",
        "    tier: normal",
        "    tier: fine",
        "    tier: fine",
        "tier 'fine' is unknown; use one of normal, call_soon",
    ),
    (
        "missing advice",
        "    advice: normal_cramps",
        "    advice: normal_crams",
        "    advice: normal_crams",
        "is not in section advice; add it",
    ),
    (
        "unused advice",
        "  normal_dizzy: [",
        "  normal_spare: [R1]\n  normal_dizzy: [",
        "  normal_spare",
        "is given by no rule; use it or remove it",
    ),
    (
        "unused question",
        "  bleeding_amount:\n    complaint",
        "  spare: {complaint: bleeding, answers: {}}\n  bleeding_amount:\n    complaint",
        "  spare: ",
        "'spare' is asked nowhere; use it or remove it",
    ),
    (
        "unknown question",
        "    question: clot_size",
        "    question: clot_sise",
        "    question: clot_sise",
        "is not in section questions; add it",
    ),
    (
        "unknown source",
        "sources: [R9, X72]",
        "sources: [R9, X720]",
        "sources: [R9, X720]",
        "source 'X720' is not in section sources; add it there",
    ),
    ("no source", "sources: [R9, X72]", "sources: []", "sources: []", "'sources' is empty; name a rule"),
    (
        "unknown complaint",
        "when: faint\n",
        "when: feint\n",
        "when: feint",
        "no complaint 'feint'; add it to section complaints or mend",
    ),
    (
        "unknown attribute",
        "sweat kind=faint_sweat",
        "sweat sort=faint_sweat",
        "sweat sort",
        "'sweat' has no attribute 'sort'",
    ),
    (
        "unknown value",
        "sweat kind=faint_sweat",
        "sweat kind=faint_swat",
        "faint_swat",
        "'kind' of 'sweat' has no value 'faint_swat'; known: clammy",
    ),
    (
        "unknown measure",
        "vomiting hours>=24",
        "vomiting days>=1",
        "vomiting days>=1",
        "'vomiting' has no measure 'days'",
    ),
    ("unknown status", '"heat @uncertain"', '"heat @maybe"', "heat @maybe", "no status '@maybe'; use one of @present"),
    (
        "unreadable atom",
        "bowel sign=no_wind, vomiting",
        "bowel no_wind, vomiting",
        "bowel no_wind",
        "'no_wind' is neither attribute=value",
    ),
    (
        "unknown finding",
        "finding:temp_borderline",
        "finding:temp_high",
        "finding:temp_high",
        "no finding 'temp_high' to refer to here",
    ),
    (
        "unknown group",
        "any: [group:infection, group:fever]",
        "any: [group:infecton, group:fever]",
        "group:infecton",
        "no group 'infecton' to refer to here",
    ),
    (
        "unknown term",
        "when: {all: [term:cramps_light, day<=2]}",
        "when: {all: [term:cramps, day<=2]}",
        "term:cramps,",
        "no term 'cramps' above this line",
    ),
    (
        "unknown factor",
        '"factor:many_allergies"',
        '"factor:hayfever"',
        "factor:hayfever",
        "no factor 'hayfever'; known: oil_contrast",
    ),
    (
        "group of unknown findings",
        "  rash: [rash_itch_hives]",
        "  rash: [rash_itch]",
        "  rash: [rash_itch]",
        "group 'rash' names no finding 'rash_itch'",
    ),
    (
        "group named as a tier",
        "  rash: [rash_itch_hives]",
        "  urgent: [rash_itch_hives]",
        "  urgent: [rash",
        "choose another name",
    ),
    (
        "contradictory thresholds",
        "temperature celsius>=37.5 celsius<37.77",
        "temperature celsius>=37.8 celsius<37.77",
        "  temp_borderline:",
        "can never fire: its thresholds or days contradict",
    ),
    (
        "contradictory days",
        "when: {all: [term:pain_moderate, day<=0]}",
        "when: {all: [term:pain_moderate, day<=0, day>=1]}",
        "  cramp_moderate_early:",
        "can never fire",
    ),
    (
        "threshold beyond bounds",
        "vomiting times>=3",
        "vomiting times>=300",
        "  vomiting_persistent:",
        "a part of 'vomiting_persistent' can never hold",
    ),
    (
        "dead branch",
        "        - pulse per_minute>=130\n",
        "        - pulse per_minute>=130 per_minute<90\n",
        "  R28-vitals-emergency:",
        "can never hold",
    ),
    (
        "condition of wrong shape",
        "    when: faint\n",
        "    when: {some: [faint]}\n",
        "{some:",
        "a condition has all:, any: or count:/of:, not some",
    ),
    ("count too high", "      count: 2\n", "      count: 9\n", "      count: 9", "count must be a number from 1 to 5"),
    ("empty list", "    when: faint\n", "    when: {any: []}\n", "{any: []}", "needs a list of conditions"),
    (
        "early not lower",
        "tier: normal, advice: normal_nausea",
        "tier: urgent, advice: normal_nausea",
        "normal_nausea",
        "'early' must be a lower tier",
    ),
    (
        "over steps that rise",
        "{hours: 24, tier: call_soon}, {hours: .inf, tier: normal}",
        "{hours: 24, tier: normal}, {hours: .inf, tier: urgent}",
        "{hours: 24, tier: normal}",
        "never rise again",
    ),
    (
        "over step with a wrong key",
        "normal: [{hours: .inf, tier: none}]",
        "normal: [{days: 2, tier: none}]",
        "normal: [{days",
        "exactly hours: and tier:",
    ),
    (
        "raise of two steps",
        "    from: call_soon\n    to: urgent",
        "    from: normal\n    to: urgent",
        "    to: urgent",
        "a raise goes one step",
    ),
    (
        "raise of an unknown finding",
        "    findings: vaginal_itch",
        "    findings: vaginal_ich",
        "    findings: vaginal_ich",
        "is neither a finding nor a group",
    ),
    (
        "raise that lifts nothing",
        "    findings: vaginal_itch",
        "    findings: fever_reported",
        "  F-allergies:",
        "lifts none of its findings",
    ),
    (
        "bounds the wrong way round",
        "systolic: [40, 260]",
        "systolic: [260, 40]",
        "systolic: [260, 40]",
        "write the lower one first",
    ),
    (
        "bounds that are no numbers",
        "systolic: [40, 260]",
        "systolic: [low, high]",
        "systolic: [low",
        "must be two numbers such as [0, 10]",
    ),
    (
        "duplicate key",
        "  cramp_mild:\n",
        "  cramp_mild:\n  cramp_mild:\n",
        None,
        "key 'cramp_mild' stands twice; keep one",
    ),
    ("bad YAML", "protocol:\n", "protocol: [\n", None, "not valid YAML"),
    ("unquoted seed number", 'sources: ["002", X71]', "sources: [002, X71]", "sources: [002", "quote numbers"),
    (
        "flag that is no flag",
        "    safeguarding: true",
        "    safeguarding: often",
        "    safeguarding: often",
        "'safeguarding' must be true or false",
    ),
    (
        "answer outside the vocabulary",
        "drops: {attributes: {amount: spotting}}",
        "drops: {attributes: {amount: droplets}}",
        "drops:",
        "answer 'drops': 'bleeding amount=droplets' is not in the protocol",
    ),
    (
        "days of the wrong kind",
        "{days: [3, 0, 7]",
        "{days: [three]",
        "{days: [three]",
        "'days' must be a list of days such as",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "message"), BROKEN, ids=[row[0] for row in BROKEN])
def test_broken_protocol(name: str, old: str, new: str, at: str | None, message: str, tmp_path: Path) -> None:
    """H-05: the error names the file, the line and what to do."""
    assert old in TEXT
    path = tmp_path / "broken.yml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    found = re.match(rf"{re.escape(str(path))}:(\d+): ", str(caught.value))
    assert found is not None
    assert caught.value.file == str(path)
    assert message in str(caught.value)
    if at is not None:
        assert at in path.read_text(encoding="utf-8").splitlines()[max(int(found[1]) - 1, 0)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, ":0: cannot be read; check the path"),
        ("- a list", ":1: must be a mapping of sections"),
        ("", ":1: must be a mapping"),
    ],
)
def test_file_that_is_no_protocol(content: str | None, message: str, tmp_path: Path) -> None:
    """H-05: a missing, empty or different file says what is wrong."""
    path = tmp_path / "protocol.yml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ProtocolError, match=re.escape(message)):
        load_protocol(path)


def test_open_questions_stay_visible() -> None:
    """Issue 3: nothing is signed yet, and every [L] and † decision carries its note."""
    held = load_protocol(PROTOCOL)
    rules = [(item.signed, item.note) for item in (*held.findings, *held.rules)]
    rules += [(item.signed, item.note) for item in held.vague] + [(item.signed, item.note) for item in held.raises]
    assert not held.signed
    assert not any(signed for signed, _ in rules)
    assert sum("[L]" in note for _, note in rules) >= 10
    assert sum("†" in note for _, note in rules) >= 4
