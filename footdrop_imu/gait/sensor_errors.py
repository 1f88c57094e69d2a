"""What walking itself tells of a sensor: how late its gyroscope is, and what makes gravity read too much or too little.

Shocks shake both quantities at once. Level walking closes: foot-flat follows foot-flat at the same height and with no
speed left. What does not close, the strides have in common, and both feet travel the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.shock_delay import ShockDelay
from footdrop_imu.gait.signal import delayed
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["Closing", "SensorErrorConfig", "SensorErrors", "find_closing", "later", "later_lost", "tell_errors"]


@dataclass(frozen=True)
class SensorErrorConfig:
    """What is known of sensors as sold beforehand, and of what else keeps strides from closing."""

    delay_sd_s: float = 0.02
    """Delay between the two quantities: their filters differ, and apps join two streams (0 to 20 ms were seen)."""
    averaged_delay_sd_s: float = 0.001
    """The same of sensors that integrate on chip: both quantities leave one processing step."""
    doubtful_sds: float = 2.0
    """A delay of less than so many of its standard uncertainties is none: walks without one stay as they are."""
    certain_sds: float = 3.0
    """From so many on it is taken out whole, in between in proportion."""
    offset_share: float = 0.5
    """Which share of gravity's excess at rest is an offset along it, the rest being a wrong scale ..."""
    offset_share_sd: float = 0.35
    """... and how well that is known: data sheets give 20 to 80 mg for the one and 1 to 5 % for the other."""
    least_excess: float = 0.01
    """Less excess than this share of gravity is not looked into."""
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
    way_sd: float = 0.005
    """How nearly both feet travel the same way in the straight strides that are looked at."""
    trial_delay_s: float = 0.01
    """Strides are looked at again with the gyroscope taken so much earlier or later ..."""
    trial_share: float = 1.0
    """... and with all of gravity's excess taken for an offset."""
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


class SensorErrors(NamedTuple):
    """What is taken out of one foot's sensor, with standard uncertainties.

    ``delay_s``: the gyroscope is late (negative: early). ``delay_source``: walking (told from the strides), assumed
    (nothing could be told) or calibration. ``offset_share`` of gravity's excess; ``length_sd`` what its doubt is as a
    share of a stride's length.
    """

    delay_s: float
    delay_sd_s: float
    delay_source: str
    offset_share: float
    length_sd: float


class Closing(NamedTuple):
    """How one foot's strides close, all but linear in delay (s) and offset share about ``at`` (2,).

    ``seen`` (3,): median rise in m, upward velocity left over in m/s, logarithm of the stride length; ``slope`` (3, 2)
    by delay and share; ``sd`` (3,) of what else the strides have in common. ``told``: enough level strides. ``shocks``:
    the delay that they tell.
    """

    at: FloatArray
    seen: FloatArray
    slope: FloatArray
    sd: FloatArray
    told: bool
    shocks: ShockDelay = ShockDelay(0.0, np.inf, 0.0)


