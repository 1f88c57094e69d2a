"""Figures that compare: changes against what can be told from chance, left against right, one setting with another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.language import mark
from footdrop_imu.report.figure_data import Butterfly, ChangeForest, ForestRow, SettingsCompared
from footdrop_imu.report.figure_look import (
    FAINT,
    GRAY,
    INK,
    MUTED,
    PENS,
    Frame,
    Key,
    Page,
    Pen,
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
    tick_texts,
    value_frame,
    write,
)
from footdrop_imu.report.figure_text import shorten, text_width_pt, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_butterfly", "draw_change_forest", "draw_settings_compared"]

_CHANCE = "#dfe4e8"
_FURTHEST = 4.0
_EDGE = (0, (3, 1.5))
_NEITHER = Pen(MUTED, "-", "D", False, "x")
_JUDGED = Pen(INK, "-", "o", True, "x")
_OPEN = mark("Open: neither more nor less of it is better")
_WALK, _PAIR, _MEAN = mark("A walk"), mark("Walks that belong together"), mark("Mean with its 95 % interval")


def draw_change_forest(axes: Axes, data: ChangeForest, page: Page) -> float:
    """A row a measure: its change and interval in smallest detectable changes, better to the right, as read beside."""
    size = page.font_pt
    label_pt = min(0.38 * page.width_pt, _widest([row.label for row in data.rows], size, bold=True)) + 8
    value_pt = min(0.25 * page.width_pt, _widest([row.text for row in data.rows], size, bold=True)) + 8
    shares = [_shares(row) for row in data.rows]
    every = np.abs(np.array([*(part for share in shares for part in share), 1.6]))
    reach = min(float(every[np.isfinite(every)].max()) * 1.06, _FURTHEST)
    labels = [_lines(row.label, label_pt - 8, size, bold=row.lead) for row in data.rows]
    top = 2 * page.line_pt if data.better_words or data.worse_words else 4.0
    rows_pt = np.array([max(len(lines), 2) * page.line_pt + 5 for lines in labels])
    middles = top + np.cumsum(rows_pt) - rows_pt / 2
    width = page.width_pt - label_pt - value_pt
    frame = Frame(label_pt, top, width, max(float(rows_pt.sum()), page.line_pt), (-reach, reach), (0, 1))
    left, right = (float(edge) for edge in frame.x_pt([-1, 1]))
    axes.fill([left, right, right, left], _upright(frame), color=_CHANCE, linewidth=0, clip_on=False)
    for edge in (left, right):
        draw_line(axes, (edge, edge), (frame.top_pt, frame.bottom_pt), GRAY, 0.9, _EDGE)
    ticks = nice_ticks(-reach, reach, 4)
    x_ticks = tuple(zip(ticks, tick_texts(ticks, page.translate), strict=True))
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=(), x_label=data.x_label)
    zero = float(frame.x_pt(0))
    draw_line(axes, (zero, zero), (frame.top_pt, frame.bottom_pt), MUTED, 1)
    _name_ends(axes, data, frame, page)
    for row, lines, share, middle, row_pt in zip(data.rows, labels, shares, middles, rows_pt, strict=True):
        edge = middle - row_pt / 2
        if edge > top + 1:
            draw_line(axes, (0, page.width_pt), (edge, edge), FAINT, 0.8)
        _write_lines(axes, 1, middle, lines, page, bold=row.lead)
        value = _lines(row.text, value_pt - 8, size, 2, bold=row.lead)
        _write_lines(axes, frame.right_pt + 8, middle, value, page, bold=row.lead)
        _draw_change(axes, row, share, frame, middle, reach)
    keys = []
    if data.band_words:
        keys.append(Key(data.band_words, _band_sample))
    if any(not row.direction for row in data.rows):
        keys.append(mark_key(page.translate(_OPEN), _NEITHER, 6))
    return draw_key(axes, page, keys, below)


def _widest(texts: list[str], size_pt: float, *, bold: bool = False) -> float:
    return max((text_width_pt(text, size_pt, bold=bold) for text in texts), default=0.0)


def _lines(text: str, width_pt: float, size_pt: float, count: int = 3, *, bold: bool) -> tuple[str, ...]:
    return wrap(text, width_pt / (1.15 if bold else 1), size_pt, count)


def _upright(frame: Frame) -> list[float]:
    return [frame.top_pt, frame.top_pt, frame.bottom_pt, frame.bottom_pt]


def _write_lines(
    axes: Axes, x: float, middle: float, lines: tuple[str, ...], page: Page, align: str = "left", *, bold: bool = False
) -> None:
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * page.line_pt + 0.36 * page.font_pt
        write(axes, x, middle + shift, line, page.font_pt, align, bold=bold)


def _band_sample(axes: Axes, x: float, y: float) -> None:
    axes.fill([x, x + 26, x + 26, x], [y - 5, y - 5, y + 5, y + 5], color=_CHANCE, linewidth=0, clip_on=False)
    for edge in (x, x + 26):
        draw_line(axes, (edge, edge), (y - 5, y + 5), GRAY, 0.9, _EDGE)


def _shares(row: ForestRow) -> tuple[float, float, float]:
    """Change and the ends of its interval in smallest detectable changes, better to the right; NaN = not known."""
    if not row.detectable > 0:
        return float("nan"), float("nan"), float("nan")
    turn = -1 if row.direction < 0 else 1
    change, low, high = (turn * part / row.detectable for part in (row.change, row.low, row.high))
    return change, min(low, high), max(low, high)


def _name_ends(axes: Axes, data: ChangeForest, frame: Frame, page: Page) -> None:
    """Write over the plot which side is which, with arrows; the two on two lines, for long words."""
    for row, (words, align, arrow) in enumerate(
        ((data.better_words, "right", "{} →"), (data.worse_words, "left", "← {}"))
    ):
        if words:
            text = arrow.format(shorten(words, 0.9 * page.width_pt - 20, page.font_pt))
            width = text_width_pt(text, page.font_pt)
            short = width < frame.width_pt / 2 - 4
            y = (2 if short else 1 + row) * page.line_pt - 0.4 * page.font_pt
            x = frame.right_pt if align == "right" else frame.left_pt
            x = max(x, width) if align == "right" else min(x, page.width_pt - width)
            write(axes, x, y, text, page.font_pt, align)


def _draw_change(
    axes: Axes, row: ForestRow, share: tuple[float, float, float], frame: Frame, middle: float, reach: float
) -> None:
    """Draw a change and its interval; what goes beyond the axis ends in an arrow."""
    change, low, high = share
    pen = _JUDGED if row.direction else _NEITHER
    if not np.isfinite(change):
        return
    if np.isfinite((low, high)).all():
        ends = frame.x_pt([low, high])
        draw_line(axes, ends, (middle, middle), pen.color, 2.6 if row.lead else 1.6)
        for end, value in zip(ends, (low, high), strict=True):
            if abs(value) <= reach:
                draw_line(axes, (end, end), (middle - 4, middle + 4), pen.color, 1.2)
            else:
                draw_marks(axes, [end], [middle], pen, 6, marker="<" if value < 0 else ">", markerfacecolor=pen.color)
    if abs(change) <= reach:
        draw_marks(axes, [float(frame.x_pt(change))], [middle], pen, 9 if row.lead else 6.5)
    else:
        at = [float(frame.x_pt(change))]
        draw_marks(axes, at, [middle], pen, 9, marker="<" if change < 0 else ">", markerfacecolor=pen.color)


def draw_butterfly(axes: Axes, data: Butterfly, page: Page) -> float:
    """A bar to the left and one to the right of the middle, a row a measure; the numbers at the edges."""
    size, gap = page.font_pt, 6.0
    values = [text for row in data.rows for text in (row.left, row.right)]
    value_pt = min(_widest(values, size), 0.24 * page.width_pt) + 6
    middle = page.width_pt / 2
    half = middle - value_pt
    top = page.line_pt
    for words, x, align in ((data.left_words, 1.0, "left"), (data.right_words, page.width_pt - 1, "right")):
        write(axes, x, top - 0.25 * size, shorten(words, middle - 6, size, bold=True), size, align, bold=True)
    top += 4
    begin = top
    for row in data.rows:
        top += page.line_pt
        write(axes, middle, top - 0.4 * size, shorten(row.label, page.width_pt - 4, size), size, "center")
        for side, text, share in (("left", row.left, row.left_share), ("right", row.right, row.right_share)):
            turn = -1 if side == "left" else 1
            length = float(np.clip(np.nan_to_num(share), 0, 1)) * half
            if length > 0:
                draw_bar(axes, middle - length if turn < 0 else middle, top, length, 12, side)
            x = 1.0 if turn < 0 else page.width_pt - 1
            write(axes, x, top + 6 + 0.36 * size, shorten(text, value_pt - 4, size), size, side)
        top += 12 + gap
    if data.rows:
        for start in np.arange(begin + page.line_pt, top, page.line_pt + 12 + gap):
            draw_line(axes, (middle, middle), (start - 1, start + 13), INK, 1.4)
    return top


def draw_settings_compared(axes: Axes, data: SettingsCompared, page: Page) -> float:
    """Draw each setting's walks over its name, pairs joined, its mean and interval beside them."""
    top = heading(axes, page, data.y_label)
    count = max(len(data.settings), 1)
    walks = [walk for walk in data.walks if 0 <= walk.setting < count and np.isfinite(walk.value)]
    ends = [np.asarray(each, float) for each in (data.level, data.low, data.high)]
    frame, y_ticks = value_frame(page, top, 165, (-0.5, count - 0.5), padded([[walk.value for walk in walks], *ends]))
    below = draw_grid(axes, page, frame, x_ticks=(), y_ticks=y_ticks)
    place = _places([walk.setting for walk in walks])
    at = frame.x_pt(place)
    heights = frame.y_pt([walk.value for walk in walks])
    joined = False
    for block in sorted({walk.block for walk in walks if walk.block >= 0}):
        members = sorted(
            (index for index, walk in enumerate(walks) if walk.block == block), key=lambda index: place[index]
        )
        for one, other in pairwise(members):
            if walks[one].setting != walks[other].setting:
                draw_line(axes, at[[one, other]], heights[[one, other]], GRAY, 0.9)
                joined = True
    draw_marks(axes, at, heights, PENS["left"], 5.5 if len(walks) < 80 else 3.5)
    told = False
    for setting, (level, low, high) in enumerate(zip(*ends, strict=False)):
        if np.isfinite(level):
            x, y = float(frame.x_pt(setting + 0.3)), float(frame.y_pt(level))
            if np.isfinite((low, high)).all():
                bottom, upper = (float(end) for end in frame.y_pt([low, high]))
                draw_line(axes, (x, x), (bottom, upper), INK, 2)
                for end in (bottom, upper):
                    draw_line(axes, (x - 4, x + 4), (end, end), INK, 1.4)
            draw_marks(axes, [x], [y], _MEAN_PEN, 8)
            told = True
    room = frame.width_pt / count - 8
    names = [wrap(words, room, page.font_pt, 3) for words in data.settings]
    for setting, lines in enumerate(names):
        x = float(frame.x_pt(setting))
        for number, line in enumerate(lines):
            write(axes, x, frame.bottom_pt + 4 + page.font_pt + number * page.line_pt, line, page.font_pt, "center")
    below += max((len(lines) for lines in names), default=0) * page.line_pt + 4
    keys: list[Key] = [mark_key(page.translate(_WALK), PENS["left"])] if walks else []
    keys += [line_key(page.translate(_PAIR), Pen(GRAY, "-", "", True, ""), 0.9)] if joined else []
    keys += [mark_key(page.translate(_MEAN), _MEAN_PEN, 7)] if told else []
    below = draw_key(axes, page, keys, below)
    for note in data.notes:
        for line in wrap(note, page.width_pt - 2, page.small_pt, 4):
            below += page.small_pt * 1.25
            write(axes, 1, below, line, page.small_pt, color=MUTED)
        below += 3
    return below + (0.4 * page.small_pt if data.notes else 0)


_MEAN_PEN = Pen(INK, "-", "D", False, "x")


def _places(settings: list[int]) -> Any:
    """Spread a setting's walks sideways, in their order, so that equal ones are seen."""
    place = np.array(settings, float)
    for setting in set(settings):
        own = np.flatnonzero(place == setting)
        reach = min(0.03 * (len(own) - 1), 0.18)
        place[own] = setting - 0.04 + np.linspace(-reach, reach, len(own))
    return place
