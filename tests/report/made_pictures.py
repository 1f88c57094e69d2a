"""Made-up figures, one of each kind, with a table behind each; no recording, no analysis."""

from __future__ import annotations

import numpy as np

from footdrop_imu.report.figure_data import (
    AdherenceCalendar,
    AlongWalk,
    Butterfly,
    ButterflyRow,
    ChangeForest,
    Course,
    CourseOverWeeks,
    Curve,
    CycleCourse,
    DoseAndResponse,
    DragMarks,
    DragsAlong,
    DragTrace,
    Event,
    FigureData,
    ForestRow,
    Landings,
    Panel,
    PathOfFoot,
    Points,
    Range,
    SettingsCompared,
    Span,
    Trend,
    WalkPath,
    WalkWithSetting,
)
from footdrop_imu.report.model import Figure, Table

SIDES = ("left", "right")


def _curve(side: str, lift_deg: float) -> Curve:
    percent = np.arange(101.0)
    median = 18 * np.cos(percent / 100 * 2 * np.pi) + lift_deg - 30 * np.exp(-(((percent - 58) / 9) ** 2))
    at = int(np.argmin(median))
    return Curve(side, percent, median, median - 4, median + 4, 42, float(at), float(median[at]))


def cycle_course() -> CycleCourse:
    left, right = _curve("left", 2.0), _curve("right", -6.0)
    drags = tuple(DragTrace("right", right.median - 3 + step, 82.0, float(right.median[82])) for step in range(3))
    return CycleCourse(
        (left, right),
        "Gait cycle in %",
        "Foot pitch in °",
        "°",
        "toe off",
        (Range(0.0, 15.0, 28.0, "healthy adults at contact"),),
        drags,
    )


def along_walk() -> AlongWalk:
    time_s = np.arange(0.0, 90.0, 1.1)
    good = np.arange(len(time_s)) % 9 != 0
    sides = tuple(
        Points(side, time_s, level - time_s / 40 + np.sin(time_s), good)
        for side, level in zip(SIDES, (16.0, 7.0), strict=True)
    )
    trends = (Trend("left", 0.0, 90.0, 16.0, 13.8, False), Trend("right", 0.0, 90.0, 7.0, 4.8, True))
    return AlongWalk(
        sides, "Time in s", "Foot strike angle in °", "°", (Span(28.0, 32.0), Span(60.0, 64.0)), (45.0,), trends
    )


