"""The walk report as one self-contained web page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
from footdrop_imu.report.toe_drag import drag_marks
from footdrop_imu.report.walk import WalkPage, walk_page
from footdrop_imu.schema import Session, SessionResult

if TYPE_CHECKING:
    from footdrop_imu.report.figure_data import Curve

__all__ = ["walk_report_html"]

_TEMPLATES = Path(__file__).parent / "templates"


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
