"""Whatever bytes come: a session or a refusal with its reason, and nothing else."""

import tomllib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import csv_text, make_walk, xsens_plain_text, xsens_text

from footdrop_imu.errors import FileFormatError
from footdrop_imu.files.column_map import read_column_map
from footdrop_imu.files.mounting import read_mounting
from footdrop_imu.files.session_folder import read_session_folder, write_session_folder
from footdrop_imu.files.sessions import ReadOptions, SessionOutcome, read_session, read_sessions

WALK = make_walk(60)
MAP = """
time = "time_s"
acc_unit = "m/s^2"
gyr_unit = "rad/s"
[sensor]
acc = ["acc_x_mps2", "acc_y_mps2", "acc_z_mps2"]
gyr = ["gyr_x_radps", "gyr_y_radps", "gyr_z_radps"]
"""
VALID = {
    "footdrop": csv_text(WALK).encode(),
    "xsens": xsens_text(WALK).encode(),
    "xsens_plain": xsens_plain_text(WALK).encode(),
    "columns": csv_text(WALK).encode(),
}
PIECES = st.sampled_from(
    [
        *(b"", b"\n", b"\r", b"\r\n", b"\0", b",", b"\t", b";", b'"', b"-", b"e", b"'", b"#", b"//", b"\x1a", b"\xff"),
        *(b"\xef\xbb\xbf", b"nan", b"inf", b"0.0", b"1e308", b"1e-308", b"9" * 400, b"1_0", b"True"),
        *(b"PacketCounter", b"time_s", b"counter"),
    ]
)
fuzzed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "map.toml").write_text(MAP)
    return folder


def check(outcome: SessionOutcome) -> None:
    if outcome.session is None:
        assert isinstance(outcome.error, FileFormatError)
        assert outcome.error.message
        assert outcome.error.line is None or outcome.error.line >= 1
        return
    for stream in outcome.session.streams:
        assert np.isfinite(stream.values).all()
        assert stream.values.shape == (len(stream.values), 3)
        assert len(stream.values) >= 2


def attempt(place: Path, content: bytes, **options: object) -> None:
    path = place / "walk_left.csv"
    path.write_bytes(content)
    if options.get("format") == "columns":
        options["columns"] = place / "map.toml"
    (outcome,) = read_sessions([path], ReadOptions(**options))  # type: ignore[arg-type]
    check(outcome)


@fuzzed
@given(content=st.binary(max_size=400), name=st.sampled_from([None, "footdrop", "xsens", "columns"]))
def test_random_bytes(place: Path, content: bytes, name: str | None) -> None:
    attempt(place, content, format=name)


@fuzzed
@given(content=st.text(max_size=300), name=st.sampled_from(["footdrop", "xsens", "columns"]))
def test_random_text_below_a_valid_header(place: Path, content: str, name: str) -> None:
    header = VALID[name].partition(b"\n")[0] + b"\n"
    if name == "xsens":
        header = b"//\n" + VALID["xsens_plain"].split(b"\n")[1] + b"\n"
    attempt(place, header + content.encode("utf-8", "replace"), format=name)


@fuzzed
@given(data=st.data(), name=st.sampled_from(sorted(VALID)))
def test_valid_files_with_pieces_put_in_cut_out_and_cut_off(place: Path, data: st.DataObject, name: str) -> None:
    content = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.sampled_from([0, 0, 1, 5, 40, 4000]))
        content[start:end] = data.draw(PIECES)
    attempt(place, bytes(content), format="columns" if name == "columns" else None)


@fuzzed
@given(data=st.data())
def test_valid_tables_with_cells_exchanged(place: Path, data: st.DataObject) -> None:
    """Any number in any place, and rows repeated, left out and out of order."""
    rows = [line.split(",") for line in csv_text(WALK[:20]).splitlines()]
    for _ in range(data.draw(st.integers(1, 6))):
        row, column = data.draw(st.integers(1, len(rows) - 1)), data.draw(st.integers(0, 6))
        rows[row][column] = data.draw(
            st.one_of(
                st.floats().map(repr), st.integers().map(str), st.sampled_from(["", "nan", "-", "1,0", "0x1", "١"])
            )
        )
    order = data.draw(st.one_of(st.just(range(1, len(rows))), st.lists(st.integers(1, len(rows) - 1), min_size=1)))
    attempt(place, "\n".join(",".join(rows[k]) for k in [0, *order]).encode())


@fuzzed
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.builds(lambda at, piece: MAP[:at] + piece + MAP[at + 3 :], st.integers(0, len(MAP)), st.text(max_size=8)),
    )
)
def test_maps_and_mountings_of_any_text(place: Path, text: str) -> None:
    path = place / "any.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    for read in (read_column_map, read_mounting):
        with suppress(FileFormatError):
            read(path)  # type: ignore[operator]
    attempt(place, VALID["columns"])
    (outcome,) = read_sessions([place / "walk_left.csv"], ReadOptions(columns=path))
    check(outcome)


@fuzzed
@given(data=st.data())
def test_session_files_with_pieces_put_in(place: Path, data: st.DataObject) -> None:
    folder = place / "session"
    if not folder.exists():
        (place / "walk_left.csv").write_bytes(VALID["footdrop"])
        write_session_folder(folder, read_session(place / "walk_left.csv"))
        (place / "session.txt").write_bytes((folder / "session.toml").read_bytes())
    content = bytearray((place / "session.txt").read_bytes())
    start = data.draw(st.integers(0, len(content)))
    content[start : start + data.draw(st.integers(0, 12))] = data.draw(st.one_of(PIECES, st.binary(max_size=6)))
    (folder / "session.toml").write_bytes(bytes(content))
    with suppress(FileFormatError):
        read_session_folder(folder)
        tomllib.loads(content.decode("utf-8-sig"))