def find_closing(
    path_at: Callable[[float, float], FootPath],
    movements: IntArray,
    rate_hz: float,
    *,
    excess: float,
    averaged: bool,
    shocks: ShockDelay,
    config: SensorErrorConfig | None = None,
) -> Closing:
    """Look how one foot's strides close, and how delay and offset would change that.

    Parameters
    ----------
    path_at
        Makes the path of the same strides with the gyroscope taken so many seconds later, and with this share of
        gravity's excess taken for an offset.
    movements
        (m,) intervals of the path that hold a movement, at least one.
    rate_hz
        Sample rate.
    excess
        Gravity at rest beyond 9.81 m/s², as a share of it.
    averaged
        Whether the sensor integrates on chip.
    shocks
        What the shocks of the same strides tell.
    config
        Limits.

    Returns
    -------
    Closing

    Notes
    -----
    With the rate late by d, attitude in swing is off by rate times d (10 ms at 400°/s are 4°): gravity and the forward
    acceleration leak into each other, a walk on level floor seems to climb, and the foot to be falling when it lies
    flat. An offset of the accelerometer turns with the foot and does the like; a wrong scale does not. The strides are
    looked at as they come, with each error changed, and where both seem to be.
    """
    config = config or SensorErrorConfig()
    start = np.array([0.0, config.offset_share])
    first = path_at(*start)
    length = np.hypot(first.displacement_m[:, 0], first.displacement_m[:, 1])
    used = np.isin(np.arange(len(length)), movements) & (np.abs(first.rise_m) < config.steepest * length)
    used &= np.abs(np.degrees(first.tilt.turn_rad)) < config.turn_deg
    used &= length > 0.5 * np.percentile(length[movements], 80)
    if used.sum() < config.least_strides:
        return Closing(start, np.zeros(3), np.zeros((3, 2)), np.full(3, np.inf), told=False, shocks=shocks)
    before = _seen(first, used)
    trial = config.trial_delay_s if before[0] + before[1] > 0 else -config.trial_delay_s
    slope = np.zeros((3, 2))
    slope[:, 0] = (_seen(path_at(trial, start[1]), used) - before) / trial
    if abs(excess) > config.least_excess:
        slope[:, 1] = (_seen(path_at(0.0, config.trial_share), used) - before) / (config.trial_share - start[1])
    closing = Closing(start, before, slope, _shared_sd(first, used, length, rate_hz, config), True, shocks)
    for _ in range(2):
        there = _solve({"": closing}, {"": excess}, averaged=averaged, config=config)[0]
        there[0] = np.clip(there[0], -config.longest_s, config.longest_s)
        path = path_at(*there)
        seen, way = _seen(path, used), there[0] - closing.at[0]
        if abs(way) > 0.3 * config.trial_delay_s:  # all but linear: the slope on the way there is the better one
            slope[:, 0] = (seen - closing.seen - slope[:, 1] * (there[1] - closing.at[1])) / way
        closing = Closing(there, seen, slope, _shared_sd(path, used, length, rate_hz, config), True, shocks)
        if abs(way) < config.trial_delay_s:
            break
    return closing


def tell_errors(
    feet: Mapping[str, Closing],
    excess: Mapping[str, float],
    *,
    averaged: bool,
    config: SensorErrorConfig | None = None,
) -> dict[str, SensorErrors]:
    """What both feet tell together of sensors of one kind, drawn to what is known beforehand.

    Parameters
    ----------
    feet
        Each foot's, from ``find_closing``.
    excess
        Each foot's gravity beyond 9.81 m/s², as a share of it.
    averaged
        Whether the sensors integrate on chip.
    config
        What is known beforehand.

    Notes
    -----
    Gauss-Markov estimate of one delay and of each foot's offset share, from the shocks, rise and velocity left over of
    each foot and from both feet traveling equally far.
    """
    config = config or SensorErrorConfig()
    state, covariance = _solve(feet, excess, averaged=averaged, config=config)
    delay, sd = float(np.clip(state[0], -config.longest_s, config.longest_s)), float(np.sqrt(covariance[0, 0]))
    ramp = (abs(delay) / sd - config.doubtful_sds) / (config.certain_sds - config.doubtful_sds)
    delay *= float(np.clip(ramp, 0.0, 1.0))
    found = {}
    for k, (side, closing) in enumerate(feet.items()):
        share = float(np.clip(state[1 + k], 0.0, 1.0))
        doubt = float(abs(closing.slope[2, 1]) * np.sqrt(covariance[1 + k, 1 + k]))
        found[side] = SensorErrors(delay, sd, "walking" if delay else "assumed", share, doubt)
    return found


