"""How much a foot moves, and where it lies still."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.rest import RestConfig, find_rests, motion_intensity, moving_mean
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

RATE_HZ = 100.0


@pytest.mark.parametrize("width", [1, 2, 3, 7, 24, 25, 51, 99, 100, 500])
@pytest.mark.parametrize("count", [1, 2, 5, 100, 101])
def test_the_moving_mean_is_the_mean_of_what_there_is(count: int, width: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    half = min(width | 1, count - (count % 2 == 0)) // 2  # made odd, and no longer than the signal
    expected = [values[max(0, k - half) : k + half + 1].mean() for k in range(count)]
    assert moving_mean(values, width) == pytest.approx(np.array(expected), abs=1e-12)


def test_the_moving_mean_of_a_long_recording_is_not_worn_by_rounding() -> None:
    """An hour at 200 Hz: zeros in its middle, far above them before."""
    values = np.concatenate([np.full(360_000, 1e4), np.zeros(360_000)])
    assert np.abs(moving_mean(values, 13)[400_000:500_000]).max() < 1e-6


def still(count: int) -> tuple[FloatArray, FloatArray]:
    return np.tile([0.0, 0.0, GRAVITY_MPS2], (count, 1)), np.zeros((count, 3))


def test_a_foot_at_rest_has_no_intensity() -> None:
    assert motion_intensity(*still(50), RATE_HZ) == pytest.approx(np.zeros(50), abs=1e-6)


def test_one_unit_is_half_a_radian_a_second() -> None:
    acc, gyr = still(50)
    gyr[:, 1] = 0.5
    assert motion_intensity(acc, gyr, RATE_HZ) == pytest.approx(np.ones(50))


def test_one_unit_is_one_meter_a_second_squared_beside_gravity() -> None:
    acc, gyr = still(200)
    acc[:, 2] += 1.0
    assert motion_intensity(acc, gyr, RATE_HZ) == pytest.approx(np.ones(200))


def test_the_intensity_does_not_know_the_mounting() -> None:
    rng = np.random.default_rng(3)
    acc, gyr = rng.normal(size=(2, 300, 3)) * 5.0
    mounting = Rotation.random(rng=4)
    plain = motion_intensity(acc, gyr, RATE_HZ)
    assert motion_intensity(mounting.apply(acc), mounting.apply(gyr), RATE_HZ) == pytest.approx(plain, abs=1e-9)


def course(*pieces: tuple[float, float]) -> FloatArray:
    """Intensity from pieces of (seconds, value)."""
    return np.concatenate([np.full(round(seconds * RATE_HZ), value) for seconds, value in pieces])


def test_rests_are_where_the_foot_moves_least() -> None:
    intensity = course((0.5, 1.0), (0.6, 20.0), (0.5, 1.0), (0.6, 20.0), (0.5, 1.0))
    intensity[[20, 133, 250]] = 0.3
    rests, follows = find_rests(intensity, np.array([80, 190]), RATE_HZ)
    assert rests.sample.tolist() == [20, 133, 250]
    assert follows.tolist() == [0, 1]
    assert rests.intensity.tolist() == [0.3, 0.3, 0.3]
    assert not rests.standing_after.any()


def test_a_rest_lies_in_the_middle_of_its_quiet_run_wherever_its_least_is() -> None:
    for least in (120, 135, 148):
        intensity = course((0.5, 1.0), (0.7, 20.0), (0.3, 0.8), (0.7, 20.0), (0.5, 1.0))
        intensity[least] = 0.7
        rests, _ = find_rests(intensity, np.array([80, 190]), RATE_HZ)
        assert rests.sample[1] == pytest.approx(135, abs=1)


def test_the_quiet_run_ends_where_the_foot_moves_three_times_as_much() -> None:
    intensity = course((0.5, 8.0), (0.6, 20.0), (0.5, 8.0), (0.6, 20.0), (0.5, 8.0))
    intensity[130:139] = [6.1, 6.0, 2.0, 2.0, 2.0, 6.0, 6.1, 2.0, 2.0]
    rests, _ = find_rests(intensity, np.array([80, 190]), RATE_HZ)
    assert (rests.sample[1], rests.run_start[1], rests.run_end[1]) == (133, 131, 136)


def test_the_quiet_run_of_a_long_calm_is_cut_to_its_longest() -> None:
    """0.15 s to either side, and the rest itself."""
    intensity = course((0.5, 5.0), (0.6, 20.0), (0.8, 0.25), (0.6, 20.0), (0.5, 5.0))
    intensity[150] = 0.01
    rests, _ = find_rests(intensity, np.array([80, 220]), RATE_HZ, RestConfig(standing_s=2.0))
    assert rests.sample[1] == pytest.approx(150, abs=1)
    assert rests.run_start[1] == rests.sample[1] - 15
    assert rests.run_end[1] == rests.sample[1] + 16


def test_runs_stay_inside_the_recording() -> None:
    intensity = course((0.1, 0.2), (0.6, 20.0), (0.1, 0.2))
    rests, _ = find_rests(intensity, np.array([40]), RATE_HZ)
    assert rests.run_start.min() >= 0
    assert rests.run_end.max() <= len(intensity)
    assert (rests.run_start <= rests.sample).all()
    assert (rests.sample < rests.run_end).all()


def test_standing_between_movements_has_a_rest_at_either_end() -> None:
    intensity = course((0.5, 1.0), (0.6, 20.0), (3.0, 0.1), (0.6, 20.0), (0.5, 1.0))
    rests, follows = find_rests(intensity, np.array([80, 440]), RATE_HZ)
    arrived, left = rests.sample[1] - 110, 410 - rests.sample[2]
    assert 20 <= arrived <= 45
    assert 20 <= left <= 45
    assert rests.standing_after.tolist() == [False, True, False, False]
    assert follows.tolist() == [0, 2]


def test_a_pause_shorter_than_standing_is_one_rest() -> None:
    intensity = course((0.5, 1.0), (0.6, 20.0), (0.9, 0.1), (0.6, 20.0), (0.5, 1.0))
    rests, follows = find_rests(intensity, np.array([80, 230]), RATE_HZ)
    assert len(rests.sample) == 3
    assert follows.tolist() == [0, 1]
    assert not rests.standing_after.any()


def test_standing_before_and_after_the_walk_rests_beside_the_movement() -> None:
    """The first rest lies at the end of the first standing, the last at the beginning of the last one."""
    intensity = course((4.0, 0.1), (0.6, 20.0), (0.4, 0.8), (0.6, 20.0), (4.0, 0.1))
    rests, _ = find_rests(intensity, np.array([430, 530]), RATE_HZ)
    assert 20 <= 400 - rests.sample[0] <= 45
    assert 20 <= rests.sample[-1] - 560 <= 45
    assert len(rests.sample) == 3


def test_without_standing_the_first_rest_is_near() -> None:
    """It is looked for up to 1.5 s before the first movement and after the last one."""
    intensity = course((5.0, 0.9), (0.6, 20.0), (5.0, 0.9))
    intensity[[10, 1050]] = 0.65
    rests, _ = find_rests(intensity, np.array([530]), RATE_HZ, RestConfig(standing_intensity=0.5))
    assert 530 - 150 <= rests.sample[0] < 530 < rests.sample[-1] <= 530 + 150


def test_part_keeps_both_ends() -> None:
    intensity = course((0.5, 1.0), (0.6, 20.0), (0.5, 1.0), (0.6, 20.0), (0.5, 1.0))
    rests, _ = find_rests(intensity, np.array([80, 190]), RATE_HZ)
    part = rests.part(1, 2)
    assert part.sample.tolist() == rests.sample[1:].tolist()
    assert all(len(values) == 2 for values in part)


def test_a_small_movement_in_a_quiet_run_does_not_make_two_rests_one() -> None:
    intensity = np.full(400, 4.0)
    intensity[150:250] = 0.7  # too much for standing, and a hump in its middle that hardly rises
    intensity[[180, 220]] = 0.6
    rests, movements = find_rests(intensity, np.array([100, 200, 300]), RATE_HZ, RestConfig())
    assert (np.diff(rests.sample) > 0).all()
    assert rests.sample[1] <= 200 <= rests.sample[2]
    assert movements.tolist() == [0, 1, 2]
