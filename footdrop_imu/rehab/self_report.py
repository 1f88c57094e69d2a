"""What was reported beside what the sensor counted of the same bouts, and how well the two agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import BESIDE_COLUMNS
from footdrop_imu.rehab.bouts import BoutConfig, pairs
from footdrop_imu.rehab.log import entry_table, standing_table
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import LogEntry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEWEST_BOUTS", "Agreement", "agreement", "beside"]

FEWEST_BOUTS = 3
"""Limits of agreement of fewer bouts would say nothing."""


class Agreement(NamedTuple):
    """How reports agree with counts; NaN where there are too few bouts.

    ``bout_count`` of bouts that were both reported and counted with a number. ``mean_difference`` reported minus
    counted; ``low`` and ``high`` the limits within which 95 % of the differences are expected. ``ratio`` all that was
    reported over all that was counted: above 1, more is reported than counted.
    """

    bout_count: int
    mean_difference: float
    low: float
    high: float
    ratio: float


def beside(entries: Iterable[LogEntry] | pd.DataFrame, config: BoutConfig | None = None) -> pd.DataFrame:
    """Put each report beside the sensor's count of the same bout.

    Parameters
    ----------
    entries
        Of one person: nouns, or a table with ``LOG_ENTRY_COLUMNS``; corrections are followed.
    config
        How far apart the two may lie.

    Returns
    -------
    pandas.DataFrame
        ``BESIDE_COLUMNS``, one row a bout, in order of time. A report that says only "done" has no number.
    """
    import pandas as pd

    table = entries if isinstance(entries, pd.DataFrame) else entry_table(list(entries))
    table = standing_table(table, config)
    found = pairs(table, config)
    reported = table.iloc[found["reported"]].reset_index(drop=True)
    counted = table.iloc[found["counted"]].reset_index(drop=True)
    said = reported["repetitions"].where(reported["repetitions"] > 0).astype(float)
    seen = counted["repetitions"].where((counted["repetitions"] > 0) | counted["duration_s"].isna()).astype(float)
    rows = {
        "day": counted["day"],
        "exercise": counted["exercise"],
        "side": counted["side"],
        "reported_id": reported["id"],
        "counted_id": counted["id"],
        "apart_s": (counted["at"] - reported["at"]).dt.total_seconds(),
        "reported_repetitions": said,
        "counted_repetitions": seen,
        "repetitions_difference": said - seen,
        "reported_duration_s": reported["duration_s"],
        "counted_duration_s": counted["duration_s"],
        "duration_difference_s": reported["duration_s"] - counted["duration_s"],
    }
    order = np.lexsort([counted["id"].to_numpy().astype(str), counted["at"].to_numpy()])
    return make_table(BESIDE_COLUMNS, {name: values.iloc[order].array for name, values in rows.items()})


def agreement(reported: FloatArray, counted: FloatArray) -> Agreement:
    """Say how well reports agree with counts.

    Parameters
    ----------
    reported, counted
        (n,) of the same bouts, in one unit; pairs with a NaN are left out.

    Returns
    -------
    Agreement

    Notes
    -----
    Limits of agreement: mean difference ± the t quantile times the differences' standard deviation times
    sqrt(1 + 1/n), so that they hold for the next bout with few bouts too (Bland & Altman 1986, doi
    10.1016/S0140-6736(86)90837-8, use 1.96, right for many). Bouts are taken as independent.
    """
    from scipy.stats import t

    known = np.isfinite(reported) & np.isfinite(counted)
    said, seen = reported[known], counted[known]
    count = len(said)
    ratio = float(said.sum() / seen.sum()) if count and seen.sum() > 0 else np.nan
    if count < FEWEST_BOUTS:
        return Agreement(count, np.nan, np.nan, np.nan, ratio)
    difference = said - seen
    mean = float(difference.mean())
    half = float(t.ppf(0.975, count - 1) * difference.std(ddof=1) * np.sqrt(1.0 + 1.0 / count))
    return Agreement(count, mean, mean - half, mean + half, ratio)
