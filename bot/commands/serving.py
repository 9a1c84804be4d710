"""The command that runs the product: pages on the main loop, Rasa in its own thread, timers beside them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

from bot.commands.records import add_procedure, open_store, patient_link, yesterday
from bot.settings import Settings
from bot.store import Store
from bot.store.users import new_password

if TYPE_CHECKING:
    from bot.care import Care
    from bot.dialogue import Dialogue

log = logging.getLogger(__name__)
TICK_SECONDS = 5.0
"""How often due timers, late flags and notifications are looked for; they are counted in minutes."""
REVIVE_SECONDS = 30.0
GRACE_SECONDS = 3
"""How long open pages (event streams) may hold up a stop."""
FIRST_USERS = {"first login": ("nurse", "lead"), "admin login": ("admin", "admin")}
"""Who sees patients does not make accounts, and the other way round."""


def serve(settings: Settings, _given: Namespace) -> int:
    """Serve until interrupted. With a model that cannot be loaded the pages still run and give the safety notice."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    print("== starting (loading the language model takes some seconds)", flush=True)
    import uvicorn

    from bot.alarms import Watch
    from bot.assembly import assemble, rule_names
    from bot.notify import Courier
    from bot.web.app import create_app

    with open_store(settings) as store:
        product = assemble(settings, store)
        watch, courier = Watch(store, settings.site), Courier(store, settings)
        _start_dialogue(product.dialogue)
        app = create_app(
            settings,
            store,
            product.care,
            rule_names=rule_names(product.protocol),
            texts=product.responses.texts,
            desk=product.desk,
            guide=product.guide,
            lifespan=lambda _: _life(product.care, product.dialogue, [product.care.tick, watch.tick, courier.deliver]),
        )
        _print_welcome(settings, store)
        # The access log prints query strings and addresses of patient links, so it is off.
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            ws="none",
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        product.dialogue.close()
    return 0


def _start_dialogue(dialogue: Dialogue) -> None:
    from bot.dialogue import DialogueError

    try:
        dialogue.start()
    except DialogueError as error:
        log.error("%s; every message gets the safety notice and a system flag until then", error)


@contextlib.asynccontextmanager
async def _life(care: Care, dialogue: Dialogue, rounds: Iterable[Callable[[], int]]) -> AsyncIterator[None]:
    """Answer what a crash left unanswered, then keep timers, alarms and notifications going while the pages run."""
    started = (care.recover(), _answer_left(care), _revive(dialogue))
    tasks = [asyncio.create_task(work) for work in started]
    tasks += [asyncio.create_task(_again_and_again(work)) for work in rounds]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _again_and_again(work: Callable[[], int]) -> None:
    """Do a round of work every few seconds, in a thread: a slow mail server holds up nobody."""
    while True:
        try:
            await asyncio.to_thread(work)
        except Exception as error:  # noqa: BLE001 - a round that fails must not stop the next
            log.error("%s failed: %s", work.__qualname__, type(error).__name__)
        await asyncio.sleep(TICK_SECONDS)


async def _answer_left(care: Care) -> None:
    """Speak again where a nurse has given the chat back or is silent."""
    while True:
        try:
            await care.answer_left()
        except Exception as error:  # noqa: BLE001 - one that fails must not stop the others
            log.error("answering for a nurse failed: %s", type(error).__name__)
        await asyncio.sleep(TICK_SECONDS)


async def _revive(dialogue: Dialogue) -> None:
    """Try a model that could not be loaded again: it may have been trained since."""
    while True:
        await asyncio.sleep(REVIVE_SECONDS)
        if dialogue.failed:
            dialogue.restart()


def _print_welcome(settings: Settings, store: Store) -> None:
    lines = [f"nurse console   {settings.base_url}/nurse"]
    if not store.users():
        for label, (name, role) in FIRST_USERS.items():
            password = new_password()
            store.add_user(name, password, role)
            lines.append(f"{label}     {name} / {password}   (shown once; must be changed at login)")
    if not settings.production:
        procedure = add_procedure(settings, store, yesterday(settings))
        lines.append(f"demo patient    {patient_link(settings, store, procedure)}")
    print("\n".join(["", *lines, "", "stop with Ctrl+C"]), flush=True)
