"""One bout, two entries: what came in twice, and what was both reported by hand and counted by the sensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BoutConfig", "last_entered", "pairs", "second_taps"]


@dataclass(frozen=True)
class BoutConfig:
    """When two entries are one bout. This project's own numbers."""

    same_source_s: float = 60.0
    """A second tap, or a recording read in twice: no two bouts of an exercise begin within a minute."""
    other_source_s: float = 3600.0
    """An entry by hand is made after the bout; bouts of several times a day lie farther apart."""


def pairs(table: pd.DataFrame, config: BoutConfig | None = None) -> pd.DataFrame:
    """Find the bouts that were both reported by hand and counted by the sensor.

    Parameters
    ----------
    table
        ``LOG_ENTRY_COLUMNS``: entries that stand, with a fresh index.
    config
        How far apart the two may lie.

    Returns
    -------
    pandas.DataFrame
        Columns ``reported`` and ``counted``: rows of the table. Each row is in one pair at most, nearest in time first;
        entries of opposite sides, and what was said not to be done, are no pair.
    """
    import pandas as pd

    config = config or BoutConfig()
    sensor = (table["source"] == "sensor").to_numpy()
    said = ~sensor & (table["outcome"] != "not_done").to_numpy()
    exercise, _ = pd.factorize(table["exercise"])
    at = table["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    side = table["side"].to_numpy()
    window = round(config.other_source_s * 1e6)
    none = pd.DataFrame({name: np.array([], dtype=np.int64) for name in ("reported", "counted", "apart")})
    codes = np.intersect1d(exercise[sensor], exercise[said])
    near = pd.concat(
        [none, *(_near(at, said & (exercise == code), sensor & (exercise == code), window) for code in codes)]
    )
    one, other = side[near["reported"]], side[near["counted"]]
    near = near[~(((one == "left") & (other == "right")) | ((one == "right") & (other == "left")))]
    near = near.sort_values(["apart", "counted", "reported"], kind="stable")
    found = [none]
    while len(near):
        best = near[~near["reported"].duplicated() & ~near["counted"].duplicated()]
        found.append(best)
        near = near[~near["reported"].isin(best["reported"]) & ~near["counted"].isin(best["counted"])]
    return pd.concat(found, ignore_index=True)[["reported", "counted"]]


def second_taps(table: pd.DataFrame, config: BoutConfig) -> np.ndarray:
    """Say of each row whether it came in twice and another of its kind counts (n,)."""
    import pandas as pd

    at = table["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    kind = np.zeros(len(table), dtype=np.int64)
    for values in (table["exercise"], table["side"], table["level"], table["source"], table["outcome"] == "excused"):
        codes, unique = pd.factorize(values)
        kind = kind * len(unique) + codes
    order = np.lexsort([at, kind])
    new = np.ones(len(table), dtype=bool)
    new[1:] = (np.diff(kind[order]) != 0) | (np.diff(at[order]) >= config.same_source_s * 1e6)
    bout = np.empty(len(table), dtype=np.int64)
    bout[order] = np.cumsum(new)
    several = np.nonzero(pd.Series(bout).duplicated(keep=False).to_numpy())[0]
    second = np.zeros(len(table), dtype=bool)
    second[several] = True
    second[several[last_entered(table.iloc[several], bout[several])]] = False
    return second


def last_entered(rows: pd.DataFrame, group: np.ndarray) -> np.ndarray:
    """Find the row of each group that was entered last; the same whatever order the rows are in."""
    entered = rows["entered_at"].to_numpy().astype("datetime64[us]").astype(np.int64)  # NaT is the least
    at = rows["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    order = np.lexsort([rows["id"].to_numpy().astype(str), at, entered, group])
    last = np.ones(len(order), dtype=bool)
    last[:-1] = np.diff(group[order]) != 0
    found: np.ndarray = order[last]
    return found


def _near(at: np.ndarray, reported: np.ndarray, counted: np.ndarray, window: int) -> pd.DataFrame:
    """Give every reported row with every counted one that begins less than a window (µs) apart."""
    import pandas as pd

    (by_hand,), (by_sensor,) = np.nonzero(reported), np.nonzero(counted)
    by_sensor = by_sensor[np.argsort(at[by_sensor], kind="stable")]
    first = np.searchsorted(at[by_sensor], at[by_hand] - window, side="right")
    count = np.searchsorted(at[by_sensor], at[by_hand] + window, side="left") - first
    hand = np.repeat(by_hand, count)
    place = np.arange(len(hand)) - np.repeat(np.cumsum(count) - count - first, count)
    sensor = by_sensor[place]
    return pd.DataFrame({"reported": hand, "counted": sensor, "apart": np.abs(at[hand] - at[sensor])})
