"""Ramps and stairs against level floor, where the sensor's own error lets every stride rise."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.slope import SlopeConfig, ramp_strides, usual_slope
from footdrop_imu.schema import FloatArray

JOINED = np.array([False] + [True] * 19)
ON_RAMP = slice(8, 14)


def walk(slope_deg: float, common_deg: float = 0.0, seed: int = 0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Slope and tilt of twenty strides, six of them on a ramp, and their lengths."""
    rng = np.random.default_rng(seed)
    slope, tilt = 0.3 * rng.standard_normal((2, 20))
    slope[ON_RAMP] += slope_deg
    # half of the tilt where one of the two foot-flats is on the ramp
    tilt[ON_RAMP] += slope_deg * np.array([0.5, 1.0, 1.0, 1.0, 1.0, 0.5])
    return slope + common_deg, tilt, np.full(20, 1.2)


def found(slope: FloatArray, tilt: FloatArray, length: FloatArray) -> FloatArray:
    return np.flatnonzero(ramp_strides(slope - usual_slope(slope, tilt, length), tilt, JOINED))


@pytest.mark.parametrize("common_deg", [-1.0, 0.0, 3.0])
@pytest.mark.parametrize("slope_deg", [-8.0, -4.0, 4.0, 8.0])
def test_ramps_are_told_whatever_the_sensors_own_rise(slope_deg: float, common_deg: float) -> None:
    assert found(*walk(slope_deg, common_deg)).tolist() == list(range(8, 14))


def test_rise_alone_and_tilt_alone_are_no_ramp() -> None:
    slope, tilt, length = walk(5.0)
    assert not len(found(slope, np.zeros(20), length))
    assert not len(found(np.zeros(20), tilt, length))
    assert not len(found(slope, -tilt, length)), "a foot does not lie against the slope"


def test_one_stride_is_no_ramp() -> None:
    slope, tilt, length = walk(0.0)
    slope[5] = tilt[5] = 5.0
    assert not len(found(slope, tilt, length))
    slope[7] = tilt[7] = 5.0
    assert not len(found(slope, tilt, length)), "nor are two that do not follow each other"
    slope[6] = tilt[6] = 5.0
    assert found(slope, tilt, length).tolist() == [5, 6, 7]


def test_a_pause_ends_a_ramp() -> None:
    slope, tilt, _ = walk(0.0)
    slope[5:7] = tilt[5:7] = 5.0
    joined = JOINED.copy()
    joined[6] = False
    assert not ramp_strides(slope, tilt, joined).any()


def test_what_all_strides_rise_by_is_the_sensors() -> None:
    """Less of it in a short stride, and none where the walk is stairs."""
    slope, tilt, length = np.full(10, 3.0), np.zeros(10), np.full(10, 1.2)
    length[3] = 0.3
    usual = usual_slope(slope, tilt, length)
    assert usual[0] == pytest.approx(3.0)
    assert usual[3] == pytest.approx(0.75)
    assert not usual_slope(np.full(10, 25.0), tilt, length).any()
    assert SlopeConfig().common_deg < 10.0
    assert not len(usual_slope(np.zeros(0), np.zeros(0), np.zeros(0)))
    assert not len(ramp_strides(np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)))
