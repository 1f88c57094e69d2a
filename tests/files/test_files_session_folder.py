"""Session folders: the same bits back, and nothing that was tampered with."""

import dataclasses
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import make_walk

from footdrop_imu.errors import FileFormatError, FileReason, OutputError, OutputReason
from footdrop_imu.files.session_folder import read_session_folder, write_session_folder
from footdrop_imu.files.shoe_size import shoe_length
from footdrop_imu.schema import Calibration, Condition, Mounting, Person, SensorStream, SensorTraits, Session, Shoe

WALK = make_walk()
COUNTS = np.random.default_rng(0).integers(-32_000, 32_000, (600, 3))
COUNTER = (65_400 + np.arange(600)) % 65_536


def stream(quantity: str, values: np.ndarray, **options: Any) -> SensorStream:
    return SensorStream(options.pop("segment", "left_foot"), quantity, values, **options)


SESSION = Session(
    name="walk 1",
    streams=(
        stream("acceleration", WALK[:, :3], counter=COUNTER, counter_bits=16, rate_hz=100.0, clock_group="counter"),
        stream(
            "angular_velocity", COUNTS * 0.00106, counter=COUNTER, counter_bits=16, rate_hz=100.0, clock_offset_s=0.5
        ),
        stream(
            "acceleration",
            WALK[:, :3],
            segment="right_shank",
            time_s=np.arange(600) / 99.7,
            traits=SensorTraits("A", "B", 16.0, 2000.0, True),
        ),
        stream("angular_velocity", WALK[:, 3:], segment="right_shank", rate_hz=50.0),
    ),
    id="7d1d5b54-4f3e-4f0c-8f43-3f5d21b0a1d2",
    person=Person("p07", "left", 0.91),
    start="2025-03-01T10:00:00+01:00",
    activity="ten_metre_walk",
    note='with "quotes" and ü',
    condition=Condition(shoe="own", orthosis="none", aid="stick", tiredness="rested"),
    shoes=(
        Shoe("left", 0.27, "instep", Mounting((0.0, 0.0, 0.0, 1.0), (0.1, 0.0, -0.05)), 0.008),
        Shoe("right", mounting=Mounting(sole_points_m=((0.1, 0.0, -0.07), (-0.1, 0.0, -0.07), (0.0, 0.04, -0.07)))),
    ),
    belt_speed_mps=0.8,
    source={"a.txt": "0" * 64},
    notes=("One sentence.",),
    calibrations={"left_foot": Calibration("A7", acc_offset_mps2=(0.1, 0.0, -0.2), gyr_delay_s=0.0, length_scale=1.01)},
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (one != one and other != other)


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = write_session_folder(tmp_path / "in" / "walk", SESSION)
    assert same(read_session_folder(folder), SESSION)


def test_a_bare_session_gets_an_id_and_comes_back(tmp_path: Path) -> None:
    bare = Session("w", (stream("acceleration", WALK[:, :3], rate_hz=100.0),))
    found = read_session_folder(write_session_folder(tmp_path / "w", bare))
    assert len(found.id) == 36
    assert same(dataclasses.replace(found, id=""), bare)


def test_a_shoe_s_size_is_read_as_its_length(tmp_path: Path) -> None:
    shoes = (Shoe("left", 0.285), Shoe("right"))
    folder = write_session_folder(tmp_path / "w", dataclasses.replace(SESSION, shoes=shoes))
    toml = folder / "session.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("length_m = 0.285", 'size = "UK 8"'), encoding="utf-8")
    left, right = read_session_folder(folder).shoes
    assert (left.length_m, left.length_sd_m) == shoe_length("UK 8")
    assert np.isnan(right.length_m)


def test_counts_are_kept_as_counts_and_a_clock_once(tmp_path: Path) -> None:
    write_session_folder(tmp_path / "w", SESSION)
    gyr = np.load(tmp_path / "w" / "left_foot_gyr.npy")
    assert gyr.dtype == np.int16
    np.testing.assert_array_equal(gyr, COUNTS)
    assert np.load(tmp_path / "w" / "left_foot_acc.npy").dtype == np.float64
    document = tomllib.loads((tmp_path / "w" / "session.toml").read_text())
    first, second = document["recording"][:2]
    assert second["scale"] == pytest.approx(0.00106, rel=1e-15)
    assert first["files"]["counter"] == second["files"]["counter"] == "left_foot_counter.npy"
    assert first["first_counter"] == 65_400


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(-(2**23), 2**23), min_size=3, max_size=30),
    st.one_of(st.floats(1e-6, 10), st.floats(-1e6, 1e6, allow_subnormal=False)),
    st.floats(0, 1e-3),
)
def test_any_values_come_back_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], scale: float, noise: float
) -> None:
    values = np.resize(np.array(counts, float) * scale + noise, (len(counts), 3))
    values[0, 0] = np.nan if len(counts) % 7 == 0 else values[0, 0]
    folder = tmp_path_factory.mktemp("walk") / "w"
    found = read_session_folder(
        write_session_folder(folder, Session("w", (stream("acceleration", values, rate_hz=100.0),)))
    )
    assert same(found.streams[0].values + 0.0, values + 0.0)


def test_a_changed_array_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_session_folder(tmp_path / "w", SESSION)
    path = folder / "left_foot_acc.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileFormatError) as caught:
        read_session_folder(folder)
    assert caught.value.reason is FileReason.HASH_DIFFERS
    assert caught.value.path == str(path)


