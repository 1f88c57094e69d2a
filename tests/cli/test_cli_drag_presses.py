"""Key presses on the command line: a walk that is taught, its teaching used again, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.simulate.drag import Drags
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk
from footdrop_imu.workflow import write_simulated_walk

Copy = Callable[[str, str], Path]
TEACHING = """\
person = "P-017"
[left]
threshold = 0.4
lag_s = 0.6
press_count = 20
matched_count = 20
hit_count = 17
drag_count = 20
false_alarm_count = 3
clear_count = 91
"""


def test_a_bad_line_is_named(copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "presses.csv").write_text("1.5,left\nlater\n")
    assert main(["analyze", str(copy("session", "walk")), "--drag-presses", "presses.csv", "--json"]) == 3
    captured = capsys.readouterr()
    error = json.loads(captured.out)["error"]
    assert (error["reason"], error["line"]) == ("bad_presses", 2)
    assert "'later' is no time" in captured.err


def test_presses_of_another_walk_are_refused(copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "presses.csv").write_text("".join(f"{time_s}\n" for time_s in range(900, 920)))
    assert main(["analyze", str(copy("session", "walk")), "--drag-presses", "presses.csv", "--quiet"]) != 0
    assert "None of the 20 key presses follows a step" in capsys.readouterr().err
    assert not (tmp_path / "walk" / "report.html").exists()


def test_presses_are_of_one_walk(copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "presses.csv").write_text("1.5\n")
    walks = [str(copy("session", name)) for name in ("one", "two")]
    assert main(["analyze", *walks, "--drag-presses", "presses.csv", "--json"]) == 3
    assert "are of one walk, but there are several" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--drag-presses", "--drag-teaching"])
def test_a_file_that_is_not_there(copy: Copy, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(copy("session", "walk")), option, "nowhere.csv", "--json"]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_teaching_is_of_one_person(copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "drag_teaching.toml").write_text(TEACHING)
    words = ["analyze", str(copy("session", "walk")), "--drag-teaching", "drag_teaching.toml", "--json"]
    assert main([*words, "--person", "P-018"]) == 3
    assert "taught on P-017, this walk is of P-018" in capsys.readouterr().err
    assert main([*words, "--person", "P-017"]) == 0


def test_a_helper_teaches_a_walk_and_the_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drags = Drags(share_frac=0.35, vary_frac=0.3, clear_m=60.0)
    config = WalkConfig(distance_m=140.0, speed_mps=1.0, left=replace(foot_drop(0.4), drags=drags), seed=8)
    walk = simulate_walk(config, SensorConfig(rate_hz=100.0, seed=8), name="made")
    write_simulated_walk(tmp_path / "walk", walk)
    true = walk.strides[(walk.strides["side"] == "left") & walk.strides["toe_drag"].fillna(False)]
    seen_s = (true["mid_swing_time_s"] + true["clock_offset_s"]).to_numpy(float)
    pressed_s = np.sort(seen_s + np.random.default_rng(0).normal(0.6, 0.12, len(seen_s)))
    presses = tmp_path / "presses.csv"
    presses.write_text("time_s,side\n" + "".join(f"{time_s:.2f},left\n" for time_s in pressed_s))
    words = ["analyze", str(tmp_path / "walk"), "--person", "P-017"]
    assert main([*words, "--drag-presses", str(presses), "--out", str(tmp_path / "out"), "--json"]) == 0
    session = json.loads(capsys.readouterr().out)["sessions"][0]
    taught = session["summary"]["left"]["drags_per_100_strides"]
    assert taught["accuracy_source"] == "taught"
    assert taught["sensitivity"] >= 0.8
    assert taught["low"] <= 100 * len(true) / taught["stride_count"] <= taught["high"]
    assert taught["course"]["before_count"] == 0
    assert taught["course"]["change_low_m"] < 72
    assert taught["course"]["change_high_m"] > 60
    assert session["provenance"]["drag_presses"]["lag_s"] == pytest.approx(0.6, abs=0.08)
    assert session["provenance"]["drag_presses"]["unmatched_count"] <= 1
    assert session["summary"]["right"]["drags_per_100_strides"]["accuracy_source"] == "population"
    assert all(row["toe_drag_kind"] for row in session["strides"] if row["toe_drag"])
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"The helper pressed {len(true)} times, about 0.6 s after mid swing" in report
    words += ["--drag-teaching", str(tmp_path / "out" / "drag_teaching.toml"), "--json"]
    assert main(words) == 0
    again = json.loads(capsys.readouterr().out)["sessions"][0]
    assert again["summary"]["left"]["drags_per_100_strides"] == taught
    assert "drag_presses" not in again["provenance"]
    assert main([*words[:4], "--drag-presses", str(presses), "--out", str(tmp_path / "out"), "--force"]) == 0
    said = capsys.readouterr().out
    assert f"The helper pressed {len(true)} times" in said
    assert "drag_teaching.toml (for later walks: --drag-teaching)" in said
