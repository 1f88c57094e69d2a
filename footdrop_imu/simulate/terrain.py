"""Stairs and ramps on the way: what they are, and where they put each foothold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Footing", "Ramp", "Stairs", "Track", "footing", "insert_stairs"]


@dataclass(frozen=True)
class Stairs:
    """A flight of stairs, one step of a foot each, between level floors.

    Parameters
    ----------
    distance_m
        Where on the way it begins; it makes the way longer.
    step_count
        Treads, the landing's edge among them.
    rise_m
        Height of each; negative = down. 0.15 to 0.20 m in houses.
    tread_m
        Depth of each.
    step_time_s
        Contact to contact of the other foot; 0.7 s, down a little less, in healthy adults (Riener 2002,
        10.1016/S0966-6362(01)00162-X).
    """

    distance_m: float
    step_count: int = 10
    rise_m: float = 0.17
    tread_m: float = 0.30
    step_time_s: float = 0.68

    def __post_init__(self) -> None:
        _check(
            self,
            {
                "distance_m": (0.0, 50_000.0),
                "step_count": (2, 1000),
                "rise_m": (-0.25, 0.25),
                "tread_m": (0.22, 0.60),
                "step_time_s": (0.35, 3.0),
            },
        )


@dataclass(frozen=True)
class Ramp:
    """A slope between level floors.

    Parameters
    ----------
    distance_m, length_m
        Where on the way it begins, and its length along the slope.
    slope_deg
        Uphill positive; 3 to 5 deg for a wheelchair ramp.
    """

    distance_m: float
    length_m: float = 6.0
    slope_deg: float = 4.0

    def __post_init__(self) -> None:
        _check(self, {"distance_m": (0.0, 50_000.0), "length_m": (1.0, 50_000.0), "slope_deg": (-15.0, 15.0)})


def _check(given: Stairs | Ramp, bounds: dict[str, tuple[float, float]]) -> None:
    for name, (low, high) in bounds.items():
        if not low <= getattr(given, name) <= high:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"{name} of {type(given).__name__} is {getattr(given, name)}; a simulated walk needs {low} to {high}.",
            )


@dataclass(frozen=True)
class Track:
    """The way as it is walked, by steps of either foot (m,): its length so far, middle (m, 2) and heading in rad.

    ``height_m`` is that of the stairs climbed, ``rise_m`` and ``tread_m`` the step's own; 0 off the stairs.
    """

    way_m: FloatArray
    center_m: FloatArray
    heading_rad: FloatArray
    height_m: FloatArray
    rise_m: FloatArray
    tread_m: FloatArray


@dataclass(frozen=True)
class Footing:
    """Where one foot's m stances really are, and the m - 1 swings between them.

    ``place_m`` (m, 3) of the heel; ``slope_rad`` (m,) of the floor, uphill positive; ``heading_rad`` (m - 1,) of
    the slope or stairs. ``kind`` (m - 1,): stairs_up, stairs_down, ramp or "". ``rise_m`` and ``tread_m`` (m - 1,)
    of one stair, and how many a swing crosses, ``edge_count``; ``beyond_m`` (m - 1,) is how far beyond the last
    foothold of the flight it ends.
    """

    place_m: FloatArray
    slope_rad: FloatArray
    heading_rad: FloatArray
    kind: NDArray[np.str_]
    rise_m: FloatArray
    tread_m: FloatArray
    edge_count: IntArray
    beyond_m: FloatArray

    @property
    def level(self) -> bool:
        """Whether there is nothing but one level floor."""
        return not (self.kind != "").any()

    def floor_m(self, body: FloatArray, yaw_rad: FloatArray, flat_s: FloatArray, time_s: FloatArray) -> FloatArray:
        """How high points of the flat foot would stand, along the straight line from foot-flat to foot-flat.

        Parameters
        ----------
        body
            (k, 3) m, foot axes.
        yaw_rad
            (m,) where the foot points in each stance.
        flat_s
            (m - 1, 2) the foot-flats before and after each swing.
        time_s
            (n,).

        Returns
        -------
        ndarray (n, k)
            m; on a level floor the points' own heights in the flat foot.
        """
        if self.level:
            return np.broadcast_to(body[:, 2], (len(time_s), len(body)))
        heading = np.append(self.heading_rad, self.heading_rad[-1])
        before = np.append(self.heading_rad[0], self.heading_rad)
        toe_in = yaw_rad - np.where(self.slope_rad != 0.0, heading, before)
        ahead = np.outer(np.cos(toe_in), body[:, 0]) - np.outer(np.sin(toe_in), body[:, 1])
        slope = self.slope_rad[:, None]
        flat = self.place_m[:, 2:] + np.sin(slope) * ahead + np.cos(slope) * body[:, 2]
        both = np.stack([flat[:-1], flat[1:]], axis=1).reshape(-1, len(body))
        return np.stack([np.interp(time_s, flat_s.ravel(), course) for course in both.T], axis=1)


def insert_stairs(
    stairs: Sequence[Stairs], length: FloatArray, last: IntArray
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Where to insert steps on stairs into steps of ``length`` (m,), before those at ``last``, the ends of bouts.

    Returns
    -------
    where, rise_m, tread_m, step_time_s
        (k,) each; ``where`` as `numpy.insert` takes it.

    Raises
    ------
    SchemaError
        Stairs that begin where there is no way.
    """
    way = np.cumsum(length)
    parts = []
    for flight in stairs:
        where = int(np.searchsorted(way, flight.distance_m)) + 1
        after = last[last >= where]
        if where < 2 or not len(after) or flight.distance_m > way[-1]:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"Stairs begin at {flight.distance_m:g} m of a way of {way[-1]:.1f} m; leave some steps before and "
                "after them.",
            )
        parts.append(np.tile([where, flight.rise_m, flight.tread_m, flight.step_time_s], (flight.step_count, 1)))
    where, rise, tread, time = np.concatenate([np.zeros((0, 4)), *parts]).T
    return where.astype(np.int64), rise, tread, time


