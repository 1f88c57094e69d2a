from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.packets import Frames
from footdrop_imu.device.shared_clock import share_clock
from footdrop_imu.device.timeline import make_timeline, make_timelines
from footdrop_imu.schema import Quantity

RATE_HZ = 104.0
TRUE_HZ = RATE_HZ * (1 + 40e-6)
NANO = ClockFormat(rate_hz=RATE_HZ, tick_s=1e-9, tick_bits=64, tick_of="last")


def sent(
    quantity: Quantity, sizes: int, begin_s: float, clock: ClockFormat, *, seconds: float = 60.0, seed: int = 0
) -> Frames:
    """Frames of about ``sizes`` samples; the first sample was taken ``begin_s`` after the sensor's clock began."""
    rng = np.random.default_rng(seed)
    count = rng.integers(sizes - 5, sizes + 6, round(seconds * RATE_HZ / sizes))
    first = np.concatenate(([0], np.cumsum(count)))
    sample = first[1:] - 1 if clock.tick_of == "last" else first[:-1]
    arrival_s = 500.0 + begin_s + (first[1:] - 1) / TRUE_HZ + rng.gamma(1.5, 0.012, len(count))
    device_s = 77.0 + begin_s + sample / RATE_HZ
    assert clock.tick_s is not None
    ticks = np.rint(device_s / clock.tick_s).astype(np.int64)
    if clock.tick_bits is not None and clock.tick_bits < 63:
        ticks &= (1 << clock.tick_bits) - 1
    return Frames(
        quantity=quantity,
        values=rng.normal(size=(int(first[-1]), 3)),
        first=first,
        arrival_s=np.maximum.accumulate(arrival_s),
        connection=np.zeros(len(count), np.int64),
        ticks=ticks,
    )


@pytest.mark.parametrize(
    "clock",
    [NANO, replace(NANO, tick_of="first"), ClockFormat(RATE_HZ, tick_s=1 / 32768, tick_bits=24, tick_of="last")],
)
def test_two_quantities_lie_to_each_other_as_the_sensor_says(clock: ClockFormat) -> None:
    acc = sent("acceleration", 60, 0.020, clock, seed=1)
    gyr = sent("angular_velocity", 45, 0.0531, clock, seed=2)
    alone = [make_timeline([one], clock) for one in (acc, gyr)]
    one, other = make_timelines([acc, gyr], clock)
    assert one.rate_hz == pytest.approx(other.rate_hz, rel=1e-7)
    assert other.first_s - one.first_s == pytest.approx(0.0331, abs=1e-5)
    assert abs((alone[1].first_s - alone[0].first_s) - 0.0331) > 1e-4, "each for itself they do not"
    # the beginning is as good as the two fits it is made of
    worse = max(abs(line.first_s - begin) for line, begin in zip(alone, (500.020, 500.0531), strict=True))
    assert abs(one.first_s - 500.020) <= worse
    assert one.rate_hz == pytest.approx(TRUE_HZ, rel=3e-4)
    assert np.array_equal(one.counter, alone[0].counter)
    assert np.array_equal(other.counter, alone[1].counter)
    assert one.residual_s == other.residual_s == min(line.residual_s for line in alone)


def test_the_time_of_one_may_wrap_before_the_other_begins() -> None:
    clock = ClockFormat(RATE_HZ, tick_s=1 / 32768, tick_bits=24, tick_of="last")
    wrap_s = 2**24 / 32768
    acc = sent("acceleration", 60, wrap_s - 77.0 - 0.7, clock, seed=1)
    gyr = sent("angular_velocity", 45, wrap_s - 77.0 - 0.1, clock, seed=2)
    assert acc.ticks is not None
    assert gyr.ticks is not None
    assert acc.ticks[0] > 2**23 > gyr.ticks[0]
    one, other = make_timelines([acc, gyr], clock)
    assert other.first_s - one.first_s == pytest.approx(0.6, abs=5e-5)


def test_quantities_of_the_same_frames_share_their_timeline_as_before() -> None:
    acc = sent("acceleration", 60, 0.0, NANO)
    gyr = replace(acc, quantity="angular_velocity")
    one, other = make_timelines([acc, gyr], NANO)
    assert one is other
    assert one.first_s == make_timeline([acc, gyr], NANO).first_s


def test_without_a_device_time_or_after_a_restart_nothing_is_shared() -> None:
    acc, gyr = sent("acceleration", 60, 0.02, NANO, seed=1), sent("angular_velocity", 45, 0.0531, NANO, seed=2)
    plain = ClockFormat(rate_hz=RATE_HZ)
    untimed = [replace(one, ticks=None) for one in (acc, gyr)]
    lines = [make_timeline([one], plain) for one in untimed]
    assert share_clock(untimed, lines, plain) == lines
    restarted = [make_timeline([one], NANO) for one in (acc, gyr)]
    restarted[0] = replace(restarted[0], reset_count=1)
    assert share_clock([acc, gyr], restarted, NANO) == restarted


@pytest.mark.parametrize("ticks", [[7, 7], [7, 2**24 - 100]])
def test_a_time_that_does_not_go_on_shares_nothing(ticks: list[int]) -> None:
    clock = ClockFormat(RATE_HZ, tick_s=1 / 32768, tick_bits=24, tick_of="last")
    acc = sent("acceleration", 60, 0.02, clock, seed=1)
    few = Frames(
        quantity="angular_velocity",
        values=np.random.default_rng(3).normal(size=(20, 3)),
        first=np.array([0, 10, 20]),
        arrival_s=np.array([500.5, 500.6]),
        connection=np.zeros(2, np.int64),
        ticks=np.array(ticks),
    )
    for timeline in make_timelines([acc, few], clock):
        assert np.isfinite(timeline.first_s)
        assert 0.0 < timeline.rate_hz < np.inf


def test_lost_frames_do_not_shift_it() -> None:
    acc, gyr = sent("acceleration", 60, 0.02, NANO, seed=1), sent("angular_velocity", 45, 0.0531, NANO, seed=2)
    sizes = np.diff(acc.first)
    came = np.ones(len(sizes), dtype=bool)
    came[[20, 21, 50]] = False
    assert acc.ticks is not None
    holed = replace(
        acc,
        values=acc.values[np.repeat(came, sizes)],
        first=np.concatenate(([0], np.cumsum(sizes[came]))),
        arrival_s=acc.arrival_s[came],
        connection=acc.connection[came],
        ticks=acc.ticks[came],
    )
    one, other = make_timelines([holed, gyr], NANO)
    assert one.lost_count == sizes[~came].sum()
    assert other.first_s - one.first_s == pytest.approx(0.0331, abs=1e-5)
