"""All clinical content of one deployment, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.replies.gate import check
from bot.replies.plans import load_plans
from bot.replies.responses import Responses
from bot.review.findings import findings_page
from bot.review.open_questions import load_open_questions
from bot.review.page import Page
from bot.review.plain import Plain, read_terms
from bot.review.sentences import Sentences, load_sentences
from bot.review.trace import Trace, load_trace, render_trace
from bot.review.voice import Voice
from bot.settings import ROOT, Settings
from bot.triage.loader import load_protocol
from bot.triage.overlay import apply_overlay, load_overlay
from bot.triage.protocol import Protocol

REVIEW = ROOT / "docs" / "protocol-review.md"
FINDINGS = ROOT / "docs" / "findings.md"
TRACE = ROOT / "docs" / "traceability.md"


@dataclass(frozen=True)
class Content:
    """Protocol (with the site's overlay), sentences and plans. `folder` holds the files beside the protocol."""

    protocol: Protocol
    voice: Voice
    path: Path

    @classmethod
    def load(cls, settings: Settings) -> Content:
        """Read and check it as the server does at start. Raises ProtocolError with file, line and mend."""
        protocol = apply_overlay(load_protocol(settings.protocol), load_overlay(settings.site.overlay))
        responses = Responses.load(settings.domain)
        plans = load_plans(settings.protocol.parent / "replies.yml")
        check(responses, plans, protocol)
        return cls(protocol, Voice(protocol, responses, plans, settings.site), settings.protocol)

    @property
    def folder(self) -> Path:
        """The folder of the protocol's files."""
        return self.path.parent

    @cached_property
    def trace(self) -> Trace:
        """The trace of the seed documents."""
        return load_trace(self.folder / "trace.yml", self.protocol, self.voice.responses)

    def sentences(self, language: str = "en") -> list[Sentences]:
        """Return the test sentences of every finding in a language."""
        return list(load_sentences(self.folder / language / "sentences.yml", self.protocol).values())

    def review_page(self) -> str:
        """Return the page for the clinician who signs."""
        plain = Plain(self.protocol, read_terms(self.path, self.protocol))
        return Page(self.protocol, plain, self.voice, load_open_questions(self.folder / "open_questions.yml")).text()

    def findings_page(self) -> str:
        """Return the table of every finding with its replies on days 0, 2 and 5."""
        return findings_page(self.voice)

    def trace_page(self) -> str:
        """Return the page that takes every line of the seeds to what carries it."""
        return render_trace(self.trace, self.protocol, self.voice.responses)
