"""The benchmark of reports makes the people it says, and counts what a process took; a failed one is no figure."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import reports
from footdrop_imu.language import translator
from footdrop_imu.people.courses import progress_of_course


def test_a_year_is_a_whole_persons() -> None:
    course = reports.course_of(1)
    days = sorted({walk.start[:10] for walk in course.walks})
    assert len(course.walks) == len({walk.id for walk in course.walks}) == 168
    assert days[0] == f"{course.plan[0].start}" == "2025-03-25"
    assert days[-1] == "2026-04-17"
    assert set(course.measures["walk"]) == {walk.id for walk in course.walks}
    assert 1_650 < len(course.log) == len({entry.id for entry in course.log}) < 1_825
    assert progress_of_course(course, translator("en")).lines


def test_a_process_is_timed_and_writes_its_report(tmp_path: Path) -> None:
    took = reports.taken([str(reports.SAMPLES / "before"), "--format", "json"], tmp_path)
    assert took.cpu_s > 0
    assert took.wall_s > 0
    assert (tmp_path / "report").read_bytes().startswith(b"{")


def test_a_report_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        reports.taken([str(tmp_path / "nothing.csv")], tmp_path)
