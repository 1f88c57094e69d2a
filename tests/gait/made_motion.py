"""A sensor carried by a rigid foot along polynomials: its signals and its path are both known exactly.

Each movement lasts ``move_s`` between rests of ``rest_s``; with u from 0 to 1 over the movement, the way is a quintic
step, the height 64 u³(1 - u)³ and the pitch an odd polynomial that goes toes down first and toes up later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.polynomial import Polynomial
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.rest import Rests
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, IntArray

_U = Polynomial([0.0, 1.0])
STEP = 10 * _U**3 - 15 * _U**4 + 6 * _U**5
BUMP = 64 * (_U * (1 - _U)) ** 3
SWING = -BUMP * (1 - 2 * _U) / 0.23802  # toes down to -1 at u = 0.31, toes up to +1 at u = 0.69


@dataclass(frozen=True)
class MadeMotion:
    """Signals in sensor axes and what is true of them: (n, 3) arrays, quaternions (n, 4) sensor to world."""

    rate_hz: float
    acc: FloatArray
    gyr: FloatArray
    orientation: FloatArray
    position: FloatArray
    velocity: FloatArray
    pitch_deg: FloatArray
    rests: Rests
    length_m: FloatArray = field(default_factory=lambda: np.zeros(0))


def make_motion(
    length_m: list[float],
    *,
    rise_m: list[float] | None = None,
    lift_m: float = 0.10,
    pitch_deg: float = 40.0,
    rest_s: float = 0.4,
    move_s: float = 0.8,
    rate_hz: float = 200.0,
    mounting: Rotation | None = None,
) -> MadeMotion:
    """Walk along x, one movement for each length. ``mounting`` turns sensor axes to foot axes."""
    mounting = mounting or Rotation.identity()
    rise_m = rise_m or [0.0] * len(length_m)
    rest, move = round(rest_s * rate_hz), round(move_s * rate_hz)
    count = rest + len(length_m) * (move + rest) + 1
    position, velocity, force = np.zeros((count, 3)), np.zeros((count, 3)), np.zeros((count, 3))
    pitch, rate = np.zeros(count), np.zeros(count)
    u = np.arange(move + 1) / move
    swing = np.radians(pitch_deg) * SWING
    for number, (length, rise) in enumerate(zip(length_m, rise_m, strict=True)):
        first = rest + number * (move + rest)
        own = slice(first, first + move + 1)
        for axis, course in ((0, length * STEP), (2, lift_m * BUMP + rise * STEP)):
            position[first + move + 1 :, axis] = position[first, axis] + course(1.0)
            position[own, axis] = position[first, axis] + course(u)
            velocity[own, axis] = course.deriv()(u) / move_s
            force[own, axis] = course.deriv(2)(u) / move_s**2
        pitch[own], rate[own] = swing(u), swing.deriv()(u) / move_s
    force[:, 2] += GRAVITY_MPS2
    foot = Rotation.from_rotvec(np.outer(-pitch, [0.0, 1.0, 0.0]))
    turning = np.column_stack([np.zeros(count), -rate, np.zeros(count)])
    sample = (np.arange(len(length_m) + 1) * (move + rest) + rest // 2).astype(np.int64)
    quarter = rest // 4
    rests = Rests(
        sample, sample - quarter, sample + quarter + 1, np.zeros(len(sample)), np.zeros(len(sample), dtype=bool)
    )
    return MadeMotion(
        rate_hz=rate_hz,
        acc=mounting.inv().apply(foot.inv().apply(force)),
        gyr=mounting.inv().apply(turning),
        orientation=(foot * mounting).as_quat(),
        position=position,
        velocity=velocity,
        pitch_deg=np.degrees(pitch),
        rests=rests,
        length_m=np.asarray(length_m),
    )


def movements_of(motion: MadeMotion) -> IntArray:
    """The intervals between rests, all of which hold a movement."""
    return np.arange(len(motion.rests.sample) - 1)
