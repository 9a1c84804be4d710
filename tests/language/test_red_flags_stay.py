"""Red flags stay, whatever stands around them: clauses, downplaying words, slips of the hand (DESIGN.md, Safety 1)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from rapidfuzz.distance import OSA

from bot.language.reader import Reader
from bot.triage.assessment import Outcome
from bot.triage.engine import Context, assess
from bot.triage.protocol import Protocol

Grade = tuple[int, bool]
"""The outcome's rank, and whether it is an emergency."""
Graded = Callable[[str], tuple[Grade, set[str]]]

# One finding of the protocol and a message of it; every urgent and emergency family.
RED_FLAGS = (
    ("soaked_pad", "I soaked through two pads since lunch"),
    ("soaked_pad", "the blood is pouring out of me"),
    ("soaked_pad", "I'm bleeding very heavily and it goes through my trousers"),
    ("clot_large", "passed a clot the size of a golf ball"),
    ("clot_large", "huge clots keep coming"),
    ("pain_severe", "the pain is unbearable"),
    ("pain_severe", "cramps are excruciating, 9 out of 10"),
    ("pain_worsening", "the cramps are getting worse since this morning"),
    ("pain_unrelieved", "painkillers are not helping with the cramps"),
    ("abdomen_rigid_or_move", "my belly is hard as a board"),
    ("shoulder_tip_pain", "there is pain at the tip of my shoulder"),
    ("fever_reported", "I have a fever"),
    ("fever_reported", "been feverish since last night"),
    ("fever_measured", "my temperature is 38.6"),
    ("fever_measured", "thermometer says 101.4"),
    ("chills_feverish", "I am shivering and my teeth are chattering"),
    ("sepsis_signs", "she is burning up and confused"),
    ("faint_brief", "I fainted in the shower"),
    ("collapse_or_shock", "she collapsed and will not wake up"),
    ("vomiting_persistent", "I have vomited six times today"),
    ("vomiting_persistent", "I cannot keep water down"),
    ("rash_itch_hives", "there are hives all over my arms"),
    ("rash_itch_hives", "a red rash on my chest"),
    ("swelling_skin", "both my eyelids are swollen"),
    ("face_throat_swelling", "my lips are swelling"),
    ("face_throat_swelling", "my throat is closing up"),
    ("breathing_trouble", "I can't breathe properly"),
    ("breathing_trouble", "I am wheezing and short of breath"),
    ("chest_pain_or_blood_cough", "pain in my chest going down my arm"),
    ("chest_pain_or_blood_cough", "I am coughing up blood"),
    ("palpitations", "my heart is racing and skipping beats"),
    ("neuro_signs", "my speech is slurred"),
    ("neuro_signs", "I lost vision in my left eye"),
    ("leg_swollen_one", "my left calf is swollen and hot"),
    ("urine_cannot", "I cannot pass urine at all"),
    ("flank_pain", "flank pain on one side and I have chills"),
    ("skin_blister_peel", "my skin is blistering and peeling"),
    ("too_much_medicine", "I took twelve paracetamol today"),
    ("self_harm", "I want to end my life"),
    ("abuse_disclosed", "my husband hits me"),
)

# Complaint, the words of it, and what else the sentence speaks of.
IN_COMPANY = (
    ("chest", "chest pain going into my shoulder and arm"),
    ("chest", "pain in my chest and i keep vomiting"),
    ("breathing", "rash on my arms and i can not breathe properly, waiting for my results"),
    ("cough", "coughing up blood and a red rash"),
    ("neuro", "after the scan i can not see anything to the left"),
    ("neuro", "doctor my words are coming out wrong"),
    ("neuro", "my left arm will not lift and my head hurts"),
    ("neuro", "half of every word is missing in my right eye"),
    ("sepsis", "my wife can not tell what day it is since she came home from the clinic"),
    ("collapse", "i am the husband, i shook her and called her name, no response"),
    ("collapse", "too weak to stand and pain everywhere"),
    ("pale", "soaked another pad and she is the colour of chalk"),
    ("head", "it was like a hammer hit my skull and then i passed out"),
    ("chills", "hot then freezing cold and can not keep food down"),
    ("chills", "shivering and freezing for hours, everyone else is in t shirts"),
    ("chills", "shaking so hard i can not hold the cup and in tears"),
    ("heat", "still boiling even after a cold shower"),
    ("swelling", "tummy is swollen and so are my lips"),
    ("swelling", "my lips are puffy, i have been crying because i am scared"),
    ("swelling", "face swollen, fat fingers, rings stuck"),
    ("swelling", "after the tablet my windpipe is closing up"),
    ("heart", "my heart is racing and i am passing clots"),
    ("sweat", "on the bathroom floor, skin cold and wet"),
    ("faint", "next thing i was on the floor, kids screaming"),
    ("near_faint", "everything went black for a second and i had to hold the sink"),
    ("breathing", "no breath in me even sitting"),
    ("reaction", "i think i am having an allergic reaction"),
    ("fever", "my body temperature is high"),
    ("sepsis", "her fingertips have gone grey"),
    ("rash", "a rash on my arms and my face was red when i strained"),
)

