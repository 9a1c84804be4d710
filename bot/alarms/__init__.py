"""Alarms: how long a flag may wait, and what happens when nobody takes it in time."""

from bot.alarms.deadlines import Deadline, Deadlines
from bot.alarms.watch import Watch

__all__ = ["Deadline", "Deadlines", "Watch"]
