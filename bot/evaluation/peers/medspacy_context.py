"""medspaCy as it comes: its target matcher with our plain phrases, its default ConText rules, our protocol's tiers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.evaluation.peers.peer import Listener, Verdict
from bot.evaluation.peers.phrases import Phrase
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Protocol

STATUS = {
    "is_negated": Status.DENIED,
    "is_hypothetical": Status.HYPOTHETICAL,
    "is_family": Status.OTHER_PERSON,
    "is_historical": Status.PAST,
    "is_uncertain": Status.UNCERTAIN,
}
"""What ConText marks a target with, the first that holds."""


class MedspacyContext:
    """Reads each message by phrase and ConText; the protocol judges all that was read so far, as it does for ours."""

    def __init__(self, protocol: Protocol, phrases: Iterable[Phrase]) -> None:
        with _alone():
            from loguru import logger
            from medspacy.target_matcher.target_rule import TargetRule
            from medspacy.util import load

        logger.remove()  # PyRuSH writes every message there
        self._protocol = protocol
        self._nlp = load()
        rules = [TargetRule(one.words, "COMPLAINT", metadata={"meaning": one.meaning}) for one in phrases]
        self._nlp.get_pipe("medspacy_target_matcher").add(rules)

    def begin(self, day: int | None) -> Listener:
        """Start a conversation."""
        seen: list[Observation] = []

        def listen(text: str) -> Verdict:
            seen.extend(self._read(text))
            found = assess(self._protocol, seen, Context(day=day))
            return Verdict(found.outcome, found.emergency)

        return listen

    def _read(self, text: str) -> Iterator[Observation]:
        for span in self._nlp(text).ents:
            yield from _observations(span)


def _observations(span: Any) -> Iterator[Observation]:
    status = next((status for mark, status in STATUS.items() if getattr(span._, mark)), Status.PRESENT)
    for one in span._.target_rule.metadata["meaning"]:
        yield Observation(one.complaint, status, span.start_char, span.end_char, one.attributes, one.measures)


@contextmanager
def _alone() -> Iterator[None]:
    """Hide TensorFlow, which thinc imports wherever it is installed: medspaCy needs none, and is not to pay for it."""
    hidden = "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules["tensorflow"]
