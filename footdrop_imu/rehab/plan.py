"""Plans: versions that begin on a day and never change what lies before, and what they make due.

On any day that version holds which was made last of those begun by then. So a new version takes the place, from its
first day on, of everything planned before, also of a version that was to begin later; what was due on the days before
stays. Nothing is prescribed by the program: a version has an author.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.columns import make_table, names
from footdrop_imu.columns_rehab import DUE_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.days import mondays
from footdrop_imu.rehab.exercises import Exercise
from footdrop_imu.rehab.plan_check import check_prescriptions, refusal
from footdrop_imu.schema_rehab import Patient, PlanVersion, Prescription

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["due", "in_effect", "new_version"]


def new_version(
    versions: Iterable[PlanVersion],
    prescriptions: Sequence[Prescription],
    *,
    start: date,
    made_at: datetime,
    author: str,
    today: date,
    catalogue: Mapping[str, Exercise],
    patient: Patient,
    note: str = "",
    history: bool = False,
) -> PlanVersion:
    """Make the version of a plan that follows the others.

    Parameters
    ----------
    versions
        All that were made so far, in any order.
    prescriptions
        What is prescribed from ``start`` on; none = a pause.
    start
        First day. Today is allowed: the whole of today is then due as the new version says, and of several versions
        that begin on one day the last made holds.
    made_at
        With its zone.
    author
        Who prescribes; a template is a draft until someone does.
    today
        Where the person lives.
    catalogue
        Id to exercise.
    patient
        For whom, with the answers to the questions of the cautions.
    note
        Anything.
    history
        A first version that begins before today is entered on purpose: a plan that was followed on paper.

    Returns
    -------
    PlanVersion

    Raises
    ------
    ExerciseError
        ``PAST_PLAN``: it would begin before today. ``NEEDS_CLINICIAN``: no author. What `check_prescriptions` refuses.
    """
    so_far = list(versions)
    if not author.strip():
        raise ExerciseError(
            ExerciseReason.NEEDS_CLINICIAN,
            "The plan has no author. A plan is somebody's decision: say who prescribes it.",
        )
    if made_at.tzinfo is None:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE, f"The plan was made at {made_at}, without a time zone. Give one with its zone."
        )
    if start < today and not (history and not so_far):
        hint = (
            "Begin it today or later; what was due on the days before stays as it was."
            if so_far
            else "Begin it today or later, or say that it is history that is being entered."
        )
        raise ExerciseError(ExerciseReason.PAST_PLAN, f"The plan begins on {start}, before today, {today}. {hint}")
    check_prescriptions(prescriptions, catalogue, patient)
    for prescription in prescriptions:
        if prescription.end is not None and prescription.end < start:
            raise refusal(
                prescription, f"ends on {prescription.end}, before the plan begins on {start}", "Leave it out."
            )
    number = 1 + max((version.version for version in so_far), default=0)
    return PlanVersion(number, start, tuple(prescriptions), made_at, author.strip(), note)


def in_effect(versions: Iterable[PlanVersion], day: date) -> PlanVersion | None:
    """Find the version that holds on a day; None before the first begins."""
    begun = [version for version in versions if version.start <= day]
    return max(begun, key=lambda version: version.version, default=None)


def due(versions: Iterable[PlanVersion], first_day: date, last_day: date) -> pd.DataFrame:
    """Say what the plan asks for between two days, both included.

    Parameters
    ----------
    versions
        In any order.
    first_day, last_day
        Days where the person lives.

    Returns
    -------
    pandas.DataFrame
        ``DUE_COLUMNS``. One row a day, exercise, side and level that is due on set days; one row a week (Monday to
        Sunday) for what is due so often a week, in proportion to the days of that week on which the prescription held
        and that lie within the two days. Empty where nothing is due.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: the last day before the first.
    """
    if last_day < first_day:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE, f"The last day, {last_day}, is before the first, {first_day}. Turn them round."
        )
    days = np.arange(np.datetime64(first_day), np.datetime64(last_day) + 1)
    holds = np.full(len(days), -1)
    ordered = sorted(versions, key=lambda version: version.version)
    for index, version in enumerate(ordered):
        holds[days >= np.datetime64(version.start)] = index
    rows = [
        _rows(prescription, version.version, days[holds == index])
        for index, version in enumerate(ordered)
        for prescription in version.prescriptions
    ]
    data = {
        name: np.concatenate([np.array([], dtype=_EMPTY[name]), *(row[name] for row in rows)])
        for name in names(DUE_COLUMNS)
    }
    order = np.lexsort([data[name] for name in ("plan_version", "level", "side", "exercise", "day")])
    return make_table(DUE_COLUMNS, {name: values[order] for name, values in data.items()})


_NUMPY_TYPES: dict[str, Any] = {"str": object, "float64": float, "int64": int, "datetime64[us]": "datetime64[us]"}
_EMPTY = {column.name: _NUMPY_TYPES[column.type] for column in DUE_COLUMNS}


def _rows(prescription: Prescription, version: int, days: np.ndarray) -> dict[str, np.ndarray]:
    """What one prescription asks for on days without a gap, on which its version holds."""
    if prescription.start is not None:
        days = days[days >= np.datetime64(prescription.start)]
    if prescription.end is not None:
        days = days[days <= np.datetime64(prescription.end)]
    monday = mondays(days)
    first, last = (days[:1], days[-1:]) if len(days) else (days, days)
    if prescription.times_a_week:
        day, held = np.unique(monday, return_counts=True)
        sessions = prescription.times_a_week * held / 7.0
    else:
        asked = np.ones(len(days), dtype=bool)
        if prescription.weekdays:
            asked = np.isin((days - monday).astype(int), prescription.weekdays)
        day = days[asked]
        sessions = np.full(len(day), float(prescription.times_a_day))
    count, week = len(day), mondays(day)
    sets = sessions * prescription.sets
    repetitions = sets * prescription.repetitions
    if not isnan(prescription.hold_s):
        duration_s = repetitions * prescription.hold_s
    else:
        duration_s = sessions * (0.0 if isnan(prescription.duration_s) else prescription.duration_s)
    words = {
        "exercise": prescription.exercise,
        "side": prescription.side,
        "level": prescription.level,
        "per": "week" if prescription.times_a_week else "day",
    }
    return {
        "day": day.astype("datetime64[us]"),
        **{name: np.full(count, word, dtype=object) for name, word in words.items()},
        "plan_version": np.full(count, version),
        "session_count": sessions,
        "sets": sets,
        "repetitions": repetitions,
        "duration_s": duration_s,
        "first_day": np.maximum(week, first).astype("datetime64[us]"),
        "last_day": np.minimum(week + 6, last).astype("datetime64[us]"),
    }
