"""Cases and outcomes for the tests of figures, changes and comparison."""

from __future__ import annotations

from bot.evaluation.cases import Case
from bot.evaluation.figures import Result
from bot.triage.assessment import Outcome


def case(
    id: str,  # noqa: A002  the evaluation format's own word
    *tiers: Outcome | None,
    emergency: bool = False,
    either: bool = False,
    accepted: frozenset[Outcome] = frozenset(),
) -> Case:
    """A case with one message a tier: `<id> 1`, `<id> 2`; emergency and accepted outcomes are the last message's."""
    rest = len(tiers) - 1
    return Case(
        id=id,
        messages=tuple(f"{id} {number}" for number in range(1, len(tiers) + 1)),
        day=1,
        tiers=tiers,
        accepted=(frozenset(),) * rest + (accepted,),
        emergencies=(None,) * rest + (emergency,),
        either=(False,) * rest + (either,),
        slices=(),
    )


def said(of: Case, *outcomes: Outcome, emergency: bool = False) -> Result:
    """The outcomes of a case; the emergency number first after the last message or not; one millisecond each."""
    rest = len(outcomes) - 1
    return Result(of, outcomes, (False,) * rest + (emergency,), (1.0,) * len(outcomes))
