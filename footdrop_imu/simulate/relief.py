"""What stairs and ramps do to the motion over a level floor: a rigid turn and shift that changes within swings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["CHANNELS", "Relief", "raised", "slope_rad"]

Three = tuple[FloatArray, FloatArray, FloatArray]

CHANNELS = 6
"""Slope, where on the level floor (x, y), and where that is on the terrain (x, y, z)."""


@dataclass(frozen=True)
class Relief:
    """A point p of the motion over the level floor is at c + R (p - q) on the terrain.

    ``courses`` gives the slope of R in rad, q (x, y) and c (x, y, z); ``across`` (p, 3) is each piece's sideways axis,
    to the left, about which the slope turns. All of it stands still while the foot is on the floor.
    """

    courses: PPoly
    across: FloatArray


def slope_rad(relief: Relief, time_s: FloatArray) -> FloatArray:
    """Slope under the foot (3, n) at (n,) times, with two derivatives."""
    return np.stack([np.asarray(relief.courses(time_s, order))[:, 0] for order in range(3)])


def raised(relief: Relief, time_s: FloatArray, turning: Three, moving: Three) -> tuple[Three, Three]:
    """A body's rotation, rate and rate's change, and a point's place, velocity and acceleration, on the terrain."""
    piece = np.clip(np.searchsorted(relief.courses.x, time_s, side="right") - 1, 0, len(relief.across) - 1)
    course = [np.asarray(relief.courses(time_s, order)) for order in range(3)]
    axis = relief.across[piece]
    slope, spin, bend = (axis * -c[:, :1] for c in course)  # uphill is a negative turn about the axis to the left
    base = [np.column_stack([c[:, 1:3], np.zeros(len(c))]) for c in course]

    rotation, rate, change = turning
    turned = np.stack([_turned(slope, axis, rotation[:, :, k]) for k in range(3)], axis=2)
    own, bending = (np.einsum("nji,nj->ni", rotation, vector) for vector in (spin, bend))
    rising = (turned, rate + own, change + bending - np.cross(rate, own))

    place, velocity, acceleration = (
        _turned(slope, axis, vector - origin) for vector, origin in zip(moving, base, strict=True)
    )
    carried = np.cross(spin, place)
    return rising, (
        course[0][:, 3:] + place,
        course[1][:, 3:] + velocity + carried,
        course[2][:, 3:]
        + acceleration
        + 2.0 * np.cross(spin, velocity)
        + np.cross(bend, place)
        + np.cross(spin, carried),
    )


def _turned(turn: FloatArray, axis: FloatArray, vector: FloatArray) -> FloatArray:
    """``vector`` (n, 3) turned by rotation vectors ``turn`` (n, 3) along unit axes."""
    angle = np.einsum("ni,ni->n", turn, axis)[:, None]
    along = np.einsum("ni,ni->n", axis, vector)[:, None] * axis
    return np.asarray(np.cos(angle) * vector + np.sin(angle) * np.cross(axis, vector) + (1.0 - np.cos(angle)) * along)
