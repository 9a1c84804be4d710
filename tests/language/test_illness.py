"""Not understood is not harmless; and what is of another language is told apart."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader


@pytest.mark.parametrize("text", ["my elbow is tingling", "weird feeling behind my knee", "a lump on my wrist"])
def test_a_bodily_complaint_on_no_list_is_an_unknown_symptom(reader: Reader, text: str) -> None:
    """Issue 4: a recognisable bodily complaint on no list is call_soon at once; H-unread."""
    assert "unknown_symptom" in {one.complaint for one in reader.read(text).observations}


@pytest.mark.parametrize(
    "text", ["is that ok??", "something bad is happening to me", "help me please", "should i be worried"]
)
def test_text_that_sounds_ill_is_marked(reader: Reader, text: str) -> None:
    """Issue 4: such text gets one red-flag checklist question, never `none`."""
    read = reader.read(text)

    assert read.sounds_ill or read.observations


@pytest.mark.parametrize(
    "text",
    [
        "thank you so much",
        "when do my results come",
        "can i take a bath",
        "what time do you open",
        "ok",
        "sick of waiting for my results",
        "that bill made me faint",
        "my heart skipped when the clinic rang",
        "bloody hell the parking",
    ],
)
def test_other_text_is_neither_ill_nor_a_complaint(reader: Reader, text: str) -> None:
    """Rule 39: words that only look like a finding."""
    read = reader.read(text)

    assert (read.observations, read.sounds_ill) == ((), False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i have a fever since yesterday", "en"),
        ("hola, tengo mucho dolor desde ayer y estoy sangrando", "es"),
        ("bonjour, j'ai de la fievre depuis hier et je suis mal", "fr"),
        ("\u0639\u0646\u062f\u064a \u062d\u0645\u0649", "ar"),
        ("salamat po nurse, my belly is ok naman but i feel hot po today", "en"),
        ("", "en"),
        ("muchas gracias", "es"),
        ("tengo fiebre", "es"),
        ("no", "en"),
        ("ik heb koorts en pijn", "nl"),
        ("boli mnie brzuch, prosz\u0119 o pomoc", "pl"),
        ("\u0443 \u043c\u0435\u043d\u0435 \u0441\u0438\u043b\u044c\u043d\u0438\u0439 \u0431\u0456\u043b\u044c", "uk"),
        ("\u0443 \u043c\u0435\u043d\u044f \u0431\u043e\u043b\u0438\u0442 \u0436\u0438\u0432\u043e\u0442", "ru"),
        ("\u62b1\u6b49\u6211\u53d1\u70e7\u4e86", "zh"),
        ("can someone answer me in Polish please", "pl"),
        ("I speak Arabic, my English is small", "ar"),
        ("can I polish my nails", "en"),
    ],
)
def test_the_language_of_a_message_is_guessed(reader: Reader, text: str, language: str) -> None:
    """In doubt English: most second-language writers only mix words in."""
    assert reader.read(text).language == language
