"""What a sensor makes of the motion at its place: errors, filters, limits, lost samples, clocks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from footdrop_imu.simulate.motion import FootMotion
from footdrop_imu.simulate.sensor import SensorConfig, Signals, exact_signals
from footdrop_imu.simulate.shank import ShankMotion
from footdrop_imu.simulate.sway import Sway

__all__ = ["Measured", "SensorErrors", "arrived", "measure", "stamped"]

_FINE = 8  # inner samples of a sensor that filters or integrates
_IN_PACKET_S = 1e-4  # between the stamps of a packet's samples


class SensorErrors(NamedTuple):
    """What is wrong with a sensor, in its own axes: reading = scale * truth + bias + noise.

    ``acc_scale`` and ``gyr_scale`` (3,); ``acc_bias_mps2`` and ``gyr_bias_radps`` (n, 3), with their drift. The
    gyroscope shows what was ``gyr_delay_s`` before the accelerometer's.
    """

    acc_scale: FloatArray
    gyr_scale: FloatArray
    acc_bias_mps2: FloatArray
    gyr_bias_radps: FloatArray
    gyr_delay_s: float


class Measured(NamedTuple):
    """Every sample, before any is lost, in sensor axes; which (n,) touched a limit; and the errors in them."""

    signals: Signals
    clipped: BoolArray
    errors: SensorErrors


def measure(
    segment: str,
    motion: FootMotion | ShankMotion,
    sway: Sway,
    place_m: FloatArray,
    time_s: FloatArray,
    sensor: SensorConfig,
) -> Measured:
    """The sensor's own samples and their errors.

    Parameters
    ----------
    segment
        One of `schema.SEGMENTS`.
    motion, sway, place_m
        The foot or shank, and where the sensor is on it.
    time_s
        (n,) when the accelerometer is sampled, evenly spaced.
    sensor
        Its errors.

    Returns
    -------
    Measured
    """
    delay_s = sensor.delay_s(segment)
    acc, gyr = _sampled(motion, sway, place_m, time_s, sensor)
    if delay_s:
        gyr = _sampled(motion, sway, place_m, time_s - delay_s, sensor).gyr
    rotation = sensor.rotation(segment)
    rate_hz = 1.0 / (time_s[1] - time_s[0])
    deg = np.radians(1.0)
    acc_read, acc_clipped, acc_scale, acc_bias = _read(
        acc @ rotation,
        sensor.rng(segment, 1),
        noise=float(np.hypot(sensor.acc_noise_mps2, sensor.acc_noise_density_mps2 * np.sqrt(0.5 * rate_hz))),
        bias=sensor.acc_bias_mps2,
        walk=sensor.acc_walk_mps2 / np.sqrt(60.0 * rate_hz),
        scale=(sensor.acc_scale_mean_frac, sensor.acc_scale_frac),
        drift=np.zeros((len(time_s), 3)),
        limit=sensor.acc_range_g * GRAVITY_MPS2,
        bits=sensor.resolution_bits,
    )
    gyr_read, gyr_clipped, gyr_scale, gyr_bias = _read(
        gyr @ rotation,
        sensor.rng(segment, 2),
        noise=deg * float(np.hypot(sensor.gyr_noise_dps, sensor.gyr_noise_density_dps * np.sqrt(0.5 * rate_hz))),
        bias=deg * sensor.gyr_bias_dps,
        walk=deg * sensor.gyr_walk_dps / np.sqrt(60.0 * rate_hz),
        scale=(sensor.gyr_scale_mean_frac, sensor.gyr_scale_frac),
        drift=_warming(time_s, sensor, segment),
        limit=deg * sensor.gyr_range_dps,
        bits=sensor.resolution_bits,
    )
    errors = SensorErrors(acc_scale, gyr_scale, acc_bias, gyr_bias, delay_s)
    return Measured(Signals(acc_read, gyr_read), acc_clipped | gyr_clipped, errors)


def _read(
    exact: FloatArray,
    rng: np.random.Generator,
    *,
    noise: float,
    bias: float,
    walk: float,
    scale: tuple[float | tuple[float, float, float], float],
    drift: FloatArray,
    limit: float,
    bits: int,
) -> tuple[FloatArray, BoolArray, FloatArray, FloatArray]:
    """Readings (n, 3), which touch the limit (n,), scale (3,) and bias (n, 3)."""
    constant, scales = bias * rng.standard_normal(3), 1.0 + np.asarray(scale[0]) + scale[1] * rng.standard_normal(3)
    biases = constant + np.cumsum(walk * rng.standard_normal(exact.shape), axis=0) + drift
    values = exact * scales + biases + noise * rng.standard_normal(exact.shape)
    clipped = np.asarray((np.abs(values) >= limit).any(axis=1))
    values = np.clip(values, -limit, limit)
    if bits:
        count = limit / 2 ** (bits - 1)
        values = np.round(values / count) * count
    return values, clipped, scales, biases


def _warming(time_s: FloatArray, sensor: SensorConfig, segment: str) -> FloatArray:
    """Drift (n, 3) rad/s of the gyroscope's bias from the first sample on."""
    way = sensor.rng(segment, 4).standard_normal(3)
    way *= np.radians(sensor.gyr_warming_dps) / np.linalg.norm(way)
    return np.asarray((1.0 - np.exp(-(time_s - time_s[0]) / sensor.warming_time_s))[:, None] * way)


