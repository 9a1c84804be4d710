"""The benchmark: what a message costs, early and late in a conversation, and what the process holds."""

from __future__ import annotations

import asyncio
import re
import resource
import time
from argparse import Namespace
from collections.abc import Iterator
from itertools import cycle, islice
from statistics import median
from typing import TYPE_CHECKING

from bot.clock import FixedClock
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from bot.care import Care

MESSAGES = 600
"""Long enough for a per-message cost that grows with the conversation to show."""
WINDOW = 50


def bench(settings: Settings, _given: Namespace) -> int:
    """Send one long conversation through `care.receive` and print times, their growth, and memory."""
    started = time.perf_counter()
    from bot.assembly import assemble
    from bot.store import Store

    with Store(None, FixedClock(0)) as store:
        product = assemble(settings, store)
        product.dialogue.start()
        ready = time.perf_counter() - started
        procedure = store.add_procedure(store.add_patient().id, settings.site.id, None, zone=settings.site.zone.key)
        spent = asyncio.run(_converse(product.care, procedure.id))
        product.dialogue.close()
    early, late = median(spent[10 : 10 + WINDOW]), median(spent[-WINDOW:])
    print(f"ready after                {ready:8.1f} s")
    print(f"message p50 / p95          {median(spent):8.1f} ms / {sorted(spent)[int(0.95 * len(spent))]:.1f} ms")
    print(f"messages 10-60 / last 50   {early:8.1f} ms / {late:.1f} ms: grows {late / early:.2f} times")
    print(f"peak memory                {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    return 0


async def _converse(care: Care, procedure_id: str) -> list[float]:
    spent = []
    for number, text in enumerate(islice(cycle(example_texts()), MESSAGES)):
        started = time.perf_counter()
        await care.receive(procedure_id, f"bench-{number}", text)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def example_texts() -> Iterator[str]:
    """Yield the training examples, family after family: varied, and nothing that is measured for accuracy."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        yield from re.findall(r"^ +- (?!intent)(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
