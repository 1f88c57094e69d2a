"""Where the points of a shoe's sole are, seen from the sensor."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray, Mounting, Shoe

__all__ = [
    "ASSUMED_LENGTH_M",
    "ASSUMED_LENGTH_SD_M",
    "SOLE_PARTS",
    "TOE_SPRING_M",
    "Candidate",
    "Geometry",
    "lever_arms",
    "shoe_geometry",
]

SOLE_PARTS = ("heel", "ball", "outer_edge", "toe")
ASSUMED_LENGTH_M = 0.270
ASSUMED_LENGTH_SD_M = 0.020
TOE_SPRING_M = 0.015  # the toe tip of a shoe that lies flat stands up so far; 10 to 20 mm in walking shoes
_MEASURED_SD_M = 0.005
_LONGEST_ARM_M = 0.5

_OUTSIDE_FRAC = 0.165  # half a shoe's width as a share of its length
_ASIDE_SD_M = 0.008  # how far beside the middle (or the edge) a sensor is put
# place on the shoe: distance from the heel as a share of the shoe's length and its sd, height above the floor and
# its sd (m), whether it sits on the outer side, on a shoe that nobody measured; and how often it is that one
_PLACES = {
    "instep": (0.52, 0.020, 0.075, 0.015, False, 0.35),
    "lace": (0.60, 0.020, 0.070, 0.015, False, 0.35),
    "heel": (-0.03, 0.010, 0.050, 0.015, False, 0.05),
    "outer": (0.38, 0.025, 0.050, 0.015, True, 0.25),
}
# the outline of a usual sole, as shares of its length: forward from the heel, outward from the middle, and how much
# of the toe's rise; a sole is a third as wide as long, its heel three quarters of that, its toe round and its tip
# rounded upward with a radius of 8 mm
_OUTLINE = (
    ("heel", 0.00, 0.000, 0.00),
    ("heel", 0.02, -0.125, 0.00),
    ("heel", 0.02, 0.125, 0.00),
    ("ball", 0.72, 0.000, 0.00),
    ("ball", 0.73, -0.165, 0.00),
    ("outer_edge", 0.64, 0.165, 0.00),
    ("ball", 0.82, 0.000, 0.11),
    ("toe", 0.91, 0.000, 0.40),
    ("toe", 0.91, -0.115, 0.46),
    ("toe", 0.88, 0.135, 0.33),
    ("toe", 0.97, -0.080, 0.80),
    ("toe", 0.96, 0.085, 0.74),
    ("toe", 0.988, 0.000, 0.80),
    ("toe", 1.00, 0.000, 1.00),
)
_MIDDLES = {"heel": (0.0, 0.0), "ball": (0.74, -0.05), "outer_edge": (0.62, 0.165), "toe": (0.98, 0.0)}


class Candidate(NamedTuple):
    """A place where the sensor may sit: what is known of it, and how likely it is before the walk is looked at.

    ``state`` (3,) m: distance from the heel, length of the shoe, height; ``covariance`` (3, 3) m²; ``aside_m`` how far
    the shoe's middle is to the left of the sensor.
    """

    place: str
    state: FloatArray
    covariance: FloatArray
    aside_m: float
    aside_sd_m: float
    weight: float


@dataclass(frozen=True)
class Geometry:
    """Where a sensor sits on its shoe.

    ``toe_m`` and ``heel_m`` (3,) lever arms in m from the sensor to toe tip and heel, foot axes; ``toe_sd_m`` how
    well the toe's is known along the foot, ``side_sd_m`` across. ``covariance`` (3, 3) m² of the sensor's distance
    from the heel, the shoe's length and the sensor's height, None where the lever arms were measured. ``entered``:
    length and place, or lever arms, were given. ``sole_m`` (p, 3) the points on which the shoe can stand, from the
    sensor; ``sole_part`` (p,) which of ``SOLE_PARTS`` each belongs to. ``place`` as entered, or the likeliest;
    ``candidates`` are the places that a walk may tell apart, none where the lever arms were measured.
    """

    toe_m: FloatArray
    heel_m: FloatArray
    toe_sd_m: float
    side_sd_m: float
    covariance: FloatArray | None
    entered: bool
    sole_m: FloatArray
    sole_part: IntArray
    place: str
    candidates: tuple[Candidate, ...]

    @property
    def rise_m(self) -> FloatArray:
        """How high each point of the sole (p,) stands above the floor when the shoe lies flat."""
        return np.asarray(self.sole_m[:, 2] - self.sole_m[:, 2].min())

    def moved(self, toe_m: FloatArray, heel_m: FloatArray) -> "Geometry":
        """Give the shoe other lever arms: the sole's points go along, in proportion between heel and toe."""
        old = self.toe_m[0] - self.heel_m[0]
        share = ((self.sole_m[:, 0] - self.heel_m[0]) / old)[:, None]
        change = (heel_m - self.heel_m) + share * ((toe_m - self.toe_m) - (heel_m - self.heel_m))
        change[:, 2] = heel_m[2] - self.heel_m[2]
        return replace(self, toe_m=toe_m, heel_m=heel_m, sole_m=self.sole_m + change)


