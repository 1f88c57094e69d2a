"""The report's part on toe drags: how many, how often, where in swing and along the walk, how well they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import ENGLISH, Translate, mark
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.figure_data import DragMarks, DragShares
from footdrop_imu.report.measures import NOT_MEASURED
from footdrop_imu.report.model import Cell, Head, MeasureTable, Row
from footdrop_imu.report.walk_cells import Walked, side_heads
from footdrop_imu.report.walk_sides import NAMED_FEET, strides_text
from footdrop_imu.report.walk_words import sentence
from footdrop_imu.schema import SIDES, SessionResult
from footdrop_imu.schema_drag import DragCourse, DragSummary

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "drag_accuracy",
    "drag_clause",
    "drag_marks",
    "drag_sentence",
    "drag_table",
    "drag_words",
    "press_words",
    "stair_counts",
]

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("… walking straight"), ("straight",)),
    (mark("… turning"), ("turn",)),
    (mark("… first and last steps"), ("first", "last")),
    (mark("… on ramps"), ("ramp",)),
)
_PHASES: Mapping[str, str] = {
    "initial": mark("early {count}"),
    "mid": mark("middle {count}"),
    "terminal": mark("late {count}"),
    "throughout": mark("throughout {count}"),
}
_WITNESSES: Mapping[str, str] = {
    "clearance": mark("clearance {count}"),
    "vibration": mark("vibration {count}"),
    "deceleration": mark("deceleration {count}"),
}
_IN_SWING: Mapping[str, str] = {
    "initial": mark("most of them early in swing ({count} of {total})"),
    "mid": mark("most of them in the middle of swing ({count} of {total})"),
    "terminal": mark("most of them late in swing ({count} of {total})"),
    "throughout": mark("most of them all through swing ({count} of {total})"),
}
_NOT_TAUGHT: Mapping[str, str] = {
    "left": mark("The key presses could not teach the left foot: {reason}."),
    "right": mark("The key presses could not teach the right foot: {reason}."),
}
_SURE_P = 0.05
_STRIDES_DRAWN = 300
_RUNS = 60


def stair_counts(strides: pd.DataFrame) -> Mapping[str, int]:
    """Count by side the strides on stairs whose toe drags were not judged."""
    climbed = strides["kind"].isin(("stairs_up", "stairs_down")) & strides["toe_drag"].isna()
    return {str(side): int(count) for side, count in strides.loc[climbed, "side"].value_counts().items()}


def drag_marks(strides: pd.DataFrame, drags: Mapping[str, DragSummary]) -> tuple[DragMarks | DragShares, ...]:
    """Where along the walk each side's toe dragged, at mid swing on the session's clock; long walks in 60 runs."""
    marks: list[DragMarks | DragShares] = []
    for side in SIDES:
        judged = (strides["side"] == side).to_numpy(bool) & strides["toe_drag"].notna().to_numpy(bool)
        rows = strides.loc[judged, ["toe_drag", "mid_swing_time_s", "clock_offset_s"]]
        if side not in drags or not len(rows):
            continue
        drag = rows["toe_drag"].to_numpy(bool)
        time_s = (rows["mid_swing_time_s"] + rows["clock_offset_s"].fillna(0.0)).to_numpy(float)
        change_s = drags[side].course.change_at_s
        if len(drag) <= _STRIDES_DRAWN:
            marks.append(DragMarks(side, time_s, drag, change_s))
            continue
        run = np.arange(len(drag)) * _RUNS // len(drag)
        count = np.bincount(run)
        percent = 100.0 * np.bincount(run, weights=drag) / count
        marks.append(DragShares(side, np.bincount(run, weights=time_s) / count, percent, len(drag) // _RUNS, change_s))
    return tuple(marks)


def drag_clause(found: DragSummary, translate: Translate) -> str:
    """Say in few words how often one foot's toe drags."""
    _ = translate
    counts = {"count": _.number(found.count), "strides": strides_text(found.stride_count, translate)}
    if found.too_often:
        return _("toe drags too often to count: nearly every step ({count} of {strides})").format(**counts)
    if not found.count:
        return _("no toe drag found in {strides}").format(**counts)
    if not isfinite(found.rate):
        return _("toe drags found in {count} of {strides}").format(**counts)
    if not round(found.low, 1):
        return _("toe drags found in {count} of {strides}, which may all be false alarms").format(**counts)
    return _("the toe drags in about {rate} of 100 strides").format(rate=_rates(found, translate)[0])


def drag_words(found: DragSummary, translate: Translate = ENGLISH) -> str:
    """Say the same for a narrow column: ``12 of 240, about 6.8 in 100 (2.0 to 13.2)``."""
    _ = translate
    counts = {"count": _.number(found.count), "total": _.number(found.stride_count)}
    if found.too_often:
        return _("{count} of {total}, nearly every step").format(**counts)
    if not isfinite(found.rate):
        return _("{count} of {total}").format(**counts)
    rate, low, high = _rates(found, translate)
    return _("{count} of {total}, about {rate} in 100 ({low} to {high})").format(
        **counts, rate=rate, low=low, high=high
    )


