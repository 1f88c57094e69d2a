"""Shoe sizes to lengths."""

from __future__ import annotations

import math

import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.files.shoe_size import shoe_length


@pytest.mark.parametrize(
    ("text", "length_m"),
    [("290", 0.290), ("290 mm", 0.290), ("290mm", 0.290), ("29 cm", 0.290), ("28,5 cm", 0.285), (" 285.5 ", 0.2855)],
)
def test_a_measured_sole_is_taken_as_it_is(text: str, length_m: float) -> None:
    found, sd_m = shoe_length(text)
    assert found == pytest.approx(length_m)
    assert math.isnan(sd_m), "as well as a ruler"


@pytest.mark.parametrize(
    ("text", "last_m"),
    [
        ("EU 42", 0.280),
        ("eu 42.5", 0.28333),
        ("EU 42 2/3", 0.28444),
        ("EUR 38", 0.25333),
        ("size EU 40½", 0.270),
        ("UK 8", 0.2794),
        ("8 UK", 0.2794),
        ("UK 7.5", 0.27517),
        ("US men 9", 0.2794),
        ("US men's 9", 0.2794),
        ("us m 9", 0.2794),
        ("US women 10.5", 0.2794),
        ("US W 7", 0.24977),
    ],
)
def test_a_size_is_its_last_and_what_the_sole_is_longer(text: str, last_m: float) -> None:
    found, sd_m = shoe_length(text)
    assert 0.010 <= found - last_m <= 0.015
    assert 0.005 <= sd_m <= 0.012


def test_systems_agree_on_the_same_shoe() -> None:
    found = [shoe_length(text)[0] for text in ("EU 42", "UK 8", "US men 9", "US women 10.5")]
    assert max(found) - min(found) < 0.001


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EU 30", "children"),
        ("UK 13.5 child", "no size that is known"),
        ("UK 1", "grown-up"),
        ("US 9", "men's or a women's"),
        ("42", "42 mm"),
        ("29", "29 mm"),
        ("2.9 m", "no size that is known"),
        ("JP 26", "no size that is known"),
        ("EU", "no shoe length"),
        ("", "no shoe length"),
        ("EU 99", "grown-up"),
        ("-290", "no size that is known"),
    ],
)
def test_what_is_unclear_is_refused_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words) as caught:
        shoe_length(text)
    assert "EU 42" in caught.value.message
    assert "290 mm" in caught.value.message
