"""Whether left and right were exchanged, where turns can tell: the outer foot travels farther."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["exchanged_by_turns", "outer_foot_excess_m"]


def outer_foot_excess_m(left: Mapping[str, Any], right: Mapping[str, Any], least_turn_deg: float = 90.0) -> FloatArray:
    """How much farther the outer foot travels than the inner one, for each radian of each turn.

    Parameters
    ----------
    left, right
        start_time_s, end_time_s, clock_offset_s, stride_length_m, turn_deg and kind (k,) of each foot's strides, in
        order and on one clock.
    least_turn_deg
        Smaller turns say nothing.

    Returns
    -------
    (t,) m per rad for each turn that both feet made: about the distance between the feet, 0.05 to 0.2 m. Below 0 the
    feet, or the sensors' hands, are exchanged.

    Notes
    -----
    Two feet a step's width apart go around the same bend on two arcs. Way and turn between two times are interpolated
    between foot-flats, so that the feet need not stand at once.
    """
    if not len(left["kind"]) or not len(right["kind"]):
        return np.zeros(0)
    time, way, heading = zip(*(_courses(foot) for foot in (left, right)), strict=True)
    first, last = max(t[0] for t in time), min(t[-1] for t in time)
    found = []
    for turn_begin, turn_end in _turns(left):
        begin, end = max(turn_begin, first), min(turn_end, last)
        if end <= begin:
            continue
        moved = [np.diff(np.interp((begin, end), t, w))[0] for t, w in zip(time, way, strict=True)]
        turned = [np.diff(np.interp((begin, end), t, h))[0] for t, h in zip(time, heading, strict=True)]
        if min(np.abs(turned)) >= np.radians(least_turn_deg) and turned[0] * turned[1] > 0:
            found.append((moved[1] - moved[0]) / np.mean(turned))
    return np.array(found)


def _courses(foot: Mapping[str, Any]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Time, way and heading at every foot-flat."""
    time = np.stack(_times(foot), axis=1).ravel()
    grown = [np.zeros(len(time)) for _ in range(2)]
    for total, step in zip(grown, (foot["stride_length_m"], np.radians(foot["turn_deg"])), strict=True):
        total[1::2] = step
        np.cumsum(total, out=total)
    return time, grown[0], grown[1]


def _turns(foot: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Begin and end in s of each run of strides that turn one way, a stride more at either end."""
    start, end = _times(foot)
    sign = np.where(foot["kind"] == "turn", np.sign(foot["turn_deg"]), 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0.0], sign, [0.0]))))
    turning = np.flatnonzero(sign[edges[:-1]])
    begin, end = start[np.maximum(edges[turning] - 1, 0)], end[np.minimum(edges[turning + 1], len(sign) - 1)]
    return list(zip(begin.tolist(), end.tolist(), strict=True))


def _times(foot: Mapping[str, Any]) -> tuple[FloatArray, FloatArray]:
    """Start and end of each stride on the common clock."""
    return foot["start_time_s"] + foot["clock_offset_s"], foot["end_time_s"] + foot["clock_offset_s"]


def exchanged_by_turns(excess_m: FloatArray, fewest: int = 4, least_m: float = 0.02) -> bool:
    """Whether turns (t,) together say that left is right: one turn in five of real walks is wrong about it alone.

    The mean must be below ``-least_m`` by two standard errors, of ``fewest`` turns or more.
    """
    if len(excess_m) < fewest:
        return False
    return bool(excess_m.mean() + 2.0 * excess_m.std(ddof=1) / np.sqrt(len(excess_m)) < -least_m)
