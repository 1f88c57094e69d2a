"""Made-up people for the sheets of weeks: walks day by day with what is wrong with them, plans, logs, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.language import translator
from footdrop_imu.rehab.log import log_table
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.rehab.progress import Progress, progress
from footdrop_imu.report.model import Report
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import LogEntry, Patient, PersonRecord, PlanVersion, Prescription, TimelineEvent, Walk

FIRST = date(2026, 3, 2)
LIFT = "foot_pitch_mid_swing_deg"
LANDING = "foot_pitch_initial_contact_deg"
PERSON = Patient("P07", "left", "stroke", date(2020, 1, 1), primary_measure=LIFT, time_zone="Europe/Berlin")
AIDLESS = "aid=none;orthosis=none;shoe=own;stimulator=none;surface=hard"
BRACED = AIDLESS.replace("orthosis=none", "orthosis=ankle_foot_orthosis")


def wiggle(count: int, size: float) -> FloatArray:
    """What days differ by, without chance."""
    return size * np.resize([0.6, -1.0, 1.0, -0.6, -0.8, 0.9, -0.9, 0.8], count)


def course(
    measure: str, first: float, last: float, count: int = 14, *, speed: float = 0.8, last_speed: float | None = None
) -> dict[str, FloatArray]:
    """A measure that goes from one level to another half way, with steady speed and nothing that compensates."""
    size = 0.2 * MEASURES[measure].prior_sem
    late = np.arange(count) >= count // 2
    paces = np.where(late, speed if last_speed is None else last_speed, speed)
    others = {"circumduction_m": 0.02, "foot_height_max_m": 0.14, "vaulting_m": 0.004}
    return {
        **{name: level + wiggle(count, 0.2 * MEASURES[name].prior_sem) for name, level in others.items()},
        "walking_speed_mps": paces + wiggle(count, 0.01)[::-1],
        measure: np.where(late, last, first) + wiggle(count, size),
    }


def walks(
    values: Mapping[str, Sequence[float] | FloatArray],
    *,
    side: str = "left",
    first: date = FIRST,
    apart: int = 2,
    used: int = 120,
    quality: str = "good",
    condition: str | Sequence[str] = AIDLESS,
    activity: str = "walk",
) -> pd.DataFrame:
    """One walk every ``apart`` days, each with all measures."""
    rows = []
    for measure, series in values.items():
        for index, value in enumerate(series):
            day = first + timedelta(days=apart * index)
            rows.append(
                {
                    "walk": f"{activity}-{day}",
                    "day": day,
                    "start": f"{day}T10:00+01:00",
                    "activity": activity,
                    "condition": condition if isinstance(condition, str) else condition[index],
                    "quality": quality,
                    "side": side,
                    "measure": measure,
                    "value": value,
                    "standard_error": np.nan,
                    "used_count": used,
                }
            )
    return make_table(
        WALK_MEASURE_COLUMNS, {column.name: [row[column.name] for row in rows] for column in WALK_MEASURE_COLUMNS}
    )


def no_walks() -> pd.DataFrame:
    """The table of a person who has not walked yet."""
    return walks({})


def entry(day: date, exercise: str = "assisted_toe_raise", **said: object) -> LogEntry:
    """One entry of a log, ten in the morning."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    made = LogEntry(f"{day}-{exercise}", exercise, day, at, side="left", repetitions=20)
    return replace(made, **said)  # type: ignore[arg-type]


def plan(*prescriptions: Prescription, start: date = FIRST) -> tuple[PlanVersion, ...]:
    """A plan of one version."""
    return (PlanVersion(1, start, prescriptions, datetime(2026, 3, 1, tzinfo=UTC), "PT Moser", "a clinician's note"),)


DAILY = Prescription("assisted_toe_raise", "left", "assisted", sets=2, repetitions=10)


def person(
    measures: pd.DataFrame,
    *,
    patient: Patient = PERSON,
    versions: Sequence[PlanVersion] = (),
    log: Sequence[LogEntry] = (),
    events: Sequence[TimelineEvent] = (),
    day: date | None = None,
) -> PersonRecord:
    """What is kept of a person; the day is the last one of the walks, or the first day."""
    last = measures["day"].max().date() if len(measures) else FIRST
    known = measures.drop_duplicates("walk")
    kept = tuple(
        Walk(
            walk,
            start,
            condition_key=condition,
            quality=quality,
            version="0.1.0",
            config_hash="059bd1bb37fa",
            hashes={"left.csv": "a" * 64},
        )
        for walk, start, condition, quality in zip(
            known["walk"], known["start"], known["condition"], known["quality"], strict=True
        )
    )
    return PersonRecord(patient, day or last, tuple(versions), tuple(events), log_table(log), measures, kept)


def found_of(
    record: PersonRecord, language: str = "en", *, shown_on: date | None = None, side_disputed: bool = False
) -> Progress:
    """The progress of a person."""
    return progress(
        record.patient,
        record.measures,
        record.events,
        record.plan,
        record.log,
        record.day,
        translator(language),
        side_disputed=side_disputed,
        shown_on=shown_on,
    )


def sheet_of(
    record: PersonRecord, language: str = "en", *, shown_on: date | None = None, side_disputed: bool = False
) -> Report:
    """The patient sheet of a person."""
    found = found_of(record, language, shown_on=shown_on, side_disputed=side_disputed)
    return patient_sheet(found, record, translator(language))
