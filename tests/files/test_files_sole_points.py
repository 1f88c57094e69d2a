"""Points of a sole from a scan, named by a mounting file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.mounting import mounting_to_table, read_mounting
from footdrop_imu.files.sole_points import read_sole_points

MM = "x_mm,y_mm,z_mm\n130,0,-50\n-140,10,-70\n60,-40,-70\n"


@pytest.mark.parametrize(
    "text",
    [MM, "x_m;z_m;note;y_m\n0.13;-0.05;toe;0\n-0.14;-0.07;heel;0.01\n0.06;-0.07;;-0.04\n", MM.replace(",", "\t")],
    ids=["mm", "m, other columns, semicolons", "tabs"],
)
def test_points_in_the_unit_that_is_said(write: Callable[..., Path], text: str) -> None:
    points = read_sole_points(write("sole.csv", text))
    assert [pytest.approx(point) for point in points] == [
        (0.13, 0.0, -0.05),
        (-0.14, 0.01, -0.07),
        (0.06, -0.04, -0.07),
    ]


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        (MM.replace("_mm", ""), FileReason.MISSING_COLUMN, "x_mm, y_mm and z_mm"),
        (MM.replace("y_mm", "y_m"), FileReason.MISSING_COLUMN, "expected"),
        (MM.replace("_mm", "_m"), FileReason.BAD_NUMBER, "Line 2 of sole.csv is 139 m"),
        (MM.replace("60", "sixty"), FileReason.BAD_NUMBER, "sixty"),
        (MM.replace("60", ""), FileReason.BAD_NUMBER, "Line 4 of sole.csv holds no number"),
        ("x_mm,y_mm,z_mm\n1,2,3\n4,5,6\n", FileReason.BAD_NUMBER, "2 points"),
        ("x_mm,y_mm,z_mm\n", FileReason.EMPTY, "no samples"),
    ],
)
def test_a_bad_scan_says_where_and_what(write: Callable[..., Path], text: str, reason: FileReason, words: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_sole_points(write("sole.csv", text))
    assert caught.value.reason is reason
    assert words in caught.value.message


def test_a_mounting_file_names_the_scan_beside_it(write: Callable[..., Path]) -> None:
    write("sole.csv", MM)
    found = read_mounting(write("m.toml", '[left_foot]\nsole_points = "sole.csv"\n'))["left_foot"]
    assert found.sole_points_m is not None
    assert found.sole_points_m[0] == pytest.approx((0.13, 0.0, -0.05))
    table = mounting_to_table(found)
    assert table["sole_points_m"][1] == pytest.approx([-0.14, 0.01, -0.07])
    rows = ", ".join(str(row) for row in table["sole_points_m"])
    again = read_mounting(write("n.toml", f"[left_foot]\nsole_points_m = [{rows}]\n"))["left_foot"]
    assert again == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('sole_points = "none.csv"', "no file"),
        ("sole_points = 3", "str"),
        ("sole_points_m = [[0.1, 0, 0], [0.1, 0, 0]]", "3 or more"),
        ("sole_points_m = [[0.1, 0, 0], [0.1, 0, 0], [0.1, 0]]", "3 numbers"),
        ("sole_points_m = [[0.1, 0, 0], [0.1, 0, 0], 4]", "3 numbers"),
        ("sole_points_m = [[0.1, 0, 0], [0.1, 0, 0], [100, 0, -70]]", "millimetres"),
        ('sole_points = "sole.csv"\nsole_points_m = [[0.1, 0, 0], [0.1, 0, 0], [0, 0, 0]]', "given twice"),
    ],
)
def test_a_bad_mounting_says_what(write: Callable[..., Path], text: str, words: str) -> None:
    write("sole.csv", MM)
    with pytest.raises(FileFormatError, match=words):
        read_mounting(write("m.toml", f"[left_foot]\n{text}\n"))
