"""What is supposed or asked in general is not there; what she has now outranks what she asks about."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.triage.observation import Status


@pytest.mark.parametrize(
    ("asked", "real", "complaint"),
    [
        ("can anyone pass out from it", "can anyone ring me, i passed out", "faint"),
        ("has anyone ever haemorrhaged after one", "has anyone seen my note, heavy bleeding all night", "bleeding"),
        ("how soon after it can hives appear", "how soon after it should i still have hives", "rash"),
        ("how would i notice if my throat was swelling", "how would i notice it, my throat is swelling", "swelling"),
        ("would a rash mean that i am allergic", "would a rash like this mean that i am allergic", "rash"),
        ("might the iodine make people pass out", "might the iodine be why i keep passing out", "faint"),
        ("what would make a stomach go rigid", "what would make a stomach go rigid like mine", "belly"),
        ("when you say chills is that being cold", "when you say chills, i have them badly", "chills"),
        ("is a swollen calf something to look out for", "is my swollen calf something to look out for", "leg"),
        ("if my heart raced would that be serious", "if my heart raced all last night would that be serious", "heart"),
        ("if i fainted who would i ring", "if i fainted twice who would i ring", "faint"),
        ("suppose i soak a pad, what then", "i have soaked a pad, what then", "bleeding"),
        ("say i soaked a pad, what then", "say i have soaked a pad, what then", "bleeding"),
        ("is 38 the limit", "is 38 the limit? i am at 38.4", "temperature"),
        ("could the oil give hives, hypothetically", "could the oil have given me these hives", "rash"),
    ],
)
def test_a_question_in_general_is_no_finding_and_her_own_is(
    reader: Reader, asked: str, real: str, complaint: str
) -> None:
    """Rule 11 (a question about a symptom that she has is that symptom): both sides in the nearest words."""
    statuses = [
        {one.status for one in reader.read(text).observations if one.complaint == complaint} for text in (asked, real)
    ]

    assert statuses[0] == {Status.HYPOTHETICAL}
    assert Status.PRESENT in statuses[1]


@pytest.mark.parametrize(
    "text",
    [
        "does paracetamol hide a fever, i took two and it is still 38.5",
        "how long after can hives show up, mine started an hour ago",
        "if my pad fills in an hour like now what do i do",
        "would bleeding through three pads be an emergency, my pad is soaked again",
        "could the dye make me shake uncontrollably",
        "what should my wife do if she is soaking a pad",
        "if i soaked a pad in the last hour what should i do",
        "suppose i have a fever now what do i do",
    ],
)
def test_what_she_has_outranks_what_she_asks(reader: Reader, text: str) -> None:
    """Safety order: doubt goes up; H-hypothetical-invented."""
    seen = reader.read(text).observations

    assert Status.PRESENT in {one.status for one in seen if one.complaint not in ("fever_medicine", "factor")}
