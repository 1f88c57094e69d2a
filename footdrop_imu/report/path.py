"""The walk from above: each foot's strides laid end to end, as long and as turned as they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.report.figure_data import PathOfFoot
from footdrop_imu.schema import SIDES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["foot_paths"]

_BESIDE_M = 0.08
"""Half the distance between the feet as they are drawn: it cannot be measured."""


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
        usual strides straight ahead; after a pause the path goes on where it ended.

    Notes
    -----
    A stride goes in the direction halfway between the foot's headings at its two ends. Errors of length and turn add
    up: whether the path closes on itself says nothing of the walk.
    """
    paths = []
    for side in SIDES:
        rows = strides[(strides["side"] == side).to_numpy(bool)].sort_values("start", kind="stable")
        rows = rows[np.isfinite(rows["stride_length_m"].to_numpy(float))]
        if not len(rows):
            continue
        length_m = rows["stride_length_m"].to_numpy(float)
        turn_rad = np.radians(rows["turn_deg"].fillna(0.0).to_numpy(float))
        heading = np.cumsum(turn_rad) - turn_rad / 2
        heading -= heading[0]
        start, end = rows["start"].to_numpy(), rows["end"].to_numpy()
        again = 1 + np.flatnonzero(start[1:] != end[:-1])
        missing = np.sort(rejected.loc[(rejected["side"] == side).to_numpy(bool), "start"].dropna().to_numpy(np.int64))
        between = np.searchsorted(missing, start[again]) - np.searchsorted(missing, end[again - 1])
        skipped_m = np.zeros(len(rows))
        skipped_m[again] = between * np.median(length_m)
        before = heading - turn_rad / 2
        courses = []
        for along, aside_m in ((np.cos, 0.0), (np.sin, _BESIDE_M if side == "left" else -_BESIDE_M)):
            reach = np.cumsum(length_m * along(heading) + skipped_m * along(before))
            # a break: a point that is none, then where the next stride begins
            begin = reach[again] - length_m[again] * along(heading[again])
            gaps = np.column_stack([np.full(len(again), np.nan), begin]).ravel()
            courses.append(np.insert(np.r_[0.0, reach], np.repeat(again + 1, 2), gaps) + aside_m)
        marks = [
            np.insert(mark, np.repeat(again, 2), values=False)
            for mark in (rows["toe_drag"].fillna(value=False).to_numpy(bool), (rows["kind"] == "turn").to_numpy(bool))
        ]
        paths.append(PathOfFoot(side, courses[0], courses[1], marks[0], marks[1]))
    return tuple(paths)
