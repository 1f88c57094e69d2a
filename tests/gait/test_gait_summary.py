"""Medians, their intervals, and the sides against each other."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.columns import STRIDE_COLUMNS, names
from footdrop_imu.gait.summary import DIFFERENCES, RATIOS, SUMMARIZED, asymmetry, clearance_risk, estimate
from footdrop_imu.schema import Estimate, FloatArray


def test_median_and_spread_by_hand() -> None:
    found = estimate(np.array([1.0, 2.0, 3.0, 4.0, 100.0]), {})
    assert found.median == 3.0
    assert found.spread == pytest.approx(1.4826 * 1.0)
    assert found.used_count == 5
    assert found.left_out == {}


def test_strides_without_the_measure_are_counted() -> None:
    found = estimate(np.array([1.0, np.nan, 3.0, np.nan]), {"turn": 2})
    assert (found.median, found.used_count) == (2.0, 2)
    assert found.left_out == {"turn": 2, "not measured": 2}


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_gives_nothing(values: list[float]) -> None:
    found = estimate(np.array(values), {"gap": 1})
    assert np.isnan([found.median, found.low, found.high, found.spread]).all()
    assert found.used_count == 0
    assert found.left_out == {"gap": 1} | ({"not measured": 2} if values else {})


def test_two_strides_have_a_median_but_no_interval() -> None:
    found = estimate(np.array([1.0, 3.0]), {})
    assert (found.median, found.used_count) == (2.0, 2)
    assert np.isnan([found.low, found.high]).all()


def test_the_interval_holds_the_median_and_stays_within_the_strides() -> None:
    rng = np.random.default_rng(1)
    for count in (3, 4, 5, 10, 100):
        values = rng.normal(size=count)
        found = estimate(values, {})
        assert values.min() <= found.low <= found.median <= found.high <= values.max()


def series(rng: np.random.Generator, count: int, lag_one: float) -> FloatArray:
    """A stationary walk through strides of variance 1 whose neighbors are alike."""
    steps = rng.normal(size=count)
    out = np.empty(count)
    out[0] = steps[0]
    for k in range(1, count):
        out[k] = lag_one * out[k - 1] + np.sqrt(1 - lag_one**2) * steps[k]
    return out


@pytest.mark.parametrize(("lag_one", "count"), [(0.0, 20), (0.0, 60), (0.5, 60), (0.7, 150)])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(lag_one: float, count: int) -> None:
    rng = np.random.default_rng(7)
    covered = []
    for _ in range(600):
        found = estimate(series(rng, count, lag_one), {})
        covered.append(found.low <= 0.0 <= found.high)
    assert 0.90 < np.mean(covered) < 0.99


def test_neighbors_that_are_alike_widen_the_interval() -> None:
    """The same numbers in another order: sorted they follow one another, shuffled they do not."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=80)
    shuffled, following = estimate(values, {}), estimate(np.sort(values), {})
    assert following.median == shuffled.median
    assert following.high - following.low > 2.0 * (shuffled.high - shuffled.low)


def test_the_known_interval_of_independent_order_statistics() -> None:
    """100 strides in an order without memory: the 40th to the 60th, as in any table of binomial intervals."""
    values = np.arange(1.0, 101.0)
    order = np.random.default_rng(11).permutation(values)
    while np.corrcoef(order[1:], order[:-1])[0, 1] > 0:
        order = np.random.default_rng(int(order[0])).permutation(order)
    found = estimate(order, {})
    assert found.low == pytest.approx(40.5, abs=0.8)
    assert found.high == pytest.approx(60.5, abs=0.8)


def test_strides_all_alike_have_an_interval_of_no_width() -> None:
    found = estimate(np.full(20, 1.25), {})
    assert (found.median, found.low, found.high, found.spread) == (1.25, 1.25, 1.25, 0.0)


def of(**medians: float) -> dict[str, Estimate]:
    return {name: Estimate(value, value, value, 0.0, 10) for name, value in medians.items()}


def test_times_and_lengths_by_ratio_angles_and_heights_by_difference() -> None:
    one = of(stance_time_s=0.9, foot_pitch_mid_swing_deg=-10.0, minimum_toe_clearance_m=0.010)
    other = of(stance_time_s=0.6, foot_pitch_mid_swing_deg=5.0, minimum_toe_clearance_m=0.025)
    found = asymmetry(one, other)
    assert found["stance_time_s"] == pytest.approx({"ratio": 1.5, "log_ratio_percent": 100 * np.log(1.5)})
    assert found["foot_pitch_mid_swing_deg"] == pytest.approx({"difference": -15.0})
    assert found["minimum_toe_clearance_m"] == pytest.approx({"difference": -0.015})


def test_turned_round_the_asymmetry_changes_its_sign() -> None:
    one, other = of(step_time_s=0.5, toe_height_max_m=0.1), of(step_time_s=0.7, toe_height_max_m=0.12)
    there, back = asymmetry(one, other), asymmetry(other, one)
    assert there["step_time_s"]["log_ratio_percent"] == pytest.approx(-back["step_time_s"]["log_ratio_percent"])
    assert there["toe_height_max_m"]["difference"] == pytest.approx(-back["toe_height_max_m"]["difference"])


def test_what_one_side_lacks_is_not_compared() -> None:
    assert asymmetry(of(stance_time_s=0.6), {}) == {}
    assert asymmetry(of(stance_time_s=0.6), of(stance_time_s=float("nan"))) == {}
    assert asymmetry(of(stance_time_s=0.6), of(stance_time_s=0.0)) == {}


def test_every_summarized_measure_is_a_number_of_the_stride_table() -> None:
    numbers = {column.name for column in STRIDE_COLUMNS if column.type == "float64"}
    assert set(SUMMARIZED) <= numbers
    assert len(set(SUMMARIZED)) == len(SUMMARIZED)
    assert not set(RATIOS) & set(DIFFERENCES)
    assert set(names(STRIDE_COLUMNS)) > set(SUMMARIZED)


def test_the_risk_that_a_median_hides() -> None:
    rng = np.random.default_rng(4)
    clearance = rng.normal(0.012, 0.004, 200)
    clearance[:3] = np.nan
    kind = np.where(np.arange(200) % 10 == 5, "none", "local_minimum")
    part = np.where(np.arange(200) < 50, "outer_edge", "toe")
    risk = clearance_risk(clearance, kind, part)
    known = clearance[3:]
    assert risk["used_count"] == 197
    assert risk["fifth_percentile_m"] == pytest.approx(np.percentile(known, 5))
    assert risk["standard_deviation_m"] == pytest.approx(known.std(ddof=1))
    assert risk["below_5_mm_frac"] == pytest.approx((known < 0.005).mean())
    assert risk["without_local_minimum_frac"] == pytest.approx(20 / 197)
    assert risk["lowest_point"] == {"outer_edge": 47, "toe": 150}


@pytest.mark.parametrize(("count", "fifth", "spread"), [(60, True, True), (49, False, True), (29, False, False)])
def test_too_few_strides_have_no_risk(count: int, fifth: bool, spread: bool) -> None:
    risk = clearance_risk(np.full(count, 0.01), np.full(count, "none"), np.full(count, "toe"))
    assert np.isfinite(risk["fifth_percentile_m"]) == fifth
    assert np.isfinite(risk["standard_deviation_m"]) == spread
    nothing = clearance_risk(np.zeros(0), np.zeros(0, dtype=str), np.zeros(0, dtype=str))
    assert (nothing["used_count"], nothing["lowest_point"]) == (0, {})
    assert np.isnan(nothing["below_5_mm_frac"])
