"""Figures of measures and toe drags along the walk, with how they went: words, data, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.figure_data import AlongWalk, DragMarks, DragsAlong, DragShares, Points, Runs, Span, Trend
from footdrop_imu.report.measures import Measure, interval_text, measure_of, number_text, unit_text
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.walk_cells import Walked
from footdrop_imu.report.walk_courses import bout_starts, stride_points, stride_runs, turns
from footdrop_imu.report.walk_drags import drag_marks, drag_words
from footdrop_imu.report.walk_sides import NAMED_FEET, SIDE_HEADS
from footdrop_imu.report.walk_trends import WalkTrend, trend_sentence, walk_trends

__all__ = ["AlongFigures", "along_figures", "drag_figure"]

_SPANS_DRAWN = 40
_MINUTES_FROM_S = 180.0
_ROWS = 20
_ALWAYS = ("mid_swing", "speed")


class _Shown(NamedTuple):
    """A measure along the walk: name of its figure, column, title and label of its axis."""

    name: str
    column: str
    title: str
    label: str


_SHOWN = (
    _Shown(
        "mid_swing",
        "foot_pitch_mid_swing_deg",
        mark("Pitch at mid swing along the walk"),
        mark("Foot pitch at mid swing in °"),
    ),
    _Shown(
        "strike",
        "foot_pitch_initial_contact_deg",
        mark("Foot strike angle along the walk"),
        mark("Foot strike angle in °"),
    ),
    _Shown(
        "clearance",
        "minimum_toe_clearance_m",
        mark("Toe clearance along the walk"),
        mark("Minimum toe clearance in mm"),
    ),
    _Shown("speed", "walking_speed_mps", mark("Walking speed along the walk"), mark("Walking speed in m/s")),
)


class AlongFigures(NamedTuple):
    """The figures to show, and those to look up, which tell of no change; how to read them; every trend."""

    figures: tuple[Figure, ...]
    others: tuple[Figure, ...]
    words: str
    trends: tuple[WalkTrend, ...]


def along_figures(walked: Walked) -> AlongFigures:
    """Make a figure of each measure that has values along the walk."""
    strides, _ = walked.result.strides, walked.translate
    spans, bouts = turns(strides), bout_starts(strides)
    spans = spans if len(spans) <= _SPANS_DRAWN else ()
    bouts = bouts if len(bouts) <= _SPANS_DRAWN else ()
    figures: list[Figure] = []
    others: list[Figure] = []
    every: list[WalkTrend] = []
    for shown in _SHOWN:
        measure = measure_of(shown.column)
        points = stride_points(strides, shown.column, measure.scale)
        if not points:
            continue
        trends = walk_trends(strides, shown.column)
        every += trends
        kept = shown.name in _ALWAYS or any(trend.told for trend in trends)
        (figures if kept else others).append(_along_figure(shown, measure, points, trends, spans, bouts, _))
    return AlongFigures(tuple(figures), tuple(others), _reading((*figures, *others), every, _), tuple(every))


def _reading(figures: Sequence[Figure], trends: Sequence[WalkTrend], translate: Translate) -> str:
    """Say once what all figures along the walk show, and that nothing changed where nothing did."""
    _ = translate
    drawn = [figure.data for figure in figures if isinstance(figure.data, AlongWalk)]
    if not drawn:
        return ""
    told = [_every_words([side for data in drawn for side in data.sides], _)]
    if any(isinstance(side, Points) and not side.good.all() for data in drawn for side in data.sides):
        told.append(_("Crosses (× left, + right): graded below good."))
    told += [_("Shaded: turns.")] if drawn[0].turns else []
    told += [_("Dotted: a new bout of walking.")] if drawn[0].bouts else []
    if trends:
        told.append(_("Line: how it went, full where that is more than chance."))
    if trends and not any(trend.told for trend in trends):
        told.append(_("No steady change along the walk can be told."))
    return " ".join(told)


def _along_figure(
    shown: _Shown,
    measure: Measure,
    points: Sequence[Points],
    trends: Sequence[WalkTrend],
    spans: tuple[Span, ...],
    bouts: tuple[float, ...],
    translate: Translate,
) -> Figure:
    _ = translate
    sides = tuple(stride_runs(each) for each in points)
    data = AlongWalk(
        sides,
        _time_label(max(float(each.time_s.max()) for each in points), _),
        _(shown.label),
        measure.unit.strip(),
        spans,
        bouts,
        tuple(
            Trend(
                one.side,
                one.start_s,
                one.end_s,
                one.start_value * measure.scale,
                one.end_value * measure.scale,
                one.told,
            )
            for one in trends
        ),
    )
    told = [_trend_words(trend, _) for trend in trends if trend.told]
    if trends and not told:
        told = [_("No steady change along the walk can be told.")]
    caption = [_trend_words(trend, _) for trend in trends if trend.told]
    title = _(shown.title)
    alt = [f"{title}.", *(_range_words(each, measure, _) for each in points), *told]
    table = _blocks_table(points, measure, title, _)
    return Figure(shown.name, title, " ".join(caption), " ".join(alt), table, data)


def _time_label(last_s: float, translate: Translate) -> str:
    _ = translate
    return _("Time in min") if last_s > _MINUTES_FROM_S else _("Time in s")


def _every_words(sides: Sequence[Points | Runs], translate: Translate) -> str:
    _ = translate
    run_length = max((side.run_length for side in sides if isinstance(side, Runs)), default=0)
    if not run_length:
        return _("Every measured stride.")
    words = _("Runs of about {count} strides: median, 10th to 90th percentile.")
    return words.format(count=_.number(run_length))


def _trend_words(trend: WalkTrend, translate: Translate) -> str:
    _ = translate
    return _(NAMED_FEET[trend.side]).format(text=trend_sentence(trend, _))


def _range_words(points: Points, measure: Measure, translate: Translate) -> str:
    """Say where most of a foot's strides lie."""
    _ = translate
    low, median, high = np.percentile(points.value, (10, 50, 90)) / measure.scale
    words = _("median {median}, 8 of 10 strides {interval}{unit}, {count} strides.")
    text = words.format(
        median=number_text(median, measure, _),
        interval=interval_text(low, high, measure, _),
        unit=unit_text(measure, _),
        count=_.number(len(points.value)),
    )
    return _(NAMED_FEET[points.side]).format(text=text)