def shoe_geometry(shoe: Shoe) -> Geometry:
    """Lever arms from the shoe's length and the sensor's place, or as they were measured.

    Parameters
    ----------
    shoe
        Length NaN: 270 mm (sd 20 mm) is assumed. Place "": instep, until a walk tells. Lever arms and
        points of the sole that were measured go before both.

    Returns
    -------
    Geometry
        The sole is a usual one, spanned by heel and toe, unless its points were measured.

    Raises
    ------
    SchemaError
        A length that no shoe has, an unknown place, lever arms that no shoe has, points that make no sole.

    Notes
    -----
    Of measured points only those count on which the shoe can stand in walking: the lower hull, seen from 75° toes
    down to 45° toes up and 45° of roll either way. The toe is then the point on which it stands at 60° toes down,
    the heel that at 25° toes up, unless they were measured themselves.
    """
    mounting = shoe.mounting
    known = bool(np.isfinite(shoe.length_m))
    _refuse(shoe)
    measured_sd = shoe.length_sd_m if np.isfinite(shoe.length_sd_m) else _MEASURED_SD_M
    length, length_sd = (shoe.length_m, measured_sd) if known else (ASSUMED_LENGTH_M, ASSUMED_LENGTH_SD_M)
    outward = 1.0 if shoe.side == "left" else -1.0
    names = [shoe.place] if shoe.place else list(_PLACES)
    candidates = tuple(_candidate(name, length, length_sd, outward) for name in names)
    assumed = candidates[0]
    toe, heel = lever_arms(*assumed.state)
    toe[1] = heel[1] = assumed.aside_m
    # of places that nobody named the walk tells more; before it, any may be it
    share_sd, height_sd = (0.0, 0.0) if shoe.place else (0.06, 0.013)
    covariance = assumed.covariance + np.diag([share_sd, 0.0, height_sd]) ** 2
    to_toe = np.array([-1.0, 1.0, 0.0])
    points = None if mounting.sole_points_m is None else _lower_hull(np.array(mounting.sole_points_m, dtype=np.float64))
    if points is not None:
        toe, heel = points[_lowest(points, -60.0, 0.0)], points[_lowest(points, 25.0, 0.0)]
    toe = toe if mounting.sensor_to_toe_m is None else np.asarray(mounting.sensor_to_toe_m, dtype=np.float64)
    heel = heel if mounting.sensor_to_heel_m is None else np.asarray(mounting.sensor_to_heel_m, dtype=np.float64)
    if toe[0] - heel[0] < 0.05:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"The toe lies {toe[0] - heel[0]:g} m ahead of the heel, expected a shoe of 0.08 m or more. Check the "
            "signs: lever arms run from the sensor, forward is positive.",
        )
    measured = points is not None or mounting.sensor_to_toe_m is not None
    sole, part = _usual_sole(toe, heel, mounting, outward) if points is None else _named(points, toe, heel, outward)
    return Geometry(
        toe_m=toe,
        heel_m=heel,
        toe_sd_m=_MEASURED_SD_M if measured else float(np.sqrt(to_toe @ covariance @ to_toe)),
        side_sd_m=_MEASURED_SD_M if measured else float(np.hypot(_ASIDE_SD_M, 0.0 if shoe.place else 0.02)),
        covariance=None if measured else covariance,
        entered=measured or (known and shoe.place != ""),
        sole_m=sole,
        sole_part=part,
        place=assumed.place,
        candidates=() if measured else candidates,
    )


def _candidate(place: str, length_m: float, length_sd_m: float, outward: float) -> Candidate:
    share, place_sd, height, height_sd, outside, weight = _PLACES[place]
    # a place is a share of the length: a longer shoe has it farther from the heel
    covariance = np.diag([place_sd, 0.0, height_sd]) ** 2
    along = np.array([share, 1.0, 0.0])
    covariance += length_sd_m**2 * np.outer(along, along)
    aside = -outward * _OUTSIDE_FRAC * length_m if outside else 0.0
    return Candidate(place, np.array([share * length_m, length_m, height]), covariance, aside, _ASIDE_SD_M, weight)


