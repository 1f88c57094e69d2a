"""Real recordings of several makers, where they are beside the checkout."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.errors import FileReason
from footdrop_imu.files.sessions import ReadOptions, read_session, read_sessions

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no recordings in ../shared/data")

FOOT = """
[{side}_foot]
acc = ["{side}_sensor/acc_x", "{side}_sensor/acc_y", "{side}_sensor/acc_z"]
gyr = ["{side}_sensor/gyr_x", "{side}_sensor/gyr_y", "{side}_sensor/gyr_z"]
"""
BOTH = FOOT.format(side="left") + FOOT.format(side="right")
SENSOR = """
[sensor]
acc = ["acc_x", "acc_y", "acc_z"]
gyr = ["{gyr}_x", "{gyr}_y", "{gyr}_z"]
"""
MAPS = {
    "gaitmap": 'header_rows = 2\nrate_hz = 204.8\nacc_unit = "m/s^2"\ngyr_unit = "deg/s"\n' + BOTH,
    "stairs": 'header_rows = 2\ntime = 1\nacc_unit = "m/s^2"\ngyr_unit = "deg/s"\n' + BOTH,
    "ms": 'counter = "index"\nrate_hz = 102.4\nacc_unit = "m/s^2"\ngyr_unit = "deg/s"\n' + SENSOR.format(gyr="gyr"),
    "positions": 'counter = "time_index"\nrate_hz = 60\nshared_clock = true\nacc_unit = "m/s^2"\ngyr_unit = "rad/s"\n'
    + SENSOR.format(gyr="gyro"),
    "ngimu": 'time = "Time (s)"\nacc_unit = "g"\ngyr_unit = "deg/s"\n[sensor]\n'
    'acc = ["Accelerometer X (g)", "Accelerometer Y (g)", "Accelerometer Z (g)"]\n'
    'gyr = ["Gyroscope X (deg/s)", "Gyroscope Y (deg/s)", "Gyroscope Z (deg/s)"]\n',
    "trident": 'time = "time_s"\nshared_clock = true\nacc_unit = "m/s/s"\ngyr_unit = "deg/s"\n[sensor]\n'
    'acc = ["ax_m/s/s", "ay_m/s/s", "az_m/s/s"]\ngyr = ["gx_deg/s", "gy_deg/s", "gz_deg/s"]\n',
}


@pytest.fixture
def options(write: Callable[..., Path]) -> Callable[..., ReadOptions]:
    def make(name: str, **more: object) -> ReadOptions:
        return ReadOptions(columns=write(f"{name}.toml", MAPS[name]), **more)  # type: ignore[arg-type]

    return make


def test_stroke_treadmill() -> None:
    outcomes = read_sessions([DATA / "stroke_treadmill"])
    assert [outcome.error for outcome in outcomes] == [None] * 10
    for outcome in outcomes:
        assert outcome.session is not None
        streams = outcome.session.streams
        shanks = "exported000" in str(outcome.path) or "exported001" in str(outcome.path)
        assert len(streams) == (8 if shanks else 4)
        assert streams[0].segment == "left_foot"
        assert {stream.rate_hz for stream in streams} == {100.0}
        assert {stream.clock_group for stream in streams} == {"counter"}
        assert {stream.clock_offset_s for stream in streams} == {0.0}
        assert all(stream.traits.integrates_on_chip for stream in streams)


def test_healthy_overground() -> None:
    outcomes = read_sessions([DATA / "healthy_overground_20m"])
    assert [outcome.error for outcome in outcomes] == [None] * 28
    by_name = {outcome.name: outcome.session for outcome in outcomes}
    session = by_name["1-2"]
    assert session is not None
    left, _, right, _ = session.streams
    assert left.counter is not None
    assert right.counter is not None
    assert (left.counter[0], right.counter[0], right.clock_offset_s) == (0, 1, 0.01)
    assert len(left.values) < left.counter[-1]  # rows are missing, and the counter knows


def test_two_header_lines(options: Callable[..., ReadOptions]) -> None:
    session = read_session(DATA / "gaitmap_example" / "imu_sample.csv", options("gaitmap"))
    assert len(session.streams) == 4
    table = np.loadtxt(DATA / "gaitmap_example" / "imu_sample.csv", delimiter=",", skiprows=2)
    np.testing.assert_array_equal(session.streams[2].values, table[:, [2, 4, 6]])
    np.testing.assert_allclose(session.streams[3].values, np.deg2rad(table[:, [8, 10, 12]]), rtol=1e-15)


def test_other_tables_of_the_folder_are_left_out(options: Callable[..., ReadOptions]) -> None:
    outcomes = read_sessions([DATA / "gaitmap_example"], options("gaitmap"))
    assert [(outcome.name, outcome.error) for outcome in outcomes] == [
        ("imu_sample", None),
        ("imu_sample_healthy_stair_up", None),
    ]


def test_a_time_column_without_a_name(options: Callable[..., ReadOptions]) -> None:
    session = read_session(DATA / "gaitmap_example" / "imu_sample_healthy_stair_up.csv", options("stairs"))
    assert session.streams[0].time_s is not None
    np.testing.assert_allclose(np.diff(session.streams[0].time_s), 1 / 204.8, atol=1e-9)


def test_an_index_as_counter(options: Callable[..., ReadOptions]) -> None:
    session = read_session(DATA / "gaitmap_example" / "imu_sample_ms_left.csv", options("ms"))
    acc = session.streams[0]
    assert acc.counter is not None
    assert (acc.segment, acc.counter[0], acc.rate_hz) == ("left_foot", 23_000, 102.4)


def test_two_files_on_a_clock_that_the_map_states(options: Callable[..., ReadOptions]) -> None:
    (outcome,) = read_sessions([DATA / "both_feet_positions_60hz"], options("positions"))
    assert outcome.session is not None
    assert {stream.clock_group for stream in outcome.session.streams} == {"said"}


def test_repeated_rows_stay_for_the_clock_to_count(options: Callable[..., ReadOptions]) -> None:
    path = DATA / "loop_walk_ngimu" / "short_walk.csv"
    (outcome,) = read_sessions([], options("ngimu", segments={"right_foot": path}))
    assert outcome.session is not None
    time_s = outcome.session.streams[0].time_s
    assert time_s is not None
    assert (np.diff(time_s) == 0).sum() > 0
    (unknown,) = read_sessions([path], options("ngimu"))
    assert unknown.error is not None
    assert unknown.error.reason is FileReason.SEGMENT_UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"g"', '"m/s^2"', "looks like g"),
        ('"g"', '"mg"', "looks like g"),
        ("deg/s", "rad/s", "looks like deg/s"),
        ("deg/s", "mdeg/s", "looks like deg/s"),
    ],
)
def test_wrong_units_are_seen_on_a_real_walk(write: Callable[..., Path], old: str, new: str, words: str) -> None:
    text = MAPS["ngimu"].replace(
        f"unit = {old}" if '"' in old else f'unit = "{old}"', f"unit = {new}" if '"' in new else f'unit = "{new}"'
    )
    path = DATA / "loop_walk_ngimu" / "short_walk.csv"
    (outcome,) = read_sessions([], ReadOptions(columns=write("m.toml", text), segments={"left_foot": path}))
    assert outcome.error is not None
    assert outcome.error.reason is FileReason.WRONG_UNIT
    assert words in outcome.error.message


def test_foot_and_shank_on_one_clock(options: Callable[..., ReadOptions]) -> None:
    folder = DATA / "foot_shank_bluetrident"
    segments = {"left_foot": folder / "Subject1_A1_Foot.csv", "left_shank": folder / "Subject1_A1_Shank.csv"}
    (outcome,) = read_sessions([], options("trident", segments=segments))
    assert outcome.session is not None
    offsets = {stream.segment: stream.clock_offset_s for stream in outcome.session.streams}
    assert offsets == {"left_foot": 0.0, "left_shank": pytest.approx(0.0860193, abs=1e-6)}
