"""The watch over waiting flags: what is late or missed is told to a person, once, whatever restarts in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.alarms.deadlines import Deadlines
from bot.site import Person, Site
from bot.store import Flag, Store


@dataclass
class Watch:
    """Looks over the queue; any number of processes may."""

    store: Store
    site: Site
    deadlines: Deadlines = field(init=False)

    def __post_init__(self) -> None:
        self.deadlines = Deadlines(self.site)

    def tick(self) -> int:
        """Return stale claims to the queue, then sound every alarm that is due; returns how many flags sounded.

        A flag keeps in the store how many of its alarms have sounded, and raises that number in the transaction
        that queues the notifications: a restart loses none, and two processes sound none twice.
        """
        self.store.return_stale_claims()
        now = self.store.clock.now_ms()
        return sum(self._sound(flag, self.deadlines.alarms(flag, now)) for flag in self.store.waiting_flags())

    def _sound(self, flag: Flag, reached: int) -> bool:
        if reached <= flag.alarms:
            return False
        with self.store.transaction():
            sounded = self.store.sound_alarm(flag, reached)
            for person in self._told(flag.alarms, reached) if sounded else ():
                self.store.add_notification(flag.id, reached, person.name)
            return sounded

    def _told(self, before: int, reached: int) -> Sequence[Person]:
        """Return whose turn it is, each once: after a gap everybody whose turn was missed. The last is told again."""
        people = self.site.notify
        if not people:
            return ()
        turns = range(before, reached)
        return tuple(dict.fromkeys(people[min(turn, len(people) - 1)] for turn in turns))
