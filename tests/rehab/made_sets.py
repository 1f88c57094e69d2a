"""Courses of an angle with known repetitions: course of least jerk up, hold, and down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray

RATE_HZ = 100.0


class MadeSet(NamedTuple):
    """``angle_deg`` (n,); ranges and holds of the repetitions in it."""

    angle_deg: FloatArray
    range_deg: tuple[float, ...]
    hold_s: tuple[float, ...]


def smooth(share: FloatArray) -> FloatArray:
    """Course of least jerk from 0 to 1."""
    u = np.clip(share, 0.0, 1.0)
    return np.asarray(10 * u**3 - 15 * u**4 + 6 * u**5)


def make_set(
    ranges_deg: list[float],
    *,
    up_s: float = 1.0,
    hold_s: float = 0.5,
    rest_s: float = 0.6,
    tremor_deg: float = 0.0,
    steps_deg: dict[int, float] | None = None,
    false_starts: dict[int, float] | None = None,
    noise_deg: float = 0.02,
) -> MadeSet:
    """A set; before repetition k the posture may change by a step, and a false start of some size may come."""
    t, moves = 2.0, []
    for k, size in enumerate(ranges_deg):
        if steps_deg and k in steps_deg:
            moves.append((t, 0.8, steps_deg[k]))
            t += 0.8 + rest_s
        if false_starts and k in false_starts:
            moves += [(t, 0.5, false_starts[k]), (t + 0.5, 0.5, -false_starts[k])]
            t += 1.0 + rest_s
        moves += [(t, up_s, size), (t + up_s + hold_s, up_s, -size)]
        t += 2 * up_s + hold_s + rest_s
    time = np.arange(round((t + 2.0) * RATE_HZ)) / RATE_HZ
    angle = np.sum([size * smooth((time - start) / length) for start, length, size in moves], axis=0)
    angle = angle + tremor_deg * np.sin(2 * np.pi * 5.3 * time) * (0.7 + 0.3 * np.sin(time))
    angle = angle + noise_deg * np.random.default_rng(5).normal(size=len(time))
    return MadeSet(angle, tuple(ranges_deg), (hold_s,) * len(ranges_deg))
