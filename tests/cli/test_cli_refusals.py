"""What cannot be used is refused with a named reason, never a traceback, and nothing is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import footdrop_imu

ROOT = Path(footdrop_imu.__file__).parent.parent
HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps\n"


def footdrop(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from footdrop_imu.cli.main import run; run()", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def left_behind(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def _standing_rows() -> str:
    rng = np.random.default_rng(3)
    time_s = np.arange(2000) / 100
    acc = rng.normal([0.1, -0.2, 9.79], 0.02, (2000, 3))
    gyr = rng.normal(0, 0.1, (2000, 3))
    rows = np.column_stack([time_s, acc, gyr])
    return HEADER + "\n".join(",".join(f"{value:.5f}" for value in row) for row in rows) + "\n"


BAD_FILES = {
    "standing": (_standing_rows().encode(), "signal", "no_walking"),
    "text": (b"Dear diary,\ntoday I walked to the shop.\nIt rained.\n", "file", "unknown_format"),
    "bytes": (np.random.default_rng(5).bytes(20_000), "file", "not_text"),
    "empty": (b"", "file", "empty"),
    "short": (("\n".join(_standing_rows().splitlines()[:12]) + "\n").encode(), "signal", "too_short"),
    "header_alone": (HEADER.encode(), "file", "empty"),
    "no_gyroscope": (b"time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\n0.00,0,0,9.8\n0.01,0,0,9.8\n", "file", "no_gyroscope"),
    "word_in_a_number": (_standing_rows().replace(",9.8", ",nine", 1).encode(), "file", "bad_number"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    content, kind, reason = BAD_FILES[name]
    walk, out = tmp_path / "walk", tmp_path / "out"
    walk.mkdir()
    (walk / "left.csv").write_bytes(content)
    done = footdrop("analyze", walk / "left.csv", "--json", "--out", out, cwd=tmp_path)
    assert done.returncode == 3
    document = json.loads(done.stdout)
    assert document["version"] == footdrop_imu.__version__
    assert document["sessions"] == []
    assert (document["error"]["kind"], document["error"]["reason"]) == (kind, reason)
    assert set(document["error"]) == {"kind", "reason", "message", "path", "line", "column"}
    assert document["error"]["message"] in done.stderr
    assert "Traceback" not in done.stderr
    assert left_behind(tmp_path) == ["walk", "walk/left.csv"]


def test_the_line_and_column_of_a_bad_number_are_named(tmp_path: Path) -> None:
    rows = _standing_rows().splitlines()
    rows[6] = rows[6].replace(",", ",oops,", 1).rsplit(",", 1)[0]
    (tmp_path / "left.csv").write_text("\n".join(rows) + "\n")
    done = footdrop("analyze", "left.csv", "--json", cwd=tmp_path)
    assert done.returncode == 3
    error = json.loads(done.stdout)["error"]
    assert (error["reason"], error["line"], error["column"]) == ("bad_number", 7, "acc_x_mps2")
    assert "left.csv" in error["path"]


def test_a_missing_path_ends_with_2_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(_standing_rows())
    done = footdrop("analyze", "left.csv", "nowhere.csv", "--json", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["sessions"] == []
    assert (document["error"]["reason"], document["error"]["path"]) == ("not_found", "nowhere.csv")
    assert "nowhere.csv" in done.stderr
    assert left_behind(tmp_path) == ["left.csv"]


@pytest.mark.parametrize("option", ["--columns", "--mounting", "--left"])
def test_a_missing_file_of_an_option_ends_with_2(option: str, tmp_path: Path) -> None:
    (tmp_path / "right.csv").write_text(_standing_rows())
    words = ["--right", "right.csv"] if option == "--left" else ["right.csv"]
    done = footdrop("analyze", *words, option, "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "There is no file or folder nowhere" in done.stderr


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "walk").mkdir()
    done = footdrop("analyze", "walk", "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["reason"] == "empty"


def test_without_json_a_refusal_is_plain_words_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text("Dear diary,\n")
    done = footdrop("analyze", "left.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "Dear diary" in done.stderr
    assert left_behind(tmp_path) == ["left.csv"]


def test_a_bad_column_map_and_a_bad_mounting_are_refused(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(_standing_rows())
    (tmp_path / "bad.toml").write_text("[left_foot\n")
    for option, reason in (("--columns", "bad_column_map"), ("--mounting", "bad_mounting")):
        done = footdrop("analyze", "left.csv", option, "bad.toml", "--json", cwd=tmp_path)
        assert done.returncode == 3
        assert json.loads(done.stdout)["error"]["reason"] == reason
        assert "Traceback" not in done.stderr


def test_all_of_several_walks_refused_ends_with_3_and_names_each(tmp_path: Path) -> None:
    for name in ("a_left.csv", "b_left.csv"):
        (tmp_path / name).write_text("time_s,acc_x_mps2\n0,0\n")
    done = footdrop("analyze", "a_left.csv", "b_left.csv", "--json", cwd=tmp_path)
    assert done.returncode == 3
    document = json.loads(done.stdout)
    assert [entry["session"] for entry in document["refused"]] == ["a", "b"]
    assert document["error"]["message"] == document["refused"][0]["message"]


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    script = "from footdrop_imu.cli.main import run; run()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "analyze", "--help"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 1
    assert said == b""


def test_a_fault_of_the_program_is_one_short_message_unless_the_traceback_is_asked_for(tmp_path: Path) -> None:
    script = "import sys; sys.modules['footdrop_imu.cli.analyze'] = None\nfrom footdrop_imu.cli.main import run; run()"
    for debug, code in (("", 1), ("1", 1)):
        done = subprocess.run(
            [sys.executable, "-c", script, "analyze", "x"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "FOOTDROP_DEBUG": debug},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code
        assert ("Traceback" in done.stderr) == bool(debug)
        if not debug:
            assert "FOOTDROP_DEBUG=1" in done.stderr


def test_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(_standing_rows())
    script = (
        "import os, signal\n"
        "import footdrop_imu.workflow as workflow\n"
        "def interrupted(*_, **__):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    yield from ()\n"
        "workflow.analyze_walks = interrupted\n"
        "from footdrop_imu.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "analyze", "left.csv", "--out", "out"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130
    assert "Interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_behind(tmp_path) == ["left.csv"]
