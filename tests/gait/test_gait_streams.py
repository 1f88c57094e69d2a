"""What two streams of one sensor must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.streams import check_pair, share_clock
from footdrop_imu.schema import SensorStream

COUNT = 300
VALUES = np.random.default_rng(1).normal(size=(COUNT, 3))


def pair(**both: Any) -> list[SensorStream]:
    given = {"values": VALUES, "rate_hz": 100.0} | both
    return [
        SensorStream("left_foot", "acceleration", **given),
        SensorStream("left_foot", "angular_velocity", **given),
    ]


def refused(streams: list[SensorStream], reason: SignalReason, *words: str) -> None:
    with pytest.raises(SignalError) as caught:
        check_pair(streams)
    assert caught.value.reason is reason
    for word in ("left_foot", "expected", *words):
        assert word in caught.value.message


def test_a_pair_comes_out_in_its_order_as_contiguous_numbers() -> None:
    acc, gyr = check_pair(pair(values=np.asfortranarray(VALUES.astype(np.float32)))[::-1])
    assert (acc.quantity, gyr.quantity) == ("acceleration", "angular_velocity")
    for one in (acc, gyr):
        assert one.values.dtype == np.float64
        assert one.values.flags.c_contiguous


def test_integers_are_numbers_and_words_are_none() -> None:
    acc, _ = check_pair(pair(values=np.ones((COUNT, 3), dtype=np.int16)))
    assert acc.values.dtype == np.float64
    refused(pair(values=np.full((COUNT, 3), "1.0")), SignalReason.WRONG_SHAPE, "expected numbers")
    refused(pair(values=VALUES + 1j), SignalReason.WRONG_SHAPE, "complex128")


@pytest.mark.parametrize("shape", [(COUNT,), (COUNT, 2), (3, COUNT), (COUNT, 3, 1), ()])
def test_wrong_shapes(shape: tuple[int, ...]) -> None:
    refused(pair(values=np.ones(shape)), SignalReason.WRONG_SHAPE, str(shape))


def test_a_quantity_that_lacks_or_comes_twice() -> None:
    refused(pair()[:1], SignalReason.WRONG_SHAPE, "has no gyroscope", "Record both")
    refused(pair()[1:], SignalReason.WRONG_SHAPE, "has no accelerometer")
    refused([*pair(), pair()[0]], SignalReason.WRONG_SHAPE, "has 2 accelerometers")


@pytest.mark.parametrize("clock", ["counter", "time_s"])
def test_a_clock_has_an_entry_for_each_sample(clock: str) -> None:
    refused(pair(**{clock: np.arange(COUNT - 1)}), SignalReason.WRONG_SHAPE, str(COUNT), f"({COUNT - 1},)")
    refused(pair(**{clock: np.arange(COUNT).reshape(-1, 1)}), SignalReason.WRONG_SHAPE)


@pytest.mark.parametrize("clock", ["counter", "time_s"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_clock_is_of_numbers(clock: str, bad: float) -> None:
    ticks = np.arange(COUNT, dtype=float)
    ticks[[20, 40]] = bad
    refused(pair(**{clock: ticks}), SignalReason.NOT_FINITE, "2 entries", "first at sample 20", "Leave such rows out")
    refused(pair(**{clock: np.arange(COUNT).astype(str)}), SignalReason.NOT_FINITE, "expected numbers")


def test_a_counter_counts_whole() -> None:
    acc, _ = check_pair(pair(counter=np.arange(COUNT, dtype=float)))
    assert acc.counter is not None
    assert acc.counter.dtype == np.int64
    refused(pair(counter=np.arange(COUNT) + 0.5), SignalReason.NOT_FINITE, "fractions")


@pytest.mark.parametrize("bits", [0, -1, 65])
def test_a_counter_of_no_width(bits: int) -> None:
    refused(pair(counter=np.arange(COUNT), counter_bits=bits), SignalReason.RATE_UNKNOWN, f"{bits} bits", "1 to 64")


def test_an_offset_is_a_number() -> None:
    refused(pair(clock_offset_s=float("nan")), SignalReason.NOT_FINITE, "clock offset")


def test_samples_that_nothing_tells_apart_in_time() -> None:
    acc, gyr = pair()
    shorter = replace(gyr, values=VALUES[:-1])
    refused([acc, shorter], SignalReason.WRONG_SHAPE, "300", "299", "counter or the time column")
    check_pair([acc, replace(shorter, rate_hz=99.6)])
    check_pair([replace(one, counter=np.arange(len(one.values))) for one in (acc, shorter)])


def test_equal_clocks_are_shared_and_others_are_not() -> None:
    acc, gyr = pair(counter=np.arange(COUNT), time_s=np.arange(COUNT) / 100.0)
    assert share_clock(acc, gyr)
    assert share_clock(acc, replace(gyr, counter=np.arange(COUNT), time_s=np.arange(COUNT) / 100.0))
    for change in (
        {"counter": np.arange(COUNT) + 1},
        {"counter": None},
        {"time_s": np.arange(COUNT) / 99.0},
        {"values": VALUES[:-1]},
        {"rate_hz": 50.0},
        {"counter_bits": 16},
        {"clock_offset_s": 0.01},
    ):
        assert not share_clock(acc, replace(gyr, **change)), change  # type: ignore[arg-type]
