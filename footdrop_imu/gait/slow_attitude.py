"""Attitude of a foot that is exercised in one place, over minutes and without drift of its tilt."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.checks import still_blocks
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.orientation import (
    conjugate,
    from_rotation_vector,
    integrate_rate,
    multiply,
    rotate,
    shortest_arc,
)
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray

__all__ = ["SlowAttitude", "SlowAttitudeConfig", "slow_attitude"]

_UP = np.array([0.0, 0.0, 1.0])
_FEWEST_LULLS = 5
_FAR_S = 10.0
_PIECE_S = 2.0  # a long lull speaks once in this time
_EVEN_SHARE = 0.1  # of a heading's spread that a line leaves where it drifts evenly


@dataclass(frozen=True)
class SlowAttitudeConfig:
    """Times over which a foot's motion cancels, and what counts as its rest."""

    gravity_s: float = 2.0
    """Standard deviation of the window over which acceleration is averaged in a frame that does not turn. A foot that
    is moved to and fro adds its acceleration times exp(-(6.3 x 2 s / period)² / 2); what a gyroscope drifts in so
    short a time is some hundredths of a degree."""
    block_s: float = 0.1
    """Acceleration is averaged in blocks of this length first."""
    tremor_s: float = 0.15
    """Standard deviation of the window that keeps a trembling foot from hiding its rest: it leaves a thousandth of a
    tremor of 4 Hz (Bhatia et al. 2018, doi:10.1002/mds.27121: 4 to 8 Hz and faster)."""
    still_radps: float = 0.02
    """A foot that rests on the floor turns slower than this (1.1 deg/s), trembling and the offset left out ..."""
    swaying_radps: float = 0.06
    """... and one that rests in the air slower than this (3.4 deg/s)."""
    rest_s: float = 0.5
    """Shortest rest that an exercise can begin from ..."""
    soon_s: float = 3.0
    """... and how soon it should: where nothing is as still by then, a foot that sways is taken to rest."""
    offset_sd_radps: float = 0.0005
    """How far the gyroscope's offset wanders within minutes, and how well a rest shows it (0.03 deg/s) ..."""
    no_rest_sd_radps: float = 0.02
    """... and how well it is known where nothing rests (1.1 deg/s, as consumer sensors are sold)."""
    walk_rad: float = 0.0003
    """Random walk of the angle, rad after a second (0.017 deg, about 0.01 deg/s per root Hz)."""
    tilt_sd_rad: float = 0.006
    """How well an averaged acceleration shows the vertical: offsets and scales of consumer accelerometers that a
    change of posture brings out (0.35 deg)."""
    gap_sd_rad: float = 0.05
    """How far a foot may have turned unseen in a gap."""
    steps: int = 3
    """Of the iteration that finds the gyroscope's offset, fixed so that results repeat."""


class SlowAttitude(NamedTuple):
    """``orientation`` (n, 4) quaternions, sensor to a frame with z up whose heading is the sensor's own at first.

    ``still`` (n,): the foot rests. ``rests`` (r, 2): runs of it that are long enough, half-open. ``offset_radps`` (3,)
    of the gyroscope. ``tilt_sd_rad``, ``yaw_sd_rad`` (n,) standard uncertainties of vertical and heading.
    """

    orientation: FloatArray
    still: BoolArray
    rests: IntArray
    offset_radps: FloatArray
    tilt_sd_rad: FloatArray
    yaw_sd_rad: FloatArray


