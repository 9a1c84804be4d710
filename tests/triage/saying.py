"""A short notation for observations in tests: `pain severity=mild score=2 @denied ~30h ; fever // rash`.

`;` separates observations of one message, `//` messages; a number is a measure; `~30h` is how long ago it ended;
`retracted` takes back; `factor:x` is a factor on record.
"""

from __future__ import annotations

from pathlib import Path

from bot.triage.assessment import Assessment
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Protocol

PROTOCOL = Path(__file__).parents[2] / "bot" / "protocols" / "hsg.yml"


def say(text: str) -> list[Observation]:
    """Return the observations of a conversation."""
    return [
        _observation(part, f"m{number}")
        for number, message in enumerate(text.split("//"))
        for part in message.split(";")
        if part.strip() and not part.strip().startswith("factor:")
    ]


def factors(text: str) -> frozenset[str]:
    """Return the factors on record."""
    return frozenset(word.removeprefix("factor:") for word in text.split() if word.startswith("factor:"))


def conclude(protocol: Protocol, text: str, day: int | None) -> Assessment:
    """Return the assessment of a conversation in which no question was asked."""
    return assess(protocol, say(text), Context(day=day, factors=factors(text)))


def tier(result: Assessment) -> str:
    """Return the outcome, with `emergency` for urgent with the emergency number first."""
    return "emergency" if result.emergency else result.outcome.value


def _observation(text: str, message: str) -> Observation:
    complaint, *words = text.split()
    attributes: dict[str, str] = {}
    measures: dict[str, float] = {}
    status, hours, retracted = Status.PRESENT, None, False
    for word in words:
        if word.startswith("@"):
            status = Status(word[1:])
        elif word.startswith("~"):
            hours = float(word[1:-1])
        elif word == "retracted":
            retracted = True
        else:
            name, value = word.split("=")
            if value.replace(".", "").isdigit():
                measures[name] = float(value)
            else:
                attributes[name] = value
    return Observation(complaint, status, 0, 5, attributes, measures, hours, retracted, message)
