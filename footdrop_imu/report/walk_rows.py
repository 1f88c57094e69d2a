"""The tables of measures of the walk report: one row a measure, one cell a side, and its place on a number line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.reference import NO_LOCAL_MINIMUM, HealthyReference, healthy_reference
from footdrop_imu.report.measures import (
    ANKLE_GROUP,
    CLEARANCE_TITLE,
    LEAD_GROUPS,
    LIFT_GROUP,
    NOT_MEASURED,
    TOE_LIFT_COMPANIONS,
    Measure,
    measure_of,
    number_text,
)
from footdrop_imu.report.model import Cell, Head, Line, Mark, MeasureTable, Row
from footdrop_imu.report.walk_cells import (
    NOTHING,
    Sources,
    Walked,
    difference_cell,
    estimate_cell,
    healthy_cell,
    share_cell,
    side_heads,
    unit_of,
)
from footdrop_imu.report.walk_courses import clearance_sd_m, landing_counts
from footdrop_imu.report.walk_sides import LOWEST_PARTS
from footdrop_imu.schema import SIDES, Estimate

__all__ = ["difference_head", "measure_table", "other_table"]

_SPREAD_FROM = 30
_FIFTH_PERCENTILE_FROM = 50
_LOW_CLEARANCE_M = 0.005
_MISSING = Estimate(nan, nan, nan, nan, 0)


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


def difference_head(affected: str, translate: Translate) -> str:
    """Say what the column of differences compares."""
    _ = translate
    return _("Affected against other") if affected in SIDES else _("Left against right")


def _clearance_rows(walked: Walked, sources: Sources, width: int) -> tuple[Row, ...]:
    """Show the risk in toe clearance that a median hides: its low end, its spread, and swings without a low point."""
    result, sides, _ = walked
    measure = measure_of("minimum_toe_clearance_m")
    fifth, low, spread, without = [], [], [], []
    for side in sides:
        risk = result.summary.clearance_risk.get(side, {})
        count = int(risk.get("used_count", 0))
        fifth.append(_height(risk.get("fifth_percentile_m", nan), _FIFTH_PERCENTILE_FROM, count, _))
        half_m = 1.96 * clearance_sd_m(result.strides, side)
        known = _("known to ± {half}").format(half=number_text(half_m, measure, _))
        low.append(
            Cell(NOT_MEASURED, known)
            if count and half_m > 2 * _LOW_CLEARANCE_M
            else share_cell(risk.get("below_5_mm_frac", nan), count, _)
        )
        spread.append(_height(risk.get("standard_deviation_m", nan), _SPREAD_FROM, count, _))
        without.append(share_cell(risk.get("without_local_minimum_frac", nan), count, _))
    healthy = healthy_cell(NO_LOCAL_MINIMUM, measure_of("stance_frac"), _)

    def row(label: str, hint: str, cells: Sequence[Cell], last: Cell = NOTHING, source: int = 0) -> Row:
        empty = (NOTHING,) * (width - len(cells) - 1)
        return Row(_(label), (*cells, *empty, last), _(hint), source, kind="part")

    rows = (
        row(mark("… lowest 5 %"), mark("1 stride in 20 clears by less."), fifth),
        row(mark("… below 5 mm"), mark("Share of strides."), low),
        row(mark("… standard deviation"), mark("From stride to stride."), spread),
        row(
            mark("… without a low point"),
            mark("The toe only rises in swing."),
            without,
            healthy,
            sources.number(NO_LOCAL_MINIMUM),
        ),
    )
    # what the walk is too short for on every foot is said among the advice
    return tuple(one for one in rows if any(cell.value != NOT_MEASURED for cell in one.cells[: len(sides)]))


def _height(value_m: float, needed: int, count: int, translate: Translate) -> Cell:
    _ = translate
    if isfinite(value_m):
        text = number_text(value_m, measure_of("minimum_toe_clearance_m"), translate)
        return Cell(text, number=value_m, unit="m")
    return Cell(NOT_MEASURED, _("needs {needed}, has {count}").format(needed=needed, count=count), unit="m")


def _lowest_row(walked: Walked, width: int) -> Row:
    """Show which part of the shoe is lowest in swing most often: with a foot turned inward it is not the toe."""
    result, sides, _ = walked
    cells = []
    for side in sides:
        found = result.summary.clearance_risk.get(side, {}).get("lowest_point", {})
        most = max(found, key=found.__getitem__, default="")
        told = _("{count} of {total}").format(count=found.get(most, 0), total=sum(found.values()))
        cells.append(Cell(_(LOWEST_PARTS.get(most, most)), told) if most else Cell(NOT_MEASURED))
    cells += [NOTHING] * (width - len(cells))
    return Row(_("… lowest part"), tuple(cells), _("Most often."), kind="part")


def _estimate(estimates: Mapping[str, Estimate], column: str) -> Estimate:
    """Look up a side's estimate. Toe lift misleads alone: it is missing where a companion is."""
    companions = TOE_LIFT_COMPANIONS if column == "swing_dorsiflexion_deg" else ()
    if any(not isfinite(estimates.get(companion, _MISSING).median) for companion in companions):
        return _MISSING
    return estimates.get(column, _MISSING)


