"""Height of points of the shoe, and the least toe clearance of a swing."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = [
    "ASSUMED_LENGTH_M",
    "ASSUMED_LENGTH_SD_M",
    "Geometry",
    "ToeClearance",
    "least_toe_clearance",
    "point_height",
    "refine_geometry",
    "shoe_geometry",
]

ASSUMED_LENGTH_M = 0.270
ASSUMED_LENGTH_SD_M = 0.020
_TOE_SPRING_M = 0.015  # the toe tip of a shoe that lies flat stands up so far
_MEASURED_SD_M = 0.005
_CONTACT_SD_M = 0.012  # how well toe off and contact are moments when toe tip and heel touch: shoes bend

# place on the shoe: distance from the heel as a share of the shoe's length and its sd, height above the floor and
# its sd (m), on a shoe that nobody measured
_PLACES = {
    "instep": (0.52, 0.020, 0.075, 0.015),
    "lace": (0.60, 0.020, 0.070, 0.015),
    "heel": (-0.03, 0.010, 0.050, 0.015),
    "outer": (0.38, 0.025, 0.050, 0.015),
    "": (0.52, 0.060, 0.070, 0.020),
}


@dataclass(frozen=True)
class Geometry:
    """Where a sensor sits on its shoe.

    ``toe_m`` and ``heel_m`` (3,) lever arms in m from the sensor to toe tip and heel, foot axes; ``toe_sd_m`` how
    well the toe's is known along the foot. ``covariance`` (3, 3) m² of the sensor's distance from the heel, the
    shoe's length and the sensor's height, None where the lever arms were measured. ``entered``: length and place,
    or lever arms, were given.
    """

    toe_m: FloatArray
    heel_m: FloatArray
    toe_sd_m: float
    covariance: FloatArray | None
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
        instep, lace, heel or outer; "": instep is assumed, and may well be wrong.
    toe_m, heel_m
        Measured lever arms from the sensor to toe tip and heel, foot axes; None: from length and place.

    Raises
    ------
    SchemaError
        A length that no shoe has, an unknown place, lever arms that no shoe has.
    """
    if not (np.isnan(length_m) or 0.08 <= length_m <= 0.5):
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The shoe is {length_m:g} m long, expected 0.08 to 0.5 m.")
    if place not in _PLACES:
        places = ", ".join(name for name in _PLACES if name)
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The sensor's place is {place!r}, expected one of {places}.")
    for lever in (toe_m, heel_m):
        if lever is not None and not (np.isfinite(lever).all() and np.linalg.norm(lever) <= 0.5):
            raise SchemaError(SchemaReason.WRONG_VALUE, f"A lever arm is {lever}, expected three numbers within 0.5 m.")
    known = bool(np.isfinite(length_m))
    length, length_sd = (length_m, _MEASURED_SD_M) if known else (ASSUMED_LENGTH_M, ASSUMED_LENGTH_SD_M)
    share, place_sd, height, height_sd = _PLACES[place]
    toe, heel = _lever_arms(length * share, length, height)
    covariance = None if toe_m is not None else np.diag([place_sd, length_sd, height_sd]) ** 2
    return Geometry(
        toe_m=toe if toe_m is None else np.asarray(toe_m),
        heel_m=heel if heel_m is None else np.asarray(heel_m),
        toe_sd_m=_MEASURED_SD_M if toe_m is not None else float(np.hypot(place_sd, length_sd)),
        covariance=covariance,
        entered=toe_m is not None or (known and place != ""),
    )


def refine_geometry(
    geometry: Geometry,
    toe_off_pitch_deg: FloatArray,
    toe_off_height_m: FloatArray,
    contact_pitch_deg: FloatArray,
    contact_height_m: FloatArray,
    fewest: int = 5,
) -> Geometry:
    """Correct lever arms that nobody measured by where the shoe touches the floor.

    Parameters
    ----------
    geometry
        As entered or assumed.
    toe_off_pitch_deg, toe_off_height_m
        (k,) foot pitch and height of the sensor above its foot-flat at toe off, straight strides.
    contact_pitch_deg, contact_height_m
        (m,) the same at heel contacts.
    fewest
        Below so many toe offs nothing is changed.

    Returns
    -------
    Geometry
        The entered one where lever arms were measured.

    Notes
    -----
    At toe off the toe tip is on the floor, at a heel contact the heel is: two equations for the sensor's distance
    from the heel, the shoe's length and the sensor's height. Their least-squares solution is shrunk to the entered
    values by what is known of each (Gauss-Markov), so that little evidence changes little.
    """
    if geometry.covariance is None or len(toe_off_pitch_deg) < fewest:
        return geometry
    state = np.array([-geometry.heel_m[0], geometry.toe_m[0] - geometry.heel_m[0], -geometry.heel_m[2]])
    rows, found = [], []
    for pitch_deg, height_m, at_toe in (
        (toe_off_pitch_deg, toe_off_height_m, True),
        (contact_pitch_deg, contact_height_m, False),
    ):
        if len(pitch_deg) < fewest:
            continue
        sine, cosine = np.sin(np.radians(pitch_deg)), np.cos(np.radians(pitch_deg))
        ahead = np.median(sine)
        down = float(np.median(1.0 - cosine))
        rows.append([-ahead, ahead if at_toe else 0.0, down])
        # height of the point above its own foot-flat, its toe spring aside, must make up for the sensor's
        spring = _TOE_SPRING_M * (down - 1.0) if at_toe else 0.0
        found.append(float(spring - np.median(height_m)))
    design = np.array(rows)
    prior = geometry.covariance
    gain = prior @ design.T @ np.linalg.inv(design @ prior @ design.T + _CONTACT_SD_M**2 * np.eye(len(rows)))
    state = state + gain @ (np.array(found) - design @ state)
    covariance = prior - gain @ design @ prior
    toe, heel = _lever_arms(*state)
    to_toe = np.array([-1.0, 1.0, 0.0])
    return Geometry(toe, heel, float(np.sqrt(to_toe @ covariance @ to_toe)), covariance, geometry.entered)


def _lever_arms(from_heel_m: float, length_m: float, height_m: float) -> tuple[FloatArray, FloatArray]:
    toe = np.array([length_m - from_heel_m, 0.0, _TOE_SPRING_M - height_m])
    return toe, np.array([-from_heel_m, 0.0, -height_m])


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
    height = position_z + arm_m - arm_m[start][interval]
    # the sample at an interval's end belongs to the next one: the height there is the path's end plus the arm
    final = rise_m + arm_m[end] - arm_m[start]
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
    found = np.asarray(deep.any(axis=1))
    lowest = np.argmin(np.where(deep, toe_height, np.inf), axis=1)
    fastest = np.argmax(toe_speed, axis=1)
    at = np.where(found, lowest, fastest)
    height = toe_height[np.arange(len(at)), at]
    kind = np.where(found, "local_minimum", "none")
    return ToeClearance(height, at / (count - 1), kind)
