"""The report's part on toe drags: how many, how often, where in swing and along the walk, how well they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.report.figure_data import DragMarks, DragShares
from footdrop_imu.report.measures import NO_BREAK, NOT_MEASURED
from footdrop_imu.report.rows import Cell, Row
from footdrop_imu.schema import SIDES, SessionResult
from footdrop_imu.schema_drag import DragCourse, DragSummary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DragPart", "drag_clause", "drag_marks", "drag_part", "drag_words", "press_words"]

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("… walking straight", ("straight",)),
    ("… turning", ("turn",)),
    ("… first and last steps", ("first", "last")),
    ("… on ramps", ("ramp",)),
)
_PHASES = {"initial": "early", "mid": "middle", "terminal": "late", "throughout": "throughout"}
_IN_SWING = {
    "initial": "early in swing",
    "mid": "in the middle of swing",
    "terminal": "late in swing",
    "throughout": "all through swing",
}
_SURE_P = 0.05
_STRIDES_DRAWN = 300
_RUNS = 60


@dataclass(frozen=True)
class DragPart:
    """What the page says of toe drags.

    A sentence a foot, how well drags are found, how key presses were read, and the numbers in rows.
    """

    sentences: tuple[tuple[str, str], ...]
    accuracy: tuple[str, ...]
    presses: tuple[str, ...]
    rows: tuple[Row, ...]


def drag_part(result: SessionResult, sides: tuple[str, ...]) -> DragPart | None:
    """Put toe drags into words and rows; None where no foot's strides could be judged."""
    drags = {side: result.summary.drags[side] for side in sides if side in result.summary.drags}
    if not drags:
        return None
    climbed = result.strides[
        result.strides["kind"].isin(("stairs_up", "stairs_down")) & result.strides["toe_drag"].isna()
    ]
    stairs = climbed["side"].value_counts().to_dict()
    return DragPart(
        tuple((f"{side.capitalize()} foot", _sentence(found, stairs.get(side, 0))) for side, found in drags.items()),
        _accuracy(drags),
        press_words(result),
        _rows(drags, sides),
    )


def drag_marks(strides: pd.DataFrame, drags: Mapping[str, DragSummary]) -> tuple[DragMarks | DragShares, ...]:
    """Where along the walk each side's toe dragged, at mid swing on the session's clock; long walks in 60 runs."""
    marks: list[DragMarks | DragShares] = []
    for side in SIDES:
        rows = strides[(strides["side"] == side).to_numpy(bool) & strides["toe_drag"].notna().to_numpy(bool)]
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


def drag_clause(found: DragSummary) -> str:
    """Say in few words how often one foot's toe drags."""
    strides = _strides(found.stride_count)
    if found.too_often:
        return f"toe drags too often to count: nearly every step ({found.count} of {strides})"
    if not found.count:
        return f"no toe drag found in {strides}"
    if not isfinite(found.rate):
        return f"toe drags found in {found.count} of {strides}"
    if not round(found.low, 1):
        return f"toe drags found in {found.count} of {strides}, which may all be false alarms"
    return f"the toe drags in about {_rates(found)[0]} of 100 strides"


def drag_words(found: DragSummary) -> str:
    """Say the same for a narrow column: ``12 of 240, about 6.8 in 100 (2.0 to 13.2)``."""
    counted = f"{found.count} of {found.stride_count}"
    if found.too_often:
        return f"{counted}, nearly every step"
    if not isfinite(found.rate):
        return counted
    rate, low, high = _rates(found)
    return f"{counted}, about {rate} in 100 ({low} to {high})"


def _sentence(found: DragSummary, stair_count: int) -> str:
    parts = list(_often(found))
    if found.unknown_count:
        told = f"{_strides(found.unknown_count)} more could not be judged"
        parts.append(f"{told}, {stair_count} of them on stairs, where toe drags are not told" if stair_count else told)
    if found.count and not found.too_often and found.rate != 0:
        parts += [_where_in_swing(found), _along(found.course)]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _strides(count: int) -> str:
    return f"{count} stride{'' if count == 1 else 's'}"


def _often(found: DragSummary) -> tuple[str, ...]:
    strides = _strides(found.stride_count)
    if found.too_often:
        return (f"drags too often to count: nearly every step ({found.count} of {strides})",)
    seen = f"found in {found.count} of {strides}" if found.count else f"none found in {strides}"
    if not isfinite(found.rate):
        return seen, f"no corrected rate: {found.rate_unavailable}"
    rate, low, high = _rates(found)
    if not found.count:
        return (f"{seen}: at most {high} in 100",)
    if not found.rate:
        return (f"{seen}, no more than false alarms alone would give: at most {high} in 100",)
    interval = f"95{NO_BREAK}% interval {low} to {high}"
    if not round(found.low, 1):
        seen += ", which may all be false alarms"
    return seen, f"corrected for missed drags and false alarms: about {rate} in 100 strides ({interval})"


def _where_in_swing(found: DragSummary) -> str:
    told = sum(found.by_phase.values())
    if told < 3:
        return ""
    name, most = max(found.by_phase.items(), key=lambda item: item[1])
    return f"most of them {_IN_SWING[name]} ({most} of {told})" if most > told / 2 else ""


def _along(course: DragCourse) -> str:
    if not isfinite(course.change_at_m):
        return "no change along the walk can be told"
    where = (
        f"{course.change_at_m:.0f} m (95{NO_BREAK}% interval {course.change_low_m:.0f} to {course.change_high_m:.0f} m)"
    )
    before = f"{course.before_count} of {course.before_stride_count}"
    after = f"{course.after_count} of {course.after_stride_count}"
    if not course.before_count:
        return f"the first {where} were clear, then {after} strides dragged"
    if not course.after_count:
        return f"after {where} the walk was clear; until then {before} strides dragged"
    more = course.after_count * course.before_stride_count > course.before_count * course.after_stride_count
    return f"{'more' if more else 'less'} often after {where}: {before} strides before, {after} after"


