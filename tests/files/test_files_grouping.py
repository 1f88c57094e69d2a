"""Sides, segments and walks by the names of files."""

import json
from pathlib import Path
from typing import Any

import pytest

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.grouping import folder_members, group_members, is_elsewhere, member_of


@pytest.mark.parametrize(
    ("name", "segment", "walk"),
    [
        ("1-1_lf.txt", "left_foot", "1-1"),
        ("1-1_rf.txt", "right_foot", "1-1"),
        ("left.csv", "left_foot", "folder"),
        ("Right.CSV", "right_foot", "folder"),
        ("L.csv", "left_foot", "folder"),
        ("walk_L.csv", "left_foot", "walk"),
        ("R-walk.csv", "right_foot", "walk"),
        ("walk2_LS.csv", "left_shank", "walk2"),
        ("walk2_RS.csv", "right_shank", "walk2"),
        ("imuMeasLeft.csv", "left_foot", "imuMeas"),
        ("left_shank.csv", "left_shank", "folder"),
        ("shank_left_walk.csv", "left_shank", "walk"),
        ("LeftFoot_01.csv", "left_foot", "01"),
        ("leftfoot01.csv", "left_foot", "01"),
        ("p03 right foot day 2.csv", "right_foot", "p03_day 2"),
        ("trial.left.csv", "left_foot", "trial"),
        ("walk.csv", "", "walk"),
        ("trial3R.csv", "", "trial3R"),
        ("Leftover.csv", "", "Leftover"),
        ("all_LR.csv", "", "all_LR"),
        ("left_and_right.csv", "", "left_and_right"),
        ("left_foot_and_shank.csv", "", "left_foot_and_shank"),
        ("Subject1_Shank.csv", "", "Subject1_Shank"),
        ("bright_lfo.csv", "", "bright_lfo"),
        ("MT_0120039D_000-000_00B47787.txt", "", "MT_0120039D_000-000"),
    ],
)
def test_names(name: str, segment: str, walk: str) -> None:
    member = member_of(Path("/data/folder") / name)
    assert (member.segment, member.walk) == (segment, walk)


@pytest.mark.parametrize(("name", "expected"), [("1-1_lb.txt", True), ("lumbar.csv", True), ("walk.csv", False)])
def test_sensors_elsewhere_on_the_body(name: str, expected: Any) -> None:
    assert is_elsewhere(Path(name)) is expected


def test_files_of_a_walk_come_together_in_order(tmp_path: Path) -> None:
    for name in ("b_L.csv", "a_R.csv", "a_L.csv", "b_R.csv", "README.txt", "LICENSE.txt", "meta.json", ".hidden_L.csv"):
        (tmp_path / name).write_text("x")
    groups = group_members(folder_members(tmp_path))
    assert [(group.name, [member.segment for member in group.members]) for group in groups] == [
        ("a", ["left_foot", "right_foot"]),
        ("b", ["left_foot", "right_foot"]),
    ]


@pytest.mark.parametrize("name", ["sensorspec.json", "sensorspec.json.txt"])
@pytest.mark.parametrize("ending", ["00B47787.txt", "47787.txt"])
def test_a_sensorspec_names_the_segments(tmp_path: Path, name: str, ending: str) -> None:
    spec = {"leftfoot": ending, "rightShank": "96.txt", "lumbar": "4778F.txt"}
    (tmp_path / name).write_text(json.dumps(spec))
    for device in ("00B47787", "00B47796", "00B4778F", "00B40000"):
        (tmp_path / f"MT_0120039D_000-000_{device}.txt").write_text("x")
    members = {member.path.stem[-5:]: member.segment for member in folder_members(tmp_path)}
    assert members == {"47787": "left_foot", "47796": "right_shank", "4778F": "lumbar", "40000": ""}
    assert [group.name for group in group_members(folder_members(tmp_path))] == ["MT_0120039D_000-000"]


@pytest.mark.parametrize("content", ["{", "[1]", '{"leftfoot": 3}', '{"leftfoot": ""}', "[" * 100_000])
def test_a_broken_sensorspec_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "sensorspec.json").write_text(content)
    with pytest.raises(FileFormatError) as caught:
        folder_members(tmp_path)
    assert caught.value.reason is FileReason.BAD_SESSION
    assert "sensorspec.json" in caught.value.message
