"""Both dialects of Xsens MT Manager's text."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_files import Write, make_walk, xsens_plain_text, xsens_text

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.formats import Reading, ReadOptions
from footdrop_imu.files.readers import find_reader, read_streams
from footdrop_imu.files.text import read_text

WALK = make_walk()
HEAD = (
    "// General information:\n//  MT Manager version: 2019.2.0\n"
    "//  ProductCode: MTW2-3A7G6\n// Coordinate system: ENU\n"
)


def read(path: Path, **options: Any) -> Reading:
    return read_streams(path, ReadOptions(**options))[0]


def refusal(path: Path, **options: Any) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        read(path, **options)
    return caught.value


@pytest.mark.parametrize("text", [xsens_text(WALK, head=HEAD), xsens_plain_text(WALK)], ids=["slashes", "frequency"])
def test_both_dialects_are_recognized_by_their_header(write: Write, text: str) -> None:
    assert find_reader(read_text(write("a.txt", text)), ReadOptions()).name == "xsens"


@pytest.mark.parametrize("separator", ["\t", ","])
def test_the_dialect_with_slashes(write: Write, separator: str) -> None:
    drop = (100, 101, 400)
    reading = read(write("a.txt", xsens_text(WALK, head=HEAD, drop=drop).replace("\t", separator)))
    acc, gyr = reading.streams
    np.testing.assert_array_equal(acc.values, np.delete(WALK[:, :3], drop, axis=0))
    np.testing.assert_array_equal(gyr.values, np.delete(WALK[:, 3:], drop, axis=0))
    np.testing.assert_array_equal(acc.counter, (65_300 + np.delete(np.arange(600), drop)) % 65_536)
    assert (acc.counter_bits, acc.rate_hz, acc.time_s, reading.clock) == (16, 100.0, None, "counter")
    assert (acc.traits.maker, acc.traits.model, acc.traits.integrates_on_chip) == ("Xsens", "MTW2-3A7G6", True)


def test_the_dialect_with_a_frequency(write: Write) -> None:
    acc, gyr = read(write("a_lf.txt", xsens_plain_text(WALK, first=3, drop=(7,)))).streams
    np.testing.assert_array_equal(acc.counter, 3 + np.delete(np.arange(600), 7))
    assert acc.counter.dtype == np.int64
    np.testing.assert_array_equal(gyr.values, np.delete(WALK[:, 3:], 7, axis=0))
    assert (acc.counter_bits, acc.rate_hz, acc.traits.integrates_on_chip) == (16, 100.0, True)


@pytest.mark.parametrize(
    ("name", "head", "serial"),
    [
        ("a.txt", HEAD + "//  DeviceId: 00B4778e\n", "00B4778E"),
        ("MT_012000E0_000-000_00B47786.txt", HEAD, "00B47786"),
        ("MT_012000E0_000-000_00B47786.txt", HEAD + "//  DeviceId: 00B4778E\n", "00B4778E"),
        ("walk_left.txt", HEAD, ""),
    ],
)
def test_the_device_is_told_by_the_header_or_else_the_name(write: Write, name: str, head: str, serial: str) -> None:
    streams = read(write(name, xsens_text(WALK, head=head))).streams
    assert {stream.traits.serial for stream in streams} == {serial}


@pytest.mark.parametrize("rate_hz", [60.0, 100.0, 120.0])
def test_the_rate_stands_in_the_velocity_increments(write: Write, rate_hz: float) -> None:
    acc, _ = read(write("a.txt", xsens_text(WALK, head=HEAD, step_s=1 / rate_hz))).streams
    assert acc.rate_hz == pytest.approx(rate_hz, rel=1e-3)


def test_a_rate_in_the_header_goes_before_the_increments(write: Write) -> None:
    acc, _ = read(write("a.txt", xsens_text(WALK, head=HEAD + "// Update Rate: 120.0Hz\n", step_s=0.01))).streams
    assert acc.rate_hz == 120.0


def test_without_increments_the_rate_must_be_given(write: Write) -> None:
    path = write("a.txt", xsens_plain_text(WALK).replace("Acquisition frequency: 100 Hz", "// nothing"))
    assert refusal(path).reason is FileReason.RATE_UNKNOWN
    assert read(path, rate_hz=100.0).streams[0].rate_hz == 100.0


def test_a_rate_that_disagrees_is_refused(write: Write) -> None:
    assert refusal(write("a.txt", xsens_plain_text(WALK)), rate_hz=60.0).reason is FileReason.RATE_DISAGREES


def test_an_export_without_gyroscope_says_so(write: Write) -> None:
    path = write("a.txt", xsens_plain_text(WALK, names="PacketCounter\tAcc_X\tAcc_Y\tAcc_Z\tMag_X\tMag_Y\tMag_Z"))
    error = refusal(path)
    assert (error.reason, error.line, error.column) == (FileReason.NO_GYROSCOPE, 2, "Gyr_X")
    assert "exported without angular velocity" in error.message


def test_free_acceleration_alone_is_no_acceleration(write: Write) -> None:
    path = write("a.txt", xsens_plain_text(WALK).replace("\tAcc_", "\tFreeAcc_"))
    assert refusal(path).reason is FileReason.NO_ACCELEROMETER


def test_one_missing_axis(write: Write) -> None:
    error = refusal(write("a.txt", xsens_plain_text(WALK).replace("Gyr_Y", "Gyr_W")))
    assert (error.reason, error.column) == (FileReason.MISSING_COLUMN, "Gyr_Y")


def test_a_counter_that_runs_backward(write: Write) -> None:
    lines = xsens_plain_text(WALK).splitlines()
    error = refusal(write("a.txt", "\n".join(lines + lines[2:50])))
    assert (error.reason, error.line, error.column) == (FileReason.TIME_BACKWARD, 603, "PacketCounter")


def test_a_named_format_overrides_recognition(write: Write) -> None:
    path = write("a.csv", "nothing,like,it\n1,2,3\n")
    assert refusal(path).reason is FileReason.UNKNOWN_FORMAT
    assert refusal(path, format="xsens").reason is FileReason.MISSING_COLUMN
    error = refusal(path, format="excel")
    assert error.reason is FileReason.UNKNOWN_FORMAT
    assert "xsens" in error.message
