"""Merging: repeat contacts of one patient become one case, which keeps the gravest of both."""

from __future__ import annotations

from bot.store.database import Row
from bot.store.errors import FlagStateError
from bot.store.flags import Flags
from bot.store.records import Flag
from bot.triage.assessment import Outcome

OTHERS = (
    "SELECT flags.id FROM flags JOIN procedures ON procedures.id = procedure_id"
    " WHERE patient_id = ? AND flags.id <> ? AND state <> 'closed' ORDER BY place, raised_ms, flags.n"
)


class Merging(Flags):
    """A merged flag is closed and points at the one that goes on; nothing of it is lost."""

    def mergeable_flags(self, flag_id: str) -> list[Flag]:
        """Return the other flags of the same patient that are not closed, gravest first. Raises NotFound."""
        patient = self._patient_of(self.flag(flag_id))
        return [self.flag(row["id"]) for row in self._rows(OTHERS, patient, flag_id)]

    def merge_flag(self, flag_id: str, other_id: str, user_id: str, version: int | None = None) -> Flag:
        """Merge another flag of the same patient into one that she holds, and return that.

        Tier, emergency and do_not_phone are the higher of both. Raises FlagStateError when she holds it not, or the
        other is closed, somebody else's, or another patient's.
        """
        with self.transaction():
            flag, other = self._held_by(flag_id, user_id, version), self.flag(other_id)
            self._check(flag, other, user_id)
            closed: Row = {"state": "closed", "claim_until_ms": None, "closed_by": user_id, "closed_ms": self._now()}
            self._write_flag(other, user_id, "flag.merged", {**closed, "merged_into": flag_id})
            self._write_flag(flag, user_id, "flag.joined", _joined(flag, other))
            return self.keep_claim(flag_id, user_id)

    def _check(self, flag: Flag, other: Flag, user_id: str) -> None:
        if other.id == flag.id or other.state == "closed":
            raise FlagStateError("that flag cannot be merged: it is closed or the same")
        if self._is_held(other) and other.claimed_by != user_id:
            raise FlagStateError("somebody else holds that flag")
        if self._patient_of(flag) != self._patient_of(other):
            raise FlagStateError("only flags of one patient are merged")

    def _patient_of(self, flag: Flag) -> str:
        return self.procedure(flag.procedure_id).patient_id


def _joined(flag: Flag, other: Flag) -> Row:
    higher = max((flag, other), key=lambda each: (Outcome(each.tier).rank, each.emergency))
    reasons = tuple(dict.fromkeys((*flag.reason_ids, *other.reason_ids)))
    phone = {"do_not_phone": flag.do_not_phone or other.do_not_phone}
    return {"tier": higher.tier, "emergency": higher.emergency, "reason_ids": reasons, **phone}
