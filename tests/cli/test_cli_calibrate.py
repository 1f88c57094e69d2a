"""``footdrop calibrate`` from recording to kept file to walk, in plain words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.cli import sensor_choice
from footdrop_imu.cli.main import main
from footdrop_imu.files.calibration import calibration_path, read_calibration, write_calibration
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.files.table import write_csv
from footdrop_imu.schema import SEGMENTS, Calibration
from footdrop_imu.simulate.calibration import TWICE, SensorErrors, SixPositionConfig, simulate_six_positions

ERRORS = SensorErrors(
    acc_scale=((1.05, 0.0, 0.0), (0.0, 0.97, 0.0), (0.0, 0.0, 1.02)),
    acc_offset_mps2=(0.6, -0.4, 1.0),
    gyr_scale=((1.02, 0.0, 0.0), (0.0, 0.98, 0.0), (0.0, 0.0, 1.01)),
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_DATA_FOLDER", str(tmp_path / "data"))


def sides(folder: Path, order: tuple[str, ...] = TWICE, name: str = "sides.csv") -> Path:
    made = simulate_six_positions(ERRORS, SixPositionConfig(order=order))
    write_csv(folder / name, made.session.streams)
    return folder / name


def test_six_positions_are_kept_for_the_sensor_and_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "six-position", str(sides(tmp_path)), "--sensor", "A7"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "six sides, still 12 times" in said.out
    assert "x +5.0 %, y -3.0 %, z +2.0 %" in said.out
    assert "now as 9.8" in said.out
    assert str(calibration_path("A7")) in said.out
    kept = read_calibration(calibration_path("A7"))
    np.testing.assert_allclose(kept.acc_offset_mps2 or (), ERRORS.acc_offset_mps2, atol=0.02)
    assert list(kept.sources) == ["sides.csv"]
    assert kept.made_at


def test_six_positions_as_json_and_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.toml"
    words = ["calibrate", "six-position", str(sides(tmp_path)), "--sensor", "A7", "--out", str(out), "--json"]
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["path"] == str(out)
    assert document["calibration"]["sensor"] == "A7"
    assert len(document["fit"]["gravity_after_mps2"]) == 12
    assert not calibration_path("A7").exists()
    assert main(words) == 2
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "exists"
    assert main([*words, "--force", "--quiet"]) == 0


def test_six_positions_of_a_session_folder(tmp_path: Path) -> None:
    write_session_folder(tmp_path / "sides", simulate_six_positions(ERRORS).session)
    assert main(["calibrate", "six-position", str(tmp_path / "sides"), "--sensor", "A7", "--quiet"]) == 0
    assert read_calibration(calibration_path("A7")).acc_matrix is not None


def test_what_a_calibration_is_worth_is_shown_on_a_walk(
    copy: Callable[[str, str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("csv", "walk")
    words = ["calibrate", "six-position", str(sides(tmp_path)), "--sensor", "A7", "--walk", str(walk)]
    assert main(words) == 0
    assert capsys.readouterr().out.count("What it is worth: lengths of the") == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["six-position", "five.csv", "--sensor", "A7"], 3, "Missing: -y up"),
        (["six-position", "sides.csv"], 3, "Name it with --sensor ID"),
        (["six-position", "nowhere.csv", "--sensor", "A7"], 2, "There is no file"),
        (["six-position", "csv", "--sensor", "A7"], 3, "holds 2 sensors"),
        (["six-position", "csv/left_foot.csv", "--sensor", "A7"], 3, "six"),
        (["distance", "csv", "--distance", "20"], 3, "--sensor-id left=ID"),
        (["distance", "csv", "--distance", "2"], 2, "is not in the range"),
        (["distance", "csv", "--distance", "90", "--sensor-id", "left=A", "--sensor-id", "right=B"], 3, "add up to"),
        (["distance", "csv", "--distance", "20", "--sensor-id", "A7"], 2, "expected SEGMENT=ID"),
        (["distance", "csv", "--distance", "20", "--sensor-id", "left=A", "--sensor-id", "left=B"], 2, "given twice"),
        (["distance", "csv", "--distance", "20", "--calibration", "nowhere.toml"], 2, "There is no file"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    words: list[str],
    code: int,
    said: str,
    copy: Callable[[str, str], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy("csv", "csv")
    sides(tmp_path)
    sides(tmp_path, (*TWICE[:4], "+y"), "five.csv")
    assert main(["calibrate", *words]) == code
    assert said in capsys.readouterr().err
    assert not calibration_path("A7").parent.exists()


def test_a_known_distance_completes_what_six_positions_began_and_the_walk_is_right_after(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("session", "walk")
    capsys.readouterr()
    ids = ["--sensor-id", "left=A7", "--sensor-id", "right=B2"]
    write_calibration(calibration_path("A7"), Calibration("A7", gyr_offset_radps=(0.0, 0.0, 0.0)))

    def walked_m() -> float:
        assert main(["analyze", str(walk), *ids, "--json"]) == 0
        (session,) = json.loads(capsys.readouterr().out)["sessions"]
        lengths = [row["stride_length_m"] for row in session["strides"] if row["side"] == "left"]
        return float(np.sum(lengths))

    before = walked_m()
    distance = str(round(1.03 * before, 3))
    assert main(["calibrate", "distance", str(walk), "--distance", distance, *ids, "--json"]) == 0
    left, right = json.loads(capsys.readouterr().out)["calibrations"]
    assert (left["segment"], left["calibration"]["sensor"], right["calibration"]["sensor"]) == ("left_foot", "A7", "B2")
    assert left["calibration"]["length_scale"] == pytest.approx(1.03, abs=0.003)
    assert left["calibration"]["gyr_offset_radps"] == [0.0, 0.0, 0.0]
    assert "gyr_delay_s" in left["calibration"]  # a length scale holds for the delay it was found with
    assert walked_m() == pytest.approx(1.03 * before, rel=0.003)
    # again: what is kept is not counted twice, and not replaced unasked
    assert main(["calibrate", "distance", str(walk), "--distance", distance, *ids]) == 2
    assert "already has a length scale" in capsys.readouterr().err
    assert main(["calibrate", "distance", str(walk), "--distance", distance, *ids, "--force"]) == 0
    said = capsys.readouterr().out
    assert "Lengths and speed change by +3.0 %" in said
    assert "more than a sensor in order" not in said
    assert walked_m() == pytest.approx(1.03 * before, rel=0.003)
    assert main(["calibrate", "distance", str(walk), "--distance", str(1.07 * before), *ids, "--force"]) == 0
    assert "more than a sensor in order is off by (5 %)" in capsys.readouterr().out


def test_a_walk_says_which_calibration_it_used_and_can_leave_it_out(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("session", "walk")
    capsys.readouterr()
    write_calibration(calibration_path("A7"), Calibration("A7", length_scale=1.1, made_at="2026-03-14T10:30:00+01:00"))
    given = write_calibration(walk.parent / "b.toml", Calibration("B2", length_scale=0.9))
    words = ["analyze", str(walk), "--sensor-id", "left=A7", "--json"]

    def scales(*more: str) -> tuple[dict[str, float | None], str]:
        assert main([*words, *more]) == 0
        said = capsys.readouterr()
        (session,) = json.loads(said.out)["sessions"]
        feet = session["provenance"]["feet"]
        return {
            side: None if foot["calibration"] is None else foot["calibration"]["length_scale"]
            for side, foot in feet.items()
        }, said.err

    found, said = scales()
    assert found == {"left": 1.1, "right": None}
    assert "left foot: calibration of 2026-03-14, sensor A7 (kept on this computer)" in said
    assert scales("--no-stored-calibration")[0] == {"left": None, "right": None}
    found, said = scales("--calibration", f"right={given}")
    assert found == {"left": 1.1, "right": 0.9}
    assert "b.toml" in said


def test_a_calibration_that_cannot_be_used_refuses_the_walk(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("session", "walk")
    calibration_path("A7").parent.mkdir(parents=True)
    calibration_path("A7").write_text('format_version = 1\nsensor = "A7"\nlength_scale = 101\n')
    capsys.readouterr()
    assert main(["analyze", str(walk), "--sensor-id", "left=A7", "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["reason"], error["column"]) == ("bad_calibration", "length_scale")
    assert main(["analyze", str(walk), "--sensor-id", "left=A7", "--json", "--no-stored-calibration"]) == 0
    capsys.readouterr()
    assert main(["analyze", str(walk), "--calibration", "nowhere.toml"]) == 2
    assert main(["analyze", str(walk), "--calibration", "left=a", "--calibration", "left=b"]) == 2
    assert "two calibrations" in capsys.readouterr().err


def test_show_lists_what_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "show"]) == 0
    assert "No calibration in" in capsys.readouterr().out
    assert main(["calibrate", "show", "A7"]) == 2
    assert "no calibration of sensor 'A7'" in capsys.readouterr().err
    write_calibration(calibration_path("A7"), Calibration("A7", length_scale=1.012, length_scale_sd=0.004))
    write_calibration(calibration_path("B2", "own"), Calibration("B2", "own", gyr_delay_s=0.008))
    assert main(["calibrate", "show"]) == 0
    said = capsys.readouterr().out
    assert "Sensor A7\n  Lengths and speed change by +1.2 % (95 %: ±0.8 %)." in said
    assert "Sensor B2, shoe own\n  The gyroscope is 8.0 ms late." in said
    assert main(["calibrate", "show", "B2", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["calibrations"]
    assert one["calibration"] == {"sensor": "B2", "shoe": "own", "gyr_delay_s": 0.008}


def test_the_segments_of_the_options_are_those_of_the_schema() -> None:
    assert sensor_choice.SEGMENTS == SEGMENTS


def test_a_simulated_recording_gives_back_its_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = tmp_path / "sides.csv"
    assert main(["simulate", "calibration", "--out", str(sides), "--seed", "3"]) == 0
    assert "12 positions" in capsys.readouterr().out
    assert main(["calibrate", "six-position", str(sides), "--sensor", "A7", "--quiet"]) == 0
    found, true = read_calibration(calibration_path("A7")), read_calibration(sides.with_suffix(".truth.toml"))
    np.testing.assert_allclose(found.acc_matrix or (), true.acc_matrix or (), atol=0.003)
    np.testing.assert_allclose(found.acc_offset_mps2 or (), true.acc_offset_mps2 or (), atol=0.01)
    np.testing.assert_allclose(found.gyr_matrix or (), true.gyr_matrix or (), atol=0.005)
    assert main(["simulate", "calibration", "--out", str(sides), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "exists"
    assert main(["simulate", "calibration", "--out", str(sides), "--once", "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(sides)


@pytest.mark.parametrize(("length_scale", "kept"), [(float("nan"), True), (1.01, False)])
def test_six_positions_keep_a_delay_but_not_what_a_distance_was_found_with(
    length_scale: float, kept: bool, tmp_path: Path
) -> None:
    older = Calibration("A7", gyr_delay_s=0.01, length_scale=length_scale)
    write_calibration(calibration_path("A7"), older)
    assert main(["calibrate", "six-position", str(sides(tmp_path)), "--sensor", "A7", "--force", "--quiet"]) == 0
    newer = read_calibration(calibration_path("A7"))
    assert np.isnan(newer.length_scale)
    assert (newer.gyr_delay_s == 0.01) is kept
