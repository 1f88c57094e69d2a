"""Drags along a walk: planted changes found, none claimed where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.drag_course import WalkedStrides, drag_course, walked_distance
from footdrop_imu.schema import BoolArray
from footdrop_imu.schema_drag import DragCourse

STRIDE_S, STRIDE_M = 1.2, 1.25


def course(drag: BoolArray, length_m: float | np.ndarray = STRIDE_M) -> DragCourse:
    count = len(drag)
    length = np.broadcast_to(np.asarray(length_m, float), (count,))
    time_s = 5.0 + STRIDE_S * np.arange(count)
    return drag_course(WalkedStrides(np.arange(count), drag, time_s, walked_distance(length), length))


def clear_then(clear: int, then: int, rate: float, seed: int = 3) -> BoolArray:
    return np.concatenate((np.zeros(clear, bool), np.random.default_rng(seed).random(then) < rate))


def test_the_first_140_m_are_clear() -> None:
    drag = clear_then(112, 110, 0.2)
    found = course(drag)
    first = int(np.argmax(drag))
    assert found.change_at_m == pytest.approx(first * STRIDE_M)  # half way between two strides' middles
    assert abs(found.change_at_m - 140.0) < 10.0
    assert found.change_low_m <= 140.0 <= found.change_high_m
    assert found.change_at_s == pytest.approx(5.0 + STRIDE_S * (first - 0.5))
    assert found.change_p < 0.005
    assert (found.before_count, found.before_stride_count) == (0, first)
    assert (found.after_count, found.after_stride_count) == (drag.sum(), len(drag) - first)


def test_a_change_has_a_place_wherever_it_is_and_the_same_each_time() -> None:
    for clear in (60, 150):
        drag = clear_then(clear, 240 - clear, 0.25)
        found = course(drag)
        assert found.change_low_m <= clear * STRIDE_M <= found.change_high_m
        assert found == course(drag)
    mirrored = course(clear_then(100, 140, 0.25)[::-1])
    assert mirrored.after_count == 0
    assert mirrored.change_at_m > 0


def test_no_change_is_claimed_in_even_walks() -> None:
    rng = np.random.default_rng(11)
    claimed = [np.isfinite(course(rng.random(200) < rate).change_at_m) for rate in (0.03, 0.1, 0.5) for _ in range(15)]
    assert sum(claimed) <= 2


def test_one_run_of_drags_is_no_change() -> None:
    drag = np.zeros(160, bool)
    drag[90:94] = True
    found = course(drag)
    assert np.isnan([found.change_at_m, found.change_low_m, found.change_high_m, found.change_at_s]).all()
    assert found.change_p > 0.01
    assert (found.before_count, found.before_stride_count, found.after_stride_count) == (4, 160, 0)


@pytest.mark.parametrize("drag", [np.zeros(200, bool), np.ones(200, bool), np.arange(29) > 14, np.zeros(0, bool)])
def test_what_cannot_change_has_no_p(drag: BoolArray) -> None:
    found = course(drag)
    assert np.isnan(found.change_p)
    assert np.isnan(found.change_at_m)


def test_an_hour_is_looked_at_in_runs() -> None:
    found = course(clear_then(2000, 1500, 0.05))
    assert found.change_low_m <= 2000 * STRIDE_M <= found.change_high_m
    assert abs(found.change_at_m - 2000 * STRIDE_M) < 150


def test_the_first_minute_against_the_last() -> None:
    # strides at 5.0, 6.2, ...: those before 65.0 are 50, those after the last one less 60 s 50 again
    drag = np.zeros(150, bool)
    drag[[3, 20, 49]] = True
    drag[100:111] = True
    slower = np.where(np.arange(150) < 75, 1.25, 1.0)
    found = course(drag, slower)
    assert (found.first_minute_count, found.first_minute_stride_count) == (3, 50)
    assert (found.last_minute_count, found.last_minute_stride_count) == (11, 50)
    from scipy.stats import fisher_exact

    assert found.minutes_p == pytest.approx(fisher_exact([[3, 47], [11, 39]]).pvalue)
    assert found.distance_walked_index_percent == pytest.approx(-20.0)
    assert found.distance_m == pytest.approx(75 * 2.25)


def test_below_two_minutes_the_minutes_are_not_compared() -> None:
    found = course(np.arange(80) % 9 == 0)
    assert (found.first_minute_stride_count, found.last_minute_stride_count) == (0, 0)
    assert np.isnan([found.minutes_p, found.distance_walked_index_percent]).all()


def test_each_drag_has_its_place() -> None:
    drag = np.zeros(40, bool)
    drag[[0, 7]] = True
    found = course(drag)
    assert found.drag_stride == (0, 7)
    assert found.drag_distance_m == pytest.approx((0.5 * STRIDE_M, 7.5 * STRIDE_M))
    assert found.drag_time_s == pytest.approx((5.0, 5.0 + 7 * STRIDE_S))


def test_distance_walked_is_linear_and_bridges_what_was_not_measured() -> None:
    length = np.array([1.0, np.nan, 1.4, 1.2])
    assert walked_distance(length) == pytest.approx([0.5, 1.6, 2.9, 4.2])
    assert walked_distance(3 * length) == pytest.approx(3 * walked_distance(length))
    assert np.isnan(walked_distance(np.full(3, np.nan))).all()
