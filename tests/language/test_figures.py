"""Rule 39: words of a red flag said of things, others or long ago count for nothing; what she has beside them stays."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from bot.triage.observation import Status


def _present(reader: Reader, complaint: str, text: str) -> bool:
    return any(one.complaint == complaint and one.status is Status.PRESENT for one in reader.read(text).observations)


@pytest.mark.parametrize(
    ("complaint", "text"),
    [
        ("collapse", "half the scaffolding collapsed outside your clinic"),
        ("collapse", "we got knocked out of the quiz"),
        ("bleeding", "the basement is flooded and the tap is gushing"),
        ("belly", "the bench outside is hard as a rock"),
        ("pain", "the paperwork was absolute torture"),
        ("breathing", "our old boiler keeps wheezing"),
        ("neuro", "zigzag stitch on the curtains"),
        ("overdose", "overdosed on mince pies"),
        ("pain", "my brother's shoulder is agony since rugby"),
        ("urine", "grandad can't pee, they found his prostate big"),
        ("swelling", "nan's feet balloon on planes"),
        ("faint", "the lady behind me fainted in the queue"),
        ("rash", "i had hives three winters ago"),
        ("swelling", "swollen ankles when i was carrying my twins"),
    ],
)
def test_a_thing_another_or_long_ago_is_no_finding(reader: Reader, complaint: str, text: str) -> None:
    """Rule 39; H-misread."""
    assert not _present(reader, complaint, text)


@pytest.mark.parametrize(
    ("complaint", "text"),
    [
        ("collapse", "i collapsed under the scaffolding"),
        ("bleeding", "i flooded the kitchen floor with blood"),
        ("bleeding", "it flooded the bed like a burst pipe"),
        ("bleeding", "my bathroom looks like a horror film"),
        ("belly", "lying on the sofa my belly is hard as a board"),
        ("pain", "i was in agony in the queue at the chemist"),
        ("breathing", "i sit by the boiler and keep wheezing"),
        ("neuro", "flashing lights in my eyes"),
        ("neuro", "had a fit in the lift"),
        ("overdose", "overdosed on paracetamol"),
        ("skin", "my sick was like beetroot soup"),
        ("throat", "i got a lump in my throat at the wedding and it is hard to swallow"),
        ("bleeding", "my husband can't stop the bleeding"),
        ("rash", "my toddler's rash is gone but i am covered in hives"),
        ("faint", "the woman before me was fine but i fainted"),
        ("collapse", "my son saw that i collapsed"),
        ("swelling", "my mum's face is swollen since her hsg"),
        ("rash", "i had hives in lockdown and again tonight"),
        ("fever", "had the hsg in winter and still have fever"),
        ("bleeding", "i am carrying my second and bleeding heavily"),
        ("fever", "took nothing, feverish since noon"),
    ],
)
def test_what_she_has_stays_beside_them(reader: Reader, complaint: str, text: str) -> None:
    """Rule 39; H-unread."""
    assert _present(reader, complaint, text)
