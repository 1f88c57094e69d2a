"""Adherence: what was done over what was due, by exercise and in all, week by week. "5 of 7 days", never streaks.

What was excused is taken out of what was due, as far as it was not done all the same; so is what is still to come of a
week that is not over. An excuse can thus never lower adherence, and what is not due yet is not missed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns import make_table, names
from footdrop_imu.columns_rehab import WEEK_COLUMNS
from footdrop_imu.rehab.days import mondays
from footdrop_imu.rehab.work_done import AMOUNTS, UNITS, Work, match

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OVERDONE", "overall", "weekly"]

OVERDONE = 1.5
"""More than this of the plan is shown as overdoing."""
_DAY = np.timedelta64(1, "D")


def weekly(
    due: pd.DataFrame, log: pd.DataFrame, today: date, *, began: date | None = None, work: Work | None = None
) -> pd.DataFrame:
    """Judge every week up to today's.

    Parameters
    ----------
    due
        ``DUE_COLUMNS``, of whole weeks.
    log
        ``LOG_COLUMNS``, of the same days.
    today
        Where the person lives. Today and the days to come are due only as far as they are done.
    began
        Any day of the week in which the log began, where the table does not go back to it; None = its first day.
    work
        What `match` made of both, where that is there already.

    Returns
    -------
    pandas.DataFrame
        ``WEEK_COLUMNS``: for every week in which something was due one row an exercise and, first, one of all together
        (exercise ""). A week without entries is 0 of what was due; of weeks before the log began nothing is judged.

    Notes
    -----
    An exercise is counted in seconds where its prescription says seconds or holds, else in repetitions, else in
    sessions; in sessions too in a week in which that changed. Capped: of what is due on set days nothing above what
    was due on that day counts, of what is due so often a week nothing above that. Excused: of what is due so often a
    week an excused day takes out its share of the days on which the prescription held. Of all together the ratios are
    means over the exercises, weighted by the sessions due; days are those of any exercise, and what is due so often a
    week asks for that many days, those with something due anyway among them.
    """
    work = work or match(due, log)
    this_week = mondays(np.array([today], dtype="datetime64[D]")).astype("datetime64[us]")[0]
    lines = _lines(work, today)
    lines = lines[lines["week"] <= this_week]
    first_week = this_week + 7 * _DAY
    if began is not None or len(log):
        first = began if began is not None else log["day"].min().date()
        first_week = mondays(np.array([first], dtype="datetime64[D]"))[0]
    table = _by_exercise(lines, work)
    table = _together(table, lines, work)
    week = table["week"].to_numpy()
    state = np.where(week < first_week, "not_begun", np.where(week == this_week, "so_far", "over"))
    judged = state != "not_begun"
    table["state"] = state
    for name in ("adherence", "adherence_capped"):
        table[name] = table[name].where(judged)
    table["overdone"] = table["overdone"].where(judged & table["adherence"].notna().to_numpy())
    table = table.sort_values(["week", "exercise"], kind="stable")
    return make_table(WEEK_COLUMNS, {name: table[name].array for name in names(WEEK_COLUMNS)})


def overall(weeks: pd.DataFrame) -> pd.DataFrame:
    """Put the weeks of an adherence table together.

    Parameters
    ----------
    weeks
        ``WEEK_COLUMNS``, of `weekly`. Those before the log began are left out.

    Returns
    -------
    pandas.DataFrame
        ``WEEK_COLUMNS``, one row an exercise and, first, one of all together; ``week`` is the first that counts. The
        numbers are sums. ``overdone`` is of the whole time: a single week's is in its own row.
    """
    counted = weeks[weeks["state"] != "not_begun"]
    single = counted[counted["exercise"] != ""].copy()
    codes = np.array([UNITS.index(unit) for unit in single["unit"]], dtype=np.int64)
    code = single.assign(unit=codes).groupby("exercise")["unit"]
    single["unit"] = _one_unit(code.transform("min").to_numpy(), code.transform("max").to_numpy())
    amount = _of_unit(single, "due")
    single["capped"] = (single["adherence_capped"] * amount).fillna(0.0)
    grouped = single.groupby("exercise")
    table = grouped[_SUMS].sum()
    table["unit"] = grouped["unit"].first()
    table["week"] = grouped["week"].min()
    table = table.reset_index()
    due_amount = _of_unit(table, "due")
    table["adherence"] = _over(_of_unit(table, "done"), due_amount)
    table["adherence_capped"] = _over(grouped["capped"].sum().to_numpy(), due_amount)
    table["overdone"] = (table["adherence"] > OVERDONE).astype("boolean")
    together = counted[counted["exercise"] == ""]
    if len(together):
        rows = table.assign(week=together["week"].min())
        both = _mean(rows, together[_SUMS].sum().to_frame().T.assign(week=together["week"].min()))
        table = _stack(both, table)
    table["overdone"] = table["overdone"].where(table["adherence"].notna())
    table["state"] = "so_far" if (counted["state"] == "so_far").any() else "over"
    return make_table(WEEK_COLUMNS, {name: table[name].array for name in names(WEEK_COLUMNS)})


_KINDS = {"session_count": "sessions", "sets": "sets", "repetitions": "repetitions", "duration_s": "duration_s"}
_SUMS = [
    *("due_days", "done_days", "excused_days"),
    *(f"{what}_{kind}" for kind in _KINDS.values() for what in ("due", "done")),
]


def _lines(work: Work, today: date) -> pd.DataFrame:
    """What was asked for, line by line: excuses and what is to come taken out, with what was done of it."""
    asked = work.asked.copy()
    weekly = (asked["per"] == "week").to_numpy()
    now = np.datetime64(today, "us")
    past = work.excused[work.excused["day"] < now]
    excused_days = past.groupby("item")["day"].nunique().reindex(asked["item"], fill_value=0).to_numpy()
    held_days = (asked["last_day"] - asked["first_day"]).dt.days.to_numpy() + 1
    open_days = np.clip((asked["last_day"] - np.maximum(asked["first_day"], now)).dt.days.to_numpy() + 1, 0, None)
    of_the_week = (excused_days + open_days) / held_days
    on_the_day = _days_of(asked).isin(_days_of(work.excused)) | (asked["day"].to_numpy() >= now)
    out = np.where(weekly, of_the_week, on_the_day)
    done_by_week = work.done.groupby("item")[list(AMOUNTS)].sum().reindex(asked["item"]).fillna(0.0)
    done_by_day = work.done.set_index(_days_of(work.done))[list(AMOUNTS)].reindex(_days_of(asked)).fillna(0.0)
    for name in AMOUNTS:
        wanted = asked[name].to_numpy()
        done = np.where(weekly, done_by_week[name], done_by_day[name])
        asked[name] = np.maximum(wanted * (1.0 - out), np.minimum(wanted, done))
        asked[f"capped_{name}"] = np.minimum(wanted, done)
    return asked


def _by_exercise(lines: pd.DataFrame, work: Work) -> pd.DataFrame:
    keys = ["week", "exercise"]
    grouped = lines.groupby(keys)
    table = grouped[list(AMOUNTS)].sum().rename(columns={name: f"due_{kind}" for name, kind in _KINDS.items()})
    done = work.done.groupby(keys)[list(AMOUNTS)].sum().reindex(table.index).fillna(0.0)
    capped = grouped[[f"capped_{name}" for name in AMOUNTS]].sum()
    for name, kind in _KINDS.items():
        table[f"done_{kind}"] = done[name]
        table[f"capped_{kind}"] = capped[f"capped_{name}"]
    table["unit"] = _one_unit(grouped["unit"].min().to_numpy(), grouped["unit"].max().to_numpy())
    table = table.join(_days(lines, work, keys)).reset_index()
    due_amount = _of_unit(table, "due")
    table["adherence"] = _over(_of_unit(table, "done"), due_amount)
    table["adherence_capped"] = _over(_of_unit(table, "capped"), due_amount)
    table["overdone"] = (table["adherence"] > OVERDONE).astype("boolean")
    return table


def _together(table: pd.DataFrame, lines: pd.DataFrame, work: Work) -> pd.DataFrame:
    sums = table.groupby("week")[[name for name in _SUMS if not name.endswith("_days")]].sum()
    return _stack(_mean(table, sums.join(_days(lines, work, ["week"])).reset_index()), table)


def _mean(table: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of all together: sums, and means over the exercises weighted by the sessions due."""
    known = table[table["adherence"].notna()]
    weight = known["due_sessions"]
    total = weight.groupby(known["week"]).sum()
    sums = sums.set_index("week")
    for name in ("adherence", "adherence_capped"):
        mean = (known[name] * weight).groupby(known["week"]).sum() / total
        sums[name] = mean.reindex(sums.index)
    over = (table["adherence"] > OVERDONE).groupby(table["week"]).any().reindex(sums.index)
    sums["overdone"] = over.astype("boolean")
    return sums.reset_index().assign(exercise="", unit="")