def drag_sentence(found: DragSummary, stair_count: int, translate: Translate) -> str:
    """Say how often one foot's toe drags, where in swing and where along the walk, and what could not be judged."""
    _ = translate
    parts = list(_often(found, translate))
    if found.unknown_count:
        strides = strides_text(found.unknown_count, translate)
        if stair_count:
            words = _("{strides} more could not be judged, {count} of them on stairs, where toe drags are not told")
            parts.append(words.format(strides=strides, count=_.number(stair_count)))
        else:
            parts.append(_("{strides} more could not be judged").format(strides=strides))
    if found.count and not found.too_often and found.rate != 0:
        parts += [_where_in_swing(found, translate), _along(found.course, translate)]
    return " ".join(sentence(part) for part in parts if part)


def _often(found: DragSummary, translate: Translate) -> tuple[str, ...]:
    _ = translate
    counts = {"count": _.number(found.count), "strides": strides_text(found.stride_count, translate)}
    if found.too_often:
        return (_("drags too often to count: nearly every step ({count} of {strides})").format(**counts),)
    seen = (_("found in {count} of {strides}") if found.count else _("none found in {strides}")).format(**counts)
    if not isfinite(found.rate):
        return seen, _("no corrected rate: {reason}").format(reason=said(found.rate_unavailable, _))
    rate, low, high = _rates(found, translate)
    if not found.count:
        return (_("none found in {strides}: at most {high} in 100").format(**counts, high=high),)
    if not found.rate:
        words = _("found in {count} of {strides}, no more than false alarms alone would give: at most {high} in 100")
        return (words.format(**counts, high=high),)
    if not round(found.low, 1):
        seen = _("found in {count} of {strides}, which may all be false alarms").format(**counts)
    interval = _("95 % interval {interval}").format(interval=_("{low} to {high}").format(low=low, high=high))
    words = _("corrected for missed drags and false alarms: about {rate} in 100 strides ({interval})")
    return seen, words.format(rate=rate, interval=interval)


def _where_in_swing(found: DragSummary, translate: Translate) -> str:
    _ = translate
    told = sum(found.by_phase.values())
    if told < 3:
        return ""
    name, most = max(found.by_phase.items(), key=lambda item: item[1])
    return _(_IN_SWING[name]).format(count=_.number(most), total=_.number(told)) if most > told / 2 else ""


def _along(course: DragCourse, translate: Translate) -> str:
    _ = translate
    if not isfinite(course.change_at_m):
        return _("no change along the walk can be told")
    ends = _("{low} to {high}").format(low=_.number(course.change_low_m), high=_.number(course.change_high_m))
    where = f"{_.number(course.change_at_m)} m ({_('95 % interval {interval}').format(interval=f'{ends} m')})"
    ratio = _("{count} of {total}")
    before = ratio.format(count=_.number(course.before_count), total=_.number(course.before_stride_count))
    after = ratio.format(count=_.number(course.after_count), total=_.number(course.after_stride_count))
    if not course.before_count:
        words = _("the first {where} were clear, then {after} strides dragged")
    elif not course.after_count:
        words = _("after {where} the walk was clear; until then {before} strides dragged")
    elif course.after_count * course.before_stride_count > course.before_count * course.after_stride_count:
        words = _("more often after {where}: {before} strides before, {after} after")
    else:
        words = _("less often after {where}: {before} strides before, {after} after")
    return words.format(where=where, before=before, after=after)


def drag_accuracy(drags: Mapping[str, DragSummary], translate: Translate) -> tuple[str, ...]:
    """Say how well drags are found, once where it is the same for both feet."""
    _ = translate
    told: dict[str, list[str]] = {}
    for side, found in drags.items():
        words = (
            _(
                "of 100 drags about {hits} are found, of 100 clear strides about {alarms} are taken for one, as "
                "counted on other people, who differ, with touches of middling strength put in: of lighter ones fewer "
                "are found, of harder ones more"
            )
            if found.accuracy_source == "population"
            else _(
                "of 100 drags about {hits} are found, of 100 clear strides about {alarms} are taken for one, as "
                "counted by a helper's key presses"
            )
        )
        hits = _shares(found.sensitivity, found.sensitivity_low, found.sensitivity_high, translate)
        alarms = _shares(found.false_alarm_rate, found.false_alarm_rate_low, found.false_alarm_rate_high, translate)
        told.setdefault(words.format(hits=hits, alarms=alarms), []).append(side)
    return tuple(
        sentence(words) if len(told) == 1 else _(NAMED_FEET[sides[0]]).format(text=f"{words}.")
        for words, sides in told.items()
    )


def _shares(value: float, low: float, high: float, translate: Translate) -> str:
    _ = translate
    digits = 1 if value < 0.1 else 0
    shown, *ends = (_.number(100 * share, digits) for share in (value, low, high))
    return f"{shown} ({_('{low} to {high}').format(low=ends[0], high=ends[1])})"


