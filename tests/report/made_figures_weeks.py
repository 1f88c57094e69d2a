"""Made-up data for the figures over weeks, years of them too, and the emptiest there can be."""

from __future__ import annotations

from math import nan

import numpy as np

from footdrop_imu.report.figure_data import (
    AdherenceCalendar,
    Course,
    CourseOverWeeks,
    DoseAndResponse,
    Event,
    FigureData,
    Panel,
)

FIRST = "2026-03-02"
STATES = ("done", "partly", "not_done", "excused", "rest", "more", "ahead")
STATE_WORDS = tuple(
    zip(
        STATES,
        ("All done", "Partly done", "Not done", "Excused", "Nothing was due", "Done without plan", "Still to come"),
        strict=True,
    )
)
EVENTS = (
    Event("2026-03-02", "plan", "Plan begins"),
    Event("2026-03-21", "event", "Fall, no injury"),
    Event("2026-03-30", "plan", "More repetitions"),
    Event("2026-04-01", "condition", "New orthosis, worn all day from now on, but not in the garden"),
    Event("2026-04-20", "event", "Cold"),
)


def days_from(first: str, count: int, step: int = 1) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.datetime64(first, "D") + np.arange(0, count, step).astype("timedelta64[D]")


def weeks(count: int, events: tuple[Event, ...] = EVENTS) -> CourseOverWeeks:
    day, week = days_from(FIRST, count, 2), days_from(FIRST, count, 7)
    pitch = -3 + 8 * np.linspace(0, 1, len(day)) + np.sin(9 * np.arange(len(day)))
    drags = 22 - 16 * np.linspace(0, 1, len(day)) + np.cos(7 * np.arange(len(day)))
    done = 60 + 40 * np.sin(np.arange(len(week)))
    return CourseOverWeeks(
        FIRST,
        str(day[-1]),
        (
            Panel(
                "Foot pitch at initial contact in °, toes up positive",
                "°",
                (Course("Right foot", day, pitch, "points", "right", np.full(len(day), 0.8), -2.8, 2.1),),
            ),
            Panel(
                "Toe drags in 100 strides",
                "",
                (
                    Course("Right foot", day, drags, "points", "right"),
                    Course("Left foot", day, drags / 9, "points", "left"),
                ),
                0,
            ),
            Panel("Exercises done of those planned in %", "%", (Course("Exercises", week, done, "bars"),), 0, 100),
        ),
        events,
        "Level of the first days, and what chance can do",
    )


def calendar(count: int) -> AdherenceCalendar:
    pattern = ("done", "done", "rest", "done", "partly", "done", "rest", "not_done", "done", "more", "done", "excused")
    states = [pattern[(day * 5 + day // 9) % len(pattern)] for day in range(count)]
    return AdherenceCalendar(FIRST, (*states[:-2], "ahead", "ahead"), STATE_WORDS)


def dose(count: int) -> DoseAndResponse:
    course = weeks(count)
    week = days_from(FIRST, count, 7)
    sets = Course("Sets a week", week, 20 + 15 * np.cos(np.arange(len(week))), "bars")
    response = course.panels[0].courses[0]
    labels = ("Sets of exercises a week", "Foot pitch at initial contact in °")
    return DoseAndResponse(course.first_day, course.last_day, sets, response, *labels, EVENTS)


_FIVE_YEARS = 1826
WEEKS: dict[str, FigureData] = {
    "eight weeks": weeks(56),
    "a year of weeks": weeks(365),
    "five years of weeks": weeks(
        _FIVE_YEARS,
        tuple(Event(str(day), "plan", f"Plan {at} was changed") for at, day in enumerate(days_from(FIRST, 1826, 30))),
    ),
    "three days": weeks(3),
    "calendar": calendar(56),
    "calendar of a year": calendar(365),
    "calendar of five years": calendar(_FIVE_YEARS),
    "dose": dose(56),
    "dose of five years": dose(_FIVE_YEARS),
}

_NO_DAYS, _NONE = np.empty(0, "datetime64[D]"), np.empty(0)
_NOT_A_DAY = np.array(["2026-01-02", "NaT"], "datetime64[D]")
EMPTY_WEEKS: dict[str, FigureData] = {
    "no panels": CourseOverWeeks("2026-01-01", "2026-01-01", (), EVENTS),
    "panels of nothing": CourseOverWeeks(
        "2026-01-01",
        "2026-01-01",
        (Panel("", "", ()), Panel("y", "", tuple(Course("w", _NO_DAYS, _NONE, style) for style in ("points", "bars")))),
        (Event("2026-01-01", "plan", ""), Event("2026-01-01", "of another kind", "x")),
    ),
    "no day and no value": CourseOverWeeks(
        "2026-01-01", "2026-01-05", (Panel("y", "", (Course("w", _NOT_A_DAY, np.array([nan, 2.0]), "line"),)),)
    ),
    "first after last": CourseOverWeeks("2026-02-01", "2026-01-01", (Panel("y", "", ()),)),
    "no dose": DoseAndResponse(
        "2026-01-01", "2026-01-01", Course("w", _NO_DAYS, _NONE, "bars"), Course("w", _NO_DAYS, _NONE), "", ""
    ),
    "one day": DoseAndResponse(
        "2026-01-01",
        "2026-01-01",
        Course("w", _NOT_A_DAY[:1], np.ones(1), "bars"),
        Course("w", _NOT_A_DAY[:1], np.ones(1)),
        "",
        "",
    ),
    "no days": AdherenceCalendar("2026-01-05", (), ()),
    "an unknown state": AdherenceCalendar("", ("odd",), (("odd", "Strange"),)),
}
