"""Whether the two feet of a walk bear each other out: they travel the same way, and swing in turn."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.gait.sides import exchanged_by_turns, outer_foot_excess_m
from footdrop_imu.schema import FloatArray

__all__ = ["feet_apart_in_words", "not_alternating_share", "way_apart_frac"]

_WAY_APART = 0.05
_NOT_ALTERNATING = 0.1  # 38 walks of 10 people: 0 to 0.08
_FEWEST = 20


def feet_apart_in_words(
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    left_rejected: Mapping[str, Any],
    right_rejected: Mapping[str, Any],
) -> list[str]:
    """What the feet do not bear out of each other, from the columns of their strides, on one clock."""
    words = []
    if exchanged_by_turns(outer_foot_excess_m(left, right)):
        words.append(
            "in turns the inner foot travels farther: left and right may be exchanged, or the sensors' axes left-handed"
        )
    apart = way_apart_frac(left, right, _FEWEST)
    if abs(apart) > _WAY_APART:
        longer = "left" if apart > 0 else "right"
        words.append(
            f"over the same time the {longer} foot's strides are together {100.0 * abs(apart):.0f} % longer than the "
            "other's, yet both went the same way: one foot's lengths are off; calibrate its sensor"
        )
    swing, other = (
        np.concatenate([rows["mid_swing_time_s"] + rows["clock_offset_s"] for rows in (own, rejected)])
        for own, rejected in ((left, left_rejected), (right, right_rejected))
    )
    share = not_alternating_share(swing, other)
    if min(np.isfinite(swing).sum(), np.isfinite(other).sum()) >= _FEWEST and share > _NOT_ALTERNATING:
        words.append(
            f"{100.0 * share:.0f} % of the swings follow one of the same foot without one of the other between: "
            "strides of a foot were not found, or the feet's clocks are not one"
        )
    return words


def way_apart_frac(left: Mapping[str, Any], right: Mapping[str, Any], fewest: int = 20) -> float:
    """How much longer the left foot's straight strides are than the right's over the same time, as a share.

    Parameters
    ----------
    left, right
        start_time_s, end_time_s, clock_offset_s, stride_length_m, turn_deg and kind (k,) of each foot's strides, in
        order and on one clock.
    fewest
        Straight strides of each foot that it takes.

    Returns
    -------
    float, NaN with fewer strides.

    Notes
    -----
    Only strides of which half or more lies in a straight stride of the other foot count, each by the other's speed at
    its own time: where one foot's stride was rejected, the other's way has nothing to be held against.
    """
    shares = []
    for own, other in ((left, right), (right, left)):
        straight, beside = (np.asarray(foot["kind"]) == "straight" for foot in (own, other))
        start, end = (own[name][straight] + own["clock_offset_s"][straight] for name in ("start_time_s", "end_time_s"))
        if straight.sum() < fewest or beside.sum() < fewest:
            return np.nan
        way, covered = _way_of(other, beside, start, end)
        seen = covered > 0.5 * (end - start)
        if seen.sum() < fewest:
            return np.nan
        speed = way[seen] / covered[seen]
        shares.append(float(np.log(own["stride_length_m"][straight][seen].sum() / (speed * (end - start)[seen]).sum())))
    return float(np.expm1(0.5 * (shares[0] - shares[1])))


def _way_of(foot: Mapping[str, Any], rows: Any, start: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Way of some of a foot's strides between two times (k,), at their mean speeds, and how much of it they cover."""
    begin, close = (foot[name][rows] + foot["clock_offset_s"][rows] for name in ("start_time_s", "end_time_s"))
    edges = np.stack((begin, close), axis=1).ravel()
    grown = np.zeros((2, len(edges)))
    grown[0, 1::2], grown[1, 1::2] = foot["stride_length_m"][rows], close - begin
    way, covered = (np.diff(np.interp((start, end), edges, np.cumsum(one)), axis=0)[0] for one in grown)
    return way, covered


def not_alternating_share(left: FloatArray, right: FloatArray, longest_s: float = 2.5) -> float:
    """Share of swings that follow one of the same foot without one of the other between.

    Parameters
    ----------
    left, right
        (k,) mid swings of each foot on one clock, rejected strides' too, s; NaN where it was not seen.
    longest_s
        A swing that comes later than this after the one before begins a new walk.

    Returns
    -------
    float, NaN where nothing follows.
    """
    when = np.concatenate((left[np.isfinite(left)], right[np.isfinite(right)]))
    foot = np.repeat((0, 1), (np.isfinite(left).sum(), np.isfinite(right).sum()))
    order = np.argsort(when, kind="stable")
    follows = np.diff(when[order]) <= longest_s
    if not follows.any():
        return np.nan
    return float(np.mean((np.diff(foot[order]) == 0)[follows]))