CORES = (
    ("bleeding", "amount", ("soaked", "heavy"), ("i soaked through two pads", "the pad is full of blood",
     "im flooding", "blood is pouring out of me", "blood running down my legs", "bleeding very heavily",
     "bleeding through my trousers", "gone through three maxi pads", "my pad is drenched in an hour")),
    ("clot", "size", ("large",), ("passed a huge clot", "clot the size of a golf ball", "big clots coming")),
    ("pain", "severity", ("severe",), ("pain is unbearable", "i am in agony", "worst pain of my life",
     "the cramps are excruciating", "doubled over with pain", "severe pain in my belly")),
    ("pain", "relief", ("not_eased",), ("painkillers are not helping", "ibuprofen did nothing")),
    ("belly", "sign", ("rigid",), ("my belly is hard as a board",)),
    ("shoulder", "place", ("tip",), ("pain at the tip of my shoulder",)),
    ("discharge", "smell", ("foul",), ("the discharge stinks", "it smells like rotten fish")),
    ("discharge", "look", ("green",), ("green discharge",)),
)  # fmt: skip
CONTEXTS = (
    "{}", "{} since the dye test", "{} and im crying", "{} and i am sweating", "{} after drinking water",
    "{} but results were all clear", "{} and i threw up once", "{} and i need to pee", "{} since they discharged me",
    "{} when i got home, it is raining here", "{} and my head hurts", "{} and my back is sore",
    "{}, my husband is worried", "{} and i have a cough", "{} while watching tv", "{}, is that normal",
    "{} and i feel anxious", "i took a shower and now {}", "no fever but {}", "not sure if this is ok but {}",
    "{}, not a little", "{} and no discharge", "{}, not clear fluid", "{} and my leg aches", "{} right now",
    "{} since the nurse did the test", "{} with a rash on my arms", "{} and my nose is blocked",
    "{} when i stand up", "{} and i feel faint", "my wife says {}", "{} and my chest hurts", "{} on day 3",
    "{} and i had a period last week", "{} and i had some spotting before",
)  # fmt: skip

DOWNPLAYED = (
    "sorry to bother you, {}", "{}. sorry to bother you", "its probably nothing lol but {}",
    "{} its probably nothing lol", "not to be dramatic but {}", "{}, not to be dramatic",
    "my sister says im overreacting but {}", "{} but my sister says im overreacting", "no biggie but {}",
    "{}, no biggie", "im sure its fine, {}", "{}, im sure its fine", "dont want to waste your time but {}",
    "{} but i dont want to waste your time", "i know you said some things are normal but {}",
    "{}, the doctor said everything went well", "i am usually tough but {}", "{} haha typical me",
    "not urgent at all but {}", "{}, nothing urgent", "maybe im just being silly, {}", "{}, maybe im just being silly",
    "google says its normal but {}", "{} but google says its normal", "it could be worse, {}", "{}, could be worse",
    "no rush, {}", "{}. no rush to answer", "not complaining, {}", "{} but i can cope",
)  # fmt: skip


@pytest.fixture(scope="module")
def graded(reader: Reader, protocol: Protocol) -> Graded:
    """Conclude from one message on day 1: outcome with emergency, and the findings that are present."""

    @cache
    def grade(text: str) -> tuple[Grade, set[str]]:
        result = assess(protocol, reader.read(text).observations, Context(day=1))
        present = {hit.id for hit in result.findings if hit.status == "present"}
        return (result.outcome.rank, result.emergency), present

    return grade


@pytest.mark.parametrize(("finding", "text"), RED_FLAGS)
def test_a_red_flag_is_urgent(graded: Graded, finding: str, text: str) -> None:
    """DESIGN.md, Safety 1: the messages from which the tests below start."""
    (rank, _), present = graded(text)

    assert (rank, finding in present) == (Outcome.URGENT.rank, True)


@pytest.mark.parametrize(("complaint", "text"), IN_COMPANY)
def test_a_red_flag_stays_beside_other_complaints(reader: Reader, complaint: str, text: str) -> None:
    """Rule 39: words of other families, of places and of relatives beside a complaint are no reason to drop it."""
    assert complaint in {one.complaint for one in reader.read(text).observations if one.status.value == "present"}


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_red_flag_stays_in_every_context(reader: Reader, context: str) -> None:
    """Rule 11: a clause beside it, denials and questions among them, leaves the complaint and how grave it is."""
    lost = [
        text
        for complaint, name, values, sayings in CORES
        for text in (context.format(saying) for saying in sayings)
        if not any(
            one.complaint == complaint and one.status.value == "present" and one.attributes.get(name) in values
            for one in reader.read(text).observations
        )
    ]

    assert lost == []


