"""What was read in each message and what the rules concluded from it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.store.database import as_json
from bot.store.messages import Messages
from bot.triage.assessment import Assessment
from bot.triage.observation import Observation


class Triage(Messages):
    """One triage per message: findings are recomputed from the observations, which also makes replay possible."""

    def save_triage(self, message_id: str, observations: Iterable[Observation], assessment: Assessment) -> bool:
        """Keep a message's observations and assessment; False, and no change, if it has them. Raises NotFound."""
        with self.transaction():
            self.message(message_id)
            if self.assessment(message_id):
                return False
            for position, observation in enumerate(observations):
                self._add_observation(message_id, position, observation)
            self._add_assessment(message_id, assessment)
            return True

    def observations(self, conversation_id: str) -> list[Observation]:
        """Return the observations of a conversation, in the order of its messages, each with its message id."""
        rows = self._rows(
            "SELECT data FROM observations JOIN messages ON messages.id = message_id"
            " WHERE conversation_id = ? ORDER BY seq, position",
            conversation_id,
        )
        return [Observation.from_dict(json.loads(row["data"])) for row in rows]

    def assessment(self, message_id: str) -> Assessment | None:
        """Return what the rules concluded after a message, if it was triaged."""
        row = self._row("SELECT data FROM assessments WHERE message_id = ?", message_id)
        return Assessment.from_dict(json.loads(row["data"])) if row else None

    def latest_assessment(self, conversation_id: str) -> Assessment | None:
        """Return the assessment after the last triaged message of a conversation."""
        row = self._row(
            "SELECT data FROM assessments JOIN messages ON messages.id = message_id"
            " WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1",
            conversation_id,
        )
        return Assessment.from_dict(json.loads(row["data"])) if row else None

    def _add_observation(self, message_id: str, position: int, observation: Observation) -> None:
        data = {**observation.to_dict(), "message_id": message_id}
        row = {"message_id": message_id, "position": position, "data": as_json(data)}
        self._insert("observations", {**row, "complaint": observation.complaint, "status": observation.status.value})

    def _add_assessment(self, message_id: str, assessment: Assessment) -> None:
        row = {
            "message_id": message_id,
            "outcome": assessment.outcome.value,
            "emergency": assessment.emergency,
            "protocol_version": assessment.protocol_version,
            "data": as_json(assessment.to_dict()),
            "at_ms": self._now(),
        }
        self._insert("assessments", row)
