"""The sentences of domain.yml (section `responses`), filled in exactly as Rasa's NLG fills them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.store.records import Button, ReplyPart
from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml

Values = Mapping[str, str]
Planned = tuple[str, Values]
ASK, ADVICE, FAQ, WEB, CANNED = "utter_ask_", "utter_advice_", "utter_faq_", "utter_web_", "utter_canned_"
LANGUAGE, REQUEST = "utter_language_", "utter_request_"
NOTICE = "utter_notice"
_PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")
_NAME = re.compile(r"utter_[a-z0-9_]+$")
_KEYS = frozenset({"text", "buttons", "metadata"})
_META = frozenset({"source", "answers", "follow_up"})


@dataclass(frozen=True)
class Response:
    """One sentence or short paragraph. `line` is where it stands in the file.

    `answers` are the answer ids of a question, one for each button; `follow_up` is the follow-up that it asks, if it
    asks one. `sources` are seed numbers and codes of the
    evidence note.
    """

    name: str
    text: str
    line: int
    buttons: tuple[Button, ...] = ()
    answers: tuple[str, ...] = ()
    follow_up: str = ""
    sources: tuple[str, ...] = ()
    placeholders: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Responses:
    """All sentences by name."""

    path: Path
    by_name: Mapping[str, Response]

    @classmethod
    def load(cls, path: Path) -> Responses:
        """Read section `responses` of a domain file. Raises ProtocolError with file, line and how to mend it."""
        data = read_yaml(path)
        section = data.get("responses")
        if not isinstance(section, LinedMap):
            raise ProtocolError(path, 1, "section 'responses' is missing; it holds every sentence a patient reads")
        return cls(path, {name: _response(path, section, name) for name in section})

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Response:
        return self.by_name[name]

    @property
    def texts(self) -> dict[str, str]:
        """Every text by name, as written; the pages fill in their own (`utter_web_*`)."""
        return {name: response.text for name, response in self.by_name.items()}

    def render(self, planned: Iterable[Planned]) -> tuple[ReplyPart, ...]:
        """Fill in responses in order. Raises KeyError for an unknown response or a missing value: never a blank."""
        return tuple(self._part(name, values) for name, values in planned)

    def _part(self, name: str, values: Values) -> ReplyPart:
        response = self.by_name[name]
        buttons = (Button(fill(item.title, values), fill(item.value, values)) for item in response.buttons)
        return ReplyPart(name, fill(response.text, values), tuple(buttons))

    def answer(self, question: str, text: str) -> str | None:
        """Return the answer id behind a tapped button of a question or follow-up, or None for other words."""
        typed = _plain(text)
        asking = (item for item in self.by_name.values() if question == item.follow_up or item.name == ASK + question)
        pairs = (pair for item in asking for pair in zip(item.buttons, item.answers, strict=False))
        return next((answer for button, answer in pairs if typed in (_plain(button.title), _plain(button.value))), None)

    def asked(self, said: Iterable[ReplyPart]) -> str | None:
        """Return the question or follow-up that a reply asked, if it asked one."""
        named = (self.by_name[part.response] for part in said if part.response in self.by_name)
        asking = (item.follow_up or item.name.removeprefix(ASK) for item in named if item.answers)
        return next(asking, None)


def fill(text: str, values: Values) -> str:
    """Put values into `{name}` placeholders. Raises KeyError for a missing value."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")


def _response(path: Path, section: LinedMap, name: str) -> Response:
    line, variants = section.lines[name], section[name]
    if not _NAME.match(name):
        raise ProtocolError(path, line, f"response name '{name}' must be utter_ and small letters")
    # More than one variation and Rasa picks at random: a clinical sentence has one wording.
    if not isinstance(variants, list) or len(variants) != 1 or not isinstance(variants[0], LinedMap):
        raise ProtocolError(path, line, f"'{name}' must have exactly one variation with text, buttons, metadata")
    entry = variants[0]
    _known(path, entry, _KEYS, name)
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ProtocolError(path, line, f"'{name}' has no text; write it")
    meta = _meta(path, entry, name)
    buttons = tuple(_button(path, item, line, name) for item in entry.get("buttons", ()))
    answers = _words(path, meta, "answers")
    if answers and len(answers) != len(buttons):
        raise ProtocolError(path, line, f"'{name}' has {len(buttons)} buttons and {len(answers)} answers; one each")
    return Response(
        name=name,
        text=text,
        line=line,
        buttons=buttons,
        answers=answers,
        follow_up="".join(_words(path, meta, "follow_up")),
        sources=_words(path, meta, "source"),
        placeholders=frozenset(_placeholders(path, line, name, (text, *(b.title + b.value for b in buttons)))),
    )


def _known(path: Path, entry: LinedMap, keys: frozenset[str], name: str) -> None:
    for key in entry:
        if key not in keys:
            raise ProtocolError(path, entry.lines[key], f"unknown key '{key}' in '{name}'; known: {_listed(keys)}")


def _meta(path: Path, entry: LinedMap, name: str) -> LinedMap:
    meta = entry.get("metadata")
    if meta is None:
        empty = LinedMap()
        empty.line, empty.lines = entry.line, {}
        return empty
    if not isinstance(meta, LinedMap):
        raise ProtocolError(path, entry.lines["metadata"], f"metadata of '{name}' must be a mapping")
    _known(path, meta, _META, name)
    return meta


def _words(path: Path, meta: LinedMap, key: str) -> tuple[str, ...]:
    value = meta.get(key, [])
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ProtocolError(path, meta.lines[key], f"'{key}' must be a word or a list of words; quote numbers")
    return tuple(items)


def _button(path: Path, item: Any, line: int, name: str) -> Button:
    if not isinstance(item, LinedMap) or set(item) != {"title", "payload"}:
        raise ProtocolError(path, getattr(item, "line", line), f"a button of '{name}' has exactly title: and payload:")
    for key in item:
        if not isinstance(item[key], str) or not item[key].strip():
            raise ProtocolError(path, item.lines[key], f"{key} of a button of '{name}' must be text; quote yes and no")
    if item["payload"].lstrip().startswith("/"):
        raise ProtocolError(path, item.lines["payload"], f"payload in '{name}' must be plain words, not a command")
    return Button(item["title"], item["payload"])


def _placeholders(path: Path, line: int, name: str, texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        left = _PLACEHOLDER.sub("", text)
        if "{" in left or "}" in left or "0[" in left:
            raise ProtocolError(path, line, f"'{name}' has a brace that is no placeholder; write {{name}} or remove it")
        yield from _PLACEHOLDER.findall(text)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
