"""The one place that keeps anything: patients, conversations, messages, flags, timers, audit, users.

No SQL and no sqlite_utils type leaves this package. Times are UTC milliseconds, ids are time-ordered text.
"""

from bot.store.errors import (
    AccountError,
    CodeError,
    FlagStateError,
    LinkError,
    NotFound,
    PasswordError,
    StoreError,
)
from bot.store.records import (
    AuditFilter,
    AuditRow,
    Button,
    CallAttempt,
    Change,
    Conversation,
    Flag,
    Message,
    Note,
    Notification,
    Override,
    Patient,
    PatientSession,
    Procedure,
    ReplyPart,
    Session,
    Timer,
    User,
)
from bot.store.store import Store

__all__ = [
    "AccountError",
    "AuditFilter",
    "AuditRow",
    "Button",
    "CallAttempt",
    "Change",
    "CodeError",
    "Conversation",
    "Flag",
    "FlagStateError",
    "LinkError",
    "Message",
    "NotFound",
    "Note",
    "Notification",
    "Override",
    "PasswordError",
    "Patient",
    "PatientSession",
    "Procedure",
    "ReplyPart",
    "Session",
    "Store",
    "StoreError",
    "Timer",
    "User",
]
