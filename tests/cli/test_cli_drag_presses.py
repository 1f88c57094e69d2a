"""Key presses on the command line: what is refused, with which code and words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main

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
