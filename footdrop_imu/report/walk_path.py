"""The walk from above: each foot's strides laid end to end, as long and as turned as they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.report.figure_data import PathOfFoot
from footdrop_imu.schema import SIDES, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["foot_paths"]

_BESIDE_M = 0.08
"""Half the distance between the feet as they are drawn: it cannot be measured."""
_COLUMNS = (
    *("start", "end", "start_time_s", "end_time_s", "clock_offset_s"),
    *("stride_length_m", "turn_deg", "toe_drag", "kind"),
)


def foot_paths(strides: pd.DataFrame, rejected: pd.DataFrame) -> tuple[PathOfFoot, ...]:
    """Lay each foot's strides end to end.

    Parameters
    ----------
    strides, rejected
        The walk's tables.

    Returns
    -------
    tuple of PathOfFoot
        One a foot that has strides with a length. Where strides have no measures there is a break, as long as so many
        usual strides and turned as the other foot turned meanwhile; after a pause the path goes on where it ended.

    Notes
    -----
    A stride goes in the direction halfway between the foot's headings at its two ends. Errors of length and turn add
    up: whether the path closes on itself says nothing of the walk.
    """
    feet = {side: foot for side in SIDES if (foot := _foot(strides, rejected, side)) is not None}
    shared = bool(strides["step_time_s"].notna().any())
    return tuple(
        _laid(side, foot, feet.get("right" if side == "left" else "left") if shared else None)
        for side, foot in feet.items()
    )


class _Foot(NamedTuple):
    """One foot's strides with a length, in order of time: all (n,), ``skipped`` the rejected ones before each."""

    length_m: FloatArray
    turn_rad: FloatArray
    start_s: FloatArray
    end_s: FloatArray
    anew: BoolArray
    skipped: IntArray
    drag: BoolArray
    turns: BoolArray


def _foot(strides: pd.DataFrame, rejected: pd.DataFrame, side: str) -> _Foot | None:
    rows = strides.loc[(strides["side"] == side).to_numpy(bool), list(_COLUMNS)]
    rows = rows[np.isfinite(rows["stride_length_m"].to_numpy(float))].sort_values("start", kind="stable")
    if not len(rows):
        return None
    start, end = rows["start"].to_numpy(np.int64), rows["end"].to_numpy(np.int64)
    anew = np.r_[False, start[1:] != end[:-1]]
    missing = np.sort(rejected.loc[(rejected["side"] == side).to_numpy(bool), "start"].dropna().to_numpy(np.int64))
    skipped = np.zeros(len(rows), np.int64)
    skipped[1:] = np.searchsorted(missing, start[1:]) - np.searchsorted(missing, end[:-1])
    offset_s = rows["clock_offset_s"].fillna(0.0).to_numpy(float)
    return _Foot(
        rows["stride_length_m"].to_numpy(float),
        np.radians(rows["turn_deg"].fillna(0.0).to_numpy(float)),
        rows["start_time_s"].to_numpy(float) + offset_s,
        rows["end_time_s"].to_numpy(float) + offset_s,
        anew,
        np.where(anew, skipped, 0),
        rows["toe_drag"].fillna(value=False).to_numpy(bool),
        (rows["kind"] == "turn").to_numpy(bool),
    )


def _turned_rad(foot: _Foot, from_s: FloatArray, to_s: FloatArray) -> FloatArray:
    """How far a foot turned between two times (k,); nothing is known of its own gaps."""
    edges_s = np.column_stack([foot.start_s, foot.end_s]).ravel()
    turned = np.cumsum(np.column_stack([np.zeros(len(foot.turn_rad)), foot.turn_rad]).ravel())
    early, late = np.interp((from_s, to_s), edges_s, turned)
    return np.asarray(late - early)


def _laid(side: str, foot: _Foot, other: _Foot | None) -> PathOfFoot:
    again = np.flatnonzero(foot.anew)
    lost_rad = np.zeros(len(foot.length_m))
    if other is not None and len(again):
        lost_rad[again] = _turned_rad(other, foot.end_s[again - 1], foot.start_s[again])
    before = np.cumsum(foot.turn_rad + lost_rad) - foot.turn_rad
    heading = before + foot.turn_rad / 2
    first = heading[0]
    skipped_m = foot.skipped * np.median(foot.length_m)
    courses = []
    for along, aside_m in ((np.cos, 0.0), (np.sin, _BESIDE_M if side == "left" else -_BESIDE_M)):
        step_m = foot.length_m * along(heading - first)
        reach_m = np.cumsum(step_m + skipped_m * along(before - lost_rad / 2 - first))
        # a break: a point that is none, then where the next stride begins
        gaps = np.column_stack([np.full(len(again), np.nan), (reach_m - step_m)[again]]).ravel()
        courses.append(np.insert(np.r_[0.0, reach_m], np.repeat(again + 1, 2), gaps) + aside_m)
    drag, turns = (np.insert(marks, np.repeat(again, 2), values=False) for marks in (foot.drag, foot.turns))
    return PathOfFoot(side, courses[0], courses[1], drag, turns)
