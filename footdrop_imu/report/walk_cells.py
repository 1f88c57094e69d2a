"""Numbers as cells of the walk report's tables, with what a reader and what a program take from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import NamedTuple

from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.language import Translate
from footdrop_imu.rehab.reference import HealthyReference
from footdrop_imu.report.measures import (
    NO_BREAK,
    NOT_MEASURED,
    Measure,
    interval_text,
    measure_of,
    number_text,
    signed_text,
    unit_text,
)
from footdrop_imu.report.model import Cell, Head
from footdrop_imu.report.walk_sides import SIDE_HEADS, strides_text
from footdrop_imu.schema import Estimate, SessionResult

__all__ = [
    "NOTHING",
    "Sources",
    "Walked",
    "difference_cell",
    "estimate_cell",
    "healthy_cell",
    "share_cell",
    "side_heads",
    "unit_of",
]

NOTHING = Cell("")
_UNITS = {column.name: column.unit for column in STRIDE_COLUMNS}


class Walked(NamedTuple):
    """What every table is made from: the result, the sides that have a column, and the reader's language."""

    result: SessionResult
    sides: tuple[str, ...]
    translate: Translate


class Sources:
    """Numbers the sources in the order in which they are first named."""

    def __init__(self, translate: Translate) -> None:
        self.texts: list[str] = []
        self.translate = translate

    def number(self, healthy: HealthyReference | None) -> int:
        """Give a source's number from 1; 0 for none."""
        if healthy is None:
            return 0
        _ = self.translate
        text = f"{_(healthy.source)}, doi {healthy.doi}: {_(healthy.meaning)}"
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def side_heads(sides: Sequence[str], translate: Translate) -> tuple[Head, ...]:
    """Make the heads of the feet's columns."""
    return tuple(Head(translate(SIDE_HEADS[side]), side) for side in sides)


def unit_of(measure: Measure) -> str:
    """Give the unit of the column's own numbers."""
    return _UNITS.get(measure.column, "")


def estimate_cell(estimate: Estimate, measure: Measure, translate: Translate) -> Cell:
    """Write a median with its interval below it, or with how many strides it rests on."""
    unit = unit_of(measure)
    if not isfinite(estimate.median):
        return Cell(NOT_MEASURED, unit=unit)
    text = number_text(estimate.median, measure, translate)
    below = interval_text(estimate.low, estimate.high, measure, translate)
    below = below or strides_text(estimate.used_count, translate)
    return Cell(text, below, estimate.median, estimate.low, estimate.high, unit)


def difference_cell(found: Mapping[str, float] | None, measure: Measure, translate: Translate) -> Cell:
    """Write the difference of angles and heights, the ratio of times and lengths."""
    if found is None:
        return NOTHING
    ratio, difference = found.get("ratio", nan), found.get("difference", nan)
    if isfinite(ratio):
        percent = found.get("log_ratio_percent", nan)
        extra = f" ({signed_text(percent / 100, measure_of('stance_frac'), translate)})" if isfinite(percent) else ""
        return Cell(f"×{NO_BREAK}{translate.number(ratio, 2)}{extra}", number=ratio)
    return Cell(signed_text(difference, measure, translate), number=difference, unit=unit_of(measure))


def healthy_cell(healthy: HealthyReference | None, measure: Measure, translate: Translate) -> Cell:
    """Write where healthy adults lie; nothing where nothing fitting is published."""
    _ = translate
    if healthy is None:
        return NOTHING
    ends = [value * measure.scale for value in (healthy.low, healthy.high)]
    digits = 0 if measure.digits == 1 and all(round(end, 1) == round(end) for end in ends) else measure.digits
    low, high = (translate.number(end, digits) for end in ends)
    words = _("about {value}").format(value=high) if low == high else _("{low} to {high}").format(low=low, high=high)
    text = words + unit_text(measure, translate)
    return Cell(text, low=healthy.low, high=healthy.high, unit=unit_of(measure))


def share_cell(frac: float, total: int, translate: Translate) -> Cell:
    """Write a share of strides, with their count below it."""
    _ = translate
    if not isfinite(frac):
        return Cell(NOT_MEASURED)
    below = _("{count} of {total}").format(count=_.number(frac * total), total=_.number(total))
    return Cell(f"{_.number(100 * frac)} %", below, frac)
