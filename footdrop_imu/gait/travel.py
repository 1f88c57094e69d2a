"""How far a foot goes in each of its movements: what tells walking from an exercise in one place."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.cycles import find_movements
from footdrop_imu.gait.orientation import rotate
from footdrop_imu.gait.rest import find_rests, motion_intensity
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, IntArray

__all__ = ["Travel", "travel"]

_LONGEST_S = 3.0  # of a step; a way that was found over longer is no more than drift


class Travel(NamedTuple):
    """Movements in time order: first and last sample (k,), and the level distance (k,) m between the two.

    NaN where they are more than three seconds apart.
    """

    start: IntArray
    end: IntArray
    distance_m: FloatArray


def travel(acc: FloatArray, gyr: FloatArray, orientation: FloatArray, rate_hz: float) -> Travel:
    """Find the movements of a foot and how far each carries it over the floor.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes.
    orientation
        (n, 4) quaternions, sensor to a frame with z up, as ``slow_attitude`` gives them.
    rate_hz
        Sample rate.

    Notes
    -----
    Between two moments of least motion the acceleration is integrated twice; the velocity at both is taken to be zero,
    its error to grow linearly. A step goes some way, a repetition of an exercise comes back.
    """
    humps = find_movements(motion_intensity(acc, gyr, rate_hz), rate_hz)
    if not len(humps):
        return Travel(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    rests, after = find_rests(motion_intensity(acc, gyr, rate_hz), humps, rate_hz)
    level = rotate(orientation, acc) - np.array([0.0, 0.0, GRAVITY_MPS2])
    velocity = np.cumsum(level[:, :2], axis=0) / rate_hz
    position = np.cumsum(velocity, axis=0) / rate_hz
    start, end = rests.sample[after], rests.sample[after + 1]
    duration_s = ((end - start) / rate_hz)[:, None]
    way = position[end] - position[start] - 0.5 * (velocity[start] + velocity[end]) * duration_s
    distance = np.hypot(way[:, 0], way[:, 1])
    return Travel(start, end, np.where(duration_s[:, 0] > _LONGEST_S, np.nan, distance))
