"""Path of the sensor between foot-flats: acceleration integrated twice, its drift taken out where it arose."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.orientation import (
    columns,
    conjugate,
    from_rotation_vector,
    integrate_rate,
    multiply,
    rotate,
)
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.tilt import (
    Tilt,
    TiltConfig,
    attitude_variance,
    estimate_tilt,
    leveled,
    squared_second_difference,
    turn_about_up,
)
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray

__all__ = ["DriftConfig", "FootPath", "reconstruct_path"]

_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class DriftConfig:
    """Errors of the integrated acceleration.

    The undersampling shares were chosen on recordings thinned by dropping samples, so that the stated sd of the
    stride length keeps its meaning at 200, 100 and 50 Hz.
    """

    acceleration_sd_mps2: float = 0.01
    """A constant error over the stride beside the tilt's."""
    undersampling: float = 0.24
    """Velocity error of one step as a share of the second difference of acceleration times the sample time."""
    undersampling_averaged: float = 0.03
    """The same where samples are means over the sample time: an impact between two samples is not lost."""
    velocity_noise_mps: float = 0.001
    """Random walk of velocity in one second that no sample shows."""
    least_inflation: float = 0.1
    """Strides that close far better than the model expects are held this much better at the most (variance)."""
    sd_share: float = 0.46
    """What of the model's sd is found in displacements: a second difference bounds a step's error from above."""
    impact_s: float = 0.018
    """How long an impact takes: with a sample time near it, impacts pass between samples and no difference of
    samples bounds them; the sd grows."""
    scale_sd: float = 0.003
    """How well the accelerometer's scale is known once gravity at rest has set it."""
    delay_per_s: float = 2.8
    """Share of a stride's length that a second of delay would cost: 2.3 to 3.8 % for 10 ms in walks of 20 people."""
    rest_velocity_mps: float = 0.01
    """Velocity of a foot "at rest" for each unit of motion intensity."""
    sensor_height_m: float = 0.06
    """Height of the sensor above the floor, about which a foot in stance still turns a little."""
    rest_rate_half_window_s: float = 0.02
    """The rate at rest is the mean over this much to either side."""
    attitude_share: float = 0.5
    """Over what share of the stride the disagreement of gravity at its two ends acted."""
    level_limit_m: float = 0.10
    """A stride that rises by less (or by less than four sd) is on level floor: it ends at the height it began."""
    level_sd_m: float = 0.003
    """How level a floor is from foot-flat to foot-flat."""
    lost_acceleration_mps2: float = 10.0
    """What acceleration may have been where samples are missing, reached at ``lost_scale_s``."""
    lost_scale_s: float = 0.05


class FootPath(NamedTuple):
    """Per sample (n,) from the first rest to the last one, and per interval between rests (k - 1,).

    ``first`` is the array index of sample 0; ``interval`` (n,) which interval a sample is in. ``orientation``
    (n, 4) sensor to world, up is z, heading carried on from interval to interval; ``velocity`` (n, 3) m/s and
    ``position`` (n, 3) m from the interval's start, in that world. ``rise_m`` is the height change before the
    level-floor condition, ``level`` whether that was applied. ``position_sd_m`` is the standard uncertainty of
    the displacement along any horizontal direction; ``height_sd_m`` of the height in mid interval.
    ``left_over_mps`` is the upward velocity that was left at the end before it was taken out.
    """

    first: int
    interval: IntArray
    orientation: FloatArray
    velocity: FloatArray
    position: FloatArray
    displacement_m: FloatArray
    rise_m: FloatArray
    rise_sd_m: FloatArray
    level: BoolArray
    position_sd_m: FloatArray
    height_sd_m: FloatArray
    left_over_mps: FloatArray
    closure_ratio: FloatArray
    tilt: Tilt


