"""Any CSV with a column map."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_files import DEG, G, Write, make_walk

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.column_map import read_column_map
from footdrop_imu.files.formats import Reading, ReadOptions
from footdrop_imu.files.readers import read_streams

WALK = make_walk()
NAMES = "ax,ay,az,gx,gy,gz"
MAP = """
rate_hz = 100
acc_unit = "m/s^2"
gyr_unit = "rad/s"
[sensor]
acc = ["ax", "ay", "az"]
gyr = ["gx", "gy", "gz"]
"""


def table(walk: np.ndarray = WALK, names: str = NAMES, separator: str = ", ", decimal: str = ".") -> str:
    rows = [separator.join(f"{value:.6f}".replace(".", decimal) for value in row) for row in walk]
    return "\n".join((names.replace(",", separator), *rows)) + "\n"


@pytest.fixture
def read(write: Write) -> Callable[..., Reading]:
    def make(map_text: str, content: str | bytes, name: str = "walk.csv", **options: Any) -> Reading:
        options = ReadOptions(columns=write("map.toml", map_text), **options)
        return read_streams(write(name, content), options)[0]

    return make


@pytest.fixture
def refuse(read: Callable[..., Reading]) -> Callable[..., FileFormatError]:
    def make(map_text: str, content: str | bytes = "", **options: Any) -> FileFormatError:
        with pytest.raises(FileFormatError) as caught:
            read(map_text, content or table(), **options)
        return caught.value

    return make


def check(reading: Reading) -> None:
    acc, gyr = reading.streams
    np.testing.assert_allclose(acc.values, WALK[:, :3], atol=1e-4)
    np.testing.assert_allclose(gyr.values, WALK[:, 3:], atol=1e-4)


def test_a_plain_table(read: Callable[..., Reading]) -> None:
    reading = read(MAP, table())
    check(reading)
    assert {stream.segment for stream in reading.streams} == {""}
    assert reading.streams[0].rate_hz == 100
    assert reading.clock == "own"


@pytest.mark.parametrize(("unit", "factor"), [("g", G), ("mg", G / 1000), ("m/s²", 1), ("m/s2", 1), ("m/s/s", 1)])
def test_units_of_acceleration(read: Callable[..., Reading], unit: str, factor: float) -> None:
    check(read(MAP.replace("m/s^2", unit), table(WALK / ([factor] * 3 + [1] * 3))))


@pytest.mark.parametrize(("unit", "factor"), [("deg/s", DEG), ("dps", DEG), ("°/s", DEG), ("mdeg/s", DEG / 1000)])
def test_units_of_turning_rate(read: Callable[..., Reading], unit: str, factor: float) -> None:
    check(read(MAP.replace("rad/s", unit), table(WALK / ([1] * 3 + [factor] * 3))))


@pytest.mark.parametrize(("unit", "factor"), [("s", 1), ("ms", 1e3), ("us", 1e6), ("µs", 1e6), ("ns", 1e9)])
def test_units_of_time(read: Callable[..., Reading], unit: str, factor: float) -> None:
    time = (1_700_000_000 + np.arange(600) / 100) * factor
    text = table(np.column_stack((time, WALK)), f"t,{NAMES}")
    reading = read(MAP.replace("rate_hz = 100", f'time = "t"\ntime_unit = "{unit}"'), text)
    check(reading)
    np.testing.assert_allclose(np.diff(reading.streams[0].time_s), 0.01, atol=1e-6)


def test_semicolons_decimal_commas_and_rows_to_skip(read: Callable[..., Reading]) -> None:
    text = "Exported by somebody; 100 Hz\n\n" + table(separator=";", decimal=",")
    check(read('separator = ";"\ndecimal = ","\nskip_rows = 2\n' + MAP, text))


def test_tabs_leading_blanks_quotes_and_windows_lines(read: Callable[..., Reading]) -> None:
    text = table(names='  ax ,"ay", az,gx,gy,gz', separator="\t").replace("\n", "\r\n")
    check(read('separator = "\\t"\n' + MAP, b"\xef\xbb\xbf" + text.encode()))


def test_two_header_lines_hold_both_feet(read: Callable[..., Reading]) -> None:
    names = [f"{side}_sensor/{axis}" for axis in NAMES.split(",") for side in ("left", "right")]
    header = "\n".join(("sensor," + ",".join(name.split("/")[k] for name in names)) for k in (0, 1))
    other = make_walk(seed=1)
    both = np.stack((WALK, other), axis=2).reshape(600, 12)
    rows = [f"{k}," + ",".join(f"{value:.6f}" for value in row) for k, row in enumerate(both)]
    foot = """
    [{side}_foot]
    acc = ["{side}_sensor/ax", "{side}_sensor/ay", "{side}_sensor/az"]
    gyr = ["{side}_sensor/gx", "{side}_sensor/gy", "{side}_sensor/gz"]
    """
    general = 'header_rows = 2\nrate_hz = 100\nacc_unit = "m/s^2"\ngyr_unit = "rad/s"\n'
    reading = read(general + foot.format(side="left") + foot.format(side="right"), "\n".join((header, *rows)))
    assert [stream.segment for stream in reading.streams] == ["left_foot"] * 2 + ["right_foot"] * 2
    np.testing.assert_array_equal(reading.streams[0].values, WALK[:, :3])
    np.testing.assert_array_equal(reading.streams[3].values, other[:, 3:])


def test_columns_by_number_without_names(read: Callable[..., Reading]) -> None:
    text = table().partition("\n")[2]
    by_number = MAP.replace('"ax", "ay", "az"', "1, 2, 3").replace('"gx", "gy", "gz"', "4, 5, 6")
    check(read("header_rows = 0\n" + by_number, text))


def test_a_counter_with_bits(read: Callable[..., Reading]) -> None:
    counter = (250 + np.delete(np.arange(601), 30)) % 256
    text = table(np.column_stack((counter, WALK)), f"n,{NAMES}")
    acc, _ = read('counter = "n"\ncounter_bits = 8\n' + MAP, text).streams
    np.testing.assert_array_equal(acc.counter, counter)
    assert (acc.counter_bits, acc.rate_hz) == (8, 100)


def test_a_segment_goes_before_the_general_keys_and_has_traits(read: Callable[..., Reading]) -> None:
    extra = 'acc_unit = "g"\nmaker = "Somebody"\nacc_range_g = 16\nintegrates_on_chip = true\n'
    reading = read(MAP + extra, table(WALK / ([G] * 3 + [1] * 3)))
    check(reading)
    traits = reading.streams[0].traits
    assert (traits.maker, traits.acc_range_g, traits.integrates_on_chip) == ("Somebody", 16, True)


def test_rows_without_numbers_are_lost(read: Callable[..., Reading]) -> None:
    lines = table().splitlines()
    lines[20] = "NaN,NaN,NaN,NaN,NaN,NaN"
    acc, _ = read(MAP, "\n".join(lines)).streams
    np.testing.assert_array_equal(acc.counter, np.delete(np.arange(600), 19))


def test_a_column_that_is_not_there_is_named_with_the_columns_that_are(refuse: Callable[..., FileFormatError]) -> None:
    error = refuse(MAP.replace('"gy"', '"gyro_y"'))
    assert (error.reason, error.line, error.column) == (FileReason.MISSING_COLUMN, 1, "gyro_y")
    assert "ax, ay, az, gx, gy, gz" in error.message


def test_a_name_that_stands_twice(refuse: Callable[..., FileFormatError]) -> None:
    assert refuse(MAP, table(names="ax,ay,az,gx,gy,ax")).reason is FileReason.MISSING_COLUMN


def test_a_wrong_separator(refuse: Callable[..., FileFormatError]) -> None:
    assert refuse('separator = ";"\n' + MAP).reason is FileReason.MISSING_COLUMN


def test_more_rows_to_skip_than_there_are(refuse: Callable[..., FileFormatError]) -> None:
    assert refuse("skip_rows = 5000\n" + MAP).reason is FileReason.EMPTY
    assert refuse("skip_rows = 600\n" + MAP).reason in (FileReason.EMPTY, FileReason.MISSING_COLUMN)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[sensor]", "[sensor", None),
        ("[sensor]", "[left_food]", "left_food"),
        ("rate_hz", "rate", "rate"),
        ("rate_hz = 100", 'rate_hz = "100"', "rate_hz"),
        ('acc_unit = "m/s^2"', 'acc_unit = "stone"', "sensor.acc_unit"),
        ('acc_unit = "m/s^2"', "", "sensor.acc_unit"),
        ("rate_hz = 100", 'time = "t"\ntime_unit = "h"', "sensor.time_unit"),
        ('"ax", "ay", "az"', '"ax", "ay"', "sensor.acc"),
        ('"ax", "ay", "az"', '"ax", "ay", true', "sensor.acc"),
        ("rate_hz = 100", "rate_hz = 100\ncounter_bits = 0", "sensor.counter_bits"),
        ("rate_hz", 'separator = ";;"\nrate_hz', "separator"),
        ("rate_hz", 'separator = "°"\nrate_hz', "separator"),
        ("rate_hz", 'decimal = ","\nrate_hz', "separator"),
        ("rate_hz", "header_rows = 3\nrate_hz", "header_rows"),
        ("[sensor]", '[left_foot]\nacc = ["ax", "ay", "az"]\ngyr = ["gx", "gy", "gz"]\n[sensor]', "sensor"),
        ("[sensor]", "", "acc"),
    ],
)
def test_maps_that_are_wrong_say_which_key(
    refuse: Callable[..., FileFormatError], old: str, new: str, key: str | None
) -> None:
    error = refuse(MAP.replace(old, new, 1))
    assert error.reason is FileReason.BAD_COLUMN_MAP
    assert error.column == key
    assert "map.toml" in error.message


def test_a_map_that_is_no_toml_names_the_line(refuse: Callable[..., FileFormatError]) -> None:
    assert refuse("rate_hz = 100\nacc_unit = \n").line == 2


@pytest.mark.parametrize("number", [0, -1, 20_000, 7])
def test_column_numbers_that_are_not_there(refuse: Callable[..., FileFormatError], number: int) -> None:
    error = refuse(
        "header_rows = 0\nskip_rows = 1\n"
        + MAP.replace('"ax", "ay", "az"', f"{number}, 2, 3").replace('"gx", "gy", "gz"', "4, 5, 6")
    )
    assert error.reason in (FileReason.BAD_COLUMN_MAP, FileReason.MISSING_COLUMN)


def test_no_map_and_a_missing_map(write: Write, tmp_path: Path) -> None:
    path = write("walk.csv", table())
    with pytest.raises(FileFormatError) as caught:
        read_streams(path, ReadOptions(format="columns"))
    assert caught.value.reason is FileReason.BAD_COLUMN_MAP
    with pytest.raises(FileFormatError) as caught:
        read_streams(path, ReadOptions(columns=tmp_path / "none.toml"))
    assert caught.value.reason is FileReason.NOT_FOUND


def test_the_example_of_the_documentation_is_valid(write: Write) -> None:
    import footdrop_imu.files.column_map as module

    assert module.__doc__
    example = module.__doc__.partition("::\n")[2].partition("\nClock and units")[0]
    example = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    found = read_column_map(write("map.toml", example))
    assert found["segments"]["left_foot"]["counter_bits"] == 16
