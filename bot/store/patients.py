"""Patients and their procedures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date as calendar_date
from datetime import time as day_time
from zoneinfo import ZoneInfo

from bot.store.database import Database, Row, as_json
from bot.store.records import Patient, Procedure


class Patients(Database):
    """Who is cared for, after what."""

    def add_patient(self, language: str = "en") -> Patient:
        """Add a patient who reads `language` (a code such as `en`)."""
        row: Row = {"id": self._new_id(), "language": language, "created_ms": self._now()}
        self._insert("patients", row)
        return Patient(**row)

    def patient(self, patient_id: str) -> Patient:
        """Return a patient. Raises NotFound."""
        return Patient(**self._find("patient", "SELECT * FROM patients WHERE id = ?", patient_id))

    def add_procedure(
        self,
        patient_id: str,
        site_id: str,
        date: calendar_date | None,
        time: day_time | None = None,
        *,
        zone: str,
        contrast: str | None = None,
        factors: Iterable[str] = (),
    ) -> Procedure:
        """Add an HSG; date and time are local to `zone`. Raises NotFound (patient) or a ValueError (zone)."""
        ZoneInfo(zone)
        self.patient(patient_id)
        row = {
            "id": self._new_id(),
            "patient_id": patient_id,
            "site_id": site_id,
            "date": date and date.isoformat(),
            "time": time and time.isoformat(),
            "zone": zone,
            "contrast": contrast,
            "factors": as_json(sorted(factors)),
            "created_ms": self._now(),
        }
        self._insert("procedures", row)
        return procedure_record(row)

    def procedure(self, procedure_id: str) -> Procedure:
        """Return a procedure. Raises NotFound."""
        return procedure_record(self._find("procedure", "SELECT * FROM procedures WHERE id = ?", procedure_id))


def procedure_record(row: Row) -> Procedure:
    """Build the record from its row."""
    return Procedure(
        **{
            **row,
            "date": row["date"] and calendar_date.fromisoformat(row["date"]),
            # Midnight is a time; an empty column is none.
            "time": None if row["time"] is None else day_time.fromisoformat(row["time"]),
            "factors": frozenset(json.loads(row["factors"])),
        }
    )
