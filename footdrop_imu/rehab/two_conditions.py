"""A person's walks in two conditions over weeks, such as with and without an orthosis: no bench, no drawn order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.rehab.fitting_bench import Bench, BenchConfig, fitting_bench
from footdrop_imu.schema_rehab import RESTARTING_EVENTS, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd

__all__ = ["Pair", "TwoConditions", "two_conditions"]


class Pair(NamedTuple):
    """A day with the one condition and the nearest day with the other; values as they were measured."""

    first_day: date
    second_day: date
    first: float
    second: float


@dataclass(frozen=True)
class TwoConditions:
    """What walks of two conditions show of one measure.

    ``bench``: the comparison, as of a bench but with settings that nobody drew, the earlier one first. ``pairs``:
    nearest days, each day at most once. ``since``: the event after which walks count, None = none cut them.
    ``left_out``: walks that do not count, by reason: practice, before_event, other_conditions. ``walks``: of each
    walk in one of the two conditions, by its id, that reason, "" = it counts.
    """

    bench: Bench
    first: str
    second: str
    pairs: tuple[Pair, ...] = ()
    since: TimelineEvent | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    walks: Mapping[str, str] = field(default_factory=dict)


def two_conditions(
    measures: pd.DataFrame,
    events: Iterable[TimelineEvent],
    measure: str,
    key: str,
    values: tuple[str, str],
    affected: str,
    *,
    side: str = "",
    farthest_days: int = 10,
    config: BenchConfig | None = None,
) -> TwoConditions:
    """Compare a person's walks in two conditions that came by turns.

    Parameters
    ----------
    measures
        ``columns_rehab.WALK_MEASURE_COLUMNS``, all of the person's.
    events
        Of the person; walks before the last of ``RESTARTING_EVENTS`` and on its day do not count.
    measure
        What is compared.
    key, values
        Key of the condition, and its two values.
    affected, side
        As in ``fitting_bench``.
    farthest_days
        Apart that two days of a pair may be.
    config
        Limits of the comparison.

    Returns
    -------
    TwoConditions

    Raises
    ------
    SchemaError
        A column is missing, or a measure of a walk is there twice.

    Notes
    -----
    The model is the bench's: a level for each condition, a straight line along the walks, walking speed, and errors
    that are alike in neighboring walks; so each walk is compared with those beside it. What it needs is the same too,
    above all conditions that came by turns: half the weeks without and then half with cannot be told from the course
    of time. Nobody drew the order, so on the days with one condition something else may have been otherwise. Of the
    walks that differ in anything else the most frequent kind is compared. The first day of an activity is practice.
    """
    import pandas as pd

    conditions = {
        str(text): dict(part.split("=", 1) for part in str(text).split(";") if part)
        for text in measures["condition"].unique()
    }
    walks = measures.drop_duplicates("walk").set_index("walk")
    days = walks["day"]
    tested = walks["condition"].map(lambda text: conditions[text].get(key, "") in values).to_numpy(dtype=bool)
    practice = (days == walks.groupby("activity")["day"].transform("min")).to_numpy(dtype=bool)
    cut = max((event for event in events if event.kind in RESTARTING_EVENTS), key=lambda one: one.day, default=None)
    early = np.zeros(len(walks), dtype=bool) if cut is None else (days <= pd.Timestamp(cut.day)).to_numpy(dtype=bool)
    kind = [
        (activity, tuple(sorted((name, value) for name, value in conditions[text].items() if name != key)))
        for activity, text in zip(walks["activity"], walks["condition"], strict=True)
    ]
    counted = tested & ~practice & ~early
    commonest = Counter(one for one, counts in zip(kind, counted, strict=True) if counts).most_common(1)
    alike = np.array([bool(commonest) and one == commonest[0][0] for one in kind], dtype=bool)
    why = np.select([early, practice, ~alike], ["before_event", "practice", "other_conditions"], "")
    reasons = {str(walk): str(reason) for walk, reason, ours in zip(walks.index, why, tested, strict=True) if ours}
    own = measures[measures["walk"].isin(walks.index[counted & alike])]
    bench = fitting_bench(own, measure, key, affected, side=side, config=config)
    return TwoConditions(
        bench,
        *values,
        _pairs(own, bench, key, conditions, values, farthest_days),
        cut if early.any() else None,
        dict(Counter(reason for reason in reasons.values() if reason)),
        reasons,
    )


def _pairs(
    measures: pd.DataFrame,
    bench: Bench,
    key: str,
    conditions: Mapping[str, Mapping[str, str]],
    values: tuple[str, str],
    farthest_days: int,
) -> tuple[Pair, ...]:
    """Pair days of the one condition with days of the other, the nearest first."""
    rows = measures[(measures["measure"] == bench.measure) & (measures["quality"] == "good")]
    rows = rows[rows["side"] == (bench.side if (rows["side"] == bench.side).any() else "both")]
    setting = rows["condition"].map(lambda text: conditions[text].get(key, ""))
    means = [rows[setting == value].groupby("day")["value"].mean() for value in values]
    apart = sorted(
        (abs((one - other).days), one, other)
        for one in means[0].index
        for other in means[1].index
        if abs((one - other).days) <= farthest_days
    )
    taken: tuple[set[object], set[object]] = (set(), set())
    pairs = []
    for _, one, other in apart:
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            pairs.append(Pair(one.date(), other.date(), float(means[0][one]), float(means[1][other])))
    return tuple(sorted(pairs))
