"""Server-sent events: tell an open page that the store has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
from starlette.concurrency import run_in_threadpool

from bot.store import Store

POLL_SECONDS = 0.5
# A stream ends after a minute and the browser opens the next: a session that ended is noticed then,
# and a stopping server does not wait for open pages.
POLLS = 120
POLLS_PER_HEARTBEAT = 30


async def change_events(
    store: Store, after: int, polls: int = POLLS, pause: float = POLL_SECONDS
) -> AsyncIterator[str]:
    """Yield an event with the latest change number whenever it grows past `after`, for `polls` looks.

    Works with any number of server processes: the number lives in the database.
    """
    yield "retry: 1000\n\n"
    for poll in range(polls):
        latest = await run_in_threadpool(store.last_change)
        if latest != after:
            after = latest
            yield f"id: {latest}\nevent: change\ndata: {latest}\n\n"
        elif poll % POLLS_PER_HEARTBEAT == 0:
            yield ": still here\n\n"
        await anyio.sleep(pause)
