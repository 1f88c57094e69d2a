"""The change of one measure from its first days to its latest, with what is measurement error in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Change", "ChangeConfig", "compare_days"]


@dataclass(frozen=True)
class ChangeConfig:
    """What is assumed of a person's days before any is seen, and how sure a verdict is."""

    prior_days: float = 0.5
    """Degrees of freedom of the prior standard error of measurement. Few, for a person's days may scatter half or twice
    as much as those of others, and most priors are not published."""
    independent_share: float = 0.45
    """How likely it is beforehand that a day tells nothing of the next one's error. All correlations from one step to
    the greatest share the rest alike. A few visits cannot tell; with one uniform prior the error would be right only
    on average, 1 % for independent days and 10 % at a correlation of 0.6."""
    correlation_step: float = 0.1
    greatest_correlation: float = 0.9
    one_sided_error: float = 0.05
    """How often an unchanged person's change exceeds the smallest detectable one upward, and as often downward."""
    confidence: float = 0.95
    """Of the interval, two-sided."""
    most_between: int = 24
    """Of the days between, those next to baseline and latest are looked at, no more than so many."""
    block_days: int = 7
    """Of these, about so many share a level: the course may go up and down in between."""


class Change(NamedTuple):
    """Of each series (S,), in the measure's unit: latest minus baseline, and how far that can be trusted."""

    baseline: FloatArray
    """Mean of the baseline's days."""
    latest: FloatArray
    """Mean of the latest days."""
    change: FloatArray
    """Latest minus baseline; at equal speed where a speed was given."""
    low: FloatArray
    high: FloatArray
    """The 95 % interval of the true change."""
    smallest_detectable: FloatArray
    """What an unchanged person's change exceeds, in either direction, in one of twenty comparisons each."""
    chance: FloatArray
    """How likely so large a change or a larger one, in its direction, is in an unchanged person."""
    sem: FloatArray
    """Standard error of measurement of one day, the prior's share included."""
    correlation: FloatArray
    """Between one visit and the next, as it is judged now."""


