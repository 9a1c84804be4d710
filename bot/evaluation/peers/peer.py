"""What a peer is, and labelled cases through one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.evaluation.cases import Case
from bot.evaluation.figures import Result
from bot.triage.assessment import Outcome


@dataclass(frozen=True)
class Verdict:
    """The outcome of a conversation after a message, and whether the emergency number comes first."""

    outcome: Outcome
    emergency: bool = False


ASK = Verdict(Outcome.ASK)
NOTHING = Verdict(Outcome.NONE)
Listener = Callable[[str], Verdict]
"""Hears a patient's messages one after the other and says where her conversation stands after each."""


class Peer(Protocol):
    """Something that can be compared."""

    def begin(self, day: int | None) -> Listener:
        """Start a new patient's conversation on a day after her procedure (None: unknown)."""
        ...


class Highest:
    """A listener for peers that judge each message alone: the highest tier stays, as the outcome is defined, and a
    question stands until the next message.
    """

    def __init__(self, judge: Listener) -> None:
        self._judge = judge
        self._standing = NOTHING

    def __call__(self, text: str) -> Verdict:
        """Judge the next message."""
        said = self._judge(text)
        highest = max(self._standing, said, key=lambda verdict: (verdict.outcome.rank, verdict.emergency))
        if highest.outcome is not Outcome.ASK:
            self._standing = highest
        return highest


def run(peer: Peer, cases: Iterable[Case]) -> list[Result]:
    """Send every case through a peer, one after the other."""
    return [_run_case(peer.begin(case.day), case) for case in cases]


def _run_case(listen: Listener, case: Case) -> Result:
    verdicts, spent = [], []
    for text in case.messages:
        started = time.perf_counter()
        verdicts.append(listen(text))
        spent.append((time.perf_counter() - started) * 1000)
    outcomes = tuple(verdict.outcome for verdict in verdicts)
    return Result(case, outcomes, tuple(verdict.emergency for verdict in verdicts), tuple(spent))
