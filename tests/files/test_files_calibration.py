"""Calibration files: the same numbers back, nothing unknown or impossible, found again by their sensor."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from footdrop_imu.errors import FileFormatError, FileReason, OutputError, OutputReason
from footdrop_imu.files.calibration import (
    calibration_folder,
    calibration_path,
    find_calibration,
    read_calibration,
    stored_calibrations,
    write_calibration,
)
from footdrop_imu.schema import Calibration

WHOLE = Calibration(
    sensor="A7",
    shoe="special",
    acc_matrix=((1.01, 0.002, 0.0), (0.002, 0.99, -0.003), (0.0, -0.003, 1.0)),
    acc_offset_mps2=(0.1, -0.2, 1 / 3),
    acc_scale_sd=0.001,
    gyr_matrix=((1.02, 0.0, 0.01), (0.0, 1.0, 0.0), (0.0, 0.0, 0.98)),
    gyr_offset_radps=(0.01, 0.0, -0.02),
    gyr_scale_sd=0.004,
    gyr_delay_s=0.0,
    gyr_delay_sd_s=0.002,
    length_scale=1.012,
    length_scale_sd=0.004,
    made_at="2026-03-14T10:30:00+01:00",
    made_with="0.1.0",
    sources={"six.csv": "0" * 64},
)
GOOD = """
format_version = 1
sensor = "A7"
acc_matrix = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1.02]]
acc_offset_mps2 = [0.1, 0.2, 0.3]
gyr_delay_s = 0.008
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_DATA_FOLDER", str(tmp_path / "data"))


def test_what_is_written_comes_back_to_the_bit(tmp_path: Path) -> None:
    path = write_calibration(tmp_path / "new" / "a.toml", WHOLE)
    assert read_calibration(path) == WHOLE
    assert [one.name for one in path.parent.iterdir()] == ["a.toml"]


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    path = write_calibration(tmp_path / "a.toml", Calibration("A7", gyr_delay_s=0.0))
    assert path.read_text() == 'format_version = 1\nsensor = "A7"\ngyr_delay_s = 0.0\n'
    back = read_calibration(path)
    assert back.acc_matrix is None
    assert math.isnan(back.length_scale)


def test_the_example_of_the_documentation_is_valid(write: Callable[..., Path]) -> None:
    import footdrop_imu.files.calibration as module

    example = (module.__doc__ or "").partition("::\n")[2].partition("\nThe other")[0]
    found = read_calibration(write("c.toml", "\n".join(line.strip() for line in example.splitlines())))
    assert found.length_scale == 1.012


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (GOOD, "", "format_version: found None"),
        ("format_version = 1", "format_version = 2", "format_version: found 2"),
        ("format_version = 1", "format_version = true", "format_version: found True"),
        ('sensor = "A7"', "", "sensor: the sensor's serial"),
        ('sensor = "A7"', "sensor = 7", "expected str"),
        ("gyr_delay_s", "gyro_delay_s", "did you mean gyr_delay_s"),
        ("gyr_delay_s = 0.008", "gyr_delay_s = 8", "gyr_delay_s: found values of 8"),
        ("gyr_delay_s = 0.008", "gyr_delay_s = nan", "leave it out"),
        ("gyr_delay_s = 0.008", "gyr_delay_s = true", "expected int or float"),
        ("gyr_delay_s = 0.008", "length_scale = 101.2", "length_scale: found"),
        ("gyr_delay_s = 0.008", "sources = {a = 3}", "a hash is expected"),
        ("[0.1, 0.2, 0.3]", "[0.1, 0.2]", "3 numbers"),
        ("[0.1, 0.2, 0.3]", '[0.1, 0.2, "x"]', "expected a number"),
        ("[0.1, 0.2, 0.3]", "[0.1, 0.2, inf]", "expected a number"),
        ("[0.1, 0.2, 0.3]", "[0.1, 0.2, 9.8]", "acc_offset_mps2: found values"),
        ("[0.1, 0.2, 0.3]", "0.1", "expected list"),
        ("[[1.0, 0, 0], [0, 1, 0], [0, 0, 1.02]]", "[1.0, 1.0, 1.02]", "acc_matrix: found 1.0, expected 3 numbers"),
        ("[[1.0, 0, 0], [0, 1, 0], [0, 0, 1.02]]", "[[1.0, 0, 0]]", "3 rows of 3 numbers"),
        (
            "[[1.0, 0, 0], [0, 1, 0], [0, 0, 1.02]]",
            "[[9.8, 0, 0], [0, 9.8, 0], [0, 0, 9.8]]",
            "acc_matrix: found scales",
        ),
        ("[[1.0, 0, 0]", "[[1.0, 0, 0", "calibration file"),
    ],
)
def test_calibrations_that_are_wrong_say_what(write: Callable[..., Path], old: str, new: str, words: str) -> None:
    path = write("c.toml", GOOD.replace(old, new))
    with pytest.raises(FileFormatError) as caught:
        read_calibration(path)
    assert caught.value.reason is FileReason.BAD_CALIBRATION
    assert caught.value.path == str(path)
    assert words in caught.value.message
    assert ".." not in caught.value.message


def test_an_older_one_stays_unless_it_shall_be_replaced(tmp_path: Path) -> None:
    path = write_calibration(tmp_path / "a.toml", WHOLE)
    with pytest.raises(OutputError) as caught:
        write_calibration(path, Calibration("B2"))
    assert caught.value.reason is OutputReason.EXISTS
    assert read_calibration(path) == WHOLE
    write_calibration(path, Calibration("B2"), force=True)
    assert read_calibration(path) == Calibration("B2")


def test_a_calibration_of_no_sensor_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="names no sensor"):
        write_calibration(tmp_path / "a.toml", Calibration())
    assert list(tmp_path.iterdir()) == []


def test_a_sensor_finds_its_calibration_in_its_shoe_and_else_in_any() -> None:
    assert find_calibration("A7") is None
    assert stored_calibrations() == []
    for calibration in (Calibration("A7", length_scale=1.01), Calibration("A7", "special", length_scale=1.02)):
        write_calibration(calibration_path(calibration.sensor, calibration.shoe), calibration)
    assert [path.name for _, path in stored_calibrations()] == ["A7--special.toml", "A7.toml"]
    for shoe, scale in (("", 1.01), ("own", 1.01), ("special", 1.02)):
        found = find_calibration("A7", shoe)
        assert found is not None
        assert found[0].length_scale == scale
    assert find_calibration("a") is None
    assert find_calibration("") is None


def test_names_that_no_file_can_have_are_kept_apart_by_what_the_file_says() -> None:
    first, second = Calibration("00:B4:77/8E"), Calibration("00-B4-77-8E")
    path = write_calibration(calibration_path(first.sensor), first)
    assert path.parent == calibration_folder()
    assert path.name == "00-B4-77-8E.toml"
    assert find_calibration(first.sensor) == (first, path)
    assert find_calibration(second.sensor) is None
    assert calibration_path("../../etc").parent == calibration_folder()


def test_a_stored_file_that_is_broken_is_refused_by_name() -> None:
    path = calibration_path("A7")
    path.parent.mkdir(parents=True)
    path.write_text("nonsense")
    with pytest.raises(FileFormatError) as caught:
        find_calibration("A7")
    assert caught.value.path == str(path)


def test_without_a_folder_named_it_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOOTDROP_DATA_FOLDER")
    assert calibration_folder().parts[-2:] == ("footdrop_imu", "calibrations")
