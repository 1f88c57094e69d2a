"""Small motion of the sensor on a living foot: shoe and skin give, and a standing foot is never quite still."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.shaking import Shaking, shaking_at
from footdrop_imu.simulate.spline import uniform_pieces

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["SHIN", "SHOE", "Bedding", "Sway", "make_sway", "sway_at"]

_KNOT_S = 0.07  # fastest part about 5 Hz
_STANDING_FRAC = 0.08
_ONSET_S = 0.004


@dataclass(frozen=True)
class Bedding:
    """What gives between the bone and the sensor. Standard deviations, each (3,), body axes.

    ``tilt_rad`` and ``shift_m`` while walking; ``ring_tilt_rad`` and ``ring_shift_m``: how a touch of 0.35 m/s makes
    the sensor ring, at a frequency within ``ring_hz`` that dies out by e in ``ring_s``.
    """

    tilt_rad: FloatArray
    shift_m: FloatArray
    ring_tilt_rad: FloatArray
    ring_shift_m: FloatArray
    ring_hz: tuple[float, float]
    ring_s: float


SHOE = Bedding(
    np.radians([0.18, 0.18, 0.18]),
    np.array([0.0002, 0.0002, 0.0001]),
    np.radians([0.9, 0.4, 0.7]),
    np.array([0.0003, 0.00015, 0.0004]),
    (24.0, 42.0),
    0.018,
)
"""A sensor on a shoe."""
SHIN = Bedding(
    np.radians([0.3, 0.3, 0.5]),
    np.array([0.0004, 0.0004, 0.0006]),
    np.radians([0.5, 0.9, 0.8]),
    np.array([0.0005, 0.0003, 0.0008]),
    (11.0, 22.0),
    0.035,
)
"""A sensor strapped on the shin: softer, so slower and wider."""


@dataclass(frozen=True)
class Sway:
    """Rotation vector (rad) and shift (m) of the sensor against the foot, foot axes; six channels.

    ``courses`` is the slow part. The m knocks at ``knock_s`` ring with ``ring`` (m, 6) at ``ring_radps`` (m,) and die
    out by e in ``ring_s``. ``shakes`` are vibrations of other causes.
    """

    courses: PPoly
    knock_s: FloatArray
    ring: FloatArray
    ring_radps: FloatArray
    ring_s: float
    shakes: tuple[Shaking, ...] = ()


def make_sway(
    rng: np.random.Generator,
    begin_s: float,
    end_s: float,
    busy_s: FloatArray,
    knock_s: FloatArray,
    knock: FloatArray,
    scale: float,
    bedding: Bedding = SHOE,
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
    bedding
        What the sensor sits on.
    """
    from scipy.interpolate import PPoly

    count = int(np.ceil((end_s - begin_s) / _KNOT_S))
    time = begin_s + _KNOT_S * (np.arange(count + 5) - 2.0)
    busy = np.zeros(len(time), dtype=np.bool_)
    for first, last in busy_s:
        busy |= (time >= first) & (time <= last)
    size = scale * np.where(busy, 1.0, _STANDING_FRAC)
    weights = rng.standard_normal((len(time), 6)) * size[:, None] * np.concatenate([bedding.tilt_rad, bedding.shift_m])
    pieces = uniform_pieces(weights[None], np.array([_KNOT_S]))[:, 0]
    ring = scale * knock[:, None] * rng.standard_normal((len(knock), 6))
    return Sway(
        PPoly(pieces, begin_s + _KNOT_S * np.arange(count + 1)),
        knock_s,
        ring * np.concatenate([bedding.ring_tilt_rad, bedding.ring_shift_m]),
        2.0 * np.pi * rng.uniform(*bedding.ring_hz, len(knock)),
        bedding.ring_s,
    )


def sway_at(sway: Sway, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Tilt and shift at (n,) times: each (3, n, 3), value, first and second time derivative."""
    course = np.stack([np.asarray(sway.courses(time_s, nu)) for nu in range(3)])
    latest = np.searchsorted(sway.knock_s, time_s, side="right") - 1
    for back in (0, 1):  # an older knock has died out
        which = latest - back
        rings = np.flatnonzero(which >= 0)
        since = time_s[rings] - sway.knock_s[which[rings]]
        rings, since = rings[since < 20.0 * sway.ring_s], since[since < 20.0 * sway.ring_s]
        if len(rings):
            wave = _rung(since, sway.ring_radps[which[rings]], sway.ring_s)
            course[:, rings] += wave[:, :, None] * sway.ring[which[rings]]
    for shaking in sway.shakes:
        where, wave = shaking_at(shaking, time_s)
        course[:, where] += wave
    return course[:, :, :3], course[:, :, 3:]


def _rung(since_s: FloatArray, rate_radps: FloatArray, decay_s: float) -> FloatArray:
    """Value and two derivatives (3, n) of (1 - exp(-t / onset))^3 exp(-t / decay) sin(rate t)."""
    wave = np.zeros((3, len(since_s)))
    for j in range(4):
        power = -1.0 / decay_s - j / _ONSET_S + 1j * rate_radps
        term = (-1) ** j * math.comb(3, j) * np.exp(power * since_s)
        for nu in range(3):
            wave[nu] += (term * power**nu).imag
    return wave
