"""One tap on whether a reply helped: kept for the measures, never asked for by the dialogue."""

from __future__ import annotations

from bot.store.errors import NotFound
from bot.store.messages import Messages


class Ratings(Messages):
    """At most one rating a reply; the last tap counts."""

    def rate_message(self, procedure_id: str, message_id: str, helpful: bool) -> None:
        """Keep whether a reply helped. Raises NotFound where it is not a reply of the bot to this patient."""
        with self.transaction():
            message = self.message(message_id)
            if message.procedure_id != procedure_id or message.author != "bot":
                raise NotFound("message")
            self._run(
                "INSERT INTO ratings (message_id, helpful, at_ms) VALUES (?, ?, ?)"
                " ON CONFLICT (message_id) DO UPDATE SET helpful = excluded.helpful, at_ms = excluded.at_ms",
                message_id,
                int(helpful),
                self._now(),
            )

    def rating(self, message_id: str) -> bool | None:
        """Return what she tapped, None where she tapped nothing."""
        row = self._row("SELECT helpful FROM ratings WHERE message_id = ?", message_id)
        return bool(row["helpful"]) if row else None