def _blocks_table(points: Sequence[Points], measure: Measure, caption: str, translate: Translate) -> Table:
    """Twenty stretches of the walk at most: median and count of strides of each foot."""
    _ = translate
    last_s = max(float(each.time_s.max()) for each in points)
    first_s = min(float(each.time_s.min()) for each in points)
    count = min(_ROWS, max(len(each.value) for each in points))
    edges = np.linspace(first_s, last_s, count + 1)
    head, columns = [_time_label(last_s, _)], []
    for each in points:
        unit = unit_text(measure, _).strip()
        head.append(_("{side}, median in {unit}").format(side=_(SIDE_HEADS[each.side]), unit=unit))
        place = np.clip(np.searchsorted(edges, each.time_s, side="right") - 1, 0, count - 1)
        columns.append([_block_text(each.value[place == k], measure, _) for k in range(count)])
    scale, digits = (60.0, 1) if last_s > _MINUTES_FROM_S else (1.0, 0)
    ends = _("{low} to {high}")
    rows = tuple(
        (
            ends.format(low=_.number(edges[k] / scale, digits), high=_.number(edges[k + 1] / scale, digits)),
            *(column[k] for column in columns),
        )
        for k in range(count)
    )
    return Table(tuple(head), rows, caption, numeric=True)


def _block_text(values: np.ndarray[tuple[int], np.dtype[np.float64]], measure: Measure, translate: Translate) -> str:
    _ = translate
    if not len(values):
        return number_text(np.nan, measure, _)
    median = number_text(float(np.median(values)) / measure.scale, measure, _, unit=False)
    return _("{median} ({count})").format(median=median, count=_.number(len(values)))


def drag_figure(walked: Walked) -> Figure | None:
    """Make the figure of where along the walk the toe dragged; None where it never did."""
    result, _sides, _ = walked
    drags = result.summary.drags
    sides = drag_marks(result.strides, drags)
    if not any(drags[side.side].count for side in sides):
        return None
    spans = turns(result.strides)
    spans = spans if len(spans) <= _SPANS_DRAWN else ()
    title = _("Toe drags along the walk")
    told = [_(NAMED_FEET[side.side]).format(text=f"{drag_words(drags[side.side], _)}.") for side in sides]
    run_length = max((side.run_length for side in sides if isinstance(side, DragShares)), default=0)
    if run_length:
        caption = [_("Share of strides with a toe drag, in runs of about {count} strides.").format(count=run_length)]
    else:
        caption = [_("Tall marks: strides with a toe drag; short ticks: without.")]
    if any(np.isfinite(side.change_at_s) for side in sides):
        caption.append(_("Dashed: where their rate changes."))
    caption += [_("Shaded: turns.")] if spans else []
    last_s = max(float(side.time_s.max()) for side in sides)
    label = _("Strides with a drag in %") if run_length else _("Toe drags")
    data = DragsAlong(sides, _time_label(last_s, _), label, spans)
    table = _drag_table(sides, last_s, title, _)
    return Figure("drags", title, " ".join(caption), " ".join((f"{title}.", *told)), table, data)


def _drag_table(sides: Sequence[DragMarks | DragShares], last_s: float, caption: str, translate: Translate) -> Table:
    """Twenty stretches of the walk at most: strides with a drag of those judged, or their share."""
    _ = translate
    first_s = min(float(side.time_s.min()) for side in sides)
    count = min(_ROWS, max(len(side.time_s) for side in sides))
    edges = np.linspace(first_s, last_s, count + 1)
    head, columns = [_time_label(last_s, _)], []
    for side in sides:
        place = np.clip(np.searchsorted(edges, side.time_s, side="right") - 1, 0, count - 1)
        name = _(SIDE_HEADS[side.side])
        if isinstance(side, DragShares):
            head.append(_("{side}, strides with a drag").format(side=name))
            shares = [side.percent[place == k] for k in range(count)]
            columns.append([f"{_.number(float(np.mean(share)))} %" if len(share) else "–" for share in shares])
            continue
        head.append(_("{side}, strides with a drag").format(side=name))
        marks = [side.drag[place == k] for k in range(count)]
        ratio = _("{count} of {total}")
        columns.append([ratio.format(count=int(found.sum()), total=len(found)) for found in marks])
    scale, digits = (60.0, 1) if last_s > _MINUTES_FROM_S else (1.0, 0)
    ends = _("{low} to {high}")
    rows = tuple(
        (
            ends.format(low=_.number(edges[k] / scale, digits), high=_.number(edges[k + 1] / scale, digits)),
            *(column[k] for column in columns),
        )
        for k in range(count)
    )
    return Table(tuple(head), rows, caption, numeric=True)
