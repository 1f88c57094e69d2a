"""Walks to lines: one value a day of each measure, side and condition, cut where something changed, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.change import ChangeConfig, compare_days
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.schema_rehab import RESTARTING_EVENTS, TimelineEvent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Line", "LineConfig", "compared_days", "draw_lines"]


@dataclass(frozen=True)
class LineConfig:
    """How many days are compared."""

    fewest_days: int = 3
    """In the baseline and in the latest days, each."""
    most_days: int = 6
    """In each: two weeks at three walks a week. More say less about now."""
    share: float = 0.25
    """Of all days of the line, between these two."""


@dataclass(frozen=True)
class Line:
    """One measure of one side in like conditions, day by day, between two events.

    ``part`` counts the restarting events before it; ``current``: none came after. ``day`` (n,) dates, ``value`` (n,)
    in the measure's unit, ``standard_error`` (n,) of it (NaN = not known), ``used_count`` (n,) strides or taps. The
    first ``baseline_count`` days are compared with the last ``latest_count``; both 0 = too little data, and all
    numbers are NaN: ``baseline``, ``latest``, ``change`` with its 95 % interval ``low`` to ``high``,
    ``smallest_detectable``, ``chance``, ``sem`` and ``correlation`` as in ``change.Change``. ``left_out``: days that do
    not count, by reason: practice, quality, few_strides.
    """

    measure: str
    side: str
    activity: str
    condition: str
    part: int
    current: bool
    day: NDArray[np.datetime64]
    value: FloatArray
    standard_error: FloatArray
    used_count: IntArray
    left_out: Mapping[str, int]
    baseline_count: int = 0
    latest_count: int = 0
    baseline: float = nan
    latest: float = nan
    change: float = nan
    low: float = nan
    high: float = nan
    smallest_detectable: float = nan
    chance: float = nan
    sem: float = nan
    correlation: float = nan

    @property
    def compared(self) -> bool:
        """Whether there are days enough."""
        return self.baseline_count > 0


def draw_lines(
    measures: pd.DataFrame,
    events: Iterable[TimelineEvent] = (),
    config: LineConfig | None = None,
    change: ChangeConfig | None = None,
) -> tuple[Line, ...]:
    """Make the lines of a person's walks, and compare the latest days of each with its first.

    Parameters
    ----------
    measures
        ``columns_rehab.WALK_MEASURE_COLUMNS``, in any order.
    events
        Of the person; those of ``RESTARTING_EVENTS`` cut the lines. A walk on the day of such an event belongs to no
        line: nobody knows whether it was before or after.
    config, change
        How many days are compared, and how.

    Returns
    -------
    tuple of Line
        By measure, side, activity, condition and part. A line without a single day that counts is there too.

    Raises
    ------
    SchemaError
        A column is missing.

    Notes
    -----
    The unit is the day: walks of a day are pooled, weighted by their strides. The first day of each activity is
    practice and does not count. Walks whose quality is below good do not count, nor days with too few strides, nor
    walks of which nobody said the day.
    """
    config = config or LineConfig()
    missing = [column.name for column in WALK_MEASURE_COLUMNS if column.name not in measures]
    if missing:
        raise SchemaError(SchemaReason.WRONG_COLUMNS, f"The table of walks lacks {', '.join(missing)}.")
    drawn = _days(measures, sorted({event.day for event in events if event.kind in RESTARTING_EVENTS}))
    alike: dict[tuple[int, bytes], list[int]] = {}
    for index, line in enumerate(drawn):
        if line.day.shape[0] >= 2 * config.fewest_days:
            alike.setdefault((line.day.shape[0], line.day.tobytes()), []).append(index)
    for (count, _), members in alike.items():
        one = drawn[members[0]]
        size = compared_days(count, config)
        found = compare_days(
            np.stack([drawn[index].value for index in members]),
            one.day.astype(np.int64),
            size,
            size,
            np.array([measure_facts(drawn[index].measure).prior_sem for index in members]),
            np.stack([drawn[index].standard_error for index in members]),
            config=change,
        )
        for index, *numbers in zip(members, *(series.tolist() for series in found), strict=True):
            named = dict(zip(found._fields, numbers, strict=True))
            drawn[index] = replace(drawn[index], baseline_count=size, latest_count=size, **named)
    return tuple(drawn)


def compared_days(count: int, config: LineConfig | None = None) -> int:
    """How many days at either end of a line of so many are compared; 0 = too few."""
    config = config or LineConfig()
    if count < 2 * config.fewest_days:
        return 0
    return int(np.clip(int(config.share * count), config.fewest_days, config.most_days))


def _days(measures: pd.DataFrame, cuts: list[date]) -> list[Line]:
    """Lines without their comparison."""
    import pandas as pd

    measures = measures[measures["day"].notna()]
    if len(measures) == 0:
        return []
    codes, words = [], []
    for name in ("measure", "side", "activity", "condition"):
        code, found = pd.factorize(measures[name], sort=True)
        codes.append(code)
        words.append(found)
    day = measures["day"].to_numpy().astype("datetime64[D]")
    cut = np.array(cuts, dtype="datetime64[D]")
    part = np.searchsorted(cut, day, side="left")
    value = measures["value"].to_numpy(np.float64)
    error = measures["standard_error"].to_numpy(np.float64)
    used = measures["used_count"].to_numpy(np.int64)
    good = (measures["quality"] == "good").to_numpy(bool)

    first = np.full(len(words[2]), np.iinfo(np.int64).max)
    number = day.astype(np.int64)
    np.minimum.at(first, codes[2], number)
    practice = number == first[codes[2]]
    usable = np.isfinite(value) & ~np.isin(day, cut)

    key = np.ravel_multi_index((*codes, part), (*(len(found) for found in words), len(cuts) + 1))
    order = np.lexsort((number, key))
    order = order[usable[order]]
    if order.shape[0] == 0:
        return []
    key, number = key[order], number[order]
    value, error, used = value[order], error[order], used[order]
    weight = np.where(good[order] & ~practice[order], np.maximum(used, 1), 0).astype(np.float64)
    starts = np.flatnonzero(np.r_[True, (np.diff(key) != 0) | (np.diff(number) != 0)])

    total = np.add.reduceat(weight, starts)
    share = np.where(total > 0, total, 1.0)
    pooled = np.add.reduceat(weight * value, starts) / share
    spread = np.add.reduceat(np.where(weight > 0, (weight * error) ** 2, 0.0), starts)
    strides = np.add.reduceat(np.where(weight > 0, used, 0), starts)
    here, when = key[starts], number[starts].view("datetime64[D]")
    fewest = np.array([measure_facts(name).fewest_count for name in words[0]])
    enough = strides >= fewest[np.unravel_index(here, (*(len(found) for found in words), len(cuts) + 1))[0]]
    counts = (total > 0) & enough
    practiced = practice[order][starts]
    edges = np.flatnonzero(np.r_[True, np.diff(here) != 0, True])
    places = np.unravel_index(here[edges[:-1]], (*(len(found) for found in words), len(cuts) + 1))

    lines = []
    for index, (begin, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        kept = np.flatnonzero(counts[begin:end]) + begin
        out = {
            "practice": int(practiced[begin:end].sum()),
            "quality": int(((total[begin:end] == 0) & ~practiced[begin:end]).sum()),
            "few_strides": int(((total[begin:end] > 0) & ~enough[begin:end]).sum()),
        }
        measure, side, activity, condition = (str(found[places[level][index]]) for level, found in enumerate(words))
        lines.append(
            Line(
                measure,
                side,
                activity,
                condition,
                part=int(places[4][index]),
                current=int(places[4][index]) == len(cuts),
                day=when[kept],
                value=pooled[kept],
                standard_error=np.sqrt(spread[kept]) / share[kept],
                used_count=strides[kept],
                left_out={reason: days for reason, days in out.items() if days},
            )
        )
    return lines
