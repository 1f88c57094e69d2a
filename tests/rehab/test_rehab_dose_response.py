"""Dose and measure: where exercise does nothing, where it does, and where nobody could tell."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.dose_response import (
    DOSE_VERDICTS,
    DoseConfig,
    dose_response,
    fading_dose,
    time_course,
)
from footdrop_imu.schema import FloatArray
from tests.rehab.courses_of_people import autoregressive, exercising, visit_days

QUICK = DoseConfig(draw_count=199)


def helped(generator: np.random.Generator, count: int = 40, effect: float = 0.02) -> tuple[FloatArray, ...]:
    """Days, a measure that follows the dose of the last two weeks, repetitions by day."""
    day = visit_days(generator, count, even=True)
    daily = exercising(generator, int(day[-1]) + 22)
    value = 10.0 + effect * fading_dose(daily, 14.0)[day.astype(int)] + 0.5 * autoregressive(generator, count, 0.3)
    return day, value, daily


def test_the_dose_fades_by_half() -> None:
    daily = np.array([100.0, 0.0, 0.0, 40.0])
    assert fading_dose(daily, 2.0) == pytest.approx([0.0, 100 * 0.5**0.5, 50.0, 100 * 0.5**1.5, 25.0 + 40 * 0.5**0.5])
    assert fading_dose(daily, float("inf")).tolist() == [0.0, 100.0, 100.0, 100.0, 140.0]


def test_what_goes_with_the_dose_is_found_with_its_size() -> None:
    day, value, daily = helped(np.random.default_rng(1))
    found = dose_response(day, value, daily)
    assert found.verdict == "goes_with"
    assert found.direction == "higher"
    assert found.low < 2.0 < found.high
    assert found.low > 0.0
    assert found.p_value <= 0.04
    assert found.past_correlation > 0.7
    assert found.future_as_strong is False
    assert [delay for delay, _ in found.delayed_correlations] == [7, 14]
    assert 1.0 <= found.variance_inflation < 100.0


def test_a_measure_that_falls_with_the_dose_is_lower() -> None:
    day, value, daily = helped(np.random.default_rng(2), effect=-0.02)
    found = dose_response(day, value, daily)
    assert (found.verdict, found.direction) == ("goes_with", "lower")
    assert found.high < 0.0


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("course", ["level", "line", "saturating"])
def test_where_exercise_does_nothing_little_is_reported(course: str, rho: float) -> None:
    generator = np.random.default_rng(3)
    reported = 0
    for _ in range(40):
        count = int(generator.integers(15, 40))
        day = visit_days(generator, count, even=bool(generator.random() < 0.5))
        daily = exercising(generator, int(day[-1]) + 1, declining=bool(generator.random() < 0.5))
        rise = {"level": 0.0 * day, "line": 0.1 * day, "saturating": 6.0 * (1.0 - np.exp(-day / 15.0))}[course]
        reported += (
            dose_response(day, rise + autoregressive(generator, count, rho), daily, QUICK).verdict == "goes_with"
        )
    assert reported <= 7


def test_a_line_of_time_alone_would_be_fooled() -> None:
    """Recovery that levels off looks like a dose that builds up; what time is allowed to do must hold it."""
    day = np.arange(0.0, 120.0, 4.0)
    for pace in (6.0, 15.0, 30.0, 60.0):
        rise = 1.0 - np.exp(-day / pace)
        rest = rise - time_course(day) @ np.linalg.lstsq(time_course(day), rise, rcond=None)[0]
        straight = np.column_stack([np.ones(30), day])
        left = rise - straight @ np.linalg.lstsq(straight, rise, rcond=None)[0]
        assert rest.std() < 0.03
        assert rest.std() < 0.5 * left.std()


def test_the_same_amount_every_day_cannot_be_told_apart_from_time() -> None:
    generator = np.random.default_rng(4)
    day = visit_days(generator, 30, even=True)
    found = dose_response(day, 0.1 * day + generator.standard_normal(30), np.full(100, 40.0))
    assert found.verdict == "not_told_apart_from_time"
    assert found.variance_inflation > 100.0
    assert abs(found.time_correlation) > 0.5
    assert np.isnan(found.per_100_repetitions)


def test_what_comes_after_going_as_well_is_said() -> None:
    """Whoever walks better exercises more in the days after."""
    generator = np.random.default_rng(5)
    day = np.arange(0.0, 150.0, 3.0)
    mood = np.repeat(generator.standard_normal(60), 7)[:200]
    ahead = fading_dose(mood[::-1], 7.0)[::-1]
    daily = 40.0 * (mood > 0.0)
    found = dose_response(day, 3.0 * ahead[day.astype(int)] + 0.1 * generator.standard_normal(50), daily)
    assert found.future_as_strong is True
    assert abs(found.future_correlation) > abs(found.past_correlation)


def test_without_days_after_the_visits_it_cannot_be_looked_ahead() -> None:
    day, value, daily = helped(np.random.default_rng(6), count=13)
    found = dose_response(day, value, daily[: int(day[-1]) + 1])
    assert found.future_as_strong is None
    assert np.isnan(found.future_correlation)
    assert np.isfinite(found.past_correlation)


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_few_visits_are_too_little(count: int) -> None:
    found = dose_response(np.arange(float(count)), np.arange(float(count)), np.full(20, 10.0))
    assert (found.verdict, found.visit_count) == ("too_little_data", count)


def test_no_exercising_at_all_is_too_little() -> None:
    assert dose_response(np.arange(20.0), np.arange(20.0) % 3, np.zeros(20)).verdict == "too_little_data"
    assert dose_response(np.arange(20.0), np.ones(20), np.full(20, 5.0)).verdict == "too_little_data"


def test_visits_without_a_value_are_left_out_and_counted() -> None:
    day, value, daily = helped(np.random.default_rng(7))
    value[[3, 9]] = np.nan
    found = dose_response(day, value, daily, QUICK)
    assert found.visit_count == 38
    assert found.notes == ("2 visits without a value were left out.",)


def test_the_same_course_gives_the_same_answer_in_any_unit() -> None:
    day, value, daily = helped(np.random.default_rng(8), effect=0.003)
    found, again = dose_response(day, value, daily, QUICK), dose_response(day, 1000.0 * value + 5.0, daily, QUICK)
    assert dose_response(day, value, daily, QUICK) == found
    assert found.verdict in DOSE_VERDICTS
    assert again.p_value == found.p_value
    assert again.per_100_repetitions == pytest.approx(1000.0 * found.per_100_repetitions, rel=1e-6)


@pytest.mark.parametrize(
    ("day", "daily"),
    [
        (np.arange(20.0), np.full(10, 5.0)),
        (np.arange(20.0) - 1.0, np.full(30, 5.0)),
        (np.arange(20.0) + 0.5, np.full(30, 5.0)),
        (np.arange(20.0), np.full(30, -5.0)),
        (np.arange(20.0), np.full(30, np.nan)),
        (np.arange(20.0), np.full((5, 5), 1.0)),
    ],
)
def test_what_does_not_belong_together_is_refused(day: FloatArray, daily: FloatArray) -> None:
    with pytest.raises(SchemaError, match="expected"):
        dose_response(day, np.arange(20.0), daily)
