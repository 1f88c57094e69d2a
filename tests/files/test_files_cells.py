"""Numbers of a table, and the place of the fault where there is one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.cells import Cells, read_cells, split_line
from footdrop_imu.files.text import TextFile


def cells(
    content: str | bytes,
    *,
    wanted: Sequence[tuple[int, str]] = ((0, "a"), (1, "b")),
    separator: str = ",",
    decimal: str = ".",
) -> Cells:
    text = TextFile(Path("walk.csv"), content.encode() if isinstance(content, str) else content, "")
    return read_cells(text, first_line=2, wanted=wanted, separator=separator, decimal=decimal)


def refusal(content: str | bytes, **options: Any) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        cells(content, **options)
    return caught.value


ROWS = "".join(f"{k},{k}.5\n" for k in range(300))


def test_plain_numbers_in_the_order_asked_for() -> None:
    found = cells("a,b,c\n1,2,3\n4,5,6\n", wanted=((2, "c"), (0, "a")))
    np.testing.assert_array_equal(found.values, [[3, 1], [6, 4]])
    np.testing.assert_array_equal(found.line, [2, 3])
    assert found.notes == ()


@given(st.lists(st.tuples(*[st.floats(-1e15, 1e15, allow_nan=False)] * 2), min_size=1, max_size=20))
def test_every_number_is_read_to_the_bit(rows: list[tuple[float, float]]) -> None:
    found = cells("a,b\n" + "".join(f"{a!r},{b!r}\n" for a, b in rows))
    np.testing.assert_array_equal(found.values, np.array(rows))


def test_decimal_commas() -> None:
    found = cells("a;b\n1,5;-2,25\n3;4e1\n", separator=";", decimal=",")
    np.testing.assert_array_equal(found.values, [[1.5, -2.25], [3, 40]])


@pytest.mark.parametrize(
    "row", ["  1 ,\t2", '"1","2"', "1,2,", "1,2 "], ids=["blanks", "quotes", "trailing", "blank_end"]
)
def test_harmless_clutter(row: str) -> None:
    np.testing.assert_array_equal(cells(f"a,b\n{row}\n{row}\n").values, [[1, 2], [1, 2]])


@pytest.mark.parametrize("word", ["", " ", "nan", "NaN", "NA", "null", "None"])
def test_words_for_a_missing_number_are_nan(word: str) -> None:
    found = cells(f"a,b\n1,2\n3,{word}\n5,6\n").values
    assert np.isnan(found[1, 1])
    assert np.isfinite(found).sum() == 5


def test_blank_lines_are_left_out_and_the_line_numbers_stay_true() -> None:
    found = cells("a,b\n\n1,2\n\n\n3,4\n\n")
    np.testing.assert_array_equal(found.values, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(found.line, [3, 6])


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "0x10", "1_000", "--1", "1 2", "1,5", "3;4", "١", "12:30:05"])
def test_text_in_a_number_is_refused_with_line_and_column(cell: str) -> None:
    quoted = f'"{cell}"' if "," in cell else cell
    error = refusal(f"a,b\n{ROWS}7,{quoted}\n{ROWS}")
    assert error.reason is FileReason.BAD_NUMBER
    assert (error.line, error.column) == (302, "b")
    assert "302" in error.message


def test_text_in_a_column_that_nobody_needs_is_no_matter() -> None:
    np.testing.assert_array_equal(cells("a,b,c\n1,2,left\n3,4,\xf6\n").values, [[1, 2], [3, 4]])


@pytest.mark.parametrize("cell", ["inf", "-inf", "1e400", "1e30"])
def test_numbers_that_no_sensor_gives_are_refused(cell: str) -> None:
    error = refusal(f"a,b\n1,2\n{cell},4\n")
    assert (error.reason, error.line, error.column) == (FileReason.BAD_NUMBER, 3, "a")


@pytest.mark.parametrize(
    "end", ["9\n", "9", "9,", "9,-", "9,1e", "9,1.2e-"], ids=["short", "shorter", "empty", "sign", "power", "minus"]
)
def test_a_cut_last_line_is_dropped_and_said(end: str) -> None:
    found = cells(f"a,b\n1,2\n3,4\n{end}")
    if end == "9,":  # complete but for its number
        assert np.isnan(found.values[2, 1])
        return
    np.testing.assert_array_equal(found.values, [[1, 2], [3, 4]])
    assert "line 4" in found.notes[0]
    assert "cut off" in found.notes[0]


def test_a_last_line_without_its_end_is_kept() -> None:
    np.testing.assert_array_equal(cells("a,b\n1,2\n3,4").values, [[1, 2], [3, 4]])


@pytest.mark.parametrize("damage", ["7", "7,8,9,10"], ids=["short", "long"])
def test_a_damaged_line_is_a_lost_sample(damage: str) -> None:
    found = cells(f"a,b\n{ROWS}{damage}\n{ROWS}")
    assert len(found.values) == 601
    assert np.isnan(found.values[300]).all()
    assert np.isfinite(np.delete(found.values, 300, axis=0)).all()
    assert "line 302" in found.notes[0]


def test_many_damaged_lines_are_refused() -> None:
    error = refusal("a,b\n" + "1,2\n1,2\n1,2\n7\n" * 50 + "1,2\n")
    assert (error.reason, error.line) == (FileReason.BAD_NUMBER, 5)
    assert "50 of 201" in error.message


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "a,b\n\n \n"])
def test_no_samples(content: str) -> None:
    assert refusal(content).reason is FileReason.EMPTY


def test_lines_narrower_than_the_column_asked_for() -> None:
    error = refusal("a,b\n1\n2\n3\n")
    assert (error.reason, error.column) == (FileReason.MISSING_COLUMN, "b")


def test_a_quotation_mark_that_never_closes() -> None:
    assert refusal('a,b\n1,2\n3,"4\n5,6\n').reason is FileReason.BAD_NUMBER


@pytest.mark.parametrize(
    ("line", "expected"),
    [("a, b ,c", ["a", "b", "c"]), ('"x (m/s)", "a,b"', ["x (m/s)", "a,b"]), ("", []), (",", ["", ""])],
)
def test_names_are_split(line: str, expected: Any) -> None:
    assert split_line(line, ",") == expected
