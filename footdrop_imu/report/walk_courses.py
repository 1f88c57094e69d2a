"""What the walk report's figures draw: curves, points and shares, from the result's tables and courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns import LANDINGS
from footdrop_imu.report.figure_data import Curve, DragTrace, Points, Runs, Span
from footdrop_imu.schema import SIDES, BoolArray, FloatArray, SessionResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ankle_curves",
    "bout_starts",
    "clearance_sd_m",
    "contact_times_s",
    "counted",
    "landing_counts",
    "pitch_curves",
    "stride_points",
    "stride_runs",
    "toe_curves",
    "toe_drag_traces",
    "turns",
]

_TURNS_JOIN_S = 1.0
_POINTS_DRAWN = 300
_RUNS = 60
_TRACES_DRAWN = 12


def counted(strides: pd.DataFrame) -> BoolArray:
    """Mark the strides that enter medians: straight, and not graded poor. (n,) bool."""
    straight = (strides["kind"] == "straight").to_numpy(bool)
    poor = (strides["grade"] == "poor").to_numpy(bool)
    return straight & ~poor


def _curve(side: str, percent: FloatArray, rows: FloatArray) -> Curve | None:
    whole = rows[np.isfinite(rows).all(axis=1)]
    if not len(whole):
        return None
    low, median, high = np.percentile(whole, (10, 50, 90), axis=0)
    return Curve(side, percent, median, low, high, len(whole), float("nan"), float("nan"))


def _marked(curve: Curve, percent: float, value: float) -> Curve:
    return replace(curve, mark_percent=percent, mark_value=value)


def pitch_curves(result: SessionResult) -> tuple[Curve, ...]:
    """Foot pitch in deg over the gait cycle, 0 % = initial contact, toe off marked; none where nothing counted."""
    return _cycle_curves(result, result.courses.foot_pitch_deg)


def ankle_curves(result: SessionResult) -> tuple[Curve, ...]:
    """Draw ankle dorsiflexion in the same way; none without a shank sensor."""
    return _cycle_curves(result, result.courses.ankle_deg)


def _cycle_curves(result: SessionResult, course_deg: FloatArray) -> tuple[Curve, ...]:
    courses = result.courses
    use = counted(result.strides)
    percent = 100 * courses.gait_cycle_frac
    curves = []
    for side in SIDES:
        rows = use & (courses.side == side)
        curve = _curve(side, percent, course_deg[rows])
        if curve is None:
            continue
        stances = result.strides["stance_frac"].to_numpy(float)[rows]
        stances = stances[np.isfinite(stances)]
        if len(stances):
            toe_off = 100 * float(np.median(stances))
            curve = _marked(curve, toe_off, float(np.interp(toe_off, percent, curve.median)))
        curves.append(curve)
    return tuple(curves)


def toe_curves(result: SessionResult) -> tuple[Curve, ...]:
    """Toe height in mm over swing, the median minimum toe clearance marked; none where nothing counted."""
    courses = result.courses
    use = counted(result.strides)
    percent = 100 * courses.swing_frac
    curves = []
    for side in SIDES:
        rows = use & (courses.side == side)
        curve = _curve(side, percent, 1000 * courses.toe_height_m[rows])
        if curve is None:
            continue
        columns = ["minimum_toe_clearance_frac", "minimum_toe_clearance_m"]
        marks = result.strides[columns].to_numpy(float)[rows]
        marks = marks[np.isfinite(marks).all(axis=1)]
        if len(marks):
            when, height_m = np.median(marks, axis=0)
            curve = _marked(curve, 100 * float(when), 1000 * float(height_m))
        curves.append(curve)
    return tuple(curves)


def stride_points(strides: pd.DataFrame, column: str, scale: float) -> tuple[Points, ...]:
    """Every accepted stride's value of a column, times ``scale``, at its initial contact on the session's clock."""
    value, time_s = scale * strides[column].to_numpy(float), contact_times_s(strides)
    known, sides = np.isfinite(value) & np.isfinite(time_s), strides["side"].to_numpy()
    good = (strides["grade"] == "good").to_numpy(bool)
    points = []
    for side in SIDES:
        shown = known & (sides == side)
        if shown.any():
            points.append(Points(side, time_s[shown], value[shown], good[shown]))
    return tuple(points)


def contact_times_s(strides: pd.DataFrame) -> FloatArray:
    """Give initial contacts on the session's clock. (n,) s."""
    return (strides["initial_contact_time_s"] + strides["clock_offset_s"].fillna(0.0)).to_numpy(float)


