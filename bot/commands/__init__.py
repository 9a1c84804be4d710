"""What each command of `python -m bot` does. Heavy imports (Rasa, spaCy) stand inside the functions that need them."""

from bot.commands.bench import bench
from bot.commands.comparing import SYSTEMS, compare
from bot.commands.content import protocol
from bot.commands.learning import data, evaluate, train
from bot.commands.overrides import overrides
from bot.commands.records import CommandError, audit, link, user
from bot.commands.serving import serve

__all__ = [
    "SYSTEMS", "CommandError", "audit", "bench", "compare", "data", "evaluate", "link", "overrides", "protocol",
    "serve", "train", "user",
]  # fmt: skip
