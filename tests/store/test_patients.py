from __future__ import annotations

from datetime import date, time

import pytest

from bot.store import Patient, Procedure, Store
from tests.store.samples import NOON


def test_a_patient_is_known_by_nothing_but_her_language(store: Store) -> None:
    """Data protection: no name, no number, no address."""
    patient = store.add_patient("fr")
    assert store.patient(patient.id) == patient == Patient(patient.id, "fr", NOON)


@pytest.mark.parametrize(
    ("day", "at", "contrast", "factors"),
    [
        (date(2026, 5, 27), time(9, 30), "oil", ("blood_thinner", "beta_blocker")),
        (date(2026, 5, 27), time(0, 0), "water", ()),
        (date(2026, 5, 27), None, None, ("beta_blocker",)),
        (None, None, None, ()),
    ],
)
def test_a_procedure_is_kept_whole(
    store: Store, day: date | None, at: time | None, contrast: str | None, factors: tuple[str, ...]
) -> None:
    """What is unknown stays unknown: hours since the HSG count only from a recorded time (midnight is one)."""
    patient = store.add_patient()
    added = store.add_procedure(patient.id, "demo", day, at, zone="Europe/Berlin", contrast=contrast, factors=factors)
    expected = Procedure(
        added.id, patient.id, "demo", day, at, "Europe/Berlin", contrast, frozenset(factors), created_ms=NOON
    )
    assert added == store.procedure(added.id) == expected


def test_a_zone_that_does_not_exist_is_refused(store: Store) -> None:
    """H-03: every day count of this patient fails later, at night."""
    patient = store.add_patient()
    with pytest.raises((ValueError, KeyError)):
        store.add_procedure(patient.id, "demo", None, zone="Europe/Nowhere")
