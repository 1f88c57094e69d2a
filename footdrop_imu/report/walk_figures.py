"""The walk report's figures: what they draw, what they say in words, and the tables behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.reference import HEALTHY
from footdrop_imu.report.figure_data import Curve, CycleCourse, DragTrace, Landings, Range, WalkPath
from footdrop_imu.report.measures import NOT_MEASURED
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.walk_cells import Walked
from footdrop_imu.report.walk_courses import ankle_curves, landing_counts, pitch_curves, toe_curves, toe_drag_traces
from footdrop_imu.report.walk_path import foot_paths
from footdrop_imu.report.walk_sides import FEET, SIDE_HEADS
from footdrop_imu.report.walk_words import LANDING_RULE, LANDINGS, sentence
from footdrop_imu.schema import FloatArray

__all__ = ["ankle_figure", "landing_figure", "path_figure", "pitch_figure", "toe_figure"]

_EVERY_PERCENT = 5
_PATH_STRIDES = 1000
_PATH_ROWS = 30
_USUAL_LANDINGS = ("heel", "flat", "forefoot")
_COURSES: Mapping[str, str] = {
    "left": mark("Left ({count} strides): {start} at the start, {low} to {high} on the way."),
    "right": mark("Right ({count} strides): {start} at the start, {low} to {high} on the way."),
}
_TOE_OFF: Mapping[str, str] = {
    "left": mark("Left toe off at {percent} %: {value}."),
    "right": mark("Right toe off at {percent} %: {value}."),
}
_LOWEST: Mapping[str, str] = {
    "left": mark("Left lowest at {percent} % of swing: {value}."),
    "right": mark("Right lowest at {percent} % of swing: {value}."),
}
_DRAGS_SHOWN: Mapping[str, str] = {
    "left": mark("Thin lines, left: {shown} of {count} strides with a toe drag, a cross where the toe dragged."),
    "right": mark("Thin lines, right: {shown} of {count} strides with a toe drag, a cross where the toe dragged."),
}


def pitch_figure(walked: Walked) -> Figure | None:
    """Foot pitch over the gait cycle, with healthy foot strike at both ends; None where nothing counted."""
    result, _sides, _ = walked
    curves = pitch_curves(result)
    if not curves:
        return None
    healthy = HEALTHY["foot_pitch_initial_contact_deg"]
    words = _("foot strike of healthy adults")
    ranges = tuple(Range(percent, healthy.low, healthy.high, words) for percent in (0.0, 100.0))
    title = _("Foot pitch over the gait cycle")
    caption = _(
        "Median and, as a band, 10th to 90th percentile of the straight strides. Foot strike of healthy adults: "
        "{low} to {high}°."
    ).format(low=_.number(healthy.low), high=_.number(healthy.high))
    data = CycleCourse(
        curves,
        _("Gait cycle in % (0 = initial contact)"),
        _("Foot pitch in °, toes up positive"),
        "°",
        _("toe off"),
        ranges,
    )
    return _cycle_figure("pitch", title, caption, data, _TOE_OFF, _)


def ankle_figure(walked: Walked) -> Figure | None:
    """Ankle dorsiflexion over the gait cycle; None without a shank sensor."""
    result, _sides, _ = walked
    curves = ankle_curves(result)
    if not curves:
        return None
    data = CycleCourse(
        curves,
        _("Gait cycle in % (0 = initial contact)"),
        _("Ankle dorsiflexion in °, 0 = quiet standing"),
        "°",
        _("toe off"),
    )
    caption = _("Foot against shank: median and 10th to 90th percentile of the straight strides.")
    return _cycle_figure("ankle", _("Ankle dorsiflexion over the gait cycle"), caption, data, _TOE_OFF, _)


def toe_figure(walked: Walked) -> Figure | None:
    """Toe height over swing, with the strides in which the toe dragged; None where nothing counted."""
    result, _sides, _ = walked
    curves = toe_curves(result)
    if not curves:
        return None
    traces = toe_drag_traces(result)
    data = CycleCourse(
        curves,
        _("Swing in % (0 = toe off, 100 = contact)"),
        _("Toe height in mm above its height in stance"),
        "mm",
        _("lowest"),
        drags=traces,
    )
    caption = [
        _("Median and, as a band, 10th to 90th percentile of the straight strides."),
        *_drags_told(walked, traces),
    ]
    return _cycle_figure("toe", _("Toe height over swing"), " ".join(caption), data, _LOWEST, _)


def _drags_told(walked: Walked, traces: Sequence[DragTrace]) -> list[str]:
    """Say how many of the strides with a toe drag are drawn."""
    result, sides, _ = walked
    drag = result.strides["toe_drag"].fillna(value=False).to_numpy(bool)
    told = []
    for side in sides:
        if shown := sum(trace.side == side for trace in traces):
            count = int((drag & (result.strides["side"] == side).to_numpy(bool)).sum())
            told.append(_(_DRAGS_SHOWN[side]).format(shown=_.number(shown), count=_.number(count)))
    return told


def _cycle_figure(
    name: str, title: str, caption: str, data: CycleCourse, marks: Mapping[str, str], translate: Translate
) -> Figure:
    """Say a course in words: where it begins, how far it goes, where its mark is; and every 5 % of it in a table."""
    _ = translate
    unit = data.unit if data.unit == "°" else f" {data.unit}"
    told = []
    for curve in data.curves:
        start, low, high = (
            f"{_.number(value)}{unit}" for value in (curve.median[0], curve.median.min(), curve.median.max())
        )
        words = _(_COURSES[curve.side])
        told.append(words.format(count=_.number(curve.stride_count), start=start, low=low, high=high))
        if np.isfinite(curve.mark_value):
            percent, value = _.number(curve.mark_percent), f"{_.number(curve.mark_value)}{unit}"
            told.append(_(marks[curve.side]).format(percent=percent, value=value))
    ranges = {f"{each.words}: {_ends(each.low, each.high, 0, _)}{unit}" for each in data.ranges}
    told.extend(sentence(text) for text in sorted(ranges))
    head, columns = [data.x_label], []
    for curve in data.curves:
        side = _(SIDE_HEADS[curve.side])
        head += [
            _("{side}, median in {unit}").format(side=side, unit=data.unit),
            _("{side}, 10th to 90th percentile").format(side=side),
        ]
        columns.append(_curve_columns(curve, _))
    rows = tuple(
        (_.number(percent), *(text for column in columns for text in column[percent]))
        for percent in range(0, 101, _EVERY_PERCENT)
    )
    return Figure(name, title, caption, " ".join((f"{title}.", *told)), Table(tuple(head), rows, title, True), data)


def _curve_columns(curve: Curve, translate: Translate) -> Mapping[int, tuple[str, str]]:
    """Median and band of a curve by percent."""
    percent = range(0, 101, _EVERY_PERCENT)
    median, low, high = (np.interp(percent, curve.percent, course) for course in (curve.median, curve.low, curve.high))
    return {at: (translate.number(median[k], 1), _ends(low[k], high[k], 1, translate)) for k, at in enumerate(percent)}


def _ends(low: float, high: float, digits: int, translate: Translate) -> str:
    _ = translate
    return _("{low} to {high}").format(low=_.number(low, digits), high=_.number(high, digits))


def landing_figure(walked: Walked) -> Figure | None:
    """How the foot lands, a bar a side and kind of landing; None where nothing counted."""
    result, sides, _ = walked
    found = {side: counts for side in sides if (counts := landing_counts(result.strides, side))}
    if not found:
        return None
    names = [name for name in LANDINGS if name in _USUAL_LANDINGS or any(name in counts for counts in found.values())]
    words = tuple(_(LANDINGS[name]) for name in names)
    each_side = tuple((side, tuple(of.get(name, 0) for name in names)) for side, of in found.items())
    title = _("How the foot lands")
    shares = {side: [_share(count, sum(each), _) for count in each] for side, each in each_side}
    told = [
        f"{_(FEET[side])}: {', '.join(f'{word} {share}' for word, share in zip(words, each, strict=True))}."
        for side, each in shares.items()
    ]
    head = (_("Landing"), *(_(SIDE_HEADS[side]) for side in shares))
    rows = tuple((word, *(each[k] for each in shares.values())) for k, word in enumerate(words))
    data = Landings(words, each_side, _("Share of strides in %"))
    return Figure(
        "landing", title, _(LANDING_RULE), " ".join((f"{title}.", *told)), Table(head, rows, title, True), data
    )


def _share(count: int, total: int, translate: Translate) -> str:
    _ = translate
    return _("{share} % ({count} of {total})").format(
        share=_.number(100 * count / total), count=_.number(count), total=_.number(total)
    )


def path_figure(walked: Walked) -> Figure | None:
    """Draw the walk from above; None where no stride has a length, or so many that errors have added up."""
    result, _sides, _ = walked
    feet = foot_paths(result.strides, result.rejected)
    if not feet or max(len(foot.drag) for foot in feet) > _PATH_STRIDES:
        return None
    title = _("The walk from above")
    caption = _(
        "Each foot's strides laid end to end. Errors of length and turn add up along the way: the form of the walk is "
        "told, not where it ended. How far apart the feet are is not measured. Breaks: "
        "strides without measures."
    )
    told = []
    head, columns = [_("Stride")], []
    for foot in feet:
        way_m = _way_m(foot.x_m, foot.y_m)
        words = _(_PATHS[foot.side])
        end = int(np.flatnonzero(np.isfinite(foot.x_m))[-1])
        told.append(
            words.format(
                way=_.number(way_m, 1),
                forward=_.number(foot.x_m[end], 1),
                aside=_.number(foot.y_m[end], 1),
                drags=_.number(int(foot.drag.sum())),
            )
        )
        side = _(SIDE_HEADS[foot.side])
        head += [_("{side}, forward in m").format(side=side), _("{side}, to the left in m").format(side=side)]
        known = np.isfinite(foot.x_m)
        columns.append((foot.x_m[known], foot.y_m[known]))
    count = max(len(x_m) for x_m, _y_m in columns)
    step = max(1, -(-count // _PATH_ROWS))
    rows = tuple(
        (
            _.number(k),
            *(_.number(course[k], 1) if k < len(course) else NOT_MEASURED for column in columns for course in column),
        )
        for k in range(0, count, step)
    )
    data = WalkPath(feet, _("Forward at the start, in m"), _("To the left, in m"))
    table = Table(tuple(head), rows, title, True)
    return Figure("path", title, caption, " ".join((f"{title}.", *told)), table, data)


_PATHS: Mapping[str, str] = {
    "left": mark(
        "Left foot: {way} m of strides, ends {forward} m forward and {aside} m to the left; toe drags: {drags}."
    ),
    "right": mark(
        "Right foot: {way} m of strides, ends {forward} m forward and {aside} m to the left; toe drags: {drags}."
    ),
}


def _way_m(x_m: FloatArray, y_m: FloatArray) -> float:
    return float(np.nansum(np.hypot(np.diff(x_m), np.diff(y_m))))
