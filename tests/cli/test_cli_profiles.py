"""``footdrop profiles``: what is listed, how one is explained, and what is said of a file that is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.device.profiles import all_profiles, load_profile, refused_sensors

IDS = [profile.id for profile in all_profiles()]
ROOT = Path(__file__).parents[2]


def said(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[str, str]:
    assert main(["profiles", *words]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_the_list_has_every_sensor_and_every_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(["list"], capsys)
    lines = out.splitlines()
    assert err == ""
    assert [line.split()[0] for line in lines if line and line.split()[0] in IDS] == IDS
    assert max(len(line) for line in lines) <= 100
    (row,) = [line for line in lines if line.startswith("witmotion-20 ")]
    assert row.split("  ")[-1] == "estimated"
    assert "50, 100, 200" in row
    assert "±16 g, ±2000 °/s" in row
    assert "    WitMotion: WT901BLE67, WT901BLE68, WT901BLECL5.0, WT9011DCL, BWT901BLE (captured)" in lines
    after = out.split("Cannot serve:\n")[1]
    for sensor in refused_sensors():
        assert f"{sensor.name}: " in after


def test_the_ids_alone_and_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["list", "--quiet"], capsys)[0].split() == IDS
    document = json.loads(said(["list", "--json"], capsys)[0])
    assert [profile["id"] for profile in document["profiles"]] == IDS
    assert [sensor["name"] for sensor in document["refused"]] == [sensor.name for sensor in refused_sensors()]
    movesense = document["profiles"][IDS.index("movesense-imu6")]
    assert movesense["clips_at_foot_strike"] is True
    assert movesense["rates_hz"] == [104.0]
    losses = {profile["id"]: profile["losses"] for profile in document["profiles"]}
    assert losses["footdrop-1"] == "counted"
    assert losses["movella-dot"] == "clock"
    assert losses["adafruit-sensor"] == "estimated"


@pytest.mark.parametrize("name", IDS)
def test_each_is_explained_in_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(["show", name], capsys)
    profile = load_profile(name)
    text = " ".join(out.split())
    assert out.startswith(f"{name}: {profile.maker}")
    assert max(len(line) for line in out.splitlines()) <= 100
    for words in (profile.gait.verdict, profile.note, *profile.sources, *(one.purpose for one in profile.commands)):
        assert " ".join(words.split()) in text
    for command in profile.commands:
        assert "".join((command.write or command.read).split()) in "".join(text.split())


def test_what_is_asked_of_a_sensor_and_expected_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(said(["show", "mbientlab-metamotion-s"], capsys)[0].split())
    assert "its model number has to be '8', '5' is mbientlab-metamotion-r" in text
    assert "writes 03 80, expects 03 80 <acc_chip:u8> * with acc_chip = 4" in text
    assert "its own" not in text
    dot = " ".join(said(["show", "movella-dot"], capsys)[0].split())
    assert "a name like ^(Xsens|Movella) DOT; or the company id 0x0886" in dot
    assert "It integrates on the chip" in dot
    sketch = " ".join(said(["show", "diy-float32x6"], capsys)[0].split())
    assert "nothing that it advertises: choose it with --profile diy-float32x6" in sketch
    assert "It starts by itself when it is listened to" in sketch


def test_an_explanation_as_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(["show", "witmotion-20", "--json"], capsys)[0])
    assert document["commands"][1]["purpose"] == "set the rate"
    assert document["commands"][1]["write"] == "FF AA 03 {rate} 00"
    assert Path(document["file"]).name == "witmotion-20.toml"
    assert said(["show", "witmotion-20", "--quiet"], capsys)[0] == ""


def test_a_file_of_ones_own_is_shown_and_one_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_profile("footdrop-1").text.replace('id = "footdrop-1"', 'id = "mine"'), encoding="utf-8")
    assert said(["show", str(path)], capsys)[0].startswith("mine: ")
    assert "Known are" in said(["show", "nobody"], capsys, 2)[1]
    assert "no profile file" in said(["show", str(tmp_path / "none.toml")], capsys, 2)[1]


def test_good_files_are_good(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [profile.path for profile in all_profiles()]
    out, err = said(["validate", *paths], capsys)
    assert out.splitlines() == [f"{path}: good" for path in paths]
    assert err == ""
    assert said(["validate", *paths, "--quiet"], capsys)[0] == ""


def test_every_table_that_is_wrong_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = load_profile("footdrop-1").text
    for good, bad in (
        ("acc_range_g = 16\n", ""),
        ('purpose = "set the rate"\n', ""),
        ('header = "01"', 'header = "1"'),
        ('evidence = "synthetic"', 'evidence = "hearsay"'),
        ('service = "f00d0001-6ad5-4f5c-8c7e-2a6f1d9b3e10"\n\n[gait]', 'service = "food"\n\n[gait]'),
    ):
        assert good in text
        text = text.replace(good, bad, 1)
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    good_path = all_profiles()[0].path
    out, err = said(["validate", str(path), good_path], capsys, 3)
    assert out == f"{good_path}: good\n"
    keys = ["evidence", "recognize[0].service", "gait.acc_range_g", "command[1].purpose", "frame[0].header"]
    assert [line.split(": ")[1] for line in err.splitlines()] == keys
    document = json.loads(said(["validate", str(path), good_path, "--json"], capsys, 3)[0])
    assert [error["key"] for error in document["files"][0]["errors"]] == keys
    assert document["files"][1] == {"path": good_path, "good": True, "errors": []}


@pytest.mark.parametrize(("content", "code"), [(b"id = ", 3), (b"\xff\xfe", 3), (None, 2)])
def test_what_is_no_profile_at_all_is_said(
    content: bytes | None, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_bytes(content)
    out, err = said(["validate", str(path)], capsys, code)
    assert out == ""
    assert str(path) in err


def test_nothing_heavy_is_loaded_to_list_them() -> None:
    code = (
        "import sys\nfrom footdrop_imu.cli.main import main\n"
        "code = main(['profiles', 'list', '--quiet'])\n"
        "heavy = [m for m in ('pandas', 'scipy', 'bleak', 'bumble', 'rich', 'matplotlib') if m in sys.modules]\n"
        "print('ended', code, heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.rstrip().endswith("ended 0 []")


def test_a_profile_that_is_not_there_is_told_as_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "show", "nonsense", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "profile"
