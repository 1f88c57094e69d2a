"""Height of points of the shoe, and the least toe clearance of a swing."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.gait.orientation import rotate
from footdrop_imu.schema import FloatArray, IntArray

__all__ = [
    "ASSUMED_LENGTH_M",
    "ASSUMED_LENGTH_SD_M",
    "Geometry",
    "ToeClearance",
    "least_toe_clearance",
    "point_height",
    "shoe_geometry",
]

ASSUMED_LENGTH_M = 0.270
ASSUMED_LENGTH_SD_M = 0.020

# place on the shoe: distance from the heel as a share of the shoe's length, height above the floor in m, and
# the sd of both on a shoe that nobody measured; the toe tip of a shoe that lies flat stands up by its spring
_PLACES = {
    "instep": (0.58, 0.075, 0.02),
    "lace": (0.62, 0.070, 0.02),
    "heel": (0.00, 0.050, 0.015),
    "outer": (0.40, 0.050, 0.02),
}
_TOE_SPRING_M = 0.015


@dataclass(frozen=True)
class Geometry:
    """Lever arms in m from the sensor, foot axes, and their sd along the foot."""

    toe_m: FloatArray
    heel_m: FloatArray
    toe_sd_m: float
    entered: bool


class ToeClearance(NamedTuple):
    """Per stride (k,); ``kind`` local_minimum or none."""

    height_m: FloatArray
    frac: FloatArray
    kind: NDArray[np.str_]


def shoe_geometry(
    length_m: float,
    place: str,
    toe_m: tuple[float, float, float] | None = None,
    heel_m: tuple[float, float, float] | None = None,
) -> Geometry:
    """Lever arms from the shoe's length and the sensor's place, or as they were measured.

    Parameters
    ----------
    length_m
        Outer length of the shoe; NaN: 270 mm (sd 20 mm) is assumed.
    place
        instep, lace, heel or outer; "": instep is assumed.
    toe_m, heel_m
        Measured lever arms from the sensor to toe tip and heel, foot axes; None: from length and place.
    """
    known = np.isfinite(length_m)
    length = length_m if known else ASSUMED_LENGTH_M
    share, height, place_sd = _PLACES[place or "instep"]
    toe = np.array([length * (1.0 - share), 0.0, _TOE_SPRING_M - height]) if toe_m is None else np.asarray(toe_m)
    heel = np.array([-length * share, 0.0, -height]) if heel_m is None else np.asarray(heel_m)
    sd = 0.005 if toe_m is not None else float(np.hypot(place_sd, 0.0 if known else ASSUMED_LENGTH_SD_M))
    return Geometry(toe, heel, sd, bool(toe_m is not None or (known and place)))


def point_height(
    orientation: FloatArray,
    position_z: FloatArray,
    rise_m: FloatArray,
    lever_m: FloatArray,
    start: IntArray,
    end: IntArray,
    interval: IntArray,
) -> FloatArray:
    """Height of a point of the shoe above the straight line that joins its heights at start and end.

    Parameters
    ----------
    orientation
        (n, 4) sensor to world.
    position_z
        (n,) height of the sensor above its own at the interval's start, m.
    rise_m
        (k,) its height at the interval's end.
    lever_m
        (3,) from the sensor to the point, sensor axes.
    start, end
        (k,) indices of each interval's foot-flats.
    interval
        (n,) which interval a sample is in; the sample at a foot-flat opens the next one.

    Returns
    -------
    (n,) m; may be negative.
    """
    arm = rotate(orientation, np.broadcast_to(lever_m, (len(orientation), 3)))[:, 2]
    height = position_z + arm - arm[start][interval]
    # the sample at an interval's end belongs to the next one: the height there is the path's end plus the arm
    final = rise_m + arm[end] - arm[start]
    share = (np.arange(len(height)) - start[interval]) / (end - start)[interval]
    return np.asarray(height - share * final[interval])


def least_toe_clearance(toe_height: FloatArray, toe_speed: FloatArray, least_dip_m: float = 0.0005) -> ToeClearance:
    """Lowest height of the toe between its two swing maxima.

    Parameters
    ----------
    toe_height
        (k, c) toe height over swing, from toe off to initial contact in even steps, m.
    toe_speed
        (k, c) forward speed of the toe, m/s.
    least_dip_m
        A minimum less deep than this is none.

    Returns
    -------
    ToeClearance
        Without a minimum, the height where the toe is fastest, and kind "none".

    Notes
    -----
    Winter 1992 (doi:10.1093/ptj/72.1.45). Some strides have no minimum, more of them in older people.
    """
    count = toe_height.shape[1]
    before = np.maximum.accumulate(toe_height, axis=1)
    after = np.maximum.accumulate(toe_height[:, ::-1], axis=1)[:, ::-1]
    depth = np.minimum(before, after) - toe_height
    deep = depth > least_dip_m
    deep[:, [0, -1]] = False
    found = np.asarray(deep.any(axis=1))
    lowest = np.argmin(np.where(deep, toe_height, np.inf), axis=1)
    fastest = np.argmax(toe_speed, axis=1)
    at = np.where(found, lowest, fastest)
    height = toe_height[np.arange(len(at)), at]
    kind = np.where(found, "local_minimum", "none")
    return ToeClearance(height, at / (count - 1), kind)