def press_words(result: SessionResult, translate: Translate = ENGLISH) -> tuple[str, ...]:
    """Say how a helper's key presses were read; nothing where there were none."""
    _ = translate
    record = result.provenance.get("drag_presses")
    if not isinstance(record, Mapping) or not record:
        return ()
    stray = record["unmatched_count"]
    words = (
        _("The helper pressed {count} times, about {lag} s after mid swing; {stray} of these fit no step.")
        if stray
        else _("The helper pressed {count} times, about {lag} s after mid swing.")
    )
    told = [words.format(count=record["press_count"], lag=_.number(record["lag_s"], 1), stray=stray)]
    told += [_(_NOT_TAUGHT[side]).format(reason=said(reason, _)) for side, reason in record["not_taught"].items()]
    return tuple(told)


def drag_table(walked: Walked) -> MeasureTable:
    """Put toe drags by kind of stride, where in swing and by which signs in rows."""
    _ = walked.translate
    drags = walked.result.summary.drags

    def row(label: str, hint: str, cell: Callable[[DragSummary], Cell], kind: str = "") -> Row:
        cells = tuple(cell(drags[side]) if side in drags else Cell(NOT_MEASURED) for side in walked.sides)
        return Row(_(label), cells, _(hint), kind=kind)

    rows = [
        row(
            mark("Strides with a toe drag"),
            mark("Of all strides that could be judged."),
            lambda found: _count(found, (), _),
        ),
        *(
            row(label, "", lambda found, kinds=kinds: _count(found, kinds, _), "part")  # type: ignore[misc]
            for label, kinds in _KINDS
            if any(kind in found.by_kind for found in drags.values() for kind in kinds)
        ),
        row(
            mark("Drags in 100 strides"),
            mark("Corrected for misses and false alarms."),
            lambda found: _rate_cell(found, _),
        ),
    ]
    if any(found.count for found in drags.values()):
        rows += [
            row(mark("Where in swing"), mark("Found drags."), lambda found: _listed(found.by_phase, _PHASES, found, _)),
            row(
                mark("Signs that agreed"),
                mark("Found drags; more than one may."),
                lambda found: _listed(found.by_witness, _WITNESSES, found, _),
            ),
        ]
        if any(found.course.first_minute_stride_count for found in drags.values()):
            rows.append(
                row(
                    mark("First and last minute"),
                    mark("Strides with a drag."),
                    lambda found: _minutes(found.course, _),
                )
            )
    heads = (Head(_("Toe drags")), *side_heads(walked.sides, _))
    return MeasureTable(_("Toe drags, side by side"), heads, (("", tuple(rows)),))


def _count(found: DragSummary, kinds: tuple[str, ...], translate: Translate) -> Cell:
    _ = translate
    parts = [found.by_kind[kind] for kind in kinds if kind in found.by_kind]
    count = sum(part["drags"] for part in parts) if kinds else found.count
    total = sum(part["strides"] for part in parts) if kinds else found.stride_count
    if kinds and not total:
        return Cell(NOT_MEASURED)
    return Cell(_("{count} of {total}").format(count=_.number(count), total=_.number(total)), number=float(count))


def _rate_cell(found: DragSummary, translate: Translate) -> Cell:
    _ = translate
    if found.too_often:
        return Cell(NOT_MEASURED, _("nearly every step"))
    if not isfinite(found.rate):
        return Cell(NOT_MEASURED, _("needs 100 strides") if found.stride_count < 100 else "")
    rate, low, high = _rates(found, translate)
    interval = _("{low} to {high}").format(low=low, high=high)
    return Cell(rate, interval, found.rate, found.low, found.high, "per 100 strides")


def _listed(counts: Mapping[str, int], words: Mapping[str, str], found: DragSummary, translate: Translate) -> Cell:
    _ = translate
    if not found.count or not counts:
        return Cell(NOT_MEASURED)
    return Cell("", ", ".join(_(words.get(name, f"{name} {{count}}")).format(count=n) for name, n in counts.items()))


def _minutes(course: DragCourse, translate: Translate) -> Cell:
    _ = translate
    if not course.first_minute_stride_count:
        return Cell(NOT_MEASURED)
    ratio = _("{count} of {total}")
    first = ratio.format(count=course.first_minute_count, total=course.first_minute_stride_count)
    last = ratio.format(count=course.last_minute_count, total=course.last_minute_stride_count)
    if not isfinite(course.minutes_p) or not course.first_minute_count + course.last_minute_count:
        return Cell(f"{first}, {last}")
    sure = f"p = {_.number(course.minutes_p, 2)}" if course.minutes_p >= 0.01 else f"p < {_.number(0.01, 2)}"
    return Cell(f"{first}, {last}", sure if course.minutes_p <= _SURE_P else _("no difference can be told"))


def _rates(found: DragSummary, translate: Translate) -> tuple[str, str, str]:
    """Rate and interval in 100 strides: whole numbers from 10 on."""
    digits = 0 if round(found.rate, 1) >= 10 else 1
    rate, low, high = (translate.number(value, digits) for value in (found.rate, found.low, found.high))
    return rate, low, high
