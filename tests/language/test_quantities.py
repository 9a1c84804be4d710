"""Numbers: temperatures, pads, scores, pulse, clot sizes, days (rules 2, 3, 25, 28, 29, 30)."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.language.temperatures import celsius
from bot.triage.picture import standing

Measured = list[tuple[str, dict[str, float]]]


def _measured(reader: Reader, text: str, question: str | None = None) -> Measured:
    seen = reader.read(text, question=question).observations
    return [(one.complaint, dict(one.measures)) for one in seen if one.measures]


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("38.4", [38.4]),
        ("temp 100.0", [37.8]),
        ("my temperature is 99.9 f", [37.72]),
        ("it says a hundred and two point three", [39.06]),
        ("39,2 celsius", [39.2]),
        ("first 37.4 then 38.0, then 38.3", [37.4, 38.0, 38.3]),
        ("temp 99.1 now, 100.2 before", [37.28, 37.89]),
        ("thermometer showing 38", [38.0]),
        ("35.4 on the thermometer", [35.4]),
        ("temp never went above 37.5", [37.4]),
        ("pulse 101", []),
        ("my pulse is 102 bpm", []),
        ("bp 100 over 60", []),
        ("oxygen 97%", []),
        ("took 100 mg", []),
        ("i am 38 years old", []),
        ("aged 39", []),
        ("36 weeks", []),
        ("it took 40 minutes", []),
        ("paid 100 dollars", []),
        ("100 questions for you", []),
        ("at 10:38", []),
        ("day 38", []),
    ],
)
def test_a_number_is_a_temperature_unless_another_measure_stands_beside_it(
    reader: Reader, text: str, degrees: list[float]
) -> None:
    """Rule 29; H-number-misread."""
    seen = [measures["celsius"] for name, measures in _measured(reader, text) if name == "temperature"]

    assert seen == degrees


@pytest.mark.parametrize(("fahrenheit", "fever"), [(99.4, False), (99.9, False), (100.0, True), (100.4, True)])
def test_the_fever_limit_is_the_same_in_both_units(fahrenheit: float, fever: bool) -> None:
    """Rule 2: 37.8 C and 100.0 F are both the limit."""
    assert (celsius(fahrenheit) >= 37.8) is fever


def test_a_temperature_in_neither_range_is_unclear(reader: Reader) -> None:
    """Rule 43: the unit is asked only if the number fits neither range."""
    seen = reader.read("my temperature is 60").observations

    assert [(one.complaint, dict(one.attributes), dict(one.measures)) for one in seen] == [
        ("temperature", {"unit": "unclear"}, {"other": 60.0})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i soaked 3 pads in an hour", {"pads_per_hour": 3.0}),
        ("two full pads in 30 minutes", {"pads_per_hour": 4.0}),
        ("a pad every 20 minutes", {"pads_per_hour": 3.0}),
        ("changing my pad every 5 hours", {"pads_per_hour": 0.2}),
        ("soaking one pad an hour for 2 hours", {"pads_per_hour": 1.0, "soaked_hours": 2.0}),
        ("used 4 pads since 1 oclock and it is only 3 now", {"pads_per_hour": 2.0}),
        ("three full pads between 11 and 12", {"pads_per_hour": 3.0}),
        ("2 pads since 10 pm and it is 2 am now", {"pads_per_hour": 0.5}),
        ("a tampon is full every hour", {"pads_per_hour": 1.0}),
        ("one pad or more an hour", {"pads_per_hour": 1.0}),
        ("i was hunting for that tampon for an hour", {}),
        ("the tampon was stuck for an hour", {}),
        ("kept the same pad on for an hour", {}),
    ],
)
def test_pads_are_counted_by_the_hour(reader: Reader, text: str, expected: dict[str, float]) -> None:
    """Rules 3 and 18: the emergency is a rate."""
    found = {
        name: value
        for one, measures in _measured(reader, text)
        if one == "bleeding"
        for name, value in measures.items()
    }

    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 9/10 cramp", [9.0]),
        ("pain is 4 or 5 out of 10", [5.0]),
        ("cramps 7-8/10", [8.0]),
        ("pain level 6", [6.0]),
        ("its a 3 on the pain scale", [3.0]),
        ("2 outta ten", [2.0]),
    ],
)
def test_a_pain_score_takes_the_top_of_its_range(reader: Reader, text: str, expected: list[float]) -> None:
    """Rule 25."""
    assert [measures["score"] for name, measures in _measured(reader, text) if name == "pain"] == expected


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("oops i meant 3, not 8", {3.0: False, 8.0: True}),
        ("sorry 8 not 3", {8.0: False, 3.0: True}),
        ("typo, a two", {2.0: False}),
        ("make that a seven, an hour later", {7.0: False}),
        ("took 2 tablets, now a six", {6.0: False}),
        ("a bad one", {}),
    ],
)
def test_a_bare_answer_is_a_score(reader: Reader, text: str, scores: dict[float, bool]) -> None:
    """Rule 19: the number said with "not" is taken back, upwards as downwards; other measures are no scores."""
    seen = reader.read(text, question="pain_strength").observations

    assert {one.measures["score"]: one.retracted for one in seen if one.measures} == scores


def test_scores_told_in_turn_show_the_course(reader: Reader) -> None:
    """Rule 34: growing pain is a finding; a score that was higher before is past."""
    grown = reader.read("the pain was 2/10 yesterday, now it is 6/10").observations
    eased = reader.read("the pain was 8/10 yesterday, now it is 2/10").observations

    assert [
        (one.status.value, one.attributes.get("course"), one.measures["score"]) for one in grown if one.measures
    ] == [
        ("present", None, 2.0),
        ("present", "worse", 6.0),
    ]
    assert [
        (one.status.value, one.attributes.get("course"), one.measures["score"]) for one in eased if one.measures
    ] == [
        ("past", None, 8.0),
        ("present", "easing", 2.0),
    ]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a clot the size of a golf ball", "large"),
        ("clot as big as a quarter", "large"),
        ("a clot bigger than a ten pence", "large"),
        ("clot smaller than a quarter", "small"),
        ("clots like grains of rice", "small"),
        ("a 3 cm clot", "large"),
        ("clot about half an inch", "small"),
    ],
)
def test_clots_are_sized_by_everyday_things(reader: Reader, text: str, size: str) -> None:
    """Rule 30: a quarter or a 10p and up is large."""
    sizes = [one.attributes["size"] for one in reader.read(text).observations if "centimetres" in one.measures]

    assert sizes == [size]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it jumped from a 3 to an 8 in minutes", ("pain", {"score": 8.0})),
        ("the pain hit a 9 for an hour", ("pain", {"score": 9.0})),
        ("heart rate 128", ("pulse", {"per_minute": 128.0})),
        ("118 bpm", ("pulse", {"per_minute": 118.0})),
        ("oxygen level 91", ("oxygen", {"percent": 91.0})),
        ("the peg on my finger says ninety two percent", ("oxygen", {"percent": 92.0})),
        ("finger clip reads 91", ("oxygen", {"percent": 91.0})),
        ("the probe is showing 89%", ("oxygen", {"percent": 89.0})),
        ("bp 85 over 50", ("blood_pressure", {"systolic": 85.0})),
        ("i had the hsg 4 days ago", ("day", {"days": 4.0})),
        ("had the dye test yesterday", ("day", {"days": 1.0})),
        ("2 weeks since the hsg", ("day", {"days": 14.0})),
    ],
)
def test_other_measures(reader: Reader, text: str, expected: tuple[str, dict[str, float]]) -> None:
    """Rule 28 for the vital signs; rule 14 for the day."""
    assert expected in _measured(reader, text)


@pytest.mark.parametrize("text", ["day 5 of my cycle", "i ovulated 3 days ago", "two days ago i went shopping"])
def test_other_days_are_not_days_since_the_hsg(reader: Reader, text: str) -> None:
    """Patient language, section 3: "day 5" is ambiguous; a wrong day would change the tier."""
    assert not [name for name, _ in _measured(reader, text) if name == "day"]


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("it reads 102", "typo, 99.1"), [37.28]),
        (("temp of 101.9", "no wait 98.2"), [36.78]),
        (("i have a temp of 103, held it upside down sorry, 98.6",), [37.0]),
        (("temperature 99", "it should say 102"), [38.89]),
        (("took my temp, 101.3, is that something i should be calling about",), [38.5]),
        (("my temp was 102 at noon", "just checked again and the temp is 98.6"), [38.89, 37.0]),
        (("103 fever, oh no sorry to bother you", "meant to say my temp is 103.1"), [39.44, 39.5]),
    ],
)
def test_a_corrected_temperature_takes_back_only_what_was_said_before(
    reader: Reader, texts: tuple[str, ...], left: list[float]
) -> None:
    """Rule 19: a plain slip is taken back; a later reading, or "I should be calling", takes back nothing."""
    seen = [one for text in texts for one in reader.read(text, recent="temperature").observations]

    assert [one.measures["celsius"] for one in standing(seen) if one.complaint == "temperature"] == left


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("cramps are a 9", "typo, meant 2"), [2.0]),
        (("pain 9/10", "sorry i meant a 5"), [5.0]),
        (("three out of ten pain",), [3.0]),
        (("pain 2/10", "it should say 7"), [7.0]),
        (("pain 9/10", "i meant 2 tablets"), [9.0]),
        (("pain 9/10", "it was a 9, now 2"), [9.0, 9.0, 2.0]),
    ],
)
def test_a_corrected_score_takes_back_only_what_was_said_before(
    reader: Reader, texts: tuple[str, ...], left: list[float]
) -> None:
    """Rule 19: a slip of the thumb is taken back; a lower score now, or a count of something else, is none."""
    seen = [one for text in texts for one in reader.read(text, recent="pain").observations]

    assert [one.measures["score"] for one in standing(seen) if "score" in one.measures] == left


@pytest.mark.parametrize(
    ("score", "text", "course"),
    [
        (4.0, "nearer a 6 now", "worse"),
        (3.0, "it is gone up to a 5", "worse"),
        (4.0, "6 out of 10", None),
        (6.0, "nearer a 4 now", None),
        (None, "nearer a 6 now", None),
    ],
)
def test_a_score_above_the_last_one_told_is_growing_pain(
    reader: Reader, score: float | None, text: str, course: str | None
) -> None:
    """Rule 34: growth over messages counts where she says that it changed."""
    seen = reader.read(text, recent="pain", score=score).observations

    assert [one.attributes.get("course") for one in seen if "score" in one.measures] == [course]


@pytest.mark.parametrize(
    ("recent", "text", "expected"),
    [
        ("vomiting", "make that five", ("vomiting", {}, {"times": 5.0}, False)),
        ("bowel", "now with blood in it", ("bowel", {"sign": "bleeding"}, {}, False)),
        ("urine", "and it is a bit bloody", ("urine", {"sign": "blood"}, {}, False)),
        ("bleeding", "thumbs, meant a lil", ("bleeding", {"amount": "heavy"}, {}, True)),
        ("bleeding", "sorry i meant a little bit", ("bleeding", {"amount": "light"}, {}, False)),
        ("overdose", "oops, 3 not 13", ("overdose", {"kind": "too_much"}, {}, True)),
        ("fever_medicine", "sorry 14 not 4", ("overdose", {"kind": "too_much"}, {}, False)),
    ],
)
def test_counts_and_it_continue_the_complaint_last_spoken_of(
    reader: Reader, recent: str, text: str, expected: tuple[str, dict[str, str], dict[str, float], bool]
) -> None:
    """Rules 19 and 28: a message of its own adds to what was told, or takes a slip back."""
    seen = reader.read(text, recent=recent).observations

    assert expected in [(one.complaint, one.attributes, one.measures, one.retracted) for one in seen]


@pytest.mark.parametrize(
    ("recent", "text"),
    [
        ("overdose", "sorry, 13 not 3"),
        ("pain", "make that five"),
        ("fever_medicine", "oops, 3 not 13"),
        ("bleeding", "i meant a little while ago"),
        ("bleeding", "sorry, a little pain too"),
        ("pain", "thumbs, meant a lil"),
    ],
)
def test_a_count_of_something_else_takes_back_no_overdose_and_adds_no_vomiting(
    reader: Reader, recent: str, text: str
) -> None:
    """DESIGN.md, Safety 1: only a count that is allowed takes an overdose back."""
    seen = reader.read(text, recent=recent).observations

    assert not [one for one in seen if one.retracted or one.complaint == "vomiting"]


@pytest.mark.parametrize(
    ("text", "heavy"),
    [
        ("changed my pad four times since breakfast", True),
        ("seven pads since lunch", True),
        ("i changed pads 3 times this morning", True),
        ("two pads since lunch", False),
        ("five pads since lunch, all nearly dry", False),
        ("6 liners since this morning", False),
    ],
)
def test_many_pads_within_a_part_of_a_day_are_heavy(reader: Reader, text: str, heavy: bool) -> None:
    """Rule 3: without hours there is no rate; three pads and more since a meal are heavy unless said to be light."""
    assert heavy is any(one.attributes.get("amount") == "heavy" for one in reader.read(text).observations)


_FILLED = "filled 6 pads {}"
_NO_WEE = "no wee {}"


@pytest.mark.parametrize(
    ("span", "hours"),
    [
        ("since 4 and it is 7 now", 3),
        ("since 11 and it is 1 now", 2),
        ("since half 2, its half past four", 2),
        ("from quarter to nine to quarter past 11", 2.5),
        ("between 20:30 and 22:00", 1.5),
        ("since 8 this morning and its 8 at night", 12),
        ("from 10pm till 4am", 6),
        ("since 9.15, its 10.15 now", 1),
        ("since noon, now its 3 oclock", 3),
        ("since breakfast and not even noon", 3),
        ("since lunch its 3pm now", 2),
        ("since two this afternoon and its bedtime", 7),
    ],
)
def test_hours_lie_between_two_times(reader: Reader, span: str, hours: float) -> None:
    """Rules 3 and 18: pads by the clock and by parts of the day; a range gives the shortest plausible time."""
    measured = [measures for name, measures in _measured(reader, _FILLED.format(span)) if name == "bleeding"]

    assert measured == [{"pads_per_hour": round(6 / hours, 2)}]


@pytest.mark.parametrize(
    ("span", "hours"),
    [
        ("since 11 last night and its 9 now", 10),
        ("since seven yesterday evening, its 10am", 15),
        ("from 10 at night to half 7 in the morning", 9.5),
        ("since yesterday at 5 pm, today its noon", 19),
        ("since last night", 8),
        ("since 6 last night", 13),
    ],
)
def test_hours_without_urine_run_over_night(reader: Reader, span: str, hours: float) -> None:
    """Rule 18: who tells of yesterday writes on the next morning or later."""
    told = [measures for name, measures in _measured(reader, _NO_WEE.format(span)) if name == "urine"]

    assert told == [{"hours_without": hours}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("new pad on at 8, full by twenty to 9", {"pads_per_hour": 1.5, "soaked_hours": 0.67}),
        ("put a pad on at 8, soaked by quarter past", {"pads_per_hour": 4.0, "soaked_hours": 0.25}),
        ("pads changed at 1, 2 and again at 3", {"pads_per_hour": 1.0, "soaked_hours": 2.0}),
        ("swapped my pad at 9am and at 6pm", {}),
        ("changed my pad at 4, took paracetamol at half 4", {}),
        ("changed my liner at 2 and at half 2", {}),
        ("i bought pads at 5 and got home at half 5", {}),
    ],
)
def test_pads_changed_at_times_tell_a_rate(reader: Reader, text: str, expected: dict[str, float]) -> None:
    """Rules 3 and 18: the shortest time between two changes counts; other things done at a time are no change."""
    told = {key: value for name, one in _measured(reader, text) if name == "bleeding" for key, value in one.items()}

    assert told == expected


@pytest.mark.parametrize(
    ("text", "complaint", "attributes", "measures"),
    [
        ("the third one since i got home at 5, its 6 now", "bleeding", {}, {"pads_per_hour": 3.0}),
        ("5 pads since lunch", "bleeding", {"amount": "heavy"}, {}),
        ("i last peed at 7 this morning, its 5pm", "urine", {}, {"hours_without": 10.0}),
        ("just a dribble of wee since 10pm and its 8am", "urine", {}, {"hours_without": 10.0}),
        ("i was sick at 2, at 3 and again at half 4", "vomiting", {}, {"times": 3.0}),
        ("no water since 9 last night and its 2pm", "vomiting", {"fluids": "not_kept"}, {}),
    ],
)
def test_what_has_lasted_since_a_time(
    reader: Reader, text: str, complaint: str, attributes: dict[str, str], measures: dict[str, float]
) -> None:
    """Rules 3, 7 and 18 and the fluids row of the evidence: times say how long, how fast or how often."""
    seen = [(one.complaint, one.attributes, one.measures, one.status.value) for one in reader.read(text).observations]

    assert (complaint, attributes, measures, "present") in seen


@pytest.mark.parametrize(
    "text",
    [
        "my scan was at 4, its 6 now",
        "weed at 8 and again at 10",
        "last wee at 3 and its 4 now",
        "took 2 tablets at 2 and 2 at 6",
        "i slept from 10 last night to 7",
        "2 liners since yesterday",
        "4 pads left since last night",
        "kept water down at 8, 10 and 12",
        "it is 5 now and the clinic shuts at 6",
        "the third tablet since breakfast",
    ],
)
def test_other_times_measure_nothing(reader: Reader, text: str) -> None:
    """Appointments, tablets and what goes well at a time are no findings."""
    assert not [one for one in _measured(reader, text) if one[0] in ("bleeding", "urine", "vomiting", "pain")]


def test_a_denied_or_another_persons_span_stays_so(reader: Reader) -> None:
    """Rule 12 and 19: times change nothing of who and whether."""
    texts = ("my son has not had a wee since 9 last night", "if i have not peed since 8 this morning by 6pm, what then")
    found = [one.status.value for text in texts for one in reader.read(text).observations if one.complaint == "urine"]

    assert found
    assert "present" not in found
