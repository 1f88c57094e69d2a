"""Linear models with autocorrelated errors: statsmodels' numbers, known truth in short courses, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.autocorrelation import RHOS, course, draws, fit, noise
from tests.rehab.courses_of_people import autoregressive, visit_days


def test_under_one_autocorrelation_it_is_generalized_least_squares() -> None:
    from statsmodels.regression.linear_model import GLS

    generator = np.random.default_rng(1)
    day = visit_days(generator, 18, even=False)
    design = np.column_stack([np.ones(18), day, day > 20])
    value = autoregressive(generator, 18, 0.4) + 0.05 * day
    found = fit(design, value, noise(day))
    spacing = np.median(np.diff(day))
    lines = [day / spacing] * len(RHOS) + [np.arange(18.0)] * len(RHOS)
    assert found.rhos.tolist() == [*RHOS, *RHOS]
    for index, (rho, line) in enumerate(zip(found.rhos, lines, strict=True)):
        theirs = GLS(value, design, sigma=max(rho, 1e-12) ** np.abs(np.subtract.outer(line, line))).fit()
        assert found.coefficient[index] == pytest.approx(theirs.params, rel=1e-8)
        assert found.standard_error[index] == pytest.approx(theirs.bse, rel=1e-8)
    assert found.degrees == 15


def test_weights_are_the_restricted_likelihood() -> None:
    """Written out from its definition, by determinants and inverses."""
    generator = np.random.default_rng(2)
    day = np.arange(12.0)
    design = np.column_stack([np.ones(12), day])
    value = autoregressive(generator, 12, 0.5)
    expected = []
    for rho in RHOS:
        v = np.maximum(rho, 1e-12) ** np.abs(np.subtract.outer(day, day)) if rho else np.eye(12)
        inverse = np.linalg.inv(v)
        information = design.T @ inverse @ design
        rest = value - design @ np.linalg.solve(information, design.T @ inverse @ value)
        expected.append(np.linalg.det(v) ** -0.5 * np.linalg.det(information) ** -0.5 * (rest @ inverse @ rest) ** -5.0)
    assert fit(design, value, noise(day)).weight == pytest.approx(np.array(expected) / np.sum(expected), rel=1e-8)


def test_p_and_interval_belong_together() -> None:
    generator = np.random.default_rng(3)
    day = visit_days(generator, 15, even=True)
    found = fit(np.column_stack([np.ones(15), day]), autoregressive(generator, 15, 0.3), noise(day))
    p_value = found.p_value(1)
    low, high = found.interval(1, 1.0 - p_value)
    assert min(abs(low), abs(high)) == pytest.approx(0.0, abs=1e-9)
    assert found.interval(1)[0] < found.mean(1) < found.interval(1)[1]


def test_one_autocorrelation_gives_students_t() -> None:
    day = np.arange(10.0)
    found = fit(np.ones((10, 1)), np.random.default_rng(4).standard_normal(10), noise(day))
    alone = type(found)(RHOS, np.eye(len(RHOS))[0], found.coefficient, found.covariance, found.scale, found.degrees)
    reach = student.ppf(0.975, 9) * found.standard_error[0, 0]
    assert alone.interval(0) == pytest.approx((alone.mean(0) - reach, alone.mean(0) + reach), rel=1e-6)
    assert alone.rho == 0.0


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("count", [12, 25])
def test_a_slope_that_is_not_there_is_found_in_few_courses(count: int, rho: float) -> None:
    generator = np.random.default_rng(5)
    day = visit_days(generator, count, even=True)
    design, errors = np.column_stack([np.ones(count), day]), noise(day)
    found = [fit(design, autoregressive(generator, count, rho), errors).p_value(1) < 0.05 for _ in range(200)]
    assert np.mean(found) < 0.10


def test_drawn_errors_have_their_autocorrelation() -> None:
    day = np.arange(30.0)
    series = draws(np.eye(len(RHOS))[8], noise(day), 2000, seed=1)
    assert series.std() == pytest.approx(1.0, abs=0.03)
    assert np.mean(series[1:] * series[:-1]) == pytest.approx(RHOS[8], abs=0.03)
    assert np.array_equal(series, draws(np.eye(len(RHOS))[8], noise(day), 2000, seed=1))


def test_a_course_is_put_in_order_and_by_day() -> None:
    visits = course(np.array([4.0, 0.0, 4.0, 2.0]), np.array([3.0, 1.0, 5.0, np.nan]))
    assert visits.day.tolist() == [0.0, 4.0]
    assert visits.value.tolist() == [1.0, 4.0]
    assert visits.left_out_count == 1
    assert visits.averaged(np.array([10.0, 1.0, 20.0, 7.0])).tolist() == [1.0, 15.0]


def test_a_long_course_is_averaged_over_stretches() -> None:
    day = np.arange(1000.0)
    visits = course(day, 2.0 * day, most=50)
    assert len(visits.day) == 50
    assert visits.value == pytest.approx(2.0 * visits.day)
    assert np.diff(visits.day) == pytest.approx(20.0, abs=1.1)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (np.arange(3.0), np.arange(4.0)),
        (np.zeros((2, 2)), np.zeros((2, 2))),
        (np.array([0.0, np.nan]), np.arange(2.0)),
    ],
)
def test_what_is_no_course_is_refused(day: np.ndarray, value: np.ndarray) -> None:
    with pytest.raises(SchemaError) as caught:
        course(day, value)
    assert caught.value.reason is SchemaReason.WRONG_VALUE


def test_sums_of_coefficients_and_their_draws() -> None:
    generator = np.random.default_rng(6)
    day = np.arange(20.0)
    found = fit(np.column_stack([np.ones(20), day, day % 2]), autoregressive(generator, 20, 0.3), noise(day))
    together = found.combined(np.array([[1.0, 10.0, 0.0], [0.0, 0.0, 1.0]]))
    assert together.mean(0) == pytest.approx(found.mean(0) + 10.0 * found.mean(1))
    assert together.interval(1) == pytest.approx(found.interval(2))
    drawn = together.sample(20000, seed=1)
    assert drawn.mean(axis=0) == pytest.approx([together.mean(0), together.mean(1)], abs=0.05)
    assert np.quantile(drawn[:, 0], [0.025, 0.975]) == pytest.approx(together.interval(0), abs=0.1)
    assert np.array_equal(drawn, together.sample(20000, seed=1))
