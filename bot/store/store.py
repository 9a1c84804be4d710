"""The store: every noun over one database."""

from __future__ import annotations

from bot.store.calls import Calls
from bot.store.drafts import Drafts
from bot.store.factors import Factors
from bot.store.glass import Glass
from bot.store.holding import Holding
from bot.store.links import Links
from bot.store.merging import Merging
from bot.store.notes import Notes
from bot.store.outbox import Outbox
from bot.store.overrides import Overrides
from bot.store.ratings import Ratings
from bot.store.search import Search
from bot.store.timers import Timers
from bot.store.triage import Triage


class Store(
    Links, Triage, Notes, Calls, Overrides, Merging, Holding, Search, Timers, Outbox, Factors, Glass, Drafts, Ratings
):
    """`Store(path, clock)` opens or creates the file at `path`; `Store(None, clock)` a private throw-away one.

    Methods raise NotFound for an unknown id and StoreError when the database refuses. Writes of several methods
    that belong together stand in one `with store.transaction():`.
    """
