"""Vibration of the sensor against the foot: rough floors under a dragging or a standing shoe, loose straps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.simulate.leg import smooth

__all__ = ["Shaking", "draw_shaking", "shaking_at"]

_WAVES = 12  # of random frequency and phase, which make up one vibration
_MEASURED = 32  # instants at which its strength is measured
_ARM_M = 0.15  # turns that go with the shifts: those of a foot that pivots about a point so far from the sensor


@dataclass(frozen=True)
class Shaking:
    """m vibrations of one cause (drag, step, brush, stick or loose) that do not overlap, in order.

    ``begin_s``, ``end_s``, ``ramp_s`` (m,): each swells and fades within its ramp. ``rate_radps`` (m, k);
    ``wave`` (m, k, 6) complex amplitudes of the rotation vector (rad) and the shift (m), foot axes.
    """

    cause: str
    begin_s: FloatArray
    end_s: FloatArray
    ramp_s: FloatArray
    rate_radps: FloatArray
    wave: FloatArray


def draw_shaking(
    rng: np.random.Generator,
    cause: str,
    begin_s: FloatArray,
    end_s: FloatArray,
    rms_mps2: FloatArray,
    band_hz: tuple[float, float],
    ramp_s: float = 0.008,
    axes: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Shaking:
    """Vibrations with an even spectrum of acceleration over a band.

    Parameters
    ----------
    rng
        Source of chance.
    cause
        What shakes.
    begin_s, end_s, rms_mps2
        (m,) when, and the acceleration's root mean square over that time and the three axes, each taken relative to
        ``axes``.
    band_hz
        Lowest and highest frequency.
    ramp_s
        Time in which a vibration swells and fades; at most half of it.
    axes
        Relative size forward, sideways and up; turns follow those of the shifts across their axes.
    """
    m = len(begin_s)
    # one wave in each part of the band: even, and never twice the same
    place = (np.arange(_WAVES) + rng.random((m, _WAVES))) / _WAVES
    rate = 2.0 * np.pi * (band_hz[0] + (band_hz[1] - band_hz[0]) * place)
    draws = rng.standard_normal((2, m, _WAVES, 6))
    x, y, z = axes
    wave = (draws[0] + 1j * draws[1]) / rate[:, :, None] ** 2
    wave *= np.array([max(y, z) / _ARM_M, max(x, z) / _ARM_M, max(x, y) / _ARM_M, x, y, z])
    drawn = Shaking(cause, begin_s, end_s, np.minimum(ramp_s, 0.5 * (end_s - begin_s)), rate, wave)
    # Swelling and fading make a short vibration stronger, so it is measured.
    inside = (np.arange(_MEASURED) + 0.5) / _MEASURED
    time = begin_s[:, None] + (end_s - begin_s)[:, None] * inside
    shaken = shaking_at(drawn, time.ravel())[1][2, :, 3:].reshape(m, _MEASURED, 3)
    usual = np.sqrt((shaken**2).mean(axis=(1, 2)) / np.mean(np.square(axes)))
    return replace(drawn, wave=wave * (rms_mps2 / usual)[:, None, None])


def shaking_at(shaking: Shaking, time_s: FloatArray) -> tuple[IntArray, FloatArray]:
    """Which of the (n,) times lie within a vibration (k,), and there value and two time derivatives (3, k, 6)."""
    which = np.searchsorted(shaking.begin_s, time_s, side="right") - 1
    inside = np.flatnonzero((which >= 0) & (time_s < shaking.end_s[np.maximum(which, 0)]))
    which = which[inside]
    since, until = time_s[inside] - shaking.begin_s[which], shaking.end_s[which] - time_s[inside]
    ramp, rate = shaking.ramp_s[which], shaking.rate_radps[which]
    swell = _swell(since / ramp) / ramp ** np.arange(3)[:, None]
    fade = _swell(until / ramp) / (-ramp) ** np.arange(3)[:, None]
    size = swell[0] * fade[0]
    grows = swell[1] * fade[0] + swell[0] * fade[1]
    bends = swell[2] * fade[0] + 2.0 * swell[1] * fade[1] + swell[0] * fade[2]
    value, slope, curve = np.zeros((3, len(inside), 6))
    for k in range(_WAVES):  # one at a time bounds the memory
        wave = np.exp(1j * rate[:, k] * since)[:, None] * shaking.wave[which, k]
        value += wave.real
        slope -= rate[:, [k]] * wave.imag
        curve -= rate[:, [k]] ** 2 * wave.real
    size, grows, bends = size[:, None], grows[:, None], bends[:, None]
    return inside, np.stack(
        [size * value, grows * value + size * slope, bends * value + 2.0 * grows * slope + size * curve]
    )


def _swell(x: FloatArray) -> FloatArray:
    """`leg.smooth` with its first two derivatives (3, n)."""
    x = np.clip(x, 0.0, 1.0)
    return np.stack([smooth(x), 30.0 * x**2 * (1.0 - x) ** 2, 60.0 * x * (1.0 - x) * (1.0 - 2.0 * x)])
