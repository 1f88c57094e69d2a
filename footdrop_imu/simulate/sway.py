"""Small motion of the sensor on a living foot: shoe and skin give, and a standing foot is never quite still."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.spline import uniform_pieces

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["Sway", "make_sway", "sway_at"]

_KNOT_S = 0.07  # fastest part about 5 Hz
_TILT_RAD = np.radians([0.18, 0.18, 0.18])  # standard deviation while walking
_SHIFT_M = np.array([0.0002, 0.0002, 0.0001])
_STANDING_FRAC = 0.08
# A knock makes the sensor ring against the foot: standard deviation at a touch of 0.35 m/s, frequency, decay.
_RING_TILT_RAD = np.radians([0.9, 0.4, 0.7])
_RING_SHIFT_M = np.array([0.0003, 0.00015, 0.0004])
_RING_HZ = (24.0, 42.0)
_RING_S = 0.018
_ONSET_S = 0.004


@dataclass(frozen=True)
class Sway:
    """Rotation vector (rad) and shift (m) of the sensor against the foot, foot axes; six channels.

    ``courses`` is the slow part. The m knocks at ``knock_s`` ring with ``ring`` (m, 6) at ``ring_radps`` (m,).
    """

    courses: PPoly
    knock_s: FloatArray
    ring: FloatArray
    ring_radps: FloatArray


def make_sway(
    rng: np.random.Generator,
    begin_s: float,
    end_s: float,
    busy_s: FloatArray,
    knock_s: FloatArray,
    knock: FloatArray,
    scale: float,
) -> Sway:
    """Draw a smooth random course.

    Parameters
    ----------
    rng
        Source of chance.
    begin_s, end_s
        The time it must cover.
    busy_s
        (k, 2) intervals of walking; elsewhere the person stands and the course is much smaller.
    knock_s, knock
        (m,) when the foot hits the floor, in order, and how hard: 1 = a touch at 0.35 m/s.
    scale
        Size of it all; 1 = as usual.
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
    ring = scale * knock[:, None] * rng.standard_normal((len(knock), 6))
    return Sway(
        PPoly(pieces, begin_s + _KNOT_S * np.arange(count + 1)),
        knock_s,
        ring * np.concatenate([_RING_TILT_RAD, _RING_SHIFT_M]),
        2.0 * np.pi * rng.uniform(*_RING_HZ, len(knock)),
    )


def sway_at(sway: Sway, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Tilt and shift at (n,) times: each (3, n, 3), value, first and second time derivative."""
    course = np.stack([np.asarray(sway.courses(time_s, nu)) for nu in range(3)])
    latest = np.searchsorted(sway.knock_s, time_s, side="right") - 1
    for back in (0, 1):  # an older knock has died out
        which = latest - back
        rings = np.flatnonzero(which >= 0)
        since = time_s[rings] - sway.knock_s[which[rings]]
        rings, since = rings[since < 20.0 * _RING_S], since[since < 20.0 * _RING_S]
        if len(rings):
            wave = _rung(since, sway.ring_radps[which[rings]])
            course[:, rings] += wave[:, :, None] * sway.ring[which[rings]]
    return course[:, :, :3], course[:, :, 3:]


def _rung(since_s: FloatArray, rate_radps: FloatArray) -> FloatArray:
    """Value and two derivatives (3, n) of (1 - exp(-t / onset))^3 exp(-t / decay) sin(rate t)."""
    wave = np.zeros((3, len(since_s)))
    for j in range(4):
        power = -1.0 / _RING_S - j / _ONSET_S + 1j * rate_radps
        term = (-1) ** j * math.comb(3, j) * np.exp(power * since_s)
        for nu in range(3):
            wave[nu] += (term * power**nu).imag
    return wave