def stride_runs(points: Points) -> Points | Runs:
    """Put a long walk's strides together in 60 runs: median, 10th and 90th percentile; a short walk stays as it is."""
    count = len(points.value)
    if count <= _POINTS_DRAWN:
        return points
    edges = np.linspace(0, count, _RUNS + 1).astype(int)
    runs = [slice(first, last) for first, last in pairwise(edges)]
    low, median, high = np.array([np.percentile(points.value[run], (10, 50, 90)) for run in runs]).T
    time_s = np.array([np.median(points.time_s[run]) for run in runs])
    return Runs(points.side, time_s, median, low, high, count // _RUNS)


def turns(strides: pd.DataFrame) -> tuple[Span, ...]:
    """Stretches of turning, from the turning strides of both feet; those less than 1 s apart are one."""
    columns = ["start_time_s", "end_time_s", "clock_offset_s"]
    rows = strides.loc[(strides["kind"] == "turn").to_numpy(bool), columns]
    offset_s = rows["clock_offset_s"].fillna(0.0)
    spans = np.column_stack([rows["start_time_s"] + offset_s, rows["end_time_s"] + offset_s]).astype(float)
    spans = spans[np.isfinite(spans).all(axis=1)]
    if not len(spans):
        return ()
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    first = np.flatnonzero(np.r_[True, spans[1:, 0] > reach[:-1] + _TURNS_JOIN_S])
    last = np.r_[first[1:] - 1, len(spans) - 1]
    return tuple(Span(float(start), float(end)) for start, end in zip(spans[first, 0], reach[last], strict=True))


def bout_starts(strides: pd.DataFrame) -> tuple[float, ...]:
    """When each bout of walking after the first begins, s on the session's clock; the earlier foot's."""
    later = strides.loc[(strides["bout"] > 0).to_numpy(bool), ["bout", "start_time_s", "clock_offset_s"]]
    time_s = later["start_time_s"] + later["clock_offset_s"].fillna(0.0)
    return tuple(float(start) for start in time_s.groupby(later["bout"]).min())


def landing_counts(strides: pd.DataFrame, side: str) -> Mapping[str, int]:
    """Count one side's counted strides by landing, in the fixed order, without those that are none."""
    landings = strides.loc[counted(strides) & (strides["side"] == side).to_numpy(bool), "landing"]
    found = landings.value_counts()
    return {name: int(found[name]) for name in LANDINGS if name in found.index}


def clearance_sd_m(strides: pd.DataFrame, side: str) -> float:
    """Give the median standard uncertainty of one side's counted toe clearances; NaN where there is none."""
    sd_m = strides["minimum_toe_clearance_sd_m"].to_numpy(float)
    sd_m = sd_m[np.isfinite(sd_m) & counted(strides) & (strides["side"] == side).to_numpy(bool)]
    return float(np.median(sd_m)) if len(sd_m) else float("nan")


def toe_drag_traces(result: SessionResult) -> tuple[DragTrace, ...]:
    """Courses of toe height in mm of strides in which the toe dragged, 12 a side at most, spread over the walk."""
    strides, courses = result.strides, result.courses
    height_mm = 1000 * courses.toe_height_m
    drag = strides["toe_drag"].fillna(value=False).to_numpy(bool) & np.isfinite(height_mm).all(axis=1)
    start = strides["toe_drag_start_frac"].to_numpy(float)
    middle = 100 * (start + strides["toe_drag_frac_of_swing"].to_numpy(float) / 2)
    traces = []
    for side in SIDES:
        rows = np.flatnonzero(drag & (courses.side == side))
        if len(rows) > _TRACES_DRAWN:
            rows = rows[np.linspace(0, len(rows) - 1, _TRACES_DRAWN).round().astype(int)]
        for row in rows:
            percent = float(middle[row])
            value = (
                float(np.interp(percent, 100 * courses.swing_frac, height_mm[row])) if np.isfinite(percent) else np.nan
            )
            traces.append(DragTrace(side, height_mm[row], percent, value))
    return tuple(traces)
