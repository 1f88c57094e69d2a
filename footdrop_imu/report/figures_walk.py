"""Figures of one walk: courses over the gait cycle, strides and drags along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.report.figure_data import (
    AlongWalk,
    Curve,
    CycleCourse,
    DragMarks,
    DragsAlong,
    DragShares,
    Points,
    Range,
    Runs,
    Span,
    Trend,
)
from footdrop_imu.report.figure_look import (
    CROSS,
    DRAG,
    GRAY,
    INK,
    MUTED,
    TURN,
    Frame,
    Key,
    Page,
    Pen,
    band,
    counted_words,
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
    value_frame,
    write,
)
from footdrop_imu.report.figure_text import shorten, text_width_pt, wrap
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_along_walk", "draw_cycle_course", "draw_drags_along"]

_MINUTES_FROM_S = 180.0
_TURN_COLOR = "#e3e9ee"


def draw_cycle_course(axes: Axes, data: CycleCourse, page: Page) -> float:
    """Median and 10th to 90th percentile a side, its mark, healthy ranges, swings with a drag; give the height."""
    top = heading(axes, page, data.y_label)
    drawn = [values for curve in data.curves for values in (curve.median, curve.low, curve.high, [curve.mark_value])]
    drawn += [trace.value for trace in data.drags] + [[each.low, each.high] for each in data.ranges]
    low, high = padded([*drawn, [0.0]])
    frame, y_ticks = value_frame(page, top, 152, (0.0, 100.0), (low, high))
    x_ticks = [(value, page.translate.number(value)) for value in range(0, 101, 20)]
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=y_ticks, x_label=data.x_label)
    zero = float(frame.y_pt(0))
    draw_line(axes, (frame.left_pt, frame.right_pt), (zero, zero), MUTED, 1)
    for curve in data.curves:
        band(axes, frame.x_pt(curve.percent), frame.y_pt(curve.low), frame.y_pt(curve.high), _pen(curve))
    keys = [*_draw_ranges(axes, data.ranges, frame), *_drag_traces(axes, data, frame, page)]
    for curve in data.curves:
        pen = _pen(curve)
        draw_line(axes, frame.x_pt(curve.percent), frame.y_pt(curve.median), pen.color, 2.2, pen.line)
    for curve in data.curves:
        at = frame.x_pt([curve.mark_percent]), frame.y_pt([curve.mark_value])
        if np.isfinite(at).all():
            draw_marks(axes, *at, _pen(curve), 8, markeredgewidth=1.8)
    _name_marks(axes, data, frame, page)
    words = [counted_words(page, curve.side, curve.words, curve.stride_count) for curve in data.curves]
    lines = [line_key(text, _pen(curve)) for text, curve in zip(words, data.curves, strict=True)]
    return draw_key(axes, page, [*lines, *keys], below)


def _pen(curve: Curve) -> Pen:
    return pen_of(curve.side, curve.time)


def _drag_traces(axes: Axes, data: CycleCourse, frame: Frame, page: Page) -> tuple[Key, ...]:
    for trace in data.drags:
        pen = pen_of(trace.side)
        percent = np.linspace(0, 100, len(trace.value)) if len(trace.value) else np.empty(0)
        draw_line(axes, frame.x_pt(percent), frame.y_pt(trace.value), pen.color, 0.7, "-", alpha=0.6)
        at = frame.x_pt([trace.mark_percent]), frame.y_pt([trace.mark_value])
        if np.isfinite(at).all():
            draw_marks(axes, *at, CROSS, 6.5, markeredgewidth=1.6)
    return (mark_key(page.translate(DRAG), CROSS, 6.5, markeredgewidth=1.6),) if data.drags else ()


def _draw_ranges(axes: Axes, ranges: tuple[Range, ...], frame: Frame) -> tuple[Key, ...]:
    """Draw where healthy adults lie as gray beams with ends."""
    for each in ranges:
        at, low, high = float(frame.x_pt(each.percent)), float(frame.y_pt(each.low)), float(frame.y_pt(each.high))
        if np.isfinite((at, low, high)).all():
            _beam(axes, at, low, high)
    words = dict.fromkeys(each.words for each in ranges if each.words)
    return tuple(Key(text, lambda axes, x, y: _beam(axes, x + 13, y + 5, y - 5)) for text in words)


def _beam(axes: Axes, x: float, low: float, high: float) -> None:
    draw_line(axes, (x, x), (low, high), "#c3ccd3", 9, solid_capstyle="butt")
    for end in (low, high):
        draw_line(axes, (x - 5, x + 5), (end, end), MUTED, 1.4)


def _name_marks(axes: Axes, data: CycleCourse, frame: Frame, page: Page) -> None:
    """Write once what the marks are, beside, over or under one of them, where the fewest courses are covered."""
    marks = [(float(frame.x_pt(curve.mark_percent)), float(frame.y_pt(curve.mark_value))) for curve in data.curves]
    marks = sorted((mark for mark in marks if np.isfinite(mark).all()), key=lambda mark: -mark[1])
    if not marks or not data.mark_words:
        return
    size = page.small_pt
    words = shorten(data.mark_words, 0.4 * frame.width_pt, size)
    width = text_width_pt(words, size)
    percent = np.linspace(0, 100, 401)
    heights = [frame.y_pt(_course_at(percent, curve.percent, curve.median)) for curve in data.curves]
    heights += [frame.y_pt(_course_at(percent, None, trace.value)) for trace in data.drags]
    drawn_x, drawn_y = np.tile(frame.x_pt(percent), len(heights)), np.concatenate(heights)

    def covered(place: tuple[float, float]) -> float:
        left, baseline = place
        right, top = left + width, baseline - size
        if left < frame.left_pt or right > frame.right_pt or top < frame.top_pt or baseline > frame.bottom_pt - 2:
            return np.inf
        inside = (drawn_x > left - 2) & (drawn_x < right + 2) & (drawn_y > top - 1) & (drawn_y < baseline + 3)
        over = sum(left - 5 < x < right + 5 and top - 5 < y < baseline + 5 for x, y in marks)
        return float(inside.sum()) + 20 * over

    places = [
        place
        for x, y in marks
        for place in (
            (x - 9 - width, y + 4),
            (x - width / 2, y - 9),
            (x + 9, y + 4),
            (x - width / 2, y + 9 + 0.8 * size),
        )
    ]
    left, baseline = min(places, key=covered)
    write(axes, min(max(left, frame.left_pt), frame.right_pt - width), baseline, words, size)


def _course_at(percent: FloatArray, at: FloatArray | None, value: FloatArray) -> FloatArray:
    at = np.linspace(0, 100, len(value)) if at is None else at
    return np.interp(percent, at, value) if len(value) else np.full(len(percent), np.nan)


def _clock(page: Page, data: AlongWalk | DragsAlong, last_s: float) -> tuple[float, float, Any]:
    """Scale to the time axis's unit, its end, and its ticks."""
    unit = data.x_unit or ("min" if last_s > _MINUTES_FROM_S else "s")
    scale = 1 / 60 if unit == "min" else 1.0
    end = last_s * scale * 1.02 or 1.0
    ticks = nice_ticks(0, end, 6)
    return scale, end, tuple(zip(ticks, tick_texts(ticks, page.translate), strict=True))


