"""Repetitions in the course of one angle: counted, measured, and told apart from what is none."""

from __future__ import annotations

import numpy as np
import pytest
from made_sets import RATE_HZ, MadeSet, make_set

from footdrop_imu.rehab.repetitions import Repetitions, find_repetitions
from footdrop_imu.rehab.swings import without_tremor


def _check(made: MadeSet, found: Repetitions) -> None:
    assert len(found.counted) == len(made.range_deg)
    np.testing.assert_allclose([one.range_deg for one in found.counted], made.range_deg, atol=1.3)
    np.testing.assert_allclose([one.hold_s for one in found.counted], made.hold_s, atol=0.3)


@pytest.mark.parametrize("range_deg", [3.0, 12.0, 40.0])
@pytest.mark.parametrize(("up_s", "hold_s"), [(0.5, 0.0), (1.5, 2.0), (5.0, 1.0)])
def test_ranges_and_speeds(range_deg: float, up_s: float, hold_s: float) -> None:
    made = make_set([range_deg] * 6, up_s=up_s, hold_s=hold_s)
    _check(made, find_repetitions(made.angle_deg, RATE_HZ))


def test_tremor_as_large_as_the_repetition() -> None:
    made = make_set([3.5, 4.0, 3.0, 4.0, 3.5], up_s=1.5, tremor_deg=3.0)
    _check(made, find_repetitions(made.angle_deg, RATE_HZ))


def test_false_starts_are_listed_apart() -> None:
    made = make_set([15.0] * 5, false_starts={1: 4.0, 3: 5.0})
    found = find_repetitions(made.angle_deg, RATE_HZ)
    _check(made, found)
    assert [one.reason for one in found.attempts] == ["false_start", "false_start"]
    np.testing.assert_allclose([one.range_deg for one in found.attempts], [4.0, 5.0], atol=0.5)


def test_a_part_of_a_repetition_at_the_end_is_no_false_start() -> None:
    made = make_set([15.0] * 4)
    tail = make_set([5.0])
    found = find_repetitions(np.concatenate((made.angle_deg, tail.angle_deg)), RATE_HZ)
    assert (len(found.counted), [one.reason for one in found.attempts]) == (4, ["partial"])


@pytest.mark.parametrize("step_deg", [-14.0, -5.0, 6.0, 15.0])
def test_posture_changes_between_repetitions(step_deg: float) -> None:
    made = make_set([10.0] * 6, steps_deg={2: step_deg, 4: -step_deg})
    _check(made, find_repetitions(made.angle_deg, RATE_HZ))


def test_a_fall_and_rise_of_posture_far_beyond_the_set_is_no_repetition() -> None:
    made = make_set([5.0, 5.0, 5.0, 30.0, 5.0, 5.0])
    found = find_repetitions(made.angle_deg, RATE_HZ)
    assert len(found.counted) == 5
    assert [one.reason for one in found.attempts] == ["posture"]


def test_a_set_that_tires_to_half_is_counted_whole() -> None:
    made = make_set(list(np.linspace(24.0, 12.0, 12)))
    _check(made, find_repetitions(made.angle_deg, RATE_HZ))


def test_slow_and_fast_in_one_set_and_other_zero() -> None:
    slow, fast = make_set([20.0] * 3, up_s=4.0), make_set([20.0] * 3, up_s=0.5, hold_s=0.0)
    angle = np.concatenate((slow.angle_deg, fast.angle_deg)) - 37.0
    found = find_repetitions(angle, RATE_HZ)
    assert len(found.counted) == 6
    raising = [one.raising_s for one in found.counted]
    np.testing.assert_allclose(raising, [4.0] * 3 + [0.5] * 3, atol=0.3)


def test_the_same_at_any_rate() -> None:
    made = make_set([8.0, 9.0, 10.0, 9.0], up_s=1.2, hold_s=1.0)
    every, half = find_repetitions(made.angle_deg, 100.0), find_repetitions(made.angle_deg[::2], 50.0)
    for one, other in zip(every.counted, half.counted, strict=True):
        assert other.range_deg == pytest.approx(one.range_deg, abs=0.1)
        assert other.hold_s == pytest.approx(one.hold_s, abs=0.1)


def test_order_of_times() -> None:
    made = make_set([10.0] * 3, up_s=0.7, hold_s=0.0)
    for one in find_repetitions(made.angle_deg, RATE_HZ).counted:
        assert one.start_s < one.top_s <= one.down_s < one.end_s
        assert one.hold_s >= 0.0
        assert one.near_top_s > one.hold_s
        assert one.raising_dps == pytest.approx(1.875 * 10.0 / 0.7, rel=0.1)


def test_nothing_moves() -> None:
    noise = np.random.default_rng(1).normal(size=3000) * 0.1
    assert find_repetitions(noise, RATE_HZ).counted == ()


def test_tremor_is_taken_out_without_delay() -> None:
    time = np.arange(2000) / 100.0
    slow = 10.0 * np.sin(2 * np.pi * 0.8 * time)
    np.testing.assert_allclose(without_tremor(slow + 3.0 * np.sin(2 * np.pi * 5 * time), 100.0)[200:-200],
                               slow[200:-200], atol=0.1)  # fmt: skip
