"""The command that writes reviewed, de-identified overridden cases to an evaluation file."""

from __future__ import annotations

from argparse import Namespace

from bot.casework.overridden import case_line
from bot.casework.scrub import known_words
from bot.commands.records import CommandError, open_store
from bot.settings import Settings


def overrides(settings: Settings, given: Namespace) -> int:
    """Write every confirmed case, and no other, to `--out`; says how many still wait for a review."""
    known = known_words(settings.protocol.parent / "en")
    with open_store(settings) as store:
        confirmed = store.overrides_in("confirmed")
        lines = [case_line(store, item, known) for item in confirmed]
        try:
            given.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{given.out}: cannot be written; choose another --out") from error
        store.audit("staff", "overrides.exported", "", {"cases": len(lines)})
        waiting = len(store.overrides_in("pending"))
    print(f"wrote {len(lines)} confirmed cases to {given.out}; {waiting} wait for review in the console (Overrides)")
    return 0
