"""Numbers of comparisons as they are read: measures by their plain words, amounts, intervals, cells."""

from __future__ import annotations

from math import isfinite
from typing import Protocol

from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.language import Translate
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.progress_words import WORDS, amount
from footdrop_imu.report.model import Cell

__all__ = ["NOTHING", "amount_cell", "between", "capital", "measure_words", "named_measure", "unit_of"]

NOTHING = "–"
_UNITS = {column.name: column.unit for column in STRIDE_COLUMNS}


class _Estimated(Protocol):
    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def capital(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def measure_words(measure: str, translate: Translate) -> str:
    """Say a measure as people call it."""
    return translate(measure_facts(measure).words)


def named_measure(measure: str, side: str, translate: Translate) -> str:
    """Name a measure in a table; ``side`` "" where it needs none."""
    _ = translate
    words = capital(measure_words(measure, translate))
    if side not in ("left", "right"):
        return words
    return _("{measure} ({side})").format(measure=words, side=_(WORDS[side]))


def between(measure: str, found: _Estimated, translate: Translate) -> str:
    """Write an interval, the unit once; "" where there is none."""
    _ = translate
    if not (isfinite(found.low) and isfinite(found.high)):
        return ""
    unit = measure_facts(measure).unit
    low = amount(measure, found.low, translate).removesuffix(unit).rstrip()
    return _("{low} to {high}").format(low=low, high=amount(measure, found.high, translate))


def amount_cell(
    measure: str, found: _Estimated | float, translate: Translate, *, signed: bool = False, below: str = ""
) -> Cell:
    """Write a value of a measure, with its interval below it where it has one; a dash where it was not measured."""
    unit = unit_of(measure)
    value = found if isinstance(found, float) else found.value
    if not isfinite(value):
        return Cell(NOTHING, unit=unit)
    text = amount(measure, value, translate, signed=signed)
    if isinstance(found, float):
        return Cell(text, below, value, unit=unit)
    return Cell(text, below or between(measure, found, translate), value, found.low, found.high, unit)


def unit_of(measure: str) -> str:
    """Give the unit of the measure's own numbers, as programs take them."""
    return _UNITS.get(measure, "")
