"""Toe drags per 100 strides, corrected for drags that were missed and strides that were taken for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_drag import DragAccuracy

__all__ = [
    "POPULATION",
    "DragRate",
    "DragRateConfig",
    "corrected_rate",
    "exact_interval",
    "too_often",
]

POPULATION = DragAccuracy(hit_count=7, drag_count=8, false_alarm_count=1, clear_count=52)
"""How well drags are found in people whom nobody taught the detector about.

From ``benchmarks/score_drag``: on people who chose nothing about the detector, 235 of 270 scuffs of 10 m/s² on a hard
floor were found and 26 of 1340 other strides taken for drags (20 of them of one person after stroke, who may truly
drag). People differ much, from 0.62 to 0.99 and from 0 to 5 in 100: for one more person that says no more than so few
strides of their own. How many are found depends on how strong the touch is: 0.66 at 5 m/s², nearly all at 40.
"""


@dataclass(frozen=True)
class DragRateConfig:
    """When a rate is given at all."""

    fewest_strides: int = 100
    """Strides of a foot. At 2 drags in 100 strides fewer hold none in every fifth walk and more."""
    fewest_clear_strides: int = 20
    """Strides without a drag, to which the others can be compared; fewer, and it is nearly every step that drags."""
    confidence: float = 0.95
    """Of the interval."""


class DragRate(NamedTuple):
    """Drags per 100 strides with their interval; NaN where none can be given, with the reason ("" else)."""

    rate: float
    low: float
    high: float
    reason: str


def too_often(count: int, stride_count: int, config: DragRateConfig | None = None) -> bool:
    """Say whether so many strides drag that it is nearly every step.

    Fewer than 20 strides are clear and, so that a short walk is not taken for one, they are less than a fifth.
    """
    config = config or DragRateConfig()
    few, clear = config.fewest_clear_strides, stride_count - count
    return stride_count >= few and clear < few and clear * config.fewest_strides < few * stride_count


def corrected_rate(
    count: int, stride_count: int, accuracy: DragAccuracy, config: DragRateConfig | None = None
) -> DragRate:
    """Estimate how often a foot truly drags from how often a drag was found.

    Parameters
    ----------
    count, stride_count
        Strides in which a drag was found, of all strides of the foot that could be judged.
    accuracy
        Hits and false alarms of the detector, as counts.
    config
        Limits.

    Returns
    -------
    DragRate

    Notes
    -----
    The rate is (found - f) / (s - f) with sensitivity s and false-alarm rate f, kept within 0 to 1 (Rogan & Gladen
    1978, American Journal of Epidemiology 107:71, doi 10.1093/oxfordjournals.aje.a112510). With s and f known, the
    exact interval of the found share (Clopper & Pearson 1934, Biometrika 26:404, doi 10.1093/biomet/26.4.404) goes
    through the same formula. They were themselves counted, taught ones on a few drags, so their exact confidence
    distributions are melded in (Bayer, Fay & Graubard 2023, Statistics in Medicine 42:1822, doi 10.1002/sim.9701):
    the low end comes from the lower beta distribution of the found share with the upper ones of s and f, the high end
    the other way round. Many counts give back the interval of Clopper and Pearson. The adjusted Wald interval of Lang
    & Reiczigel (2014, doi 10.1016/j.prevetmed.2013.09.015) serves larger counts: with no drag found it is not exact.

    Strides are taken as independent: the interval is of this walk's rate, drags in clusters make another walk's
    differ more.
    """
    config = config or DragRateConfig()
    _check(count, stride_count)
    _check(accuracy.hit_count, accuracy.drag_count)
    _check(accuracy.false_alarm_count, accuracy.clear_count)
    if too_often(count, stride_count, config):
        return DragRate(np.nan, np.nan, np.nan, "drags too often to count: nearly every step")
    if stride_count < config.fewest_strides:
        reason = f"needs {config.fewest_strides} strides of the foot, this walk has {stride_count}"
        return DragRate(np.nan, np.nan, np.nan, reason)
    sensitivity = accuracy.hit_count / max(accuracy.drag_count, 1)
    false_alarms = accuracy.false_alarm_count / max(accuracy.clear_count, 1)
    if min(accuracy.drag_count, accuracy.clear_count) == 0 or sensitivity <= false_alarms:
        reason = "the detector finds no more drags than it raises false alarms"
        return DragRate(np.nan, np.nan, np.nan, reason)
    rate = (count / stride_count - false_alarms) / (sensitivity - false_alarms)
    tail = (1.0 - config.confidence) / 2.0
    low = _melded(tail, (count, stride_count), accuracy, upper=False)
    high = _melded(1.0 - tail, (count, stride_count), accuracy, upper=True)
    return DragRate(100.0 * min(max(rate, 0.0), 1.0), 100.0 * low, 100.0 * high, "")


def exact_interval(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share by Clopper & Pearson (1934, doi 10.1093/biomet/26.4.404); NaN for a total of 0.

    Raises
    ------
    SchemaError
        A count below 0 or above the total.
    """
    _check(count, total)
    if total == 0:
        return np.nan, np.nan
    tail = np.array([(1.0 - confidence) / 2.0])
    low, high = _beta_quantile(tail, count, total, upper=False), _beta_quantile(1 - tail, count, total, upper=True)
    return float(low[0]), float(high[0])


