"""How a measure goes with time, and with the time since exercising began, without a model of its distribution."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.autocorrelation import Course, course, draws, fit, noise
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["TOO_LITTLE_DATA", "CorrectedTau", "Slope", "TrendConfig", "corrected_tau", "theil_sen"]

TOO_LITTLE_DATA = "too_little_data"
"""Reason of a result that holds NaN for want of sessions."""


@dataclass(frozen=True)
class TrendConfig:
    """How much is needed, and how much is reckoned."""

    fewest_before: int = 3
    """Sessions before exercising began. With fewer a course before it cannot be seen at all."""
    fewest_after: int = 5
    """Sessions since; both together are needed for a trend."""
    confidence: float = 0.95
    """Of intervals."""
    baseline_level: float = 0.05
    """A trend before exercising with a smaller p is taken out (Tarlow 2017)."""
    most_orders: int = 5040
    """Orders of the blocks that a course is cut into: all of them where there are no more, that of seven blocks."""
    drawn_orders: int = 1999
    """Where there are more."""
    draw_count: int = 599
    """Courses drawn with autocorrelation."""
    seed: int = 20170401
    """Of both: the same course gives the same answer."""


class Slope(NamedTuple):
    """Change of a measure by week with its interval, in its own unit; NaN where ``reason`` is not ""."""

    per_week: float
    low_per_week: float
    high_per_week: float
    visit_count: int
    autocorrelation: float
    reason: str = ""


class CorrectedTau(NamedTuple):
    """Kendall's tau-b of a measure with the phase (0 before, 1 since exercising began); NaN where ``reason`` is not "".

    ``p_value`` is the larger of ``permutation_p_value`` and ``model_p_value``. ``removed_per_week`` the trend of the
    sessions before that was taken out of all, 0 where none was; ``before_tau``, ``before_p_value`` of the sessions
    before with time.
    """

    tau: float
    p_value: float
    permutation_p_value: float
    model_p_value: float
    removed_per_week: float
    before_tau: float
    before_p_value: float
    before_count: int
    after_count: int
    order_count: int
    reason: str = ""


def theil_sen(day: FloatArray, value: FloatArray, config: TrendConfig | None = None) -> Slope:
    """Give the median slope of all pairs of visits, with an interval that knows of autocorrelation.

    Parameters
    ----------
    day
        (n,) days of the visits, from any origin.
    value
        (n,) measure; NaN is left out, values of one day are averaged.
    config
        Limits.

    Returns
    -------
    Slope

    Raises
    ------
    SchemaError
        Days and values that do not belong together.

    Notes
    -----
    Slope: Theil 1950; Sen 1968, JASA 63:1379, doi 10.1080/01621459.1968.10480934. Sen's interval takes visits as
    independent and with an autocorrelation of 0.6 covers the truth in three of four courses. Here courses without a
    trend are drawn on the same days, with autocorrelations as likely as this course makes them, and the quantile of
    their slopes, each over the sd of its own residuals, is the interval's reach (a bootstrap-t).
    """
    config = config or TrendConfig()
    visits = course(day, value)
    count = len(visits.day)
    if count < config.fewest_before + config.fewest_after:
        return Slope(*(np.nan,) * 3, count, np.nan, TOO_LITTLE_DATA)
    errors = noise(visits.day)
    model = fit(np.column_stack([np.ones(count), visits.day - visits.day.mean()]), visits.value, errors)
    drawn = draws(model.weight, errors, config.draw_count, config.seed).T
    slope = float(_slopes(visits.day, visits.value))
    slopes = _slopes(visits.day, drawn)
    student = np.abs(slopes) / _spread(drawn - slopes[:, None] * visits.day)
    reach = float(np.quantile(student, config.confidence)) * float(_spread(visits.value - slope * visits.day))
    return Slope(7.0 * slope, 7.0 * (slope - reach), 7.0 * (slope + reach), count, model.rho)


def corrected_tau(
    day: FloatArray, value: FloatArray, start_day: float, config: TrendConfig | None = None
) -> CorrectedTau:
    """Say how a measure goes with the phase, a trend of the sessions before exercising taken out.

    Parameters
    ----------
    day
        (n,) days of the visits, from any origin.
    value
        (n,) measure; NaN is left out, values of one day are averaged.
    start_day
        First day of the later phase.
    config
        Limits.

    Returns
    -------
    CorrectedTau

    Raises
    ------
    SchemaError
        Days and values that do not belong together, or a start that is not finite.

    Notes
    -----
    Baseline-corrected Tau (Tarlow 2017, Behavior Modification 41:427, doi 10.1177/0145445516676750): where Kendall's
    tau of the earlier sessions with time has p < 0.05, their Theil-Sen line goes out of all sessions. Time is in days,
    not in sessions. Its p takes sessions as independent.
    Here the course is cut into blocks of about the cube root of its length and their orders are gone through, each
    corrected anew where the course was. Blocks so short keep too little: with an autocorrelation of 0.6 they alone
    find a change in 12 to 17 % of courses without any; blocks long enough are too few to find one. Hence beside it the
    p among courses drawn with autocorrelations as likely as this course makes them, and the larger of both. With
    fewer than about ten sessions no course reaches 5 %.
    """
    config = config or TrendConfig()
    if not np.isfinite(start_day):
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The later phase starts on day {start_day}: give a number.")
    visits = course(day, value)
    before = int((visits.day < start_day).sum())
    after = len(visits.day) - before
    if before < config.fewest_before or after < config.fewest_after:
        return CorrectedTau(*(np.nan,) * 7, before, after, 0, TOO_LITTLE_DATA)
    from scipy.stats import kendalltau  # half a second the first time

    early = np.ptp(visits.value[:before]) > 0.0
    before_tau, before_p = kendalltau(visits.day[:before], visits.value[:before]) if early else (0.0, 1.0)
    corrects = bool(before_p < config.baseline_level)
    removed = float(_slopes(visits.day[:before], visits.value[:before])) if corrects else 0.0
    kept = _rounded(visits.value - removed * visits.day)
    phase = (np.arange(len(kept)) >= before).astype(float)
    tau = float(kendalltau(phase, kept).statistic) if np.ptp(kept) > 0.0 else 0.0
    orders = _orders(len(kept), config)
    found = abs(float(_later_above(kept, before)))
    reordered = np.abs(_again(visits.day, kept[orders], before, corrects=corrects))
    drawn = np.abs(_again(visits.day, _drawn(visits, kept, phase, config), before, corrects=corrects))
    permuted_p = float((reordered >= found).mean())
    model_p = float((1 + (drawn >= found).sum()) / (1 + len(drawn)))
    return CorrectedTau(
        tau,
        max(permuted_p, model_p),
        permuted_p,
        model_p,
        7.0 * removed,
        float(before_tau),
        float(before_p),
        before,
        after,
        len(orders),
    )


def _slopes(day: FloatArray, series: FloatArray) -> FloatArray:
    """Median over all pairs of visits of the slope between them, of each series (..., n)."""
    series = np.ascontiguousarray(series)
    after = range(1, len(day))
    pairs = [(series[..., one:] - series[..., one - 1, None]) / (day[one:] - day[one - 1]) for one in after]
    slopes = np.concatenate(pairs, axis=-1)
    # np.median sorts about three times as much: millions of slopes are looked at
    middle = slopes.shape[-1] // 2
    slopes.partition(middle)
    upper: FloatArray = slopes[..., middle]
    lower: FloatArray = upper if slopes.shape[-1] % 2 else slopes[..., :middle].max(axis=-1)
    return 0.5 * (lower + upper)


def _spread(series: FloatArray) -> FloatArray:
    spread: FloatArray = series.std(axis=-1)
    return spread


def _rounded(series: FloatArray) -> FloatArray:
    """Take out what rounding adds, which would order values that are equal."""
    size = np.abs(series - np.median(series)).max()
    return np.round(series / size, 9) if size > 0.0 else np.zeros_like(series)


def _later_above(series: FloatArray, before: int) -> FloatArray:
    """Pairs of an earlier and a later session in which the later is higher, minus those in which it is lower.

    From ranks, as Mann and Whitney count them; ties count nothing.
    """
    from scipy.stats import rankdata

    after = series.shape[-1] - before
    count: FloatArray = 2.0 * rankdata(series, axis=-1)[..., before:].sum(axis=-1) - after * (series.shape[-1] + 1)
    return count


def _again(day: FloatArray, series: FloatArray, before: int, *, corrects: bool) -> FloatArray:
    if corrects:
        series = series - _slopes(day[:before], series[..., :before])[..., None] * day
    return _later_above(series, before)


def _orders(count: int, config: TrendConfig) -> IntArray:
    """Indices (orders, count) of orders of blocks of equal length, the last one shorter; the first is as it was."""
    length = max(2, round(count ** (1.0 / 3.0)))
    blocks = -(-count // length)
    if factorial(blocks) <= config.most_orders:
        shuffled = np.array(list(permutations(range(blocks))))
    else:
        shuffled = np.argsort(np.random.default_rng(config.seed).random((1 + config.drawn_orders, blocks)), axis=1)
        shuffled[0] = np.arange(blocks)
    indices = (shuffled[:, :, None] * length + np.arange(length)).reshape(len(shuffled), -1)
    orders: IntArray = indices[indices < count].reshape(len(shuffled), count)
    return orders


def _drawn(visits: Course, kept: FloatArray, phase: FloatArray, config: TrendConfig) -> FloatArray:
    errors = noise(visits.day)
    model = fit(np.column_stack([np.ones(len(kept)), phase]), kept, errors)
    return draws(model.weight, errors, config.draw_count, config.seed).T