def _days(lines: pd.DataFrame, work: Work, keys: list[str]) -> pd.DataFrame:
    """Count days due, done and excused, by the given keys."""
    import pandas as pd

    by_day = [*keys, "day"]
    index = lines.groupby(keys).size().index
    left = lines[lines["session_count"] > 0]
    fixed = left.loc[left["per"] == "day", by_day].drop_duplicates()
    free = left[left["per"] == "week"]
    free = free.assign(day_count=free["session_count"].round().clip(lower=1.0))
    asked_days = free.groupby(keys)["day_count"].max()
    active = work.done[by_day].drop_duplicates()
    on_fixed = pd.MultiIndex.from_frame(active).isin(pd.MultiIndex.from_frame(fixed))
    free_done = work.done.loc[work.done["item"].isin(free["item"]), by_day].drop_duplicates()
    extra = free_done[~pd.MultiIndex.from_frame(free_done).isin(pd.MultiIndex.from_frame(fixed))]
    excused = work.excused[by_day].drop_duplicates()
    taken = pd.concat([fixed, active])
    excused = excused[~pd.MultiIndex.from_frame(excused).isin(pd.MultiIndex.from_frame(taken))]

    def count(rows: pd.DataFrame) -> pd.Series:
        return rows.groupby(keys).size().reindex(index, fill_value=0).astype(float)

    due_days = np.maximum(count(fixed), asked_days.reindex(index).fillna(0.0))
    return pd.DataFrame(
        {
            "due_days": due_days,
            "done_days": np.minimum(due_days, count(active[on_fixed]) + count(extra)),
            "excused_days": count(excused),
        }
    )


def _days_of(table: pd.DataFrame) -> pd.MultiIndex:
    import pandas as pd

    return pd.MultiIndex.from_frame(table[["item", "day"]])


def _one_unit(least: np.ndarray, greatest: np.ndarray) -> np.ndarray:
    """Name the unit of what is counted in one, sessions where there are several."""
    return np.array(UNITS, dtype=object)[np.where(least == greatest, least, 0)]


def _of_unit(table: pd.DataFrame, what: str) -> np.ndarray:
    """Give what was due, done or capped in the unit of each row."""
    unit = table["unit"]
    conditions = [(unit == name).to_numpy() for name in ("repetitions", "duration_s")]
    amounts = [table[f"{what}_{name}"].to_numpy() for name in ("repetitions", "duration_s")]
    return np.select(conditions, amounts, table[f"{what}_sessions"].to_numpy())


def _over(done: np.ndarray, due: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(done, due, out=np.full(len(due), np.nan), where=due > 0)
    return ratio


def _stack(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([one, other], ignore_index=True)
