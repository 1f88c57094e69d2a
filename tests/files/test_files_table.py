"""The project's own CSV."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_files import DEG, G, Write, csv_text, make_walk

from footdrop_imu.errors import FileFormatError, FileReason, OutputError, OutputReason, SchemaError
from footdrop_imu.files.formats import Reading, ReadOptions
from footdrop_imu.files.readers import read_streams
from footdrop_imu.files.table import write_csv
from footdrop_imu.schema import SensorStream

WALK = make_walk()
CHANNELS = "acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps"


def read(path: Path, **options: Any) -> Reading:
    reading, _ = read_streams(path, ReadOptions(**options))
    return reading


def refusal(path: Path, **options: Any) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        read(path, **options)
    return caught.value


def test_a_csv_with_times(write: Write) -> None:
    reading = read(write("walk.csv", csv_text(WALK, start_s=2.0)))
    acc, gyr = reading.streams
    assert (acc.quantity, gyr.quantity) == ("acceleration", "angular_velocity")
    np.testing.assert_array_equal(acc.values, WALK[:, :3])
    np.testing.assert_array_equal(gyr.values, WALK[:, 3:])
    np.testing.assert_allclose(acc.time_s, 2 + np.arange(600) / 100, atol=1e-6)
    assert acc.clock_offset_s == 2.0
    assert reading.clock == "session"
    assert reading.notes == ()


def test_units_of_the_header_are_turned_into_si(write: Write) -> None:
    walk = WALK / ([G] * 3 + [DEG] * 3)
    text = csv_text(np.round(walk, 6)).replace("mps2", "g").replace("radps", "dps")
    acc, gyr = read(write("walk.csv", text)).streams
    np.testing.assert_allclose(acc.values, WALK[:, :3], atol=2e-5)
    np.testing.assert_allclose(gyr.values, WALK[:, 3:], atol=2e-5)


def test_columns_in_any_order_among_others(write: Write) -> None:
    order = [6, 2, 0, 5, 1, 3, 4]
    rows = [line.split(",") for line in csv_text(WALK).splitlines()]
    text = "\n".join(",".join([*(row[k] for k in order), "left"]) for row in rows)
    acc, gyr = read(write("walk.csv", text)).streams
    np.testing.assert_array_equal(acc.values, WALK[:, :3])
    np.testing.assert_array_equal(gyr.values, WALK[:, 3:])


def test_a_spreadsheet_with_semicolons_and_decimal_commas(write: Write) -> None:
    text = csv_text(WALK).replace(",", ";").replace(".", ",")
    np.testing.assert_array_equal(read(write("walk.csv", text)).streams[0].values, WALK[:, :3])


def test_no_clock_needs_the_rate(write: Write) -> None:
    path = write("walk.csv", csv_text(WALK, time=False))
    error = refusal(path)
    assert error.reason is FileReason.RATE_UNKNOWN
    assert "--rate" in error.message
    acc, _ = read(path, rate_hz=100.0).streams
    assert (acc.rate_hz, acc.time_s, acc.counter) == (100.0, None, None)


def test_without_a_clock_empty_rows_keep_their_place(write: Write) -> None:
    lines = csv_text(WALK, time=False).splitlines()
    lines[11] = lines[12] = ",,,,,"
    acc, gyr = read(write("walk.csv", "\n".join(lines)), rate_hz=100.0).streams
    np.testing.assert_array_equal(acc.counter, np.delete(np.arange(600), [10, 11]))
    np.testing.assert_array_equal(gyr.counter, acc.counter)
    np.testing.assert_array_equal(acc.values, np.delete(WALK[:, :3], [10, 11], axis=0))
    assert acc.counter_bits is None


def test_a_counter_gets_its_rate_from_the_times_and_its_bits_from_the_user(write: Write) -> None:
    lines = csv_text(WALK).splitlines()
    rows = [f"{(250 + k) % 256},{line}" for k, line in enumerate(lines[1:])]
    path = write("walk.csv", "\n".join([f"counter,{lines[0]}", *rows]))
    acc, _ = read(path, counter_bits=8).streams
    np.testing.assert_array_equal(acc.counter, (250 + np.arange(600)) % 256)
    assert acc.counter_bits == 8
    assert acc.rate_hz == pytest.approx(100, rel=1e-6)
    assert refusal(path).reason is FileReason.TIME_BACKWARD


def test_gaps_in_time_do_not_change_the_rate_or_refuse_the_file(write: Write) -> None:
    lines = csv_text(WALK).splitlines()
    del lines[50:150], lines[300:310]
    acc, _ = read(write("walk.csv", "\n".join(lines)), rate_hz=100.0).streams
    assert len(acc.values) == 490


@pytest.mark.parametrize(("given_hz", "refused"), [(101.0, False), (99.0, False), (104.0, True), (50.0, True)])
def test_a_rate_that_disagrees_with_the_times_is_refused(write: Write, given_hz: float, refused: bool) -> None:
    path = write("walk.csv", csv_text(WALK))
    if refused:
        error = refusal(path, rate_hz=given_hz)
        assert error.reason is FileReason.RATE_DISAGREES
        assert "100 Hz" in error.message
    else:
        assert len(read(path, rate_hz=given_hz).streams[0].values) == 600


def test_identical_repeats_pass_and_time_that_runs_backward_does_not(write: Write) -> None:
    lines = csv_text(WALK).splitlines()
    lines.insert(100, lines[99])
    acc, _ = read(write("walk.csv", "\n".join(lines))).streams
    assert len(acc.values) == 601
    lines[200], lines[201] = lines[201], lines[200]
    error = refusal(write("back.csv", "\n".join(lines)))
    assert (error.reason, error.line, error.column) == (FileReason.TIME_BACKWARD, 202, "time_s")


@pytest.mark.parametrize(
    ("old", "new", "reason", "column"),
    [
        ("gyr_y_radps", "gyro_y", FileReason.MISSING_COLUMN, "gyr_y_radps"),
        ("acc_z_mps2", "acc_x_mps2", FileReason.MISSING_COLUMN, "acc_x_mps2"),
        ("acc_z_mps2", "acc_z_g", FileReason.WRONG_UNIT, None),
        (",gyr_x_radps,gyr_y_radps,gyr_z_radps", ",a,b,c", FileReason.NO_GYROSCOPE, None),
        (",acc_x_mps2,acc_y_mps2,acc_z_mps2", ",a,b,c", FileReason.NO_ACCELEROMETER, None),
    ],
)
def test_headers_that_lack_something(write: Write, old: str, new: str, reason: FileReason, column: str | None) -> None:
    error = refusal(write("walk.csv", csv_text(WALK).replace(old, new)))
    assert (error.reason, error.line, error.column) == (reason, 1, column)


def test_writing_and_reading_gives_the_same_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = make_walk() + rng.normal(0, 1e-9, (600, 6))
    time_s = 1.0 + np.cumsum(rng.uniform(0.009, 0.011, 600))
    acc = SensorStream("left_foot", "acceleration", values[:, :3], time_s=time_s, clock_offset_s=float(time_s[0]))
    gyr = SensorStream("left_foot", "angular_velocity", values[:, 3:], time_s=time_s, clock_offset_s=float(time_s[0]))
    write_csv(tmp_path / "left.csv", (acc, gyr))
    for made, found in zip((acc, gyr), read(tmp_path / "left.csv").streams, strict=True):
        np.testing.assert_array_equal(found.values, made.values)
        np.testing.assert_array_equal(found.time_s, made.time_s)
        assert found.clock_offset_s == made.clock_offset_s


def test_a_counter_that_wraps_is_written_with_the_time_of_each_count(tmp_path: Path) -> None:
    counter = (65_500 + np.delete(np.arange(601), 40)) % 65_536
    streams = tuple(
        SensorStream(
            "left_foot", quantity, WALK[:, columns], counter=counter, counter_bits=16, rate_hz=100.0, clock_offset_s=0.5
        )
        for quantity, columns in (("angular_velocity", slice(3, 6)), ("acceleration", slice(0, 3)))
    )
    write_csv(tmp_path / "left.csv", streams)
    acc, gyr = read(tmp_path / "left.csv", counter_bits=16).streams
    np.testing.assert_array_equal(acc.counter, counter)
    np.testing.assert_array_equal(gyr.values, WALK[:, 3:])
    assert acc.clock_offset_s == 0.5
    assert acc.rate_hz == pytest.approx(100)
    times = np.loadtxt(tmp_path / "left.csv", delimiter=",", skiprows=1, usecols=0)
    assert times[-1] == pytest.approx(0.5 + 6.0)


def test_a_csv_is_not_overwritten_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    streams = tuple(
        SensorStream("left_foot", quantity, WALK[:, :3], rate_hz=100.0)
        for quantity in ("acceleration", "angular_velocity")
    )
    path = tmp_path / "left.csv"
    path.write_text("mine")
    with pytest.raises(OutputError) as caught:
        write_csv(path, streams)
    assert caught.value.reason is OutputReason.EXISTS
    assert path.read_text() == "mine"
    write_csv(path, streams, force=True)
    assert path.read_text().startswith("time_s,")
    assert [found.name for found in tmp_path.iterdir()] == ["left.csv"]
    with pytest.raises(SchemaError):
        write_csv(tmp_path / "right.csv", streams[:1])
