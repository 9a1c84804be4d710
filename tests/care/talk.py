"""Whole dialogues as data: what she says, what the reply must be, and where the case then stands.

A file of `dialogues/` is a list of dialogues: `name`, what it shows (`shows`: rule and hazard ids), who she is (`day`
since the HSG, null for unknown, 1 if not given; `at`, the site's clock, noon if not given; `contrast`, `author`) and
`turns`. A turn does one thing: `say` a text, `tap` a button of the last reply, or `wait` ("31m", "13h"). What is given
beside it must hold afterwards: `is` (outcome, or `emergency`), `asks` (question or follow-up, null for none), `has` and
`lacks` (names of responses without `utter_`), `flags` (kind: tier, of all flags that are not closed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

import yaml

from bot.assembly import Product
from bot.care import Reply
from bot.clock import FixedClock
from bot.evaluation.run import PROCEDURE_DATE
from bot.replies.outcome import outcome_of

FOLDER = Path(__file__).parent / "dialogues"
EXPECTED = ("is", "asks", "has", "lacks", "flags")
KEYS = {"name", "shows", "day", "at", "contrast", "author", "turns"}
UNITS = {"m": "minutes", "h": "hours"}

Turn = Mapping[str, Any]


def dialogues() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every dialogue with the name that a failing test shows. Raises ValueError for a key that means nothing."""
    for path in sorted(FOLDER.glob("*.yml")):
        for given in yaml.safe_load(path.read_text(encoding="utf-8")):
            unknown = set(given) - KEYS | {key for turn in given["turns"] for key in turn} - {
                "say", "tap", "wait", *EXPECTED
            }  # fmt: skip
            if unknown or not given["turns"]:
                raise ValueError(f"{path.name}, {given['name']}: unknown keys {sorted(unknown)} or no turns")
            yield f"{path.stem}: {given['name']}", given


@dataclass
class Talk:
    """One dialogue under way, with a patient of its own in a store that all dialogues share."""

    product: Product
    clock: FixedClock
    given: Mapping[str, Any]
    count: int = 0
    reply: Reply | None = None
    procedure_id: str = field(init=False)

    def __post_init__(self) -> None:
        site, store, day = self.product.settings.site, self.product.store, self.given.get("day", 1)
        hour, minute = map(int, str(self.given.get("at", "12:00")).split(":"))
        at = datetime.combine(PROCEDURE_DATE + timedelta(days=day or 0), day_time(hour, minute), tzinfo=site.zone)
        self.clock.ms = int(at.timestamp() * 1000)
        known = None if day is None else PROCEDURE_DATE
        made = store.add_procedure(
            store.add_patient().id, site.id, known, zone=site.zone.key, contrast=self.given.get("contrast")
        )
        self.procedure_id = made.id

    async def take(self, turn: Turn) -> dict[str, Any]:
        """Do what the turn says; return what then holds, under the keys that the turn expects."""
        if "wait" in turn:
            number, unit = re.fullmatch(r"(\d+)([mh])", turn["wait"]).groups()  # type: ignore[union-attr]
            self.clock.advance(**{UNITS[unit]: int(number)})
            self.product.care.tick()
        else:
            await self._send(turn["say"] if "say" in turn else self._button(turn["tap"]))
        return {key: getattr(self, f"_{key}")(turn) for key in EXPECTED if key in turn}

    async def _send(self, text: str) -> None:
        self.count += 1
        author = self.given.get("author", "patient")
        client_id = f"turn-{self.count}"
        self.reply = await self.product.care.receive(self.procedure_id, client_id, text, author=author)

    def _button(self, title: str) -> str:
        buttons = {item.title: item.value for part in self._parts for item in part.buttons}
        assert title in buttons, f"no button {title!r} among {sorted(buttons)}"
        return buttons[title]

    @property
    def _parts(self) -> Any:
        assert self.reply is not None
        return self.reply.message.parts

    @property
    def _names(self) -> set[str]:
        return {part.response.removeprefix("utter_") for part in self._parts}

    def _is(self, _turn: Turn) -> str:
        assert self.reply is not None
        assert not self.reply.degraded
        outcome, emergency = outcome_of(self._parts)
        return "emergency" if emergency else outcome.value

    def _asks(self, _turn: Turn) -> str | None:
        return self.product.responses.asked(self._parts)

    def _has(self, turn: Turn) -> str:
        return " ".join(name for name in turn["has"].split() if name in self._names)

    def _lacks(self, turn: Turn) -> str:
        known = [name for name in turn["lacks"].split() if f"utter_{name}" in self.product.responses]
        return " ".join(name for name in known if name not in self._names)

    def _flags(self, _turn: Turn) -> dict[str, str]:
        flags = self.product.store.procedure_flags(self.procedure_id)
        return {flag.kind: flag.tier for flag in flags if flag.state != "closed"}
