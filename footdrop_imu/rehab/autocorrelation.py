"""Straight-line models of one person's course whose neighboring visits resemble each other.

Errors are autoregressive of first order. Where visits come unevenly that can be meant in two ways: by days (two visits
d days apart correlate by rho ** (d / spacing), spacing being the median number of days between visits) or by visits
(each is like the one before, whenever that was). Nobody knows which; both are thought as likely, and a model that only
knows days finds what is not there in half as many courses again where the truth goes by visits.

How strong the autocorrelation is cannot be told from a short series: 15 visits with a trend taken out know it to about
0.3, and the common estimates (Cochrane-Orcutt, maximum likelihood) come out too low. So it is not estimated and then
taken for true: every value of a grid enters with the weight that its restricted likelihood gives it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["MOST_VISITS", "RHOS", "Course", "Noise", "Posterior", "course", "draws", "fit", "noise", "noise_weights"]

RHOS: FloatArray = np.linspace(0.0, 0.9, 13)
"""Autocorrelations of neighboring visits that are thought possible, each as likely as the others beforehand."""


MOST_VISITS = 104
"""More are averaged over equal stretches of time: the cost grows with the cube of their number."""


class Course(NamedTuple):
    """Visits in order of time: ``day`` (n,) real, ``value`` (n,), ``place`` (given,) index of each given value's visit.

    ``place`` is -1 for a value that was left out.
    """

    day: FloatArray
    value: FloatArray
    place: IntArray

    @property
    def left_out_count(self) -> int:
        """Values that were not finite."""
        return int((self.place < 0).sum())

    def averaged(self, given: FloatArray) -> FloatArray:
        """Average another quantity (given,) as the values were."""
        kept = self.place >= 0
        count = np.bincount(self.place[kept], minlength=len(self.day))
        return np.bincount(self.place[kept], np.asarray(given, dtype=float)[kept], len(self.day)) / count


def course(day: FloatArray, value: FloatArray, most: int = MOST_VISITS) -> Course:
    """Put visits in order of time; values that are not finite are left out, those of one day averaged.

    More than ``most`` visits are averaged over ``most`` equal stretches of time.

    Raises
    ------
    SchemaError
        Arrays of different lengths or more than one axis, or days that are not finite.
    """
    days, values = np.asarray(day, dtype=float), np.asarray(value, dtype=float)
    if days.ndim != 1 or days.shape != values.shape:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"Days of shape {days.shape} and values of shape {values.shape}: expected one day for each value.",
        )
    if not np.isfinite(days).all():
        raise SchemaError(SchemaReason.WRONG_VALUE, "A visit without a day: give every visit the day it was on.")
    kept = np.isfinite(values)
    apart, inverse = np.unique(days[kept], return_inverse=True)
    if len(apart) > most:
        stretch = np.minimum((apart - apart[0]) / (apart[-1] - apart[0]) * most, most - 1).astype(np.int64)
        inverse = np.unique(stretch, return_inverse=True)[1][inverse]
    place = np.full(len(days), -1, dtype=np.int64)
    place[kept] = inverse
    empty = Course(np.zeros(len(np.unique(inverse))), np.zeros(0), place)
    return Course(empty.averaged(days), empty.averaged(values), place)


@dataclass(frozen=True)
class Noise:
    """What correlates how: autocorrelations (g,), for each the correlations' root, what undoes it, half its log det."""

    rhos: FloatArray
    roots: FloatArray
    whitening: FloatArray
    half_log_det: FloatArray


def noise(day: FloatArray) -> Noise:
    """Set up the correlations (g, n, n) of visits on these days (n,), in order and apart from each other.

    Each of ``RHOS`` by days, then, where visits are uneven, each by visits.
    """
    order = np.arange(len(day), dtype=float)
    by_day = (day - day[0]) / float(np.median(np.diff(day)))
    lines = [by_day] if np.allclose(by_day, order) else [by_day, order]
    apart = np.abs([np.subtract.outer(line, line) for line in lines])[:, None]
    powers = np.maximum(RHOS, 1e-12)[:, None, None] ** apart
    correlation = np.where(apart == 0.0, 1.0, powers).reshape(-1, len(day), len(day))
    roots: FloatArray = np.linalg.cholesky(correlation)
    half_log_det: FloatArray = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    return Noise(np.tile(RHOS, len(lines)), roots, np.asarray(np.linalg.inv(roots), dtype=float), half_log_det)


