"""Figures as SVG, for pages on the screen and on paper: the only place that loads matplotlib.

Everything stands in one axes that covers the figure and counts in points from the top left. Text stays text. The same
input gives the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from footdrop_imu.language import translator
from footdrop_imu.report import figure_data as data
from footdrop_imu.report import figures_ground, figures_walk
from footdrop_imu.report.figure_data import Curve, DragMarks, DragShares, Points, Runs, Span
from footdrop_imu.report.figure_look import Page
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from footdrop_imu.report.model import Figure as ReportFigure

__all__ = ["ankle_figure", "drag_figure", "draw", "landing_figure", "pitch_figure", "points_figure", "toe_figure"]

SIZE_IN = (4.7, 2.5)
INK, MUTED, FAINT = "#1b2733", "#4a5865", "#dde4e9"
COLORS = {"left": "#0b5cad", "right": "#a8430a"}
LINES = {"left": "-", "right": (0, (5, 1.6))}
MARKERS = {"left": "o", "right": "s"}
DOUBTFUL_MARKERS = {"left": "x", "right": "+"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "footdrop_imu",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.5,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
}


_NARROW_PT, _WIDE_PT = (338.0, 10.5), (454.0, 11.5)
"""Width of a figure and size of its letters: on a telephone 360 px wide no letter is below 9 px."""
_PLAIN: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "footdrop_imu",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "text.color": INK,
    "text.parse_math": False,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
    "path.simplify_threshold": 0.25,
    "axes.autolimit_mode": "data",
}
_KINDS: Mapping[type, Callable[[Axes, Any, Page], float]] = {
    data.CycleCourse: figures_walk.draw_cycle_course,
    data.AlongWalk: figures_walk.draw_along_walk,
    data.DragsAlong: figures_walk.draw_drags_along,
    data.Landings: figures_ground.draw_landings,
    data.WalkPath: figures_ground.draw_walk_path,
}
_NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_language = lru_cache(translator)


def draw(figure: ReportFigure, language: str) -> str:
    """Draw a figure.

    Parameters
    ----------
    figure
        Its ``data`` may be empty or NaN throughout; its ``name`` begins every id in the SVG.
    language
        Of the numbers, days and few words that are not in the figure's data, such as ``de``.

    Returns
    -------
    str
        An ``svg`` element with title and description, without a size of its own; in HTML and as a file.

    Raises
    ------
    FileFormatError
        ``not_found``: there is no such language.
    """
    width_pt, font_pt = _WIDE_PT if figure.wide else _NARROW_PT
    page = Page(width_pt, font_pt, _language(language))
    with mpl.rc_context(_PLAIN), warnings.catch_warnings():
        # what DejaVu Sans has no picture of, the reader's screen may have
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
        drawing = Figure(dpi=72)
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        axes.set_xlim(0, width_pt)
        height_pt = _KINDS[type(figure.data)](axes, figure.data, page)
        axes.set_ylim(height_pt, 0)
        drawing.set_size_inches(width_pt / 72, height_pt / 72)
        for text in axes.texts:
            text.set_text(_NOT_IN_XML.sub("\ufffd", text.get_text()))
        buffer = io.StringIO()
        drawing.savefig(buffer, format="svg", metadata=_NOTHING, transparent=True)
    return _bare(buffer.getvalue(), figure, (width_pt, height_pt))


def _bare(text: str, figure: ReportFigure, size_pt: tuple[float, float]) -> str:
    """Keep the drawing of matplotlib's file: short, its ids renamed, with title and description."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", figure.name)
    text = text[text.index("</defs>") + len("</defs>") : text.rindex("</svg>")]
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]+)', text))
    ids = {old: f"{name}-{number}" for number, old in enumerate(used, 1)}
    text = re.sub(r' id="([^"]*)"', lambda found: f' id="{ids[found[1]]}"' if found[1] in ids else "", text)
    text = re.sub(r'xlink:href="#([^"]+)"', lambda found: f'href="#{ids[found[1]]}"', text)
    text = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{ids[found[1]]})", text)
    text = _TAG.sub(_short_tag, text)
    text = _MARKS.sub(_styled_once, text)
    width_pt, height_pt = size_pt
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_pt:.0f} {height_pt:.2f}" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc" font-family="DejaVu Sans, sans-serif" '
        f'stroke-linejoin="round"><title id="{name}-title">{_escaped(figure.title)}</title>'
        f'<desc id="{name}-desc">{_escaped(figure.alt)}</desc>{text.strip()}</svg>'
    )


