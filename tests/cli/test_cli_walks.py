"""``footdrop analyze`` and ``demo`` on walks: what is answered, what is written, and where."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import footdrop_imu
from footdrop_imu.cli.main import main
from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, names

ROOT = Path(footdrop_imu.__file__).parent.parent
FILES = {"report.html", "strides.csv", "rejected.csv", "summary.json"}
Copy = Callable[[str, str], Path]


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def document(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict:
    capsys.readouterr()
    assert main(["analyze", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)


def test_a_folder_with_two_files_is_one_walk(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    walk = copy("csv", "mine")
    before = files_of(walk)
    (session,) = document(["mine"], capsys)["sessions"]
    assert session["session"] == "mine"
    assert set(session["source"]) == {"left_foot.csv", "right_foot.csv"}
    assert {row["side"] for row in session["strides"]} == {"left", "right"}
    assert list(session["strides"][0]) == names(STRIDE_COLUMNS)
    for side in ("left", "right"):
        estimate = session["summary"][side]["stride_length_m"]
        assert set(estimate) == {"median", "low", "high", "spread", "used_count", "left_out"}
        assert estimate["low"] <= estimate["median"] <= estimate["high"]
        assert estimate["used_count"] > 5
    assert session["quality"]["verdict"] in ("good", "usable", "poor")
    assert "step_length_m" in session["quality"]["unavailable"]
    assert session["provenance"]["version"] == footdrop_imu.__version__
    assert files_of(walk) == before
    assert files_of(walk.parent) == {"mine"}


def test_a_session_folder_and_its_csv_files_give_the_same_strides(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    copy("csv", "a")
    copy("session", "b")
    tables = [pd.DataFrame(document([name], capsys)["sessions"][0]["strides"]) for name in "ab"]
    counts = [table.groupby("side").size().to_dict() for table in tables]
    assert counts[0] == counts[1]
    lengths = [table.groupby("side")["stride_length_m"].median() for table in tables]
    assert lengths[0].to_dict() == pytest.approx(lengths[1].to_dict(), abs=0.02)


def test_a_single_foot_is_answered_and_says_what_it_cannot(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    walk = copy("csv", "mine")
    (walk / "right_foot.csv").unlink()
    (session,) = document(["mine"], capsys)["sessions"]
    assert {row["side"] for row in session["strides"]} == {"left"}
    assert "step_time_s" in session["quality"]["unavailable"]
    assert all(row["step_time_s"] is None for row in session["strides"])


def test_a_file_named_by_an_option_is_that_foot(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    walk = copy("csv", "mine")
    (walk / "left_foot.csv").rename(walk / "a.csv")
    (session,) = document(["--right", "mine/a.csv"], capsys)["sessions"]
    assert {row["side"] for row in session["strides"]} == {"right"}


@pytest.mark.parametrize("pattern", ["scattered", "one_piece"])
def test_a_file_with_a_fifth_of_its_rows_missing_gets_an_answer_that_knows(
    pattern: str, copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("csv", "mine")
    path = walk / "left_foot.csv"
    header, *rows = path.read_text().splitlines()
    kept = (
        [row for k, row in enumerate(rows) if k % 5]
        if pattern == "scattered"
        else rows[: 2 * len(rows) // 5] + rows[3 * len(rows) // 5 :]
    )
    path.write_text("\n".join([header, *kept]) + "\n")
    (session,) = document(["mine"], capsys)["sessions"]
    lost = session["provenance"]["feet"]["left"]["missing_count"]
    assert lost == pytest.approx(len(rows) / 5, abs=3)
    left = [row for row in session["strides"] if row["side"] == "left"]
    if pattern == "scattered":
        assert min(row["lost_frac"] for row in left) > 0.1
    else:
        right = [row for row in session["strides"] if row["side"] == "right"]
        assert len(left) < len(right)


def test_results_go_to_a_folder_with_the_walk_s_name(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    walk = copy("csv", "elsewhere/mine")
    assert main(["analyze", "elsewhere/mine"]) == 0
    captured = capsys.readouterr()
    results = walk.parent.parent / "mine"
    assert files_of(results) == FILES
    assert "Foot pitch at mid swing" in captured.out
    assert "mine/report.html" in captured.out
    assert "left_foot.csv: left foot, by its name." in captured.err
    table = pd.read_csv(results / "strides.csv")
    assert list(table.columns) == names(STRIDE_COLUMNS)
    assert list(pd.read_csv(results / "rejected.csv").columns) == names(REJECTED_COLUMNS)
    summary = json.loads((results / "summary.json").read_text())
    assert summary["session"] == "mine"
    assert "<html" in (results / "report.html").read_text()


def test_nothing_is_overwritten_without_force(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("csv", "mine")
    assert main(["analyze", "mine", "--out", "out", "--quiet"]) == 0
    stamps = {path: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    capsys.readouterr()
    assert main(["analyze", "mine", "--out", "out"]) == 2
    assert "--force" in capsys.readouterr().err
    refused = document(["mine", "--out", "out"], capsys, code=2)
    assert refused["error"]["reason"] == "exists"
    assert {path: path.stat().st_mtime_ns for path in Path("out").iterdir()} == stamps
    assert main(["analyze", "mine", "--out", "out", "--force", "--quiet"]) == 0
    assert files_of(Path("out")) == FILES


def test_the_same_walk_gives_the_same_bytes(copy: Copy) -> None:
    copy("session", "mine")
    for out in ("one", "two"):
        assert main(["analyze", "mine", "--out", out, "--timeseries", "--quiet"]) == 0
    assert files_of(Path("one")) == FILES | {"timeseries.csv"}
    for name in files_of(Path("one")):
        assert (Path("one") / name).read_bytes() == (Path("two") / name).read_bytes(), name


def test_the_time_series_holds_the_accepted_strides(copy: Copy) -> None:
    copy("session", "mine")
    assert main(["analyze", "mine", "--out", "out", "--timeseries", "--quiet"]) == 0
    series, strides = (pd.read_csv(Path("out") / name) for name in ("timeseries.csv", "strides.csv"))
    assert list(series.columns) == names(TIMESERIES_COLUMNS)
    assert set(series["phase"]) == {"stance", "swing"}
    found = series.groupby(["side", "stride"]).size()
    expected = strides.set_index(["side", "stride"])
    assert (found == (expected["end"] - expected["start"])[found.index]).all()


def test_quiet_says_nothing(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("csv", "mine")
    assert main(["analyze", "mine", "--out", "out", "--quiet"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_json_with_out_prints_and_writes(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("csv", "mine")
    assert len(document(["mine", "--out", "out"], capsys)["sessions"]) == 1
    assert files_of(Path("out")) == FILES


def test_several_walks_get_a_folder_each_in_the_order_of_the_paths(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    copy("csv", "second")
    copy("session", "first")
    found = document(["second", "first", "--out", "out"], capsys)
    assert [session["session"] for session in found["sessions"]] == ["second", "session"]
    assert files_of(Path("out")) == {"second", "session"}
    assert files_of(Path("out/second")) == FILES


def test_a_part_refused_ends_with_5_and_keeps_the_rest(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("csv", "good")
    Path("bad_left.csv").write_text("Dear diary\n")
    found = document(["bad_left.csv", "good", "--out", "out"], capsys, code=5)
    assert [session["session"] for session in found["sessions"]] == ["good"]
    assert "error" not in found
    (refused,) = found["refused"]
    assert (refused["session"], refused["reason"]) == ("bad", "unknown_format")
    assert files_of(Path("out")) == {"good"}
    assert main(["analyze", "bad_left.csv", "good", "--out", "again"]) == 5
    captured = capsys.readouterr()
    assert "1 of 2 walks were refused" in captured.err
    assert "Dear diary" in captured.err


def test_what_the_user_says_goes_before_what_the_files_say(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("session", "mine")
    Path("mounting.toml").write_text("[left_foot]\nsensor_to_toe_m = [0.17, 0.0, -0.06]\n")
    words = "--person P7 --affected both --start 2026-03-14T10:30+01:00 --activity two_minute_walk --shoe-length 285"
    words += " --leg-length 910"
    words += " --place lace --mounting mounting.toml --condition aid=stick --condition surface=carpet"
    (session,) = document(["mine", *words.split()], capsys)["sessions"]
    said = session["provenance"]
    assert (said["person"], said["affected"], said["activity"]) == ("P7", "both", "two_minute_walk")
    assert said["start"] == "2026-03-14T10:30:00+01:00"
    assert (said["leg_length_m"], said["leg_length"]) == (0.91, "entered")
    assert (said["condition"]["aid"], said["condition"]["surface"]) == ("stick", "carpet")
    assert {foot["shoe_length_m"] for foot in said["feet"].values()} == {0.285}
    assert {foot["sensor_place"] for foot in said["feet"].values()} == {"lace"}
    (plain,) = document(["mine"], capsys)["sessions"]
    assert plain["provenance"]["affected"] == "left"


def test_the_sensor_s_integration_can_be_said(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy("csv", "mine")
    (session,) = document(["mine", "--on-chip-integration"], capsys)["sessions"]
    assert all(foot["integrates_on_chip"] for foot in session["provenance"]["feet"].values())


def run_alone(script: str, cwd: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_terminal_without_a_minus_sign_still_shows_it(copy: Copy) -> None:
    walk = copy("session", "mine")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-c", "from footdrop_imu.cli.main import run; run()", "analyze", "mine", "--out", "out"]
    done = subprocess.run(command, cwd=walk.parent, env=environment, capture_output=True, check=True)
    shown = done.stdout.decode("ascii")
    (row,) = [line for line in shown.splitlines() if line.startswith("Foot pitch at toe off")]
    assert len(re.findall(r"-\d", row)) == 6
    assert " deg (" in row
    assert "?" not in row


def test_json_alone_loads_no_plotting_library(copy: Copy) -> None:
    walk = copy("session", "mine")
    script = (
        "import sys\nfrom footdrop_imu.cli.main import main\n"
        "code = main(['analyze', 'mine', '--json', '--quiet'])\n"
        "print()\nprint(code, [m for m in ('matplotlib', 'jinja2', 'rich', 'scipy.signal') if m in sys.modules])"
    )
    assert run_alone(script, walk.parent).splitlines()[-1] == "0 []"


def test_the_demo_runs_from_any_folder_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["demo"]) == 0
    captured = capsys.readouterr()
    for name in ("before", "after"):
        assert files_of(tmp_path / "footdrop_demo" / name) == FILES
        assert f"footdrop_demo/{name}/report.html" in captured.out
    assert files_of(tmp_path) == {"footdrop_demo"}
    assert "Better: " in captured.out
    shown = captured.out.rpartition("See one with: footdrop ")[2].split()
    for person, verdict in {"P11": "Better", "P12": "Unchanged", "P13": "Unchanged", "P14": "Not known yet"}.items():
        assert main([shown[0], person, *shown[2:]]) == 0
        assert f"\n{verdict}" in capsys.readouterr().out


def test_the_demo_overwrites_nobody_else_s_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / "before").mkdir(parents=True)
    (tmp_path / "mine" / "before" / "report.html").write_text("mine")
    assert main(["demo", "--out", "mine"]) == 5
    assert (tmp_path / "mine" / "before" / "report.html").read_text() == "mine"
    assert "--force" in capsys.readouterr().err


def test_the_demo_s_json_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [session["session"] for session in document["sessions"]] == ["before", "after"]
    assert document["progress"]["verdict"]["code"] == "better"
    assert files_of(tmp_path) == set()


def test_a_simulated_walk_repeats_and_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "walk", "--strides", "6", "--turns", "1", "--seed", "9", "--json", "--out"]
    for name in ("x/walk", "y/walk"):
        assert main([*words, name]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["session"] == "walk"
        assert said["stride_count"]["left"] >= 6
    for path in Path("x/walk").iterdir():
        assert path.read_bytes() == (Path("y/walk") / path.name).read_bytes(), path.name
    truth = pd.read_csv("x/walk/truth.csv")
    assert list(truth.columns) == names(STRIDE_COLUMNS)
    assert "turn" in set(truth["kind"])
    assert main([*words, "x/walk"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "exists"
    assert main([*words, "x/walk", "--force"]) == 0


@pytest.mark.parametrize(("count", "kind", "height_m"), [("5", "stairs_up", 0.85), ("-4", "stairs_down", -0.68)])
def test_a_simulated_walk_takes_stairs(
    count: str, kind: str, height_m: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "walk", "--strides", "12", "--turns", "1", "--stairs", count, "--quiet", "--out", "walk"]
    assert main(words) == 0
    truth = pd.read_csv("walk/truth.csv")
    assert {kind, "turn", "straight"} <= set(truth["kind"])
    climbed = truth.groupby("side")["height_change_m"].sum()
    assert climbed.to_numpy() == pytest.approx([height_m, height_m], abs=1e-6)
    assert main(["simulate", "walk", "--strides", "5", "--turns", "4", "--stairs", count, "--out", "short"]) != 0
    assert not Path("short").exists()


def test_a_simulated_toe_drags_as_often_and_when_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "walk", "--strides", "12", "--seed", "2", "--quiet", "--drags", "1", "--drag-kind", "terminal"]
    assert main([*words, "--foot-drop", "right", "--out", "walk"]) == 0
    truth = pd.read_csv("walk/truth.csv")
    dragged = truth["side"] == "right"
    assert (truth["toe_drag"].astype(bool) == dragged).all()
    assert set(truth.loc[dragged, "toe_drag_kind"]) == {"terminal"}
    capsys.readouterr()
    assert main([*words, "--out", "other"]) == 2
    assert "--foot-drop" in capsys.readouterr().err
    assert not Path("other").exists()
