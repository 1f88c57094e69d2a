"""How much later than the accelerometer the gyroscope sees the same motion, told from level walking itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["Delay", "DelayConfig", "find_delay", "later", "pool_delays"]

_TAPS = np.arange(-2, 4)  # samples before and after that a value between two samples is made from


@dataclass(frozen=True)
class DelayConfig:
    """What is known of delays beforehand, and of what else makes strides rise."""

    prior_sd_s: float = 0.02
    """Delays of sensors as sold: their two filters differ, and apps join two streams (0 to 20 ms were seen)."""
    least_sds: float = 2.5
    """A delay that is less than so many of its standard uncertainties is none: walks without one stay as they are."""
    averaged_sd_s: float = 0.001
    """The same of sensors that integrate on chip: both quantities leave one processing step."""
    tilt_sd_rad: float = 0.005
    """An error of gravity's direction at rest that all strides share: 0.05 m/s² of offset."""
    gravity_sd_mps2: float = 0.05
    """The same of its size."""
    calibrated_tilt_sd_rad: float = 0.001
    """The same two of an accelerometer that was laid on its six sides, whose offsets are known to 0.01 m/s²: of the
    direction ..."""
    calibrated_gravity_sd_mps2: float = 0.01
    """... and of the size."""
    undersampling_share: float = 0.5
    """How much of the stated sd of a stride's rise all strides share: impacts between samples are lost alike."""
    trial_s: float = 0.01
    """The rise is looked at again with the gyroscope taken so much earlier or later."""
    longest_s: float = 0.05
    """Two streams farther apart are not late but out of step."""
    most_strides: int = 60
    """So many strides from the middle of the walk are looked at ..."""
    least_strides: int = 6
    """... and fewer level ones tell nothing."""
    steepest: float = 0.2
    """Strides that climb more than this share of their length are stairs."""
    turn_deg: float = 20.0
    """Strides that turn more than this are left out."""


class Delay(NamedTuple):
    """``delay_s`` that the gyroscope is late (negative: early), ``sd_s`` its standard uncertainty.

    ``source``: walking (told from the strides), assumed (nothing could be told) or calibration.
    """

    delay_s: float
    sd_s: float
    source: str


def find_delay(
    path_at: Callable[[float], FootPath], movements: IntArray, rate_hz: float, config: DelayConfig | None = None
) -> Delay:
    """Find the delay with which level strides do not rise.

    Parameters
    ----------
    path_at
        Makes the path of the same strides with the gyroscope taken so many seconds later.
    movements
        (m,) intervals of the path that hold a movement, at least one.
    rate_hz
        Sample rate.
    config
        Limits.

    Returns
    -------
    Delay
        Of this foot alone, without what is known beforehand; sd infinite where nothing can be told.

    Notes
    -----
    With the rate late by d, attitude in swing is off by rate times d (10 ms at 400°/s are 4°): gravity and the forward
    acceleration leak into each other, a walk on level floor seems to climb, and the foot to be falling when it lies
    flat. Both are all but proportional to the delay: two secant steps find where they vanish, each weighted by what
    else may cause it, which is gravity at rest and what passes between two samples.
    """
    config = config or DelayConfig()
    first = path_at(0.0)
    length = np.hypot(first.displacement_m[:, 0], first.displacement_m[:, 1])
    used = np.isin(np.arange(len(length)), movements) & (np.abs(first.rise_m) < config.steepest * length)
    used &= np.abs(np.degrees(first.tilt.turn_rad)) < config.turn_deg
    used &= length > 0.5 * np.percentile(length[movements], 80)
    if used.sum() < config.least_strides:
        return Delay(0.0, np.inf, "assumed")

    def seen(path: FootPath) -> FloatArray:
        return np.array([np.median(path.rise_m[used]), np.median(path.left_over_mps[used])])

    at, before, path, errors = 0.0, seen(first), first, np.full(2, np.inf)
    delay, trial = 0.0, config.trial_s if before.sum() > 0 else -config.trial_s
    for _ in range(2):
        path = path_at(trial)
        after = seen(path)
        slope = (after - before) / (trial - at)
        errors = np.where(
            slope < 0, _shared_sd(path, used, length, rate_hz, config) / np.maximum(-slope, 1e-12), np.inf
        )
        if not np.isfinite(errors).any():  # a later rate lowers both; where it does not, something else is amiss
            return Delay(0.0, np.inf, "assumed")
        weight = errors**-2 / (errors**-2).sum()
        found = trial - np.divide(after, slope, out=np.zeros(2), where=slope < 0)
        delay = float(np.clip(weight @ found, -config.longest_s, config.longest_s))
        if abs(delay - trial) < 0.3 * config.trial_s:
            break
        at, before, trial = trial, after, delay
    return Delay(delay, float((errors**-2).sum() ** -0.5), "walking")


