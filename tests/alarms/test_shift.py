"""A whole day and night at the clinic under the injected clock, with restarts and a second process all along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.alarms import Deadline, Deadlines, Watch
from bot.clock import FixedClock
from bot.settings import ROOT
from bot.site import Person, Site, load_site
from bot.store import Flag, Store
from tests.store.samples import add_procedure

PEOPLE = tuple(Person(name, f"{name}@clinic.example") for name in ("desk", "lead", "doctor"))
SITE: Site = replace(load_site(ROOT / "site.yml"), notify=PEOPLE)  # New York; 08:00-12:30, 13:00-17:00, Fri to 16:00
TICK_SECONDS = 20


def at(text: str) -> int:
    """Return a local moment such as `19 10:15` of November 2026 as UTC milliseconds."""
    day, clock = text.split()
    return int(datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=SITE.zone).timestamp() * 1000)


def local(ms: int) -> str:
    """Return a moment the way `at` reads it."""
    return f"{datetime.fromtimestamp(ms / 1000, timezone.utc).astimezone(SITE.zone):%d %H:%M}"


@dataclass
class Shift:
    """The clinic's record, watched by two processes that are restarted now and then."""

    path: Path
    clock: FixedClock
    stores: list[Store] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    down: bool = False

    def restart(self) -> None:
        """Stop both processes and start them anew from what is on disk."""
        for store in self.stores:
            store.close()
        self.stores = [Store(self.path, self.clock) for _ in range(2)]

    def stop(self) -> None:
        """Nothing watches from now on."""
        self.down = True

    def start(self) -> None:
        """Both processes come back."""
        self.down = False
        self.restart()

    def tick(self) -> None:
        """Let both processes look at the same time."""
        for store in () if self.down else self.stores:
            Watch(store, SITE).tick()

    def arrive(self, name: str, tier: str, kind: str = "clinical") -> Callable[[], None]:
        """Raise a flag, or let it rise."""

        def act() -> None:
            store = self.stores[0]
            known = name in self.flags
            place = store.flag(self.flags[name]) if known else store.current_conversation(add_procedure(store).id)
            conversation = place.conversation_id if isinstance(place, Flag) else place.id
            self.flags[name] = store.raise_flag(kind, conversation, None, tier, False, ["r1"]).id

        return act

    def claim(self, name: str) -> Callable[[], None]:
        """Let the nurse take a flag."""
        return lambda: self._nurse(name, close=False)

    def close(self, name: str) -> Callable[[], None]:
        """Let the nurse take a flag and close it."""
        return lambda: self._nurse(name, close=True)

    def _nurse(self, name: str, close: bool) -> None:
        store = self.stores[1]
        nurse = store.users()[0].id
        store.claim_flag(self.flags[name], nurse)
        if close:
            store.close_flag(self.flags[name], nurse, "rang her")

    def alarms(self) -> list[tuple[str, str, int, list[str]]]:
        """Return every alarm that sounded: when, of which flag, its number, who was told."""
        store, names = self.stores[0], {flag: name for name, flag in self.flags.items()}
        rows = [row for row in store.audit_rows(limit=1000) if row.action == "flag.alarm"]
        return [
            (local(row.at_ms), names[row.subject_id], row.detail["alarm"], self._told(row.subject_id, row.at_ms))
            for row in rows
        ]

    def _told(self, flag_id: str, at_ms: int) -> list[str]:
        return [each.person for each in self.stores[0].notifications(flag_id) if each.created_ms == at_ms]


@pytest.fixture
def shift(tmp_path: Path, cheap_passwords: None) -> Shift:
    """Thursday, 07:00, nothing waiting, one nurse."""
    made = Shift(tmp_path / "store.db", FixedClock(at("19 07:00")))
    made.restart()
    made.stores[0].add_user("Ada", "correct horse one", "nurse")
    return made