def _sampled(
    motion: FootMotion | ShankMotion, sway: Sway, place_m: FloatArray, time_s: FloatArray, sensor: SensorConfig
) -> Signals:
    """Exact signals as the sensor's front end passes them on."""
    if not (sensor.integrates_on_chip or sensor.anti_alias):
        return exact_signals(motion, sway, place_m, time_s)
    step = time_s[1] - time_s[0]
    if sensor.integrates_on_chip:
        places = (np.arange(_FINE) + 0.5) / _FINE - 0.5
        weights = np.full(_FINE, 1.0 / _FINE)
    else:
        places = (np.arange(2 * _FINE) + 0.5) / _FINE - 1.0
        weights = 1.0 + np.cos(np.pi * places)
        weights /= weights.sum()
    acc, gyr = np.zeros((len(time_s), 3)), np.zeros((len(time_s), 3))
    for place, weight in zip(places, weights, strict=True):
        part = exact_signals(motion, sway, place_m, time_s + place * step)
        acc += weight * part.acc
        gyr += weight * part.gyr
    return Signals(acc, gyr)


def arrived(count: int, sensor: SensorConfig, segment: str) -> tuple[BoolArray, IntArray]:
    """Which of ``count`` samples came through, and every sample's 16-bit counter.

    The first packet always comes, so that index 0 is what it is without losses.
    """
    rng = sensor.rng(segment, 3)
    packets = -(-count // sensor.packet_samples)
    here = rng.random(packets) >= sensor.lost_frac
    packet_s = sensor.packet_samples / sensor.rate_hz
    begins = np.flatnonzero(rng.random(packets) < sensor.burst_per_min * packet_s / 60.0)
    long = np.maximum(1, np.round(rng.exponential(sensor.burst_s, len(begins)) / packet_s)).astype(np.int64)
    gone = np.zeros(packets + 1, dtype=np.int64)
    np.add.at(gone, begins, 1)
    np.add.at(gone, np.minimum(begins + long, packets), -1)
    here &= np.cumsum(gone)[:-1] == 0
    here[0] = True
    counter = (int(rng.integers(65_536)) + np.arange(count, dtype=np.int64)) % 65_536
    return np.repeat(here, sensor.packet_samples)[:count], counter


def stamped(clock_s: FloatArray, sensor: SensorConfig, segment: str) -> FloatArray:
    """Time stamps (n,) s, increasing, of samples taken at ``clock_s`` (n,); 0 = the first was taken."""
    rng, count = sensor.rng(segment, 5), len(clock_s)
    since = clock_s - clock_s[0]
    if sensor.stamps == "sampling":
        stamps = since + sensor.stamp_jitter_s * rng.standard_normal(count)
    else:
        size = sensor.packet_samples
        last = np.minimum(np.arange(size - 1, count + size - 1, size), count - 1)
        came = since[last] + rng.exponential(sensor.stamp_jitter_s, len(last))
        stamps = np.repeat(came, size)[:count] + _IN_PACKET_S * (np.arange(count) % size)
    least = 1e-5 * np.arange(count)  # packets come in order, and no stamp stands still
    return np.asarray(np.maximum.accumulate(stamps - least) + least)
