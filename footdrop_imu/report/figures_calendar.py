"""The calendar of exercise days: a square a day, told apart by filling and sign, not by color."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.report.figure_data import AdherenceCalendar
from footdrop_imu.report.figure_look import GRAY, MUTED, PENS, Key, Page, draw_key, draw_line, write
from footdrop_imu.report.figure_text import text_width_pt
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_calendar"]

_PALE = "#ccd4da"
_DONE = PENS["left"].color
_LARGEST_PT, _SMALLEST_PT = 19.0, 12.5
_TALLEST_PT = 430.0
_WEEKS_A_YEAR = 53


def draw_calendar(axes: Axes, data: AdherenceCalendar, page: Page) -> float:
    """Draw weeks as columns from Monday to Sunday, months named above; long times in rows of weeks."""
    first = date.fromisoformat(data.first_monday) if data.first_monday else date(2024, 1, 1)
    monday = date(2024, 1, 1)
    names = [page.translate.weekday(monday + timedelta(days=day)) for day in range(7)]
    left = max(text_width_pt(name, page.small_pt) for name in names) + 6
    week_count = ceil(len(data.states) / 7)
    in_row, cell = _layout(week_count, page.width_pt - left)
    top = 0.0
    for start in range(0, week_count, in_row):
        begin = first + timedelta(weeks=start)
        _months(axes, page, begin, min(in_row, week_count - start), left, cell, top + page.small_pt, start == 0)
        top += page.small_pt + 5
        every = 1 if cell >= page.small_pt else 2
        for day in range(0, 7, every):
            write(axes, left - 5, top + (day + 0.5) * cell + 0.36 * page.small_pt, names[day], page.small_pt, "right")
        states = data.states[7 * start : 7 * (start + in_row)]
        for state in dict.fromkeys(states):
            at = np.array([index for index, each in enumerate(states) if each == state])
            _draw_days(axes, state, left + (at // 7 + 0.5) * cell, top + (at % 7 + 0.5) * cell, cell)
        top += 7 * cell + 5
    there = set(data.states)
    keys = [_state_key(state, words) for state, words in data.words if state in there]
    return draw_key(axes, page, keys, top + 3)


def _layout(week_count: int, width_pt: float) -> tuple[int, float]:
    """Weeks in a row and the side of a day's square: large where there is room, a year a row where there is not."""
    in_row = min(max(week_count, 1), int(width_pt / _SMALLEST_PT))
    rows = ceil(week_count / in_row)
    in_row = ceil(week_count / rows) if rows else 1
    cell = min(_LARGEST_PT, width_pt / in_row)
    if rows * (7 * cell + 20) > _TALLEST_PT:
        in_row, cell = _WEEKS_A_YEAR, width_pt / _WEEKS_A_YEAR
    return in_row, cell


def _months(
    axes: Axes, page: Page, monday: date, weeks: int, left: float, cell: float, baseline: float, first_row: bool
) -> None:
    """Name each month over the week that holds its first day, where there is room; years with January and rows."""
    free = 0.0
    for week in range(weeks):
        last = monday + timedelta(weeks=week, days=6)
        begins = last.day <= 7
        if week and not begins:
            continue
        year = last.month == 1 or week == 0
        words = page.translate.month(last if begins else monday + timedelta(weeks=week), year=year)
        x = left + week * cell
        width = text_width_pt(words, page.small_pt)
        soon = week == 0 and not begins and (monday + timedelta(weeks=2, days=6)).day <= 14 and not first_row
        if x >= free and x + width <= page.width_pt and not soon:
            write(axes, x, baseline, words, page.small_pt, color=MUTED)
            free = x + width + 5


def _state_key(state: str, words: str) -> Key:
    return Key(words, lambda axes, x, y: _draw_days(axes, state, np.array([x + 19]), np.array([y]), 13.0))


def _strokes(axes: Axes, across: list[FloatArray], down: list[FloatArray], color: str, width: float) -> None:
    """Draw the same stroke for every day as one path."""
    gap = np.full(len(across[0]), np.nan)
    x, y = np.column_stack([*across, gap]).ravel(), np.column_stack([*down, gap]).ravel()
    draw_line(axes, x.round(1), y.round(1), color, width, solid_capstyle="butt")


def _draw_days(axes: Axes, state: str, x: FloatArray, y: FloatArray, cell: float) -> None:
    """Draw days of one state around their middles.

    done full, more full with a plus, partly the lower half full, not_done empty with a stroke through it, excused pale
    with a bar, rest a dot, ahead a pale frame.
    """
    half = 0.5 * cell - max(0.06 * cell, 0.4)
    edge, thick = max(cell * (0.04 if state == "ahead" else 0.07), 0.4), max(cell * 0.12, 0.8)
    frame = {"done": _DONE, "more": _DONE, "partly": _DONE, "not_done": MUTED, "excused": _PALE, "ahead": GRAY}
    if state not in frame:
        dot = max(cell * 0.09, 0.6)
        _strokes(axes, [x - dot, x + dot], [y, y], GRAY, 2 * dot)
        return
    _strokes(axes, [x, x], [y - half, y + half], frame[state], 2 * half)
    if state in ("partly", "not_done", "ahead"):
        _strokes(
            axes, [x, x], [y - half + edge, y if state == "partly" else y + half - edge], "white", 2 * (half - edge)
        )
    arm = 0.55 * half
    if state in ("more", "excused"):
        _strokes(axes, [x - arm, x + arm], [y, y], "white" if state == "more" else MUTED, thick)
    if state == "more":
        _strokes(axes, [x, x], [y - arm, y + arm], "white", thick)
    if state == "not_done":
        _strokes(axes, [x - arm, x + arm], [y + arm, y - arm], MUTED, thick)