def slow_attitude(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    valid: BoolArray,
    *,
    averaged: bool = False,
    config: SlowAttitudeConfig | None = None,
) -> SlowAttitude:
    """Find how a sensor on a foot stands at every sample of an exercise.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes.
    rate_hz
        Sample rate.
    valid
        (n,) False in gaps too long to trust.
    averaged
        See ``orientation.integrate_rate``.
    config
        Times and limits.

    Returns
    -------
    SlowAttitude

    Raises
    ------
    SignalError
        too_many_gaps: less than half of the samples can be used.

    Notes
    -----
    The angular rate is integrated; in the frame that this gives, which hardly turns, the acceleration is averaged over
    a few seconds before and after: a foot that stays in one place has none in the mean, so that gravity remains. This
    is the idea of Laidig and Seel 2023 (doi:10.1016/j.inffus.2022.10.014), here with a window to both sides. How
    gravity drifts in that frame shows the gyroscope's offset across the vertical; what it shows at rest is known
    beforehand. About the vertical there is the rest alone.
    """
    config = config or SlowAttitudeConfig()
    if valid.mean() < 0.5:
        raise SignalError(
            SignalReason.TOO_MANY_GAPS,
            f"{1.0 - valid.mean():.0%} of the samples are lost, expected less than half. Record the exercise again.",
        )
    smooth_acc, smooth_gyr = (_without_tremor(values, rate_hz, config) for values in (acc, gyr))
    offset, offset_sd = _offset_at_rest(smooth_acc, smooth_gyr, rate_hz, config)
    width = max(1, round(config.block_s * rate_hz))
    weight = _block_means(valid[:, None].astype(np.float64), width)[:, 0]
    weight[weight < 1.0] = 0.0
    for step in range(config.steps):
        orientation = integrate_rate(gyr - offset, rate_hz, averaged=averaged)
        force = _block_means(rotate(orientation, acc), width)
        gravity = _averaged(force, weight, config.gravity_s * rate_hz / width)
        if step < config.steps - 1:
            turned = np.stack([_block_means(rotate(orientation, axis), width) for axis in np.eye(3)], axis=-1)
            offset = offset + _drift(gravity, turned, weight, width / rate_hz, offset_sd, config)
    size = np.linalg.norm(gravity, axis=1)
    center = (np.arange(len(gravity)) + 0.5) * width - 0.5
    at = np.arange(len(acc))
    up = np.stack([np.interp(at, center, gravity[:, axis] / size) for axis in range(3)], axis=1)
    up /= np.linalg.norm(up, axis=1)[:, None]
    orientation = multiply(from_rotation_vector(shortest_arc(up, np.broadcast_to(_UP, up.shape))), orientation)
    turning = np.linalg.norm(smooth_gyr - offset, axis=1)
    rests = _rests(turning, valid, rate_hz, config)
    still = np.zeros(len(acc), dtype=bool)
    for first, last in rests:
        still[first:last] = True
    lulls = _long_runs((turning < config.swaying_radps) & valid, round(config.rest_s * rate_hz))
    orientation = _without_trend(orientation, lulls, rate_hz, 3.0 * offset_sd)
    strange = np.interp(at, center, np.abs(size / GRAVITY_MPS2 - 1.0))
    apart = np.where(valid, 0.0, config.gap_sd_rad)
    return SlowAttitude(
        orientation,
        still,
        rests,
        offset,
        np.sqrt(config.tilt_sd_rad**2 + strange**2 + apart**2),
        _yaw_sd_rad(still, valid, rate_hz, config),
    )


def _rests(turning: FloatArray, valid: BoolArray, rate_hz: float, config: SlowAttitudeConfig) -> IntArray:
    found = np.zeros((0, 2), dtype=np.int64)
    for limit in np.geomspace(config.still_radps, config.swaying_radps, 4):
        runs = _long_runs((turning < limit) & valid, round(config.rest_s * rate_hz))
        if len(runs) and runs[0, 0] <= config.soon_s * rate_hz:
            return runs
        found = found if len(found) else runs
    return found


