"""Made-up data for every kind of figure, and the emptiest there can be."""

from __future__ import annotations

from math import nan

import numpy as np

from footdrop_imu.report.figure_data import (
    AlongWalk,
    Curve,
    CycleCourse,
    DragMarks,
    DragsAlong,
    DragShares,
    DragTrace,
    FigureData,
    Landings,
    PathOfFoot,
    Points,
    Range,
    Runs,
    Span,
    Trend,
    WalkPath,
)
from footdrop_imu.report.model import Figure, Table

PERCENT = np.linspace(0, 100, 101)
LONG_WORDS = "Fußhebeschwächeverlaufsbeobachtungsbogenabschnittsüberschrift: " + "sehr lange Angabe " * 8


def figure(name: str, data: FigureData, *, wide: bool = False) -> Figure:
    return Figure(name, "Title & <title>", "Caption", "What it shows: 3.4°.", Table((), ()), data, wide)


def curve(side: str, lift: float, time: str = "", words: str = "") -> Curve:
    median = 20 * np.exp(-(((PERCENT - 2) / 9) ** 2)) - 65 * np.exp(-(((PERCENT - 63) / 9) ** 2))
    median += lift * np.exp(-(((PERCENT - 98) / 9) ** 2))
    mark = float(np.interp(62, PERCENT, median))
    return Curve(side, PERCENT, median, median - 3, median + 3, 38, 62.0, mark, time, words)


def walked(count: int, duration_s: float) -> tuple[Points, ...]:
    time = np.linspace(1, duration_s, count)
    good = np.arange(count) % 9 != 4
    return (
        Points("left", time, 20 - 4 * time / duration_s + np.sin(7 * time), good),
        Points("right", time, 4 + 2 * np.cos(5 * time), good),
    )


def paths(count: int, turn_every: int) -> tuple[PathOfFoot, ...]:
    at = np.arange(count)
    turn = (at % turn_every >= turn_every - 4) & (at > 3)
    heading = np.cumsum(np.where(turn, np.pi / 4, 0.001))
    length = np.where(turn, 0.4, 1.1)
    x, y = np.append(0, np.cumsum(length * np.cos(heading))), np.append(0, np.cumsum(length * np.sin(heading)))
    return (
        PathOfFoot("left", x, y + 0.1, np.zeros(count, bool), turn),
        PathOfFoot("right", x, y - 0.1, at % 11 == 5, turn),
    )


_HOUR = np.linspace(30, 3570, 60)
_SPANS = (Span(30, 34), Span(70, 75))
_AXIS = "Time in s"
_CYCLE = "Gait cycle in % (0 = initial contact)"
_TOE = 150 * np.sin(np.pi * PERCENT / 100) ** 2
_LIFTED = Curve("left", PERCENT, _TOE, _TOE - 8, _TOE + 8, 38, 72.0, float(_TOE[72]))
_DRAGGED = DragTrace("left", _TOE / 2, 60.0, 12.0)

WALKS: dict[str, FigureData] = {
    "pitch": CycleCourse(
        (curve("left", 22), curve("right", -3)),
        _CYCLE,
        "Foot pitch in °, toes up positive",
        "°",
        "toe off",
        (Range(100.0, 15.0, 27.0, "Healthy adults at contact"),),
    ),
    "before and after": CycleCourse(
        (curve("right", -3, "before", "Before"), curve("right", 9, "after", "After")), _CYCLE, "Foot pitch in °", "°"
    ),
    "toe": CycleCourse((_LIFTED,), "Swing in %", "Toe height in mm", "mm", "lowest", (), (_DRAGGED,)),
    "along": AlongWalk(
        walked(60, 100),
        _AXIS,
        "Foot pitch at contact in °",
        "°",
        _SPANS,
        (50.0,),
        (Trend("left", 0, 100, 20, 16, True), Trend("right", 0, 100, 4, 4, False)),
    ),
    "along, many": AlongWalk(walked(300, 170), _AXIS, "Foot pitch at contact in °", "°"),
    "along an hour": AlongWalk(
        (Runs("left", _HOUR, np.sin(_HOUR), np.sin(_HOUR) - 2, np.sin(_HOUR) + 2, 48),),
        "Time in min",
        "Foot pitch at contact in °",
        "°",
        tuple(Span(60 * at, 60 * at + 4) for at in range(60)),
    ),
    "drags": DragsAlong(
        (
            DragMarks("left", np.linspace(2, 99, 60), np.arange(60) == 7, nan),
            DragMarks("right", np.linspace(2, 99, 60), np.arange(60) % 3 == 1, 58.0),
        ),
        _AXIS,
        "Toe drags",
        _SPANS,
    ),
    "drags of an hour": DragsAlong(
        (DragShares("right", _HOUR, 20 + 9 * np.sin(_HOUR), 48, 1800.0),), "Time in min", "Strides with a drag in %"
    ),
    "landings": Landings(
        ("Heel first", "Flat", "Forefoot first"),
        (("left", (36, 2, 0)), ("right", (3, 21, 13))),
        "Share of strides in %",
    ),
    "path": WalkPath(paths(30, 11), "Forward at the start in m", "To the left in m"),
    "path of an hour": WalkPath(paths(2900, 60), "Forward at the start in m", "To the left in m"),
}

_NONE, _NEVER, _NAN = np.empty(0), np.empty(0, bool), np.full(101, nan)
EMPTY: dict[str, FigureData] = {
    "no course": CycleCourse((), "", "", ""),
    "course of nothing": CycleCourse(
        (Curve("left", PERCENT, _NAN, _NAN, _NAN, 0, nan, nan),),
        "x",
        "y",
        "u",
        "mark",
        (Range(nan, nan, nan, "healthy"),),
        (DragTrace("left", _NAN, nan, nan),),
    ),
    "no walk": AlongWalk((), "", "", ""),
    "walk without strides": AlongWalk(
        (Points("left", _NONE, _NONE, _NEVER), Runs("right", _NONE, _NONE, _NONE, _NONE, 5)),
        "x",
        "y",
        "u",
        (),
        (),
        (Trend("left", nan, nan, nan, nan, True),),
    ),
    "one stride": AlongWalk((Points("left", np.zeros(1), np.ones(1), np.ones(1, bool)),), "x", "y", "u"),
    "strides of nothing": AlongWalk(
        (Points("left", np.array([nan, 3.0]), np.array([nan, nan]), np.array([True, False])),), "x", "y", "u"
    ),
    "no drags": DragsAlong((), "", ""),
    "drags of nothing": DragsAlong(
        (DragMarks("left", _NONE, _NEVER, nan), DragShares("right", _NONE, _NONE, 1, nan)), "x", "y"
    ),
    "share of nothing": DragsAlong((DragShares("right", np.array([5.0]), np.array([nan]), 1, nan),), "x", "y"),
    "no landings": Landings((), (), ""),
    "landings of nothing": Landings(("Flat",), (("left", ()), ("right", (0,))), ""),
    "no path": WalkPath((), "", ""),
    "path of nothing": WalkPath((PathOfFoot("left", np.array([nan]), np.array([nan]), _NEVER, _NEVER),), "x", "y"),
    "path of one stride": WalkPath(
        (PathOfFoot("left", np.array([0.0, 1.0]), np.zeros(2), np.ones(1, bool), np.ones(1, bool)),), "x", "y"
    ),
}