def reconstruct_path(
    acc: FloatArray,
    gyr: FloatArray,
    lost_run: IntArray,
    rests: Rests,
    rate_hz: float,
    *,
    averaged: bool,
    delay_sd_s: float = 0.0,
    scale_sd: float = 0.0,
    config: DriftConfig | None = None,
    tilt_config: TiltConfig | None = None,
) -> FootPath:
    """Reconstruct the sensor's path between the rests of one stretch of a recording.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes, without gaps (filled).
    lost_run
        (n,) length of the run of lost samples that a filled sample lies in, 0 elsewhere.
    rests
        At least two rests in these arrays.
    rate_hz
        Sample rate.
    averaged
        Whether samples are means over the sample time (sensors that integrate on chip).
    delay_sd_s
        How well the delay between the two quantities is known.
    scale_sd
        What else is in doubt of the lengths' scale.
    config, tilt_config
        Error sizes.

    Returns
    -------
    FootPath

    Notes
    -----
    Per interval of duration T the velocity error is e(t) = b t + w(t): a constant acceleration error b and a
    random walk w whose step variances q follow the second difference of acceleration, since an impact between
    two samples puts its error in *there*. Conditioning on e(T) (the foot's known velocity at rest) and, on level
    floor, on its integral (the foot ends as high as it began) is closed form in the running sums of q, q t and
    q t²: the exact answer of a fixed-interval smoother without running one, with its covariance.
    """
    config = config or DriftConfig()
    tilt_config = tilt_config or TiltConfig()
    first, last = int(rests.sample[0]), int(rests.sample[-1])
    relative = integrate_rate(gyr, rate_hz, averaged=averaged)
    attitude_step = attitude_variance(gyr, lost_run, rate_hz, tilt_config)
    tilt = estimate_tilt(acc, gyr, relative, attitude_step, rests, rate_hz, tilt_config)

    keep = slice(first, last + 1)
    spans = _spans(rests.sample - first, rate_hz)
    interval = spans.interval
    orientation = _orient(relative[keep], attitude_step[keep], tilt, spans, tilt_config)
    force = acc[keep]
    if averaged:
        step_velocity = rotate(orientation[:-1], force[1:]) + rotate(orientation[1:], force[1:])
    else:
        world = rotate(orientation, force)
        step_velocity = world[:-1] + world[1:]
    step_velocity *= 0.5 / rate_hz
    step_velocity[:, 2] -= GRAVITY_MPS2 / rate_hz

    rest_velocity = _velocity_at_rest(gyr, orientation, rests, first, rate_hz, config)
    step_variance = _step_variance(force, lost_run[keep], rate_hz, averaged, config)
    moments = _moments(step_variance, spans, rate_hz)
    # a tilt error turns gravity into a constant horizontal acceleration, hardly into a vertical one
    tilt_variance = 0.5 * (tilt.up_sd_rad[:-1] ** 2 + tilt.up_sd_rad[1:] ** 2)
    own_variance = np.full(len(spans.start), config.acceleration_sd_mps2**2)
    level_drift = _condition(moments, own_variance + GRAVITY_MPS2**2 * tilt_variance, spans)
    upright_drift = _condition(moments, own_variance, spans)

    velocity, change = _sums(step_velocity, spans, rest_velocity[:-1])
    left_over = change + rest_velocity[:-1] - rest_velocity[1:]
    variances = np.stack((level_drift.velocity_variance,) * 2 + (upright_drift.velocity_variance,), axis=1)
    closure = np.sqrt((left_over**2 / variances).mean(axis=1))
    for axis, drift in enumerate((level_drift, level_drift, upright_drift)):
        velocity[:, axis] -= left_over[:, axis].take(interval) * drift.weight
    velocity[-1] = rest_velocity[-1]

    # a wrong |g|, a bias or a delay shows in what is left over; one stride alone shows it badly
    pooled = (closure**2 + 2.0 * np.median(closure**2)) / 3.0
    # a filtered sensor loses less between samples than differences of samples bound, and closes better
    closes = np.maximum(np.sqrt(pooled), config.least_inflation)
    lossy = _sums((lost_run[keep][1:] > 0).astype(float), spans)[1] > 0
    inflation = np.where(pooled > 1.0, pooled, np.where(lossy, 1.0, closes))
    if not averaged:
        inflation = inflation * (1.0 + (1.0 / rate_hz / config.impact_s) ** 4)
    variance = _displacement_variance(level_drift, inflation, rests, spans, config)
    rise_variance = _displacement_variance(upright_drift, inflation, rests, spans, config)
    before_level = _totals(_trapezoid(velocity, rate_hz), spans)
    rise = before_level[:, 2]
    # an attitude error that arises on the way turns way into height
    way = np.hypot(before_level[:, 0], before_level[:, 1])
    rise_variance += (config.attitude_share * tilt.disagreement_rad * way) ** 2
    level = np.abs(rise) < np.maximum(config.level_limit_m, 4.0 * np.sqrt(rise_variance))
    shared = _shared_variance(rise, way, level & (way > 0.5 * np.percentile(way, 80)))
    doubt = rise_variance + shared
    share = np.where(level, doubt / (doubt + config.level_sd_m**2), 0.0)
    shape = _level_shape(moments, upright_drift, spans)
    shape_total = _totals(_trapezoid(shape, rate_hz), spans)
    velocity[:, 2] -= shape * (share * rise / np.maximum(shape_total, 1e-12)).take(interval)

    position, displacement = _sums(_trapezoid(velocity, rate_hz), spans)
    rise_sd = np.sqrt(doubt)
    return FootPath(
        first=first,
        interval=interval,
        orientation=orientation,
        velocity=velocity,
        position=position,
        displacement_m=displacement,
        rise_m=rise,
        rise_sd_m=rise_sd,
        level=level,
        position_sd_m=np.sqrt(
            variance + shared + way**2 * (config.scale_sd**2 + scale_sd**2 + (config.delay_per_s * delay_sd_s) ** 2)
        ),
        # a doubly integrated random walk pinned in value and slope at both ends against one pinned at one end
        height_sd_m=rise_sd * np.where(level, 0.25, 0.5),
        left_over_mps=left_over[:, 2],
        closure_ratio=closure,
        tilt=tilt,
    )


