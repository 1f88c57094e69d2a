"""``footdrop reps``: table, JSON, refusals and exit codes, from a session folder and from CSV files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_exercise import MOUNTING, make_session, make_streams
from made_sets import make_set

from footdrop_imu.cli.main import main
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.files.table import write_csv


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set")
    session = make_session(make_streams(make_set([15.0] * 4, hold_s=1.0, false_starts={2: 4.0}).angle_deg, "pitch"))
    write_session_folder(path / "session", session)
    write_csv(path / "right.csv", session.streams, counter=False)
    rotation = ", ".join(f"{value:.9f}" for value in MOUNTING.as_quat())
    (path / "mounting.toml").write_text(f"[right_foot]\nrotation = [{rotation}]\n", encoding="utf-8")
    return path


def test_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reps", str(folder / "session"), "--exercise", "assisted_toe_raise"]) == 0
    out = capsys.readouterr().out
    assert "4 repetitions" in out
    assert "a false start" in out


def test_json_of_csv_with_mounting(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["reps", "--right", str(folder / "right.csv"), "--mounting", str(folder / "mounting.toml")]
    assert main([*words, "--exercise", "assisted_toe_raise", "--json", "--quiet"]) == 0
    captured = capsys.readouterr()
    (found,) = json.loads(captured.out)["sets"]
    assert captured.err == ""
    assert (found["count"], found["side"], found["axes_known"]) == (4, "right", True)
    assert found["range_deg"] == pytest.approx(15.0, abs=0.5)
    assert found["hold_s"] == pytest.approx(1.0, abs=0.2)
    assert [one["reason"] for one in found["not_counted"]] == ["false_start"]


@pytest.mark.parametrize(
    ("exercise", "code", "reason"),
    [("ankle_inversion", 3, "mismatch"), ("towel_scrunch", 2, "not_countable"), ("toe_raise", 2, "unknown")],
)
def test_refusals(folder: Path, capsys: pytest.CaptureFixture[str], exercise: str, code: int, reason: str) -> None:
    assert main(["reps", str(folder / "session"), "--exercise", exercise, "--json"]) == code
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["reason"] == reason
    assert captured.err.strip()


def test_wrong_use(folder: Path) -> None:
    assert main(["reps", "--exercise", "heel_raise"]) == 2
    assert main(["reps", str(folder), "--right", str(folder / "right.csv"), "--exercise", "heel_raise"]) == 2
    assert main(["reps", str(folder / "none"), "--exercise", "heel_raise"]) == 2
