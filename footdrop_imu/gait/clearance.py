"""Height of points of the shoe, and the least clearance of toe and sole in a swing."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.gait.orientation import dot
from footdrop_imu.gait.shoe import SOLE_PARTS, Geometry
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Clearance", "least_clearance", "point_height", "sole_height", "sole_sd"]

_WIDTH_SD_M = 0.010  # how well the sole's edge is known across
_SPRING_SD_M = 0.004  # how well the rise of a shoe's toe is


class Clearance(NamedTuple):
    """Per stride (k,); ``kind`` local_minimum or none."""

    height_m: FloatArray
    frac: FloatArray
    kind: NDArray[np.str_]


def point_height(
    arm_m: FloatArray, position_z: FloatArray, rise_m: FloatArray, start: IntArray, end: IntArray, interval: IntArray
) -> FloatArray:
    """Height of a point of the shoe above the straight line that joins its heights at start and end.

    Parameters
    ----------
    arm_m
        (n,) how much higher the point is than the sensor.
    position_z
        (n,) height of the sensor above its own at the interval's start, m.
    rise_m
        (k,) its height at the interval's end.
    start, end
        (k,) indices of each interval's foot-flats.
    interval
        (n,) which interval a sample is in; the sample at a foot-flat opens the next one.

    Returns
    -------
    (n,) m; may be negative.
    """
    arm_start, count = arm_m[start], end - start
    # the sample at an interval's end belongs to the next one: the height there is the path's end plus the arm
    slope = (rise_m + arm_m[end] - arm_start) / count
    # of a line: its height at sample 0, then its slope
    height = position_z + arm_m
    height -= (arm_start - slope * start).take(interval)
    height -= slope.take(interval) * np.arange(len(height))
    return height


def sole_height(
    geometry: Geometry,
    up: FloatArray,
    position_z: FloatArray,
    up_start: FloatArray,
    up_end: FloatArray,
    rise_m: FloatArray,
    share: FloatArray,
) -> tuple[FloatArray, IntArray]:
    """Height of the sole's lowest point above the floor, and which part of the sole that is.

    Parameters
    ----------
    geometry
        Points of the sole.
    up
        (k, c, 3) the world's up in foot axes along k strides.
    position_z
        (k, c) height of the sensor above its own at the stride's start, m.
    up_start, up_end
        (k, 3) up at the foot-flats that bound each stride.
    rise_m
        (k,) height of the sensor at the end.
    share
        (k, c) when in the stride each moment is, 0 = start, 1 = end.

    Returns
    -------
    height_m, part
        (k, c); ``part`` counts in ``shoe.SOLE_PARTS``.

    Notes
    -----
    The floor is the straight line that joins a point's own heights at both foot-flats, less what the point stands up
    when the shoe lies flat: a toe tip with 15 mm of toe spring is 15 mm above the floor then.
    """
    lowest = np.full(position_z.shape, np.inf)
    part = np.zeros(position_z.shape, dtype=np.int64)
    for point, name, rise in zip(geometry.sole_m, geometry.sole_part, geometry.rise_m, strict=True):
        first = (up_start @ point)[:, None]
        final = (rise_m + up_end @ point)[:, None]
        height = dot(up, point)
        height += position_z
        height -= share * (final - first)
        height += rise - first
        part[height < lowest] = name
        np.minimum(lowest, height, out=lowest)
    return lowest, part


def sole_sd(geometry: Geometry, up: FloatArray, part: IntArray) -> FloatArray:
    """Standard uncertainty in m of the sole's height by the shoe alone.

    Parameters
    ----------
    geometry
        How well the lever arms are known.
    up
        (k, 3) the world's up in foot axes.
    part
        (k,) which part of the sole is lowest: only the toe's rise over the floor is uncertain.
    """
    along, across = geometry.toe_sd_m * up[:, 0], np.hypot(_WIDTH_SD_M, geometry.side_sd_m) * up[:, 1]
    rise = np.where(part == SOLE_PARTS.index("toe"), _SPRING_SD_M, 0.0)
    return np.asarray(np.sqrt(along**2 + across**2 + rise**2))


def least_clearance(height: FloatArray, toe_speed: FloatArray, least_dip_m: float = 0.0005) -> Clearance:
    """Lowest height of the toe, or of the sole, between its two swing maxima.

    Parameters
    ----------
    height
        (k, c) height over swing, from toe off to initial contact in even steps, m.
    toe_speed
        (k, c) forward speed of the toe, m/s.
    least_dip_m
        A minimum less deep than this is none.

    Returns
    -------
    Clearance
        Without a minimum, the height where the toe is fastest, and kind "none".

    Notes
    -----
    Winter 1992 (doi:10.1093/ptj/72.1.45). Some strides have no minimum, more of them in older people.
    """
    count = height.shape[1]
    before = np.maximum.accumulate(height, axis=1)
    after = np.maximum.accumulate(height[:, ::-1], axis=1)[:, ::-1]
    depth = np.minimum(before, after) - height
    deep = depth > least_dip_m
    found = np.asarray(deep.any(axis=1))
    lowest = np.argmin(np.where(deep, height, np.inf), axis=1)
    fastest = np.argmax(toe_speed, axis=1)
    at = np.where(found, lowest, fastest)
    least = height[np.arange(len(at)), at]
    kind = np.where(found, "local_minimum", "none")
    return Clearance(least, at / (count - 1), kind)
