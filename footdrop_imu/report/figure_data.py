"""What figures draw: numbers and the words on them, in the report's language; no drawing.

A figure is one of ``FigureData``. ``figures.draw`` draws it, ``figure_tables`` puts the same numbers into tables.

A side is named in the key by ``words``, "" = "Left foot", "Right foot". ``x_unit`` of a time axis is s or min, "" = min
from three minutes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from footdrop_imu.schema import BoolArray, FloatArray

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AdherenceCalendar",
    "AlongWalk",
    "Butterfly",
    "ButterflyRow",
    "ChangeForest",
    "Course",
    "CourseOverWeeks",
    "Curve",
    "CycleCourse",
    "DoseAndResponse",
    "DragMarks",
    "DragShares",
    "DragTrace",
    "DragsAlong",
    "Event",
    "FigureData",
    "ForestRow",
    "Landings",
    "Panel",
    "PathOfFoot",
    "Points",
    "Range",
    "Runs",
    "SettingsCompared",
    "Span",
    "Trend",
    "WalkPath",
    "WalkWithSetting",
]


@dataclass(frozen=True)
class Curve:
    """One side's median course with its 10th and 90th percentile, all (101,), and the mark on it.

    ``percent`` of gait cycle or of swing; ``mark_percent`` and ``mark_value`` NaN where there is none. ``time`` before
    or after: one foot at two times or in two settings, drawn apart by that and not by the side. ``words`` name it in
    the key, "" = the side does.
    """

    side: str
    percent: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray
    stride_count: int
    mark_percent: float
    mark_value: float
    time: str = ""
    words: str = ""


@dataclass(frozen=True)
class Range:
    """Where healthy adults lie at one moment of the cycle: from ``low`` to ``high`` at ``percent``."""

    percent: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class DragTrace:
    """One swing in which the toe dragged: its course (101,), and where in swing it dragged (NaN = not known)."""

    side: str
    value: FloatArray
    mark_percent: float
    mark_value: float


@dataclass(frozen=True)
class CycleCourse:
    """A course over the gait cycle or over swing: a curve a side; what the marks are (``mark_words``, "" = none)."""

    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    unit: str
    mark_words: str = ""
    ranges: tuple[Range, ...] = ()
    drags: tuple[DragTrace, ...] = ()


@dataclass(frozen=True)
class Points:
    """One side's strides along the walk: ``time_s``, ``value`` and ``good`` (graded good), all (n,)."""

    side: str
    time_s: FloatArray
    value: FloatArray
    good: BoolArray
    words: str = ""


@dataclass(frozen=True)
class Runs:
    """One side's strides along a long walk, in runs of about ``run_length``: all arrays (runs,)."""

    side: str
    time_s: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray
    run_length: int
    words: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of the walk, s on the session's clock."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Trend:
    """How one side's measure went along the walk: a straight line from start to end; ``told``: more than chance."""

    side: str
    start_s: float
    end_s: float
    start_value: float
    end_value: float
    told: bool


@dataclass(frozen=True)
class AlongWalk:
    """One measure's strides along the walk, turns, new bouts, and its trend."""

    sides: tuple[Points | Runs, ...]
    x_label: str
    y_label: str
    unit: str
    turns: tuple[Span, ...] = ()
    bouts: tuple[float, ...] = ()
    trends: tuple[Trend, ...] = ()
    x_unit: str = ""


@dataclass(frozen=True)
class DragMarks:
    """One side's judged strides along the walk: ``time_s`` and ``drag`` (n,); ``change_at_s`` NaN where it has none."""

    side: str
    time_s: FloatArray
    drag: BoolArray
    change_at_s: float
    words: str = ""


@dataclass(frozen=True)
class DragShares:
    """The same of a long walk: share of strides with a drag, ``percent`` (runs,), in runs of about ``run_length``."""

    side: str
    time_s: FloatArray
    percent: FloatArray
    run_length: int
    change_at_s: float
    words: str = ""


@dataclass(frozen=True)
class DragsAlong:
    """Toe drags along the walk, a row a side."""

    sides: tuple[DragMarks | DragShares, ...]
    x_label: str
    y_label: str
    turns: tuple[Span, ...] = ()
    x_unit: str = ""


