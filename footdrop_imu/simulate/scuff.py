"""Scuffs and what resembles them, put into the signals of a walk whose swings are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["FLOORS", "Scuffed", "Scuffs", "add_brushing", "add_loose_sensor", "add_scuffs", "add_stick"]

_FINE = 16
"""Inner samples of one sample time: what lies between two samples is averaged or passed by, as the sensor does."""


class _Floor(NamedTuple):
    """Roughness as a share of the pulse, and the band it lies in, Hz."""

    rough: float
    low_hz: float
    high_hz: float


FLOORS = {"hard": _Floor(0.35, 20.0, 80.0), "carpet": _Floor(0.15, 8.0, 30.0)}
_DIRECTIONS = np.array([1.0, 0.4, 0.7])  # of the roughness: forward, sideways, up
_EDGE = 0.3  # of the pulse's length, each for coming and going
_TURN_RADPS = 0.03  # toes-down rate that each m/s² of friction at the toe leaves after a pulse of _TURN_S
_TURN_S = 0.06


@dataclass(frozen=True)
class Scuffs:
    """Where the toe is to touch, and how.

    Parameters
    ----------
    swing
        (k,) which swings, as rows of the ``swings`` given beside.
    start_frac
        (k,) when in swing the touch begins, 0 to 0.9.
    length_s
        (k,) how long it lasts; cut at 95 % of the swing.
    strength_mps2
        (k,) greatest backward acceleration of the foot.
    floor
        hard, or carpet: less rough and of lower frequencies.
    seed
        Of the roughness.
    """

    swing: IntArray
    start_frac: FloatArray
    length_s: FloatArray
    strength_mps2: FloatArray
    floor: str = "hard"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.floor not in FLOORS:
            raise SchemaError(SchemaReason.WRONG_VALUE, f"floor is {self.floor!r}; use one of {', '.join(FLOORS)}.")
        lengths = {len(part) for part in (self.swing, self.start_frac, self.length_s, self.strength_mps2)}
        if len(lengths) != 1:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"The scuffs' arrays have {sorted(lengths)} rows; one for each was expected."
            )
        if np.any((self.start_frac < 0.0) | (self.start_frac > 0.9)) or np.any(self.length_s <= 0.0):
            raise SchemaError(
                SchemaReason.WRONG_VALUE, "A scuff starts at 0 to 0.9 of its swing and lasts longer than nothing."
            )


class Scuffed(NamedTuple):
    """Signals (n, 3) with what was put in, and when each scuff was: ``start_s``, ``end_s`` (k,) from sample 0."""

    acc: FloatArray
    gyr: FloatArray
    start_s: FloatArray
    end_s: FloatArray


def add_scuffs(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    swings: IntArray,
    foot_axes: FloatArray,
    scuffs: Scuffs,
    *,
    averaged: bool = False,
) -> Scuffed:
    """Put scuffs of known place, length and strength into a walk.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes; left as they are.
    rate_hz
        Sample rate.
    swings
        (m, 2) toe off and initial contact, sample indices.
    foot_axes
        (3, 3) sensor to foot: its rows are the foot's forward, left and up in sensor axes.
    scuffs
        What to put in.
    averaged
        Samples are means over the sample time.

    Returns
    -------
    Scuffed

    Notes
    -----
    A backward pulse of friction with smooth edges; roughness in proportion to it in the floor's band; a toes-down
    turn, since the floor holds the toe and not the ankle; and after it a slow forward push until contact, which
    gives back the velocity that was lost: the swing goes on and ends as it would have, some centimeters shorter.
    """
    rng = np.random.default_rng([scuffs.seed, 11])
    acc, gyr = np.array(acc, dtype=np.float64), np.array(gyr, dtype=np.float64)
    swing_s = swings[scuffs.swing] / rate_hz
    duration = swing_s[:, 1] - swing_s[:, 0]
    start = swing_s[:, 0] + scuffs.start_frac * duration
    end = np.minimum(start + scuffs.length_s, swing_s[:, 0] + 0.95 * duration)
    for k in range(len(start)):
        first, time = _fine(swing_s[k, 0], swing_s[k, 1], rate_hz, len(acc))
        pulse = scuffs.strength_mps2[k] * _plateau((time - start[k]) / (end[k] - start[k]))
        after = np.clip((time - end[k]) / (swing_s[k, 1] - end[k]), 0.0, 1.0)
        push = np.sin(np.pi * after)
        push *= pulse.sum() / max(push.sum(), 1e-12)
        foot = np.zeros((len(time), 3))
        foot[:, 0] = push - pulse
        floor = FLOORS[scuffs.floor]
        rough = floor.rough * _band_noise(rng, len(time), floor.low_hz, floor.high_hz, _FINE * rate_hz)
        foot += rough * _DIRECTIONS * pulse[:, None]
        turn = np.zeros((len(time), 3))
        rise = np.cumsum(pulse) / (_FINE * rate_hz) / _TURN_S
        turn[:, 1] = _TURN_RADPS * rise * (1.0 - after) ** 2
        turn += 0.5 * _TURN_RADPS * rough[:, ::-1] * pulse[:, None]
        _put(acc, foot @ foot_axes, first, averaged)
        _put(gyr, turn @ foot_axes, first, averaged)
    return Scuffed(acc, gyr, start, end)


def add_brushing(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    swings: IntArray,
    foot_axes: FloatArray,
    strength_mps2: float,
    *,
    averaged: bool = False,
    seed: int = 0,
) -> Scuffed:
    """Let one foot brush the other: in each of ``swings`` a knock of 20 ms, mostly sideways, in mid swing.

    Parameters and result are those of ``add_scuffs``.
    """
    rng = np.random.default_rng([seed, 12])
    place, length = rng.uniform(0.35, 0.65, len(swings)), np.full(len(swings), 0.02)
    direction = np.column_stack([rng.normal(0.0, 0.2, len(swings)), rng.choice([-1.0, 1.0], len(swings))])
    direction = np.column_stack([direction, rng.normal(0.0, 0.1, len(swings))])
    return _knock(acc, gyr, rate_hz, swings, foot_axes, strength_mps2 * direction, place, length, averaged)


def add_stick(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    swings: IntArray,
    foot_axes: FloatArray,
    strength_mps2: float = 2.0,
    *,
    averaged: bool = False,
    seed: int = 0,
) -> Scuffed:
    """Let a stick strike the floor in each of ``swings``: a weak knock of 10 ms that the body passes on.

    Parameters and result are those of ``add_scuffs``.
    """
    rng = np.random.default_rng([seed, 13])
    place, length = rng.uniform(0.2, 0.9, len(swings)), np.full(len(swings), 0.01)
    direction = np.column_stack([rng.normal(0.0, 0.4, (len(swings), 2)), np.ones(len(swings))])
    return _knock(acc, gyr, rate_hz, swings, foot_axes, strength_mps2 * direction, place, length, averaged)


def add_loose_sensor(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    swings: IntArray,
    foot_axes: FloatArray,
    strength_mps2: float = 5.0,
    *,
    averaged: bool = False,
    seed: int = 0,
) -> Scuffed:
    """Let a loose sensor ring after toe off, in swing and after contact, at its own 15 to 35 Hz.

    Parameters and result are those of ``add_scuffs``; ``start_s`` and ``end_s`` are the swings'.
    """
    rng = np.random.default_rng([seed, 14])
    acc, gyr = np.array(acc, dtype=np.float64), np.array(gyr, dtype=np.float64)
    own_hz, decay_s = rng.uniform(15.0, 35.0), rng.uniform(0.03, 0.08)
    usual = rng.normal(size=3)
    usual /= np.linalg.norm(usual)
    for row in np.asarray(swings):
        off, contact = row / rate_hz
        for begin, share in ((off, 0.7), (off + rng.uniform(0.2, 0.8) * (contact - off), 0.3), (contact, 1.0)):
            first, time = _fine(begin, begin + 5.0 * decay_s, rate_hz, len(acc))
            size = share * strength_mps2 * rng.uniform(0.6, 1.4)
            ring = np.exp(-np.maximum(time - begin, 0.0) / decay_s) * np.sin(2.0 * np.pi * own_hz * (time - begin))
            ring *= size * (time >= begin)
            _put(acc, np.outer(ring, usual) @ foot_axes, first, averaged)
            _put(gyr, 0.05 * np.outer(ring, usual[::-1]) @ foot_axes, first, averaged)
    return Scuffed(acc, gyr, swings[:, 0] / rate_hz, swings[:, 1] / rate_hz)


def _knock(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    swings: IntArray,
    foot_axes: FloatArray,
    peak: FloatArray,
    place: FloatArray,
    length_s: FloatArray,
    averaged: bool,
) -> Scuffed:
    """Short pulses (k, 3) m/s² in foot axes, each with its rebound: no velocity is left."""
    acc, gyr = np.array(acc, dtype=np.float64), np.array(gyr, dtype=np.float64)
    start = (swings[:, 0] + place * (swings[:, 1] - swings[:, 0])) / rate_hz
    for k in range(len(start)):
        first, time = _fine(start[k], start[k] + 2.5 * length_s[k], rate_hz, len(acc))
        u = (time - start[k]) / length_s[k]
        shape = _plateau(u) - _plateau((u - 1.0) / 1.5) / 1.5
        _put(acc, np.outer(shape, peak[k]) @ foot_axes, first, averaged)
        _put(gyr, 0.02 * np.outer(shape, peak[k][[1, 0, 2]]) @ foot_axes, first, averaged)
    return Scuffed(acc, gyr, start, start + length_s)


def _fine(begin_s: float, end_s: float, rate_hz: float, count: int) -> tuple[int, FloatArray]:
    """First sample and the inner instants of the samples around a span, whole samples."""
    first = max(0, int(np.floor(begin_s * rate_hz)) - 1)
    last = min(count, int(np.ceil(end_s * rate_hz)) + 2)
    inner = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    return first, (np.arange(first, last)[:, None] + inner).ravel() / rate_hz


def _put(values: FloatArray, inner: FloatArray, first: int, averaged: bool) -> None:
    """Add inner samples (m * _FINE, 3) as the sensor would give them."""
    whole = inner.reshape(-1, _FINE, 3)
    middle = 0.5 * (whole[:, _FINE // 2 - 1] + whole[:, _FINE // 2])
    values[first : first + len(whole)] += whole.mean(axis=1) if averaged else middle


def _plateau(u: FloatArray) -> FloatArray:
    """1 inside 0..1, coming and going as half a cosine each."""
    inside = np.minimum(np.clip(u / _EDGE, 0.0, 1.0), np.clip((1.0 - u) / _EDGE, 0.0, 1.0))
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * inside))


def _band_noise(rng: np.random.Generator, count: int, low_hz: float, high_hz: float, rate_hz: float) -> FloatArray:
    """Noise (count, 3) of unit standard deviation between two frequencies."""
    length = max(count, int(4.0 * rate_hz / low_hz))
    spectrum = np.fft.rfft(rng.standard_normal((length, 3)), axis=0)
    hz = np.fft.rfftfreq(length, 1.0 / rate_hz)
    spectrum[(hz < low_hz) | (hz > high_hz)] = 0.0
    noise = np.fft.irfft(spectrum, length, axis=0)
    return np.asarray(noise / noise.std(axis=0))[:count]
