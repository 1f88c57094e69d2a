"""Results as files and as JSON."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, make_table, names
from footdrop_imu.errors import OutputError, OutputReason, SchemaError
from footdrop_imu.files.results import json_text, result_to_json, write_result
from footdrop_imu.schema import Courses, Estimate, Quality, SessionResult, Summary

NAN = float("nan")
SOURCE = {"left.csv": "ab" * 32}


def made_result(count: int = 3, *, timeseries: bool = False) -> SessionResult:
    rng = np.random.default_rng(0)
    data: dict[str, object] = {}
    for column in STRIDE_COLUMNS:
        if column.type == "float64":
            data[column.name] = np.where(np.arange(count) == 1, NAN, rng.normal(size=count))
        elif column.type == "int64":
            data[column.name] = np.arange(count)
    strides = make_table(
        STRIDE_COLUMNS,
        data | {"session": "w", "side": "left", "toe_drag": pd.array([True, None, False][:count], "boolean")},
    )
    rejected = make_table(
        REJECTED_COLUMNS,
        {
            "session": ["w"],
            "side": ["left"],
            "start": pd.array([7], "Int64"),
            "start_time_s": [0.07],
            "reason": "gap; long",
        },
    )
    estimate = Estimate(1 / 3, NAN, math.inf, 0.0, 2, {"turn": 1})
    return SessionResult(
        session="w",
        strides=strides,
        rejected=rejected,
        courses=Courses(np.array(["left"]), np.array([0]), *[np.zeros((1, 101))] * 6),
        summary=Summary(
            left={"cadence_spm": estimate},
            both={"cadence_spm": estimate},
            asymmetry={"cadence_spm": {"difference": np.float64(NAN)}},
            asymmetry_of="left/right",
        ),
        quality=Quality("usable", ("One reason.",), {"toe_drag": "not yet"}),
        provenance={
            "version": "0.1.0",
            "config": {"a": (1, np.int64(2)), "p": Path("x/y")},
            "array": np.array([1.5, NAN]),
        },
        timeseries=make_table(TIMESERIES_COLUMNS, {"side": ["left"], "time_s": [0.1], "stride": [0]})
        if timeseries
        else None,
    )


def test_the_json_of_a_session_has_the_agreed_shape() -> None:
    found = json.loads(json_text(result_to_json(made_result(), SOURCE)))
    assert list(found) == ["session", "source", "quality", "summary", "strides", "rejected", "provenance"]
    assert found["source"] == SOURCE
    assert found["quality"] == {"verdict": "usable", "reasons": ["One reason."], "unavailable": {"toe_drag": "not yet"}}
    estimate = {"median": 1 / 3, "low": None, "high": None, "spread": 0.0, "used_count": 2, "left_out": {"turn": 1}}
    assert found["summary"] == {
        "left": {"cadence_spm": estimate},
        "right": {},
        "both": {
            "cadence_spm": estimate,
            "asymmetry": {"cadence_spm": {"difference": None}},
            "asymmetry_of": "left/right",
        },
    }
    assert [list(row) for row in found["strides"]] == [names(STRIDE_COLUMNS)] * 3
    assert [row["toe_drag"] for row in found["strides"]] == [True, None, False]
    assert [row["stride"] for row in found["strides"]] == [0, 1, 2]
    assert found["strides"][1]["cadence_spm"] is None
    assert found["strides"][0]["cadence_spm"] == made_result().strides["cadence_spm"][0]
    assert found["rejected"][0]["start"] == 7
    assert found["rejected"][0]["toe_off"] is None
    assert found["provenance"] == {"version": "0.1.0", "config": {"a": [1, 2], "p": "x/y"}, "array": [1.5, None]}


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(SchemaError, match="object"):
        result_to_json(replace(made_result(), provenance={"x": object()}), SOURCE)


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_result(made_result(timeseries=True), tmp_path / "one", source=SOURCE)
    two = write_result(made_result(timeseries=True), tmp_path / "two", source=SOURCE)
    files = sorted(path.name for path in one.iterdir())
    assert files == ["rejected.csv", "strides.csv", "summary.json", "timeseries.csv"]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in files)


def test_the_tables_come_back_to_the_bit(tmp_path: Path) -> None:
    result = made_result(timeseries=True)
    folder = write_result(result, tmp_path / "out", source=SOURCE)
    types = {column.name: column.type for column in STRIDE_COLUMNS}
    found = pd.read_csv(folder / "strides.csv", dtype=types)
    pd.testing.assert_frame_equal(found, result.strides, check_exact=True)
    rejected = pd.read_csv(folder / "rejected.csv", dtype={column.name: column.type for column in REJECTED_COLUMNS})
    pd.testing.assert_frame_equal(rejected, result.rejected, check_exact=True)
    assert (folder / "timeseries.csv").read_text().splitlines()[0] == ",".join(names(TIMESERIES_COLUMNS))


def test_the_summary_leaves_the_rows_to_the_tables(tmp_path: Path) -> None:
    folder = write_result(made_result(), tmp_path / "out", source=SOURCE)
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert list(found) == ["session", "source", "quality", "summary", "provenance"]


def test_no_strides_are_headers_alone(tmp_path: Path) -> None:
    empty = make_table(REJECTED_COLUMNS, {"session": [], "side": [], "reason": []})
    result = replace(made_result(), rejected=empty)
    folder = write_result(result, tmp_path / "out", source=SOURCE)
    assert (folder / "rejected.csv").read_text() == ",".join(names(REJECTED_COLUMNS)) + "\n"
    assert result_to_json(result, SOURCE)["rejected"] == []


def test_a_report_comes_along_and_an_old_result_goes(tmp_path: Path) -> None:
    extra = {"report.html": "<p>ü</p>", "figure.png": b"\x89PNG"}
    folder = write_result(made_result(timeseries=True), tmp_path / "out", source=SOURCE, extra=extra)
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>ü</p>"
    (folder / "mine.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OutputError) as caught:
        write_result(made_result(), folder, source=SOURCE)
    assert caught.value.reason is OutputReason.EXISTS
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    write_result(made_result(), folder, source=SOURCE, force=True)
    assert sorted(path.name for path in folder.iterdir()) == [
        "figure.png",
        "mine.txt",
        "rejected.csv",
        "strides.csv",
        "summary.json",
    ]


@pytest.mark.parametrize("name", ["../report.html", "a/b", "strides.csv"])
def test_names_of_further_files_that_cannot_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        write_result(made_result(), tmp_path / "out", source=SOURCE, extra={name: b""})
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    def broken(path: Path) -> None:
        raise OSError(5, "Input/output error", str(path))

    with pytest.raises(OutputError, match="Input/output error"):
        write_result(made_result(), tmp_path / "a" / "out", source=SOURCE, extra={"report.html": broken})
    assert list(tmp_path.iterdir()) == []
