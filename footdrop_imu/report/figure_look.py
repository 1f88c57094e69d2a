"""How figures look, and where things stand in them, in points from the top left; no matplotlib at run time.

Left is a solid blue line with filled circles, right a dashed brown line with open squares, so that the sides can be
told apart without color; what was before is dotted gray with open triangles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.figure_text import text_width_pt, wrap
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CROSS",
    "DRAG",
    "FAINT",
    "GRAY",
    "INK",
    "MUTED",
    "PENS",
    "SIDE_WORDS",
    "TURN",
    "Frame",
    "Key",
    "Page",
    "Pen",
    "band",
    "counted_words",
    "draw_bar",
    "draw_grid",
    "draw_key",
    "draw_line",
    "draw_marks",
    "heading",
    "line_key",
    "mark_key",
    "nice_ticks",
    "padded",
    "pen_of",
    "side_words",
    "tick_texts",
    "value_frame",
    "write",
]

INK, MUTED, GRAY, FAINT = "#1b2733", "#4a5865", "#7b8893", "#dde4e9"
SIDE_WORDS = {"left": mark("Left foot"), "right": mark("Right foot")}
_LINE = 1.22


class Pen(NamedTuple):
    """How one series is drawn: in grayscale too, no two are alike."""

    color: str
    line: Any
    marker: str
    filled: bool
    doubtful: str


PENS = {
    "left": Pen("#0b5cad", "-", "o", True, "x"),
    "right": Pen("#a8430a", (0, (5, 1.6)), "s", False, "+"),
    "before": Pen("#5a6570", (0, (1.2, 1.4)), "^", False, "1"),
    "": Pen(INK, "-", "o", True, "x"),
}


CROSS = Pen(INK, "-", "x", True, "x")
DRAG, TURN = mark("Toe drag"), mark("Turn")
STRIDES, STRIDE = mark("{side} ({count} strides)"), mark("{side} (1 stride)")


def pen_of(side: str, time: str = "") -> Pen:
    """Give the pen of a side, or of what it was before."""
    return PENS["before"] if time == "before" else PENS.get(side, PENS[""])


class Page(NamedTuple):
    """What every drawing is given: width and size of letters in points, and the language's numbers, days and words."""

    width_pt: float
    font_pt: float
    translate: Translate

    @property
    def line_pt(self) -> float:
        """From one line of text to the next."""
        return self.font_pt * _LINE

    @property
    def small_pt(self) -> float:
        """Letters of what is said by the way: 9 px on a telephone of 360."""
        return max(self.font_pt - 1, self.width_pt * 9.05 / 360)


def write(
    axes: Axes,
    x_pt: float,
    y_pt: float,
    text: str,
    size_pt: float,
    align: str = "left",
    *,
    bold: bool = False,
    color: str = INK,
) -> None:
    """Write one line with its baseline at ``y_pt``."""
    if text:
        axes.text(x_pt, y_pt, text, fontsize=size_pt, ha=align, fontweight=700 if bold else 400, color=color)


@dataclass(frozen=True)
class Frame:
    """A value axis and a course axis in a box: ``x`` and ``y`` are what its edges stand for (y upward)."""

    left_pt: float
    top_pt: float
    width_pt: float
    height_pt: float
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def right_pt(self) -> float:
        """Right edge."""
        return self.left_pt + self.width_pt

    @property
    def bottom_pt(self) -> float:
        """Lower edge."""
        return self.top_pt + self.height_pt

    def x_pt(self, value: ArrayLike) -> FloatArray:
        """Place values along the frame; what is outside lands on its edge."""
        share = (np.asarray(value, float) - self.x[0]) / (self.x[1] - self.x[0])
        return self.left_pt + np.clip(share, 0, 1) * self.width_pt

    def y_pt(self, value: ArrayLike) -> FloatArray:
        """Place values up the frame; what is outside lands on its edge."""
        share = (np.asarray(value, float) - self.y[0]) / (self.y[1] - self.y[0])
        return self.bottom_pt - np.clip(share, 0, 1) * self.height_pt


