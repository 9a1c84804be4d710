"""What can go wrong in the store. No message here ever holds a patient's words, a token or a password."""

from __future__ import annotations


class StoreError(RuntimeError):
    """The database refused: locked for too long, disk full, damaged or closed."""


class NotFound(StoreError, LookupError):
    """No row has that id; the message names the kind of row, never the id, which may come from a URL."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no {kind} has that id")


class LinkError(StoreError):
    """A patient's link cannot be redeemed; `state` is `expired` or `unknown`."""

    def __init__(self, state: str) -> None:
        super().__init__(f"this link is {state}; issue a new one")
        self.state = state


class FlagStateError(StoreError):
    """A flag is not in the state, or no longer the version, that the action needs; read it again."""


class PasswordError(ValueError):
    """A password is wrong, too short or not new; the message says which and is fit to show."""


class AccountError(ValueError):
    """An account cannot be made or changed so; the message says why and is fit to show."""


class CodeError(ValueError):
    """A code of the second factor is wrong, or not wanted now; the message is fit to show."""