class _Spans(NamedTuple):
    """The intervals between rests: ``interval`` and ``time_s`` since its start (n,); start, end, duration (k,)."""

    interval: IntArray
    time_s: FloatArray
    start: IntArray
    end: IntArray
    duration_s: FloatArray


def _spans(rest: IntArray, rate_hz: float) -> _Spans:
    start, end = rest[:-1], rest[1:]
    # the last sample has no interval of its own: it closes the last one
    interval = np.append(np.repeat(np.arange(len(start)), end - start), len(start) - 1)
    time = (np.arange(len(interval)) - start.take(interval)) / rate_hz
    return _Spans(interval, time, start, end, (end - start) / rate_hz)


class _Drift(NamedTuple):
    """``weight`` (n,): share of the velocity left over that had arisen by each sample; ``reach_s`` its integral.

    ``constant`` the variance of the constant error of acceleration.
    """

    constant: FloatArray
    weight: FloatArray
    reach_s: FloatArray
    velocity_variance: FloatArray
    position_variance: FloatArray


class _Moments(NamedTuple):
    """Sums over each interval of step variances q, q t and q t² (k,), and running sums of the first two (n,)."""

    total: tuple[FloatArray, FloatArray, FloatArray]
    running: tuple[FloatArray, FloatArray]


def _moments(step_variance: FloatArray, spans: _Spans, rate_hz: float) -> _Moments:
    step_end = spans.time_s[:-1] + 1.0 / rate_hz
    first = step_variance * step_end
    (running, total), (running_first, total_first) = _sums(step_variance, spans), _sums(first, spans)
    first *= step_end
    return _Moments((total, total_first, _totals(first, spans)), (running, running_first))


def _condition(moments: _Moments, constant: FloatArray, spans: _Spans) -> _Drift:
    total, duration, interval = moments.total, spans.duration_s, spans.interval
    velocity_variance = constant * duration**2 + total[0]
    both = 0.5 * constant * duration**3 + duration * total[0] - total[1]
    position_variance = 0.25 * constant * duration**4 + duration**2 * total[0] - 2.0 * duration * total[1] + total[2]
    reach = both / velocity_variance
    # covariance of the velocity error at each sample with that at the end
    weight = (constant * duration / velocity_variance).take(interval) * spans.time_s
    weight += moments.running[0] * (1.0 / velocity_variance).take(interval)
    return _Drift(constant, weight, reach, velocity_variance, np.maximum(position_variance - reach * both, 0.0))


def _level_shape(moments: _Moments, drift: _Drift, spans: _Spans) -> FloatArray:
    """Velocity error (n,) that goes with a height left over, in any unit, 0 at both ends.

    Its covariance with the integral of the error, less what the velocity at the end already says of that.
    """
    duration = spans.duration_s
    shape = (drift.constant * duration * (0.5 * duration - drift.reach_s)).take(spans.interval) * spans.time_s
    shape += moments.running[0] * (duration - drift.reach_s).take(spans.interval)
    shape -= moments.running[1]
    return shape


def _displacement_variance(
    drift: _Drift, inflation: FloatArray, rests: Rests, spans: _Spans, config: DriftConfig
) -> FloatArray:
    """Variance (k,) of a displacement: the drift's, and that of the velocities at rest."""
    rest_sd = config.rest_velocity_mps * rests.intensity
    at_rest = (rest_sd[:-1] * (spans.duration_s - drift.reach_s)) ** 2 + (rest_sd[1:] * drift.reach_s) ** 2
    # an impact that no sample shows makes a stride look better than the walk's others: it is not
    own = np.maximum(drift.position_variance, np.median(drift.position_variance))
    return np.asarray(inflation * config.sd_share**2 * own + at_rest)


