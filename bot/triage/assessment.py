"""What the rules conclude from the observations of one conversation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Outcome(str, Enum):
    """The five outcomes of rules.md, rising in this order except that `none` and `normal` are equal in risk."""

    NONE = "none"
    NORMAL = "normal"
    ASK = "ask"
    CALL_SOON = "call_soon"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Order for 'the highest wins': none 0, normal 1, ask 2, call_soon 3, urgent 4."""
        return list(Outcome).index(self)


class TimeLimit(str, Enum):
    """By when the patient must be heard (rule 40)."""

    NOW = "now"
    TODAY = "today"
    NEXT_OPENING = "next_opening"


@dataclass(frozen=True)
class Evidence:
    """Words that carry a finding: code-point span in one message."""

    message_id: str
    start: int
    end: int


@dataclass(frozen=True)
class FindingHit:
    """A finding read in the conversation; `status` is an observation status value."""

    id: str
    status: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reason:
    """A rule that fired, with the words that made it fire."""

    rule_id: str
    outcome: Outcome
    emergency: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Assessment:
    """The conclusion. `reasons` come highest first; `advice` holds advice ids of the protocol, main one first.

    `question` is the id of the one question whose answer could change the tier most, or None. `requests` are
    ids of wishes that need a human (talk to a person, data, language, under 18); `safeguarding` marks self-harm
    and abuse, where `do_not_phone` holds until she gives a safe way (rule 44).
    """

    outcome: Outcome = Outcome.NONE
    emergency: bool = False
    time_limit: TimeLimit | None = None
    findings: tuple[FindingHit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    question: str | None = None
    advice: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    safeguarding: bool = False
    do_not_phone: bool = False
    protocol_version: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data; `from_dict` reads it back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Assessment:
        """Build from `to_dict` data; an unknown key raises TypeError, an unknown value ValueError."""

        def spans(rows: list[dict[str, Any]]) -> tuple[Evidence, ...]:
            return tuple(Evidence(**row) for row in rows)

        limit = data["time_limit"]
        return cls(
            **{
                **data,
                "outcome": Outcome(data["outcome"]),
                "time_limit": TimeLimit(limit) if limit else None,
                "findings": tuple(
                    FindingHit(**{**hit, "evidence": spans(hit["evidence"])}) for hit in data["findings"]
                ),
                "reasons": tuple(
                    Reason(**{**row, "outcome": Outcome(row["outcome"]), "evidence": spans(row["evidence"])})
                    for row in data["reasons"]
                ),
                "advice": tuple(data["advice"]),
                "requests": tuple(data["requests"]),
            }
        )