def _accuracy(drags: Mapping[str, DragSummary]) -> tuple[str, ...]:
    """Say how well drags are found, once where it is the same for both feet."""
    told: dict[str, list[str]] = {}
    for side, found in drags.items():
        by = (
            "as counted on other people, who differ, with touches of middling strength put in: of lighter ones fewer "
            "are found, of harder ones more"
            if found.accuracy_source == "population"
            else "as counted by a helper's key presses"
        )
        hits = _shares(found.sensitivity, found.sensitivity_low, found.sensitivity_high)
        alarms = _shares(found.false_alarm_rate, found.false_alarm_rate_low, found.false_alarm_rate_high)
        told.setdefault(
            f"of 100 drags about {hits} are found, of 100 clear strides about {alarms} are taken for one, {by}", []
        ).append(side)
    return tuple(
        (words[0].upper() + words[1:] if len(told) == 1 else f"{sides[0].capitalize()} foot: {words}") + "."
        for words, sides in told.items()
    )


def _shares(value: float, low: float, high: float) -> str:
    digits = 1 if value < 0.1 else 0
    return f"{100 * value:.{digits}f} ({100 * low:.{digits}f} to {100 * high:.{digits}f})"


def press_words(result: SessionResult) -> tuple[str, ...]:
    """Say how a helper's key presses were read; nothing where there were none."""
    record = result.provenance.get("drag_presses")
    if not isinstance(record, Mapping) or not record:
        return ()
    stray = record["unmatched_count"]
    sentences = [
        f"The helper pressed {record['press_count']} times, about {record['lag_s']:.1f} s after mid swing"
        + (f"; {stray} of these fit no step." if stray else ".")
    ]
    sentences += [
        f"The key presses could not teach the {side} foot: {reason}." for side, reason in record["not_taught"].items()
    ]
    return tuple(sentences)


def _rows(drags: Mapping[str, DragSummary], sides: tuple[str, ...]) -> tuple[Row, ...]:
    def row(label: str, hint: str, cell: Callable[[DragSummary], Cell], kind: str = "") -> Row:
        cells = tuple(cell(drags[side]) if side in drags else Cell(NOT_MEASURED) for side in sides)
        return Row(label, hint, cells, kind=kind)

    rows = [
        row("Strides with a toe drag", "Of all strides that could be judged.", lambda found: _count(found, ())),
        *(
            row(label, "", lambda found, kinds=kinds: _count(found, kinds), "part")  # type: ignore[misc]
            for label, kinds in _KINDS
            if any(kind in found.by_kind for found in drags.values() for kind in kinds)
        ),
        row("Drags in 100 strides", "Corrected for misses and false alarms.", _rate_cell),
    ]
    if any(found.count for found in drags.values()):
        rows.append(row("Where in swing", "Found drags.", lambda found: _listed(found.by_phase, _PHASES, found)))
        rows.append(row("Signs that agreed", "Found drags; more than one may.", lambda f: _listed(f.by_witness, {}, f)))
        if any(found.course.first_minute_stride_count for found in drags.values()):
            rows.append(row("First and last minute", "Strides with a drag.", lambda found: _minutes(found.course)))
    return tuple(rows)


def _count(found: DragSummary, kinds: tuple[str, ...]) -> Cell:
    if not kinds:
        return Cell(f"{found.count} of {found.stride_count}")
    parts = [found.by_kind[kind] for kind in kinds if kind in found.by_kind]
    total = sum(part["strides"] for part in parts)
    return Cell(f"{sum(part['drags'] for part in parts)} of {total}") if total else Cell(NOT_MEASURED)


def _rate_cell(found: DragSummary) -> Cell:
    if found.too_often:
        return Cell(NOT_MEASURED, "nearly every step")
    if not isfinite(found.rate):
        return Cell(NOT_MEASURED, "needs 100 strides" if found.stride_count < 100 else "")
    rate, low, high = _rates(found)
    return Cell(rate, f"{low} to {high}")


def _listed(counts: Mapping[str, int], words: Mapping[str, str], found: DragSummary) -> Cell:
    if not found.count:
        return Cell(NOT_MEASURED)
    listed = ", ".join(f"{words.get(name, name)} {count}" for name, count in counts.items())
    return Cell("", listed) if listed else Cell(NOT_MEASURED)


def _minutes(course: DragCourse) -> Cell:
    if not course.first_minute_stride_count:
        return Cell(NOT_MEASURED)
    first = f"{course.first_minute_count} of {course.first_minute_stride_count}"
    last = f"{course.last_minute_count} of {course.last_minute_stride_count}"
    if not isfinite(course.minutes_p) or not course.first_minute_count + course.last_minute_count:
        return Cell(f"{first}, {last}")
    sure = f"p = {course.minutes_p:.2f}" if course.minutes_p >= 0.01 else "p < 0.01"
    return Cell(f"{first}, {last}", sure if course.minutes_p <= _SURE_P else "no difference can be told")


def _rates(found: DragSummary) -> tuple[str, str, str]:
    """Rate and interval in 100 strides: whole numbers from 10 on."""
    digits = 0 if round(found.rate, 1) >= 10 else 1
    return tuple(f"{value:.{digits}f}" for value in (found.rate, found.low, found.high))  # type: ignore[return-value]
