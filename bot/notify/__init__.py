"""Notifications to staff: by e-mail and signed webhook, retried until somebody has them. Never a patient's word."""

from bot.notify.courier import Courier

__all__ = ["Courier"]
