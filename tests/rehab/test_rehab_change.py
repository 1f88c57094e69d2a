"""The change of a measure and its error: by hand, against exact cases, and on courses of known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.progress import Design, compare, visit_errors
from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.change import Change, ChangeConfig, compare_days
from footdrop_imu.rehab.lines import compared_days
from footdrop_imu.schema import FloatArray

DAY = np.arange(0, 24, 2)
INDEPENDENT = ChangeConfig(prior_days=1e-12, independent_share=1.0 - 1e-12)


def one(values: FloatArray, config: ChangeConfig | None = None, **more: FloatArray) -> Change:
    """Compare one course of twelve days, three against three."""
    found = compare_days(values[None], DAY, 3, 3, np.array([1.0]), config=config, **more)
    return Change(*(series[0] for series in found))


def test_the_change_is_the_difference_of_two_means() -> None:
    found = one(np.array([1.0, 2.0, 3.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 6.0, 7.0, 8.0]))
    assert (found.baseline, found.latest, found.change) == pytest.approx((2.0, 7.0, 5.0))


def test_independent_days_without_a_prior_are_the_t_test_of_ordinary_least_squares() -> None:
    """Six days in two groups with one slope: residuals by numpy's own least squares, Student's t."""
    values = np.array([1.0, 2.2, 2.7, 5.0, 5.1, 6.4])
    day = np.arange(6) * 2
    found = compare_days(values[None], day, 3, 3, np.array([1.0]), config=INDEPENDENT)
    later = np.arange(6) >= 3
    within = np.tile([-2.0, 0.0, 2.0], 2)
    design = np.column_stack([~later, later, within]).astype(float)
    squares = float(np.linalg.lstsq(design, values, rcond=None)[1][0])
    error = np.sqrt(squares / 3.0 * (1.0 / 3.0 + 1.0 / 3.0))
    assert found.smallest_detectable[0] == pytest.approx(stats.t.ppf(0.95, 3) * error, rel=1e-6)
    assert found.high[0] - found.change[0] == pytest.approx(stats.t.ppf(0.975, 3) * error, rel=1e-6)
    assert found.chance[0] == pytest.approx(stats.t.sf(found.change[0] / error, 3), rel=1e-6)


def test_a_strong_prior_gives_the_published_error() -> None:
    """With all weight on the prior the smallest detectable change is 1.645 x sqrt(2 / 3) x SEM."""
    found = one(np.zeros(12), ChangeConfig(prior_days=1e9, independent_share=1.0 - 1e-12))
    assert found.sem == pytest.approx(1.0, rel=1e-4)
    assert found.smallest_detectable == pytest.approx(stats.norm.ppf(0.95) * np.sqrt(2.0 / 3.0), rel=1e-3)


def test_units_do_not_matter() -> None:
    values = visit_errors(np.random.default_rng(1), 3, 12, 0.3)
    plain = compare_days(values, DAY, 3, 3, np.ones(3))
    scaled = compare_days(7.0 + 1000.0 * values, DAY, 3, 3, np.full(3, 1000.0))
    np.testing.assert_allclose(scaled.smallest_detectable, 1000.0 * plain.smallest_detectable, rtol=1e-8)
    np.testing.assert_allclose(scaled.low, 1000.0 * plain.low, rtol=1e-8)
    np.testing.assert_allclose(scaled.chance, plain.chance, rtol=1e-7)


def test_falling_is_rising_upside_down() -> None:
    values = visit_errors(np.random.default_rng(2), 4, 12, 0.0)
    up, down = (compare_days(sign * values, DAY, 3, 3, np.ones(4)) for sign in (1.0, -1.0))
    np.testing.assert_allclose(up.low, -down.high, rtol=1e-8)
    np.testing.assert_allclose(up.smallest_detectable, down.smallest_detectable, rtol=1e-8)


def test_series_do_not_know_of_each_other() -> None:
    values = visit_errors(np.random.default_rng(3), 5, 12, 0.4)
    together = compare_days(values, DAY, 3, 3, np.arange(1.0, 6.0))
    alone = compare_days(values[3:4], DAY, 3, 3, np.array([4.0]))
    assert together.low[3] == pytest.approx(alone.low[0], rel=1e-9)


def test_a_calmer_person_has_a_smaller_detectable_change() -> None:
    values = visit_errors(np.random.default_rng(4), 1, 24, 0.0)
    day = np.arange(24) * 2
    calm, restless = (
        float(compare_days(size * values, day, 6, 6, np.ones(1)).smallest_detectable[0]) for size in (0.3, 3.0)
    )
    assert calm < 0.2 * restless


def test_correlated_days_have_a_larger_detectable_change() -> None:
    generator = np.random.default_rng(5)
    found = [compare(Design(30), rho, 0.0, 300, generator)[0] for rho in (0.0, 0.6)]
    assert found[0].correlation.mean() < 0.25 < 0.35 < found[1].correlation.mean()
    assert found[1].smallest_detectable.mean() > 1.25 * found[0].smallest_detectable.mean()


def test_a_day_with_a_large_stated_error_widens_the_interval_where_it_is_compared() -> None:
    values = visit_errors(np.random.default_rng(6), 1, 12, 0.0)[0]
    compared, between = np.full(12, 0.1), np.full(12, 0.1)
    compared[0], between[5] = 3.0, 3.0
    wide, narrow = (one(values, standard_error=error[None]) for error in (compared, between))
    assert wide.smallest_detectable > narrow.smallest_detectable


def test_an_unknown_stated_error_is_the_usual_one() -> None:
    values = visit_errors(np.random.default_rng(7), 1, 12, 0.0)[0]
    stated, gap, none = np.full(12, 0.5), np.full(12, 0.5), np.full(12, np.nan)
    gap[4] = np.nan
    assert one(values, standard_error=gap[None]).low == pytest.approx(one(values, standard_error=stated[None]).low)
    assert one(values, standard_error=none[None]).low == pytest.approx(one(values).low)


def test_missing_weeks_count_as_the_visits_they_would_have_held() -> None:
    """Far apart, baseline and latest days no longer share their errors."""
    generator = np.random.default_rng(8)
    values = visit_errors(generator, 200, 12, 0.6)
    near = compare_days(values, DAY, 3, 3, np.ones(200))
    far = compare_days(values, DAY + 200 * (np.arange(12) >= 6), 3, 3, np.ones(200))
    assert far.smallest_detectable.mean() > near.smallest_detectable.mean()


def test_days_without_any_spread_are_told_apart_by_the_prior_alone() -> None:
    found = one(np.full(12, 4.0))
    assert found.change == 0.0
    assert 0.0 < found.smallest_detectable < 2.0
    unknown = compare_days(np.full((1, 12), 4.0), DAY, 3, 3, np.array([np.nan]))
    assert unknown.change[0] == 0.0
    assert np.isfinite(unknown.smallest_detectable[0])


def test_speed_is_taken_out() -> None:
    """The measure follows speed alone, and the person got faster: nothing is left."""
    generator = np.random.default_rng(9)
    day = np.arange(24) * 2
    speed = 0.8 + 0.1 * generator.standard_normal(24) + 0.15 * (np.arange(24) > 12)
    values = (20.0 * speed + 0.3 * generator.standard_normal(24))[None]
    plain = compare_days(values, day, 6, 6, np.ones(1))
    equal = compare_days(values, day, 6, 6, np.ones(1), speed_mps=speed)
    assert plain.change[0] > 2.0
    assert abs(equal.change[0]) < 1.0
    assert equal.low[0] < 0.0 < equal.high[0]


def test_speed_that_only_rises_with_time_tells_little() -> None:
    """What goes along with time cannot be told from time: the interval says so."""
    generator = np.random.default_rng(10)
    day = np.arange(24) * 2
    error = 0.02 * generator.standard_normal(24)
    values = 10.0 + generator.standard_normal((1, 24))
    free, tied = (
        compare_days(values, day, 6, 6, np.ones(1), speed_mps=speed)
        for speed in (0.8 + 5.0 * error, 0.8 + 0.01 * np.arange(24) + 0.1 * error)
    )
    assert tied.high[0] - tied.low[0] > 2.0 * (free.high[0] - free.low[0])


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (7, 6)])
def test_too_few_days_are_refused(before: int, after: int) -> None:
    with pytest.raises(SchemaError, match="at least two each"):
        compare_days(np.zeros((1, 12)), DAY, before, after, np.ones(1))


def test_days_that_leave_nothing_for_the_error_are_refused() -> None:
    with pytest.raises(SchemaError, match="give more"):
        compare_days(np.zeros((1, 4)), np.arange(4), 2, 2, np.ones(1), speed_mps=np.arange(4.0))


def test_days_in_disorder_are_refused() -> None:
    with pytest.raises(SchemaError, match="do not rise"):
        compare_days(np.zeros((1, 12)), DAY[::-1], 3, 3, np.ones(1))


@pytest.mark.parametrize(("count", "size"), [(5, 0), (6, 3), (12, 3), (16, 4), (24, 6), (1000, 6)])
def test_how_many_days_are_compared(count: int, size: int) -> None:
    assert compared_days(count) == size


def _rates(design: Design, seed: int, rise: float = 0.0) -> tuple[float, float]:
    """Shares called better and covered, over the autocorrelations alike, 2,000 courses in all."""
    generator = np.random.default_rng(seed)
    better, held = [], []
    for rho in (0.0, 0.2, 0.4, 0.6):
        found, truth = compare(design, rho, rise, 500, generator)
        better.append(np.mean(found.change - truth > found.smallest_detectable))
        held.append(np.mean((found.low <= truth) & (truth <= found.high)))
    return float(np.mean(better)), float(np.mean(held))


@pytest.mark.parametrize(
    "design",
    [
        Design(6),
        Design(12),
        Design(18),
        Design(24),
        Design(30),
        Design(24, noise=0.5),
        Design(24, noise=2.0),
        Design(24, gap="missing_weeks"),
        Design(24, gap="uneven"),
        Design(24, per_day=3),
        Design(24, per_day=8),
    ],
    ids=str,
)
def test_better_is_wrong_in_one_of_twenty_and_the_interval_holds_the_truth(design: Design) -> None:
    better, held = _rates(design, seed=20)
    assert 0.03 <= better <= 0.07
    assert 0.92 <= held <= 0.98


@pytest.mark.parametrize("course", ["line", "step", "ramp", "plateau"])
def test_the_interval_holds_a_true_change(course: str) -> None:
    _, held = _rates(Design(24, course=course), seed=21, rise=3.0)
    assert 0.92 <= held <= 0.985


def test_power_grows_with_the_change() -> None:
    generator = np.random.default_rng(22)
    found, _ = compare(Design(24), 0.2, 0.0, 500, generator)
    usual = float(np.median(found.smallest_detectable))
    power = []
    for times in (1.0, 2.0, 3.0):
        risen, _ = compare(Design(24, course="step"), 0.2, times * usual, 500, generator)
        power.append(float(np.mean(risen.change > risen.smallest_detectable)))
    assert 0.4 < power[0] < 0.6
    assert power[1] > 0.8
    assert power[2] > 0.97