def _escaped(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text), quote=False)


_TAG = re.compile(r"<[^>]+>\s*")
_NUMBER = re.compile(r"\d+\.\d+")
_BEFORE_LETTER, _AFTER_LETTER = re.compile(r"\s+(?=[LMQCz])"), re.compile(r"(?<=[LMQC]) ")
_FONT = re.compile(r"font: (?:(\d+) )?([\d.]+)px [^;\"]*")
_NEEDLESS = re.compile(r"; font-family: [^;\"]*| transform=\"rotate\(-?0 [^)]*\)\"")
_MARKS = re.compile(r'<g>((?:<use [^>]* style="[^"]*"/>)+)</g>')
_STYLE_OF = re.compile(r' style="([^"]*)"')


def _short_tag(found: re.Match[str]) -> str:
    """Round a tag's numbers to 0.01 points, and leave out what says nothing; the text between tags is not touched."""
    tag = _NUMBER.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), found[0].rstrip())
    if tag.startswith("<path"):
        return _AFTER_LETTER.sub("", _BEFORE_LETTER.sub("", tag))
    if tag.startswith("<text"):
        tag = _FONT.sub(lambda font: f"font-weight: {font[1] or 400}; font-size: {font[2]}px", tag)
        return _NEEDLESS.sub("", tag)
    return tag


def _styled_once(found: re.Match[str]) -> str:
    """Give a group of equal marks the style that each of them carries."""
    styles = set(_STYLE_OF.findall(found[1]))
    return f'<g style="{styles.pop()}">{_STYLE_OF.sub("", found[1])}</g>' if len(styles) == 1 else found[0]


