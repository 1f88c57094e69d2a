"""What was done, set against what was asked for: which prescription an entry belongs to, and how much it is worth.

An entry belongs to what the plan asks for of that exercise in that week, while the prescription held, where neither
side nor level contradict; what was not said is taken as prescribed. Everything else is listed apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import ALSO_DONE_COLUMNS
from footdrop_imu.rehab.days import mondays

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AMOUNTS", "UNITS", "Work", "also_done", "match", "with_weeks"]

AMOUNTS = ("session_count", "sets", "repetitions", "duration_s")
UNITS = ("sessions", "repetitions", "duration_s")
"""What an exercise is counted in."""
_PARTLY = 0.5
"""Of a session that was done partly, where nobody said how much."""


class Work(NamedTuple):
    """What a log has to do with a plan; tables without an index of their own.

    ``asked``: one row a line of the DUE table, with ``week``, ``item`` (week, exercise, side, level, per and version)
    and ``unit`` (index into ``UNITS``). ``done``: ``item``, ``week``, ``exercise``, ``day`` and the amounts, one row an
    item and day on which something was done. ``excused``: the same without amounts. ``apart``: rows of the log that
    belong to nothing asked for, with ``week`` and ``why``.
    """

    asked: pd.DataFrame
    done: pd.DataFrame
    excused: pd.DataFrame
    apart: pd.DataFrame


def match(due: pd.DataFrame, log: pd.DataFrame) -> Work:
    """Set a log against what was due.

    Parameters
    ----------
    due
        ``DUE_COLUMNS``.
    log
        ``LOG_COLUMNS``.

    Returns
    -------
    Work

    Notes
    -----
    An entry that says neither repetitions nor seconds is worth what was prescribed when it is done, half of it when it
    is done partly; one that says how much and was done partly is a session by that share, one that says fewer sets than
    were prescribed by the share of the sets (who logs every set has still done one session). Holds are turned into
    seconds and seconds into holds where only one was said. A sensor's numbers are never filled up. Where both feet
    are prescribed, an entry by hand of one foot is worth half of it; a sensor on one foot counts for both, unless both
    feet were counted that day: then it is their mean. An entry without a level is shared evenly where the exercise is
    due at several.
    """
    asked = _asked(due)
    items = asked.drop_duplicates("item").drop(columns=["day", *AMOUNTS])
    dose = asked.groupby("item")[list(AMOUNTS)].sum()
    for name in AMOUNTS[1:]:
        items[f"dose_{name}"] = (dose[name] / dose["session_count"]).reindex(items["item"]).to_numpy()
    rows = with_weeks(log).reset_index(drop=True)
    rows["row"] = np.arange(len(rows))
    excuses = rows[rows["outcome"] == "excused"]
    pairs = rows.merge(items, on=["week", "exercise"], suffixes=("", "_asked"))
    pairs = pairs[_while_it_held(pairs)]
    side_fits = _side_fits(pairs)
    fits = side_fits & (
        (pairs["level"] == "") | (pairs["level_asked"] == "") | (pairs["level"] == pairs["level_asked"])
    )
    work = rows[rows["outcome"].isin(["done", "partly"])]
    apart = work[~work["row"].isin(pairs.loc[fits, "row"])].copy()
    held = apart["row"].isin(pairs["row"])
    apart["why"] = np.where(
        ~held, "not_prescribed", np.where(apart["row"].isin(pairs.loc[side_fits, "row"]), "other_level", "other_side")
    )
    whole_days = excuses[excuses["exercise"] == ""].merge(items, on="week", suffixes=("", "_asked"))
    whole_days = whole_days[
        (whole_days["day"] >= whole_days["first_day"]) & (whole_days["day"] <= whole_days["last_day"])
    ]
    whole_days["exercise"] = whole_days["exercise_asked"]
    one_exercise = pairs[side_fits & (pairs["outcome"] == "excused")]
    keys = ["item", "week", "exercise", "day"]
    excused = _stacked(whole_days[keys], one_exercise[keys]).drop_duplicates().reset_index(drop=True)
    done = _worth(pairs[fits]).groupby(keys)[list(AMOUNTS)].sum().reset_index()
    done = done[(done[list(AMOUNTS)] > 0).any(axis=1)].reset_index(drop=True)
    return Work(asked, done, excused, apart.drop(columns="row").reset_index(drop=True))


def also_done(due: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """List what was done that the plan did not ask for, or not at that level or on that side.

    Parameters
    ----------
    due, log
        ``DUE_COLUMNS``, ``LOG_COLUMNS``.

    Returns
    -------
    pandas.DataFrame
        ``ALSO_DONE_COLUMNS``, sorted by week and exercise.
    """
    apart = match(due, log).apart
    keys = ["week", "exercise", "side", "level", "why"]
    grouped = apart.groupby(keys)
    table = grouped[list(AMOUNTS)].sum().assign(day_count=grouped["day"].nunique()).reset_index()
    return make_table(ALSO_DONE_COLUMNS, {column.name: table[column.name] for column in ALSO_DONE_COLUMNS})


def with_weeks(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table with the Monday of each row's ``day`` as ``week``."""
    return table.assign(week=mondays(table["day"].to_numpy()).astype("datetime64[us]"))