def drags_along() -> DragsAlong:
    time_s = np.arange(0.0, 90.0, 1.1)
    places = np.arange(len(time_s))
    sides = (
        DragMarks("left", time_s, places % 40 == 3, float("nan")),
        DragMarks("right", time_s, places % 7 < places // 25, 55.0),
    )
    return DragsAlong(sides, "Time in s", "Toe drags", (Span(28.0, 32.0),))


def landings() -> Landings:
    words = ("Heel", "Flat", "Forefoot", "Outer edge", "Uncertain")
    return Landings(words, (("left", (40, 2, 0, 0, 0)), ("right", (6, 21, 11, 3, 1))), "Share of strides in %")


def walk_path() -> WalkPath:
    feet = []
    for side, shift_m in zip(SIDES, (0.1, -0.1), strict=True):
        x_m = np.concatenate([np.arange(0, 20, 1.2), np.arange(19, -1, -1.2)])
        y_m = np.concatenate([np.full(17, shift_m), np.full(17, 1.4 - shift_m)])
        steps = len(x_m) - 1
        feet.append(PathOfFoot(side, x_m, y_m, np.arange(steps) % 8 == 5, np.arange(steps) // 2 == 8))
    return WalkPath(tuple(feet), "Forward in m", "To the left in m")


def change_forest() -> ChangeForest:
    return ChangeForest(
        (
            ForestRow("Drags per 100 strides, right", "−9.4", -9.4, -13.0, -5.8, 5.1, -1, lead=True),
            ForestRow("Foot strike angle, right", "+4.2°", 4.2, 1.9, 6.5, 3.3, 1),
            ForestRow("Walking speed", "+0.02 m/s", 0.02, -0.05, 0.09, 0.1, 1),
            ForestRow("Toe clearance, right", "−3 mm", -3.0, -9.0, 3.0, 5.0, 1),
        ),
        "Change, in smallest detectable changes",
        "better",
        "worse",
        "can be chance",
    )


def adherence_calendar() -> AdherenceCalendar:
    week = ("done", "partly", "rest", "not_done", "done", "excused", "more")
    words = ("all done", "partly done", "not done", "excused", "nothing due", "more than planned", "still ahead")
    states = ("done", "partly", "not_done", "excused", "rest", "more", "ahead")
    return AdherenceCalendar("2026-03-02", week * 7 + ("ahead",) * 7, tuple(zip(states, words, strict=True)))


def _days(count: int, every: int) -> np.ndarray:
    return np.datetime64("2026-03-02") + every * np.arange(count)


_EVENTS = (
    Event("2026-03-23", "plan", "Plan 2: more lifts"),
    Event("2026-04-06", "event", "A cold"),
    Event("2026-04-13", "condition", "New orthosis"),
)


def _drag_course(side: str = "right") -> Course:
    value = 18 * np.exp(-np.arange(14) / 9) + 2 * np.sin(np.arange(14))
    return Course("Drags per 100 strides", _days(14, 4), value, "points", side, np.full(14, 2.5), 17.0, 5.1)


def _lift_course() -> Course:
    return Course("Heel to toe lifts a week", _days(8, 7), np.array([80.0, 120, 140, 90, 160, 180, 60, 170]), "bars")


def course_over_weeks() -> CourseOverWeeks:
    share = Course("Done of what was due", _days(8, 7), np.array([70.0, 80, 95, 60, 100, 100, 40, 90]), "line")
    panels = (
        Panel("Drags per 100 strides", "", (_drag_course(), _drag_course("left")), low=0.0),
        Panel("Exercises done in %", "%", (share,), 0.0, 100.0),
    )
    return CourseOverWeeks("2026-03-02", "2026-04-27", panels, _EVENTS, "the first days")


def dose_and_response() -> DoseAndResponse:
    return DoseAndResponse(
        "2026-03-02", "2026-04-27", _lift_course(), _drag_course(), "Lifts a week", "Drags per 100 strides", _EVENTS
    )


def butterfly() -> Butterfly:
    return Butterfly(
        (
            ButterflyRow("Foot strike angle", "16.1°", "6.8°", 1.0, 0.42),
            ButterflyRow("Toe clearance", "14 mm", "9 mm", 1.0, 0.64),
            ButterflyRow("Stance", "61 %", "not measured", 1.0, float("nan")),
        ),
        "Left foot",
        "Right foot",
    )


def settings_compared() -> SettingsCompared:
    walks = tuple(
        WalkWithSetting(setting, pair, 14.0 - 9 * setting + pair * 0.7) for pair in range(5) for setting in (0, 1)
    )
    return SettingsCompared(
        ("Without orthosis", "With orthosis"),
        walks,
        (15.4, 6.4),
        (13.0, 4.9),
        (17.8, 7.9),
        "Drags per 100 strides",
        "",
        ("Five pairs of walks, the order drawn by lot.",),
    )


DATA = {
    "pitch": cycle_course,
    "along": along_walk,
    "drags": drags_along,
    "landings": landings,
    "path": walk_path,
    "forest": change_forest,
    "calendar": adherence_calendar,
    "weeks": course_over_weeks,
    "dose": dose_and_response,
    "butterfly": butterfly,
    "settings": settings_compared,
}
WIDE = {"path", "weeks", "dose", "forest"}


def made_figure(name: str, prefix: str = "") -> Figure:
    """A figure of ``DATA``, with a table of a few numbers."""
    data: FigureData = DATA[name]()
    table = Table(
        ("Moment", "Left", "Right"),
        (("Initial contact", "20.1°", "11.8°"), ("Toe off", "−45.2°", "−53.0°"), ("Mid swing", "1.2°", "−6.4°")),
        numeric=True,
    )
    return Figure(
        prefix + name,
        f"A made-up picture: {name}",
        "Median of the straight strides and, as a band, the 10th to 90th percentile. Dashed: the right foot.",
        f"Made-up numbers of {name}: left 20.1° at contact, right 11.8°; the right foot is lower all along.",
        table,
        data,
        wide=name in WIDE,
    )