def footing(
    ramps: Sequence[Ramp], track: Track, mine: NDArray[np.int64], heel_m: FloatArray, shoe_length_m: float
) -> Footing:
    """Put one foot's footholds on the terrain.

    Parameters
    ----------
    ramps
        On the way.
    track
        The way of both feet.
    mine
        (m - 1,) which steps are this foot's.
    heel_m
        (m, 2) its footholds on a level floor, the first one before the walk.
    shoe_length_m
        A foot is on a ramp when its middle is.
    """
    before = np.append(-1, mine)
    way = np.where(before < 0, 0.0, track.way_m[before]) + 0.5 * shoe_length_m
    height = np.where(before < 0, 0.0, track.height_m[before])
    place = np.column_stack([heel_m, height])
    slope, slope_heading = np.zeros(len(before)), np.zeros(len(before))
    for ramp in ramps:
        heading = _straight(track, ramp.distance_m, ramp.distance_m + ramp.length_m)
        angle, ahead = np.radians(ramp.slope_deg), np.array([np.cos(heading), np.sin(heading)])
        begin = np.array([np.interp(ramp.distance_m, track.way_m, axis) for axis in track.center_m.T])
        on = (way >= ramp.distance_m) & (way < ramp.distance_m + ramp.length_m)
        along = np.where(on, (heel_m - begin) @ ahead, np.where(way < ramp.distance_m, 0.0, ramp.length_m))
        place[:, :2] += (np.cos(angle) - 1.0) * along[:, None] * ahead
        place[:, 2] += np.sin(angle) * along
        slope, slope_heading = np.where(on, angle, slope), np.where(on, heading, slope_heading)

    sloping = slope != 0.0
    climbed = np.diff(height)
    stair = climbed != 0.0
    # the step before a foot's own is the other foot's
    beyond = np.where(track.rise_m[mine] != 0.0, 0.0, np.diff(track.way_m, prepend=0.0)[mine])
    rise = np.where(track.rise_m[mine] != 0.0, track.rise_m[mine], track.rise_m[mine - 1])
    tread = np.where(track.rise_m[mine] != 0.0, track.tread_m[mine], track.tread_m[mine - 1])
    if (stair & (sloping[1:] | sloping[:-1])).any():
        raise SchemaError(SchemaReason.WRONG_VALUE, "A ramp reaches the stairs; leave two steps of level floor.")
    if (sloping[1:] & sloping[:-1] & (np.abs(np.diff(slope_heading)) > 1e-9)).any():
        raise SchemaError(
            SchemaReason.WRONG_VALUE, "Two ramps of different headings meet; leave two steps of level floor."
        )
    if stair.any():
        on_stairs = np.flatnonzero(track.rise_m)
        for flight in np.split(on_stairs, np.flatnonzero(np.diff(on_stairs) > 1) + 1):
            _straight(track, track.way_m[flight[0]], track.way_m[flight[-1]])
    return Footing(
        place,
        slope,
        np.where(stair, track.heading_rad[mine], np.where(sloping[1:], slope_heading[1:], slope_heading[:-1])),
        np.select([climbed > 0.0, climbed < 0.0, sloping[1:] | sloping[:-1]], ["stairs_up", "stairs_down", "ramp"], ""),
        np.where(stair, rise, 0.0),
        np.where(stair, tread, 0.0),
        np.where(stair, np.rint(climbed / np.where(stair, rise, 1.0)), 0.0).astype(np.int64),
        np.where(stair, beyond, 0.0),
    )


def _straight(track: Track, begin_m: float, end_m: float) -> float:
    """Heading in rad of a part of the way that does not turn."""
    near = (track.way_m > begin_m - 0.5) & (track.way_m < end_m + 0.5)
    heading = track.heading_rad[near] if near.any() else np.interp([begin_m], track.way_m, track.heading_rad)
    if np.ptp(heading) > np.radians(0.5):
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"The way turns between {begin_m:.1f} and {end_m:.1f} m, where stairs or a ramp are; turn elsewhere.",
        )
    return float(heading[0])