def lever_arms(from_heel_m: float, length_m: float, height_m: float) -> tuple[FloatArray, FloatArray]:
    """Lever arms (3,) to toe tip and heel of a sensor so far ahead of the heel and above the floor."""
    toe = np.array([length_m - from_heel_m, 0.0, TOE_SPRING_M - height_m])
    return toe, np.array([-from_heel_m, 0.0, -height_m])


def _refuse(shoe: Shoe) -> None:
    """Refuse what no shoe has."""
    if not (np.isnan(shoe.length_m) or 0.08 <= shoe.length_m <= 0.5):
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The shoe is {shoe.length_m:g} m long, expected 0.08 to 0.5 m.")
    if shoe.place and shoe.place not in _PLACES:
        places = ", ".join(_PLACES)
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The sensor's place is {shoe.place!r}, expected one of {places}.")
    own = shoe.mounting
    for lever in (own.sensor_to_toe_m, own.sensor_to_heel_m, own.sensor_to_ball_m, own.sensor_to_outer_m):
        if lever is not None and not (np.isfinite(lever).all() and np.linalg.norm(lever) <= _LONGEST_ARM_M):
            raise SchemaError(SchemaReason.WRONG_VALUE, f"A lever arm is {lever}, expected three numbers within 0.5 m.")
    if own.sole_points_m is not None:
        points = np.asarray(own.sole_points_m, dtype=np.float64)
        fit = points.ndim == 2 and points.shape[1] == 3 and len(points) >= 3 and np.isfinite(points).all()
        if not fit or np.linalg.norm(points, axis=1).max() > _LONGEST_ARM_M:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"The sole's points have shape {points.shape}, expected three or more points (x, y, z) within 0.5 m of "
                "the sensor, in m.",
            )


def _usual_sole(toe: FloatArray, heel: FloatArray, mounting: Mounting, outward: float) -> tuple[FloatArray, IntArray]:
    """Outline of a usual sole between heel and toe; points that were measured stand for their part."""
    length = toe[0] - heel[0]
    given = {"ball": mounting.sensor_to_ball_m, "outer_edge": mounting.sensor_to_outer_m}
    places, parts = [], []
    for name, ahead, outer, rise in _OUTLINE:
        if given.get(name) is not None and rise == 0.0:
            continue
        middle = heel + ahead * (toe - heel)
        places.append([middle[0], middle[1] + outward * outer * length, heel[2] + rise * (toe[2] - heel[2])])
        parts.append(SOLE_PARTS.index(name))
    for name, point in given.items():
        if point is not None:
            places.append(list(point))
            parts.append(SOLE_PARTS.index(name))
    return np.array(places), np.array(parts, dtype=np.int64)


def _up(pitch_deg: FloatArray | float, roll_deg: FloatArray | float) -> FloatArray:
    """Up in foot axes (..., 3) of a foot at a pitch, rolled about its long axis."""
    pitch, roll = np.radians(pitch_deg), np.radians(roll_deg)
    return np.stack(
        np.broadcast_arrays(np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)), axis=-1
    )


def _lowest(points: FloatArray, pitch_deg: float, roll_deg: float) -> int:
    return int(np.argmin(points @ _up(pitch_deg, roll_deg)))


def _lower_hull(points: FloatArray) -> FloatArray:
    pitch, roll = np.meshgrid(np.arange(-75.0, 46.0, 3.0), np.arange(-45.0, 46.0, 5.0))
    found = np.unique(np.argmin(points @ _up(pitch.ravel(), roll.ravel()).T, axis=0))
    return np.asarray(points[found])


def _named(points: FloatArray, toe: FloatArray, heel: FloatArray, outward: float) -> tuple[FloatArray, IntArray]:
    """Points with the part of the sole whose middle is nearest."""
    length = toe[0] - heel[0]
    ahead = (points[:, 0] - heel[0]) / length
    middle_y = 0.5 * (points[:, 1].min() + points[:, 1].max())
    outer = outward * (points[:, 1] - middle_y) / length
    middles = np.array([_MIDDLES[name] for name in SOLE_PARTS])
    distance = np.hypot(ahead[:, None] - middles[:, 0], outer[:, None] - middles[:, 1])
    return points, np.argmin(distance, axis=1).astype(np.int64)