def test_a_day_and_a_night(shift: Shift) -> None:
    """H-24: every alarm sounds at its minute and is told to the right person; none is lost, none sounds twice.

    Urgent and system flags are never paused; call-soon ones stand still in breaks and at night; a rise starts the
    clock anew; a claim stops it, a claim that goes stale does not; after a stop everybody who was due is told.
    """
    events = {
        at("19 07:30"): shift.arrive("before opening", "call_soon"),
        at("19 08:40"): shift.close("before opening"),
        at("19 09:00"): shift.arrive("taken in time", "urgent"),
        at("19 09:04"): shift.close("taken in time"),
        at("19 10:00"): shift.arrive("nobody there", "urgent"),
        at("19 10:05"): shift.restart,
        at("19 10:31"): shift.close("nobody there"),
        at("19 12:10"): shift.arrive("over the break", "call_soon", "request"),
        at("19 13:45"): shift.close("over the break"),
        at("19 16:50"): shift.arrive("over night", "call_soon"),
        at("19 17:00"): shift.restart,
        at("19 23:00"): shift.arrive("stale", "urgent"),
        at("19 23:33"): shift.claim("stale"),
        at("20 00:20"): shift.close("stale"),
        at("20 01:00"): shift.arrive("fault", "urgent", "system"),
        at("20 01:14"): shift.close("fault"),
        at("20 02:00"): shift.arrive("rises", "call_soon"),
        at("20 03:00"): shift.arrive("rises", "urgent"),
        at("20 03:20"): shift.close("rises"),
        at("20 04:58"): shift.arrive("outage", "urgent"),
        at("20 05:00"): shift.stop,
        at("20 05:40"): shift.start,
        at("20 05:41"): shift.close("outage"),
        at("20 10:00"): shift.close("over night"),
    }
    while shift.clock.ms <= at("20 12:00"):
        events.get(shift.clock.ms, lambda: None)()
        shift.tick()
        shift.clock.advance(seconds=TICK_SECONDS)

    assert shift.alarms() == [
        ("19 08:30", "before opening", 1, ["desk"]),
        ("19 10:05", "nobody there", 1, ["desk"]),
        ("19 10:15", "nobody there", 2, ["lead"]),
        ("19 10:30", "nobody there", 3, ["doctor"]),
        ("19 13:10", "over the break", 1, ["desk"]),
        ("19 13:40", "over the break", 2, ["lead"]),
        ("19 23:05", "stale", 1, ["desk"]),
        ("19 23:15", "stale", 2, ["lead"]),
        ("19 23:30", "stale", 3, ["doctor"]),
        ("20 00:03", "stale", 5, ["doctor"]),
        ("20 00:15", "stale", 6, ["doctor"]),
        ("20 01:05", "fault", 1, ["desk"]),
        ("20 03:05", "rises", 1, ["desk"]),
        ("20 03:15", "rises", 2, ["lead"]),
        ("20 05:40", "outage", 3, ["desk", "lead", "doctor"]),
        ("20 08:20", "over night", 1, ["desk"]),
        ("20 08:50", "over night", 2, ["lead"]),
        ("20 09:50", "over night", 3, ["doctor"]),
    ]
    assert shift.stores[0].open_flags() == []
    assert shift.stores[0].verify_audit() is None


@pytest.mark.parametrize(
    ("tier", "raised", "now", "expected", "level"),
    [
        ("urgent", "19 10:00", "19 10:04", ("19 10:05", "19 10:15", False), "ok"),
        ("urgent", "19 10:00", "19 10:05", ("19 10:05", "19 10:15", False), "late"),
        ("urgent", "21 03:00", "21 03:15", ("21 03:05", "21 03:15", False), "missed"),
        ("call_soon", "19 10:00", "19 10:59", ("19 10:30", "19 11:00", False), "late"),
        ("call_soon", "20 15:50", "21 09:00", ("23 08:20", "23 08:50", True), "ok"),
        ("normal", "25 16:45", "26 09:00", ("27 08:15", "27 08:45", True), "ok"),  # Thanksgiving between
    ],
)
def test_deadlines(tier: str, raised: str, now: str, expected: tuple[str, str, bool], level: str) -> None:
    """What the queue shows: when a flag is late and missed, whether its clock stands still, how it is now."""
    flag = Flag("f", "clinical", "p", "c", None, tier, False, (), "open", 0, at(raised), False, *[None] * 6, 1)

    warn, escalate, paused = expected
    deadline = Deadlines(SITE).of(flag, at(now))

    assert deadline == Deadline(at(warn), at(escalate), paused)
    assert deadline.level(at(now)) == level


def test_without_people_the_alarm_sounds_on_the_screen(shift: Shift) -> None:
    """A site that names nobody still keeps in record that the flag was late."""
    shift.arrive("alone", "urgent")()
    shift.clock.advance(minutes=15)

    assert Watch(shift.stores[0], replace(SITE, notify=())).tick() == 1
    assert shift.alarms() == [("19 07:15", "alone", 2, [])]
