"""Courses of walks with known truth: when somebody walks, exercises, and how the measure goes."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["autoregressive", "exercising", "visit_days"]


def autoregressive(generator: np.random.Generator, count: int, rho: float) -> FloatArray:
    """Errors of unit variance, each like the one before by ``rho``: a loop, unlike what is tested."""
    errors = generator.standard_normal(count)
    for index in range(1, count):
        errors[index] = rho * errors[index - 1] + np.sqrt(1.0 - rho**2) * errors[index]
    return errors


def visit_days(generator: np.random.Generator, count: int, *, even: bool, apart: int = 3) -> FloatArray:
    """Days of visits from day 0, every ``apart`` days, or unevenly as often."""
    steps = np.full(count, apart) if even else generator.integers(1, 2 * apart, count)
    return np.concatenate([[0.0], np.cumsum(steps)[:-1]])


def exercising(generator: np.random.Generator, day_count: int, *, declining: bool = False) -> FloatArray:
    """Repetitions by day: each week its own share of days, 40 on each, fewer and fewer where it declines."""
    share = np.repeat(generator.uniform(0.0, 1.0, day_count // 7 + 1), 7)[:day_count]
    fading = 1.0 - 0.7 * np.arange(day_count) / day_count if declining else 1.0
    done: FloatArray = 40.0 * (generator.random(day_count) < share * fading)
    return done
