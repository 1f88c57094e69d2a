"""The numbers of the walk report: one row a measure, one cell a side, and its place on a number line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.rehab.reference import NO_LOCAL_MINIMUM, HealthyReference, healthy_reference
from footdrop_imu.report.drawing import clearance_sd_m, landing_counts
from footdrop_imu.report.measures import (
    ANKLE_GROUP,
    CLEARANCE_TITLE,
    LEAD_GROUPS,
    LIFT_GROUP,
    NO_BREAK,
    NOT_MEASURED,
    TOE_LIFT_COMPANIONS,
    Measure,
    interval_text,
    measure_of,
    number_text,
    signed_text,
)
from footdrop_imu.schema import Estimate, SessionResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cell", "Line", "Mark", "Row", "Sources", "lead_groups", "other_rows"]

_SPREAD_FROM = 30
_FIFTH_PERCENTILE_FROM = 50
_LOW_CLEARANCE_M = 0.005
_MISSING = Estimate(nan, nan, nan, nan, 0)


@dataclass(frozen=True)
class Cell:
    """One side's number, with its interval or count below it."""

    value: str
    below: str = ""


@dataclass(frozen=True)
class Mark:
    """One side on a number line; places in percent of its length."""

    side: str
    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """A number line: the healthy band and zero (None = not on it) and a mark a side, in percent of its length."""

    band: tuple[float, float] | None
    zero: float | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Row:
    """One measure: a cell a side, in the page's order of sides.

    ``source`` counts from 1, 0 = no source. ``kind`` is lead, part (of the row above) or "".
    """

    label: str
    hint: str
    cells: tuple[Cell, ...]
    difference: str = ""
    healthy: str = ""
    source: int = 0
    line: Line | None = None
    kind: str = ""


def _line(measure: Measure, estimates: Mapping[str, Estimate], healthy: HealthyReference | None) -> Line | None:
    """Place a measure's marks; the axis grows to hold them."""
    values = {side: estimate for side, estimate in estimates.items() if isfinite(estimate.median)}
    if not measure.axis or not values:
        return None
    scaled = {
        side: [measure.scale * (x if isfinite(x) else e.median) for x in (e.median, e.low, e.high)]
        for side, e in values.items()
    }
    low = min(measure.axis[0], *(min(numbers) for numbers in scaled.values()))
    high = max(measure.axis[1], *(max(numbers) for numbers in scaled.values()))

    def place(x: float) -> float:
        return round(3 + 94 * (x - low) / (high - low), 2)

    marks = tuple(Mark(side, *(place(x) for x in numbers)) for side, numbers in scaled.items())
    band = None
    if healthy is not None:
        ends = (place(healthy.low * measure.scale), place(healthy.high * measure.scale))
        band = ends if ends[1] > ends[0] else (ends[0] - 0.6, ends[1] + 0.6)
    return Line(band, place(0.0) if low < 0 < high else None, marks)


def _cell(estimate: Estimate, measure: Measure) -> Cell:
    if not isfinite(estimate.median):
        return Cell(NOT_MEASURED)
    interval = interval_text(estimate.low, estimate.high, measure)
    strides = f"{estimate.used_count} stride{'' if estimate.used_count == 1 else 's'}"
    return Cell(number_text(estimate.median, measure), interval or strides)


def _difference(found: Mapping[str, float] | None, measure: Measure) -> str:
    """Write the difference of angles and heights, the ratio of times and lengths."""
    if found is None:
        return ""
    ratio, difference = found.get("ratio", nan), found.get("difference", nan)
    if isfinite(ratio):
        percent = found.get("log_ratio_percent", nan)
        extra = f" ({signed_text(percent / 100, measure_of('stance_frac'))})" if isfinite(percent) else ""
        return f"×{NO_BREAK}{ratio:.2f}{extra}"
    return signed_text(difference, measure)


def _healthy_text(healthy: HealthyReference | None, measure: Measure) -> str:
    if healthy is None:
        return ""
    low, high = (number_text(value, measure, unit=False).removesuffix(".0") for value in (healthy.low, healthy.high))
    return f"about {high}{measure.unit}" if low == high else f"{low} to {high}{measure.unit}"


class Sources:
    """Numbers the sources in the order in which they are first named."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def number(self, healthy: HealthyReference | None) -> int:
        """Give a source's number from 1; 0 for none."""
        if healthy is None:
            return 0
        text = f"{healthy.source}, doi {healthy.doi}: {healthy.meaning}"
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def _clearance_rows(result: SessionResult, sides: tuple[str, ...], sources: Sources) -> tuple[Row, ...]:
    """Show the risk in toe clearance that a median hides: its low end, its spread, and swings without a low point."""
    measure = measure_of("minimum_toe_clearance_m")
    fifth, low, spread, without = [], [], [], []
    for side in sides:
        risk = result.summary.clearance_risk.get(side, {})
        count = int(risk.get("used_count", 0))
        fifth.append(_number(risk.get("fifth_percentile_m", nan), _FIFTH_PERCENTILE_FROM, count))
        half_m = 1.96 * clearance_sd_m(result.strides, side)
        low.append(
            Cell(NOT_MEASURED, f"known to ± {number_text(half_m, measure)}")
            if count and half_m > 2 * _LOW_CLEARANCE_M
            else _share(risk.get("below_5_mm_frac", nan), count)
        )
        spread.append(_number(risk.get("standard_deviation_m", nan), _SPREAD_FROM, count))
        without.append(_share(risk.get("without_local_minimum_frac", nan), count))
    return (
        Row("… lowest 5 %", "1 stride in 20 clears by less.", tuple(fifth), kind="part"),
        Row("… below 5 mm", "Share of strides.", tuple(low), kind="part"),
        Row("… standard deviation", "From stride to stride.", tuple(spread), kind="part"),
        Row(
            "… without a low point",
            "The toe only rises in swing.",
            tuple(without),
            healthy="3 to 19 %",
            source=sources.number(NO_LOCAL_MINIMUM),
            kind="part",
        ),
    )


