from __future__ import annotations

from pathlib import Path

import httpx2 as httpx
import pytest

from bot.clock import SystemClock
from bot.store import Store
from tests.product.server import Server, say

pytestmark = pytest.mark.model


def test_without_a_model_she_still_reads_the_safety_notice(tmp_path: Path) -> None:
    """H-12: the model is missing: pages run, every message gets the notice and a system flag, nothing is lost."""
    server = Server(tmp_path)
    empty = tmp_path / "models"
    empty.mkdir()
    server.start(HSG_MODEL_DIR=str(empty))
    with server.patient() as client:
        ready = client.get("/readyz").status_code
        answer = say(client, "fault-01", "i soaked through a pad").json()
    server.stop()

    with Store(tmp_path / "aftercare.db", SystemClock()) as store:
        flags = [(flag.kind, flag.tier) for flag in store.open_flags()]
        texts = [message.text for message in store.procedure_transcript(store.open_flags()[0].procedure_id)]
    assert ready == httpx.codes.SERVICE_UNAVAILABLE
    assert "911" in answer["parts"][0]["text"]
    assert (flags, texts[0]) == ([("system", "urgent")], "i soaked through a pad")


BAD = [
    ("/chat/messages", {"client_id": "bad-0001", "text": ""}, 422),
    ("/chat/messages", {"client_id": "bad-0002", "text": "\u0007\u0000 "}, 422),
    ("/chat/messages", {"client_id": "bad-0003", "text": "pain " * 20_000}, 413),
    ("/chat/messages", {"client_id": "bad-0004", "text": 7}, 422),
    ("/chat/messages", ["a list"], 422),
    ("/p/no-such-link", None, 404),
]


def test_bad_input_gets_a_clear_answer(server: Server) -> None:
    """H-16: empty, oversized, wrongly typed or unknown: a sentence, no trace, and the server lives on."""
    with server.patient() as client:
        answers = [client.post(path, json=body) for path, body, _ in BAD]
        slash = say(client, "bad-0005", "/restart").json()
        alive = client.get("/healthz").status_code

    assert [answer.status_code for answer in answers] == [status for _, _, status in BAD]
    assert all(set(answer.json()) == {"error", "message"} for answer in answers)
    assert (slash["degraded"], alive) == (False, httpx.codes.OK)
    assert "Traceback" not in server.log + "".join(answer.text for answer in answers)
