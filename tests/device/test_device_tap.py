"""Two sensors tapped together: simulated shocks with a known offset between the clocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.device.tap import TapConfig, align_by_tap, tap_offset
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import SensorStream

SECONDS = 6.0


def tapped(
    taps_s: tuple[float, ...],
    offset_s: float,
    seed: int,
    *,
    rate_hz: float = 200.0,
    seconds: float = SECONDS,
    drift: float = 0.0,
    ring_hz: float = 30.0,
    segment: str = "left_foot",
) -> SensorStream:
    """A sensor of its own attitude, phase, strength and ringing; its clock is ``offset_s`` late at time 0."""
    rng = np.random.default_rng(seed)
    time_s = rng.uniform(0.0, 1.0 / rate_hz) + np.arange(round(seconds * rate_hz)) / rate_hz
    values = np.zeros((len(time_s), 3))
    own_hz, fade_s, strength = ring_hz * rng.uniform(0.9, 1.1), rng.uniform(0.02, 0.04), rng.uniform(30.0, 60.0)
    for part_s in (np.arange(8) - 3.5) / (8.0 * rate_hz):  # the sensor's filter: a mean over the sample time
        for tap_s in taps_s:
            since_s = np.maximum(time_s + part_s - tap_s, 0.0)
            values[:, 2] += strength * np.exp(-since_s / fade_s) * np.sin(2.0 * np.pi * own_hz * since_s) / 8.0
    values[:, 2] += 9.81
    values = (values + rng.normal(0.0, 0.05, values.shape)) @ np.linalg.qr(rng.normal(size=(3, 3)))[0].T
    return SensorStream(
        segment,
        "acceleration",
        values,
        counter=np.arange(len(time_s)),
        rate_hz=rate_hz / (1.0 + drift),
        clock_group="host",
        clock_offset_s=(float(time_s[0])) * (1.0 + drift) + offset_s,
    )


def pair(
    seed: int, offset_s: float, taps_s: tuple[float, ...] = (2.0,), **more: float
) -> tuple[SensorStream, SensorStream]:
    return tapped(taps_s, 0.0, 2 * seed, **more), tapped(taps_s, offset_s, 2 * seed + 1, **more)


def test_a_tap_tells_the_offset_to_a_part_of_a_sample() -> None:
    offsets_s = np.random.default_rng(1000).uniform(-0.15, 0.15, 60)
    found = [tap_offset(*pair(1000 + seed, offset_s)) for seed, offset_s in enumerate(offsets_s)]
    errors = np.array([one.offset_s for one in found]) - offsets_s
    stated = np.array([one.offset_sd_s for one in found])
    assert np.sqrt(np.mean(errors**2)) < 0.4 / 200
    assert 0.5 < np.sqrt(np.mean((errors / stated) ** 2)) < 1.6
    assert all(np.isnan(one.drift_sd) and one.drift == 0.0 for one in found)


def test_two_taps_tell_the_drift_and_align_the_clocks() -> None:
    seconds, drift = 400.0, 80e-6
    left, right = (
        tapped((2.0, 395.0), 0.0, 1, seconds=seconds),
        tapped((2.0, 395.0), 0.05, 2, seconds=seconds, drift=drift),
    )
    found = tap_offset(left, right)
    assert found.drift == pytest.approx(drift, abs=3.0 * found.drift_sd)
    assert found.drift_sd < 10e-6
    again = tap_offset(left, align_by_tap(right, found))
    assert abs(again.offset_s) < 0.001
    assert abs(again.drift) < 5e-6


def test_different_rates_of_the_two_sensors_do_not_matter() -> None:
    left, right = (
        tapped((2.0,), 0.0, 5, rate_hz=208.0, ring_hz=20.0),
        tapped((2.0,), -0.03, 6, rate_hz=104.0, ring_hz=20.0),
    )
    assert tap_offset(left, right).offset_s == pytest.approx(-0.03, abs=0.005)


def test_without_a_common_tap_it_is_refused() -> None:
    left, right = tapped((2.0,), 0.0, 1), tapped((4.0,), 0.0, 2)
    with pytest.raises(SignalError, match="no tap that the sensors") as caught:
        tap_offset(left, right)
    assert caught.value.reason is SignalReason.NO_FIT


def test_a_walk_is_no_tap() -> None:
    # each foot strikes twice a second, in turn, and neither is ever still
    left = tapped(tuple(np.arange(0.5, 30.0, 0.5)), 0.0, 1, seconds=30.0)
    right = tapped(tuple(np.arange(0.75, 30.0, 0.5)), 0.0, 2, seconds=30.0)
    sway = 3.0 * np.sin(2.0 * np.pi * np.arange(len(left.values)) / 100.0)[:, None] * np.array([1.0, 0.0, 0.0])
    with pytest.raises(SignalError, match="no tap"):
        tap_offset(replace(left, values=left.values + sway), replace(right, values=right.values + sway))


def test_shocks_that_do_not_look_alike_are_refused() -> None:
    left = tapped((2.0,), 0.0, 1, ring_hz=12.0)
    right = tapped((2.0,), 0.0, 2, ring_hz=70.0)
    with pytest.raises(SignalError, match="is not clear"):
        tap_offset(left, right, TapConfig(least_alike=0.9))


def test_taps_that_contradict_each_other_are_refused() -> None:
    left = tapped((2.0, 95.0), 0.0, 1, seconds=100.0)
    right = tapped((2.0, 95.2), 0.0, 2, seconds=100.0)
    with pytest.raises(SignalError, match="drift apart"):
        tap_offset(left, right)


def test_a_gyroscope_has_no_tap() -> None:
    left, right = pair(1, 0.0)
    with pytest.raises(SignalError, match="expected acceleration"):
        tap_offset(left, replace(right, quantity="angular_velocity"))