def _svg(name: str, title: str, draw: Callable[[Axes], None], size_in: tuple[float, float] = SIZE_IN) -> str:
    """Draw into one axes and give the SVG element: named, titled, with ids of its own, scaling with its box."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size_in, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside lower center", ncols=2, frameon=False, handlelength=3.2, borderpad=0)
        buffer = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' id="([^"]*)"', rf' id="{name}-\1"', text)
    text = re.sub(r'(xlink:href="|url\()#', rf"\1#{name}-", text)
    text = re.sub(r"(\d+\.\d{2})\d+", r"\1", text)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    box = re.search(r'viewBox="([^"]*)"', text)
    start = text.index(">") + 1
    opening = f'<svg viewBox="{box[1] if box else ""}" role="img" aria-labelledby="{name}-title">'
    return f'{opening}<title id="{name}-title">{escape(title)}</title>{text[start:].strip()}'


def _draw_band(axes: Axes, side: str, x: FloatArray, low: FloatArray, high: FloatArray) -> None:
    if side == "left":
        axes.fill_between(x, low, high, color=COLORS[side], alpha=0.16, linewidth=0)
    else:
        hatched: dict[str, Any] = {"facecolor": "none", "edgecolor": COLORS[side], "hatch": "////", "linewidth": 0}
        axes.fill_between(x, low, high, alpha=0.45, **hatched)


def _draw_runs(axes: Axes, runs: Runs, scale: float) -> None:
    time, color = runs.time_s * scale, COLORS[runs.side]
    _draw_band(axes, runs.side, time, runs.low, runs.high)
    label = f"{runs.side.capitalize()} foot"
    axes.plot(time, runs.median, color=color, linestyle=LINES[runs.side], linewidth=2.2, label=label)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    color = COLORS[curve.side]
    _draw_band(axes, curve.side, curve.percent, curve.low, curve.high)
    axes.plot(curve.percent, curve.median, color=color, linestyle=LINES[curve.side], linewidth=2.2, label=_label(curve))
    if np.isfinite(curve.mark_value):
        axes.plot(
            curve.mark_percent,
            curve.mark_value,
            marker=MARKERS[curve.side],
            markersize=8,
            markerfacecolor=color if curve.side == "left" else "white",
            markeredgecolor=color,
            markeredgewidth=1.8,
        )


def _name_marks(axes: Axes, curves: tuple[Curve, ...], name: str, *, beside: bool) -> None:
    """Write once what the marks are, past the outermost of them."""
    marks = [(curve.mark_value, curve.mark_percent) for curve in curves if np.isfinite(curve.mark_value)]
    if not marks:
        return
    value, percent = min(marks) if beside else max(marks)
    shift, across, up = ((-9, -3), "right", "center") if beside else ((0, 10), "center", "bottom")
    axes.annotate(name, (percent, value), shift, textcoords="offset points", ha=across, va=up, fontsize=9.5)


def _label(curve: Curve) -> str:
    return f"{curve.side.capitalize()} ({curve.stride_count} strides)"


def _finish(axes: Axes, x_label: str, y_label: str) -> None:
    axes.set_xlabel(x_label)
    axes.set_title(y_label, loc="left", fontsize=10.5, color=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=3)


def pitch_figure(curves: tuple[Curve, ...]) -> str:
    """Foot pitch over the gait cycle: median, 10th to 90th percentile, toe off marked."""
    return _cycle_figure("pitch", "Foot pitch over the gait cycle", "Foot pitch in °, toes up positive", curves)


def ankle_figure(curves: tuple[Curve, ...]) -> str:
    """Ankle dorsiflexion over the gait cycle, drawn like foot pitch."""
    label = "Ankle dorsiflexion in °, 0 = quiet standing"
    return _cycle_figure("ankle", "Ankle dorsiflexion over the gait cycle", label, curves)


def _cycle_figure(name: str, title: str, y_label: str, curves: tuple[Curve, ...]) -> str:

    def draw(axes: Axes) -> None:
        axes.axhline(0, color=MUTED, linewidth=1)
        for curve in curves:
            _draw_curve(axes, curve)
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20))
        _name_marks(axes, curves, "toe off", beside=True)
        _finish(axes, "Gait cycle in % (0 = initial contact)", y_label)

    return _svg(name, title, draw)


def toe_figure(curves: tuple[Curve, ...]) -> str:
    """Toe height over swing: median, 10th to 90th percentile, minimum clearance marked."""

    def draw(axes: Axes) -> None:
        axes.axhline(0, color=MUTED, linewidth=1)
        for curve in curves:
            _draw_curve(axes, curve)
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20))
        _name_marks(axes, curves, "lowest", beside=False)
        _finish(axes, "Swing in % (0 = toe off, 100 = contact)", "Toe height in mm above its height in stance")

    return _svg("toe", "Toe height over swing", draw)


def points_figure(
    name: str,
    title: str,
    y_label: str,
    points: tuple[Points | Runs, ...],
    turns: tuple[Span, ...],
    bouts: tuple[float, ...],
) -> str:
    """One measure's strides along the walk; turns shaded, new bouts as dotted lines, doubtful strides crossed.

    Parameters
    ----------
    name
        Short, unique on the page: the ids in the SVG begin with it.
    title, y_label
        Of the figure and of its values, with the unit.
    points
        One entry a side: its strides, or the courses of runs of them.
    turns, bouts
        In s on the same clock as the points.
    """

    def draw(axes: Axes) -> None:
        longest_s = max(float(side.time_s.max()) for side in points)
        in_minutes = longest_s > 180
        scale = 1 / 60 if in_minutes else 1.0
        for turn in turns:
            axes.axvspan(turn.start_s * scale, turn.end_s * scale, color="#e6ebef", linewidth=0)
        for bout in bouts:
            axes.axvline(bout * scale, color=MUTED, linestyle=":", linewidth=1.2)
        for side in points:
            if isinstance(side, Points):
                _draw_points(axes, side, scale)
            else:
                _draw_runs(axes, side, scale)
        _finish(axes, f"Time in {'min' if in_minutes else 's'}", y_label)

    return _svg(name, title, draw)


def _draw_points(axes: Axes, side: Points, scale: float) -> None:
    color = COLORS[side.side]
    face = color if side.side == "left" else "none"
    marker = MARKERS[side.side]
    time, label = side.time_s * scale, f"{side.side.capitalize()} foot"
    good = side.good
    axes.plot(time[good], side.value[good], marker, color=color, markerfacecolor=face, markersize=5, label=label)
    axes.plot(time[~good], side.value[~good], DOUBTFUL_MARKERS[side.side], color=color, markersize=6)


def drag_figure(title: str, marks: tuple[DragMarks | DragShares, ...], turns: tuple[Span, ...]) -> str:
    """Toe drags along the walk: a row a side with a tall mark for each drag, or a long walk's share of strides.

    Parameters
    ----------
    title
        What is seen, for those who do not see it.
    marks
        One entry a side, on the clock of the turns.
    turns
        Shaded.
    """
    long = any(isinstance(side, DragShares) for side in marks)

    def draw(axes: Axes) -> None:
        in_minutes = max(float(side.time_s.max()) for side in marks) > 180
        scale = 1 / 60 if in_minutes else 1.0
        for turn in turns:
            axes.axvspan(turn.start_s * scale, turn.end_s * scale, color="#e6ebef", linewidth=0)
        for row, side in zip(reversed(range(len(marks))), marks, strict=True):
            color = COLORS[side.side]
            if isinstance(side, DragShares):
                label = f"{side.side.capitalize()} foot"
                axes.step(
                    side.time_s * scale,
                    side.percent,
                    where="mid",
                    color=color,
                    linestyle=LINES[side.side],
                    linewidth=1.8,
                    label=label,
                )
            else:
                _draw_drags(axes, side, row, scale)
            if np.isfinite(side.change_at_s):
                span = (0.0, 1.0) if long else ((row + 0.05) / len(marks), (row + 0.95) / len(marks))
                axes.axvline(side.change_at_s * scale, *span, color=INK, linestyle="--", linewidth=1.4)
        if long:
            axes.set_ylim(bottom=0)
        else:
            axes.set_ylim(-0.5, len(marks) - 0.5)
            axes.set_yticks(range(len(marks)), [side.side.capitalize() for side in reversed(marks)])
        _finish(axes, f"Time in {'min' if in_minutes else 's'}", "Strides with a drag in %" if long else "Toe drags")
        if not long:
            axes.grid(axis="y", visible=False)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)

    return _svg("drags", title, draw, (SIZE_IN[0], 2.0 if long else 0.95 + 0.5 * len(marks)))


def _draw_drags(axes: Axes, marks: DragMarks, row: int, scale: float) -> None:
    time, color = marks.time_s * scale, COLORS[marks.side]
    clear, drag = time[~marks.drag], time[marks.drag]
    axes.vlines(clear, row - 0.3, row - 0.15, color="#7b8893", linewidth=0.9)
    axes.vlines(drag, row - 0.3, row + 0.25, color=color, linewidth=1.6)
    face = color if marks.side == "left" else "white"
    at = np.full(len(drag), row + 0.25)
    axes.plot(drag, at, MARKERS[marks.side], color=color, markerfacecolor=face, markersize=5.5, clip_on=False)


def landing_figure(shares: Mapping[str, Mapping[str, int]], words: Mapping[str, str]) -> str:
    """Share of strides by landing, a bar a side.

    Parameters
    ----------
    shares
        Count by landing, by side.
    words
        What each landing is called, in the order from top to bottom.
    """
    usual = ("heel", "flat", "forefoot")
    words = {name: word for name, word in words.items() if name in usual or any(name in of for of in shares.values())}

    def draw(axes: Axes) -> None:
        height = 0.72 / max(len(shares), 1)
        for row, (side, counts) in enumerate(shares.items()):
            total = max(sum(counts.values()), 1)
            percent = [100 * counts.get(name, 0) / total for name in words]
            places = np.arange(len(words)) + (row - (len(shares) - 1) / 2) * height
            axes.barh(
                places,
                percent,
                height * 0.9,
                facecolor=COLORS[side] if side == "left" else "white",
                edgecolor=COLORS[side],
                hatch=None if side == "left" else "////",
                label=f"{side.capitalize()} ({sum(counts.values())} strides)",
            )
            for place, share in zip(places, percent, strict=True):
                if share:
                    axes.text(share + 1.5, place, f"{share:.0f} %", va="center", fontsize=9.5)
        axes.set_yticks(range(len(words)), list(words.values()))
        axes.invert_yaxis()
        for place in range(1, len(words)):
            axes.axhline(place - 0.5, color=FAINT, linewidth=0.8)
        axes.set_xlim(0, 112)
        axes.set_xticks(range(0, 101, 25))
        _finish(axes, "Share of strides in %", "How the foot lands")
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)

    return _svg("landing", "How the foot lands", draw)
