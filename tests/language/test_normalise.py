"""Typed text becomes the words that patterns are written in, and each word knows where it was typed."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("I can\u2019t STOP it", "i can not stop it"),
        ("dont didnt havnt wont aint", "do not did not have not will not is not"),
        ("its bad n im ill w pain", "it is bad and i am ill with pain"),
        ("sooooo painnnful", "so painful"),
        ("light-headed, no... yes", "light headed , no , yes"),
        ("38,4 and 1,200", "38.4 and 1200"),
        ("a hundred and three point two", "103.2"),
        ("one oh one point two", "101.2"),
        ("thirty eight point four", "38.4"),
        ("two and a half pads", "2.5 pads"),
        ("two pads, one clot", "two pads , one clot"),
        ("hot \U0001f975 sick\U0001f92e", "hot :hot_face: sick :vomiting_face:"),
        ("38.4\u00b0C", "38.4 c"),
        ("really?!?!", "really ?"),
        ("is it ok question mark", "is it ok ?"),
        ("a peroid and feaver", "a period and fever"),
        ("passed big cloths of blood", "passed big clots of blood"),
        ("washing cloths", "washing cloths"),
        ("w/o fever", "without fever"),
        ("husband's sick, pain's gone", "husband sick , pain gone"),
        ("\u200b/help", "/ help"),
        ("", ""),
    ],
)
def test_typed_text_is_normalised(reader: Reader, typed: str, normal: str) -> None:
    """Issue 4: contractions without apostrophes, stretched letters, emoji, dictated numbers, decimal commas."""
    words = reader.resources.normaliser(typed)

    assert words.text.split() == normal.split()


@pytest.mark.parametrize(
    "word",
    ["not", "nothing", "never", "without", "no", "none", "cant", "squinting", "nohting", "nver", "wihtout"],
)
def test_denials_and_english_words_are_left_alone(reader: Reader, word: str) -> None:
    """Rule of issue 4: correction never turns a denial around, and makes no symptom of an English word; H-misread."""
    words = reader.resources.normaliser(word)

    complaints = reader.read(word).observations
    assert (words.text.split()[0][0], complaints) == (word[0], ())


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("bleding", "bleeding"),
        ("cramsp", "cramps"),
        ("soked", "soaked"),
        ("temprature", "temperature"),
        ("shiverin", "shivering"),
        ("swolen", "swollen"),
        ("breatheing", "breathing"),
        ("throte", "throat"),
        ("diahrea", "diarrhoea"),
        ("vommited", "vomited"),
        ("antibotics", "antibiotics"),
        ("unconsious", "unconscious"),
    ],
)
def test_typing_errors_arrive_at_the_lexicon(reader: Reader, slip: str, meant: str) -> None:
    """Issue 4: the lexicon is tolerant of typing errors."""
    assert reader.resources.normaliser(slip).text.split() == [meant]


def test_words_know_where_they_were_typed(reader: Reader) -> None:
    """Spans shown to the nurse count code points of the text as typed, whatever was opened or joined."""
    typed = "\U0001f975 I can't, a hundred and two"
    words = reader.resources.normaliser(typed).words

    assert [(word.text, typed[word.start : word.end]) for word in words] == [
        (":hot_face:", "\U0001f975"),
        ("i", "I"),
        ("can", "can't"),
        ("not", "can't"),
        (",", ","),
        ("102", "a hundred and two"),
    ]