_QUANTILES = (np.arange(48) + 0.5) / 48
"""Middles of 48 equal parts of a distribution: finer ones move the ends of an interval by less than 0.3 in 100."""


def _melded(chance: float, found: tuple[int, int], accuracy: DragAccuracy, *, upper: bool) -> float:
    """Quantile of (p - f) / (s - f): p from its upper or lower confidence distribution, s and f from the other one.

    Raises with p and falls with s and f, so the distribution function at t is the mean, over s and f, of p's at
    f + t (s - f); t is searched for.
    """
    from scipy.special import betainc

    count, total = found
    sensitivity = _beta_quantile(_QUANTILES, accuracy.hit_count, accuracy.drag_count, upper=not upper)
    false_alarms = _beta_quantile(_QUANTILES, accuracy.false_alarm_count, accuracy.clear_count, upper=not upper)
    span = np.subtract.outer(sensitivity, false_alarms)
    base = np.broadcast_to(false_alarms, span.shape)
    a, b = _beta_shape(count, total, upper=upper)
    if a == 0:
        return 0.0
    if b == 0:
        return 1.0

    def below(rate: float) -> float:
        # where s is not above f, nothing is known of the rate: it counts for the widest end
        share = np.where(span > 0, np.clip(base + rate * span, 0.0, 1.0), 0.0 if upper else 1.0)
        return float(betainc(a, b, share).mean())

    return _crossing(lambda rate: below(rate) - chance)


_HALVINGS = 5


def _crossing(function: Callable[[float], float]) -> float:
    """Where a function that does not fall crosses 0 between 0 and 1, to 1e-9; that end where it does not.

    Illinois' variant of false position (Dowell & Jarratt 1971, doi 10.1007/BF01934364).
    """
    low, high, at_low, at_high = 0.0, 1.0, function(0.0), function(1.0)
    if at_low >= 0.0 or at_high < 0.0:
        return 0.0 if at_low >= 0.0 else 1.0
    side = 0
    for step in range(100):
        if high - low < 1e-9 or at_high == 0.0:
            break
        # a distribution function is flat far from its middle: there halving gets on faster
        share = at_high / (at_high - at_low) if step >= _HALVINGS else 0.5
        middle = high - share * (high - low)
        middle = min(max(middle, low + 4e-10), high - 4e-10)
        at_middle = function(middle)
        if at_middle < 0.0:
            low, at_low, at_high, side = middle, at_middle, at_high * (0.5 if side < 0 else 1.0), -1
        else:
            high, at_high, at_low, side = middle, at_middle, at_low * (0.5 if side > 0 else 1.0), 1
    return high


def _beta_shape(count: int, total: int, *, upper: bool) -> tuple[int, int]:
    return (count + 1, total - count) if upper else (count, total - count + 1)


def _beta_quantile(chance: FloatArray, count: int, total: int, *, upper: bool) -> FloatArray:
    from scipy.special import betaincinv

    a, b = _beta_shape(count, total, upper=upper)
    if a == 0 or b == 0:
        return np.full(len(chance), 0.0 if a == 0 else 1.0)
    quantile: FloatArray = betaincinv(a, b, chance)
    return quantile


def _check(count: int, total: int) -> None:
    if not 0 <= count <= total:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"{count} of {total} strides: expected a count between 0 and the total."
        )