def _row(measure: Measure, walked: Walked, sources: Sources | None) -> Row:
    """One measure: a cell a side, of two sides their difference, with ``sources`` the range of healthy adults."""
    result, sides, _ = walked
    summary = result.summary
    by_side = {"left": summary.left, "right": summary.right}
    estimates = {side: _estimate(by_side[side], measure.column) for side in sides}
    cells = [estimate_cell(estimates[side], measure, _) for side in sides]
    if len(sides) == 2:
        complete = all(isfinite(estimate.median) for estimate in estimates.values())
        found = summary.asymmetry.get(measure.column)
        cells.append(difference_cell(found, measure, _) if complete else Cell(NOT_MEASURED, unit=unit_of(measure)))
    if sources is None:
        return Row(_(measure.label), tuple(cells), _(measure.hint))
    speed_mps = summary.both.get("walking_speed_mps", _MISSING).median
    healthy = healthy_reference(measure.column, speed_mps)
    return Row(
        _(measure.label),
        (*cells, healthy_cell(healthy, measure, _)),
        _(measure.hint),
        sources.number(healthy),
        _line(measure, estimates, healthy),
        kind="lead" if measure.column == "foot_pitch_mid_swing_deg" else "",
    )


def _heads(walked: Walked, affected: str) -> tuple[Head, ...]:
    _ = walked.translate
    compared = (Head(difference_head(affected, _), weight="more"),) if len(walked.sides) == 2 else ()
    return (Head(_("Measure")), *side_heads(walked.sides, _), *compared)


def measure_table(walked: Walked, affected: str, sources: Sources) -> MeasureTable | None:
    """Put the lead measures in rows, with the risk in toe clearance below its median; the ankle where it was seen.

    None where nothing of it could be measured.
    """
    result, sides, _ = walked
    heads = (*_heads(walked, affected), Head(_("Healthy adults"), weight="more"))
    width = len(heads) - 1
    seen = {
        column for side in (result.summary.left, result.summary.right) for column, e in side.items() if e.used_count
    }
    first, *others = LEAD_GROUPS
    chosen = (first, ANKLE_GROUP, *others) if any(one.column in seen for one in ANKLE_GROUP[1]) else LEAD_GROUPS
    if "lift_from_leg_m" in seen:
        place = 1 + [title for title, _measures in chosen].index(CLEARANCE_TITLE)
        chosen = (*chosen[:place], LIFT_GROUP, *chosen[place:])
    groups = []
    for title, measures in chosen:
        rows: list[Row] = []
        for measure in measures:
            rows.append(_row(measure, walked, sources))
            if measure.column == "minimum_toe_clearance_m":
                rows.extend(_clearance_rows(walked, sources, width))
            if measure.column == "minimum_sole_clearance_m":
                rows.append(_lowest_row(walked, width))
        groups.append((_(title), tuple(rows)))
    count = len(sides)
    if all(cell.value == NOT_MEASURED for _title, rows in groups for row in rows for cell in row.cells[:count]):
        return None
    return MeasureTable(
        _("Measures of this walk, side by side"),
        heads,
        tuple(groups),
        line_after=count,
        line_head=_("Picture"),
        band_words=_("Healthy adults"),
    )


def _heel_landings(walked: Walked) -> Row:
    """Show the share of heel landings: a slap is only measured after one, so that it misleads without."""
    result, sides, _ = walked
    cells = []
    for side in sides:
        found = landing_counts(result.strides, side)
        total = sum(found.values())
        cells.append(share_cell(found.get("heel", 0) / total if total else nan, total, _))
    return Row(_("Heel landings"), (*cells, *((NOTHING,) if len(sides) == 2 else ())))


def other_table(walked: Walked, affected: str) -> MeasureTable | None:
    """List every other measure of the summary that has a number on a side; None where there is none."""
    result, sides, _ = walked
    lead = {measure.column for _title, measures in (*LEAD_GROUPS, ANKLE_GROUP, LIFT_GROUP) for measure in measures}
    measured = set(result.summary.left) | set(result.summary.right)
    rows = []
    for column in STRIDE_COLUMNS:
        if column.name in measured - lead and "_sd_" not in column.name:
            row = _row(measure_of(column.name), walked, None)
            if column.name == "foot_slap_dps":
                rows.append(_heel_landings(walked))
            if any(cell.value != NOT_MEASURED for cell in row.cells[: len(sides)]):
                rows.append(row)
    if not rows:
        return None
    return MeasureTable(_("Other measures of this walk"), _heads(walked, affected), (("", tuple(rows)),))
