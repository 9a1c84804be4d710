"""Loads one language of a protocol: words, spelling, lexicon, cues, quantities, answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.language.cues import Cues, load_cues
from bot.language.files import Section, numbers_of
from bot.language.lexicon import Lexicon, load_lexicon
from bot.language.normalise import Normaliser, Tables
from bot.language.patterns import Notation
from bot.language.quantities import Quantities
from bot.language.spelling import Confusion, Speller
from bot.triage.lined_yaml import ProtocolError
from bot.triage.protocol import Vocabulary

_SPELLING_KEYS = ("contractions", "short_forms", "confusions", "targets", "protected", "numbers", "emoji")
_SHORTEST_TARGET = 4


@dataclass(frozen=True)
class Resources:
    """The loaded data of one language folder, ready to read with."""

    folder: Path
    notation: Notation
    normaliser: Normaliser
    lexicon: Lexicon
    cues: Cues
    quantities: Quantities


def load_resources(folder: Path, vocabulary: Vocabulary) -> Resources:
    """Read a language folder such as bot/protocols/en. Raises ProtocolError (file, line, mend) for anything wrong."""
    spelling = Section.of_file(folder / "spelling.yml", _SPELLING_KEYS)
    numbers = numbers_of(spelling, "numbers")
    lists = Section.of_file(folder / "words.yml", ("lists",)).list_map("lists")
    notation = Notation(lists, numbers)
    lexicon = load_lexicon(folder / "lexicon", notation, vocabulary)
    cues = load_cues(folder / "cues.yml", notation, vocabulary.attributes)
    quantities = Quantities(folder / "quantities.yml", notation, vocabulary.measures)
    english = _common_words(folder / "common_words.txt")
    speller = _speller(spelling, english, lexicon.words | cues.words | quantities.words)
    tables = Tables(
        spelling.text_map("contractions"), spelling.text_map("short_forms"), spelling.text_map("emoji"), numbers
    )
    return Resources(folder, notation, Normaliser(tables, speller), lexicon, cues, quantities)


def _common_words(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ProtocolError(path, 0, "cannot be read; check the path") from error
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _speller(spelling: Section, english: frozenset[str], used: frozenset[str]) -> Speller:
    whole = {word for word in used if word.isalpha()}
    begun = tuple(word[:-1] for word in used if word.endswith("*") and len(word) > _SHORTEST_TARGET)
    inflected = {word for word in english if word.startswith(begun)}
    targets = whole | inflected | set(spelling.strings("targets"))
    confusions = {}
    for section in spelling.sections("confusions"):
        section.only(("write", "mean", "near"))
        confusions[str(section.values["write"])] = Confusion(
            str(section.values["mean"]), frozenset(section.strings("near"))
        )
    return Speller(frozenset(targets), english, frozenset(spelling.strings("protected")), confusions)
