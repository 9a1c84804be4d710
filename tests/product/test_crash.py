from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import pytest

from bot.clock import SystemClock
from bot.store import Store
from tests.product.server import Server, say

pytestmark = pytest.mark.model
BURST = ["some cramps", "i soaked through a pad", "thank you", "i have a fever of 39", "a bit of spotting"] * 6


def send(link: str, url: str, number: int, text: str) -> str | None:
    """Send one message on a connection of its own; return its client id if the server acknowledged it."""
    client_id = f"burst-{number:04}"
    try:
        with httpx.Client(base_url=url, follow_redirects=True, timeout=10) as client:
            client.post(link)
            answer = say(client, client_id, text)
    except httpx.TransportError:
        return None
    return client_id if answer.status_code == httpx.codes.OK else None


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(server: Server) -> None:
    """H-11, H-12, H-13: after SIGKILL in a burst every acknowledged message is there, every one is answered, and
    the urgent ones of this one patient stand in exactly one clinical flag.
    """
    link = server.printed("demo patient").removeprefix(server.url)
    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(send, link, server.url, n, text) for n, text in enumerate(BURST)]
        while sum(job.done() for job in sending) < len(BURST) // 3:
            pass
        server.kill()
    acknowledged = {client_id for job in sending if (client_id := job.result())}
    server.start()
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=60) as client:
        client.post(link)
        assert say(client, "after-it", "hello").status_code == httpx.codes.OK
    server.stop()

    with Store(server.data_dir / "aftercare.db", SystemClock()) as store:
        flags = [flag for flag in store.open_flags() if flag.kind == "clinical"]
        spoken = store.procedure_transcript(flags[0].procedure_id)
        mine = [message for message in spoken if message.author == "patient"]
        pending, broken = store.pending_messages(), store.verify_audit()
        answered = [store.reply_to(message.id) is not None for message in mine]

    assert acknowledged, "the burst was too fast to test anything"
    assert acknowledged <= {message.client_id for message in mine}
    assert (all(answered), pending, broken) == (True, [], None)
    assert [(flag.tier, flag.state) for flag in flags] == [("urgent", "open")]
