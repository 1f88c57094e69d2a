"""A report as one self-contained web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from footdrop_imu import __version__
from footdrop_imu.language import translator
from footdrop_imu.report import wording
from footdrop_imu.report.drawing import (
    ankle_curves,
    bout_starts,
    pitch_curves,
    stride_points,
    stride_runs,
    toe_curves,
    turns,
)
from footdrop_imu.report.figure_data import DragShares, Points, Runs
from footdrop_imu.report.model import Block, Figure, Group, Report
from footdrop_imu.report.page_words import page_words
from footdrop_imu.report.toe_drag import drag_marks
from footdrop_imu.report.walk import WalkPage, walk_page
from footdrop_imu.schema import Session, SessionResult

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from footdrop_imu.report.figure_data import Curve

__all__ = ["report_html", "walk_report_html"]

_TEMPLATES = Path(__file__).parent / "templates"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SHORT = 70
"""Facts up to so many characters stand above the answer, longer ones below it: the answer is seen first."""
_MARGIN_LENGTH = 100


_ALONG = (
    ("strike", "Foot strike angle along the walk", "Foot strike angle in °", "foot_pitch_initial_contact_deg", 1.0),
    ("clearance", "Toe clearance along the walk", "Minimum toe clearance in mm", "minimum_toe_clearance_m", 1e3),
    ("speed", "Walking speed along the walk", "Walking speed in m/s", "walking_speed_mps", 1.0),
)


_EVERY = "every measured stride."
_SPANS_DRAWN = 40


@dataclass(frozen=True)
class _Figure:
    name: str
    svg: str
    caption: str


def _values(curves: tuple[Curve, ...], unit: str) -> str:
    """Say where the marks are, for those who do not see them."""
    return "; ".join(
        f"{curve.side} {curve.mark_value:.0f}{unit} at {curve.mark_percent:.0f} %".replace("-", "\u2212")
        for curve in curves
        if curve.mark_value == curve.mark_value
    )


def _figures(result: SessionResult, page: WalkPage) -> tuple[_Figure, ...]:
    """Draw what there is to draw."""
    from footdrop_imu.report import figures

    drawn = []
    if pitch := pitch_curves(result):
        caption = "Foot pitch: median and, as a band, 10th to 90th percentile of the straight strides."
        if marks := _values(pitch, "°"):
            caption += f" Toe off: {marks}."
        drawn.append(_Figure("pitch", figures.pitch_figure(pitch), caption))
    if ankle := ankle_curves(result):
        caption = "Ankle dorsiflexion, foot against shank: median and 10th to 90th percentile."
        if marks := _values(ankle, "°"):
            caption += f" Toe off: {marks}."
        drawn.append(_Figure("ankle", figures.ankle_figure(ankle), caption))
    if toe := toe_curves(result):
        caption = "Toe height: median and 10th to 90th percentile."
        if marks := _values(toe, " mm"):
            caption += f" Lowest: {marks}."
        drawn.append(_Figure("toe", figures.toe_figure(toe), caption))
    spans, bouts = turns(result.strides), bout_starts(result.strides)
    spans = spans if len(spans) <= _SPANS_DRAWN else ()
    bouts = bouts if len(bouts) <= _SPANS_DRAWN else ()
    key = " Shaded: turns." if spans else ""
    key += " Dotted: a new bout of walking." if bouts else ""
    for name, title, label, column, scale in _ALONG:
        sides = tuple(stride_runs(points) for points in stride_points(result.strides, column, scale))
        if sides:
            svg = figures.points_figure(name, title, label, sides, spans, bouts)
            run_length = max((side.run_length for side in sides if isinstance(side, Runs)), default=0)
            every = f"runs of about {run_length} strides: median, 10th to 90th percentile." if run_length else _EVERY
            doubtful = any(isinstance(side, Points) and not side.good.all() for side in sides)
            crosses = " Crosses (× left, + right): graded below good." if doubtful else ""
            drawn.append(_Figure(name, svg, f"{title}, {every}{crosses}{key}"))
            key = ""
    if page.landings:
        drawn.append(_Figure("landing", figures.landing_figure(page.landings, wording.LANDINGS), wording.LANDING_RULE))
    return tuple(drawn)


def _drag_figure(result: SessionResult) -> _Figure | None:
    """Draw where along the walk the toe dragged."""
    from footdrop_imu.report import figures

    marks = drag_marks(result.strides, result.summary.drags)
    if not any(result.summary.drags[side.side].count for side in marks):
        return None
    spans = turns(result.strides)
    spans = spans if len(spans) <= _SPANS_DRAWN else ()
    told = "; ".join(
        f"{side} {found.count} of {found.stride_count} strides" for side, found in result.summary.drags.items()
    )
    run_length = max((side.run_length for side in marks if isinstance(side, DragShares)), default=0)
    caption = "Tall marks: strides with a toe drag; short ticks: without."
    if run_length:
        caption = f"Toe drags along the walk, in runs of about {run_length} strides."
    if any(side.change_at_s == side.change_at_s for side in marks):
        caption += " Dashed: where their rate changes."
    caption += " Shaded: turns." if spans else ""
    return _Figure("drags", figures.drag_figure(f"Toe drags along the walk: {told}", marks, spans), caption)


def walk_report_html(result: SessionResult, session: Session) -> str:
    """Make the report of one walk: one HTML document, styles and figures inside, without script.

    Parameters
    ----------
    result
        What the analysis found. Any table may be empty, any number NaN, one foot may be absent.
    session
        Who walked, when and how. What a user wrote is escaped.

    Returns
    -------
    str
        The document. The same input gives the same text.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    page = walk_page(result, session)
    return environment.get_template("walk.html.j2").render(
        page=page,
        figures=_figures(result, page),
        drag_figure=_drag_figure(result),
        reading=(*wording.READING, wording.NOT_VISIBLE),
        intended_use=wording.INTENDED_USE,
        style=(_TEMPLATES / "walk.css").read_text(encoding="utf-8"),
    )