def padded(values: Sequence[ArrayLike], part: float = 0.07) -> tuple[float, float]:
    """Range of all finite values with a little room; 0 to 1 where there are none."""
    every = np.concatenate([np.ravel(np.asarray(each, float)) for each in values]) if len(values) else np.empty(0)
    every = every[np.isfinite(every)]
    if not every.size:
        return 0.0, 1.0
    low, high = float(every.min()), float(every.max())
    room = part * (high - low) or max(abs(high) * 0.1, 1e-9)
    return low - room, high + room


def nice_ticks(low: float, high: float, count: int = 5) -> FloatArray:
    """Round numbers between two, about so many."""
    if not (isfinite(low) and isfinite(high) and high > low):
        return np.array([low if isfinite(low) else 0.0])
    rough = (high - low) / max(count, 1)
    power = 10.0 ** floor(log10(rough))
    step = power * next(factor for factor in (1, 2, 2.5, 5, 10) if rough <= factor * power * 1.0001)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return np.arange(first, last + 1, dtype=float) * step


def tick_texts(ticks: FloatArray, translate: Translate) -> tuple[str, ...]:
    """Write ticks with as many decimals as their steps need."""
    step = float(np.diff(ticks).min()) if len(ticks) > 1 else float(np.abs(ticks).max(initial=0)) or 1.0
    digits = next((digits for digits in range(7) if abs(round(step, digits) - step) < step * 1e-6), 7)
    return tuple(translate.number(float(tick), digits) for tick in ticks)


def value_frame(
    page: Page, top: float, height: float, x: tuple[float, float], y: tuple[float, float]
) -> tuple[Frame, Any]:
    """Frame with room for the words of its value ticks, and these ticks."""
    ticks = nice_ticks(*y, 5)
    texts = tick_texts(ticks, page.translate)
    left = max((text_width_pt(text, page.font_pt) for text in texts), default=0.0) + 7
    frame = Frame(left, top, page.width_pt - left - 11, height, x, y)
    return frame, tuple(zip(ticks, texts, strict=True))


def heading(axes: Axes, page: Page, text: str, top_pt: float = 0.0) -> float:
    """Write what the values are over a frame, wrapped; give where the frame may begin."""
    lines = wrap(text, page.width_pt - 2, page.font_pt)
    for line in lines:
        top_pt += page.line_pt
        write(axes, 1, top_pt - 0.25 * page.font_pt, line, page.font_pt)
    return top_pt + 0.35 * page.font_pt


def draw_grid(
    axes: Axes,
    page: Page,
    frame: Frame,
    *,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
    x_label: str = "",
) -> float:
    """Draw a frame's grid, edges and tick words; give where what is below it may begin."""
    for value, text in y_ticks:
        at = float(frame.y_pt(value))
        draw_line(axes, (frame.left_pt, frame.right_pt), (at, at), FAINT, 0.8)
        write(axes, frame.left_pt - 5, at + 0.36 * page.font_pt, text, page.font_pt, "right")
    left, right, top, bottom = frame.left_pt, frame.right_pt, frame.top_pt, frame.bottom_pt
    draw_line(axes, (left, left, right), (top, bottom, bottom), MUTED, 0.8)
    below = bottom
    if x_ticks:
        below += 4 + page.font_pt
        spaces: list[float] = []
        for value, text in x_ticks:
            at = float(frame.x_pt(value))
            draw_line(axes, (at, at), (bottom, bottom + 3), MUTED, 0.8)
            spaces.append(at)
            half = text_width_pt(text, page.font_pt) / 2
            write(axes, min(at, page.width_pt - half), below, text, page.font_pt, "center")
    for line in wrap(x_label, page.width_pt, page.font_pt):
        below += page.line_pt
        middle = (left + right) / 2
        half = text_width_pt(line, page.font_pt) / 2
        write(axes, min(max(middle, half), page.width_pt - half), below, line, page.font_pt, "center")
    return below + 0.4 * page.font_pt


def draw_line(
    axes: Axes, x_pt: ArrayLike, y_pt: ArrayLike, color: str, width_pt: float, line: Any = "-", **more: Any
) -> None:
    """Draw a line through points; NaN breaks it."""
    axes.plot(x_pt, y_pt, color=color, linewidth=width_pt, linestyle=line, clip_on=False, **more)


