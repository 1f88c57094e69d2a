"""Path of the sensor between foot-flats: acceleration integrated twice, its drift taken out where it arose."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.closure import Closures, DriftConfig, Usual, doubt_of, find_usual
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

__all__ = ["FootPath", "UnleveledPath", "integrate_path", "level_path", "reconstruct_path"]

_UP = np.array([0.0, 0.0, 1.0])


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


class UnleveledPath(NamedTuple):
    """A path before floors are taken as level: what does not need to know how the recording's strides usually close.

    As in ``FootPath``; ``level_shape`` (n,) is the velocity error that goes with a height left over, in any unit.
    """

    first: int
    spans: "_Spans"
    orientation: FloatArray
    velocity: FloatArray
    level_shape: FloatArray
    closures: Closures
    left_over_mps: FloatArray
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
    """Reconstruct the sensor's path between the rests of a recording that is one stretch.

    ``integrate_path``, and ``level_path`` by what its own intervals usually show.
    """
    config = config or DriftConfig()
    path = integrate_path(
        acc, gyr, lost_run, rests, rate_hz, averaged=averaged, config=config, tilt_config=tilt_config or TiltConfig()
    )
    usual = find_usual([path.closures], rate_hz, averaged=averaged, config=config)
    return level_path(path, usual, rate_hz, averaged=averaged, delay_sd_s=delay_sd_s, scale_sd=scale_sd, config=config)


def integrate_path(
    acc: FloatArray,
    gyr: FloatArray,
    lost_run: IntArray,
    rests: Rests,
    rate_hz: float,
    *,
    averaged: bool,
    config: DriftConfig,
    tilt_config: TiltConfig,
) -> UnleveledPath:
    """Integrate the sensor's path between the rests of one stretch of a recording.

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
    config, tilt_config
        Error sizes.

    Returns
    -------
    UnleveledPath

    Notes
    -----
    Per interval of duration T the velocity error is e(t) = b t + w(t): a constant acceleration error b and a
    random walk w whose step variances q follow the second difference of acceleration, since an impact between
    two samples puts its error in *there*. Conditioning on e(T) (the foot's known velocity at rest) and, on level
    floor, on its integral (the foot ends as high as it began) is closed form in the running sums of q, q t and
    q t²: the exact answer of a fixed-interval smoother without running one, with its covariance.
    """
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

    before_level = _totals(_trapezoid(velocity, rate_hz), spans)
    way = np.hypot(before_level[:, 0], before_level[:, 1])
    closures = Closures(
        closure_ratio=closure,
        lossy=_sums((lost_run[keep][1:] > 0).astype(float), spans)[1] > 0,
        drift_m2=np.stack((level_drift.position_variance, upright_drift.position_variance), axis=1),
        rest_m2=np.stack([_rest_variance(one, rests, spans, config) for one in (level_drift, upright_drift)], axis=1),
        # an attitude error that arises on the way turns way into height
        tilt_m2=(config.attitude_share * tilt.disagreement_rad * way) ** 2,
        rise_m=before_level[:, 2],
        way_m=way,
    )
    shape = _level_shape(moments, upright_drift, spans)
    return UnleveledPath(first, spans, orientation, velocity, shape, closures, left_over[:, 2], tilt)


def level_path(
    path: UnleveledPath,
    usual: Usual,
    rate_hz: float,
    *,
    averaged: bool,
    delay_sd_s: float = 0.0,
    scale_sd: float = 0.0,
    config: DriftConfig,
) -> FootPath:
    """End strides on level floor at the height they began, and state how far the path may be wrong.

    Parameters
    ----------
    path
        From ``integrate_path``; its velocity is changed.
    usual
        What the recording's intervals usually show, from ``closure.find_usual``: the same for all its stretches.
    rate_hz, averaged, config
        As there.
    delay_sd_s
        How well the delay between the two quantities is known.
    scale_sd
        What else is in doubt of the lengths' scale.

    Returns
    -------
    FootPath
    """
    velocity, spans, rise, way = path.velocity, path.spans, path.closures.rise_m, path.closures.way_m
    doubt = doubt_of(path.closures, usual, rate_hz, averaged=averaged, config=config)
    rise_variance = doubt.up_m2 + doubt.shared_m2
    share = np.where(doubt.level, rise_variance / (rise_variance + config.level_sd_m**2), 0.0)
    shape_total = _totals(_trapezoid(path.level_shape, rate_hz), spans)
    velocity[:, 2] -= path.level_shape * (share * rise / np.maximum(shape_total, 1e-12)).take(spans.interval)
    position, displacement = _sums(_trapezoid(velocity, rate_hz), spans)
    rise_sd = np.sqrt(rise_variance)
    scale_variance = config.scale_sd**2 + scale_sd**2 + (config.delay_per_s * delay_sd_s) ** 2
    return FootPath(
        first=path.first,
        interval=spans.interval,
        orientation=path.orientation,
        velocity=velocity,
        position=position,
        displacement_m=displacement,
        rise_m=rise,
        rise_sd_m=rise_sd,
        level=doubt.level,
        position_sd_m=np.sqrt(doubt.along_m2 + doubt.shared_m2 + way**2 * scale_variance),
        # a doubly integrated random walk pinned in value and slope at both ends against one pinned at one end
        height_sd_m=rise_sd * np.where(doubt.level, 0.25, 0.5),
        left_over_mps=path.left_over_mps,
        closure_ratio=path.closures.closure_ratio,
        tilt=path.tilt,
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


def _rest_variance(drift: _Drift, rests: Rests, spans: _Spans, config: DriftConfig) -> FloatArray:
    """Variance (k,) of a displacement from the velocities at rest."""
    rest_sd = config.rest_velocity_mps * rests.intensity
    at_rest = (rest_sd[:-1] * (spans.duration_s - drift.reach_s)) ** 2 + (rest_sd[1:] * drift.reach_s) ** 2
    return np.asarray(at_rest)


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
