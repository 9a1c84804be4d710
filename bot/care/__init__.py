"""Care: the journey of a message, and what happens when time passes or something breaks."""

from bot.care.journey import Care, Reply

__all__ = ["Care", "Reply"]