def compare_days(
    values: FloatArray,
    day: IntArray,
    baseline_count: int,
    latest_count: int,
    prior_sem: FloatArray,
    standard_error: FloatArray | None = None,
    speed_mps: FloatArray | None = None,
    config: ChangeConfig | None = None,
) -> Change:
    """Compare the latest days of series with their first ones.

    Parameters
    ----------
    values
        (S, n): one value a day of each of S series that share their days; finite.
    day
        (n,): day numbers, rising.
    baseline_count, latest_count
        How many days from the front and from the end are compared, at least two each and apart.
    prior_sem
        (S,): what a day's value scatters by in people like this one; NaN = nothing is known beforehand.
    standard_error
        (S, n): of each day's value, from within its walks; NaN = not known.
    speed_mps
        (n,): the days' walking speed; given, the change is that at equal speed.
    config
        Prior and levels.

    Returns
    -------
    Change
        Arrays (S,).

    Raises
    ------
    SchemaError
        Days that do not rise, or too few for the two groups and the course.

    Notes
    -----
    The change is the plain difference of two means of days. Its error comes from all days: around the course the
    residuals are a first-order autoregression from visit to visit, a gap counting as the whole visits it would have
    held. The course is either plain (a level, a ramp from baseline to latest days, one slope within these) or free (a
    level for either and for each block of days between, a slope within the two and one within the blocks). For each
    course and correlation of a grid the residual variance has a scaled inverse chi-square posterior (prior:
    ``prior_sem`` squared plus the mean of the stated ``standard_error`` squared, ``prior_days`` degrees of freedom),
    so that the change has a t distribution. The mixture of these gives the quantiles, each weighted by its prior and
    by how well it fits (marginal likelihood, a further column costing the root of the number of days as in Schwarz
    1978, Annals of Statistics 6:461, doi 10.1214/aos/1176344136; the prior of the variance stays out of it, or a calm
    person would look correlated). Nothing is iterated to a fit. A day with a larger stated error has a larger
    variance. With ``speed_mps`` the days' speed is one more column, and the uncertainty of its coefficient enters.

    A change is called detectable beyond the one-sided 5 % quantile, the convention of minimal detectable changes at
    90 % confidence. The t quantile from few days and the shrunk variance follow Gelman et al. 2013, Bayesian Data
    Analysis, sections 2.6 and 14.2; serial correlation in one person's course: Huitema & McKean 1991, Psychological
    Bulletin 110:291, doi 10.1037/0033-2909.110.2.291.
    """
    from scipy.special import gammaln

    config = config or ChangeConfig()
    _check(day, baseline_count, latest_count)
    count = day.shape[0]
    kept, designs = _courses(day, baseline_count, latest_count, config)
    contrast = np.zeros(count)
    contrast[:baseline_count] = -1.0 / baseline_count
    contrast[count - latest_count :] = 1.0 / latest_count
    baseline = values[:, :baseline_count].mean(axis=1)
    latest = values[:, count - latest_count :].mean(axis=1)

    error = _stated(values, standard_error)
    between = np.where(np.isfinite(prior_sem), prior_sem, 0.0)[:, None] ** 2
    stated = (error[:, kept] ** 2).mean(axis=1, keepdims=True)
    prior_variance = (between + stated)[:, 0]
    known = between > 0.0
    spread = np.sqrt(
        np.where(known, (between + error[:, kept] ** 2) / np.where(known, between + stated, 1.0), 1.0)
    )  # (S, m): relative sd of each day
    prior_days = np.where(known[:, 0], config.prior_days, 0.0)

    lag = _lags(day[kept])
    rho, prior = _correlations(config)
    given = contrast[kept]
    if speed_mps is not None:
        centered = speed_mps[kept] - speed_mps[kept].mean()
        centered = centered / max(float(np.abs(centered).max()), 1e-9)
        designs = [np.column_stack([design, centered]) for design in designs]
    own_days = np.array([kept.shape[0] - design.shape[1] for design in designs]).repeat(rho.shape[0])
    if own_days.min() < 1:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"{count} days do not tell a course from its error: give more.")
    fits = [_fit(values[:, kept], spread, design, rho, lag) for design in designs]
    squares = np.concatenate([fit.squares for fit in fits], axis=1)  # (S, R): each course at each correlation
    log_scale = np.concatenate([fit.log_scale for fit in fits], axis=1)
    rho, prior = np.tile(rho, len(fits)), np.tile(prior, len(fits))

    floor = np.finfo(float).tiny
    columns = kept.shape[0] - own_days
    # in units of the residuals, or the courses' weights would depend on the measure's unit
    unit = np.maximum(fits[-1].squares[:, :1] / own_days[-1], floor)
    evidence = log_scale + gammaln(0.5 * own_days) - 0.5 * own_days * np.log(np.maximum(squares / unit, floor))
    log_weight = np.log(prior) + evidence - 0.5 * columns * np.log(0.5 * kept.shape[0])
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    free = own_days + prior_days[:, None]  # (S, R)
    total = np.maximum(prior_days[:, None] * prior_variance[:, None] + squares, floor)
    variance = total / free

    estimator = np.broadcast_to(given, (*squares.shape, kept.shape[0]))  # (S, R, m)
    if speed_mps is not None:
        slope = np.concatenate([fit.last_row for fit in fits], axis=1)
        estimator = estimator - float(given @ designs[0][:, -1]) * slope
    center = np.einsum("srm,sm->sr", estimator, values[:, kept])
    scale = np.sqrt(np.maximum(variance * _correlate(estimator * spread[:, None, :], rho, lag), floor))

    change = (weight * center).sum(axis=1)
    tail = (1.0 - config.confidence) / 2.0
    upper = _quantile(1.0 - tail, weight, center, scale, free)
    lower = _quantile(tail, weight, center, scale, free)
    detectable = _quantile(1.0 - config.one_sided_error, weight, center, scale, free) - change
    beyond = _below(np.zeros_like(change), weight, center, scale, free)
    return Change(
        baseline,
        latest,
        change,
        lower,
        upper,
        detectable,
        np.minimum(beyond, 1.0 - beyond),
        np.sqrt((weight * variance).sum(axis=1)),
        (weight * rho).sum(axis=1),
    )


def _check(day: IntArray, baseline_count: int, latest_count: int) -> None:
    if min(baseline_count, latest_count) < 2 or baseline_count + latest_count > day.shape[0]:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"{baseline_count} and {latest_count} of {day.shape[0]} days: give at least two each, and none twice.",
        )
    if (np.diff(day) <= 0).any():
        raise SchemaError(SchemaReason.WRONG_VALUE, "The days do not rise: give each day once, oldest first.")


def _stated(values: FloatArray, standard_error: FloatArray | None) -> FloatArray:
    """Each day's stated error (S, n); where none is stated the series' usual one, 0 where it has none at all."""
    if standard_error is None:
        return np.zeros_like(values)
    known = np.isfinite(standard_error)
    squares = np.where(known, standard_error, 0.0) ** 2
    usual = np.sqrt(squares.sum(axis=1) / np.maximum(known.sum(axis=1), 1))
    return np.where(known, standard_error, usual[:, None])


def _courses(day: IntArray, baseline: int, latest: int, config: ChangeConfig) -> tuple[IntArray, list[FloatArray]]:
    """Days that are looked at (m,), and the columns (m, p) of either course: the plain one, and one with blocks."""
    count = day.shape[0]
    between = np.arange(baseline, count - latest)
    if between.shape[0] > config.most_between:
        half = config.most_between // 2
        between = np.concatenate([between[:half], between[-half:]])
    number = between.shape[0]
    # an even number: a step halfway, the likeliest one, falls between two
    blocks = [between] if number < 4 else np.array_split(between, 2 * max(1, round(0.5 * number / config.block_days)))
    groups = [np.arange(baseline), *(block for block in blocks if block.shape[0]), np.arange(count - latest, count)]
    kept = np.concatenate(groups)
    which = np.repeat(np.arange(len(groups)), [group.shape[0] for group in groups])
    within = np.concatenate([day[group] - day[group].mean() for group in groups])
    ends = (which == 0) | (which == len(groups) - 1)
    levels = (which[:, None] == np.arange(len(groups))).astype(np.float64)
    if number < config.block_days:
        slopes = within[:, None]
    else:
        slopes = np.where(np.stack([ends, ~ends], axis=1), within[:, None], 0.0)
    full = np.concatenate([levels, slopes / np.abs(slopes).max(axis=0)], axis=1)
    time = day[kept].astype(np.float64)
    first, last = time[baseline - 1], time[-latest]
    ramp = np.clip((time - first) / (last - first), 0.0, 1.0)
    outside = np.where(ends, within, 0.0)
    plain = np.stack([np.ones_like(time), ramp, outside / np.abs(outside).max()], axis=1)
    return kept, [plain, full] if number else [full]


