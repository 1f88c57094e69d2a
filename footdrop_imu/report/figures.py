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
from matplotlib.figure import Figure

from footdrop_imu.language import translator
from footdrop_imu.report import figure_data as data
from footdrop_imu.report import figures_calendar, figures_compared, figures_ground, figures_walk, figures_weeks
from footdrop_imu.report.figure_look import INK, Page
from footdrop_imu.report.model import Figure as ReportFigure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

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
    data.CourseOverWeeks: figures_weeks.draw_course_over_weeks,
    data.DoseAndResponse: figures_weeks.draw_dose_and_response,
    data.AdherenceCalendar: figures_calendar.draw_calendar,
    data.ChangeForest: figures_compared.draw_change_forest,
    data.Butterfly: figures_compared.draw_butterfly,
    data.SettingsCompared: figures_compared.draw_settings_compared,
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
        height_pt = max(_KINDS[type(figure.data)](axes, figure.data, page), 10.0)
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
_UPRIGHT, _LEVEL = re.compile(r"M(\S+) (\S+)L\1 ([\d.]+)"), re.compile(r"M(\S+) (\S+)L([\d.]+) \2(?![\d.])")
_FONT = re.compile(r"font: (?:(\d+) )?([\d.]+)px [^;\"]*")
_NEEDLESS = re.compile(r"; font-family: [^;\"]*| transform=\"rotate\(-?0 [^)]*\)\"")
_MARKS = re.compile(r'<g>((?:<use [^>]* style="[^"]*"/>)+)</g>')
_STYLE_OF = re.compile(r' style="([^"]*)"')


def _short_tag(found: re.Match[str]) -> str:
    """Round a tag's numbers to 0.01 points, and leave out what says nothing; the text between tags is not touched."""
    tag = _NUMBER.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), found[0].rstrip())
    if tag.startswith("<path"):
        tag = _AFTER_LETTER.sub("", _BEFORE_LETTER.sub("", tag))
        return _LEVEL.sub(r"M\1 \2H\3", _UPRIGHT.sub(r"M\1 \2V\3", tag))
    if tag.startswith("<text"):
        tag = _FONT.sub(lambda font: f"font-weight: {font[1] or 400}; font-size: {font[2]}px", tag)
        return _NEEDLESS.sub("", tag)
    return tag


def _styled_once(found: re.Match[str]) -> str:
    """Give a group of equal marks the style that each of them carries."""
    styles = set(_STYLE_OF.findall(found[1]))
    return f'<g style="{styles.pop()}">{_STYLE_OF.sub("", found[1])}</g>' if len(styles) == 1 else found[0]
