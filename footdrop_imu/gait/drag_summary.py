"""One foot's toe drags over a walk in numbers: all strides count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.columns import STRIDE_KINDS
from footdrop_imu.gait.drag_course import WalkedStrides, drag_course, walked_distance
from footdrop_imu.gait.drag_rate import POPULATION, corrected_rate, exact_interval, too_often
from footdrop_imu.schema import BoolArray, FloatArray
from footdrop_imu.schema_drag import DragAccuracy, DragSummary

__all__ = ["DRAG_PHASES", "DRAG_WITNESSES", "drag_summary"]

DRAG_PHASES = ("initial", "mid", "terminal", "throughout")
DRAG_WITNESSES = ("clearance", "vibration", "deceleration")


def drag_summary(
    rows: Mapping[str, Any], rejected_time_s: FloatArray, accuracy: DragAccuracy = POPULATION
) -> DragSummary | None:
    """Summarize one foot's toe drags.

    Parameters
    ----------
    rows
        Columns (n,) of the foot's accepted strides in time order: ``stride``, ``kind``, ``mid_swing_time_s``,
        ``clock_offset_s``, ``stride_length_m``, ``toe_drag`` (1, 0, NaN where it could not be told),
        ``toe_drag_kind``, ``toe_drag_witnesses``.
    rejected_time_s
        (k,) when the foot's other strides were, on the recording's own clock: they were walked, but nobody knows
        whether they dragged.
    accuracy
        Hits and false alarms of the detector on this person, or on people at large.

    Returns
    -------
    DragSummary or None
        None where no stride could be judged.
    """
    judged = np.isfinite(rows["toe_drag"])
    if not judged.any():
        return None
    drag = rows["toe_drag"][judged] > 0
    count, stride_count = int(drag.sum()), len(drag)
    rate = corrected_rate(count, stride_count, accuracy)
    kinds, witnesses = rows["toe_drag_kind"][judged][drag], rows["toe_drag_witnesses"][judged][drag]
    sensitivity = exact_interval(accuracy.hit_count, accuracy.drag_count)
    false_alarms = exact_interval(accuracy.false_alarm_count, accuracy.clear_count)
    return DragSummary(
        count=count,
        stride_count=stride_count,
        unknown_count=len(judged) - stride_count + len(rejected_time_s),
        by_kind=_by_kind(rows["kind"][judged], drag),
        by_phase=_counted(Counter(kind for kind in kinds if isinstance(kind, str)), DRAG_PHASES),
        by_witness=_counted(
            Counter(name for names in witnesses if isinstance(names, str) for name in names.split(";")), DRAG_WITNESSES
        ),
        too_often=too_often(count, stride_count),
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        rate_unavailable=rate.reason,
        sensitivity=accuracy.hit_count / max(accuracy.drag_count, 1),
        sensitivity_low=sensitivity[0],
        sensitivity_high=sensitivity[1],
        false_alarm_rate=accuracy.false_alarm_count / max(accuracy.clear_count, 1),
        false_alarm_rate_low=false_alarms[0],
        false_alarm_rate_high=false_alarms[1],
        accuracy_source=accuracy.source,
        course=drag_course(_walked(rows, rejected_time_s, judged)),
    )


def _counted(found: Mapping[str, int], order: tuple[str, ...]) -> dict[str, int]:
    return {name: found[name] for name in order if name in found}


def _by_kind(kind: Any, drag: BoolArray) -> dict[str, dict[str, int]]:
    return {
        name: {"drags": int(drag[kind == name].sum()), "strides": int((kind == name).sum())}
        for name in STRIDE_KINDS
        if (kind == name).any()
    }


def _walked(rows: Mapping[str, Any], rejected_time_s: FloatArray, judged: BoolArray) -> WalkedStrides:
    """Judged strides, each with the distance walked by then; strides that were not measured were walked too."""
    time_s = rows["mid_swing_time_s"]
    every = np.concatenate((time_s, rejected_time_s))
    length = np.concatenate((rows["stride_length_m"], np.full(len(rejected_time_s), np.nan)))
    order = np.argsort(every, kind="stable")
    distance = np.empty(len(every))
    distance[order] = walked_distance(length[order])
    return WalkedStrides(
        stride=rows["stride"][judged],
        drag=rows["toe_drag"][judged] > 0,
        time_s=(time_s + np.nan_to_num(rows["clock_offset_s"]))[judged],
        distance_m=distance[: len(time_s)][judged],
        length_m=rows["stride_length_m"][judged],
    )