def draw_marks(axes: Axes, x_pt: ArrayLike, y_pt: ArrayLike, pen: Pen, size_pt: float, **more: Any) -> None:
    """Draw a pen's marks, filled or open."""
    style: dict[str, Any] = {
        "marker": pen.marker,
        "markersize": size_pt,
        "markeredgecolor": pen.color,
        "markeredgewidth": 1.2,
        "markerfacecolor": pen.color if pen.filled else "white",
        "linestyle": "",
        "clip_on": False,
    }
    axes.plot(x_pt, y_pt, **(style | more))


def band(axes: Axes, x_pt: ArrayLike, low_pt: ArrayLike, high_pt: ArrayLike, pen: Pen) -> None:
    """Fill between two courses: plain for what is drawn solid, hatched or hardly for others."""
    x, low, high = (np.asarray(each, float) for each in (x_pt, low_pt, high_pt))
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    if known.sum() < 2:
        return
    if pen.filled:
        look: dict[str, Any] = {"color": pen.color, "alpha": 0.16}
    elif pen.marker == "s":
        look = {"facecolor": "none", "edgecolor": pen.color, "hatch": "////", "alpha": 0.45}
    else:
        look = {"facecolor": "none", "edgecolor": pen.color, "hatch": "\\\\\\", "alpha": 0.45}
    axes.fill_between(x, low, high, where=known, linewidth=0, clip_on=False, **look)


def draw_bar(axes: Axes, x: float, y: float, width: float, height: float, side: str) -> None:
    """Draw a side's bar: full, or hatched."""
    pen = pen_of(side)
    look: dict[str, Any] = {"facecolor": pen.color} if pen.filled else {"facecolor": "white", "hatch": "////"}
    corners = [x, x + width, x + width, x], [y, y, y + height, y + height]
    axes.fill(*corners, edgecolor=pen.color, linewidth=1, clip_on=False, **look)


class Key(NamedTuple):
    """One entry of a key: its words, and what draws a sample from (x, y) on, 26 points wide."""

    words: str
    draw: Callable[[Axes, float, float], None]


def draw_key(axes: Axes, page: Page, keys: Sequence[Key], top_pt: float) -> float:
    """Draw a key in as many rows as it needs; give where what is below it may begin."""
    if not keys:
        return top_pt
    sample_pt, gap_pt = 31.0, 14.0
    x, baseline = 1.0, top_pt + page.font_pt
    for key in keys:
        lines = wrap(key.words, page.width_pt - sample_pt - 2, page.font_pt)
        width = sample_pt + max((text_width_pt(line, page.font_pt) for line in lines), default=0.0)
        if x > 1 and x + width > page.width_pt:
            x, baseline = 1.0, baseline + page.line_pt + 2
        key.draw(axes, x, baseline - 0.36 * page.font_pt)
        for number, line in enumerate(lines):
            baseline += page.line_pt if number else 0
            write(axes, x + sample_pt, baseline, line, page.font_pt)
        x = page.width_pt if len(lines) > 1 else x + width + gap_pt
    return baseline + 0.4 * page.font_pt


def side_words(page: Page, side: str, words: str = "") -> str:
    """Name a side, where its data do not."""
    return words or page.translate(SIDE_WORDS.get(side, side))


def counted_words(page: Page, side: str, words: str, count: int) -> str:
    """Name a side and how many strides are behind it."""
    number = page.translate.number(count)
    return page.translate(STRIDE if count == 1 else STRIDES).format(side=side_words(page, side, words), count=number)


def line_key(words: str, pen: Pen, width_pt: float = 2.2) -> Key:
    """Name a line in the key."""

    def draw(axes: Axes, x: float, y: float) -> None:
        draw_line(axes, (x, x + 26), (y, y), pen.color, width_pt, pen.line)

    return Key(words, draw)


def mark_key(words: str, pen: Pen, size_pt: float = 5.5, **more: Any) -> Key:
    """Name a mark in the key."""
    return Key(words, lambda axes, x, y: draw_marks(axes, [x + 22], [y], pen, size_pt, **more))