def _number(value_m: float, needed: int, count: int) -> Cell:
    if isfinite(value_m):
        return Cell(number_text(value_m, measure_of("minimum_toe_clearance_m")))
    return Cell(NOT_MEASURED, f"needs {needed}, has {count}")


def _lowest_row(result: SessionResult, sides: tuple[str, ...]) -> Row:
    """Show which part of the shoe is lowest in swing most often: with a foot turned inward it is not the toe."""
    cells = []
    for side in sides:
        found = result.summary.clearance_risk.get(side, {}).get("lowest_point", {})
        most = max(found, key=found.__getitem__, default="")
        told = Cell(most.replace("_", " "), f"{found[most]} of {sum(found.values())}") if most else Cell(NOT_MEASURED)
        cells.append(told)
    return Row("… lowest part", "Most often.", tuple(cells), kind="part")


def _share(frac: float, total: int) -> Cell:
    return Cell(f"{100 * frac:.0f} %", f"{frac * total:.0f} of {total}") if isfinite(frac) else Cell(NOT_MEASURED)


def _estimate(estimates: Mapping[str, Estimate], column: str) -> Estimate:
    """Look up a side's estimate. Toe lift misleads alone: it is missing where a companion is."""
    companions = TOE_LIFT_COMPANIONS if column == "swing_dorsiflexion_deg" else ()
    if any(not isfinite(estimates.get(companion, _MISSING).median) for companion in companions):
        return _MISSING
    return estimates.get(column, _MISSING)


def _row(measure: Measure, result: SessionResult, sides: tuple[str, ...], sources: Sources) -> Row:
    summary = result.summary
    by_side = {"left": summary.left, "right": summary.right}
    estimates = {side: _estimate(by_side[side], measure.column) for side in sides}
    complete = all(isfinite(estimate.median) for estimate in estimates.values())
    speed = summary.both.get("walking_speed_mps", _MISSING).median
    healthy = healthy_reference(measure.column, speed)
    return Row(
        measure.label,
        measure.hint,
        tuple(_cell(estimates[side], measure) for side in sides),
        _difference(summary.asymmetry.get(measure.column), measure) if complete else NOT_MEASURED,
        _healthy_text(healthy, measure),
        sources.number(healthy),
        _line(measure, estimates, healthy),
        kind="lead" if measure.column == "foot_pitch_mid_swing_deg" else "",
    )


def lead_groups(
    result: SessionResult, sides: tuple[str, ...], sources: Sources
) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Put the lead measures in rows, with the risk in toe clearance below its median; the ankle where it was seen."""
    seen = {
        column for side in (result.summary.left, result.summary.right) for column, e in side.items() if e.used_count
    }
    first, *others = LEAD_GROUPS
    with_ankle = (
        (first, ANKLE_GROUP, *others) if any(measure.column in seen for measure in ANKLE_GROUP[1]) else LEAD_GROUPS
    )
    groups = []
    if "lift_from_leg_m" in seen:
        place = 1 + [title for title, _ in with_ankle].index(CLEARANCE_TITLE)
        with_ankle = (*with_ankle[:place], LIFT_GROUP, *with_ankle[place:])
    for title, measures in with_ankle:
        rows: list[Row] = []
        for measure in measures:
            rows.append(_row(measure, result, sides, sources))
            if measure.column == "minimum_toe_clearance_m":
                rows.extend(_clearance_rows(result, sides, sources))
            if measure.column == "minimum_sole_clearance_m":
                rows.append(_lowest_row(result, sides))
        groups.append((title, tuple(rows)))
    return tuple(groups)


def _heel_landings(strides: pd.DataFrame, sides: tuple[str, ...]) -> Row:
    """Show the share of heel landings: a slap is only measured after one, so that it misleads without."""
    cells = []
    for side in sides:
        found = landing_counts(strides, side)
        total = sum(found.values())
        cells.append(_share(found.get("heel", 0) / total if total else nan, total))
    return Row("Heel landings", "", tuple(cells))


def other_rows(result: SessionResult, sides: tuple[str, ...]) -> tuple[Row, ...]:
    """List every other measure of the summary that has a number on a side."""
    lead = {measure.column for _, measures in (*LEAD_GROUPS, ANKLE_GROUP, LIFT_GROUP) for measure in measures}
    measured = set(result.summary.left) | set(result.summary.right)
    rows = []
    for column in STRIDE_COLUMNS:
        if column.name in measured - lead and "_sd_" not in column.name:
            row = _row(measure_of(column.name), result, sides, Sources())
            if column.name == "foot_slap_dps":
                rows.append(_heel_landings(result.strides, sides))
            if any(cell.value != NOT_MEASURED for cell in row.cells):
                rows.append(row)
    return tuple(rows)