def _shared_variance(rise: FloatArray, way: FloatArray, level: BoolArray) -> FloatArray:
    """Variance (k,) of an error that all strides share, in proportion to their way.

    A wrong |g|, an offset of the accelerometer or a delay makes the strides on level floor rise or fall together, and
    their lengths wrong by about as much.
    """
    if not level.any():
        return np.zeros(len(rise))
    return np.asarray((np.median(rise[level]) * way / np.median(way[level])) ** 2)


def _orient(
    relative: FloatArray, attitude_step: FloatArray, tilt: Tilt, spans: _Spans, config: TiltConfig
) -> FloatArray:
    """Sensor to world: up matched at both ends of every interval, the correction spread as its error arose."""
    interval = spans.interval
    level = leveled(tilt.up)
    heading = np.concatenate(([0.0], np.cumsum(tilt.turn_rad)))
    about_up = from_rotation_vector(heading[:, None] * _UP)
    at_start = multiply(about_up[:-1], multiply(level[:-1], conjugate(relative[spans.start])))
    bias = config.rate_bias_sd_radps**2 * spans.duration_s
    arisen, whole = _sums(attitude_step[1:], spans)
    share = (arisen + bias.take(interval) * spans.time_s) / (whole + bias * spans.duration_s).take(interval)
    correction = turn_about_up(tilt.correction, heading[:-1])
    orientation = multiply(
        from_rotation_vector(share[:, None] * _spread(correction, interval)),
        multiply(_spread(at_start, interval), relative),
    )
    orientation[-1] = multiply(about_up[-1], level[-1])
    return orientation


def _velocity_at_rest(
    gyr: FloatArray, orientation: FloatArray, rests: Rests, first: int, rate_hz: float, config: DriftConfig
) -> FloatArray:
    half = round(config.rest_rate_half_window_s * rate_hz)
    rows = np.clip(rests.sample[:, None] + np.arange(-half, half + 1), 0, len(gyr) - 1)
    rate = rotate(orientation[rests.sample - first], gyr[rows].mean(axis=1))
    return config.sensor_height_m * np.stack((rate[:, 1], -rate[:, 0], np.zeros(len(rate))), axis=1)


def _step_variance(
    force: FloatArray, lost_run: IntArray, rate_hz: float, averaged: bool, config: DriftConfig
) -> FloatArray:
    """Variance (n - 1,) in (m/s)² of each step's velocity error."""
    rough = squared_second_difference(force)
    share = config.undersampling_averaged if averaged else config.undersampling
    variance = (share / rate_hz) ** 2 * 0.5 * (rough[1:] + rough[:-1])
    variance += config.velocity_noise_mps**2 / rate_hz
    if not lost_run.any():
        return variance
    lost = np.maximum(lost_run[1:], lost_run[:-1])
    error = config.lost_acceleration_mps2 * np.minimum(1.0, lost / (rate_hz * config.lost_scale_s))
    return variance + np.asarray((error / rate_hz) ** 2 * np.maximum(lost, 1))


def _trapezoid(values: FloatArray, rate_hz: float) -> FloatArray:
    """Steps (n - 1, ...) of the integral of (n, ...)."""
    steps = values[1:] + values[:-1]
    steps *= 0.5 / rate_hz
    return steps


def _sums(steps: FloatArray, spans: _Spans, begin: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Sum of the steps (n - 1, ...) from the interval's start up to each sample (n, ...), and over each (k, ...).

    ``begin`` (k, ...) is what each interval begins with.
    """
    total = columns((len(steps) + 1, *steps.shape[1:])) if steps.ndim > 1 else np.empty(len(steps) + 1)
    total[0] = 0.0
    np.cumsum(steps, axis=0, out=total[1:])
    at_start = total[spans.start]
    whole = np.asarray(total[spans.end] - at_start)
    total -= _spread(at_start if begin is None else at_start - begin, spans.interval)
    return total, whole


def _totals(steps: FloatArray, spans: _Spans) -> FloatArray:
    """Sum of the steps (n - 1, ...) over each interval (k, ...)."""
    return np.asarray(np.add.reduceat(steps, spans.start, axis=0))


def _spread(values: FloatArray, interval: IntArray) -> FloatArray:
    """Values (k, ...) of the intervals that samples are in, each component in one run of memory."""
    # take is several times faster than an index array
    return values.T.take(interval, axis=-1).T
