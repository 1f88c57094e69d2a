"""Theil-Sen slope and baseline-corrected Tau: published examples, scipy's numbers, courses of known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, theilslopes

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.trend import TOO_LITTLE_DATA, TrendConfig, corrected_tau, theil_sen
from tests.rehab.courses_of_people import autoregressive, visit_days

TARLOW = np.array([33, 25, 17, 25, 14, 13, 15, 15, 16, 16, 5, 7, 9, 6, 5, 3, 3, 8, 11, 7], dtype=float)
"""Seven sessions of a baseline and thirteen later ones: the example of Tarlow (2017, page 439), as read off his figure
in the documentation of the R package scan (function corrected_tau), whose results are the expected ones here."""


def test_the_published_example() -> None:
    found = corrected_tau(np.arange(20.0), TARLOW, 7.0)
    assert found.before_tau == pytest.approx(-0.68, abs=0.005)
    assert found.before_p_value == pytest.approx(0.033, abs=0.001)  # z = -2.13
    assert found.tau == pytest.approx(0.70, abs=0.005)
    assert (found.before_count, found.after_count, found.reason) == (7, 13, "")


def test_a_trend_that_only_goes_on_is_no_change() -> None:
    """Tarlow (2017): 1 to 5, then 6 to 10: Tau 1, Tau-U 0.6, baseline-corrected Tau 0."""
    found = corrected_tau(np.arange(10.0), np.arange(1.0, 11.0), 5.0)
    assert (found.tau, found.p_value) == (0.0, 1.0)
    assert found.removed_per_week == pytest.approx(7.0)


def test_without_a_trend_before_it_is_kendalls_tau_b() -> None:
    value = np.array([3.0, 5.0, 4.0, 4.0, 6.0, 7.0, 7.0, 5.0, 8.0, 9.0])
    found = corrected_tau(np.arange(10.0), value, 4.0)
    assert found.removed_per_week == 0.0
    assert found.tau == pytest.approx(kendalltau(np.arange(10) >= 4, value).statistic, abs=1e-12)


def test_all_orders_of_few_blocks_are_gone_through() -> None:
    """Eight sessions are four blocks of two: 24 orders, 4 of which part high from low as the course does."""
    found = corrected_tau(np.arange(8.0), np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 8.0, 9.0]), 3.0)
    assert found.order_count == 24
    assert found.permutation_p_value * 24 == pytest.approx(round(found.permutation_p_value * 24))
    assert found.permutation_p_value >= 1 / 24
    assert corrected_tau(np.arange(60.0), np.arange(60.0) % 7, 20.0).order_count == 2000
    assert corrected_tau(np.arange(20.0), np.arange(20.0) % 7, 8.0).order_count == 5040


def test_a_clear_step_is_seen_and_has_its_sign() -> None:
    generator = np.random.default_rng(1)
    value = generator.standard_normal(30) - 4.0 * (np.arange(30) >= 10)
    found = corrected_tau(np.arange(30.0) * 3.0, value, 30.0)
    assert found.p_value < 0.05
    assert found.tau < -0.5


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_where_nothing_changed_little_is_found(rho: float) -> None:
    generator = np.random.default_rng(2)
    day = visit_days(generator, 18, even=True)
    found = [corrected_tau(day, autoregressive(generator, 18, rho), day[6]).p_value <= 0.05 for _ in range(120)]
    assert np.mean(found) < 0.11


@pytest.mark.parametrize("count", [25, 26], ids=["300 pairs", "325 pairs"])
def test_the_slope_is_scipys(count: int) -> None:
    generator = np.random.default_rng(3)
    day = visit_days(generator, count, even=False)
    value = 0.1 * day + generator.standard_normal(count)
    theirs = theilslopes(value, day)
    found = theil_sen(day, value)
    assert found.per_week == pytest.approx(7.0 * theirs.slope, rel=1e-12)
    assert found.low_per_week < found.per_week < found.high_per_week
    assert found.visit_count == count


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_the_interval_of_the_slope_holds_the_truth(rho: float) -> None:
    generator = np.random.default_rng(4)
    day = visit_days(generator, 15, even=True)
    slopes = [theil_sen(day, 0.2 * day + autoregressive(generator, 15, rho)) for _ in range(150)]
    held = np.mean([slope.low_per_week <= 1.4 <= slope.high_per_week for slope in slopes])
    assert 0.88 < held <= 1.0


def test_one_wild_visit_moves_the_slope_little() -> None:
    day = np.arange(20.0)
    value = 0.1 * day
    value[12] = 50.0
    assert theil_sen(day, value).per_week == pytest.approx(0.7, abs=0.01)


def test_the_same_course_gives_the_same_answer() -> None:
    generator = np.random.default_rng(5)
    day, value = visit_days(generator, 20, even=False), generator.standard_normal(20)
    assert theil_sen(day, value) == theil_sen(day, value)
    assert corrected_tau(day, value, 20.0) == corrected_tau(day, value, 20.0)
    shuffled = generator.permutation(20)
    assert corrected_tau(day[shuffled], value[shuffled], 20.0) == corrected_tau(day, value, 20.0)


@pytest.mark.parametrize(("before", "after"), [(2, 20), (10, 4), (0, 0)])
def test_too_little_data_is_said(before: int, after: int) -> None:
    day = np.arange(float(before + after))
    found = corrected_tau(day, np.ones(before + after), float(before))
    assert found.reason == TOO_LITTLE_DATA
    assert np.isnan([found.tau, found.p_value]).all()
    assert (found.before_count, found.after_count) == (before, after)


def test_seven_visits_have_no_slope_and_eight_have() -> None:
    assert theil_sen(np.arange(7.0), np.arange(7.0)).reason == TOO_LITTLE_DATA
    assert theil_sen(np.arange(8.0), np.arange(8.0)).per_week == pytest.approx(7.0)
    assert theil_sen(np.arange(3.0), np.arange(3.0), TrendConfig(fewest_before=1, fewest_after=2)).reason == ""


def test_a_measure_that_never_moves_has_no_tau_and_no_slope() -> None:
    assert corrected_tau(np.arange(12.0), np.ones(12), 4.0).tau == 0.0
    assert corrected_tau(np.arange(12.0), np.ones(12), 4.0).p_value == 1.0
    assert theil_sen(np.arange(12.0), np.ones(12))[:3] == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


def test_a_start_must_be_a_day() -> None:
    with pytest.raises(SchemaError, match="give a number"):
        corrected_tau(np.arange(12.0), np.arange(12.0), float("nan"))
