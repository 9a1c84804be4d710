"""Classes of wordings around a complaint: each with sentences in which it counts less, and red flags in which it stays.

A row is a complaint, its status, and sentences.
"""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.triage.observation import Status

PRESENT, PAST, DENIED = Status.PRESENT, Status.PAST, Status.DENIED
SUPPOSED, OTHER, UNCERTAIN = Status.HYPOTHETICAL, Status.OTHER_PERSON, Status.UNCERTAIN


def _check(reader: Reader, complaint: str, status: Status, text: str) -> None:
    seen = {one.status for one in reader.read(text).observations if one.complaint == complaint}

    assert seen == {status}, text


@pytest.mark.parametrize(
    ("complaint", "status", "text"),
    [
        ("swelling", SUPPOSED, "if my tongue swelled up tonight who would i ring"),
        ("rash", SUPPOSED, "suppose my rash comes back next week, do i call you"),
        ("vomiting", SUPPOSED, "say i vomited twice, should i come in?"),
        ("breathing", SUPPOSED, "when does breathlessness become dangerous"),
        ("rash", SUPPOSED, "does a rash count as an allergy"),
        ("nausea", SUPPOSED, "at what point does nausea need a doctor"),
        ("pain", SUPPOSED, "how long do cramps usually last"),
        ("fever", SUPPOSED, "could a fever be from the dye"),
        ("faint", SUPPOSED, "the leaflet mentions fainting"),
        ("cough", UNCERTAIN, "worried about coughing up blood"),
        ("swelling", PRESENT, "my tongue swelled up, who do i ring"),
        ("faint", PRESENT, "should i be worried if i fainted this morning"),
        ("rash", PRESENT, "could this rash be from the dye"),
        ("clot", PRESENT, "can these huge clots be normal"),
        ("cough", PRESENT, "what if it is serious, i just coughed up blood"),
        ("cough", PRESENT, "why would i be coughing up blood"),
        ("rash", PRESENT, "does the dye give people hives like these"),
        ("fever", PRESENT, "the doctor said it is a fever"),
        ("bleeding", PRESENT, "they said call if a pad is soaked and mine is"),
        ("faint", PRESENT, "i suppose i should mention that i fainted"),
        ("neuro", PRESENT, "they say i was frothing at the mouth"),
        ("bleeding", PRESENT, "i am worried about this bleeding"),
        ("faint", SUPPOSED, "if i pass out on the bus who should i ring"),
        ("faint", PRESENT, "if i stand up i pass out"),
        ("faint", PRESENT, "every time i get off the bed i black out"),
        ("bleeding", PRESENT, "if i start walking the blood pours down my legs"),
        ("bleeding", PRESENT, "the sheet says ring if you soak a pad, well i have"),
        ("fever", PRESENT, "told to call if i had a fever so i am calling"),
        ("fever", PRESENT, "how long should the fever last, now day 4"),
        ("bleeding", PRESENT, "you said to call if it soaks a pad in an hour. it has"),
        ("rash", PRESENT, "the nurse said call if there is a rash. well there is"),
        ("pain", PRESENT, "the letter says come in if the pain is severe, which it is"),
        ("chills", DENIED, "they said ring if you get chills, i haven't"),
        ("fever", PRESENT, "how long does this fever last after the hsg"),
        ("rash", PRESENT, "how long will the rash last"),
        ("fever", SUPPOSED, "how long does fever last after an hsg"),
        ("bleeding", SUPPOSED, "how long does spotting go on after the dye test"),
        ("pain", PRESENT, "they were shocked how bad the pain is"),
        ("clot", PRESENT, "you would not believe how big the clots are"),
        ("bleeding", SUPPOSED, "how heavy should the bleeding be before i ring"),
        ("fever", DENIED, "is fever common afterwards? i don't have one"),
        ("rash", DENIED, "can the dye give you hives? I have not got any of those, just asking"),
        ("bleeding", PRESENT, "is bleeding like this normal? i don't have any more pads"),
        ("fever", PRESENT, "fever? i don't have a thermometer"),
        ("fever", DENIED, "fever? i don't have any"),
        ("fever", PRESENT, "is this fever common? i don't have one of those strips"),
        ("bleeding", PRESENT, "is soaking pads like this normal? i don't have any left"),
        ("bleeding", PRESENT, "is flooding through pads normal? just curious"),
        ("swelling", SUPPOSED, "can your lips swell up from it? mine is next week"),
        ("swelling", UNCERTAIN, "is swelling normal with this? asking before i go in"),
        ("swelling", PRESENT, "is swelling of the lips normal? i am asking before i go to sleep"),
        ("swelling", PRESENT, "my lips are swelling, is that normal? asking before i go in"),
    ],
)
def test_what_is_supposed_or_asked_in_general_is_told_from_what_she_has(
    reader: Reader, complaint: str, status: Status, text: str
) -> None:
    """Rules 11 and 36; DESIGN.md, Safety 1: "this", "my" and a time that has passed say that it is there."""
    _check(reader, complaint, status, text)