def _solve(
    feet: Mapping[str, Closing], excess: Mapping[str, float], *, averaged: bool, config: SensorErrorConfig
) -> tuple[FloatArray, FloatArray]:
    """State (delay, then each foot's offset share) and its covariance."""
    count = len(feet)
    prior_sd = config.averaged_delay_sd_s if averaged else config.delay_sd_s
    state = np.array([0.0, *[config.offset_share] * count])
    covariance: FloatArray = np.diag([prior_sd**2, *[config.offset_share_sd**2] * count])
    rows, missed, variances = [], [], []
    for closing in feet.values():
        if np.isfinite(closing.shocks.sd_s):
            rows.append(np.array([1.0, *[0.0] * count]))
            missed.append(closing.shocks.delay_s)
            variances.append(count * closing.shocks.sd_s**2)
    told = [(k, closing) for k, closing in enumerate(feet.values()) if closing.told]
    for k, closing in told:
        row = np.zeros((2, 1 + count))
        row[:, 0], row[:, 1 + k] = closing.slope[:2, 0], closing.slope[:2, 1]
        rows += list(row)
        missed += list(closing.slope[:2] @ closing.at - closing.seen[:2])
        # impacts are lost alike on both feet: two feet tell little more than one
        variances += list(len(told) * closing.sd[:2] ** 2)
    if len(told) == 2 and max(abs(one) for one in excess.values()) > config.least_excess:
        (one, left), (other, right) = told
        tie = np.zeros(1 + count)
        tie[0] = left.slope[2, 0] - right.slope[2, 0]
        tie[1 + one], tie[1 + other] = left.slope[2, 1], -right.slope[2, 1]
        rows.append(tie)
        missed.append(float(left.slope[2] @ left.at - left.seen[2] - right.slope[2] @ right.at + right.seen[2]))
        variances.append(config.way_sd**2 + float(left.sd[2] ** 2 + right.sd[2] ** 2))
    if rows:
        design = np.array(rows)
        gain = covariance @ design.T @ np.linalg.inv(design @ covariance @ design.T + np.diag(variances))
        state = state + gain @ (np.array(missed) - design @ state)
        covariance = covariance - gain @ design @ covariance
    return state, covariance


def _seen(path: FootPath, used: BoolArray) -> FloatArray:
    length = np.hypot(path.displacement_m[used, 0], path.displacement_m[used, 1])
    return np.array([np.median(path.rise_m[used]), np.median(path.left_over_mps[used]), np.log(np.median(length))])


def _shared_sd(
    path: FootPath, used: BoolArray, length: FloatArray, rate_hz: float, config: SensorErrorConfig
) -> FloatArray:
    """Standard uncertainty (3,) of what the strides have in common: rise (m), velocity left over (m/s), log length.

    Looked up on a path that all but closes: what a delay adds is in the stated sd of the others.
    """
    closes = min(1.0, float(np.median(path.closure_ratio[used])))
    rise = config.undersampling_share * closes * float(np.median(path.rise_sd_m[used]))
    tilt = config.tilt_sd_rad * float(np.median(length[used]))
    left = path.left_over_mps[used]
    scatter = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    duration = float(np.median(np.bincount(path.interval, minlength=len(used))[used])) / rate_hz
    # strides of both feet grow longer and shorter together: of their scatter half counts when the feet are compared
    own = np.array([np.std(path.rise_m[used]), np.std(left), 0.6 * np.std(np.log(length[used]))])
    shared = np.array([np.hypot(rise, tilt), np.hypot(scatter, config.gravity_sd_mps2 * duration), 0.0])
    return np.asarray(np.hypot(shared, own / np.sqrt(used.sum())))


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
    See ``signal.delayed``.
    """
    if delay_s == 0.0:
        return gyr, lost
    return delayed(gyr, np.arange(len(gyr)), delay_s * rate_hz), later_lost(lost, delay_s * rate_hz)


def later_lost(lost: BoolArray, delay: float) -> BoolArray:
    """Where samples (n,) were lost, or those beside the moment ``delay`` samples later."""
    count, whole = len(lost), int(np.floor(delay))
    out = lost.copy()
    for by in (max(-count, min(whole, count)), max(-count, min(whole + 1, count))):
        if by >= 0:
            out[: count - by] |= lost[by:]
            out[count - by :] |= lost[-1]
        else:
            out[-by:] |= lost[:by]
            out[:-by] |= lost[0]
    return out
