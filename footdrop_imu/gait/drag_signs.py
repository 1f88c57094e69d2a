"""What a swing shows of a toe that touches the floor: forward force, its roughness, force sideways, lowest toe."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.orientation import dot
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["SWING_FRAC", "drag_signs"]

SWING_FRAC = (np.arange(48) + 0.5) / 48
"""Places in swing (0 toe off, 1 initial contact) at which the signs are kept: 8 ms apart in a usual swing."""

_LOW_WINDOW = (0.12, 0.9)  # the toe has to have left the floor before it can come back to it
_LOW_S = 0.03
_SMOOTH_S = 0.02  # above 100 Hz: what every sensor can show, so that one set of constants serves all
_ROUGH_S = 0.04  # a window of this length passes half at 25 Hz
_POWER_S = 0.05
_FLOOR_MPS2 = 0.1  # roughness below this is the sensor's own


def drag_signs(
    acc: FloatArray,
    axes: FootAxes,
    toe_off: IntArray,
    contact: IntArray,
    toe_height_course: FloatArray,
    rate_hz: float,
) -> Mapping[str, Any]:
    """Signs of a touch in each swing of a stretch.

    Parameters
    ----------
    acc
        (n, 3) m/s², sensor axes.
    axes
        Foot axes in the sensor.
    toe_off, contact
        (k,) indices into ``acc``.
    toe_height_course
        (k, c) toe height over swing in even steps, m.
    rate_hz
        Sample rate.

    Returns
    -------
    drag_force
        (k, 48) specific force along the foot's long axis at ``SWING_FRAC``, m/s²: friction at the sole pulls it down.
    drag_roughness
        (k, 48) natural logarithm of its root mean square above 20 Hz, over about 25 ms; m/s².
    drag_sideways
        (k, 48) specific force across the foot, m/s²: a foot that brushes the other is pushed aside.
    drag_low_m
        (k,) height below which the toe stayed for 30 ms between 12 and 90 % of the swing.

    Notes
    -----
    Friction acts along the floor and so mostly along the foot. The roughness is that of one axis: sideways and upward
    a foot shakes more by itself, from toe off and from the other foot's landing.
    """
    ahead = dot(acc, axes.sensor_to_foot[0])
    ahead = _smoothed(ahead, _SMOOTH_S, rate_hz)
    rough = _smoothed((ahead - _smoothed(ahead, _ROUGH_S, rate_hz)) ** 2, _POWER_S, rate_hz)
    swing_s = (contact - toe_off) / rate_hz
    sideways = dot(acc, axes.sensor_to_foot[1])
    sideways = _smoothed(sideways, _SMOOTH_S, rate_hz)
    return {
        "drag_force": _at(ahead, toe_off, contact).astype(np.float32),
        "drag_roughness": (0.5 * np.log(_at(rough, toe_off, contact) + _FLOOR_MPS2**2)).astype(np.float32),
        "drag_sideways": _at(sideways, toe_off, contact).astype(np.float32),
        "drag_low_m": _lowest(toe_height_course, swing_s),
    }


def _smoothed(values: FloatArray, width_s: float, rate_hz: float) -> FloatArray:
    """Mean (n,) under a Hann window that is 0 from half the width on; nothing at sample times as long as that."""
    half = int(np.ceil(0.5 * width_s * rate_hz - 1e-6)) - 1
    if half < 1:
        return values
    window = 0.5 + 0.5 * np.cos(2.0 * np.pi * np.arange(-half, half + 1) / (width_s * rate_hz))
    padded = np.pad(values, half, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def _at(values: FloatArray, start: IntArray, end: IntArray) -> FloatArray:
    place = start[:, None] + SWING_FRAC * (end - start)[:, None]
    below = np.minimum(place.astype(np.int64), len(values) - 2)
    share = place - below
    return np.asarray(values[below] * (1.0 - share) + values[below + 1] * share)


def _lowest(height: FloatArray, swing_s: FloatArray) -> FloatArray:
    """Least height (k,) that is not exceeded for 30 ms: whole steps of the course."""
    count = height.shape[1]
    steps = np.clip(np.ceil(_LOW_S / np.maximum(swing_s, 1e-3) * (count - 1)), 1, count // 2).astype(np.int64)
    first, last = (round(edge * (count - 1)) for edge in _LOW_WINDOW)
    low = np.full(len(height), np.nan)
    for step in np.unique(steps):
        rows = np.flatnonzero(steps == step)
        window = np.lib.stride_tricks.sliding_window_view(height[rows, first : last + 1], step + 1, axis=1)
        low[rows] = window.max(axis=2).min(axis=1)
    return low
