"""What nurses choose from, and the frame of their summary: bot/protocols/casework.yml, checked at load."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.casework.sbar import SENTENCES, STATUSES, TITLES, Frame, Sign
from bot.replies.responses import CANNED
from bot.triage.lined_yaml import LinedMap, ProtocolError, read_yaml

TIERS = frozenset({"emergency", "urgent", "call_soon", "normal"})
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Attempts:
    """How often a patient of a tier is rung before she counts as not reached, and what follows."""

    needed: int
    every_ms: int
    then: str


@dataclass(frozen=True)
class Unreachable:
    """The rule for patients whom nobody reaches; `closes_as` is the disposition that it allows."""

    tiers: Mapping[str, Attempts]
    reached_by: frozenset[str]
    closes_as: str
    source: str


@dataclass(frozen=True)
class Canned:
    """A ready sentence; one that speaks of a phone call is held back where she must not be phoned (rule 44)."""

    id: str
    title: str
    phones: bool

    @property
    def response(self) -> str:
        """Its name in domain.yml."""
        return CANNED + self.id


@dataclass(frozen=True)
class Desk:
    """The clinic's lists: id -> words for staff."""

    dispositions: Mapping[str, str]
    override_reasons: Mapping[str, str]
    call_outcomes: Mapping[str, str]
    unreachable: Unreachable
    canned: tuple[Canned, ...]
    frame: Frame


def load_desk(path: Path, complaints: Collection[str], responses: Collection[str]) -> Desk:
    """Read and check the lists. Raises ProtocolError with file, line and mend."""
    file = _File(path, read_yaml(path))
    outcomes, dispositions = file.words("call_outcomes"), file.words("dispositions")
    desk = Desk(
        dispositions,
        file.words("override_reasons"),
        outcomes,
        _unreachable(file, outcomes, dispositions),
        tuple(_canned(file, responses)),
        _frame(file, complaints),
    )
    left = {name for name in responses if name.startswith(CANNED)} - {item.response for item in desk.canned}
    file.expect(not left, "canned", f"'{min(left, default='')}' of domain.yml is not offered; list it or remove it")
    return desk


@dataclass(frozen=True)
class _File:
    path: Path
    data: LinedMap

    def section(self, *keys: str) -> Any:
        found: Any = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, LinedMap) else None
            self.expect(found is not None, keys[0], f"'{key}' is missing; add it")
        return found

    def words(self, *keys: str) -> dict[str, str]:
        found = self.section(*keys)
        right = isinstance(found, LinedMap) and all(isinstance(text, str) and text for text in found.values())
        self.expect(right, keys[0], f"'{keys[-1]}' must map ids to words; quote words that YAML reads otherwise")
        return dict(found)

    def expect(self, met: bool, key: str, otherwise: str) -> None:
        if not met:
            raise ProtocolError(self.path, self.data.lines.get(key, 1), otherwise)

    def same(self, given: Collection[str], wanted: Collection[str], key: str) -> None:
        odd = sorted(set(given) ^ set(wanted))
        self.expect(not odd, key, f"'{''.join(odd[:1])}' is missing or unknown; exactly: {', '.join(sorted(wanted))}")


def _unreachable(file: _File, outcomes: Mapping[str, str], dispositions: Mapping[str, str]) -> Unreachable:
    key = "unreachable"
    tiers, reached = file.section(key, "tiers"), file.section(key, "reached_by")
    closes_as = str(file.section(key, "closes_as"))
    file.same(tiers, TIERS, key)
    file.expect(set(reached) <= set(outcomes), key, "'reached_by' must name call_outcomes")
    file.expect(closes_as in dispositions, key, "'closes_as' must name a disposition")
    limits = {
        tier: Attempts(row["attempts"], row["every_minutes"] * MINUTE_MS, row["then"]) for tier, row in tiers.items()
    }
    return Unreachable(limits, frozenset(reached), closes_as, str(file.section(key, "source")))


def _canned(file: _File, responses: Collection[str]) -> list[Canned]:
    section = file.section("canned")
    items = [Canned(name, str(row["title"]), bool(row.get("phones", False))) for name, row in section.items()]
    for item in items:
        file.expect(item.response in responses, "canned", f"'{item.id}' needs response '{item.response}' in domain.yml")
    return items


def _frame(file: _File, complaints: Collection[str]) -> Frame:
    titles, statuses = file.words("sbar", "titles"), file.words("sbar", "statuses")
    sentences = file.words("sbar", "sentences")
    for given, wanted in ((titles, TITLES), (statuses, STATUSES), (sentences, SENTENCES)):
        file.same(given, wanted, "sbar")
    return Frame(titles, sentences, statuses, _signs(file, "background", complaints), _signs(file, "signs", complaints))


def _signs(file: _File, key: str, complaints: Collection[str]) -> tuple[Sign, ...]:
    rows = file.section("sbar", key)
    signs = tuple(Sign(name, row["words"], frozenset(row["complaints"])) for name, row in rows.items())
    unknown = sorted({name for sign in signs for name in sign.complaints} - set(complaints))
    file.expect(not unknown, "sbar", f"'{''.join(unknown[:1])}' is no complaint of the protocol; mend the name")
    return signs
