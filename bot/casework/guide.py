"""What a nurse's page needs of the protocol: names and sources of rules, complaints and questions in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.replies.responses import ASK, Responses
from bot.triage.protocol import Protocol, Raise, Rule, Vague


@dataclass(frozen=True)
class Guide:
    """`sources` of a rule are codes, and `titles` says what a code stands for.

    `questions` holds the sentence of each question and the complaint that it is about. `known` words are no
    names (`bot.casework.scrub`).
    """

    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, protocol: Protocol, responses: Responses, known: frozenset[str]) -> Guide:
        """Build it from the protocol and the sentences of domain.yml."""
        entries: tuple[Rule | Vague | Raise, ...] = (*protocol.findings, *protocol.rules, *protocol.vague)
        entries += protocol.raises
        questions = {item.id: (responses[ASK + item.id].text, item.complaint) for item in protocol.questions.values()}
        return cls({item.id: item.sources for item in entries}, protocol.sources, questions, known)

    def title(self, code: str) -> str:
        """Return what a source code stands for: its own entry, or that of its family (R12 is a rule)."""
        return self.titles.get(code) or self.titles.get(code[:1], code)
