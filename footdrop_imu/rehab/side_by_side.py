"""The affected foot beside the other, or left beside right."""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.segmented import Estimate
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEWEST_DAYS", "MOST_DAYS", "BesideOther", "side_by_side"]

FEWEST_DAYS = 3
"""From so many days on the interval says how days differ; below only how steps do."""
MOST_DAYS = 6
"""The latest ones count."""
_HALF_95 = 1.959964


class BesideOther(NamedTuple):
    """A measure of one foot against the other, in its own unit: the mean of the days.

    ``side`` is the first foot: the affected one, left where none or both are. ``difference`` first minus second.
    ``ratio`` first over second, for times and lengths; NaN for angles and heights, whose zero is no end of them.
    """

    measure: str
    side: str
    first: float
    second: float
    difference: Estimate
    ratio: Estimate
    day_count: int


def side_by_side(measures: pd.DataFrame, affected: str) -> tuple[BesideOther, ...]:
    """Compare the feet of the same walks.

    Parameters
    ----------
    measures
        ``columns_rehab.WALK_MEASURE_COLUMNS`` in like conditions; only good walks count, of those the six latest days.
    affected
        left, right, both or unknown.

    Returns
    -------
    tuple of BesideOther
        By measure, those measured on both feet.

    Raises
    ------
    SchemaError
        A column is missing.

    Notes
    -----
    From three days on intervals are Student's over the days; with fewer they are the two medians' own.
    """
    missing = [column.name for column in WALK_MEASURE_COLUMNS if column.name not in measures]
    if missing:
        raise SchemaError(SchemaReason.WRONG_COLUMNS, f"The table of walks lacks {', '.join(missing)}.")
    first, second = ("right", "left") if affected == "right" else ("left", "right")
    good = measures[measures["quality"] == "good"]
    wide = good.pivot_table(
        index=["measure", "day", "walk"], columns="side", values=["value", "standard_error"], dropna=False
    )
    found = []
    if not {("value", first), ("value", second)} <= set(wide.columns):
        return ()
    wide = wide[np.isfinite(wide["value", first]) & np.isfinite(wide["value", second])]
    for measure, rows in wide.groupby(level="measure"):
        days = rows.groupby(level="day").mean().iloc[-MOST_DAYS:]
        values = [days["value", side].to_numpy(dtype=float) for side in (first, second)]
        errors = [days["standard_error", side].to_numpy(dtype=float) for side in (first, second)]
        found.append(_compared(str(measure), first, values, errors))
    return tuple(found)


def _compared(measure: str, side: str, values: list[FloatArray], errors: list[FloatArray]) -> BesideOther:
    one, other = values
    difference = _estimate(one - other, np.hypot(*errors))
    if measure.endswith("_frac"):
        difference = Estimate(difference.value, max(difference.low, -1.0), min(difference.high, 1.0))
    ratio = Estimate()
    if measure.endswith("_time_s") or measure.endswith("_support_s") or measure == "stride_length_m":
        relative = np.hypot(errors[0] / one, errors[1] / other)
        logs = _estimate(np.log(one / other), relative)
        ratio = Estimate(exp(logs.value), exp(logs.low), exp(logs.high))
    return BesideOther(measure, side, float(one.mean()), float(other.mean()), difference, ratio, len(one))


def _estimate(value: FloatArray, error: FloatArray) -> Estimate:
    """Mean over days with its interval: by the days where there are enough, else by the strides of each."""
    from scipy.special import stdtrit

    count, mean = len(value), float(value.mean())
    if count >= FEWEST_DAYS:
        reach = float(stdtrit(count - 1, 0.975)) * float(value.std(ddof=1)) / sqrt(count)
    else:
        reach = _HALF_95 * sqrt(float((error**2).sum())) / count
    return Estimate(mean, mean - reach, mean + reach)
