"""What may be prescribed: exercises of the catalogue, at a level they have, with a dose, cleared where they need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from math import isnan

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.exercises import Exercise, known_exercise
from footdrop_imu.rehab.safety import check_prescription
from footdrop_imu.schema_rehab import SIDES_OR_BOTH, Patient, Prescription

__all__ = ["check_prescriptions", "refusal"]

_RANGES = {
    "sets": (1, 20),
    "repetitions": (0, 500),
    "hold_s": (1.0, 600.0),
    "duration_s": (5.0, 4 * 3600.0),
    "times_a_day": (1, 12),
    "times_a_week": (0, 7),
}
"""Wider than any source: they catch slips of the hand, not a clinician's choice."""


def check_prescriptions(
    prescriptions: Sequence[Prescription],
    catalogue: Mapping[str, Exercise],
    patient: Patient,
) -> None:
    """Refuse what cannot be prescribed to a person.

    Parameters
    ----------
    prescriptions
        Of one version.
    catalogue
        Id to exercise.
    patient
        For whom, with the answers to the questions of the cautions.

    Raises
    ------
    ExerciseError
        ``UNKNOWN``: no such exercise. ``WRONG_VALUE``: a number out of range, no dose, days that contradict each other,
        an end before the start, one exercise twice at the same time. What `safety.check_prescription` refuses: a level
        that the exercise does not have, cautions and supervision that nobody has lifted.
    """
    for prescription in prescriptions:
        exercise = known_exercise(catalogue, prescription.exercise)
        if prescription.side not in SIDES_OR_BOTH:
            raise refusal(prescription, f"has the side {prescription.side!r}", "Expected left, right or both.")
        _check_dose(prescription)
        _check_days(prescription)
        check_prescription(exercise, prescription, patient)
    for one, other in combinations(prescriptions, 2):
        if one.exercise == other.exercise and _overlap(one, other):
            raise refusal(
                one, "is prescribed twice for the same side, level and days", "Put both into one, or end the first."
            )


def refusal(prescription: Prescription, found: str, expected: str) -> ExerciseError:
    """Make the error about one prescription: what was found, what was expected."""
    name = prescription.exercise
    return ExerciseError(
        ExerciseReason.WRONG_VALUE, f"In the plan the exercise {name} {found}. {expected}", exercise=name
    )


def _check_dose(prescription: Prescription) -> None:
    for name, (low, high) in _RANGES.items():
        value = getattr(prescription, name)
        if isinstance(value, float) and isnan(value):
            continue
        if not low <= value <= high:
            raise refusal(prescription, f"has {name} = {value:g}", f"Expected {low:g} to {high:g}.")
    timed, held = not isnan(prescription.duration_s), not isnan(prescription.hold_s)
    if not prescription.repetitions and not timed:
        raise refusal(
            prescription,
            "has no dose",
            "The sources give none: say how many repetitions a set, or for how long a session (duration_s).",
        )
    if prescription.repetitions and timed:
        raise refusal(
            prescription,
            "has both repetitions and a duration",
            "Give repetitions (with hold_s where each is held), or duration_s alone.",
        )
    if held and not prescription.repetitions:
        raise refusal(prescription, "has holds without their number", "Say how many holds a set (repetitions).")


def _check_days(prescription: Prescription) -> None:
    days = prescription.weekdays
    if sorted(set(days)) != sorted(days) or any(day not in range(7) for day in days):
        raise refusal(prescription, f"has the weekdays {list(days)}", "Expected 0 (Monday) to 6 (Sunday), each once.")
    if prescription.times_a_week and (days or prescription.times_a_day != 1):
        raise refusal(
            prescription,
            "is due so often a week and also on set days or several times a day",
            "Give times_a_week alone, or times_a_day with weekdays.",
        )
    if prescription.start is not None and prescription.end is not None and prescription.end < prescription.start:
        raise refusal(
            prescription, f"ends on {prescription.end}, before it starts on {prescription.start}", "Turn them round."
        )


def _overlap(one: Prescription, other: Prescription) -> bool:
    sides = one.side == other.side or "both" in (one.side, other.side)
    levels = one.level == other.level or "" in (one.level, other.level)
    days = (one.start or date.min) <= (other.end or date.max) and (other.start or date.min) <= (one.end or date.max)
    weekdays = set(one.weekdays or range(7)) & set(other.weekdays or range(7))
    return sides and levels and days and bool(weekdays)
