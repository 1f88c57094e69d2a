"""Standing on one leg: how long the other foot is off the floor, and how the standing foot wobbles."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.swings import without_tremor
from footdrop_imu.schema import BoolArray, FloatArray
from footdrop_imu.schema_rehab import Motion

__all__ = ["Stance", "single_leg_stances"]

_SHORTEST_S = 1.0
_OFF_DEG = 4.0  # a foot whose sole is tilted so far from its rest is off the floor
_MOVES_DPS = 6.0  # so is one that turns so fast


class Stance(NamedTuple):
    """One stance on one leg: start, how long the other foot was up, and the standing foot's wobble meanwhile.

    ``wobble_deg`` root mean square of the standing foot's tilt about its mean, ``wobble_dps`` of its rate.
    """

    start_s: float
    duration_s: float
    wobble_deg: float
    wobble_dps: float


def single_leg_stances(standing: Motion, lifted: Motion) -> tuple[Stance, ...]:
    """Find the times during which one foot is off the floor while the other one stands.

    Parameters
    ----------
    standing, lifted
        Motions of both feet on one clock, each against its rest on the floor.

    Returns
    -------
    tuple of Stance
        Of one second or longer, in time order.

    Raises
    ------
    ExerciseError
        MISMATCH: the other foot never left the floor for a second.

    Notes
    -----
    A foot in the air neither keeps the tilt that it has on the floor nor stays still; it is down again when both are
    as at rest. Short lulls in the air are part of the stance.
    """
    rate_hz = lifted.rate_hz
    slow = np.column_stack([without_tremor(lifted.turn_deg[:, axis], rate_hz) for axis in range(3)])
    speed = np.linalg.norm(np.gradient(slow, axis=0), axis=1) * rate_hz
    off = ((lifted.tilt_deg > _OFF_DEG) | (speed > _MOVES_DPS)) & ~lifted.still | (lifted.tilt_deg > 2.0 * _OFF_DEG)
    off = _closed(off, round(0.5 * rate_hz))
    at = np.arange(len(standing.tilt_deg)) / standing.rate_hz + standing.clock_offset_s - lifted.clock_offset_s
    found = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], off, [False])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        if last - first < _SHORTEST_S * rate_hz:
            continue
        own = (at >= first / rate_hz) & (at < last / rate_hz)
        level = standing.turn_deg[own, :2]
        if len(level) < 2:
            continue
        rate = np.diff(level, axis=0) * standing.rate_hz
        found.append(Stance(float(first / rate_hz), float((last - first) / rate_hz), _rms(level), _rms(rate)))
    if not found:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The {lifted.segment.replace('_', ' ')} was never off the floor for {_SHORTEST_S:g} s, expected it for "
            "standing on the other leg. Check the side, and begin with both feet on the floor.",
            exercise="single_leg_stance",
        )
    return tuple(found)


def _closed(mask: BoolArray, width: int) -> BoolArray:
    """With lulls of less than ``width`` samples filled."""
    out = mask.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([True], mask, [True])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        if first > 0 and last < len(mask) and last - first < width:
            out[first:last] = True
    return out


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(((values - values.mean(axis=0)) ** 2).sum(axis=1).mean()))
