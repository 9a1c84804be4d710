"""A care that answers by keyword over the real store, and a site to serve."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.casework.desk import load_desk
from bot.casework.guide import Guide
from bot.casework.scrub import known_words
from bot.clock import Clock
from bot.replies.responses import Responses
from bot.settings import Settings
from bot.site import load_site
from bot.store import Button, Message, ReplyPart, Store
from bot.triage.assessment import Assessment, Evidence, Outcome, Reason
from bot.triage.loader import load_protocol
from bot.web.texts import KEYS

ROOT = Path(__file__).resolve().parents[2]
NOW_MS = 1_790_000_000_000  # 2026-09-21 10:13 in New York
RULE_NAMES = {"R_FEVER": "Fever at any time after the HSG", "R_PAD": "A soaked pad", "R_PAIN": "Pain that stays"}
PROTOCOL = load_protocol(ROOT / "bot" / "protocols" / "hsg.yml")
DESK = load_desk(
    ROOT / "bot" / "protocols" / "casework.yml",
    PROTOCOL.vocabulary.attributes,
    Responses.load(ROOT / "domain.yml").by_name,
)
GUIDE = Guide(
    sources={"R_FEVER": ("R2", "X65")},
    titles={"R": "numbered triage decision", "X65": "A paper"},
    questions={"pain_strength": ("How strong is it?", "pain")},
    known=known_words(ROOT / "bot" / "protocols" / "en"),
)
TEXTS = {key: f"{key}: call {{emergency_phone}}" for key in (*sorted(KEYS), *(item.response for item in DESK.canned))}
CONTENT: dict[str, Any] = {"rule_names": RULE_NAMES, "texts": TEXTS, "desk": DESK, "guide": GUIDE}
"""What every application of the tests says."""
REPLIES = {
    "fever": (Outcome.URGENT, False, "R_FEVER", ReplyPart("urgent", "Call 216-555-0142 now\nNo answer: 911.")),
    "soaked": (Outcome.URGENT, True, "R_PAD", ReplyPart("emergency", "Call 911 now\n- Lie down\n- Unlock the door")),
    "pain": (
        Outcome.ASK, False, "R_PAIN",
        ReplyPart("ask", "How strong is it?", (Button("Mild", "mild pain"), Button("Strong", "fever and pain"))),
    ),
}  # fmt: skip
EXPECTED = ReplyPart("expected", "That is expected.\nRest today.")


def settings(environment: str = "demo", public_url: str = "") -> Settings:
    """Return settings over the example site."""
    site = load_site(ROOT / "site.yml")
    nowhere = Path("nowhere")
    return Settings(site, nowhere, nowhere, environment=environment, public_url=public_url)


@dataclass(frozen=True)
class FakeReply:
    """What the port asks a reply to be."""

    message: Message | None
    assessment: Assessment | None
    degraded: bool = False


@dataclass
class FakeCare:
    """Answers by the first keyword in the message, or leaves it to the nurse who holds the case.

    `broken` makes every call fail with the patient's words.
    """

    store: Store
    clock: Clock
    is_ready: bool = True
    broken: bool = False
    delay: float = 0.0
    received: list[str] = field(default_factory=list)

    def ready(self) -> bool:
        """Return what the test has set."""
        return self.is_ready

    async def receive(self, procedure_id: str, client_id: str, text: str) -> FakeReply:
        """Store, triage and answer one message."""
        if self.broken:
            raise RuntimeError(f"cannot read {text!r}")
        time.sleep(self.delay)
        conversation = self.store.current_conversation(procedure_id)
        message, created = self.store.receive_message(conversation.id, client_id, text)
        if created:
            self.received.append(text)
            self._answer(message)
        reply = self.store.reply_to(message.id)
        assert reply is not None or self.store.is_held(procedure_id)
        return FakeReply(reply, self.store.assessment(message.id))

    def _answer(self, message: Message) -> None:
        word = next((word for word in REPLIES if word in message.text), "")
        if not word:
            self.store.save_triage(message.id, [], Assessment(Outcome.NORMAL))
            if self.store.is_held(message.procedure_id):
                self.store.hold_message(message.id)
                return
            self.store.answer_message(message.id, [EXPECTED])
            return
        outcome, emergency, rule, part = REPLIES[word]
        start = message.text.index(word)
        reason = Reason(rule, outcome, emergency, (Evidence(message.id, start, start + len(word)),))
        self.store.save_triage(message.id, [], Assessment(outcome, emergency, reasons=(reason,)))
        if outcome is Outcome.URGENT:
            self.store.raise_flag("clinical", message.conversation_id, message.id, outcome.value, emergency, [rule])
        self.store.answer_message(message.id, [part])
