"""Overrides: a nurse's tier beside the rules' own. Both are kept; nothing is learnt from one by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.store.database import Row, as_json
from bot.store.errors import FlagStateError, NotFound
from bot.store.flags import Flags
from bot.store.records import Flag, Override
from bot.triage.assessment import Outcome

Span = tuple[str, int, int]
SPOKEN = (
    "SELECT id FROM messages WHERE conversation_id = ? AND author IN ('patient', 'carer') ORDER BY seq DESC LIMIT 1"
)


class Overrides(Flags):
    """Only a nurse lowers a tier (safety rule 4), with a reason that is written down."""

    def override_tier(
        self, flag_id: str, user_id: str, tier: str, emergency: bool, reason: str, version: int | None = None
    ) -> Flag:
        """Give a flag that she holds another tier; `reason` is an id of the clinic's list.

        What the rules said stays on the override, with the message up to which she had read. Raises
        FlagStateError, ValueError for an unknown tier, and NotFound where nobody has written anything.
        """
        urgent = Outcome(tier) is Outcome.URGENT
        new: Row = {"tier": Outcome(tier).value, "emergency": bool(emergency) and urgent}
        with self.transaction():
            flag = self._held_by(flag_id, user_id, version)
            if (flag.tier, flag.emergency) == (new["tier"], new["emergency"]):
                raise FlagStateError("the flag has that tier already")
            self._keep_override(flag, user_id, new, reason)
            self._write_flag(flag, user_id, "flag.overridden", new)
            return self.keep_claim(flag_id, user_id)

    def overrides(self, procedure_id: str) -> list[Override]:
        """Return every override about a procedure, oldest first."""
        rows = self._rows(
            "SELECT overrides.* FROM overrides JOIN flags ON flags.id = flag_id"
            " WHERE procedure_id = ? ORDER BY overrides.n",
            procedure_id,
        )
        return [_override(row) for row in rows]

    def overrides_in(self, state: str) -> list[Override]:
        """Return the overrides that are `pending`, `confirmed` or `rejected`, oldest first."""
        return [_override(row) for row in self._rows("SELECT * FROM overrides WHERE state = ? ORDER BY n", state)]

    def override(self, override_id: str) -> Override:
        """Return an override. Raises NotFound."""
        return _override(self._find("override", "SELECT * FROM overrides WHERE id = ?", override_id))

    def review_override(self, override_id: str, user_id: str, confirmed: bool, hidden: Sequence[Span] = ()) -> Override:
        """Confirm that a case may leave the clinic with `hidden` spans left out, or reject it.

        Raises FlagStateError for her own override (a second pair of eyes) and for one reviewed before.
        """
        with self.transaction():
            found = self.override(override_id)
            if found.user_id == user_id:
                raise FlagStateError("somebody else must review an override")
            if found.state != "pending":
                raise FlagStateError(f"the override is {found.state}")
            state = "confirmed" if confirmed else "rejected"
            sql = "UPDATE overrides SET state = ?, hidden = ?, reviewed_by = ?, reviewed_ms = ? WHERE id = ?"
            self._run(sql, state, as_json(list(hidden)), user_id, self._now(), override_id)
            self.audit(user_id, f"override.{state}", override_id, {"hidden": len(hidden)})
            return self.override(override_id)

    def _keep_override(self, flag: Flag, user_id: str, new: Row, reason: str) -> None:
        said = self._row(SPOKEN, flag.conversation_id)
        if said is None:
            raise NotFound("message")
        row: Row = {"id": self._new_id(), "flag_id": flag.id, "message_id": said["id"], "user_id": user_id}
        row |= {"from_tier": flag.tier, "from_emergency": flag.emergency, "reason": reason, "at_ms": self._now()}
        self._insert("overrides", {**row, "to_tier": new["tier"], "to_emergency": new["emergency"]})
        tiers = {"from": flag.tier, "from_emergency": flag.emergency, "to": new["tier"]}
        self.audit(user_id, "tier.overridden", flag.id, {**tiers, "to_emergency": new["emergency"], "reason": reason})


def _override(row: Row) -> Override:
    fields = {key: value for key, value in row.items() if key != "n"}
    fields |= {key: bool(row[key]) for key in ("from_emergency", "to_emergency")}
    return Override(**{**fields, "hidden": tuple((span[0], span[1], span[2]) for span in json.loads(row["hidden"]))})
