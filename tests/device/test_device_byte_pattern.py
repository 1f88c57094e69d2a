"""Bytes written down as people write them: read, filled and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footdrop_imu.device.byte_pattern import BytePattern, fill, match, parse_pattern


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", ""),
        ("55 71 aF", "5571af"),
        ("016303 00", "01630300"),
        ("01 ?? 02", "010002"),
        ("01 <rate:u16> 02", "01000002"),
        ("01 *", "01"),
    ],
)
def test_a_pattern_without_values_fills_with_zeros(text: str, data: str) -> None:
    assert fill(parse_pattern(text)).hex() == data


def test_the_code_of_the_rate_is_put_in() -> None:
    assert fill(parse_pattern("01 {rate} 00", {"rate": "C8 00"})).hex() == "01c80000"
    assert fill(parse_pattern("2F{rate}00", {"rate": "31 30 34"})).hex() == "2f31303400"
    assert parse_pattern("01", {"rate": ""}) == BytePattern((1,))


@pytest.mark.parametrize(
    "text", ["5", "555", "0x55", "GG", "{rate}", "<a>", "<A:u8>", "<a:u12>", "<a:f16>", "* 55", "?", "01;02", "<a:u8"]
)
def test_what_is_no_pattern_is_refused_with_the_part(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no "):
        parse_pattern(text)


def test_named_numbers_are_found() -> None:
    pattern = parse_pattern("11 8C <battery:u8> <voltage_mv:u16>")
    # the maker's own test of a MetaWear: 99 %, 4148 mV
    assert match(pattern, bytes.fromhex("118c633410")) == {"battery": 99, "voltage_mv": 4148}
    assert match(parse_pattern("<a:i16be> <b:f32>"), bytes.fromhex("ff9c0000c03f")) == {"a": -100, "b": 1.5}


@pytest.mark.parametrize(
    ("text", "data", "fits"),
    [
        ("01 02", "0102", True),
        ("01 02", "010203", False),
        ("01 02", "01", False),
        ("01 02", "0103", False),
        ("01 02 *", "010203", True),
        ("01 02 *", "0102", True),
        ("01 02 *", "01", False),
        ("01 ??", "01ff", True),
        ("01 ??", "01", False),
        ("01 <a:u16>", "0102", False),
        ("", "", True),
        ("", "00", False),
        ("*", "00", True),
    ],
)
def test_all_of_the_bytes_must_fit(text: str, data: str, fits: bool) -> None:
    assert (match(parse_pattern(text), bytes.fromhex(data)) is not None) == fits


@given(
    st.integers(0, 255), st.integers(-(2**15), 2**15 - 1), st.integers(0, 2**24 - 1), st.integers(-(2**63), 2**63 - 1)
)
def test_what_is_filled_in_is_found_again(a: int, b: int, c: int, d: int) -> None:
    pattern = parse_pattern("55 <a:u8> ?? <b:i16be> <c:u24> 71 <d:i64> *")
    data = fill(pattern, {"a": a, "b": b, "c": c, "d": d})
    assert match(pattern, data + b"more") == {"a": a, "b": b, "c": c, "d": d}


@given(st.text(alphabet="0123456789abcdefG?*<>:uif {}rate", max_size=30))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        pattern = parse_pattern(text, {"rate": "01"})
    except ValueError:
        return
    assert match(pattern, fill(pattern)) is not None


@pytest.mark.parametrize(
    ("text", "data", "found"),
    [
        ("F0 ?? [05 01 <a:u8>]", "f000", {}),
        ("F0 ?? [05 01 <a:u8>]", "f000050107", {"a": 7}),
        ("F0 ?? [05 01 <a:u8>]", "f0000501", None),
        ("F0 ?? [05 01 <a:u8>]", "f00005010700", None),
        ("F0 ?? [ 05 01 <a:u8> ] *", "f00005010700", {"a": 7}),
        ("F0 ?? [05 01 <a:u8>] *", "f000060107", {}),
        ("F0 ?? [05 01 <a:u8>] *", "f0", None),
    ],
)
def test_a_tail_may_be_missing(text: str, data: str, found: dict[str, float] | None) -> None:
    assert match(parse_pattern(text), bytes.fromhex(data)) == found


def test_a_tail_is_written() -> None:
    assert fill(parse_pattern("F0 ?? [05 01 <a:u8>] *"), {"a": 7}).hex() == "f000050107"


@pytest.mark.parametrize("text", ["[05", "05]", "[05] 06", "[05 [06]]", "05 ] [ 06 ]"])
def test_a_tail_is_one_and_at_the_end(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no "):
        parse_pattern(text)