def _last(times: list[FloatArray], turns: tuple[Span, ...]) -> float:
    every = (
        np.concatenate([*(np.ravel(time) for time in times), [turn.end_s for turn in turns]]) if times else np.zeros(1)
    )
    return float(np.max(every, initial=0.0, where=np.isfinite(every)))


def _draw_turns(axes: Axes, turns: tuple[Span, ...], frame: Frame, scale: float, page: Page) -> tuple[Key, ...]:
    """Shade the turns that are wide enough to be seen."""
    drawn = False
    for turn in turns:
        start, end = frame.x_pt(np.array([turn.start_s, turn.end_s]) * scale)
        if end - start >= 1:
            _shade(axes, start, end, frame.top_pt, frame.bottom_pt)
            drawn = True
    return (Key(page.translate(TURN), lambda axes, x, y: _shade(axes, x, x + 26, y - 5, y + 5)),) if drawn else ()


def _shade(axes: Axes, start: float, end: float, top: float, bottom: float) -> None:
    axes.fill([start, end, end, start], [top, top, bottom, bottom], color=_TURN_COLOR, linewidth=0, clip_on=False)


def draw_along_walk(axes: Axes, data: AlongWalk, page: Page) -> float:
    """Strides along the walk: turns shaded, new bouts dotted, doubtful strides crossed, the trend as a line."""
    top = heading(axes, page, data.y_label)
    values: list[Any] = []
    for side in data.sides:
        values += [side.value] if isinstance(side, Points) else [side.low, side.high, side.median]
    values += [[trend.start_value, trend.end_value] for trend in data.trends]
    scale, end, x_ticks = _clock(page, data, _last([side.time_s for side in data.sides], data.turns))
    frame, y_ticks = value_frame(page, top, 140, (0.0, end), padded(values))
    turn_keys = _draw_turns(axes, data.turns, frame, scale, page)
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=y_ticks, x_label=data.x_label)
    for bout in data.bouts:
        at = float(frame.x_pt(bout * scale))
        draw_line(axes, (at, at), (frame.top_pt, frame.bottom_pt), MUTED, 1.2, ":")
    keys = []
    for side in data.sides:
        pen, time = pen_of(side.side), frame.x_pt(side.time_s * scale)
        words = side_words(page, side.side, side.words)
        if isinstance(side, Runs):
            band(axes, time, frame.y_pt(side.low), frame.y_pt(side.high), pen)
            draw_line(axes, time, frame.y_pt(side.median), pen.color, 2.2, pen.line)
            keys.append(line_key(words, pen))
            continue
        value, good = frame.y_pt(side.value), np.asarray(side.good, bool)
        draw_marks(axes, time[good], value[good], pen, 4.6, markerfacecolor=pen.color if pen.filled else "none")
        draw_marks(axes, time[~good], value[~good], pen, 6, marker=pen.doubtful)
        keys.append(mark_key(words, pen))
    for trend in data.trends:
        _draw_trend(axes, trend, frame, scale)
    return draw_key(axes, page, [*keys, *turn_keys], below)