@pytest.mark.parametrize(
    ("complaint", "status", "text"),
    [
        ("pain", PAST, "my cramps are finished"),
        ("bleeding", PAST, "the spotting is completely finished"),
        ("dizzy", PAST, "some dizziness on monday, none these days"),
        ("rash", PAST, "had a rash on my arm, cleared by breakfast"),
        ("swelling", PAST, "my eyelids were swollen but they went down by themselves"),
        ("cough", PAST, "had a cough at easter, long gone"),
        ("itch", PAST, "i was itchy in 2019"),
        ("pain", PAST, "the pain was awful but by supper it was fully gone"),
        ("pain", PAST, "the balloon bit was agony, fine since"),
        ("head", PAST, "had a headache this morning before the scan"),
        ("vomiting", PAST, "before all this my periods used to flatten me, vomiting and so on"),
        ("heart", PAST, "my heart was racing in the waiting room"),
        ("rash", PAST, "last christmas i had a rash"),
        ("dizzy", PAST, "a bit dizzy on the table but fine after a few minutes"),
        ("chills", PAST, "i was shaky before the doctor started, ok in the end"),
        ("chills", PRESENT, "i was shaky before the doctor started and still am"),
        ("faint", PRESENT, "i fainted before they started"),
        ("heart", PRESENT, "my heart was racing before they began and has not slowed since"),
        ("pain", PRESENT, "severe pain, my pads are all gone"),
        ("pain", PRESENT, "agony, the tablets are finished"),
        ("pain", PRESENT, "worst pain of my life, the tubes were all clear"),
        ("neuro", PRESENT, "my hands have gone numb"),
        ("pain", PRESENT, "the balloon bit was agony and it still is"),
        ("heart", PRESENT, "i am in the waiting room and my heart is racing"),
        ("pain", PRESENT, "severe pain and a rash but it is gone"),
        ("pain", PRESENT, "the same dull ache that i always get with my period"),
        ("device", PRESENT, "i can not feel my coil strings, used to be able to"),
        ("pale", PRESENT, "her lips have gone grey"),
        ("fever", PRESENT, "had the dye test in march and a fever since"),
        ("belly", PRESENT, "no trouble before the test but now my belly is rigid"),
    ],
)
def test_what_is_over_is_told_from_what_only_stands_beside_such_words(
    reader: Reader, complaint: str, status: Status, text: str
) -> None:
    """Rules 12 and 26: what is finished must be the complaint, not the pads, the tablets or the results."""
    _check(reader, complaint, status, text)


def test_the_time_of_what_is_over_is_taken_from_its_sentence(reader: Reader) -> None:
    """Rule 26: what an ended symptom means depends on the hours since."""
    (seen,) = reader.read("a rash the evening after, cleared by breakfast 5 days ago").observations

    assert (seen.status, seen.hours_ago) == (PAST, 120.0)


@pytest.mark.parametrize(
    ("complaint", "status", "text"),
    [
        ("vomiting", OTHER, "my housemate has been vomiting all night"),
        ("urine", OTHER, "uncle has blood in his urine"),
        ("fever", OTHER, "the twins have a fever"),
        ("cough", OTHER, "grandson has a barking cough"),
        ("faint", OTHER, "a lady at the market fainted"),
        ("faint", OTHER, "there is a man lying unconscious in our street"),
        ("fever", OTHER, "a girl from my support group got a fever from this test"),
        ("chills", OTHER, "saw a video of a girl shaking after hers"),
        ("fever", OTHER, "hubby's got a fever"),
        ("bleeding", OTHER, "my aunt soaked towels for a week after hers"),
        ("rash", OTHER, "my cousin in Leeds had a rash from it"),
        ("faint", OTHER, "my brother fainted when he heard the price"),
        ("faint", PRESENT, "my brother fainted when he saw me pass out"),
        ("near_faint", OTHER, "my boyfriend went white and nearly keeled over"),
        ("fever", OTHER, "the twins caught a bug and both have a fever"),
        ("fever", PRESENT, "the twins caught a bug and now we all have a fever"),
        ("fever", PRESENT, "the children and i both have a fever"),
        ("faint", PRESENT, "my boyfriend went pale when i fainted at the sight of the pad"),
        ("fever", PRESENT, "my housemate says i have a fever"),
        ("chills", PRESENT, "my husband has the chills, me too"),
        ("rash", PRESENT, "my friend got a rash from the dye, so have i"),
        ("faint", PRESENT, "my husband saw it, i fainted"),
        ("faint", PRESENT, "my husband in the kitchen saw it, i fainted"),
        ("fever", PRESENT, "mum has a fever since her test"),
        ("breathing", PRESENT, "the kids are asleep and i can't breathe"),
        ("swelling", PRESENT, "she says her tongue is swelling, i am her husband"),
    ],
)
def test_anothers_complaint_is_told_from_the_patients(
    reader: Reader, complaint: str, status: Status, text: str
) -> None:
    """Rules 12 and 41: named relatives, animals and strangers; never the patient for whom somebody writes."""
    _check(reader, complaint, status, text)