def _correlations(config: ChangeConfig) -> tuple[FloatArray, FloatArray]:
    """The grid of correlations (R,), and how likely each is beforehand."""
    rho = np.arange(0.0, config.greatest_correlation + 1e-9, config.correlation_step)
    prior = np.full_like(rho, (1.0 - config.independent_share) / max(rho.shape[0] - 1, 1))
    prior[0] = config.independent_share
    return rho, prior


def _lags(day: IntArray) -> FloatArray:
    """Visits from each day to the next one (m - 1,): a gap counts as the visits it would have held."""
    gap = np.diff(day).astype(np.float64)
    return np.asarray(np.maximum(1.0, np.floor(gap / np.median(gap))))


class _Fit(NamedTuple):
    squares: FloatArray
    """(S, R): residual sum of squares, whitened."""
    log_scale: FloatArray
    """(S, R): of the marginal likelihood, what does not hold the squares."""
    last_row: FloatArray
    """(S, R, m): the estimator of the last column's coefficient."""


def _fit(values: FloatArray, spread: FloatArray, design: FloatArray, rho: FloatArray, lag: FloatArray) -> _Fit:
    """Generalized least squares of all series for every correlation, by whitening."""
    step = rho[:, None] ** lag  # (R, m - 1)
    shrink = np.sqrt(1.0 - step**2)

    def whiten(series: FloatArray) -> FloatArray:
        """(S, m, c) to (S, R, m, c)."""
        rest = (series[:, None, 1:] - step[None, :, :, None] * series[:, None, :-1]) / shrink[None, :, :, None]
        first = np.broadcast_to(series[:, None, :1], (series.shape[0], rho.shape[0], 1, series.shape[2]))
        return np.concatenate([first, rest], axis=2)

    columns = whiten(design[None] / spread[:, :, None])
    target = whiten((values / spread)[:, :, None])
    across = np.swapaxes(columns, 2, 3)
    normal = across @ columns  # (S, R, p, p)
    weights = np.linalg.solve(normal, across)  # (S, R, p, m) on whitened values
    residual = target - columns @ (weights @ target)
    squares = (residual[..., 0] ** 2).sum(axis=2)
    log_scale = -np.log(shrink).sum(axis=1)[None] - 0.5 * np.linalg.slogdet(normal)[1]
    last = weights[:, :, -1, :]
    # back from whitened to the days' own values: the transpose of the whitening
    own = last.copy()
    own[:, :, 1:] /= shrink
    own[:, :, :-1] -= step * own[:, :, 1:]
    return _Fit(squares, log_scale, own / spread[:, None, :])


def _correlate(estimator: FloatArray, rho: FloatArray, lag: FloatArray) -> FloatArray:
    """Variance (S, R) of weights (S, R, m) on days whose correlation falls with the visits between."""
    place = np.concatenate([[0.0], np.cumsum(lag)])
    matrix = rho[:, None, None] ** np.abs(place[:, None] - place[None, :])
    return np.asarray(np.einsum("srm,rmk,srk->sr", estimator, matrix, estimator, optimize=True))


def _below(at: FloatArray, weight: FloatArray, center: FloatArray, scale: FloatArray, free: FloatArray) -> FloatArray:
    """Share of the mixture (S, R) of t distributions below ``at`` (S,)."""
    from scipy.special import stdtr

    return np.asarray((weight * stdtr(free, (at[:, None] - center) / scale)).sum(axis=1))


def _quantile(share: float, weight: FloatArray, center: FloatArray, scale: FloatArray, free: FloatArray) -> FloatArray:
    """Quantile (S,) of the mixture, by Newton between those of its parts."""
    from scipy.special import gammaln, stdtrit

    parts = center + scale * stdtrit(free, share)
    low, high = parts.min(axis=1), parts.max(axis=1)
    at = (weight * parts).sum(axis=1)
    power = 0.5 * (free + 1.0)
    height = np.exp(gammaln(power) - gammaln(0.5 * free)) / np.sqrt(np.pi * free)
    # in a tail the distribution is concave or convex: after one step Newton's method comes from one side
    for _ in range(12):
        apart = (at[:, None] - center) / scale
        density = (height * weight / scale * (1.0 + apart**2 / free) ** -power).sum(axis=1)
        at = np.clip(at - (_below(at, weight, center, scale, free) - share) / density, low, high)
    return np.asarray(at)
