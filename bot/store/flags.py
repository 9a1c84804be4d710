"""Flags: conversations that a nurse must see. They rise by themselves; only a nurse takes one down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.store.audit import Audit
from bot.store.changes import Changes
from bot.store.conversations import Conversations
from bot.store.database import Row, as_json
from bot.store.errors import FlagStateError
from bot.store.records import Conversation, Flag
from bot.triage.assessment import Outcome

KINDS = ("clinical", "request", "safeguarding", "unanswered", "system")


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

        Tier, emergency and do_not_phone never go down. A rise of tier or emergency restarts the waiting time
        and opens an acknowledged flag again. Raises NotFound, or ValueError for an unknown kind or tier.
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
            return self._update_flag(_flag(row), conversation, given)

    def open_flags(self) -> list[Flag]:
        """Return the flags that are not closed: system and emergency first, urgent, call_soon, then by waiting."""
        rows = self._rows("SELECT * FROM flags WHERE state <> 'closed' ORDER BY raised_ms, n")
        return sorted((_flag(row) for row in rows), key=_place)

    def flag(self, flag_id: str) -> Flag:
        """Return a flag. Raises NotFound."""
        return _flag(self._find("flag", "SELECT * FROM flags WHERE id = ?", flag_id))

    def procedure_flags(self, procedure_id: str) -> list[Flag]:
        """Return every flag about a procedure, closed ones too, oldest first."""
        sql = "SELECT * FROM flags WHERE procedure_id = ? ORDER BY n"
        return [_flag(row) for row in self._rows(sql, procedure_id)]

    def acknowledge_flag(self, flag_id: str, user_id: str, version: int | None = None) -> Flag:
        """Take an open flag. Raises FlagStateError when it is not open, or not at the `version` that she saw."""
        with self.transaction():
            flag = self._expect(flag_id, "open", version)
            done = {"acknowledged_by": user_id, "acknowledged_ms": self._now()}
            return self._write_flag(flag, user_id, "flag.acknowledged", {"state": "acknowledged", **done})

    def close_flag(self, flag_id: str, user_id: str, note: str, version: int | None = None) -> Flag:
        """Close an acknowledged flag with a note. Raises FlagStateError, also when it rose in the meantime."""
        with self.transaction():
            flag = self._expect(flag_id, "acknowledged", version)
            done = {"closed_by": user_id, "closed_ms": self._now(), "note": note}
            return self._write_flag(flag, user_id, "flag.closed", {"state": "closed", **done})

    def _expect(self, flag_id: str, state: str, version: int | None) -> Flag:
        flag = self.flag(flag_id)
        if flag.state != state:
            raise FlagStateError(f"the flag is {flag.state}, not {state}")
        if version not in (None, flag.version):
            raise FlagStateError("the flag has changed since it was read")
        return flag

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
            merged |= {"conversation_id": conversation.id, "raised_ms": self._now(), "state": "open"}
            merged |= {"acknowledged_by": None, "acknowledged_ms": None}
        if all(getattr(flag, key) == value for key, value in merged.items()):
            return flag
        return self._write_flag(flag, "bot", "flag.rose" if rose else "flag.updated", merged)

    def _write_flag(self, flag: Flag, actor: str, action: str, fields: dict[str, Any]) -> Flag:
        row = {**fields, "version": flag.version + 1}
        if "reason_ids" in row:
            row["reason_ids"] = as_json(row["reason_ids"])
        columns = ", ".join(f"{column} = ?" for column in row)
        # The columns are this module's own words.
        self._run(f"UPDATE flags SET {columns} WHERE id = ?", *row.values(), flag.id)  # noqa: S608
        return self._flag_changed(flag.id, actor, action)

    def _flag_changed(self, flag_id: str, actor: str, action: str) -> Flag:
        flag = self.flag(flag_id)
        detail = {"kind": flag.kind, "tier": flag.tier, "emergency": flag.emergency, "version": flag.version}
        self._changed("flag", flag_id)
        self.audit(actor, action, flag_id, {**detail, "reasons": flag.reason_ids})
        return flag


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


def _place(flag: Flag) -> int:
    first = flag.kind == "system" or (flag.tier == "urgent" and flag.emergency)
    return -len(Outcome) if first else -_rank(flag.tier)


def _flag(row: Row) -> Flag:
    fields = {key: value for key, value in row.items() if key not in ("n", "subject")}
    fields |= {"emergency": bool(row["emergency"]), "do_not_phone": bool(row["do_not_phone"])}
    return Flag(**{**fields, "reason_ids": tuple(json.loads(row["reason_ids"]))})
