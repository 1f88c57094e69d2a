"""What every reader refuses: channels, units, sizes, rates."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_files import DEG, G, Write, csv_text, make_walk

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.formats import ReadOptions
from footdrop_imu.files.readers import read_streams

WALK = make_walk()


def refusal(path: Path, **options: Any) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        read_streams(path, ReadOptions(**options))
    return caught.value


@pytest.mark.parametrize("channel", range(6))
@pytest.mark.parametrize("value", [0.0, 9.81])
def test_a_channel_that_never_changes_is_refused_by_name(write: Write, channel: int, value: Any) -> None:
    walk = WALK.copy()
    walk[:, channel] = value
    error = refusal(write("walk.csv", csv_text(walk)))
    assert error.reason is FileReason.CONSTANT
    assert error.column == csv_text(walk).splitlines()[0].split(",")[channel + 1]


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1 / G, "looks like g"),
        (1000 / G, "looks like mg"),
        (1 / 9.3, "looks like g"),
        (4096 / G, "raw counts"),
    ],
)
def test_an_acceleration_in_another_unit_is_refused_with_that_unit(write: Write, factor: float, words: str) -> None:
    walk = WALK * ([factor] * 3 + [1] * 3)
    error = refusal(write("walk.csv", csv_text(walk)))
    assert (error.reason, error.column) == (FileReason.WRONG_UNIT, "acc_x_mps2")
    assert words in error.message


def test_an_acceleration_in_si_that_is_called_g(write: Write) -> None:
    error = refusal(write("walk.csv", csv_text(WALK).replace("mps2", "g")))
    assert "looks like m/s²" in error.message


def test_free_acceleration_is_refused_as_such(write: Write) -> None:
    walk = WALK.copy()
    walk[:, :3] -= walk[:, :3].mean(axis=0)
    error = refusal(write("walk.csv", csv_text(walk)))
    assert error.reason is FileReason.WRONG_UNIT
    assert "free acceleration" in error.message


@pytest.mark.parametrize(
    ("factor", "header", "words"),
    [
        (1 / DEG, "radps", "looks like deg/s"),
        (1.0, "dps", "looks like rad/s"),
        (1000 / DEG, "dps", "looks like mdeg/s"),
    ],
)
def test_a_turning_rate_in_another_unit_is_refused_with_that_unit(
    write: Write, factor: float, header: str, words: str
) -> None:
    walk = WALK * ([1] * 3 + [factor] * 3)
    error = refusal(write("walk.csv", csv_text(walk).replace("radps", header)))
    assert (error.reason, error.column) == (FileReason.WRONG_UNIT, f"gyr_x_{header}")
    assert words in error.message


@pytest.mark.parametrize("g_mps2", [9.66, 10.27])
@pytest.mark.parametrize("share", [0.3, 1.0, 2.5])
def test_real_sensors_and_walks_pass(write: Write, g_mps2: float, share: float) -> None:
    """Sensors as sold show 9.66 to 10.27 m/s² at rest; feet turn at 100 to 900 deg/s."""
    walk = WALK * ([g_mps2 / G] * 3 + [share] * 3)
    reading, _ = read_streams(write("walk.csv", csv_text(walk)), ReadOptions())
    assert len(reading.streams) == 2


def test_standing_still_is_no_unit_error(write: Write) -> None:
    rng = np.random.default_rng(2)
    still = rng.normal((0, 0, G, 0, 0, 0), 0.01, (400, 6))
    reading, _ = read_streams(write("walk.csv", csv_text(still)), ReadOptions())
    assert len(reading.streams[0].values) == 400


@pytest.mark.parametrize(("channel", "column"), [(1, "acc_y_mps2"), (5, "gyr_z_radps")])
def test_a_cell_that_no_sensor_can_give_is_refused_with_its_place(
    write: Write, channel: int, column: str | None
) -> None:
    walk = WALK.copy()
    walk[321, channel] = 1e6
    error = refusal(write("walk.csv", csv_text(walk)))
    assert (error.reason, error.line, error.column) == (FileReason.BAD_NUMBER, 323, column)


@pytest.mark.parametrize(
    ("rate_hz", "reason", "words"),
    [
        (20.0, FileReason.RATE_TOO_LOW, "25"),
        (0.1, FileReason.RATE_TOO_LOW, "ms"),
        (1e5, FileReason.WRONG_UNIT, "unit of the time"),
    ],
)
def test_rates_that_cannot_be_used(write: Write, rate_hz: float, reason: FileReason, words: str) -> None:
    error = refusal(write("walk.csv", csv_text(WALK, rate_hz=rate_hz)))
    assert error.reason is reason
    assert words in error.message


def test_a_given_rate_that_is_too_low_or_no_rate(write: Write) -> None:
    path = write("walk.csv", csv_text(WALK, time=False))
    assert refusal(path, rate_hz=10.0).reason is FileReason.RATE_TOO_LOW
    assert refusal(path, rate_hz=-100.0).reason is FileReason.RATE_UNKNOWN
    assert refusal(path, rate_hz=float("nan")).reason is FileReason.RATE_UNKNOWN


def test_times_that_stand_still(write: Write) -> None:
    text = csv_text(WALK)
    lines = [text.splitlines()[0], *("1.0," + line.partition(",")[2] for line in text.splitlines()[1:])]
    assert refusal(write("walk.csv", "\n".join(lines))).reason is FileReason.RATE_UNKNOWN


def test_a_counter_with_a_fraction_is_refused(write: Write) -> None:
    lines = csv_text(WALK, time=False).splitlines()
    rows = [f"{k + (0.5 if k == 99 else 0)},{line}" for k, line in enumerate(lines[1:])]
    error = refusal(write("walk.csv", "\n".join([f"counter,{lines[0]}", *rows])), rate_hz=100.0)
    assert (error.reason, error.line, error.column) == (FileReason.BAD_NUMBER, 101, "counter")


def test_rows_without_numbers_are_lost_samples(write: Write) -> None:
    lines = csv_text(WALK).splitlines()
    for row in (50, 51, 300):
        cells = lines[row].split(",")
        cells[2 if row < 100 else 0] = ""
        lines[row] = ",".join(cells)
    reading, _ = read_streams(write("walk.csv", "\n".join(lines)), ReadOptions())
    np.testing.assert_array_equal(reading.streams[1].values, np.delete(WALK[:, 3:], [49, 50, 299], axis=0))
    assert "3 row(s)" in reading.notes[0]


def test_nothing_but_empty_cells(write: Write) -> None:
    error = refusal(write("walk.csv", csv_text(WALK[:1]).splitlines()[0] + "\n" + ",,,,,,\n" * 50))
    assert error.reason is FileReason.EMPTY
