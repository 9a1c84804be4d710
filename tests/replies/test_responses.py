from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.replies.responses import FAQ, WEB, Responses, fill
from bot.replies.situation import Situation
from bot.settings import ROOT
from bot.site import Site
from bot.store.records import Button, ReplyPart
from bot.triage.lined_yaml import ProtocolError

GOOD = """\
version: "3.1"
responses:
  utter_hello:
    - text: "Call {clinic_phone} today."
  utter_ask_size:
    - text: "How big?"
      buttons:
        - {title: "Small", payload: "Small ones"}
        - {title: "Big", payload: "The big ones"}
        - {title: "Not sure", payload: "Not sure"}
      metadata: {answers: [small, large, not_sure], source: ["004", X78]}
"""


def written(folder: Path, text: str) -> Path:
    """Write a domain file."""
    path = folder / "domain.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_text_buttons_answers_and_sources(tmp_path: Path) -> None:
    """H-07: a response is read whole: text, buttons in order, the answer behind each, its sources."""
    asked = Responses.load(written(tmp_path, GOOD))["utter_ask_size"]
    assert (asked.text, asked.answers, asked.sources, asked.line, asked.placeholders) == (
        "How big?",
        ("small", "large", "not_sure"),
        ("004", "X78"),
        5,
        frozenset(),
    )
    assert asked.buttons == (
        Button("Small", "Small ones"),
        Button("Big", "The big ones"),
        Button("Not sure", "Not sure"),
    )


def test_renders_in_order_with_values(tmp_path: Path) -> None:
    """H-08: what she reads is the sentence with the site's number in it."""
    responses = Responses.load(written(tmp_path, GOOD))
    parts = responses.render([("utter_hello", {"clinic_phone": "216-555-0142", "unused": "x"})])
    assert parts == (ReplyPart("utter_hello", "Call 216-555-0142 today."),)


def test_missing_value_is_an_error_never_a_blank(tmp_path: Path) -> None:
    """H-08: Rasa would show the placeholder; we refuse."""
    with pytest.raises(KeyError, match="clinic_phone"):
        Responses.load(written(tmp_path, GOOD)).render([("utter_hello", {})])


@pytest.mark.parametrize("value", ["{clinic_phone}", "{0[clinic_phone]}", "a\nb", "%s {} {{x}}"])
def test_values_are_not_filled_in_again(value: str) -> None:
    """H-08: her words are shown as words; no template is read in them."""
    assert fill("You wrote {words}.", {"words": value, "clinic_phone": "1"}) == f"You wrote {value}."


@pytest.fixture(scope="module")
def rasa_interpolate() -> Callable[[str, dict[str, str]], str]:
    """Rasa's own function, loaded from its file alone: importing the package would pull TensorFlow in."""
    package = importlib.util.find_spec("rasa")
    assert package is not None
    assert package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "core" / "nlg" / "interpolator.py"
    spec = importlib.util.spec_from_file_location("rasa_interpolator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[str, dict[str, str]], str] = module.interpolate_text
    return found


@pytest.mark.parametrize("words", ["soaked a pad", "0[words] {x} {{clinic_phone}} [0]", "50% off “all” \\ of it"])
def test_every_sentence_reads_as_rasa_would_render_it(
    responses: Responses, site: Site, rasa_interpolate: Callable[[str, dict[str, str]], str], words: str
) -> None:
    """H-08: care compares Rasa's text with ours; whatever she typed, both are the same and complete."""
    values = Situation(site, 0, hsg_date=date(2026, 11, 20), words=(words,), sources=("NHS",)).values()
    texts = [text for name, text in responses.texts.items() if not name.startswith(WEB)]
    assert [rasa_interpolate(text, values) for text in texts] == [fill(text, values) for text in texts]
    assert responses[FAQ + "unknown"].text in texts


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The big ones", "large"),
        (" the BIG ones. ", "large"),
        ("Small", "small"),
        ("Not sure", "not_sure"),
        ("big and getting bigger", None),
        ("", None),
    ],
)
def test_tapped_button_gives_its_answer(tmp_path: Path, text: str, answer: str | None) -> None:
    """H-01: a tap is never misread: its exact words mean the answer that the button stands for."""
    assert Responses.load(written(tmp_path, GOOD)).answer("size", text) == answer


def test_answer_to_an_unknown_question_is_none(tmp_path: Path) -> None:
    """H-01: a question of an older protocol has no answers."""
    assert Responses.load(written(tmp_path, GOOD)).answer("colour", "Small") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "mend"),
    [
        ("responses:\n", "answers:\n", 1, "section 'responses' is missing"),
        ("utter_hello", "Hello", 3, "must be utter_ and small letters"),
        ('    - text: "Call', '    - text: "Or"\n    - text: "Call', 3, "exactly one variation"),
        ('text: "How big?"', "image: x", 6, "unknown key 'image'"),
        ('"How big?"', '" "', 5, "has no text; write it"),
        ("{clinic_phone}", "{clinic_phone", 3, "brace that is no placeholder"),
        ("{clinic_phone}", "0[clinic]", 3, "brace that is no placeholder"),
        ('title: "Big", ', "", 9, "exactly title: and payload:"),
        ('"The big ones"', "yes", 9, "must be text; quote yes and no"),
        ('"The big ones"', '"/deny"', 9, "plain words, not a command"),
        ("[small, large, not_sure]", "[small, large]", 5, "3 buttons and 2 answers"),
        ("answers:", "answer:", 11, "unknown key 'answer'"),
        ('source: ["004", X78]', "source: [4]", 11, "quote numbers"),
        ("utter_ask_size", "utter_hello", 5, "stands twice"),
    ],
)
def test_wrong_domain_names_file_line_and_mend(tmp_path: Path, old: str, new: str, line: int, mend: str) -> None:
    """H-05: a sentence that could not be shown stops the start, and the error says where and what to do."""
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ProtocolError) as error:
        Responses.load(path)
    assert (error.value.file, error.value.line) == (str(path), line)
    assert mend in str(error.value)


def test_a_number_keeps_its_order_in_a_right_to_left_sentence() -> None:
    """H-08: without isolates 216-555-0188 is shown as 0188-555-216 in Arabic, which rings somebody else."""
    text = Responses.load(ROOT / "domain.yml")["utter_language_ar"].text

    assert re.findall(".{[a-z_]+}.", text) == ["\u2066{emergency_phone}\u2069", "\u2066{call_phone}\u2069"]
