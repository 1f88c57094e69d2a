"""Reports as whole processes: seconds from the start of ``footdrop report`` until its file is written.

Walks: one of the sample data, a real one of 20 m, a real one of minutes on a treadmill with shanks. A person: a year
and five years in a store, 168 walks and 1,730 entries of the log a year, made of the eight weeks of the sample data
over and over. Of each the fastest and the median, as time of the processor (user and system) and by the clock; on a
computer that does other things too the fastest time of the processor says most.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import require_data
from benchmarks.scoring import show
from footdrop_imu.files.course_folder import CourseFolder, read_course_folder
from footdrop_imu.people.courses import last_day, take_in
from footdrop_imu.schema_rehab import LogEntry
from footdrop_imu.store.database import open_store

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_data"
_TURN = timedelta(weeks=8)
_COMMAND = (sys.executable, "-c", "from footdrop_imu.cli.main import run; run()", "report")


class Taken(NamedTuple):
    """What a process took: time of the processor and by the clock."""

    cpu_s: float
    wall_s: float


def course_of(years: int) -> CourseFolder:
    """Eight weeks over and over, backward from their last day, no value quite like another; five entries a day."""
    course = read_course_folder(SAMPLES / "eight_weeks" / "improving")
    rng = np.random.default_rng(years)
    walks, tables = [], []
    for turn in reversed(range(round(years * 365 / _TURN.days))):
        names = {walk.id: str(UUID(bytes=rng.bytes(16), version=4)) for walk in course.walks}
        starts = {walk.id: (datetime.fromisoformat(walk.start) - turn * _TURN).isoformat() for walk in course.walks}
        walks += [replace(walk, id=names[walk.id], start=starts[walk.id]) for walk in course.walks]
        own = course.measures
        tables.append(
            own.assign(
                walk=own["walk"].map(names),
                start=own["walk"].map(starts),
                day=own["day"] - turn * _TURN,
                value=own["value"] * rng.normal(1, 0.02, len(own)),
            )
        )
    first, last = tables[0]["day"].min().date(), last_day(course)
    exercises = course.plan[0].prescriptions
    log = []
    for number in range((last - first).days * 5):
        day = first + timedelta(days=number // 5)
        if day.weekday() != 6 or number % 5 == 0:
            asked = exercises[number % len(exercises)]
            log.append(
                LogEntry(
                    id=str(UUID(bytes=rng.bytes(16), version=4)), exercise=asked.exercise, day=day,
                    at=datetime(day.year, day.month, day.day, 8 + number % 5, tzinfo=UTC), side=asked.side,
                    level=asked.level, sets=2, repetitions=20, pain=float(number % 4), effort=5.0,
                )
            )  # fmt: skip
    plan = (replace(course.plan[0], start=first), *course.plan[1:])
    return replace(course, plan=plan, log=tuple(log), walks=tuple(walks), measures=pd.concat(tables, ignore_index=True))


def commands(data: Path, place: Path) -> dict[str, list[str]]:
    """Write into a folder what the reports are made of; the reports' names and what follows ``footdrop report``."""
    walk = place / "walk_20_m"
    walk.mkdir()
    for side in "lr":
        shutil.copy(data / "healthy_overground_20m" / f"7-3_{side}f.txt", walk)
    people = {}
    for word, years in (("year", 1), ("five_years", 5)):
        course, store = course_of(years), str(place / f"{word}.db")
        with open_store(store, who="benchmark") as opened:
            take_in(opened, course)
        people[word] = [course.patient.id, "--store", store, "--day", str(last_day(course))]
    before, after = str(SAMPLES / "before"), str(SAMPLES / "after")
    treadmill = str(data / "stroke_treadmill" / "1019_pp02" / "exported000")
    return {
        "walk_html": [before],
        "walk_pdf": [before, "--format", "pdf"],
        "walk_20_m_html": [str(walk)],
        "walk_treadmill_html": [treadmill],
        "year_html": people["year"],
        "year_pdf": [*people["year"], "--format", "pdf"],
        "year_german_html": [*people["year"], "--lang", "de"],
        "five_years_html": people["five_years"],
        "patient_pdf": [*people["year"], "--kind", "patient", "--format", "pdf"],
        "compare_html": [before, after, "--kind", "compare"],
    }


def taken(command: Sequence[str], place: Path) -> Taken:
    """Run ``footdrop report`` once, into a file of that folder.

    Raises
    ------
    subprocess.CalledProcessError
        It ended with an error.
    """
    whole = [*_COMMAND, *command, "--out", str(place / "report"), "--force", "--quiet"]
    begin = time.perf_counter()
    process = subprocess.Popen(whole, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    took_s = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, whole)
    return Taken(used.ru_utime + used.ru_stime, took_s)


def score(data: Path, repeats: int = 5) -> dict[str, float]:
    """Every figure of this module; the reports take turns, so that none meets the busy minutes alone."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        asked = commands(data, place)
        runs: dict[str, list[Taken]] = {report: [] for report in asked}
        for _ in range(repeats):
            for report, command in asked.items():
                runs[report].append(taken(command, place))
    figures = {}
    for report, times in runs.items():
        for unit, seconds in (("cpu_s", [one.cpu_s for one in times]), ("s", [one.wall_s for one in times])):
            figures[f"{report}_{unit}"] = min(seconds)
            figures[f"{report}_median_{unit}"] = statistics.median(seconds)
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    print(show(score(require_data(), parser.parse_args().repeats), bars_of("reports")))


if __name__ == "__main__":
    main()
