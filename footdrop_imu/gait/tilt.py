"""Which way is up at every foot-flat: gravity seen at rest, smoothed over the walk by what the gyroscope saw."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.orientation import conjugate, cross, from_rotation_vector, multiply, rotate, shortest_arc
from footdrop_imu.gait.rest import Rests, run_sums
from footdrop_imu.schema import FloatArray, IntArray

__all__ = [
    "Tilt",
    "TiltConfig",
    "attitude_variance",
    "estimate_tilt",
    "leveled",
    "second_difference",
    "squared_second_difference",
    "turn_about_up",
]

_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class TiltConfig:
    """Errors of gravity at rest and of the gyroscope between two rests."""

    gravity_sd_rad: float = 0.004
    """Least error of gravity at one foot-flat: 0.2°."""
    gravity_correlation_s: float = 0.05
    """Time over which a foot's own acceleration in stance is one and the same error."""
    sensor_height_m: float = 0.07
    """Height of the sensor above the floor, about which a foot that rolls in stance turns."""
    rolling_radps: float = 0.3
    """Less than this gained in rate over the quiet run is rather the sensor's wobble than the foot's rolling."""
    rolling_limit_mps2: float = 1.0
    """More than this, 6° of gravity, is no rolling: what is taken off falls again beyond it."""
    lonely_rad: float = 0.1
    """Gravity farther than this, 6°, from what both neighbors say is doubted."""
    rate_half_window_s: float = 0.02
    """The rate at an end of the quiet run is the mean over this much to either side."""
    rate_bias_sd_radps: float = 0.002
    """What is left of the gyroscope's offset: 0.1°/s."""
    undersampling: float = 0.3
    """Error of one integration step as a share of the second difference of the rate times the sample time."""
    lost_rate_radps: float = 2.0
    """What the rate may have been where samples are missing, reached at ``lost_scale_s``."""
    lost_scale_s: float = 0.05


class Tilt(NamedTuple):
    """Per rest (k,) and per interval between rests (k - 1,).

    ``up`` (k, 3) unit, sensor axes; ``gravity_mps2`` (k,) its length as measured; ``up_sd_rad`` (k,);
    ``correction`` (k - 1, 3) rotation vector that brings the carried up to the measured, in the interval's
    leveled start frame; ``disagreement_rad`` (k - 1,) the same before smoothing; ``turn_rad`` (k - 1,) change
    of heading, left positive.
    """

    up: FloatArray
    gravity_mps2: FloatArray
    up_sd_rad: FloatArray
    correction: FloatArray
    disagreement_rad: FloatArray
    turn_rad: FloatArray


def second_difference(values: FloatArray) -> FloatArray:
    """Length of the second difference of (n, 3) at each sample, 0 at both ends: (n,)."""
    return np.sqrt(squared_second_difference(values))


def squared_second_difference(values: FloatArray) -> FloatArray:
    """The square of it."""
    out = np.zeros(len(values))
    if len(values) > 2:
        step = values[1:] - values[:-1]
        step = step[1:] - step[:-1]
        np.einsum("ni,ni->n", step, step, out=out[1:-1])
    return out


def attitude_variance(gyr: FloatArray, lost_run: IntArray, rate_hz: float, config: TiltConfig) -> FloatArray:
    """Variance (n,) in rad² of the integration step that ends at each sample; 0 for the first."""
    rough = squared_second_difference(gyr)
    step = np.zeros(len(gyr))
    np.add(rough[1:], rough[:-1], out=step[1:])
    step[1:] *= 0.5 * (config.undersampling / rate_hz) ** 2
    step[1:] += 1e-12
    if lost_run.any():
        lost = np.maximum(lost_run[1:], lost_run[:-1])
        error = config.lost_rate_radps * np.minimum(1.0, lost / (rate_hz * config.lost_scale_s))
        step[1:] += (error / rate_hz) ** 2 * np.maximum(lost, 1)
    return step


def estimate_tilt(
    acc: FloatArray,
    gyr: FloatArray,
    orientation: FloatArray,
    step_variance: FloatArray,
    rests: Rests,
    rate_hz: float,
    config: TiltConfig | None = None,
) -> Tilt:
    """Estimate up at every rest.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes.
    orientation
        (n, 4) from ``orientation.integrate_rate``.
    step_variance
        (n,) from ``attitude_variance``.
    rests
        At least two rests.
    rate_hz
        Sample rate.
    config
        Error sizes.

    Returns
    -------
    Tilt

    Notes
    -----
    Gravity is the mean specific force over the quiet run, each sample turned to the rest's axes by the gyroscope,
    less the acceleration of a sensor that sits so high on a foot which begins to roll: in brisk walking the foot
    never rests, and half a radian per second gained over the run would tilt gravity by 1°.
    Its errors m (a foot in stance is never quite at rest) and the gyroscope's drift w between rests explain the
    disagreements e = m[k] - m[k+1] + w[k]; the least-squares m is one tridiagonal system a walk, the same as a
    fixed-interval smoother (Rauch et al. 1965, doi:10.2514/3.3166).
    """
    config = config or TiltConfig()
    index = rests.sample
    back = conjugate(orientation[index])
    measured, gravity, sd = _gravity_at_rests(acc, gyr, orientation, back, rests, rate_hz, config)
    level = leveled(measured)
    carried, turn = _carry(level, back, orientation, index, measured)
    disagreement = np.linalg.norm(carried, axis=1)
    # gravity that neither neighbor bears out was seen by a foot that did not rest
    alone = np.minimum(disagreement[:-1], disagreement[1:]) - config.lonely_rad
    sd[1:-1] = np.hypot(sd[1:-1], 2.0 * np.maximum(alone, 0.0))

    duration = np.diff(index) / rate_hz
    arisen = np.add.reduceat(step_variance[1 : index[-1] + 1], index[:-1])
    drift = arisen + (config.rate_bias_sd_radps * duration) ** 2
    heading = np.concatenate(([0.0], np.cumsum(turn)))
    error = _smooth(turn_about_up(carried, heading[:-1])[:, :2], sd**2, drift)
    sd = np.sqrt(_smoothed_variance(sd**2, drift))
    local = turn_about_up(np.column_stack((error, np.zeros(len(index)))), -heading)
    level = multiply(from_rotation_vector(local), level)
    up = rotate(conjugate(level), np.broadcast_to(_UP, measured.shape))
    correction, turn = _carry(leveled(up), back, orientation, index, up)
    return Tilt(up, gravity, sd, correction, disagreement, turn)


