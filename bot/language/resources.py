"""Loads one language of a protocol: words, spelling, lexicon, cues, quantities, answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.language.cues import Cues, load_cues
from bot.language.files import Section, numbers_of
from bot.language.fillers import Fillers
from bot.language.illness import Illness
from bot.language.languages import Languages
from bot.language.lexicon import Lexicon, load_lexicon
from bot.language.links import Links
from bot.language.normalise import Normaliser, Tables
from bot.language.notation import Notation
from bot.language.quantities import Quantities
from bot.language.spelling import Confusion, Speller
from bot.triage.lined_yaml import ProtocolError
from bot.triage.protocol import Vocabulary

_SPELLING_KEYS = {
    "contractions", "short_forms", "misspellings", "confusions", "pauses", "targets", "protected", "numbers", "emoji",
}  # fmt: skip
_SHORTEST_TARGET = 4


@dataclass(frozen=True)
class Resources:
    """The loaded data of one language folder, ready to read with."""

    folder: Path
    notation: Notation
    normaliser: Normaliser
    fillers: Fillers
    links: Links
    lexicon: Lexicon
    cues: Cues
    quantities: Quantities
    illness: Illness
    languages: Languages


def load_resources(folder: Path, vocabulary: Vocabulary) -> Resources:
    """Read a language folder such as bot/protocols/en. Raises ProtocolError (file, line, mend) for anything wrong."""
    spelling = Section.of_file(folder / "spelling.yml", _SPELLING_KEYS)
    numbers = numbers_of(spelling, "numbers")
    shared = Section.of_file(folder / "words.yml", ("lists", "fillers", "links"))
    notation = Notation(shared.list_map("lists"), numbers)
    fillers = Fillers(shared.patterns("fillers", notation))
    links = Links(Section(shared.path, shared.mapping("links")), notation)
    lexicon = load_lexicon(folder / "lexicon", notation, vocabulary)
    cues = load_cues(folder / "cues.yml", notation, vocabulary.attributes)
    quantities = Quantities(folder / "quantities.yml", notation, vocabulary.measures)
    illness = Illness(folder / "illness.yml", notation)
    english = _common_words(folder / "common_words.txt")
    used = Counter(dict.fromkeys(cues.words | quantities.words | illness.words, 1)) + lexicon.words
    speller = _speller(spelling, english, used)
    opened = [spelling.text_map(key) for key in ("contractions", "short_forms", "misspellings")]
    tables = Tables({**opened[0], **opened[1], **opened[2]}, spelling.text_map("emoji"), numbers, *_pauses(spelling))
    normaliser = Normaliser(tables, speller)
    languages = Languages(folder / "other_languages.yml")
    return Resources(folder, notation, normaliser, fillers, links, lexicon, cues, quantities, illness, languages)


def _pauses(spelling: Section) -> tuple[frozenset[str], frozenset[str]]:
    pauses = Section(spelling.path, spelling.mapping("pauses")).only(("before", "after"))
    return frozenset(pauses.strings("before")), frozenset(pauses.strings("after"))


def _common_words(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ProtocolError(path, 0, "cannot be read; check the path") from error
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _speller(spelling: Section, english: frozenset[str], used: Counter[str]) -> Speller:
    """Build from the words that the lexicon uses: whole ones, English words that its beginnings stand for, targets.

    Words that are neither English nor listed as targets (of other languages, rare ones) are known, never arrived at.
    """
    targets = Counter({word: count for word, count in used.items() if word.isalpha()})
    begun = tuple(sorted(word[:-1] for word in used if word.endswith("*") and len(word) > _SHORTEST_TARGET))
    targets.update(word for word in english if word.startswith(begun))
    listed = frozenset(spelling.strings("targets"))
    targets.update(listed)
    known = english | frozenset(targets)
    targets = Counter({word: count for word, count in targets.items() if word in english or word in listed})
    confusions = {}
    for section in spelling.sections("confusions"):
        section.only(("write", "mean", "near"))
        confusions[str(section.values["write"])] = Confusion(
            str(section.values["mean"]), frozenset(section.strings("near"))
        )
    return Speller(targets, known, frozenset(spelling.strings("protected")), confusions, begun)
