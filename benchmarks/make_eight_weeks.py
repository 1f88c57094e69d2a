"""Make the people of ``sample_data/eight_weeks/``: weeks of walks, each simulated and analyzed, with plan and log.

    python -m benchmarks.make_eight_weeks

The recordings are not kept, their measures are: about seventy walks, two or three minutes on two cores.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError
from footdrop_imu.files.course_folder import CourseFolder, write_course_folder
from footdrop_imu.people.walks import walk_record
from footdrop_imu.schema_rehab import Walk
from footdrop_imu.simulate.course import TrueCourse, draw_course, simulate_course_walk
from footdrop_imu.simulate.course_people import COURSES
from footdrop_imu.walk_measures import walk_measure_rows

__all__ = ["FOLDER", "KEPT", "make_eight_weeks", "measured_walk"]

FOLDER = Path(__file__).parent.parent / "sample_data" / "eight_weeks"
KEPT = (
    *("foot_pitch_initial_contact_deg", "foot_pitch_mid_swing_deg", "foot_pitch_toe_off_deg", "swing_dorsiflexion_deg"),
    *("minimum_toe_clearance_m", "circumduction_m", "foot_height_max_m", "vaulting_m", "foot_slap_dps"),
    *("walking_speed_mps", "stride_length_m", "cadence_spm", "stance_frac", "heel_landing_frac"),
    "drags_per_100_strides",
)
"""Measures that are kept of each walk."""
_BOTH = ("walking_speed_mps", "cadence_spm")
NOTE = (
    "Made up: nobody walked or exercised here. Every walk was simulated and then analyzed like a recorded one; "
    "`python -m benchmarks.make_eight_weeks` makes it again."
)


def measured_walk(name: str, number: int) -> tuple[Walk, pd.DataFrame] | None:
    """Simulate and analyze one walk of one person; None where nothing could be measured."""
    made = simulate_course_walk(draw_course(COURSES[name]), number)
    try:
        result = analyze(made.session)
    except SignalError:
        return None
    rows = walk_measure_rows(result, made.session)
    kept = rows["measure"].isin(KEPT) & ((rows["side"] != "both") | rows["measure"].isin(_BOTH))
    return walk_record(result, made.session), rows[kept]


def make_eight_weeks(folder: Path, names: tuple[str, ...] = tuple(COURSES), workers: int = 2) -> None:
    """Write each person's folder."""
    for name in names:
        course = draw_course(COURSES[name])
        with ProcessPoolExecutor(workers, initializer=partial(os.nice, 10)) as pool:
            found = list(pool.map(partial(measured_walk, name), range(len(course.walks))))
        there = [one for one in found if one is not None]
        written = CourseFolder(
            course.patient,
            course.plan,
            course.log,
            course.events,
            tuple(walk for walk, _ in there),
            pd.concat([rows for _, rows in there], ignore_index=True),
            NOTE,
        )
        write_course_folder(folder / name, written, force=True)
        document = {"truth": _truth(course.truth)}
        (folder / name / "expected.toml").write_text(
            f"# Made by `python -m benchmarks.make_eight_weeks`.\n{tomli_w.dumps(document)}", encoding="utf-8"
        )
        sys.stdout.write(f"{folder / name}: {len(there)} of {len(found)} walks\n")


def _truth(truth: TrueCourse) -> dict[str, Any]:
    """What is true of a course, apart from what may be measured of it."""
    weeks = [
        {"monday": one.monday, "due_sessions": one.due_sessions, "done_sessions": round(one.done_sessions, 3)}
        | ({"excused_days": one.excused_days} if one.excused_days else {})
        for one in truth.weeks
    ]
    return {"foot_pitch_initial_contact_change_deg": round(truth.change_deg, 3), "week": weeks}


if __name__ == "__main__":
    make_eight_weeks(FOLDER)
