"""A person's weeks as a folder: the built-in ones are what the script makes, all comes back, damage is named."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.make_eight_weeks import FOLDER, KEPT, measured_walk
from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import FileFormatError, FileReason, OutputError
from footdrop_imu.files.course_folder import COURSE_FILES, CourseFolder, read_course_folder, write_course_folder
from footdrop_imu.schema_rehab import LogEntry
from footdrop_imu.simulate.course import draw_course
from footdrop_imu.simulate.course_people import COURSES

LARGEST_BYTES = 400_000


def said(entries: tuple[LogEntry, ...]) -> list[str]:
    """Entries as text: missing numbers are not equal to each other; an instant is one in any zone."""
    return [str(replace(entry, at=entry.at.timestamp(), entered_at=None)) for entry in entries]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", COURSES)
def test_the_built_in_people_are_what_is_drawn(name: str) -> None:
    kept, drawn = read_course_folder(FOLDER / name), draw_course(COURSES[name])
    assert str(kept.patient) == str(drawn.patient)
    assert str(kept.plan) == str(drawn.plan)
    assert kept.events == drawn.events
    assert [entry.id for entry in kept.log] == [entry.id for entry in drawn.log]
    assert said(kept.log) == said(drawn.log)
    assert [walk.start for walk in kept.walks] == [walk.start.isoformat() for walk in drawn.walks]
    assert [walk.condition for walk in kept.walks] == [walk.condition for walk in drawn.walks]
    check_table(WALK_MEASURE_COLUMNS, kept.measures)
    assert set(kept.measures["measure"]) <= set(KEPT)
    assert set(kept.measures["walk"]) == {walk.id for walk in kept.walks}
    assert "made up" in kept.note.lower()
    truth = tomllib.loads((FOLDER / name / "expected.toml").read_text(encoding="utf-8"))["truth"]
    assert [walk["name"] for walk in truth["walk"]] == [walk.name for walk in drawn.walks]
    assert [week["done_sessions"] for week in truth["week"]] == pytest.approx(
        [week.done_sessions for week in drawn.truth.weeks], abs=1e-3
    )


def test_a_walk_measured_again_gives_what_is_kept() -> None:
    kept = read_course_folder(FOLDER / "orthosis")
    again = measured_walk("orthosis", 1)
    assert again is not None
    walk, rows = again
    assert walk.id == kept.walks[1].id
    mine = kept.measures[kept.measures["walk"] == walk.id].reset_index(drop=True)
    rows = rows.reset_index(drop=True)
    assert mine[["side", "measure", "day", "quality", "condition"]].equals(
        rows[["side", "measure", "day", "quality", "condition"]]
    )
    np.testing.assert_allclose(mine["value"], rows["value"], rtol=1e-3, atol=1e-3)


def test_the_built_in_people_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < LARGEST_BYTES
    assert {path.name for path in FOLDER.iterdir()} == set(COURSES)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    course = read_course_folder(FOLDER / "not_improving")
    write_course_folder(tmp_path / "x", course)
    back = read_course_folder(tmp_path / "x")
    assert said(back.log) == said(course.log)
    for part in ("patient", "plan", "events", "walks", "note"):
        assert str(getattr(back, part)) == str(getattr(course, part))
    pd.testing.assert_frame_equal(back.measures, course.measures)
    for name in COURSE_FILES:
        assert (tmp_path / "x" / name).read_bytes() == (FOLDER / "not_improving" / name).read_bytes(), name
    with pytest.raises(OutputError):
        write_course_folder(tmp_path / "x", course)
    write_course_folder(tmp_path / "x", course, force=True)


def test_a_person_of_whom_little_is_known_comes_back(tmp_path: Path) -> None:
    course = read_course_folder(FOLDER / "poor_data")
    little = CourseFolder(
        replace(course.patient, onset=None, answers={"numb_skin": True}), (), (), (), (), course.measures[:0]
    )
    write_course_folder(tmp_path / "x", little)
    back = read_course_folder(tmp_path / "x")
    assert (back.plan, back.log, back.events, back.walks, back.note) == ((), (), (), (), "")
    assert back.patient == replace(little.patient, leg_length_m=back.patient.leg_length_m)
    assert back.patient.answers == {"numb_skin": True}
    assert len(back.measures) == 0
    check_table(WALK_MEASURE_COLUMNS, back.measures)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("course.toml", 'affected = "right"', "affected = 3", "affected: found 3, expected str"),
        ("course.toml", 'affected = "right"', 'affektiert = "right"', "affektiert is not known"),
        ("course.toml", 'id = "P11"\n', "", "id is missing"),
        ("course.toml", "[person]", "[person", "is no Course"),
        ("plan.toml", "version = 1\n", "", "version is missing"),
        ("plan.toml", "sets = 2", 'sets = "two"', "sets: found 'two', expected int"),
        ("plan.toml", "    0,\n", '    "monday",\n', "other things in the list"),
        ("plan.toml", "made_at = 2026-02-20 14:00:00+00:00", "made_at = 2026-02-20", "made_at: found"),
        ("log.csv", ",2026-02-23,", ",23.2.2026,", "line 2: day is '23.2.2026', expected a date"),
        ("log.csv", "outcome", "result", "line 1: expected the columns"),
        ("log.csv", ",patient,", ",patient,,", "expected 17"),
        ("walks.csv", "walk_03,", ",", "line 4: a walk needs a name"),
        ("walks.csv", "2026-02-24T10:05:00+01:00", "yesterday", "starts at 'yesterday'"),
        ("measures.csv", "walk_01,both", "walk_77,both", "line 2: walk is 'walk_77'"),
        ("measures.csv", "walk_01,both,cadence_spm,", "walk_01,both,cadence_spm,x", "line 2: value is 'x"),
        ("measures.csv", "walk,side", "walk,foot", "line 1: expected the columns"),
    ],
)
def test_damage_is_named(file: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    shutil.copytree(FOLDER / "improving", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileFormatError, match=words) as found:
        read_course_folder(folder)
    assert found.value.reason is FileReason.BAD_COURSE


@pytest.mark.parametrize("file", COURSE_FILES)
def test_a_missing_or_binary_file_is_named(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    shutil.copytree(FOLDER / "poor_data", folder)
    (folder / file).write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(FileFormatError, match=file) as found:
        read_course_folder(folder)
    assert found.value.reason is FileReason.BAD_COURSE
    (folder / file).unlink()
    with pytest.raises(FileFormatError, match=file) as found:
        read_course_folder(folder)
    assert found.value.reason is FileReason.NOT_FOUND
