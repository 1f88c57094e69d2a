"""How a measure goes along one walk: a straight line that single odd strides do not bend, and whether it is chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.trend import TrendConfig, theil_sen
from footdrop_imu.report.measures import interval_text, measure_of, number_text
from footdrop_imu.report.walk_courses import contact_times_s, counted
from footdrop_imu.schema import SIDES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WalkTrend", "trend_sentence", "walk_trends"]

_BLOCKS = 16
_FEWEST_STRIDES = 32
_LEAST: Mapping[str, float] = {
    "foot_pitch_mid_swing_deg": 1.0,
    "foot_pitch_initial_contact_deg": 1.0,
    "minimum_toe_clearance_m": 0.003,
    "walking_speed_mps": 0.03,
}
"""Changes smaller than these are not told, however sure: nobody could see or use them."""
_ROSE: Mapping[str, str] = {
    "foot_pitch_mid_swing_deg": mark("Along the walk, pitch at mid swing rose by {change} (95 % interval {interval})."),
    "foot_pitch_initial_contact_deg": mark(
        "Along the walk, foot strike angle rose by {change} (95 % interval {interval})."
    ),
    "minimum_toe_clearance_m": mark("Along the walk, toe clearance rose by {change} (95 % interval {interval})."),
    "walking_speed_mps": mark("Along the walk, walking speed rose by {change} (95 % interval {interval})."),
}
_FELL: Mapping[str, str] = {
    "foot_pitch_mid_swing_deg": mark("Along the walk, pitch at mid swing fell by {change} (95 % interval {interval})."),
    "foot_pitch_initial_contact_deg": mark(
        "Along the walk, foot strike angle fell by {change} (95 % interval {interval})."
    ),
    "minimum_toe_clearance_m": mark("Along the walk, toe clearance fell by {change} (95 % interval {interval})."),
    "walking_speed_mps": mark("Along the walk, walking speed fell by {change} (95 % interval {interval})."),
}


@dataclass(frozen=True)
class WalkTrend:
    """One side's change of a column from its first to its last straight stride, with its 95 % interval.

    All in the column's own unit; times on the session's clock. ``told``: more than chance, and enough to matter.
    """

    side: str
    column: str
    change: float
    low: float
    high: float
    start_s: float
    end_s: float
    start_value: float
    end_value: float
    told: bool


def walk_trends(strides: pd.DataFrame, column: str) -> tuple[WalkTrend, ...]:
    """Fit a line to each side's straight strides.

    Parameters
    ----------
    strides
        The walk's stride table.
    column
        Of the table.

    Returns
    -------
    tuple of WalkTrend
        None of a side with fewer than 32 such strides.

    Notes
    -----
    The strides are cut into 16 blocks of the same number; through the blocks' medians goes the line of Theil and Sen
    (doi 10.1080/01621459.1968.10480934), with the interval of ``rehab.trend.theil_sen``, which knows that strides near
    each other are alike.
    """
    use, sides = counted(strides), strides["side"].to_numpy()
    values, times_s = strides[column].to_numpy(float), contact_times_s(strides)
    trends = []
    for side in SIDES:
        known = use & (sides == side) & np.isfinite(values) & np.isfinite(times_s)
        value, time_s = values[known], times_s[known]
        if len(value) < _FEWEST_STRIDES or not np.ptp(time_s) > 0:
            continue
        edges = np.linspace(0, len(value), _BLOCKS + 1).astype(int)
        blocks = [slice(first, last) for first, last in pairwise(edges)]
        at_s = np.array([np.mean(time_s[block]) for block in blocks])
        level = np.array([np.median(value[block]) for block in blocks])
        start_s, end_s = float(time_s.min()), float(time_s.max())
        step_s = float(np.ptp(at_s)) / (_BLOCKS - 1)
        slope = theil_sen((at_s - at_s[0]) / step_s, level, TrendConfig(draw_count=299))
        change, low, high = (
            each / 7.0 * (end_s - start_s) / step_s
            for each in (slope.per_week, slope.low_per_week, slope.high_per_week)
        )
        rate = change / (end_s - start_s)
        origin = float(np.median(level - rate * at_s))
        told = bool(low > 0 or high < 0) and abs(change) >= _LEAST.get(column, 0.0)
        ends = (origin + rate * start_s, origin + rate * end_s)
        trends.append(WalkTrend(side, column, change, low, high, start_s, end_s, *ends, told))
    return tuple(trends)


def trend_sentence(trend: WalkTrend, translate: Translate) -> str:
    """Say by how much a measure rose or fell; "" where that is not told. What it comes from is not said: nobody knows.

    A fall is told as a positive amount.
    """
    _ = translate
    words = (_ROSE if trend.change > 0 else _FELL).get(trend.column)
    if not trend.told or words is None:
        return ""
    measure = measure_of(trend.column)
    low, high = sorted((abs(trend.low), abs(trend.high)))
    interval = f"{interval_text(low, high, measure, _)}"
    return _(words).format(change=number_text(abs(trend.change), measure, _), interval=interval)
