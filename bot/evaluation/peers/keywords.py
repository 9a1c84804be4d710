"""A keyword bot: the lists of keywords.yml, the highest list wins."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.evaluation.peers.peer import NOTHING, Highest, Listener, Verdict
from bot.triage.assessment import Outcome

LISTS = Path(__file__).with_suffix(".yml")
ENDINGS = "(?:s|es|ing|ed)?"


class Keywords:
    """Judges each message by the words in it; without any of them it has nothing to say."""

    def __init__(self, lists: Path = LISTS) -> None:
        held = yaml.safe_load(lists.read_text(encoding="utf-8"))
        self._tiers = [(_pattern(words), _verdict(tier)) for tier, words in held.items()]

    def begin(self, day: int | None) -> Listener:  # noqa: ARG002  a keyword knows no day
        """Start a conversation."""
        return Highest(self._judge)

    def _judge(self, text: str) -> Verdict:
        plain = text.replace("\u2019", "'")
        return next((verdict for pattern, verdict in self._tiers if pattern.search(plain)), NOTHING)


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))}){ENDINGS}\b", re.IGNORECASE)


def _verdict(tier: str) -> Verdict:
    return Verdict(Outcome.URGENT, emergency=True) if tier == "emergency" else Verdict(Outcome(tier))
