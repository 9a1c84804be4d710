"""An overridden case as a line of an evaluation file (docs/evaluation.md): de-identified, labelled by the nurse."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence

from bot.casework.scrub import hide, scrub
from bot.casework.step import days_since
from bot.store.records import Message, Override
from bot.store.store import Store

SPEAKERS = ("patient", "carer")
SLICE = "override"


def spoken(store: Store, override: Override) -> list[Message]:
    """Return what the patient had written when the nurse judged, in order. Raises NotFound."""
    last = store.message(override.message_id)
    said = (message for message in store.transcript(last.conversation_id) if message.author in SPEAKERS)
    return [message for message in said if message.seq <= last.seq]


def scrubbed(store: Store, override: Override, known: Collection[str]) -> tuple[str, ...]:
    """Return the texts as they would leave the clinic: the reviewer's spans hidden, names and numbers taken out."""
    return tuple(scrub(_hidden(message, override), known) for message in spoken(store, override))


def find_words(messages: Sequence[Message], words: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """Return every place of the given words, whatever their case, as spans."""
    wanted = "|".join(re.escape(word.strip()) for word in words if word.strip())
    found = ((message.id, place) for message in messages for place in re.finditer(wanted, message.text, re.IGNORECASE))
    return tuple((message_id, place.start(), place.end()) for message_id, place in found) if wanted else ()


def case_line(store: Store, override: Override, known: Collection[str]) -> str:
    """Return one JSON line. Its id cannot be traced back without the clinic's record."""
    last = store.message(override.message_id)
    case = {
        "id": f"{SLICE}-{hashlib.sha256(override.id.encode()).hexdigest()[:12]}",
        "messages": scrubbed(store, override, known),
        "days_since_procedure": days_since(store.procedure(last.procedure_id), last.received_ms),
        "tier": override.to_tier,
        "emergency": override.to_emergency,
        "also_ok": [],
        "slices": [SLICE],
        "why": override.reason,
        "rules_tier": override.from_tier,
    }
    return json.dumps(case, ensure_ascii=False)


def _hidden(message: Message, override: Override) -> str:
    return hide(message.text, [(start, end) for place, start, end in override.hidden if place == message.id])
