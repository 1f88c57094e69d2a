"""Dose: how much exercising lies behind a person on a day, added up and fading."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import DOSE_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.work_done import Work, match
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HALF_LIFE_DAYS", "dose", "fading"]

HALF_LIFE_DAYS = 14.0
"""The middle of one to three weeks: how fast a day's exercising is taken to lose its worth is an assumption."""


def dose(
    due: pd.DataFrame,
    log: pd.DataFrame,
    first_day: date,
    last_day: date,
    *,
    half_life_days: float = HALF_LIFE_DAYS,
    exercises: Collection[str] | None = None,
    work: Work | None = None,
) -> pd.DataFrame:
    """Give the dose of every day between two, both included.

    Parameters
    ----------
    due, log
        ``DUE_COLUMNS``, ``LOG_COLUMNS``. What was done before the first day is in the sums.
    first_day, last_day
        Days where the person lives.
    half_life_days
        After how many days a day's work is worth half.
    exercises
        Ids that count; None = all.
    work
        What `match` made of plan and log, where that is there already.

    Returns
    -------
    pandas.DataFrame
        ``DOSE_COLUMNS``, one row a day; a day on which nothing was done adds 0.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: the last day before the first, or a half-life that is none.

    Notes
    -----
    Repetitions are those due times adherence, that is those done: an entry that says only "done" is worth what was
    prescribed, one that says "partly" a half (see `work_done.match`). What was done beyond or beside the plan is in it
    too: the body does not ask who prescribed it.
    """
    import pandas as pd

    if last_day < first_day:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE, f"The last day, {last_day}, is before the first, {first_day}. Turn them round."
        )
    amounts = ["repetitions", "duration_s"]
    work = work or match(due, log)
    rows = pd.concat([part[["exercise", "day", *amounts]] for part in (work.done, work.apart)], ignore_index=True)
    if exercises is not None:
        rows = rows[rows["exercise"].isin(list(exercises))]
    by_day = rows[rows["day"] <= pd.Timestamp(last_day)].groupby("day")[amounts].sum()
    begin = min(pd.Timestamp(first_day), by_day.index.min()) if len(by_day) else pd.Timestamp(first_day)
    days = pd.date_range(begin, last_day, freq="D", unit="us")
    done = by_day.reindex(days, fill_value=0.0).to_numpy(dtype=float)
    total, faded = np.cumsum(done, axis=0), fading(done, half_life_days)
    keep = np.asarray(days >= pd.Timestamp(first_day))
    data = {"day": days[keep].to_numpy()}
    for index, name in enumerate(amounts):
        data[name] = done[keep, index]
        data[f"cumulative_{name}"] = total[keep, index]
        data[f"fading_{name}"] = faded[keep, index]
    return make_table(DOSE_COLUMNS, data)


def fading(amount: FloatArray, half_life_days: float) -> FloatArray:
    """Add up amounts of days that lose half their worth every half-life.

    Parameters
    ----------
    amount
        (n,) or (n, k), one row a day without a gap.
    half_life_days
        Days.

    Returns
    -------
    FloatArray
        Of the same shape: on day d the sum over j <= d of amount[j] * 2 ** (-(d - j) / half_life_days).

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: a half-life that is not above 0 and finite.

    Notes
    -----
    The sum over a window of 2 m days is that over its later m days plus the faded one over its earlier m: doubling m
    reaches every day in log2(n) steps. All weights are at most 1, so nothing overflows however long the course.
    """
    if not 0.0 < half_life_days < np.inf:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"The half-life is {half_life_days:g} days. Expected a number above 0; one to three weeks is usual.",
        )
    total = np.array(amount, dtype=float)
    window = 1
    while window < len(total):
        total[window:] += np.exp2(-window / half_life_days) * total[:-window]
        window *= 2
    return total
