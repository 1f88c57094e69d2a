"""The people of the built-in eight weeks.

One gets better, one does not, one walks better only with an orthosis, and one's recordings are too poor to say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from footdrop_imu.schema_rehab import Patient
from footdrop_imu.simulate.course import CourseConfig
from footdrop_imu.simulate.course_log import ADHERENCE

__all__ = ["COURSES"]


def _who(pseudonym: str, side: str, cause: str, onset: date, goal: str = "improve") -> Patient:
    return Patient(
        pseudonym,
        side,
        cause,
        onset,
        "some_movement",
        goal,
        primary_measure="foot_pitch_initial_contact_deg",
        leg_length_m=0.88,
        time_zone="Europe/Berlin",
    )


COURSES: Final[dict[str, CourseConfig]] = {
    "improving": CourseConfig(
        _who("P11", "right", "nerve_root", date(2024, 9, 20)),
        gained=0.3,
        faster_mps=0.04,
        seed=11,
    ),
    "not_improving": CourseConfig(
        _who("P12", "left", "stroke", date(2023, 6, 2)),
        severity=0.65,
        speed_mps=0.7,
        adherence=replace(ADHERENCE["mixed"], away_week=4, pain_days=(16,)),
        seed=12,
    ),
    "orthosis": CourseConfig(
        _who("P13", "right", "stroke", date(2022, 11, 9)),
        severity=0.85,
        speed_mps=0.65,
        orthosis=True,
        seed=13,
    ),
    "poor_data": CourseConfig(
        _who("P14", "left", "multiple_sclerosis", date(2019, 3, 1), "keep"),
        severity=0.6,
        severity_sd=0.06,
        adherence=ADHERENCE["poor"],
        walks_a_week=1,
        strides=(10, 30),
        poor=True,
        seed=14,
    ),
}
"""By what is true of them."""
