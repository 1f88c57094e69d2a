"""Figures of where the feet met the ground: how they landed, and the walk's path from above."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.report.figure_data import (
    Landings,
    PathOfFoot,
    WalkPath,
)
from footdrop_imu.report.figure_look import (
    CROSS,
    DRAG,
    FAINT,
    GRAY,
    TURN,
    Frame,
    Key,
    Page,
    Pen,
    counted_words,
    draw_bar,
    draw_grid,
    draw_key,
    draw_line,
    draw_marks,
    heading,
    line_key,
    mark_key,
    nice_ticks,
    padded,
    pen_of,
    side_words,
    tick_texts,
    write,
)
from footdrop_imu.report.figure_text import text_width_pt, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_landings", "draw_walk_path"]


def draw_landings(axes: Axes, data: Landings, page: Page) -> float:
    """Share of strides by landing, a bar a side, the share written at its end."""
    top = 0.0
    label_pt = 0.34 * page.width_pt
    lines = [wrap(words, label_pt, page.font_pt) for words in data.words]
    left = max((text_width_pt(line, page.font_pt) for each in lines for line in each), default=0.0) + 8
    bar_pt = 11.0
    row_pt = max(bar_pt * max(len(data.counts), 1), 2 * page.line_pt) + 10
    value_pt = text_width_pt("100 %", page.font_pt) + 4
    frame = Frame(left, top + 2, page.width_pt - left - value_pt, row_pt * len(lines), (0.0, 100.0), (0.0, 1.0))
    x_ticks = [(value, page.translate.number(value)) for value in range(0, 101, 25)]
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=(), x_label=data.x_label)
    for row, each in enumerate(lines):
        middle = frame.top_pt + (row + 0.5) * row_pt
        if row:
            edge = middle - row_pt / 2
            draw_line(axes, (0, page.width_pt), (edge, edge), FAINT, 0.8)
        for number, line in enumerate(each):
            shift = (number - (len(each) - 1) / 2) * page.line_pt + 0.36 * page.font_pt
            write(axes, frame.left_pt - 6, middle + shift, line, page.font_pt, "right")
        for place, (side, counts) in enumerate(data.counts):
            share = 100 * counts[row] / max(sum(counts), 1) if row < len(counts) else 0.0
            y = middle + (place - len(data.counts) / 2) * bar_pt
            if share:
                draw_bar(axes, frame.left_pt, y + 0.6, float(frame.x_pt(share)) - frame.left_pt, bar_pt - 1.2, side)
            text = f"{page.translate.number(share)} %"
            write(axes, float(frame.x_pt(share)) + 4, y + bar_pt / 2 + 0.36 * page.font_pt, text, page.small_pt)
    keys = [Key(counted_words(page, side, "", sum(counts)), _bar_sample(side)) for side, counts in data.counts]
    return draw_key(axes, page, keys, below)


def _bar_sample(side: str) -> Callable[[Axes, float, float], None]:
    return lambda axes, x, y: draw_bar(axes, x, y - 5, 26, 10, side)


def draw_walk_path(axes: Axes, data: WalkPath, page: Page) -> float:
    """Draw both feet's ways from above, one meter the same along both axes; turns pale, drags marked."""
    top = heading(axes, page, data.y_label)
    x_low, x_high = padded([foot.x_m for foot in data.feet], 0.03)
    y_low, y_high = padded([foot.y_m for foot in data.feet], 0.05)
    guess = text_width_pt("−88.8", page.font_pt) + 7
    width = page.width_pt - guess - 11
    points_per_m = min(width / max(x_high - x_low, 1.0), 260 / max(y_high - y_low, 1e-6))
    height = max((y_high - y_low) * points_per_m, 70.0)
    x_room, y_room = width / points_per_m - (x_high - x_low), height / points_per_m - (y_high - y_low)
    x_range = (x_low - x_room / 2, x_high + x_room / 2)
    y_range = (y_low - y_room / 2, y_high + y_room / 2)
    frame = Frame(guess, top, width, height, x_range, y_range)
    ticks = nice_ticks(*x_range, 6)
    upright = nice_ticks(*y_range, max(2, min(5, round(height / 25))))
    x_ticks = tuple(zip(ticks, tick_texts(ticks, page.translate), strict=True))
    y_ticks = tuple(zip(upright, tick_texts(upright, page.translate), strict=True))
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=y_ticks, x_label=data.x_label)
    keys = []
    for foot in data.feet:
        _draw_foot(axes, foot, frame)
        keys.append(line_key(side_words(page, foot.side, foot.words), pen_of(foot.side), 1.6))
    if any(foot.drag.any() for foot in data.feet):
        keys.append(mark_key(page.translate(DRAG), CROSS, 6.5, markeredgewidth=1.6))
    if any(foot.turn.any() for foot in data.feet):
        keys.append(line_key(page.translate(TURN), Pen(GRAY, "-", "o", True, "x"), 4))
    return draw_key(axes, page, keys, below)


def _draw_foot(axes: Axes, foot: PathOfFoot, frame: Frame) -> None:
    pen, x, y = pen_of(foot.side), frame.x_pt(foot.x_m), frame.y_pt(foot.y_m)
    turn = np.flatnonzero(np.asarray(foot.turn, bool))
    if len(turn):
        gap = np.full(len(turn), np.nan)
        turned_x, turned_y = (np.column_stack([each[turn], each[turn + 1], gap]).ravel() for each in (x, y))
        draw_line(axes, turned_x, turned_y, GRAY, 4)
    draw_line(axes, x, y, pen.color, 1.3, pen.line)
    if len(x) <= 161:
        draw_marks(axes, x, y, pen, 3)
    drag = np.flatnonzero(np.asarray(foot.drag, bool)) + 1
    if len(drag):
        draw_marks(axes, x[drag], y[drag], CROSS, 6.5, markeredgewidth=1.6)
