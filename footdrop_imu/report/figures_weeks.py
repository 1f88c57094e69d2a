"""Figures over weeks: measures and exercising on one time axis, with what happened on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.language import mark
from footdrop_imu.report.figure_data import Course, CourseOverWeeks, DoseAndResponse, Event, Panel
from footdrop_imu.report.figure_look import (
    FAINT,
    GRAY,
    INK,
    MUTED,
    Frame,
    Key,
    Page,
    Pen,
    band,
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
    tick_texts,
    value_frame,
    write,
)
from footdrop_imu.report.figure_text import shorten, text_width_pt
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_course_over_weeks", "draw_dose_and_response"]

_POINTS_DRAWN = 260
_BINS = 90
_LANES = 4
_UNNAMED_LINES = 12
_BAND = "#e6eaee"
_LINES = {"plan": "-", "condition": "--", "event": ":"}
_PENS = {
    "plan": Pen(INK, "-", "v", True, "x"),
    "condition": Pen(INK, "--", "D", False, "x"),
    "event": Pen(INK, ":", "o", True, "x"),
}
_SPARE = (pen_of("", "before"), Pen(GRAY, "-.", "D", True, "x"), Pen(INK, "--", "v", False, "x"))
_BINNED = mark("{words}: middle and 10th to 90th percentile of every {count} days")
_MORE = mark("Lines without words: {count} more, named in the table")
_ON_LEFT, _ON_RIGHT = mark("{label} (scale on the left)"), mark("{label} (scale on the right)")


class _Span(NamedTuple):
    """The days from the first to the last, as numbers."""

    first: float
    last: float

    @property
    def days(self) -> int:
        return int(self.last - self.first)


def _number(day: str) -> float:
    return float(np.datetime64(day, "D").astype(int))


def _day(number: float) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))


def _numbers(course: Course) -> FloatArray:
    days = np.asarray(course.day, "datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(float))


def _span(first_day: str, last_day: str) -> _Span:
    first, last = _number(first_day), _number(last_day)
    return _Span(first - 0.5, max(last, first) + 0.5)


def day_ticks(first: float, last: float, width_pt: float, page: Page) -> tuple[tuple[float, str], ...]:
    """Days or months to name below a time axis, as many as there is room for; at least the first day."""
    fewest = 2 if last - first > 2 else 1
    begin, finish = int(np.ceil(first)), int(np.floor(last))
    monday = begin + (4 - begin) % 7  # the first day of 1970 was a Thursday
    weeks = [np.arange(monday, finish + 1, 7 * step, dtype=float) for step in (1, 2, 4)]
    for mondays in weeks if last - first <= 130 else ():
        texts = [page.translate.day(_day(each), short=True) for each in mondays]
        if len(mondays) >= fewest and _fit(mondays, texts, first, last, width_pt, page):
            return tuple(zip(map(float, mondays), texts, strict=True))
    start, end = _day(begin), _day(finish)
    months = (end.year - start.year) * 12 + end.month - start.month
    for step in (1, 2, 3, 6, 12, 24, 60, 240):
        at = [_month_after(start, ahead) for ahead in range(1, months + 1)]
        chosen = [day for day in at if (day.month - 1 + 12 * day.year) % step == 0]
        years = {day.year for day in chosen}
        named = [
            page.translate.month(day, year=len(years) > 1 and (day.month == 1 or step > 6 or index == 0))
            for index, day in enumerate(chosen)
        ]
        places = np.array([(day - date(1970, 1, 1)).days for day in chosen], float)
        if len(chosen) >= 2 and _fit(places, named, first, last, width_pt, page):
            return tuple(zip(map(float, places), named, strict=True))
    return ((float(begin), page.translate.day(start, short=True)),)


def _month_after(day: date, ahead: int) -> date:
    month = day.month - 1 + ahead
    return date(day.year + month // 12, month % 12 + 1, 1)


def _fit(at: FloatArray, texts: Sequence[str], first: float, last: float, width_pt: float, page: Page) -> bool:
    halves = [text_width_pt(text, page.font_pt) / 2 for text in texts]
    gaps = np.diff(at) * width_pt / max(last - first, 1)
    return all(gap > one + other + 4 for gap, (one, other) in zip(gaps, pairwise(halves), strict=True))


class _Label(NamedTuple):
    x_pt: float
    lane: int
    left_pt: float
    right_pt: float
    align: str
    words: str
    kind: str


def _place(events: Sequence[Event], frame: Frame, page: Page) -> tuple[list[_Label], int]:
    """Give each event's words a lane where no other words and no other line are; and how many found none.

    Words stand right of their line where there is room, else left of it. Plan changes choose first.
    """
    order = sorted(events, key=lambda event: (("plan", "condition", "event").index(event.kind), event.day))
    placed: list[_Label] = []
    left_out = 0
    for event in order:
        x = float(frame.x_pt(_number(event.day)))
        words = shorten(event.words, 0.42 * frame.width_pt, page.small_pt)
        width = text_width_pt(words, page.small_pt) + 3
        sides = [("left", x, x + width), ("right", x - width, x)]
        free = (
            _Label(x, lane, low, high, align, words, event.kind)
            for lane in range(_LANES)
            for align, low, high in sides
            if low >= 0 and high <= page.width_pt
        )
        label = next((label for label in free if not any(_meet(label, other) for other in placed)), None)
        if label is None or not words:
            label = _Label(x, _LANES, x, x, "left", "", event.kind)
            left_out += bool(words)
        placed.append(label)
    return placed, left_out


def _meet(one: _Label, other: _Label) -> bool:
    """Tell whether two labels touch, or one's line (down from its lane) crosses the other's words."""
    if one.lane == other.lane and one.left_pt < other.right_pt + 5 and other.left_pt < one.right_pt + 5:
        return True
    upper, lower = (one, other) if one.lane < other.lane else (other, one)
    return bool(lower.words) and upper.lane < lower.lane and lower.left_pt - 2 < upper.x_pt < lower.right_pt + 2


def _draw_events(
    axes: Axes, labels: Sequence[_Label], edges: Sequence[tuple[float, float]], top_pt: float, page: Page
) -> None:
    """Draw each event's line from its words down, and through every panel (``edges``: from where to where).

    Where many have no words, these are marks on the time axis alone.
    """
    step = page.small_pt * 1.25
    crowded = sum(not label.words for label in labels) > _UNNAMED_LINES
    for label in labels:
        x, line = label.x_pt, _LINES[label.kind]
        if label.words:
            y = top_pt + (label.lane + 1) * step
            draw_line(axes, (x, x), (y - 0.8 * step, edges[0][0]), INK, 1, line, alpha=0.75)
            shift = 3 if label.align == "left" else -3
            write(axes, x + shift, y - 0.1 * step, label.words, page.small_pt, label.align)
        if label.words or not crowded:
            for top, bottom in edges:
                draw_line(axes, (x, x), (top, bottom), INK, 1, line, alpha=0.75)
        draw_marks(axes, [x], [edges[-1][1]], _PENS[label.kind], 5)


def _lanes_pt(labels: Sequence[_Label], page: Page) -> float:
    return max((label.lane + 1 for label in labels if label.words), default=0) * page.small_pt * 1.25


def _kept(events: Sequence[Event], span: _Span) -> list[Event]:
    known = [event if event.kind in _PENS else Event(event.day, "event", event.words) for event in events]
    return [event for event in known if span.first <= _number(event.day) <= span.last]


def _value_range(panel: Panel) -> tuple[float, float]:
    values: list[object] = []
    for course in panel.courses:
        value = np.asarray(course.value, float)
        reach = np.zeros_like(value) if course.reach is None else np.nan_to_num(np.asarray(course.reach, float))
        around = np.nan_to_num(course.detectable)
        values += [value - reach, value + reach, [course.level - around, course.level + around]]
        values += [[0.0]] if course.style == "bars" else []
    low, high = padded(values)  # type: ignore[arg-type]
    if any(course.style == "bars" for course in panel.courses):
        low = max(low, 0.0) if not np.isfinite(panel.low) else low
    low = panel.low if np.isfinite(panel.low) else low
    high = panel.high if np.isfinite(panel.high) else high
    return (low, high) if high > low else (low, low + 1)


_PANEL_PT, _LONE_PT = 112, 88
"""A panel alone has to fit beside words on paper."""


def draw_course_over_weeks(axes: Axes, data: CourseOverWeeks, page: Page) -> float:
    """Panels below each other on one time axis; what happened as lines through all of them, named above."""
    span = _span(data.first_day, data.last_day)
    ranges = [_value_range(panel) for panel in data.panels]
    ticks = [nice_ticks(*each, 4) for each in ranges]
    left = max(
        (text_width_pt(text, page.font_pt) for each in ticks for text in tick_texts(each, page.translate)), default=0.0
    )
    x_ticks = day_ticks(span.first, span.last, page.width_pt - left - 18, page)
    guide = Frame(left + 7, 0, page.width_pt - left - 18, 1, (span.first, span.last), (0, 1))
    labels, left_out = _place(_kept(data.events, span), guide, page)
    below = 0.0
    keys: list[Key] = []
    edges = []
    lanes_top = 0.0
    for row, (panel, value_range, value_ticks) in enumerate(zip(data.panels, ranges, ticks, strict=True)):
        below = heading(axes, page, panel.y_label, below)
        if not row:
            lanes_top, below = below, below + _lanes_pt(labels, page)
        small = all(course.style == "bars" for course in panel.courses)
        height_pt = 62 if small else _PANEL_PT if len(data.panels) > 1 else _LONE_PT
        frame = Frame(guide.left_pt, below, guide.width_pt, height_pt, guide.x, value_range)
        edges.append((frame.top_pt, frame.bottom_pt))
        for day, _ in x_ticks:
            at = float(frame.x_pt(day))
            draw_line(axes, (at, at), (frame.top_pt, frame.bottom_pt), FAINT, 0.8)
        keys += _draw_levels(axes, panel.courses, frame, data.level_words)
        texts = tuple(zip(value_ticks, tick_texts(value_ticks, page.translate), strict=True))
        last = row == len(data.panels) - 1
        below = draw_grid(axes, page, frame, x_ticks=x_ticks if last else (), y_ticks=texts)
        pens: list[Pen] = []
        for course in panel.courses:
            pen = next((pen for pen in (pen_of(course.side), *_SPARE) if pen not in pens), pen_of(course.side))
            pens.append(pen)
            keys += _draw_course(axes, course, pen, frame, page)
    if edges:
        _draw_events(axes, labels, edges, lanes_top, page)
    if left_out:
        words = page.translate(_MORE).format(count=page.translate.number(left_out))
        keys.append(Key(words, lambda axes, x, y: draw_line(axes, (x + 20, x + 20), (y - 5, y + 5), INK, 1)))
    return draw_key(axes, page, list({key.words: key for key in keys if key.words}.values()), below)


def _draw_levels(axes: Axes, courses: Sequence[Course], frame: Frame, words: str) -> list[Key]:
    """Draw what the first days were, and around it what chance can do."""
    found = [course for course in courses if np.isfinite(course.level)]
    for course in found:
        if np.isfinite(course.detectable):
            low, high = frame.y_pt([course.level - course.detectable, course.level + course.detectable])
            _box(axes, frame.left_pt, frame.right_pt, float(low), float(high))
    for course in found:
        y = float(frame.y_pt(course.level))
        draw_line(axes, (frame.left_pt, frame.right_pt), (y, y), MUTED, 1.2, (0, (6, 2, 1.5, 2)))

    def sample(axes: Axes, x: float, y: float) -> None:
        if any(np.isfinite(course.detectable) for course in found):
            _box(axes, x, x + 26, y + 5, y - 5)
        draw_line(axes, (x, x + 26), (y, y), MUTED, 1.2, (0, (6, 2, 1.5, 2)))

    return [Key(words, sample)] if found and words else []


def _box(axes: Axes, left: float, right: float, low: float, high: float) -> None:
    axes.fill([left, right, right, left], [low, low, high, high], color=_BAND, linewidth=0, clip_on=False)
    for edge in (low, high):
        draw_line(axes, (left, right), (edge, edge), GRAY, 0.7, (0, (3, 1.5)))


def _draw_course(axes: Axes, course: Course, pen: Pen, frame: Frame, page: Page) -> list[Key]:
    days, value = _numbers(course), np.asarray(course.value, float)
    known = np.isfinite(days) & np.isfinite(value)
    if course.style == "bars":
        _draw_bars(axes, days[known], value[known], frame, GRAY)
        return [_bar_key(course.words)]
    x = frame.x_pt(days)
    if course.style == "line":
        draw_line(axes, x, frame.y_pt(value), pen.color, 2, pen.line)
        return [line_key(course.words, pen, 2)]
    if known.sum() > _POINTS_DRAWN:
        return [_draw_binned(axes, course.words, days[known], value[known], pen, frame, page)]
    many = known.sum() > 60
    if course.reach is not None:
        reach = np.asarray(course.reach, float)
        both = known & np.isfinite(reach)
        low, high = frame.y_pt(value[both] - reach[both]), frame.y_pt(value[both] + reach[both])
        if both.any():
            _uprights(axes, x[both], low, high, pen.color, 0.6 if many else 1)
    draw_marks(axes, x[known], frame.y_pt(value[known]), pen, 3.6 if many else 5)
    return [mark_key(course.words, pen)]


def _draw_binned(
    axes: Axes, words: str, days: FloatArray, value: FloatArray, pen: Pen, frame: Frame, page: Page
) -> Key:
    """Draw so many days that their points would hide each other as a course of stretches of days."""
    width = int(np.ceil((days.max() - days.min() + 1) / _BINS))
    which = ((days - days.min()) // width).astype(int)
    bins = [value[which == each] for each in range(int(which.max()) + 1)]
    low, middle, high = (
        np.array([np.percentile(each, part) if len(each) else np.nan for each in bins]) for part in (10, 50, 90)
    )
    x = frame.x_pt(days.min() + (np.arange(len(bins)) + 0.5) * width)
    band(axes, x, frame.y_pt(low), frame.y_pt(high), pen)
    draw_line(axes, x, frame.y_pt(middle), pen.color, 2, pen.line)
    told = page.translate(_BINNED).format(words=words, count=page.translate.number(width)) if words else ""
    return line_key(told, pen, 2)


def _draw_bars(axes: Axes, days: FloatArray, value: FloatArray, frame: Frame, color: str) -> None:
    """Draw a bar a week, from its first day on."""
    if len(days):
        width = 7 * frame.width_pt / max(frame.x[1] - frame.x[0], 7)
        x = np.clip(frame.x_pt(days) + width / 2, frame.left_pt + width / 2, frame.right_pt - width / 2)
        base = np.full(len(days), float(frame.y_pt(max(frame.y[0], 0.0))))
        _uprights(axes, x, base, frame.y_pt(value), color, max(width * 0.78, 0.6))


def _uprights(axes: Axes, x: FloatArray, low: FloatArray, high: FloatArray, color: str, width_pt: float) -> None:
    gap = np.full(len(x), np.nan)
    across, up = np.column_stack([x, x, gap]).ravel(), np.column_stack([low, high, gap]).ravel()
    draw_line(axes, across, up, color, width_pt, solid_capstyle="butt")


def _bar_key(words: str) -> Key:
    return Key(words, lambda axes, x, y: draw_line(axes, (x, x + 26), (y, y), GRAY, 9, solid_capstyle="butt"))


def draw_dose_and_response(axes: Axes, data: DoseAndResponse, page: Page) -> float:
    """Dose as bars from below (scale on the right), the measure as points over them (scale on the left)."""
    span = _span(data.first_day, data.last_day)
    response, dose = (Panel("", "", (course,)) for course in (data.response, data.dose))
    dose_high = max(_value_range(dose)[1], 1e-9)
    dose_ticks = nice_ticks(0, dose_high, 2)
    dose_texts = tick_texts(dose_ticks, page.translate)
    right = max((text_width_pt(text, page.font_pt) for text in dose_texts), default=0.0) + 8
    low, high = _value_range(response)
    frame, value_ticks = value_frame(page, 0, 176, (span.first, span.last), (low - 0.6 * (high - low), high))
    frame = Frame(frame.left_pt, 0, page.width_pt - frame.left_pt - right, 176, frame.x, frame.y)
    labels, left_out = _place(_kept(data.events, span), frame, page)
    pen = pen_of(data.response.side)
    words = page.translate(_ON_LEFT).format(label=data.response_label)
    named = [mark_key(words, pen), _bar_key(page.translate(_ON_RIGHT).format(label=data.dose_label))]
    top = draw_key(axes, page, named, 0) + _lanes_pt(labels, page) + 6
    frame = Frame(frame.left_pt, top, frame.width_pt, 176, frame.x, frame.y)
    bars = Frame(frame.left_pt, top, frame.width_pt, 176, frame.x, (0, dose_high * 2.9))
    _draw_levels(axes, (data.response,), frame, "")
    x_ticks = day_ticks(span.first, span.last, frame.width_pt, page)
    shown = [(value, text) for value, text in value_ticks if value >= low]
    below = draw_grid(axes, page, frame, x_ticks=x_ticks, y_ticks=shown)
    days, value = _numbers(data.dose), np.asarray(data.dose.value, float)
    known = np.isfinite(days) & np.isfinite(value)
    _draw_bars(axes, days[known], value[known], bars, GRAY)
    for tick, text in zip(dose_ticks, dose_texts, strict=True):
        y = float(bars.y_pt(tick))
        draw_line(axes, (frame.right_pt, frame.right_pt + 4), (y, y), MUTED, 0.8)
        write(axes, frame.right_pt + 7, y + 0.36 * page.font_pt, text, page.font_pt)
    edge = float(bars.y_pt(dose_ticks[-1]))
    draw_line(axes, (frame.right_pt, frame.right_pt), (frame.bottom_pt, edge), MUTED, 0.8)
    _draw_course(axes, data.response, pen, frame, page)
    _draw_events(axes, labels, [(frame.top_pt, frame.bottom_pt)], top - _lanes_pt(labels, page) - 3, page)
    if not left_out:
        return below
    told = page.translate(_MORE).format(count=page.translate.number(left_out))
    line = Key(told, lambda axes, x, y: draw_line(axes, (x + 20, x + 20), (y - 5, y + 5), INK, 1))
    return draw_key(axes, page, [line], below)
