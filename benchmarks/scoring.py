"""Scores that are the same whatever is compared: matching of events, bias, spread, agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from footdrop_imu.schema import FloatArray, IntArray, Session, SessionResult

Estimator = Callable[[Session], SessionResult]
"""Whatever makes a result from a session: this project, or another one in its own process."""


class Found(NamedTuple):
    """How many of the reference's events were found, one to one."""

    reference_count: int
    found_count: int
    matched_count: int

    @property
    def recall(self) -> float:
        """Share of the reference that was found; NaN without a reference."""
        return self.matched_count / self.reference_count if self.reference_count else float("nan")

    @property
    def precision(self) -> float:
        """Share of what was found that is in the reference; NaN where nothing was found."""
        return self.matched_count / self.found_count if self.found_count else float("nan")

    def __add__(self, other: object) -> Found:
        """Add the counts of two recordings."""
        if not isinstance(other, Found):
            return NotImplemented
        return Found(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def match_events(found_s: FloatArray, reference_s: FloatArray, tolerance_s: float = 0.25) -> IntArray:
    """Pair found with reference events one to one, nearest pairs first.

    Parameters
    ----------
    found_s, reference_s
        Times in s, (n,) and (m,), in any order.
    tolerance_s
        Pairs farther apart are no pairs.

    Returns
    -------
    ndarray of int64, (k, 2)
        Index into ``found_s`` and index into ``reference_s``, in the reference's order.
    """
    distance = np.abs(np.subtract.outer(found_s, reference_s))
    rows, columns = np.nonzero(distance <= tolerance_s)
    order = np.argsort(distance[rows, columns], kind="stable")
    free_rows, free_columns = set(rows.tolist()), set(columns.tolist())
    pairs = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if row in free_rows and column in free_columns:
            pairs.append((row, column))
            free_rows.discard(row)
            free_columns.discard(column)
    return np.array(sorted(pairs, key=lambda pair: pair[1]), dtype=np.int64).reshape(-1, 2)


def rms(values: FloatArray) -> float:
    """Root mean square of the finite values; NaN without any."""
    kept = np.asarray(values)[np.isfinite(values)]
    return float(np.sqrt(np.mean(np.square(kept)))) if kept.size else float("nan")


def bias(values: FloatArray) -> float:
    """Mean of the finite values; NaN without any."""
    kept = np.asarray(values)[np.isfinite(values)]
    return float(kept.mean()) if kept.size else float("nan")


def spread(values: FloatArray) -> float:
    """Sample standard deviation (n - 1) of the finite values; NaN below two."""
    kept = np.asarray(values)[np.isfinite(values)]
    return float(kept.std(ddof=1)) if kept.size > 1 else float("nan")


def correlation(first: FloatArray, second: FloatArray) -> float:
    """Pearson's r over the pairs that are finite in both; NaN below three."""
    kept = np.isfinite(first) & np.isfinite(second)
    if kept.sum() < 3:
        return float("nan")
    return float(np.corrcoef(first[kept], second[kept])[0, 1])


def change_within_person(own: FloatArray, reference: FloatArray, person: Sequence[str]) -> float:
    """Error of the change between trials of a person.

    Root of the sum over trials of (own - reference)² after each person's mean difference is taken away, divided
    by (trials - people). NaN where no person has two trials.

    Parameters
    ----------
    own, reference
        (n,) one value a trial.
    person
        Whose trial it is, (n,).
    """
    difference = pd.Series(np.asarray(own) - np.asarray(reference))
    who = pd.Series(list(person))
    kept = difference.notna()
    difference, who = difference[kept], who[kept]
    freedom = len(difference) - who.nunique()
    if freedom < 1:
        return float("nan")
    centered = difference - difference.groupby(who).transform("mean")
    return float(np.sqrt((centered**2).sum() / freedom))


class Agreement(NamedTuple):
    """Bland and Altman's figures: bias and the limits that hold 95 % of the differences."""

    bias: float
    low: float
    high: float
    pairs: int


def agreement(own: FloatArray, reference: FloatArray) -> Agreement:
    """Bias and 95 % limits of agreement, bias ± 1.96 sd (Bland and Altman 1986, 10.1016/S0140-6736(86)90837-8)."""
    difference = np.asarray(own) - np.asarray(reference)
    middle, sd = bias(difference), spread(difference)
    return Agreement(middle, middle - 1.96 * sd, middle + 1.96 * sd, int(np.isfinite(difference).sum()))


def swings_of(strides: pd.DataFrame, rejected: pd.DataFrame, side: str) -> pd.DataFrame:
    """Toe off and contact (sample indices and s) of every swing of one side, accepted or rejected, in time order."""
    columns = ["toe_off", "initial_contact", "toe_off_time_s", "initial_contact_time_s"]
    parts = [table.loc[table["side"] == side, columns].astype("float64") for table in (strides, rejected)]
    swings = pd.concat([part for part in parts if len(part)] or parts[:1])
    return swings.dropna(subset=["toe_off", "initial_contact"]).sort_values("initial_contact", ignore_index=True)


@dataclass(frozen=True)
class Bar:
    """What a figure must reach. ``kind`` says how it is held: at_least, at_most, within (either sign) or between.

    ``low`` is the lower end of a bar of the kind between, ``value`` the upper.
    """

    value: float
    kind: str = "at_most"
    low: float = float("nan")

    def reached(self, figure: float) -> bool:
        """Whether the figure holds the bar; a NaN never does."""
        if self.kind == "at_least":
            return figure >= self.value
        if self.kind == "between":
            return self.low <= figure <= self.value
        return abs(figure) <= self.value if self.kind == "within" else figure <= self.value

    def __str__(self) -> str:
        """Write the bar as a table shows it."""
        if self.kind == "between":
            return f"{self.low:g} to {self.value:g}"
        sign = {"at_least": "≥ ", "at_most": "≤ ", "within": "± "}[self.kind]
        return f"{sign}{self.value:g}"


def show(figures: Mapping[str, float], bars: Mapping[str, Bar]) -> str:
    """Figures in lines, with their bars and whether they are reached, for a terminal."""
    lines = []
    for name, figure in figures.items():
        bar = bars.get(name)
        verdict = "" if bar is None else f"   bar {bar}   {'reached' if bar.reached(figure) else 'NOT REACHED'}"
        lines.append(f"{name:<48}{figure:>12.4g}{verdict}")
    return "\n".join(lines)
