"""Shank sensors by every entrance: options, names in a folder, a session folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from footdrop_imu.cli.main import main

COLUMN = "ankle_dorsiflexion_mid_swing_deg"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    words = ["simulate", "walk", "--shanks", "--foot-drop", "left", "--strides", "10", "--seed", "2", "--quiet"]
    assert main([*words, "--out", str(folder / "session")]) == 0
    assert main([*words, "--csv", "--out", str(folder / "csv")]) == 0
    return folder


def answered(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict:
    capsys.readouterr()
    assert main(["analyze", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)


def medians(document: dict) -> dict[str, float | None]:
    (session,) = document["sessions"]
    return {side: session["summary"][side][COLUMN]["median"] for side in ("left", "right")}


def test_all_entrances_give_the_same_ankle(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = pd.read_csv(made / "csv" / "truth.csv").groupby("side")[COLUMN].median()
    options = [
        word
        for side in ("left", "right")
        for limb, end in (("foot", ""), ("shank", "-shank"))
        for word in (f"--{side}{end}", str(made / "csv" / f"{side}_{limb}.csv"))
    ]
    for words in ([str(made / "session")], [str(made / "csv")], options):
        assert medians(answered(words, capsys)) == pytest.approx(truth.to_dict(), abs=1.5)


def test_one_leg_by_options_in_the_terminal(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [str(made / "csv" / f"left_{limb}.csv") for limb in ("foot", "shank")]
    words = ["--left", files[0], "--left-shank", files[1], "--out", str(tmp_path / "out"), "--timeseries"]
    assert main(["analyze", *words]) == 0
    assert "Ankle dorsiflexion at mid swing" in capsys.readouterr().out
    assert "Ankle: foot against shank" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    series = pd.read_csv(tmp_path / "out" / "timeseries.csv")
    assert series["ankle_dorsiflexion_deg"].notna().all()


def test_a_shank_alone_is_no_walk(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = answered(["--left-shank", str(made / "csv" / "left_shank.csv")], capsys, code=3)["error"]
    assert error["reason"] == "no_foot"
    assert "--left" in error["message"]


def test_swapped_files_are_refused(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side in ("left", "right"):
        shutil.copy(made / "csv" / f"{side}_foot.csv", tmp_path / f"{side}_shank.csv")
        shutil.copy(made / "csv" / f"{side}_shank.csv", tmp_path / f"{side}_foot.csv")
    error = answered([str(tmp_path)], capsys, code=3)["error"]
    assert error["reason"] == "swapped"
    assert "exchange them" in error["message"]