def _shared_sd(path: FootPath, used: BoolArray, length: FloatArray, rate_hz: float, config: DelayConfig) -> FloatArray:
    """Standard uncertainty (2,) of the rise (m) and of the velocity left over (m/s) that the strides have in common.

    Looked up on a path that all but closes: what a delay adds is in the stated sd of the others.
    """
    closes = min(1.0, float(np.median(path.closure_ratio[used])))
    rise = config.undersampling_share * closes * float(np.median(path.rise_sd_m[used]))
    tilt = config.tilt_sd_rad * float(np.median(length[used]))
    left = path.left_over_mps[used]
    scatter = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    duration = float(np.median(np.bincount(path.interval, minlength=len(used))[used])) / rate_hz
    own = np.array([np.std(path.rise_m[used]), np.std(left)]) / np.sqrt(used.sum())
    shared = np.array([np.hypot(rise, tilt), np.hypot(scatter, config.gravity_sd_mps2 * duration)])
    return np.asarray(np.hypot(shared, own))


def pool_delays(feet: Sequence[Delay], *, averaged: bool, config: DelayConfig | None = None) -> Delay:
    """One delay for sensors of one kind, drawn toward none by how little the walk tells, and none where in doubt.

    Parameters
    ----------
    feet
        From ``find_delay``.
    averaged
        Whether the sensors integrate on chip.
    config
        What is known beforehand.
    """
    config = config or DelayConfig()
    prior = config.averaged_sd_s if averaged else config.prior_sd_s
    weights = np.array([1.0 / one.sd_s**2 for one in feet])
    # impacts are lost alike on both feet: two feet tell little more than the better one
    total = prior**-2 + float(weights.max(initial=0.0))
    mean = float(weights @ [one.delay_s for one in feet] / max(float(weights.sum()), 1e-300))
    delay, sd = mean * (1.0 - prior**-2 / total), float(total**-0.5)
    return Delay(delay, sd, "walking") if abs(delay) > config.least_sds * sd else Delay(0.0, sd, "assumed")


def later(gyr: FloatArray, lost: BoolArray, delay_s: float, rate_hz: float) -> tuple[FloatArray, BoolArray]:
    """The rate that a gyroscope late by ``delay_s`` shows so much later, and where samples were lost.

    Parameters
    ----------
    gyr
        (n, 3) rad/s.
    lost
        (n,) filled samples.
    delay_s, rate_hz
        The delay and the sample rate.

    Notes
    -----
    Lagrange's interpolation of fifth order between samples (Laakso et al. 1996, doi:10.1109/79.482137). Ends are held.
    """
    if delay_s == 0.0:
        return gyr, lost
    shift = delay_s * rate_hz
    whole = int(np.floor(shift))
    between = shift - whole
    weights = [np.prod([(between - other) / (tap - other) for other in _TAPS if other != tap]) for tap in _TAPS]
    index = np.arange(len(gyr)) + whole
    out = np.zeros_like(gyr)
    for tap, weight in zip(_TAPS, weights, strict=True):
        out += weight * gyr.take(np.clip(index + tap, 0, len(gyr) - 1), axis=0)
    around = np.clip(index, 0, len(gyr) - 1), np.clip(index + 1, 0, len(gyr) - 1)
    return out, lost | lost[around[0]] | lost[around[1]]