def report_html(report: Report) -> str:
    """Show a report as one HTML document: styles and pictures inside, nothing fetched, no script.

    Parameters
    ----------
    report
        Of any kind. What stands in it is escaped; text written from right to left keeps its direction.

    Returns
    -------
    str
        The document. The same input gives the same text.

    Raises
    ------
    FileFormatError
        ``not_found``: there is no translation into the report's language.
    """
    words = page_words(translator(report.language))
    short = tuple(fact for fact in report.facts if len(fact[1]) <= _SHORT)
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            words=words,
            version=__version__,
            short_facts=short,
            long_facts=tuple(fact for fact in report.facts if fact not in short),
            drawings=_drawings(report),
            style=style + _page_margins(report.made_of, words["page_of"]),
        )
    )


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def direction(text: str) -> Markup:
        """Attribute for a text in whose middle or whole the writing goes from right to left."""
        return Markup(' dir="auto"') if _RIGHT_TO_LEFT.search(text) else Markup()

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "direction": direction,
        "kind": lambda block: type(block).__name__,
        "neighbors": _neighbors,
        "place": lambda percent: f"{percent:.4g}",
    }
    return environment


def _neighbors(blocks: tuple[Block, ...]) -> list[tuple[bool, list[Block]]]:
    """Put together what stands together: groups beside groups, and what is between."""
    return [(grouped, list(run)) for grouped, run in groupby(blocks, lambda block: isinstance(block, Group))]


def _drawings(report: Report) -> dict[str, Markup]:
    """Draw a report's figures, by name; a report without any loads no drawing library."""
    from markupsafe import Markup

    figures = [figure for section in report.sections for figure in _figures_of(section.blocks)]
    if not figures:
        return {}
    from footdrop_imu.report.figures import draw

    return {figure.name: Markup(draw(figure, report.language)) for figure in figures}


def _figures_of(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Group):
            yield from _figures_of(block.blocks)


def _page_margins(made_of: str, page_of: str) -> str:
    """Style that prints on every sheet what the report was made of, and the sheet's number."""
    told = made_of if len(made_of) <= _MARGIN_LENGTH else made_of[: _MARGIN_LENGTH - 1] + "…"
    count = page_of.format(page="\0page\0", pages="\0pages\0").split("\0")
    numbers = " ".join(f"counter({part})" if place % 2 else _css_text(part) for place, part in enumerate(count) if part)
    return f"@page {{ @bottom-left {{ content: {_css_text(told)}; }} @bottom-right {{ content: {numbers}; }} }}\n"


def _css_text(text: str) -> str:
    """Write a text as CSS does; whatever is no plain letter or digit is written as its number."""
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):06x}" for one in text) + '"'
