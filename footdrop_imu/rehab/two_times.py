"""Two times of a person beside each other, measure by measure, where there are too few days for a verdict."""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.segmented import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Seen", "two_times"]

_ONE_SIDED_95 = 1.6449
_HALF_95 = 1.959964


class Seen(NamedTuple):
    """A measure at two times, in its own unit.

    ``before`` and ``after``: mean of the walks with the interval that the walks' own strides give; it holds nothing of
    how days differ. ``difference`` after minus before. ``usual``: what an unchanged person's two times differ by at
    most in nineteen of twenty comparisons, upward as downward, by the prior error of measurement; NaN = nothing known.
    """

    measure: str
    side: str
    before: Estimate
    after: Estimate
    difference: float
    usual: float


def two_times(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Seen, ...]:
    """Put the walks of two times beside each other.

    Parameters
    ----------
    before, after
        ``columns_rehab.WALK_MEASURE_COLUMNS``; walks of poor quality are left out. The day may be missing.

    Returns
    -------
    tuple of Seen
        By measure and side, those seen at both times.

    Raises
    ------
    SchemaError
        A column is missing.

    Notes
    -----
    Walks of a day share that day's error, and so may walks of which nobody said the day: ``usual`` gets narrower only
    by days.
    """
    for walks in (before, after):
        missing = [column.name for column in WALK_MEASURE_COLUMNS if column.name not in walks]
        if missing:
            raise SchemaError(SchemaReason.WRONG_COLUMNS, f"The table of walks lacks {', '.join(missing)}.")
    keys = ["measure", "side"]
    groups = [
        {(str(key[0]), str(key[1])): rows for key, rows in walks[walks["quality"] != "poor"].groupby(keys)}
        for walks in (before, after)
    ]
    seen = []
    for measure, side in sorted(groups[0].keys() & groups[1].keys()):
        both = [group[measure, side] for group in groups]
        least = 0.0 if measure.endswith("_frac") or measure.startswith("drags_") else -inf
        most = 1.0 if measure.endswith("_frac") else inf
        first, second = (_mean(rows, least, most) for rows in both)
        days = [max(rows["day"].nunique(), 1) for rows in both]
        error = measure_facts(measure).prior_sem * sqrt(sum(1.0 / count for count in days))
        seen.append(Seen(measure, side, first, second, second.value - first.value, _ONE_SIDED_95 * error))
    return tuple(seen)


def _mean(rows: pd.DataFrame, least: float, most: float) -> Estimate:
    """Mean of walks, each as much worth as the next, with what their strides tell of its error."""
    value = float(rows["value"].mean())
    squares = float((rows["standard_error"] ** 2).sum(skipna=False))
    reach = _HALF_95 * sqrt(squares) / len(rows) if squares == squares else nan
    return Estimate(value, max(value - reach, least), min(value + reach, most))