def _asked(due: pd.DataFrame) -> pd.DataFrame:
    asked = with_weeks(due).reset_index(drop=True)
    asked["first_day"] = asked["first_day"].fillna(asked["week"])
    asked["last_day"] = asked["last_day"].fillna(asked["week"] + np.timedelta64(6, "D"))
    keys = ["week", "exercise", "side", "level", "per", "plan_version", "first_day", "last_day"]
    asked["item"] = asked.groupby(keys, sort=False).ngroup()
    asked["unit"] = np.select([asked["duration_s"] > 0, asked["repetitions"] > 0], [2, 1], 0)
    return asked


def _while_it_held(pairs: pd.DataFrame) -> pd.Series:
    return (pairs["day"] >= pairs["first_day"]) & (pairs["day"] <= pairs["last_day"])


def _side_fits(pairs: pd.DataFrame) -> pd.Series:
    said, asked = pairs["side"], pairs["side_asked"]
    return said.isin(["", "both"]) | (asked == "both") | (said == asked)


def _worth(pairs: pd.DataFrame) -> pd.DataFrame:
    """Give the amounts that each entry is worth to each item it belongs to."""
    pairs = pairs.copy()
    sensor = (pairs["source"] == "sensor").to_numpy()
    sessions = pairs["session_count"].to_numpy(dtype=float)
    said = {name: pairs[name].to_numpy(dtype=float) for name in AMOUNTS[1:]}
    dose = {name: pairs[f"dose_{name}"].to_numpy(dtype=float) * sessions for name in AMOUNTS[1:]}
    hold_s = _ratio(dose["duration_s"], dose["repetitions"])
    held = hold_s > 0
    repetitions = np.where(held & (said["repetitions"] == 0), _ratio(said["duration_s"], hold_s), said["repetitions"])
    duration_s = np.where(held & (said["duration_s"] == 0), said["repetitions"] * hold_s, said["duration_s"])
    by_time, by_count = dose["duration_s"] > 0, dose["repetitions"] > 0
    share = np.where(by_time, _ratio(duration_s, dose["duration_s"]), _ratio(repetitions, dose["repetitions"]))
    nothing_said = ~sensor & np.where(by_time, duration_s == 0, ~by_count | (repetitions == 0))
    outcome = pairs["outcome"].to_numpy()
    done, partly = outcome == "done", outcome == "partly"
    filled = np.where(done, 1.0, np.where(partly, _PARTLY, 0.0))
    share = np.where(nothing_said, filled, np.where(done | ~(by_time | by_count), filled, np.minimum(share, 1.0)))
    some_sets = done & (said["sets"] > 0)
    share = np.where(some_sets, np.minimum(_ratio(said["sets"], dose["sets"]), 1.0), share)
    weight = _weight(pairs)
    pairs["session_count"] = weight * sessions * share
    for name, own in (("sets", said["sets"]), ("repetitions", repetitions), ("duration_s", duration_s)):
        fill = ~sensor & (own == 0) & (nothing_said | (name == "sets"))
        pairs[name] = weight * np.where(fill, dose[name] * share, own)
    return pairs


def _weight(pairs: pd.DataFrame) -> np.ndarray:
    """Share an entry among the levels it may belong to, and one foot's entry with what is asked of both."""
    shared = 1.0 / pairs.groupby(["row", "side_asked"])["item"].transform("size").to_numpy()
    one_of_both = ((pairs["side_asked"] == "both") & pairs["side"].isin(["left", "right"])).to_numpy()
    sensor = (pairs["source"] == "sensor").to_numpy()
    counted = pairs["side"].where(one_of_both & sensor).groupby([pairs["item"], pairs["day"]]).transform("nunique")
    feet = np.where(sensor, np.maximum(counted.to_numpy(), 1), 2)
    weight: np.ndarray = shared / np.where(one_of_both, feet, 1)
    return weight


def _ratio(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the divisor is 0."""
    ratio: np.ndarray = np.divide(upper, lower, out=np.zeros(len(upper)), where=lower > 0)
    return ratio


def _stacked(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([one, other], ignore_index=True)