@pytest.mark.parametrize(
    ("complaint", "status", "text"),
    [
        ("faint", DENIED, "i did not pass out or go woozy"),
        ("dizzy", DENIED, "i did not pass out or go woozy"),
        ("fever", DENIED, "sin fiebre"),
        ("fever", DENIED, "denies fever, rash, PV loss"),
        ("rash", DENIED, "denies fever, rash, PV loss"),
        ("clot", DENIED, "not passing clots, not hot"),
        ("urine", PRESENT, "i am not passing urine"),
        ("belly", PRESENT, "denies fever, rash. belly rigid"),
        ("faint", PRESENT, "i did not vomit but i passed out"),
        ("pain", PRESENT, "could not go on, the pain is 9 out of 10"),
        ("bleeding", PRESENT, "did not get to the shop or change anything, my pad is soaked"),
    ],
)
def test_a_denial_with_or_reaches_both_and_no_more(reader: Reader, complaint: str, status: Status, text: str) -> None:
    """Rule 11; H-denial-invented."""
    _check(reader, complaint, status, text)


@pytest.mark.parametrize(
    ("complaint", "text"),
    [
        ("pain", "i am in agony and my head hurts"),
        ("pain", "the pain is unbearable and my throat is sore"),
        ("bleeding", "i soaked two pads but the results were clear"),
        ("bleeding", "pads full of blood and the dye test was yesterday"),
    ],
)
def test_words_of_another_statement_hide_no_complaint(reader: Reader, complaint: str, text: str) -> None:
    """DESIGN.md, Safety 1: an entry's `unless`, and longer matches, end where another statement begins."""
    _check(reader, complaint, PRESENT, text)


PARTED = (("ankles are", "lips"), ("lips are", "tongue"), ("shins are", "face"))


def test_what_a_complaint_leaves_out_is_not_joined_to_it(reader: Reader) -> None:
    """Rule 11: "but not my lips" speaks of no lips; the swelling named before stays."""
    seen = [reader.read(f"my {part} swollen but not my {other}").observations for part, other in PARTED]
    places = [{one.attributes["place"] for one in found if one.complaint == "swelling"} for found in seen]

    assert places == [{"feet"}, {"lips"}, {"unplaced"}]


@pytest.mark.parametrize(
    "text",
    [
        "something bad is happening to me, thanks",
        "please help me, no results yet",
        "i am so scared something is happening. when are the results due",
        "should i be worried? thank you for the report",
    ],
)
def test_thanks_and_results_do_not_hide_that_she_sounds_ill(reader: Reader, text: str) -> None:
    """Issue 4: text that sounds ill gets a checklist question, whatever the other sentences speak of."""
    read = reader.read(text)

    assert read.sounds_ill or read.observations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("I feel ill, call me", "feel ill"),
        ("cramps, only a little bit of them", "cramps, only a little bit"),
    ],
)
def test_evidence_is_one_phrase_that_can_be_read(reader: Reader, text: str, quoted: str) -> None:
    """Rule 42: the nurse reads the words that raised a finding, with those between and no stray signs."""
    assert quoted in {text[one.start : one.end] for one in reader.read(text).observations}


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("marido", set()),
        ("kagabi", set()),
        ("I'll leave it there", set()),
        ("i cannpt breathe", {"breathing"}),
        ("my troat is closing", {"swelling"}),
        ("i have diarhea", {"bowel"}),
        ("gargled with salt water in the parler", set()),
        ("my speech is gargled", {"neuro"}),
    ],
)
def test_spelling_mends_slips_and_leaves_other_words(reader: Reader, text: str, complaints: set[str]) -> None:
    """Issue 4: tolerant of typing errors, never turning a word of another language into a complaint."""
    seen = {one.complaint for one in reader.read(text).observations}

    assert seen - {"other_language"} == complaints
