"""Flags: conversations that a nurse must see. They rise by themselves; only a nurse takes one down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from bot.store.audit import Audit
from bot.store.changes import Changes
from bot.store.conversations import Conversations
from bot.store.database import Row, as_json
from bot.store.errors import FlagStateError
from bot.store.records import Conversation, Flag
from bot.triage.assessment import Outcome

KINDS = ("clinical", "request", "safeguarding", "unanswered", "system")
HOLDERS = ("nurse", "lead")
CLAIM_MS = 30 * 60_000
"""A claim whose holder does nothing for this long returns to the queue: as long as an idle session lasts."""

COLUMNS = tuple(column.name for column in fields(Flag))
OPEN: Row = {"state": "open", "claimed_by": None, "claimed_ms": None, "claim_until_ms": None}
QUEUE = "SELECT * FROM flags WHERE state <> 'closed'"


class Flags(Conversations, Changes, Audit):
    """At most one flag that is not closed: clinical per procedure, system per message, others per conversation."""

    def raise_flag(
        self,
        kind: str,
        conversation_id: str,
        message_id: str | None,
        tier: str,
        emergency: bool,
        reason_ids: Sequence[str],
        do_not_phone: bool = False,
    ) -> Flag:
        """Open a flag, or bring the one that is not closed up to date.

        Tier, emergency and do_not_phone never go down. A rise of tier or emergency restarts the waiting time and
        takes a claim away: everybody must see it. Raises NotFound, or ValueError for an unknown kind or tier.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of flag; kinds: {', '.join(KINDS)}")
        given: Row = {"message_id": message_id, "tier": Outcome(tier).value, "emergency": bool(emergency)}
        given |= {"reason_ids": list(reason_ids), "do_not_phone": bool(do_not_phone)}
        with self.transaction():
            conversation = self.conversation(conversation_id)
            subject = _subject(kind, conversation, message_id)
            sql = "SELECT * FROM flags WHERE kind = ? AND subject = ? AND state <> 'closed'"
            row = self._row(sql, kind, subject)
            if row is None:
                return self._open_flag(kind, subject, conversation, given)
            return self._update_flag(flag_record(row), conversation, given)

    def open_flags(self) -> list[Flag]:
        """Return the flags that are not closed: system and emergency first, urgent, call_soon, then by waiting."""
        return [flag_record(row) for row in self._rows(f"{QUEUE} ORDER BY place, raised_ms, n")]

    def waiting_flags(self) -> list[Flag]:
        """Return the flags that nobody holds, in the order of the queue."""
        return [flag_record(row) for row in self._rows(f"{QUEUE} AND state = 'open' ORDER BY place, raised_ms, n")]

    def sound_alarm(self, flag: Flag, reached: int) -> bool:
        """Note that a waiting flag's alarms up to number `reached` sound now; True to exactly one caller.

        False when it was taken, rose, or sounded elsewhere since it was read. No new version: a nurse who is
        about to claim it need not look again.
        """
        with self.transaction():
            sql = "UPDATE flags SET alarms = ? WHERE id = ? AND state = 'open' AND raised_ms = ? AND alarms = ?"
            sounded = self._run(sql, reached, flag.id, flag.raised_ms, flag.alarms) == 1
            if sounded:
                self._changed("flag", flag.id)
                self.audit("bot", "flag.alarm", flag.id, {"alarm": reached, "tier": flag.tier})
            return sounded

    def flag(self, flag_id: str) -> Flag:
        """Return a flag. Raises NotFound."""
        return flag_record(self._find("flag", "SELECT * FROM flags WHERE id = ?", flag_id))

    def procedure_flags(self, procedure_id: str) -> list[Flag]:
        """Return every flag about a procedure, closed ones too, oldest first."""
        sql = "SELECT * FROM flags WHERE procedure_id = ? ORDER BY n"
        return [flag_record(row) for row in self._rows(sql, procedure_id)]

    def claim_flag(self, flag_id: str, user_id: str, version: int | None = None) -> Flag:
        """Take a flag that is open, or whose claim is stale; of several who try, exactly one gets it.

        Her own claim is kept and returned as it is. Raises FlagStateError when somebody else holds the flag, it is
        closed, or it is not at the `version` that she saw.
        """
        with self.transaction():
            flag = self.flag(flag_id)
            if self._is_held(flag) and flag.claimed_by == user_id:
                return self.keep_claim(flag_id, user_id)
            _expect(not self._is_held(flag) and flag.state != "closed", f"the flag is {flag.state}, not open")
            _expect_version(flag, version)
            return self._write_flag(flag, user_id, "flag.claimed", self._claim(user_id))

    def keep_claim(self, flag_id: str, user_id: str) -> Flag:
        """Note that the holder is at work on a flag: its claim lasts CLAIM_MS from now. Nothing for anybody else."""
        with self.transaction():
            flag = self.flag(flag_id)
            if self._is_held(flag) and flag.claimed_by == user_id:
                until = self._now() + CLAIM_MS
                self._run("UPDATE flags SET claim_until_ms = ? WHERE id = ?", until, flag_id)
            return self.flag(flag_id)

    def release_flag(self, flag_id: str, user_id: str, version: int | None = None) -> Flag:
        """Give a flag that she holds back to the queue; its waiting time goes on. Raises FlagStateError."""
        with self.transaction():
            flag = self._held_by(flag_id, user_id, version)
            return self._write_flag(flag, user_id, "flag.released", OPEN)

    def hand_over_flag(self, flag_id: str, user_id: str, to_id: str, version: int | None = None) -> Flag:
        """Give a flag that she holds to a nurse or lead; a lead may take anybody's and give it to anybody.

        Raises FlagStateError when she may not, or the other cannot hold flags.
        """
        with self.transaction():
            flag = self.flag(flag_id) if self._role(user_id) == "lead" else self._held_by(flag_id, user_id, version)
            _expect(flag.state == "claimed", f"the flag is {flag.state}, not claimed")
            _expect(self._role(to_id) in HOLDERS, "only a nurse or a lead can hold a flag")
            _expect_version(flag, version)
            return self._write_flag(flag, user_id, "flag.handed_over", self._claim(to_id))

    def return_stale_claims(self) -> list[Flag]:
        """Open the flags again whose holder has done nothing for CLAIM_MS, and return them."""
        sql = "SELECT * FROM flags WHERE state = 'claimed' AND claim_until_ms <= ? ORDER BY claim_until_ms, n"
        if not self._rows(sql, self._now()):
            return []
        with self.transaction():
            stale = [flag_record(row) for row in self._rows(sql, self._now())]
            return [self._write_flag(flag, "bot", "flag.returned", OPEN) for flag in stale]

    def close_flag(
        self, flag_id: str, user_id: str, note: str, version: int | None = None, disposition: str | None = None
    ) -> Flag:
        """Close a flag that she holds with a note and how it ended, an id of the clinic's list.

        Raises FlagStateError, also when it rose in the meantime.
        """
        with self.transaction():
            flag = self._held_by(flag_id, user_id, version)
            done = {"closed_by": user_id, "closed_ms": self._now(), "note": note, "disposition": disposition}
            return self._write_flag(flag, user_id, "flag.closed", {"state": "closed", "claim_until_ms": None, **done})

    def _claim(self, user_id: str) -> Row:
        now = self._now()
        return {"state": "claimed", "claimed_by": user_id, "claimed_ms": now, "claim_until_ms": now + CLAIM_MS}

    def _is_held(self, flag: Flag) -> bool:
        """Whether a claim stands; a stale one is free to take even before the next tick returns it."""
        return flag.state == "claimed" and (flag.claim_until_ms or 0) > self._now()

    def _held_by(self, flag_id: str, user_id: str, version: int | None) -> Flag:
        flag = self.flag(flag_id)
        _expect(flag.state == "claimed", f"the flag is {flag.state}, not claimed")
        _expect(flag.claimed_by == user_id, "somebody else holds the flag")
        _expect_version(flag, version)
        return flag

    def _role(self, user_id: str) -> str:
        return str(self._find("user", "SELECT role FROM users WHERE id = ?", user_id)["role"])

    def _open_flag(self, kind: str, subject: str, conversation: Conversation, given: Row) -> Flag:
        new_id, now = self._new_id(), self._now()
        row = {**given, "id": new_id, "kind": kind, "subject": subject, "reason_ids": as_json(given["reason_ids"])}
        row |= {"procedure_id": conversation.procedure_id, "conversation_id": conversation.id}
        self._insert("flags", {**row, "state": "open", "opened_ms": now, "raised_ms": now, "version": 1})
        return self._flag_changed(new_id, "bot", "flag.raised")

    def _update_flag(self, flag: Flag, conversation: Conversation, given: Row) -> Flag:
        tier = max(flag.tier, given["tier"], key=_rank)
        emergency = flag.emergency or given["emergency"]
        rose = (tier, emergency) != (flag.tier, flag.emergency)
        merged: dict[str, Any] = {"do_not_phone": flag.do_not_phone or given["do_not_phone"]}
        merged["reason_ids"] = _reasons(flag, given["reason_ids"], rose)
        if rose:
            merged |= {"tier": tier, "emergency": emergency, "message_id": given["message_id"]}
            merged |= {"conversation_id": conversation.id, "raised_ms": self._now(), "alarms": 0, **OPEN}
        if all(getattr(flag, key) == value for key, value in merged.items()):
            return flag
        return self._write_flag(flag, "bot", "flag.rose" if rose else "flag.updated", merged)

    def _write_flag(self, flag: Flag, actor: str, action: str, changed: dict[str, Any]) -> Flag:
        row = {**changed, "version": flag.version + 1}
        if "reason_ids" in row:
            row["reason_ids"] = as_json(row["reason_ids"])
        columns = ", ".join(f"{column} = ?" for column in row)
        # The columns are this module's own words.
        self._run(f"UPDATE flags SET {columns} WHERE id = ?", *row.values(), flag.id)  # noqa: S608
        return self._flag_changed(flag.id, actor, action)

    def _flag_changed(self, flag_id: str, actor: str, action: str) -> Flag:
        flag = self.flag(flag_id)
        detail = {"kind": flag.kind, "tier": flag.tier, "emergency": flag.emergency, "version": flag.version}
        holder = {"holder": flag.claimed_by} if flag.state == "claimed" else {}
        self._changed("flag", flag_id)
        end = {"disposition": flag.disposition} if flag.disposition else {}
        end |= {"merged_into": flag.merged_into} if flag.merged_into else {}
        self.audit(actor, action, flag_id, {**detail, **holder, **end, "reasons": flag.reason_ids})
        return flag


def _expect(met: bool, otherwise: str) -> None:
    if not met:
        raise FlagStateError(otherwise)


def _expect_version(flag: Flag, version: int | None) -> None:
    _expect(version in (None, flag.version), "the flag has changed since it was read")


def _subject(kind: str, conversation: Conversation, message_id: str | None) -> str:
    if kind == "clinical":
        return conversation.procedure_id
    return (kind == "system" and message_id) or conversation.id


def _reasons(flag: Flag, new: Sequence[str], rose: bool) -> tuple[str, ...]:
    """Join without repeats; what made it rise comes first."""
    both = (*new, *flag.reason_ids) if rose else (*flag.reason_ids, *new)
    return tuple(dict.fromkeys(both))


def _rank(tier: str) -> int:
    return Outcome(tier).rank


def flag_record(row: Row) -> Flag:
    """Build the record from its row; what a query adds to the columns is left out."""
    values = {key: row[key] for key in COLUMNS}
    values |= {"emergency": bool(row["emergency"]), "do_not_phone": bool(row["do_not_phone"])}
    return Flag(**{**values, "reason_ids": tuple(json.loads(row["reason_ids"]))})
