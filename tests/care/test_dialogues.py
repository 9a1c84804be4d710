"""Whole dialogues through `care.receive` and the trained model (tests/care/dialogues)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.assembly import Product, assemble
from bot.clock import FixedClock
from bot.settings import load_settings
from bot.store import Store
from tests.care.talk import Talk, dialogues

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")]
DIALOGUES = dict(dialogues())


@pytest.fixture(scope="module")
def clock() -> FixedClock:
    """The clock of all dialogues; each sets it to its own day."""
    return FixedClock(0)


@pytest.fixture(scope="module")
def product(clock: FixedClock) -> Iterator[Product]:
    """The product over a throw-away store."""
    with Store(None, clock) as store:
        product = assemble(load_settings({}), store)
        product.dialogue.start()
        yield product
        product.dialogue.close()


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue_goes_as_a_nurse_would_have_it(product: Product, clock: FixedClock, name: str) -> None:
    """H-04, H-06, H-07: every reply and every flag of the dialogue; `shows` names the rules."""

    async def play() -> None:
        talk = Talk(product, clock, DIALOGUES[name])
        for number, turn in enumerate(DIALOGUES[name]["turns"], 1):
            found = await talk.take(turn)
            assert found == {key: turn[key] for key in found}, f"turn {number}: {turn}"

    asyncio.run(play())
