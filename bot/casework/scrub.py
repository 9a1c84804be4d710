"""Takes out of a text what may name a person. Errs towards taking out; a reviewer looks at what is left."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|close|way|court|ct|place|boulevard|blvd|crescent|terrace"
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[email]", re.compile(r"\S+@\S+\.\w+")),
    ("[link]", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[address]", re.compile(rf"\b\d{{1,5}}[a-z]?,? (?:\w+ ){{1,3}}(?:{STREETS})\b\.?", re.IGNORECASE)),
    ("[address]", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)),
    ("[date]", re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b")),
    ("[date]", re.compile(rf"\b{DAY} (?:of )?(?:{MONTHS}|May)\b\.?(?:,? \d{{4}})?", re.IGNORECASE)),
    ("[date]", re.compile(rf"\b(?:(?i:{MONTHS})|May)\b\.? {DAY}\b(?:,? \d{{4}})?")),
    ("[date]", re.compile(r"\b(?:19|20)\d{2}\b")),
    ("[phone]", re.compile(r"(?<![\d.])(?:\+?\d{1,3}[ .-]?)?\(?\d{2,5}\)?[ .-]?\d{3,4}[ .-]?\d{3,4}(?![\d.])")),
    ("[number]", re.compile(r"(?<![\d.])\d{5,}(?!\d)")),
)
CUED = re.compile(
    r"\b((?:my (?:full |first |last )?name is|i am called|i'm called|call me|this is|signed|regards,?|"
    r"(?:dr|doctor|mr|mrs|ms|miss|nurse|midwife)\.?)\s+)([a-z][\w'-]+)(?:( )([a-z][\w'-]+))?",
    re.IGNORECASE,
)
CAPITAL = re.compile(r"\b[A-Z](?:'[A-Z])?[a-z]+(?:['-][A-Za-z]+)*\b")
WORD = re.compile(r"[a-z]{2,}")
NAME = "[name]"


def scrub(text: str, known: Collection[str]) -> str:
    """Replace addresses, numbers, dates and names by their kind; a capital word that is `known` is no name."""
    for kind, pattern in KINDS:
        text = pattern.sub(kind, text)
    text = CUED.sub(lambda found: _named(found, known), text)
    return CAPITAL.sub(lambda found: found[0] if found[0].lower() in known else NAME, text)


def _named(found: re.Match[str], known: Collection[str]) -> str:
    """Take out the one or two unknown words after "my name is" and the like."""
    cue, first, gap, second = found.groups(default="")
    if first.lower() in known:
        return found[0]
    return f"{cue}{NAME}{gap}{second}" if second.lower() in known else cue + NAME


def hide(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Replace spans of the text as it was written."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}[hidden]{text[end:]}"
    return text


def known_words(folder: Path) -> frozenset[str]:
    """Return the words of a language's protocol files: what patients say that is no name."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yml")))
    return frozenset(word for text in texts for word in WORD.findall(text.lower()))
