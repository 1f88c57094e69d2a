"""``footdrop simulate exercise``: what is written, that it repeats, and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.files.session_folder import read_session_folder
from footdrop_imu.simulate.exercise_truth import TrueRepetition


def test_an_exercise_repeats_and_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "exercise", "ankle_eversion", "--side", "left", "--range", "9", "--repetitions", "3"]
    words += ["--false-starts", "1", "--time", "2", "--hold", "1", "--tremor", "0.5", "--shanks", "--json", "--out"]
    for name in ("x/set", "y/set"):
        assert main([*words, name]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["session"], said["exercise"], said["side"], said["repetition_count"]) == (
            *("set", "ankle_eversion", "left"),
            3,
        )
    for path in Path("x/set").iterdir():
        assert path.read_bytes() == (Path("y/set") / path.name).read_bytes(), path.name
    truth = pd.read_csv("x/set/truth.csv")
    assert list(truth.columns) == [column.name for column in fields(TrueRepetition)]
    assert sorted(truth["kind"]) == ["false_start"] + 3 * ["repetition"]
    assert truth["start_s"].is_monotonic_increasing
    assert truth.loc[truth["kind"] == "repetition", "range_deg"].mean() == pytest.approx(9.0, rel=0.2)
    told = json.loads(Path("x/set/truth.json").read_text(encoding="utf-8"))
    assert told["count"] == len(told["repetitions"]) == 3
    session = read_session_folder(Path("x/set"))
    assert {stream.segment for stream in session.streams} == {
        f"{side}_{limb}" for side in ("left", "right") for limb in ("foot", "shank")
    }
    assert main([*words, "x/set"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "exists"
    assert main([*words, "x/set", "--force"]) == 0


def test_the_mounting_beside_it_tells_a_wrong_exercise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "exercise", "ankle_inversion", "--repetitions", "4", "--shanks", "--rate", "50"]
    assert main([*words, "--quiet", "--out", "set"]) == 0
    reps = ["reps", "set", "--side", "right", "--mounting", "set/mounting.toml", "--json", "--exercise"]
    assert main([*reps, "ankle_inversion"]) == 0
    found = json.loads(capsys.readouterr().out)["sets"][0]
    truth = pd.read_csv("set/truth.csv")
    assert found["count"] == len(truth) == 4
    assert found["range_deg"] == pytest.approx(truth["range_deg"].median(), abs=0.5)
    assert found["ankle_range_deg"] == pytest.approx(truth["ankle_range_deg"].median(), abs=1.0)
    for other, shown in (("weighted_foot_lift", "toes going up"), ("ankle_eversion", "other way")):
        assert main([*reps, other]) != 0
        assert shown in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_chair_lift_test_and_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "exercise", "chair_lift_test", "--side", "left", "--csv", "--out", "test"]
    assert main([*words, "--range", "6", "--rate", "50"]) == 0
    assert "truth.csv" in capsys.readouterr().out
    assert sorted(path.name for path in Path("test").iterdir()) == [
        *("left_foot.csv", "mounting.toml", "right_foot.csv", "truth.csv", "truth.json"),
    ]
    told = json.loads(Path("test/truth.json").read_text(encoding="utf-8"))
    assert [part["part"] for part in told["parts"] if part["side"] == "left"] == ["high", "fast", "assisted"]
    assert told["measures"]["left_active_range_deg"] == pytest.approx(6.0, rel=0.2)
    assert main([*words, "--repetitions", "3"]) == 2
    assert "own course" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["isometric_dorsiflexion"], 1, "simulated are"),
        (["heel_walk"], 1, "simulated are"),
        (["toe_walk", "--tremor", "1"], 2, "is a walk"),
        (["heel_raise", "--range", "60"], 2, "range"),
        (["single_leg_stance", "--false-starts", "2"], 1, "leave out"),
    ],
)
def test_what_cannot_be_made_is_refused(
    words: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "exercise", *words, "--out", str(tmp_path / "set")]) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "set").exists()


def test_an_exercise_that_is_a_walk_has_the_truth_of_its_strides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", "exercise", "toe_walk", "--repetitions", "8", "--out", "toes", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert 8 <= said["repetition_count"] <= 10
    strides = pd.read_csv("toes/truth.csv")
    assert set(strides["side"]) == {"left", "right"}
    assert (strides["foot_pitch_initial_contact_deg"] < -15.0).all()