def test_a_missing_array_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_session_folder(tmp_path / "w", SESSION)
    (folder / "left_foot_acc.npy").unlink()
    with pytest.raises(FileFormatError, match=r"left_foot_acc\.npy") as caught:
        read_session_folder(folder)
    assert caught.value.reason is FileReason.NOT_FOUND


def set_in(document: dict, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for key in parents:
        document = document[int(key)] if key.isdigit() else document[key]
    if value is None:
        del document[last]
    else:
        document[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format_version", 2),
        ("format_version", None),
        ("activity", "dancing"),
        ("activity", 3),
        ("color", "red"),
        ("name", "../../etc"),
        ("name", "a/b"),
        ("name", "a\nb"),
        ("notes", [1]),
        ("recording", []),
        ("recording", [1]),
        ("recording", None),
        ("person.affected", "both feet"),
        ("person.weight", 80),
        ("condition.aid", "dog"),
        ("condition.aid", 1),
        ("source.a", 1),
        ("shoe.0.side", "middle"),
        ("shoe.0.side", None),
        ("shoe.0.place", "toe"),
        ("shoe.0.length_m", "long"),
        ("shoe.0.size", "EU 42"),
        ("shoe.1.size", "EU 30"),
        ("person.leg_length_m", "long"),
        ("shoe.0.mounting.sensor_to_toe_m", [1.0, 2.0]),
        ("shoe.0.mounting.rotation", [1.0, 1.0, 0.0, 0.0]),
        ("recording.0.segment", "left_hand"),
        ("recording.0.segment", None),
        ("recording.0.quantity", "magnetic_field"),
        ("recording.0.files", {}),
        ("recording.0.files.values", "../left_foot_acc.npy"),
        ("recording.0.files.values", 3),
        ("recording.0.files.other", "left_foot_acc.npy"),
        ("recording.0.sha256", None),
        ("recording.0.scale", 2.0),
        ("recording.1.scale", None),
        ("recording.0.counter_bits", 0),
        ("recording.0.rate_hz", "100"),
        ("recording.0.sensor.integrates_on_chip", "yes"),
        ("recording.0.sensor.colour", "red"),
    ],
)
def test_a_session_file_with_a_wrong_value_is_refused(tmp_path: Path, path: Path, value: Any) -> None:
    folder = write_session_folder(tmp_path / "w", SESSION)
    document = tomllib.loads((folder / "session.toml").read_text())
    set_in(document, path, value)
    (folder / "session.toml").write_text(tomli_w.dumps(document))
    with pytest.raises(FileFormatError) as caught:
        read_session_folder(folder)
    assert caught.value.reason in (FileReason.BAD_SESSION, FileReason.HASH_DIFFERS)
    assert caught.value.message


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(5),
        np.zeros((5, 2)),
        np.zeros((0, 3)),
        np.zeros((5, 3), complex),
        np.zeros((5, 3), np.int16),
        np.array("text"),
    ],
    ids=["flat", "two", "none", "complex", "counts_without_scale", "text"],
)
def test_arrays_of_another_shape_or_type(tmp_path: Path, array: np.ndarray) -> None:
    import hashlib

    folder = write_session_folder(tmp_path / "w", SESSION)
    np.save(folder / "left_foot_acc.npy", array)
    digest = hashlib.sha256((folder / "left_foot_acc.npy").read_bytes()).hexdigest()
    document = tomllib.loads((folder / "session.toml").read_text())
    document["recording"][0]["sha256"]["values"] = digest
    (folder / "session.toml").write_text(tomli_w.dumps(document))
    with pytest.raises(FileFormatError) as caught:
        read_session_folder(folder)
    assert caught.value.reason is FileReason.BAD_SESSION


@pytest.mark.parametrize("data", [b"", b"no array", b"PK\x03\x04zip", b"\x93NUMPY\x01\x00\x0a\x00{'descr': "])
def test_files_that_are_no_arrays(tmp_path: Path, data: bytes) -> None:
    import hashlib

    folder = write_session_folder(tmp_path / "w", SESSION)
    (folder / "left_foot_acc.npy").write_bytes(data)
    document = tomllib.loads((folder / "session.toml").read_text())
    document["recording"][0]["sha256"]["values"] = hashlib.sha256(data).hexdigest()
    (folder / "session.toml").write_text(tomli_w.dumps(document))
    with pytest.raises(FileFormatError, match="is no array") as caught:
        read_session_folder(folder)
    assert caught.value.reason is FileReason.BAD_SESSION


@pytest.mark.parametrize("text", ["", "x = ", "\0", "[[recording]]", "recording = 3", "person = 3", 'a = "\\ud800"'])
def test_session_files_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "session.toml").write_text(text)
    with pytest.raises(FileFormatError) as caught:
        read_session_folder(tmp_path)
    assert caught.value.reason is FileReason.BAD_SESSION


def test_a_session_is_not_overwritten_and_replaced_whole(tmp_path: Path) -> None:
    folder = write_session_folder(tmp_path / "w", SESSION)
    (folder / "mine.txt").write_text("mine")
    other = Session("w", (stream("acceleration", WALK[:, :3], segment="right_foot", rate_hz=math.pi * 30),))
    with pytest.raises(OutputError) as caught:
        write_session_folder(folder, other)
    assert caught.value.reason is OutputReason.EXISTS
    assert same(read_session_folder(folder), SESSION)
    write_session_folder(folder, other, force=True)
    assert sorted(path.name for path in folder.iterdir()) == ["mine.txt", "right_foot_acc.npy", "session.toml"]
    assert read_session_folder(folder).streams[0].rate_hz == math.pi * 30
