"""Number types of a profile: widths that numpy has and those that it has not, both byte orders."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footdrop_imu.device.numbers import (
    is_float,
    number_bits,
    number_column,
    number_limits,
    number_size,
    put_numbers,
    read_number,
    write_number,
)

WHOLE = [f"{sign}{bits}{order}" for sign in "ui" for bits in (8, 16, 24, 32, 40, 48, 56, 64) for order in ("", "be")]
FLOATS = ["f32", "f64", "f32be", "f64be"]


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("u8", "ff", 255),
        ("i8", "ff", -1),
        ("u16", "0102", 513),
        ("u16be", "0102", 258),
        ("i16be", "ff9c", -100),
        ("u24", "452301", 0x012345),
        ("i24", "ffffff", -1),
        ("i24be", "800000", -(2**23)),
        ("u32", "4e61bc00", 12345678),
        ("u40", "b2b6645726", 164674975410),
        ("u40be", "265764b6b2", 164674975410),
        ("i48", "000000000080", -(2**47)),
        ("u56", "ffffffffffffff", 2**56 - 1),
        ("i64", "404b3b65ba3f4918", 1750000000005000000),
        ("f32", "0000c03f", 1.5),
        ("f32be", "3fc00000", 1.5),
        ("f64", "000000000000f83f", 1.5),
    ],
)
def test_numbers_are_read_and_written(kind: str, data: str, value: float) -> None:
    raw = bytes.fromhex(data)
    assert read_number(raw, kind) == value
    assert write_number(value, kind) == raw
    assert number_size(kind) == len(raw)
    assert number_bits(kind) == 8 * len(raw)
    rows = np.frombuffer(b"\x00" + raw + b"\x00", np.uint8)[None]
    assert number_column(rows, 1, kind).tolist() == [value]
    out = np.zeros((1, len(raw) + 2), np.uint8)
    put_numbers(out, 1, kind, np.array([value]))
    assert out.tobytes() == b"\x00" + raw + b"\x00"


@pytest.mark.parametrize("kind", ["", "u", "16", "u12", "u128", "f16", "f24", "int16", "u16le", "U16", "u16 "])
def test_what_is_no_type_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="is no number type"):
        number_size(kind)


@pytest.mark.parametrize("kind", WHOLE)
def test_the_limits_are_numbers_of_the_type_and_one_more_wraps(kind: str) -> None:
    low, high = number_limits(kind)
    assert read_number(write_number(low, kind), kind) == low
    assert read_number(write_number(high, kind), kind) == high
    assert read_number(write_number(high + 1, kind), kind) == low
    assert high - low == 2 ** number_bits(kind) - 1
    assert not is_float(kind)


@pytest.mark.parametrize("kind", FLOATS)
def test_floats_are_told_apart(kind: str) -> None:
    assert is_float(kind)
    low, high = number_limits(kind)
    assert read_number(write_number(high, kind), kind) == high == -low


@given(st.sampled_from(WHOLE), st.lists(st.binary(min_size=24, max_size=24), min_size=1, max_size=5))
def test_columns_are_what_single_numbers_are(kind: str, data: list[bytes]) -> None:
    rows = np.frombuffer(b"".join(data), np.uint8).reshape(len(data), 24)
    size = number_size(kind)
    column = number_column(rows, 0, kind, (3,))
    wanted = [[read_number(one[at * size :], kind) for at in range(3)] for one in data]
    assert column.tolist() == wanted
    out = np.zeros_like(rows)
    put_numbers(out, 0, kind, column)
    assert out[:, : 3 * size].tobytes() == rows[:, : 3 * size].tobytes()


@given(st.sampled_from(FLOATS), st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_floats_come_back(kind: str, value: float) -> None:
    out = np.zeros((1, 8), np.uint8)
    put_numbers(out, 0, kind, np.array([value]))
    assert number_column(out, 0, kind).tolist() == [value] == [read_number(write_number(value, kind), kind)]
    assert struct.calcsize("d" if "64" in kind else "f") == number_size(kind)
