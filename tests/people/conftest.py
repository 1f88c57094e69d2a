"""A store in a file for each test, with one person who lives in Berlin and a plan that began in March."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from footdrop_imu.people.patients import add_patient
from footdrop_imu.people.plans import prescribe
from footdrop_imu.rehab.exercises import Exercise, load_exercises
from footdrop_imu.schema_rehab import Patient, Prescription
from footdrop_imu.store.database import Store, open_store

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
PATIENT = Patient(
    "P07",
    "left",
    "stroke",
    date(2025, 11, 2),
    primary_measure="foot_pitch_mid_swing_deg",
    leg_length_m=0.9,
    time_zone="Europe/Berlin",
)
PLAN = (
    Prescription("assisted_toe_raise", "left", "assisted", sets=2, repetitions=10),
    Prescription("ankle_alphabet", "left", "active", duration_s=120.0, times_a_week=3),
)


def berlin(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


@pytest.fixture(scope="session")
def catalogue() -> Mapping[str, Exercise]:
    return load_exercises()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path)).close()
    return path


@pytest.fixture
def store(empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty_file, tmp_path / "store.db")
    with open_store(str(tmp_path / "store.db"), who="test") as opened:
        yield opened


@pytest.fixture
def planned(store: Store, catalogue: Mapping[str, Exercise]) -> Store:
    add_patient(store, PATIENT, berlin(MONDAY))
    prescribe(store, "P07", PLAN, start=None, author="N", now=berlin(MONDAY, 8), catalogue=catalogue)
    return store
