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

import numpy as np
import pandas as pd
import tomli_w

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError
from footdrop_imu.files.course_folder import CourseFolder, write_course_folder
from footdrop_imu.people.walks import walk_record
from footdrop_imu.rehab.lines import draw_lines
from footdrop_imu.schema_rehab import Walk
from footdrop_imu.simulate.course import draw_course, simulate_course_walk
from footdrop_imu.simulate.course_people import COURSES
from footdrop_imu.simulate.walk import true_strides
from footdrop_imu.walk_measures import walk_measure_rows

__all__ = ["FOLDER", "KEPT", "make_eight_weeks", "measured_walk", "true_course", "true_pitch_deg", "write_truth"]

FOLDER = Path(__file__).parent.parent / "sample_data" / "eight_weeks"
KEPT = (
    *("foot_pitch_initial_contact_deg", "foot_pitch_mid_swing_deg", "foot_pitch_toe_off_deg", "swing_dorsiflexion_deg"),
    *("minimum_toe_clearance_m", "circumduction_m", "foot_height_max_m", "vaulting_m", "foot_slap_dps"),
    *("walking_speed_mps", "stride_length_m", "cadence_spm", "stance_frac", "heel_landing_frac"),
    "drags_per_100_strides",
)
"""Measures that are kept of each walk."""
_PRIMARY = "foot_pitch_initial_contact_deg"
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
        write_truth(folder, name, written.measures, workers)
        sys.stdout.write(f"{folder / name}: {len(there)} of {len(found)} walks\n")


def true_pitch_deg(name: str, number: int) -> float:
    """Median over the straight strides of one walk: the affected foot's true pitch at initial contact."""
    course = draw_course(COURSES[name])
    strides = true_strides(course.walks[number].walk, course.walks[number].sensor)
    own = strides[(strides["side"] == course.patient.affected) & (strides["kind"] == "straight")]
    return float(own[_PRIMARY].median())


def true_course(name: str, measures: pd.DataFrame, workers: int = 2) -> dict[str, Any]:
    """What is true of a course: every walk's foot pitch at contact, and its change between the days compared.

    Parameters
    ----------
    name
        Of the person.
    measures
        What was measured: it says which days are compared.
    workers
        Processes.
    """
    course = draw_course(COURSES[name])
    with ProcessPoolExecutor(workers, initializer=partial(os.nice, 10)) as pool:
        pitch = list(pool.map(partial(true_pitch_deg, name), range(len(course.walks))))
    walks = pd.DataFrame({"day": [np.datetime64(one.start.date()) for one in course.walks], "pitch": pitch})
    walks["orthosis"] = course.truth.orthosis
    changes = []
    primary = measures[(measures["measure"] == _PRIMARY) & (measures["side"] == course.patient.affected)]
    for line in draw_lines(primary, course.events):
        if line.compared:
            worn = "orthosis=none" not in line.condition
            own = walks[walks["orthosis"] == worn].groupby("day")["pitch"].mean()
            first, latest = line.day[: line.baseline_count], line.day[-line.latest_count :]
            change = float(own[latest].mean() - own[first].mean())
            changes.append({"orthosis": worn, f"{_PRIMARY[:-4]}_change_deg": round(change, 3)})
    return {
        "walk": [{"name": one.name, _PRIMARY: round(value, 3)} for one, value in zip(course.walks, pitch, strict=True)],
        "change": changes,
        "week": [
            {"monday": one.monday, "due_sessions": one.due_sessions, "done_sessions": round(one.done_sessions, 3)}
            | ({"excused_days": one.excused_days} if one.excused_days else {})
            for one in course.truth.weeks
        ],
    }


def write_truth(folder: Path, name: str, measures: pd.DataFrame, workers: int = 2) -> None:
    """Write a person's ``expected.toml``."""
    document = {"truth": true_course(name, measures, workers)}
    (folder / name / "expected.toml").write_text(
        f"# Made by `python -m benchmarks.make_eight_weeks`.\n{tomli_w.dumps(document)}", encoding="utf-8"
    )


if __name__ == "__main__":
    make_eight_weeks(FOLDER)
