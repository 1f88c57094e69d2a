"""``footdrop import``: files of every format become session folders that analyze to the same strides."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.files.session_folder import read_session_folder
from footdrop_imu.files.sessions import ReadOptions, read_session
from tests.files.made_files import csv_text, make_walk, xsens_plain_text, xsens_text

MAP = """
time = "t"
acc_unit = "g"
gyr_unit = "deg/s"
[left_foot]
acc = ["l/ax", "l/ay", "l/az"]
gyr = ["l/gx", "l/gy", "l/gz"]
[right_foot]
acc = ["r/ax", "r/ay", "r/az"]
gyr = ["r/gx", "r/gy", "r/gz"]
"""


def both_feet_text(left: np.ndarray, right: np.ndarray) -> str:
    names = ["t", *(f"{foot}/{what}{axis}" for foot in "lr" for what in "ag" for axis in "xyz")]
    unit = np.tile([9.80665] * 3 + [np.pi / 180] * 3, 2)
    rows = np.column_stack((np.arange(len(left)) / 100, np.hstack((left, right)) / unit))
    return "\n".join([",".join(names), *(",".join(f"{value:.6f}" for value in row) for row in rows)])


FORMATS: dict[str, dict[str, str]] = {
    "own CSV": {"left.csv": csv_text(make_walk(seed=1)), "right.csv": csv_text(make_walk(seed=2))},
    "Xsens": {"w_lf.txt": xsens_text(make_walk(seed=1)), "w_rf.txt": xsens_text(make_walk(seed=2), drop=(40, 41))},
    "Xsens, plain": {"w_lf.txt": xsens_plain_text(make_walk(seed=1)), "w_rf.txt": xsens_plain_text(make_walk(seed=2))},
    "column map": {"both.csv": both_feet_text(make_walk(seed=1), make_walk(seed=2)), "map.toml": MAP},
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_comes_back_sample_for_sample_with_its_originals(kind: str, tmp_path: Path) -> None:
    files = FORMATS[kind]
    for name, text in files.items():
        (tmp_path / "walk").mkdir(exist_ok=True)
        (tmp_path / "walk" / name).write_text(text)
    columns = ["--columns", str(tmp_path / "walk" / "map.toml")] if "map.toml" in files else []
    rate = ["--rate", "100"] if kind == "Xsens" else []
    out = tmp_path / "out"
    assert main(["import", str(tmp_path / "walk"), "--out", str(out), "--quiet", *columns, *rate]) == 0
    options = ReadOptions(columns=Path(columns[1]) if columns else None, rate_hz=100.0 if rate else None)
    before, after = read_session(tmp_path / "walk", options), read_session_folder(out)
    assert len(before.streams) == len(after.streams) == 4
    for one, other in zip(before.streams, after.streams, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        for clock in ("time_s", "counter"):
            mine, its = getattr(one, clock), getattr(other, clock)
            assert (mine is None) == (its is None)
            assert mine is None or np.array_equal(mine, its)
        assert (one.rate_hz, one.counter_bits, one.clock_group, one.traits.maker) == (
            other.rate_hz,
            other.counter_bits,
            other.clock_group,
            other.traits.maker,
        )
    samples = [name for name in files if name != "map.toml"]
    source = tomllib.loads((out / "session.toml").read_text(encoding="utf-8"))["source"]
    assert source == {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in samples}
    assert all((out / name).read_bytes() == (tmp_path / "walk" / name).read_bytes() for name in samples)


def test_what_is_known_of_the_walk_is_kept(copy: Callable[[str, str], Path]) -> None:
    words = "--person P7 --affected left --condition aid=stick --activity ten_metre_walk --shoe-length 281 --place lace"
    when = ["--start", "2026-03-14T10:30+01:00", "--sensor-id", "left=A7", "--quiet"]
    assert main(["import", str(copy("csv", "walk")), "--out", "kept", *words.split(), *when]) == 0
    session = read_session(Path("kept"))
    assert (session.person.id, session.person.affected, session.condition.aid) == ("P7", "left", "stick")
    assert (session.activity, session.start) == ("ten_metre_walk", "2026-03-14T10:30:00+01:00")
    assert [(shoe.side, shoe.length_m, shoe.place) for shoe in session.shoes] == [
        ("left", 0.281, "lace"),
        ("right", 0.281, "lace"),
    ]
    assert {stream.segment: stream.traits.serial for stream in session.streams} == {"left_foot": "A7", "right_foot": ""}


def test_the_strides_are_those_of_the_files(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    walk = copy("csv", "walk")
    assert main(["import", str(walk), "--out", "kept", "--quiet"]) == 0
    strides = []
    for path in (walk, "kept"):
        assert main(["analyze", str(path), "--json", "--quiet"]) == 0
        strides.append(json.loads(capsys.readouterr().out)["sessions"][0]["strides"])
    for stride in (*strides[0], *strides[1]):
        stride.pop("session")
    assert strides[0] == strides[1]
    assert len(strides[0]) > 20


def test_several_walks_get_a_folder_each_and_a_refused_one_is_told(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    copy("csv", "walks/a")
    copy("csv", "walks/b")
    Path("walks/b/left_foot.csv").write_text("time_s,acc_x_mps2\n0,1\n")
    assert main(["import", "walks", "--out", "kept", "--json"]) == 5
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert [one["folder"] for one in document["sessions"]] == [str(Path("kept/a"))]
    assert document["sessions"][0]["segments"] == ["left_foot", "right_foot"]
    assert [(one["session"], one["kind"]) for one in document["refused"]] == [("b", "file")]
    assert "1 of 2 walks were refused." in captured.err
    assert main(["analyze", "kept", "--json", "--quiet"]) == 0


def test_nothing_is_overwritten_without_force(
    copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    walk = str(copy("csv", "walk"))
    assert main(["import", walk, "--out", "kept", "--quiet"]) == 0
    before = Path("kept/session.toml").read_bytes()
    assert main(["import", walk, "--out", "kept", "--person", "P8"]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path("kept/session.toml").read_bytes() == before
    assert main(["import", walk, "--out", "kept", "--person", "P8", "--force", "--quiet"]) == 0
    assert read_session(Path("kept")).person.id == "P8"


def test_a_session_needs_no_import(copy: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(copy("session", "walk")), "--out", "kept", "--json"]) == 3
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["reason"] == "is_session"
    assert "Analyze it as it is" in captured.err
    assert not Path("kept").exists()


def test_the_table_of_two_files_of_one_name_keeps_both(copy: Callable[[str, str], Path]) -> None:
    walk = copy("csv", "walk")
    for side in ("left", "right"):
        (walk / side).mkdir()
        (walk / f"{side}_foot.csv").rename(walk / side / "data.csv")
    words = ["--left", str(walk / "left/data.csv"), "--right", str(walk / "right/data.csv"), "--out", "kept", "--quiet"]
    assert main(["import", *words]) == 0
    assert {path.name for path in Path("kept").glob("*.csv")} == {"data.csv", "data_2.csv"}
    assert set(read_session(Path("kept")).source) == {"data.csv", "data_2.csv"}
