"""Segmented regression: known lines, coverage, uneven days, too little, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.segmented import segmented
from footdrop_imu.rehab.trend import TOO_LITTLE_DATA
from footdrop_imu.schema import FloatArray
from tests.rehab.courses_of_people import autoregressive, visit_days

START = 21.0


def two_lines(day: FloatArray) -> FloatArray:
    """A week before the start 0.5 more, at the start 2 more, then 1.2 a week more."""
    weeks = (day - START) / 7.0
    lines: FloatArray = 5.0 + 0.5 * weeks + (weeks >= 0.0) * (2.0 + 0.7 * weeks)
    return lines


def test_lines_without_noise_come_back() -> None:
    day = np.array([0.0, 3.0, 4.0, 11.0, 20.0, 21.0, 23.0, 30.0, 44.0, 45.0, 60.0])
    found = segmented(day, two_lines(day), START)
    assert found.level_change.value == pytest.approx(2.0, abs=1e-6)
    assert found.slope_change_per_week.value == pytest.approx(0.7, abs=1e-6)
    assert found.before_per_week.value == pytest.approx(0.5, abs=1e-6)
    assert found.after_per_week.value == pytest.approx(1.2, abs=1e-6)
    assert (found.before_count, found.after_count, found.reason) == (5, 6, "")


def test_days_may_be_counted_from_anywhere() -> None:
    generator = np.random.default_rng(1)
    day = visit_days(generator, 20, even=False)
    value = two_lines(day) + generator.standard_normal(20)
    here, there = segmented(day, value, START), segmented(day + 20000.0, value, START + 20000.0)
    assert np.array(there[:4]) == pytest.approx(np.array(here[:4]), rel=1e-5)


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_intervals_hold_the_truth(rho: float, even: bool) -> None:
    generator = np.random.default_rng(2)
    held = []
    for _ in range(100):
        day = visit_days(generator, 20, even=even, apart=4)
        found = segmented(day, two_lines(day) + 0.5 * autoregressive(generator, 20, rho), START)
        held.append(
            [
                found.level_change.low <= 2.0 <= found.level_change.high,
                found.slope_change_per_week.low <= 0.7 <= found.slope_change_per_week.high,
            ]
        )
    assert (np.mean(held, axis=0) > 0.87).all()


def test_a_big_step_is_seen() -> None:
    generator = np.random.default_rng(3)
    day = visit_days(generator, 25, even=True, apart=4)
    found = segmented(day, 6.0 * (day >= START) + generator.standard_normal(25), START)
    assert found.level_change.p_value < 0.05
    assert found.level_change.low > 0.0


@pytest.mark.parametrize("start", [-5.0, 5.0, 100.0])
def test_too_little_on_one_side_is_said(start: float) -> None:
    found = segmented(np.arange(0.0, 60.0, 4.0), np.arange(15.0), start)
    assert found.reason == TOO_LITTLE_DATA
    assert np.isnan(found.level_change.value)
    assert found.before_count + found.after_count == 15


def test_a_start_must_be_a_day() -> None:
    with pytest.raises(SchemaError, match="give a number"):
        segmented(np.arange(12.0), np.arange(12.0), float("inf"))
