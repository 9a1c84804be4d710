"""What a reader saw in one message, before any clinical judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


class Status(str, Enum):
    """Whether the patient says that she has it now (evaluation format, `status`)."""

    PRESENT = "present"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    PAST = "past"
    OTHER_PERSON = "other_person"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Observation:
    """One complaint, vital sign, factor or request, as worded in one message.

    `complaint`, the keys and values of `attributes` and the keys of `measures` belong to the protocol's
    vocabulary (`bot/protocols/hsg.yml`, section `complaints`). `start` and `end` are code-point offsets into
    the message as typed. `hours_ago` is how long ago it ended or was felt, in hours, where she says so.
    `felt_on` is the day since the procedure (0 = the day of it) on which it was, where she says that instead.
    `retracted` marks the plain correction of an earlier slip (rule 19): it removes, never adds.
    """

    complaint: str
    status: Status = Status.PRESENT
    start: int = 0
    end: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    hours_ago: float | None = None
    retracted: bool = False
    message_id: str = ""
    reader: str = "lexicon"
    felt_on: int | None = None

    def ended(self, day: int) -> float | None:
        """Return how many hours ago it ended, on a day since the procedure, as far as she says."""
        return self.hours_ago if self.felt_on is None else 24.0 * max(day - self.felt_on, 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data; `from_dict` reads it back."""
        return {**asdict(self), "status": self.status.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Observation:
        """Build from `to_dict` data; an unknown key raises TypeError, an unknown status ValueError."""
        return cls(**{**data, "status": Status(data["status"])})