def leveled(up: FloatArray) -> FloatArray:
    """Quaternions (k, 4) that bring ``up`` (k, 3) upright, with one heading whatever the sensor's axes are.

    The sensor is leveled by its usual up first: turned from straight below by the shortest way, two ups that hardly
    differ would face anywhere.
    """
    usual = up.sum(axis=0)
    usual = usual / max(float(np.linalg.norm(usual)), 1e-300)
    over = np.array([1.0, 0.0, 0.0, 0.0] if usual[2] < 0 else [0.0, 0.0, 0.0, 1.0])
    common = multiply(from_rotation_vector(shortest_arc(rotate(over, usual), _UP)), over)
    return multiply(from_rotation_vector(shortest_arc(rotate(common, up), _UP)), common)


def turn_about_up(vectors: FloatArray, angle: FloatArray) -> FloatArray:
    """Vectors (k, 3) turned about z by angles (k,)."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack(
        (
            cosine * vectors[:, 0] - sine * vectors[:, 1],
            sine * vectors[:, 0] + cosine * vectors[:, 1],
            vectors[:, 2],
        ),
        axis=1,
    )


def _gravity_at_rests(
    acc: FloatArray,
    gyr: FloatArray,
    orientation: FloatArray,
    back: FloatArray,
    rests: Rests,
    rate_hz: float,
    config: TiltConfig,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    first, last = int(rests.run_start.min()), int(rests.run_end.max())
    force = acc[first:last]
    count = rests.run_end - rests.run_start
    runs = rests.run_start - first, rests.run_end - first
    carried = run_sums(rotate(orientation[first:last], force), *runs)
    mean = rotate(back, carried) / count[:, None]
    up = mean / np.linalg.norm(mean, axis=1)[:, None]
    half = round(config.rate_half_window_s * rate_hz)
    begin, end = rests.run_start, np.minimum(rests.run_end, len(acc)) - 1
    around = np.clip(np.stack((begin, end))[..., None] + np.arange(-half, half + 1), 0, len(acc) - 1)
    rate = rotate(multiply(back, orientation[np.stack((begin, end))]), gyr[around].mean(axis=2))
    gained = rate[1] - rate[0]
    gain2 = np.einsum("ki,ki->k", gained, gained)
    gained *= (rate_hz / np.maximum(end - begin, 1))[:, None]
    share = gain2 / (gain2 + config.rolling_radps**2)
    rolled = (config.sensor_height_m * share)[:, None] * cross(gained, up)
    # a foot that seems to roll harder is no foot at rest
    rolled /= (1.0 + (np.linalg.norm(rolled, axis=1) / config.rolling_limit_mps2) ** 4)[:, None]
    square = run_sums(np.einsum("ni,ni->n", force, force), *runs) / count
    scatter = np.sqrt(np.maximum(square - (mean**2).sum(axis=1), 0.0))
    mean = mean - rolled
    gravity = np.linalg.norm(mean, axis=1)
    independent = np.maximum(1.0, count / (rate_hz * config.gravity_correlation_s))
    sd = np.hypot(config.gravity_sd_rad, scatter / gravity / np.sqrt(independent))
    return mean / gravity[:, None], gravity, sd


def _carry(
    level: FloatArray, back: FloatArray, orientation: FloatArray, index: IntArray, up: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Disagreement (k - 1, 3) of carried and measured up, and the turn (k - 1,) of the leveled axes."""
    end = multiply(multiply(level[:-1], back[:-1]), orientation[index[1:]])
    carried = shortest_arc(rotate(end, up[1:]), np.broadcast_to(_UP, up[1:].shape))
    spin = multiply(multiply(from_rotation_vector(carried), end), conjugate(level[1:]))
    turn = 2.0 * np.arctan2(spin[:, 2], spin[:, 3])
    return carried, (turn + np.pi) % (2.0 * np.pi) - np.pi


def _smooth(disagreement: FloatArray, variance: FloatArray, drift: FloatArray) -> FloatArray:
    from scipy.linalg import solveh_banded

    weight = 1.0 / drift
    band = np.zeros((2, len(variance)))
    band[1] = 1.0 / variance
    band[1, :-1] += weight
    band[1, 1:] += weight
    band[0, 1:] = -weight
    right = np.zeros((len(variance), 2))
    right[:-1] += disagreement * weight[:, None]
    right[1:] -= disagreement * weight[:, None]
    return np.asarray(solveh_banded(band, right))


def _smoothed_variance(variance: FloatArray, drift: FloatArray) -> FloatArray:
    """Variance after smoothing with four neighbors on either side: what lies farther hardly weighs."""
    own = 1.0 / variance
    before, after = np.zeros_like(own), np.zeros_like(own)
    for _ in range(4):
        before[1:] = 1.0 / (1.0 / (own + before)[:-1] + drift)
        after[:-1] = 1.0 / (1.0 / (own + after)[1:] + drift)
    return np.asarray(1.0 / (own + before + after))