def _draw_trend(axes: Axes, trend: Trend, frame: Frame, scale: float) -> None:
    pen = pen_of(trend.side)
    x = frame.x_pt(np.array([trend.start_s, trend.end_s]) * scale)
    y = frame.y_pt([trend.start_value, trend.end_value])
    if trend.told:
        draw_line(axes, x, y, "white", 3.6)
        draw_line(axes, x, y, INK, 1.8, pen.line)
    else:
        draw_line(axes, x, y, pen.color, 1, ":")


def draw_drags_along(axes: Axes, data: DragsAlong, page: Page) -> float:
    """Toe drags along the walk: a row a side with a tall mark for each, or a long walk's share of strides."""
    top = heading(axes, page, data.y_label)
    scale, end, x_ticks = _clock(page, data, _last([side.time_s for side in data.sides], data.turns))
    shares = [side for side in data.sides if isinstance(side, DragShares)]
    if shares:
        high = padded([side.percent for side in shares])[1]
        frame, y_ticks = value_frame(page, top, 110, (0.0, end), (0.0, max(high, 5.0)))
    else:
        rows = max(len(data.sides), 1)
        names = [side_words(page, side.side, side.words) for side in data.sides]
        lines = [wrap(name, 0.26 * page.width_pt, page.font_pt) for name in names]
        left = max((text_width_pt(line, page.font_pt) for each in lines for line in each), default=0.0) + 8
        y_ticks = ()
        frame = Frame(left, top, page.width_pt - left - 11, 38.0 * rows, (0.0, end), (-0.5, rows - 0.5))
    turn_keys = _draw_turns(axes, data.turns, frame, scale, page)
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=y_ticks, x_label=data.x_label)
    keys = []
    for row, side in enumerate(data.sides):
        pen = pen_of(side.side)
        span = (frame.top_pt, frame.bottom_pt)
        if isinstance(side, DragShares):
            time, percent = frame.x_pt(side.time_s * scale), frame.y_pt(side.percent)
            draw_line(axes, time, percent, pen.color, 1.8, pen.line, drawstyle="steps-mid")
            keys.append(line_key(side_words(page, side.side, side.words), pen))
        else:
            middle = frame.top_pt + 38.0 * (row + 0.5)
            span = (middle - 17, middle + 17)
            if not shares:
                for number, line in enumerate(lines[row]):
                    shift = (number - (len(lines[row]) - 1) / 2) * page.line_pt + 0.36 * page.font_pt
                    write(axes, frame.left_pt - 6, middle + shift, line, page.font_pt, "right")
            _draw_drags(axes, side, pen, frame.x_pt(side.time_s * scale), middle)
        if np.isfinite(side.change_at_s):
            at = float(frame.x_pt(side.change_at_s * scale))
            draw_line(axes, (at, at), span, INK, 1.4, "--")
    return draw_key(axes, page, [*keys, *turn_keys], below)


def _draw_drags(axes: Axes, marks: DragMarks, pen: Pen, time: FloatArray, middle: float) -> None:
    drag = np.asarray(marks.drag, bool)
    _upright(axes, time[~drag], middle + 4, middle + 11, GRAY, 0.9)
    _upright(axes, time[drag], middle - 9, middle + 11, pen.color, 1.6)
    draw_marks(axes, time[drag], np.full(int(drag.sum()), middle - 9), pen, 5.5)


def _upright(axes: Axes, x: FloatArray, top: float, bottom: float, color: str, width: float) -> None:
    """Draw upright strokes as one path."""
    gaps = np.full(len(x), np.nan)
    y = np.tile([top, bottom, np.nan], len(x))
    if len(x):
        draw_line(axes, np.column_stack([x, x, gaps]).ravel(), y, color, width)
