"""Rates corrected for misses and false alarms, against worked examples and against draws with known truth."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.gait.drag_rate import POPULATION, corrected_rate, exact_interval, too_often
from footdrop_imu.schema_drag import DragAccuracy

MILLION = 10**6


def known(sensitivity: float, false_alarm_rate: float) -> DragAccuracy:
    """Counted on so many strides that it is known."""
    return DragAccuracy(round(sensitivity * MILLION), MILLION, round(false_alarm_rate * MILLION), MILLION)


def test_the_rate_is_that_of_a_worked_example() -> None:
    # 23 of 150 test positive, sensitivity 0.96, specificity 0.89: (0.15333 - 0.11) / (0.96 - 0.11) = 5.098 %
    assert corrected_rate(23, 150, known(0.96, 0.11)).rate == pytest.approx(100 * (23 / 150 - 0.11) / 0.85)
    assert corrected_rate(23, 150, known(0.96, 0.11)).rate == pytest.approx(5.098, abs=5e-4)


def test_a_perfect_detector_gives_the_raw_share_and_its_exact_interval() -> None:
    found = corrected_rate(12, 240, DragAccuracy(10**7, 10**7, 0, 10**7))
    low, high = exact_interval(12, 240)
    assert found.rate == pytest.approx(5.0)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-3)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (5, 10, 0.1871, 0.8129),  # of the usual printed tables
        (10, 20, 0.2720, 0.7280),
        (1, 100, 0.0003, 0.0545),
        (0, 240, 0.0, 1 - 0.025 ** (1 / 240)),  # in closed form
        (240, 240, 0.025 ** (1 / 240), 1.0),
    ],
)
def test_the_exact_interval(count: int, total: int, low: float, high: float) -> None:
    assert exact_interval(count, total) == pytest.approx((low, high), abs=6e-5)


def test_no_stride_has_no_interval() -> None:
    assert np.isnan(exact_interval(0, 0)).all()


@pytest.mark.parametrize(("count", "total"), [(0, 240), (4, 240), (30, 240), (100, 300)])
def test_known_accuracy_carries_the_exact_interval_through_the_correction(count: int, total: int) -> None:
    found = corrected_rate(count, total, known(0.6, 0.01))
    ends = [np.clip((end - 0.01) / 0.59, 0, 1) for end in exact_interval(count, total)]
    assert (found.low, found.high) == pytest.approx((100 * ends[0], 100 * ends[1]), abs=0.02)


def test_fewer_taught_strides_widen_the_interval() -> None:
    widths = []
    for times in (100, 10, 1):
        found = corrected_rate(30, 240, DragAccuracy(9 * times, 12 * times, 2 * times, 100 * times))
        assert found.low < found.rate < found.high
        widths.append(found.high - found.low)
    assert widths == sorted(widths)
    assert widths[2] > 1.5 * widths[0]


def test_the_interval_covers_the_truth_when_the_accuracy_was_counted_on_few() -> None:
    rng = np.random.default_rng(5)
    sensitivity, false_alarms, rate, covered = 0.75, 0.03, 0.08, []
    for _ in range(80):
        accuracy = DragAccuracy(int(rng.binomial(16, sensitivity)), 16, int(rng.binomial(90, false_alarms)), 90)
        count = int(rng.binomial(220, rate * sensitivity + (1 - rate) * false_alarms))
        found = corrected_rate(count, 220, accuracy)
        covered.append(found.low <= 100 * rate <= found.high)
    assert np.mean(covered) >= 0.93


def test_fewer_drags_than_false_alarms_are_none() -> None:
    found = corrected_rate(1, 240, DragAccuracy(120, 200, 20, 2000))
    assert (found.rate, found.low) == (0.0, 0.0)
    assert 1.0 < found.high < 4.0
    assert found.reason == ""


def test_below_100_strides_there_is_no_rate() -> None:
    found = corrected_rate(9, 99, POPULATION)
    assert np.isnan([found.rate, found.low, found.high]).all()
    assert found.reason == "needs 100 strides of the foot, this walk has 99"
    assert np.isfinite(corrected_rate(9, 100, POPULATION).rate)


@pytest.mark.parametrize(
    ("count", "total", "often"),
    [(81, 100, True), (80, 100, False), (9, 9, False), (28, 30, True), (20, 38, False), (181, 200, True)],
)
def test_nearly_every_step_is_called_that(count: int, total: int, often: bool) -> None:
    assert too_often(count, total) is often
    found = corrected_rate(count, total, POPULATION)
    assert (found.reason == "drags too often to count: nearly every step") is often
    assert np.isnan(found.rate) == (often or total < 100)


def test_a_detector_that_is_no_better_than_chance_corrects_nothing() -> None:
    for accuracy in (DragAccuracy(2, 20, 10, 100), DragAccuracy(0, 0, 1, 100)):
        found = corrected_rate(9, 240, accuracy)
        assert np.isnan(found.rate)
        assert found.reason == "the detector finds no more drags than it raises false alarms"


@pytest.mark.parametrize(("count", "total"), [(-1, 10), (11, 10)])
def test_counts_that_cannot_be(count: int, total: int) -> None:
    with pytest.raises(SchemaError, match="between 0 and the total"):
        corrected_rate(count, total, POPULATION)
