"""The link that a clinic gives, and the patient's session that it opens."""

from __future__ import annotations

from bot.store.audit import Audit
from bot.store.database import Row
from bot.store.errors import LinkError
from bot.store.patients import Patients, procedure_record
from bot.store.records import PatientSession, Procedure
from bot.store.tokens import new_token, token_hash


class Links(Patients, Audit):
    """Looking at a link changes nothing (a preview must not burn it); redeeming it opens a session."""

    def issue_link(self, procedure_id: str, ttl_ms: int) -> str:
        """Return the token of a new link that holds for `ttl_ms` milliseconds. Raises NotFound."""
        self.procedure(procedure_id)
        token, now = new_token(), self._now()
        row = {"hash": token_hash(token), "procedure_id": procedure_id, "issued_ms": now, "expires_ms": now + ttl_ms}
        with self.transaction():
            self._insert("links", row)
            self.audit("staff", "link.issued", procedure_id, {"expires_ms": row["expires_ms"]})
        return token

    def link_state(self, token: str) -> str:
        """Return `valid`, `expired` or `unknown`, with no side effect."""
        return self._state(self._link(token))

    def redeem_link(self, token: str) -> PatientSession:
        """Open a session that ends with the link; a link may be redeemed again until then. Raises LinkError."""
        with self.transaction():
            link = self._link(token)
            if link is None or self._state(link) != "valid":
                raise LinkError(self._state(link))
            return self._open_session(link["procedure_id"], link["expires_ms"])

    def patient_session(self, cookie_token: str) -> Procedure | None:
        """Return the procedure that a session's token speaks for, None when it is unknown or over."""
        row = self._row(
            "SELECT procedures.* FROM patient_sessions JOIN procedures ON procedures.id = procedure_id"
            " WHERE hash = ? AND expires_ms > ?",
            token_hash(cookie_token),
            self._now(),
        )
        return procedure_record(row) if row else None

    def _open_session(self, procedure_id: str, expires_ms: int) -> PatientSession:
        session = PatientSession(new_token(), procedure_id, expires_ms)
        row = {"procedure_id": procedure_id, "started_ms": self._now(), "expires_ms": expires_ms}
        self._insert("patient_sessions", {"hash": token_hash(session.token), **row})
        self.audit("patient", "link.redeemed", procedure_id)
        return session

    def _link(self, token: str) -> Row | None:
        return self._row("SELECT * FROM links WHERE hash = ?", token_hash(token))

    def _state(self, link: Row | None) -> str:
        if link is None:
            return "unknown"
        return "valid" if self._now() < link["expires_ms"] else "expired"
