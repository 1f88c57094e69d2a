"""The nouns of toe drags: what a helper saw, how well drags are found, and what a walk's drags come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DragAccuracy", "DragCourse", "DragSummary", "DragTeaching", "KeyPresses"]


@dataclass(frozen=True)
class KeyPresses:
    """What a helper saw: a key press at each toe drag.

    ``time_s`` (n,) on the session's clock (0 = the recording's start), rising; ``side`` (n,) left, right or "" where
    it was not said.
    """

    time_s: NDArray[np.float64]
    side: NDArray[np.str_]


@dataclass(frozen=True)
class DragAccuracy:
    """How well toe drags are found, as counts, so that their own uncertainty is known.

    Of ``drag_count`` strides with a drag ``hit_count`` were found; of ``clear_count`` strides without one
    ``false_alarm_count`` were taken for one. ``source`` population or taught.
    """

    hit_count: int
    drag_count: int
    false_alarm_count: int
    clear_count: int
    source: str = "population"


@dataclass(frozen=True)
class DragTeaching:
    """What a helper's key presses taught about one foot of one person.

    A stride is a drag from ``threshold`` of ``toe_drag_probability`` on. ``lag_s``: how long after mid swing this
    helper presses. ``accuracy`` was counted on strides that did not choose the threshold.
    """

    threshold: float
    press_count: int
    matched_count: int
    lag_s: float
    accuracy: DragAccuracy


@dataclass(frozen=True)
class DragCourse:
    """Toe drags of one foot along the walk; NaN where the walk cannot tell.

    ``change_at_m``: distance walked at which the drags' rate changes, with its 95 % interval; NaN where no change can
    be told (``change_p`` then says how weak the evidence is). Counts before and after it, and in the first and the
    last minute of walks of two minutes or more: drags, and the strides they are of. ``minutes_p`` compares the two
    minutes. ``distance_walked_index_percent``: distance in the last minute above that of the first. The place of
    each drag: ``drag_stride``, ``drag_distance_m``, ``drag_time_s`` (mid swing on the session's clock).
    """

    distance_m: float
    change_at_m: float
    change_low_m: float
    change_high_m: float
    change_at_s: float
    change_p: float
    before_count: int
    before_stride_count: int
    after_count: int
    after_stride_count: int
    first_minute_count: int
    first_minute_stride_count: int
    last_minute_count: int
    last_minute_stride_count: int
    minutes_p: float
    distance_walked_index_percent: float
    drag_stride: tuple[int, ...]
    drag_distance_m: tuple[float, ...]
    drag_time_s: tuple[float, ...]


@dataclass(frozen=True)
class DragSummary:
    """Toe drags of one foot over a walk: all strides count, for people trip on stairs and in turns too.

    ``count`` drags were found in ``stride_count`` strides; in ``unknown_count`` more none could be told. ``by_kind``
    maps a stride kind to {"drags", "strides"}; ``by_phase`` (initial, mid, terminal, throughout) and ``by_witness``
    (clearance, vibration, deceleration) count drags. ``rate`` is drags per 100 strides corrected for sensitivity and
    false alarms, ``low`` and ``high`` its 95 % interval: NaN below 100 strides, and where drags are ``too_often`` to
    count; ``rate_unavailable`` is the reason, "" where there is a rate. Sensitivity and false-alarm rate are shares
    with their own 95 % intervals; ``accuracy_source`` population, or taught by a helper's key presses.
    """

    count: int
    stride_count: int
    unknown_count: int
    by_kind: Mapping[str, Mapping[str, int]]
    by_phase: Mapping[str, int]
    by_witness: Mapping[str, int]
    too_often: bool
    rate: float
    low: float
    high: float
    rate_unavailable: str
    sensitivity: float
    sensitivity_low: float
    sensitivity_high: float
    false_alarm_rate: float
    false_alarm_rate_low: float
    false_alarm_rate_high: float
    accuracy_source: str
    course: DragCourse
