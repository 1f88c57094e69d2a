"""Vibration of the sensor against the foot: rough floors under a dragging or a standing shoe, loose straps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.simulate.leg import smooth

__all__ = ["Shaking", "draw_shaking", "shaking_at"]

_WAVES = 12  # of random frequency and phase, which make up one vibration
_ARM_M = 0.15  # turns that go with the shifts: those of a foot that pivots about a point so far from the sensor


@dataclass(frozen=True)
class Shaking:
    """m vibrations that do not overlap, in order.

    ``begin_s``, ``end_s``, ``ramp_s`` (m,): each swells and fades within its ramp. ``rate_radps`` (m, k);
    ``wave`` (m, k, 6) complex amplitudes of the rotation vector (rad) and the shift (m), foot axes.
    """

    begin_s: FloatArray
    end_s: FloatArray
    ramp_s: FloatArray
    rate_radps: FloatArray
    wave: FloatArray


def draw_shaking(
    rng: np.random.Generator,
    begin_s: FloatArray,
    end_s: FloatArray,
    rms_mps2: FloatArray,
    band_hz: tuple[float, float],
    ramp_s: float = 0.008,
) -> Shaking:
    """Vibrations with an even spectrum of acceleration over a band.

    Parameters
    ----------
    rng
        Source of chance.
    begin_s, end_s, rms_mps2
        (m,) when, and the acceleration's root mean square on each axis.
    band_hz
        Lowest and highest frequency.
    ramp_s
        Time in which a vibration swells and fades; at most half of it.
    """
    m = len(begin_s)
    # one wave in each part of the band: even, and never twice the same
    rate = (
        2.0 * np.pi * (band_hz[0] + (band_hz[1] - band_hz[0]) * (np.arange(_WAVES) + rng.random((m, _WAVES))) / _WAVES)
    )
    draws = rng.standard_normal((2, m, _WAVES, 6))
    size = rms_mps2[:, None] / np.sqrt(_WAVES) / rate**2
    wave = (draws[0] + 1j * draws[1]) * size[:, :, None]
    wave[:, :, :3] /= _ARM_M
    return Shaking(begin_s, end_s, np.minimum(ramp_s, 0.5 * (end_s - begin_s)), rate, wave)


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