@pytest.mark.parametrize("clause", DOWNPLAYED)
def test_a_downplaying_clause_never_lowers_a_red_flag(graded: Graded, clause: str) -> None:
    """Rule 11: downplaying never lowers a tier; issue 4: no flip at all."""
    lowered = []
    for finding, text in RED_FLAGS:
        grade, present = graded(clause.format(text))
        if grade < graded(text)[0] or finding not in present:
            lowered.append(clause.format(text))

    assert lowered == []


FILLERS = (
    "i think",
    "maybe",
    "like",
    "honestly",
    "literally",
    "probably",
    "i guess",
    "you know",
    "um",
    "just",
    "really",
)
HEDGED = (
    ("swelling", "my throat feels like its closing"),
    ("swelling", "my lips look as if they are swelling"),
    ("swelling", "my tongue is starting to swell"),
    ("breathing", "it feels like i can not get any air"),
    ("heart", "my heart feels like its racing"),
    ("neuro", "my face seems to be drooping on one side"),
    ("neuro", "half my body feels like its gone numb"),
    ("chest", "my chest feels kind of like its getting tight"),
    ("skin", "my skin seems to be starting to blister"),
    ("rash", "what looks like hives on my arms"),
    ("faint", "i think i may have fainted"),
    ("fever", "i might be having a fever"),
    ("cough", "i think i must have coughed up blood"),
)


KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST_SLIP = 6
"""Letters: shorter words are too near to others for a slip to be told from another word."""
SLIPS_EACH = 12
MOST_FLIPS = 0.01
ASIDE = "The test went quickly."


def _slip(word: str, chance: random.Random) -> str:
    """Return the word one slip of the hand away: a neighbouring key, a letter left out, doubled, or two swapped."""
    at = chance.randrange(1, len(word) - 1)
    row = next(row for row in KEYS if word[at].lower() in row)
    beside = row[(row.index(word[at].lower()) + 1) % len(row)]
    middle = chance.choice((beside, "", 2 * word[at], None))
    if middle is None:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + middle + word[at + 1 :]


def _mistyped(text: str, chance: random.Random) -> Iterator[str]:
    long = [word for word in text.split() if len(word) >= SHORTEST_SLIP and word.isalpha()]
    for word in chance.choices(long, k=SLIPS_EACH) if long else ():
        slip = _slip(word, chance)
        assert OSA.distance(word, slip) <= 1
        yield text.replace(word, slip, 1)


def _rewritten(text: str, chance: random.Random) -> Iterator[str]:
    words = text.split()
    at = chance.randrange(1, len(words))
    yield from _mistyped(text, chance)
    yield from (text.upper(), text.lower(), f"{text}. {ASIDE}", f"{ASIDE} {text}", f"{text} \U0001f62d\U0001f64f")
    yield from (f"um so {text} yeah", f"hi nurse, {text}, thank you", f"{text}!!!", "  ".join(words), f"{text} lol")
    yield " ".join([*words[:at], chance.choice(("...", "\U0001f629")), *words[at:]])


def test_rewriting_a_red_flag_hardly_ever_lowers_it(graded: Graded) -> None:
    """Issue 4: typing errors, case, order, fillers and emoji flip fewer than 1 % of urgent messages downwards."""
    chance = random.Random(4)  # noqa: S311  a fixed seed, so that every run types the same slips
    rewrites = [(text, other) for _, text in RED_FLAGS for other in _rewritten(text, chance)]
    flips = [other for text, other in rewrites if graded(other)[0] < graded(text)[0]]

    assert len(flips) < MOST_FLIPS * len(rewrites), flips


@pytest.mark.parametrize(("complaint", "text"), HEDGED)
def test_a_hedged_red_flag_is_there(reader: Reader, complaint: str, text: str) -> None:
    """Rule 11: "feels like it is", "might be", "starting to" are her way of putting it, no doubt to dismiss."""
    assert complaint in {one.complaint for one in reader.read(text).observations if one.status.value == "present"}


def test_fillers_part_no_red_flag(graded: Graded) -> None:
    """Issue 4: a filler between any two words of a red flag flips fewer than 1 % of them downwards."""
    parted = [
        (text, " ".join([*words[:at], filler, *words[at:]]))
        for _, text in RED_FLAGS
        for words in [text.split()]
        for filler in FILLERS
        for at in range(1, len(words))
    ]
    flips = [other for text, other in parted if graded(other)[0] < graded(text)[0]]

    assert len(flips) < MOST_FLIPS * len(parted), flips


@pytest.mark.parametrize(
    "text",
    [
        "it feels like period pain, not bad",
        "i feel like a new woman honestly",
        "i think the results might be ready",
        "looks like it is going to rain, just popping out",
    ],
)
def test_fillers_make_no_red_flag(graded: Graded, text: str) -> None:
    """Rule 39: what stands apart only because of a filler was no complaint before either."""
    assert graded(text)[0] < (Outcome.CALL_SOON.rank, False)
