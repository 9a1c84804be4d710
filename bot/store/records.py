"""The rows of the store as frozen records. Patient words are left out of every `repr`, so no log can show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import time as day_time
from typing import Any


@dataclass(frozen=True)
class Patient:
    """A person, known by nothing but her language."""

    id: str
    language: str
    created_ms: int


@dataclass(frozen=True)
class Procedure:
    """One HSG. `date` and `time` are local to `zone`; either may be unknown (None). `factors` are protocol ids."""

    id: str
    patient_id: str
    site_id: str
    date: calendar_date | None
    time: day_time | None
    zone: str
    contrast: str | None
    factors: frozenset[str]
    created_ms: int


@dataclass(frozen=True)
class PatientSession:
    """What a redeemed link gives: the cookie's token (kept only as a hash) and until when it holds."""

    token: str = field(repr=False)
    procedure_id: str
    expires_ms: int


@dataclass(frozen=True)
class Conversation:
    """Messages with no silence over 12 h between them (rule 27), and where the dialogue stands.

    `unanswered` counts her messages that did not answer `open_question`; `asked` holds question ids, oldest
    first; `day_stated` is the day after the procedure as she gave it.
    """

    id: str
    procedure_id: str
    started_ms: int
    last_ms: int
    open_question: str | None
    unanswered: int
    asked: tuple[str, ...]
    day_stated: int | None


@dataclass(frozen=True)
class Button:
    """A quick reply: what it shows and the plain text that it sends."""

    title: str
    value: str


@dataclass(frozen=True)
class ReplyPart:
    """One response of domain.yml as it was shown, by name and in words."""

    response: str
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Message:
    """One message. `seq` counts from 1 within the procedure without gaps. `state`: received, answered or failed.

    `user_id` says which member of staff wrote it.
    """

    id: str
    conversation_id: str
    procedure_id: str
    seq: int
    client_id: str | None
    author: str
    text: str = field(repr=False)
    language: str
    channel: str
    received_ms: int
    state: str
    in_reply_to: str | None = None
    parts: tuple[ReplyPart, ...] = field(default=(), repr=False)
    user_id: str | None = None


@dataclass(frozen=True)
class Flag:
    """A conversation that a nurse must see. `raised_ms` is when it last rose: waiting time counts from there.

    `kind`: clinical, request, safeguarding, unanswered or system. `state`: open, claimed or closed.
    `tier` is an outcome value. A claim that its holder does not keep alive returns at `claim_until_ms`; who held
    it last stays on a closed flag, with how it ended (`disposition`, an id of the clinic's list) or the flag that it
    was `merged_into`. `version` grows with every write that a nurse must have seen; `alarms` counts those that have
    sounded since it last rose.
    """

    id: str
    kind: str
    procedure_id: str
    conversation_id: str
    message_id: str | None
    tier: str
    emergency: bool
    reason_ids: tuple[str, ...]
    state: str
    opened_ms: int
    raised_ms: int
    do_not_phone: bool
    claimed_by: str | None
    claimed_ms: int | None
    claim_until_ms: int | None
    closed_by: str | None
    closed_ms: int | None
    note: str | None = field(repr=False)
    version: int
    alarms: int = 0
    disposition: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True)
class Note:
    """What a nurse wrote for her colleagues. The patient never sees it."""

    id: str
    flag_id: str
    user_id: str
    text: str = field(repr=False)
    at_ms: int


@dataclass(frozen=True)
class CallAttempt:
    """That somebody rang the patient. `outcome` is an id of the clinic's list."""

    id: str
    flag_id: str
    user_id: str
    outcome: str
    at_ms: int


@dataclass(frozen=True)
class Override:
    """A nurse's tier instead of the one before it, which may be the rules' own or a colleague's.

    `message_id` is the patient's last message that she had before her. `state` of its review for export: pending,
    confirmed or rejected; `hidden` are spans (message id, start, end) that the reviewer leaves out.
    """

    id: str
    flag_id: str
    message_id: str
    user_id: str
    from_tier: str
    from_emergency: bool
    to_tier: str
    to_emergency: bool
    reason: str
    at_ms: int
    state: str
    hidden: tuple[tuple[str, int, int], ...]
    reviewed_by: str | None
    reviewed_ms: int | None


@dataclass(frozen=True)
class FlagFilter:
    """Which flags a nurse asks for; an empty field asks for all.

    `state`: waiting, closed or all. `tier`: emergency, urgent or call_soon. `reason`: a rule or finding id.
    `holder`: nobody or a user id. Times are UTC milliseconds, `since_ms` included, `until_ms` not. `text` is what
    people wrote, so it is kept out of every `repr`.
    """

    state: str = "waiting"
    tier: str = ""
    kind: str = ""
    reason: str = ""
    holder: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Excerpt:
    """A piece of a message: words around, a word that was looked for, words around, and so on."""

    parts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """A flag that a search found, and where."""

    flag: Flag
    excerpt: Excerpt


@dataclass(frozen=True)
class Timer:
    """Something to do at `due_ms`. `state`: pending, fired or cancelled."""

    id: str
    kind: str
    subject_id: str
    due_ms: int
    state: str


@dataclass(frozen=True)
class Notification:
    """Word to `person` of the site file that alarm number `alarm` of a flag has sounded.

    `state`: pending, sent, dropped (the flag was taken first) or failed (nobody reached in a day).
    """

    id: str
    flag_id: str
    alarm: int
    person: str
    created_ms: int
    state: str
    attempts: int
    due_ms: int


@dataclass(frozen=True)
class Change:
    """A message, flag, timer or notification was written. `seq` is gap-free and in commit order over all processes."""

    seq: int
    kind: str
    subject_id: str
    at_ms: int


@dataclass(frozen=True)
class AuditRow:
    """Who did what, chained: `hash` covers every other field and the hash of the row before (`prev_hash`)."""

    seq: int
    at_ms: int
    actor: str
    action: str
    subject_id: str
    detail: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class GlassBreak:
    """An account whose role sees no case opened one, to read until `until_ms`; a lead nurse reviews why."""

    id: str
    user_id: str
    flag_id: str
    code: str
    reason: str = field(repr=False)
    at_ms: int
    until_ms: int
    reviewed_by: str | None
    reviewed_ms: int | None


@dataclass(frozen=True)
class AuditFilter:
    """Which audit rows are wanted; what is empty or None wants all. `action` is a beginning, such as `flag.`."""

    actor: str = ""
    action: str = ""
    subject_id: str = ""
    since_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True)
class User:
    """A member of staff. `role`: nurse, lead, admin or auditor. `has_factor`: signs in with a code as well."""

    id: str
    name: str
    role: str
    must_change: bool
    has_factor: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Session:
    """One browser in which a member of staff is signed in. `proven` is False until a second factor was given."""

    id: str
    user: User
    proven: bool
    started_ms: int
    seen_ms: int
    address: str
    device: str