@dataclass(frozen=True)
class Posterior:
    """Coefficients of a linear model under each autocorrelation, and how likely each is.

    ``rhos`` (g,) autocorrelations; ``weight`` (g,) sums to 1; ``coefficient`` (g, p) with its ``covariance``
    (g, p, p); ``scale`` (g,) sd of the errors; ``degrees`` of freedom. A coefficient is a mixture of Student's t
    distributions.
    """

    rhos: FloatArray
    weight: FloatArray
    coefficient: FloatArray
    covariance: FloatArray
    scale: FloatArray
    degrees: int

    @property
    def standard_error(self) -> FloatArray:
        """Of each coefficient (g, p)."""
        errors: FloatArray = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return errors

    def combined(self, shares: FloatArray) -> Posterior:
        """Posterior of sums of coefficients: ``shares`` (k, p)."""
        return replace(self, coefficient=self.coefficient @ shares.T, covariance=shares @ self.covariance @ shares.T)

    def sample(self, count: int, seed: int) -> FloatArray:
        """Draw coefficients (count, p), the same for the same seed."""
        generator = np.random.default_rng(seed)
        which = generator.choice(len(self.weight), count, p=self.weight)
        size = self.coefficient.shape[1]
        roots = np.linalg.cholesky(self.covariance)
        normal = np.einsum("npq,nq->np", roots[which], generator.standard_normal((count, size)))
        stretch = np.sqrt(self.degrees / generator.chisquare(self.degrees, count))
        drawn: FloatArray = self.coefficient[which] + normal * stretch[:, None]
        return drawn

    @property
    def rho(self) -> float:
        """Mean of the autocorrelation of neighboring visits."""
        return float(self.weight @ self.rhos)

    def mean(self, index: int) -> float:
        """Coefficient, weighted over the autocorrelations."""
        return float(self.weight @ self.coefficient[:, index])

    def p_value(self, index: int) -> float:
        """Twice the smaller tail beyond 0."""
        from scipy.special import stdtr

        at = -self.coefficient[:, index] / self.standard_error[:, index]
        below = float(self.weight @ stdtr(self.degrees, at))
        return min(1.0, 2.0 * min(below, 1.0 - below))

    def interval(self, index: int, confidence: float = 0.95) -> tuple[float, float]:
        """Quantiles of the mixture, found by halving."""
        from scipy.special import stdtr, stdtrit

        middle, spread = self.coefficient[:, index], self.standard_error[:, index]
        reach = float(stdtrit(self.degrees, 0.5 + confidence / 2.0)) * spread

        def quantile(chance: float) -> float:
            low, high = float((middle - 3.0 * reach).min()), float((middle + 3.0 * reach).max())
            for _ in range(60):
                at = 0.5 * (low + high)
                if float(self.weight @ stdtr(self.degrees, (at - middle) / spread)) < chance:
                    low = at
                else:
                    high = at
            return 0.5 * (low + high)

        return quantile(0.5 - confidence / 2.0), quantile(0.5 + confidence / 2.0)


def noise_weights(log_likelihood: FloatArray) -> FloatArray:
    """Weights over the first axis, summing to 1, from log likelihoods."""
    weight = np.exp(log_likelihood - log_likelihood.max(axis=0))
    normalized: FloatArray = weight / weight.sum(axis=0)
    return normalized


def fit(design: FloatArray, value: FloatArray, errors: Noise) -> Posterior:
    """Fit a linear model by generalized least squares under each autocorrelation.

    Parameters
    ----------
    design
        (n, p), of full rank.
    value
        (n,).
    errors
        Of the same visits.

    Returns
    -------
    Posterior

    Notes
    -----
    Restricted likelihood: Patterson & Thompson 1971, Biometrika 58:545, doi 10.1093/biomet/58.3.545. With a flat prior
    on the coefficients and on the logarithm of the scale it is the marginal likelihood of rho (Harville 1974,
    Biometrika 61:383, doi 10.1093/biomet/61.2.383).
    """
    n, p = design.shape
    x, y = errors.whitening @ design, errors.whitening @ value
    q, r = np.linalg.qr(x)
    projected = np.einsum("gnp,gn->gp", q, y)
    coefficient = np.linalg.solve(r, projected[..., None])[..., 0]
    left = np.maximum((y**2).sum(axis=1) - (projected**2).sum(axis=1), 1e-300)
    undone = np.linalg.inv(r)
    log_det = np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1)
    likelihood = -errors.half_log_det - log_det - 0.5 * (n - p) * np.log(left)
    scale = np.sqrt(left / (n - p))
    covariance = undone @ undone.transpose(0, 2, 1) * (scale**2)[:, None, None]
    return Posterior(errors.rhos, noise_weights(likelihood), coefficient, covariance, scale, n - p)


def draws(weight: FloatArray, errors: Noise, count: int, seed: int) -> FloatArray:
    """Draw ``count`` series (n, count) of errors of unit variance, autocorrelations as often as ``weight`` (g,) says.

    The same seed and weights give the same series.
    """
    size = errors.roots.shape[1]
    which = np.searchsorted(np.cumsum(weight), (np.arange(count) + 0.5) / count).clip(0, len(weight) - 1)
    white = np.random.default_rng(seed).standard_normal((size, count))
    series = np.empty_like(white)
    for index in np.unique(which):
        series[:, which == index] = errors.roots[index] @ white[:, which == index]
    return series