@dataclass(frozen=True)
class Landings:
    """How the foot lands: ``words`` from top to bottom, and for each side the count of each."""

    words: tuple[str, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    x_label: str


@dataclass(frozen=True)
class PathOfFoot:
    """One foot from above, stride by stride laid end to end: ``x_m`` forward at the start, ``y_m`` to the left, (n+1,).

    NaN where a stretch begins anew. ``drag`` and ``turn`` (n,): the stride that ends at the next point.
    """

    side: str
    x_m: FloatArray
    y_m: FloatArray
    drag: BoolArray
    turn: BoolArray
    words: str = ""


@dataclass(frozen=True)
class WalkPath:
    """The walk from above."""

    feet: tuple[PathOfFoot, ...]
    x_label: str
    y_label: str


@dataclass(frozen=True)
class ForestRow:
    """One measure's change with its 95 % interval, and the smallest detectable change, all in its shown unit.

    ``direction`` 1: more is better, -1: less is, 0: neither. ``text``: the change as it is read. ``lead``: the judged
    one.
    """

    label: str
    text: str
    change: float
    low: float
    high: float
    detectable: float
    direction: int
    lead: bool = False


@dataclass(frozen=True)
class ChangeForest:
    """Changes of several measures against their smallest detectable change, on one axis: change over detectable.

    ``better_words`` and ``worse_words`` name the ends; measures of direction -1 are turned round.
    """

    rows: tuple[ForestRow, ...]
    x_label: str
    better_words: str
    worse_words: str
    band_words: str


@dataclass(frozen=True)
class AdherenceCalendar:
    """Days as squares, a column a week from Monday to Sunday, from ``first_monday`` (ISO) on.

    ``states`` of the days: done, partly, not_done, excused, rest (nothing was due), more (done, not planned), ahead.
    ``words`` by state, for the key, in its order.
    """

    first_monday: str
    states: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Event:
    """Something on the time axis, ISO day: ``kind`` plan, event or condition; ``words`` on the figure."""

    day: str
    kind: str
    words: str


@dataclass(frozen=True)
class Course:
    """A line of days: ``day`` (n,) dates, ``value`` (n,), ``reach`` (n,) half of the 95 % interval (NaN = not known).

    ``style`` points (with ``level`` and ``detectable`` around it: what the first days were, and what chance can do;
    NaN = none), bars (one a week) or line. ``side`` left, right or "".
    """

    words: str
    day: NDArray[np.datetime64]
    value: FloatArray
    style: str = "points"
    side: str = ""
    reach: FloatArray | None = None
    level: float = nan
    detectable: float = nan


@dataclass(frozen=True)
class Panel:
    """One row of a figure over weeks: its courses on one value axis, from ``low`` to ``high`` (NaN = by data)."""

    y_label: str
    unit: str
    courses: tuple[Course, ...]
    low: float = nan
    high: float = nan


@dataclass(frozen=True)
class CourseOverWeeks:
    """Measures and exercising on one time axis, a panel below the other, with what happened."""

    first_day: str
    last_day: str
    panels: tuple[Panel, ...]
    events: tuple[Event, ...] = ()
    level_words: str = ""


@dataclass(frozen=True)
class DoseAndResponse:
    """Dose (bars, one a week) and the judged measure (points, days) on one time axis, a value axis each."""

    first_day: str
    last_day: str
    dose: Course
    response: Course
    dose_label: str
    response_label: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class ButterflyRow:
    """One measure of both feet: as read, and as shares of the greater one's length, 0 to 1 (NaN = not measured)."""

    label: str
    left: str
    right: str
    left_share: float
    right_share: float


@dataclass(frozen=True)
class Butterfly:
    """Left and right back to back, a row a measure."""

    rows: tuple[ButterflyRow, ...]
    left_words: str
    right_words: str


@dataclass(frozen=True)
class WalkWithSetting:
    """One walk or day: its setting's place in ``settings``, its pair or block (-1 = none), its value."""

    setting: int
    block: int
    value: float


@dataclass(frozen=True)
class SettingsCompared:
    """Walks of two or more settings (before and after, with and without) beside each other, pairs joined.

    ``level``, ``low``, ``high``: a setting's mean and its interval, (settings,).
    """

    settings: tuple[str, ...]
    walks: tuple[WalkWithSetting, ...]
    level: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    y_label: str
    unit: str
    notes: tuple[str, ...] = field(default_factory=tuple)


FigureData = (
    CycleCourse
    | AlongWalk
    | DragsAlong
    | Landings
    | WalkPath
    | ChangeForest
    | AdherenceCalendar
    | CourseOverWeeks
    | DoseAndResponse
    | Butterfly
    | SettingsCompared
)