def _without_trend(orientation: FloatArray, lulls: IntArray, rate_hz: float, most_radps: float) -> FloatArray:
    """Heading without what drifts evenly from lull to lull.

    A foot comes back to about where it rested or was held before: of all pairs of lulls, those of one posture and
    those there and back are even.
    """
    step = round(_PIECE_S * rate_hz)
    middles = [np.arange(first + min(step, last - first) // 2, last, step) for first, last in lulls]
    at = np.concatenate(middles) if middles else np.zeros(0, dtype=np.int64)
    if len(at) < _FEWEST_LULLS:
        return orientation
    turn = multiply(orientation[at], np.broadcast_to(conjugate(orientation[at[0]]), (len(at), 4)))
    heading = np.unwrap(2.0 * np.arctan2(turn[:, 2], turn[:, 3]))
    one, other = np.triu_indices(len(at), 1)
    apart_s = (at[other] - at[one]) / rate_hz
    far = apart_s > _FAR_S
    if not far.any():
        return orientation
    slope = float(np.median((heading[other] - heading[one])[far] / apart_s[far]))
    even = heading - slope * at / rate_hz
    # beyond what the offset is known to, only what is a straight line and nothing else
    if _spread(even) > _EVEN_SHARE * _spread(heading):
        slope = float(np.clip(slope, -most_radps, most_radps))
    back = slope * (np.arange(len(orientation)) - at[0]) / rate_hz
    return multiply(from_rotation_vector(back[:, None] * -_UP), orientation)


def _spread(values: FloatArray) -> float:
    return float(np.median(np.abs(values - np.median(values))))


def _without_tremor(values: FloatArray, rate_hz: float, config: SlowAttitudeConfig) -> FloatArray:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(values, config.tremor_s * rate_hz, axis=0, mode="nearest"))


def _offset_at_rest(
    acc: FloatArray, gyr: FloatArray, rate_hz: float, config: SlowAttitudeConfig
) -> tuple[FloatArray, float]:
    """What the gyroscope shows at rest (3,), rad/s, and how well that is known."""
    quiet, _ = still_blocks(acc, gyr, rate_hz)
    if not quiet.any():
        return np.zeros(3), config.no_rest_sd_radps
    width = round(0.5 * rate_hz)
    mean = _block_means(gyr, width)[: len(quiet)][quiet[: len(gyr) // width]]
    # a slow movement is quiet too: up and down cancel in the middle, and what is far from it goes
    offset = middle_vector(mean)
    near = np.linalg.norm(mean - offset, axis=1) < config.still_radps
    if near.any():
        mean = mean[near]
        offset = mean.mean(axis=0)
    scatter = float(np.sqrt(mean.var(axis=0).sum()))
    return offset, float(np.hypot(config.offset_sd_radps, scatter / np.sqrt(len(mean))))


def _block_means(values: FloatArray, width: int) -> FloatArray:
    begin = np.arange(0, len(values), width)
    counts = np.diff(np.append(begin, len(values)))
    return np.asarray(np.add.reduceat(values, begin, axis=0) / counts[:, None])


def _averaged(force: FloatArray, weight: FloatArray, sd: float) -> FloatArray:
    """Weighted Gaussian mean (b, 3) that does not reach across gaps; what is in a gap is taken from beside it."""
    from scipy.ndimage import gaussian_filter1d

    out = np.full_like(force, np.nan)
    for first, last in _long_runs(weight > 0, 1):
        piece = force[first:last]
        share = gaussian_filter1d(np.ones(len(piece)), sd, mode="constant")
        out[first:last] = gaussian_filter1d(piece, sd, axis=0, mode="constant") / share[:, None]
    known = np.isfinite(out[:, 0])
    at = np.arange(len(out))
    for axis in range(3):
        out[:, axis] = np.interp(at, at[known], out[known, axis])
    return out


def _drift(
    gravity: FloatArray,
    turned: FloatArray,
    weight: FloatArray,
    step_s: float,
    offset_sd: float,
    config: SlowAttitudeConfig,
) -> FloatArray:
    """Offset (3,) of the gyroscope that is left, from how gravity turns in a frame that should not turn."""
    runs = _long_runs(weight > 0, 1)
    first, last = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    own = slice(first, last)
    up = gravity[own] / np.linalg.norm(gravity[own], axis=1)[:, None]
    so_far = np.cumsum(turned[own], axis=0) * step_s
    usual = up.mean(axis=0) / np.linalg.norm(up.mean(axis=0))
    # up(t) = up + (∫ R offset dt) x up: columns of the middle factor are what each axis' offset does
    by_axis = np.stack([np.cross(so_far[:, :, axis], usual) for axis in range(3)], axis=-1)
    by_axis -= by_axis.mean(axis=0)
    rest = up - up.mean(axis=0)
    together = max(1.0, 2.0 / step_s)  # blocks that share one and the same error
    # what an offset bends that wanders is one error of all blocks: no turn about the vertical may be read from it
    bent = config.offset_sd_radps * len(up) * step_s / 8.0
    precision = 1.0 / (config.tilt_sd_rad**2 * together + bent**2 * len(up))
    normal = np.einsum("bki,bkj->ij", by_axis, by_axis) * precision + np.eye(3) / offset_sd**2
    return np.asarray(np.linalg.solve(normal, np.einsum("bki,bk->i", by_axis, rest) * precision))


def _long_runs(mask: BoolArray, least: int) -> IntArray:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    runs = np.stack((edges[::2], edges[1::2]), axis=1).astype(np.int64)
    return runs[runs[:, 1] - runs[:, 0] >= least]


def _yaw_sd_rad(still: BoolArray, valid: BoolArray, rate_hz: float, config: SlowAttitudeConfig) -> FloatArray:
    """Grows with the time from the nearest rest, and with every gap from the first rest."""
    at = np.arange(len(still))
    resting = np.flatnonzero(still)
    if not len(resting):
        away_s, offset_sd = at / rate_hz, config.no_rest_sd_radps
    else:
        after = np.searchsorted(resting, at).clip(max=len(resting) - 1)
        before = np.maximum(after - 1, 0)
        away_s = np.minimum(np.abs(resting[after] - at), np.abs(at - resting[before])) / rate_hz
        offset_sd = config.offset_sd_radps
    gaps = np.cumsum(np.diff(np.concatenate(([True], valid)).astype(np.int8)) < 0)
    return np.sqrt((offset_sd * away_s) ** 2 + config.walk_rad**2 * away_s + config.gap_sd_rad**2 * gaps)
