"""Small motion of the sensor on a living foot: shoe and skin give, and a standing foot is never quite still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.spline import uniform_pieces

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["Sway", "make_sway", "sway_at"]

_KNOT_S = 0.07  # fastest part about 5 Hz
_TILT_RAD = np.radians([0.12, 0.12, 0.12])  # standard deviation while walking
_SHIFT_M = np.array([0.0002, 0.0002, 0.0001])
_STANDING_FRAC = 0.08


@dataclass(frozen=True)
class Sway:
    """Rotation vector (rad) and shift (m) of the sensor against the foot, foot axes; six channels."""

    courses: PPoly


def make_sway(rng: np.random.Generator, begin_s: float, end_s: float, busy_s: FloatArray, scale: float) -> Sway:
    """Draw a smooth random course.

    Parameters
    ----------
    rng
        Source of chance.
    begin_s, end_s
        The time it must cover.
    busy_s
        (m, 2) intervals of walking; elsewhere the person stands and the course is much smaller.
    scale
        Size; 1 = as usual.
    """
    from scipy.interpolate import PPoly

    count = int(np.ceil((end_s - begin_s) / _KNOT_S))
    time = begin_s + _KNOT_S * (np.arange(count + 5) - 2.0)
    busy = np.zeros(len(time), dtype=np.bool_)
    for first, last in busy_s:
        busy |= (time >= first) & (time <= last)
    size = scale * np.where(busy, 1.0, _STANDING_FRAC)
    weights = rng.standard_normal((len(time), 6)) * size[:, None] * np.concatenate([_TILT_RAD, _SHIFT_M])
    pieces = uniform_pieces(weights[None], np.array([_KNOT_S]))[:, 0]
    return Sway(PPoly(pieces, begin_s + _KNOT_S * np.arange(count + 1)))


def sway_at(sway: Sway, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Tilt and shift at (n,) times: each (3, n, 3), value, first and second time derivative."""
    course = np.stack([np.asarray(sway.courses(time_s, nu)) for nu in range(3)])
    return course[:, :, :3], course[:, :, 3:]
