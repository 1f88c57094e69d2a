"""The path between foot-flats: exact signals return it, and planted errors are taken out where they arose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_motion import MadeMotion, make_motion
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.closure import DriftConfig
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.trajectory import FootPath, reconstruct_path
from footdrop_imu.schema import FloatArray, IntArray

MOUNTING = Rotation.from_euler("xyz", [-70.0, 20.0, 140.0], degrees=True)


def path_of(
    motion: MadeMotion,
    acc: FloatArray | None = None,
    gyr: FloatArray | None = None,
    lost_run: IntArray | None = None,
    rests: Rests | None = None,
    averaged: bool = False,
) -> FootPath:
    return reconstruct_path(
        motion.acc if acc is None else acc,
        motion.gyr if gyr is None else gyr,
        np.zeros(len(motion.acc), dtype=np.int64) if lost_run is None else lost_run,
        motion.rests if rests is None else rests,
        motion.rate_hz,
        averaged=averaged,
    )


def own(path: FootPath) -> slice:
    return slice(path.first, path.first + len(path.interval))


def true_position(motion: MadeMotion, path: FootPath) -> FloatArray:
    """From each interval's start, in the world of the first foot-flat turned so that x is ahead."""
    start = motion.rests.sample[:-1]
    return motion.position[own(path)] - motion.position[start][path.interval]


def ahead(vectors: FloatArray, path: FootPath) -> FloatArray:
    """World vectors turned about up so that the first displacement points along x."""
    x, y = path.displacement_m[0, :2]
    turn = Rotation.from_euler("z", -np.arctan2(y, x))
    return np.asarray(turn.apply(vectors))


@pytest.mark.parametrize("mounting", [Rotation.identity(), MOUNTING], ids=["aligned", "turned"])
def test_exact_signals_return_the_path(mounting: Rotation) -> None:
    motion = make_motion([1.2, 0.9, 1.4], rate_hz=400.0, mounting=mounting)
    path = path_of(motion)
    assert path.first == motion.rests.sample[0]
    assert len(path.interval) == motion.rests.sample[-1] - motion.rests.sample[0] + 1
    assert np.linalg.norm(path.displacement_m[:, :2], axis=1) == pytest.approx([1.2, 0.9, 1.4], abs=1e-3)
    inner = slice(0, -1)  # the last sample closes the last interval: its position is the displacement
    assert ahead(path.position, path)[inner] == pytest.approx(true_position(motion, path)[inner], abs=1e-3)
    assert ahead(path.velocity, path) == pytest.approx(motion.velocity[own(path)], abs=5e-3)
    up = Rotation.from_quat(path.orientation).inv().apply([0.0, 0.0, 1.0])
    true_up = Rotation.from_quat(motion.orientation[own(path)]).inv().apply([0.0, 0.0, 1.0])
    assert up == pytest.approx(true_up, abs=1e-4)
    assert path.level.all()
    assert (path.closure_ratio < 0.1).all()


def test_the_error_falls_with_the_square_of_the_sample_time() -> None:
    errors = []
    for rate_hz in (50.0, 100.0, 200.0):
        motion = make_motion([1.2, 0.9], rate_hz=rate_hz)
        errors.append(np.abs(np.linalg.norm(path_of(motion).displacement_m[:, :2], axis=1) - [1.2, 0.9]).max())
    assert errors[0] < 0.02
    assert errors[0] / errors[1] > 3.0
    assert errors[1] / errors[2] > 3.0


def test_samples_that_are_means_of_their_time_return_the_path() -> None:
    """An integrating sensor: each sample is the mean over the sample time before it."""
    fine = make_motion([1.2, 0.9], rate_hz=1600.0, rest_s=0.4, mounting=MOUNTING)
    coarse = make_motion([1.2, 0.9], rate_hz=100.0, rest_s=0.4, mounting=MOUNTING)
    count = len(coarse.acc) - 1

    def means(values: FloatArray) -> FloatArray:
        middle = 0.5 * (values[:-1] + values[1:])
        return np.concatenate([values[:1], middle[: count * 16].reshape(count, 16, 3).mean(axis=1)])

    path = path_of(coarse, means(fine.acc), means(fine.gyr), averaged=True)
    assert np.linalg.norm(path.displacement_m[:, :2], axis=1) == pytest.approx([1.2, 0.9], abs=2e-3)


def test_an_impact_seen_too_large_is_taken_out_at_the_impact() -> None:
    """One sample of 60 m/s² too much is 0.3 m/s from there on: nothing of it may reach the swing before."""
    motion = make_motion([1.2, 1.2])
    acc = motion.acc.copy()
    impact = motion.rests.sample[0] + 40 + 130  # at 0.65 s of a movement of 0.8 s
    foot = Rotation.from_quat(motion.orientation[impact])
    acc[impact] += foot.inv().apply([-60.0, 0.0, 0.0])
    path = path_of(motion, acc)
    true = motion.velocity[own(path)]
    error = np.linalg.norm(ahead(path.velocity, path) - true, axis=1)
    at = impact - path.first
    assert error[: at - 2].max() < 0.02
    assert error[at + 3 : 240].max() < 0.02
    # taken out evenly over the interval it would have cost 75 mm of length
    after_s = (motion.rests.sample[1] - impact) / motion.rate_hz
    whole_s = (motion.rests.sample[1] - motion.rests.sample[0]) / motion.rate_hz
    linear = abs(0.3 * after_s - 0.3 * 0.5 * whole_s)
    assert np.abs(np.linalg.norm(path.displacement_m[:, :2], axis=1) - 1.2).max() < 0.1 * linear


def test_a_constant_acceleration_error_is_taken_out_evenly() -> None:
    motion = make_motion([1.2, 0.9])
    bias = motion.acc + Rotation.from_quat(motion.orientation).inv().apply([0.05, -0.03, 0.0])
    assert path_of(motion, bias).displacement_m[:, :2] == pytest.approx(path_of(motion).displacement_m[:, :2], abs=0.03)


def test_level_floor_ends_at_the_height_it_began_and_stairs_do_not() -> None:
    motion = make_motion([1.2, 0.8, 0.8, 1.2], rise_m=[0.0, 0.34, -0.34, 0.0], lift_m=0.15, rate_hz=400.0)
    path = path_of(motion)
    assert path.level.tolist() == [True, False, False, True]
    assert path.rise_m == pytest.approx([0.0, 0.34, -0.34, 0.0], abs=5e-3)
    assert path.displacement_m[:, 2] == pytest.approx([0.0, 0.34, -0.34, 0.0], abs=5e-3)


def test_a_false_rise_is_leveled_and_kept_in_the_table() -> None:
    """Two knocks that cancel in velocity but not in height: the floor condition takes the height away, ``rise_m``
    still tells of it."""
    motion = make_motion([1.2, 1.2])
    acc = motion.acc.copy()
    first = motion.rests.sample[0] + 40
    for place, sign in ((50, 1.0), (110, -1.0)):
        foot = Rotation.from_quat(motion.orientation[first + place])
        acc[first + place] += sign * foot.inv().apply([0.0, 0.0, 40.0])
    path = path_of(motion, acc)
    assert path.level.all()
    assert path.rise_m == pytest.approx([0.06, 0.0], abs=5e-3)
    assert np.abs(path.displacement_m[:, 2]).max() < 0.2 * 0.06
    assert path.position[: 240 - 50, 2].max() == pytest.approx(0.10, abs=0.025)


def test_a_small_true_rise_under_good_signals_is_kept() -> None:
    path = path_of(make_motion([1.2, 1.2], rise_m=[0.03, -0.03], rate_hz=400.0))
    assert path.level.all()
    assert path.displacement_m[:, 2] == pytest.approx([0.03, -0.03], abs=4e-3)


def test_heights_in_mid_swing_are_known_better_than_the_rise() -> None:
    path = path_of(make_motion([1.2, 0.9]))
    assert (path.height_sd_m < path.rise_sd_m).all()
    assert (path.height_sd_m > 0).all()


def test_the_heading_is_carried_through_a_turn() -> None:
    """The foot turns 90 degrees to the left in its second foot-flat: the third stride goes to the left."""
    motion = make_motion([1.0, 1.0, 1.0], rate_hz=400.0)
    gyr = motion.gyr.copy()
    first = motion.rests.sample[1]
    gyr[first + 44 : first + 76, 2] += np.radians(90.0) * motion.rate_hz / 32
    path = path_of(motion, gyr=gyr)
    assert path.displacement_m[0] == pytest.approx([1.0, 0.0, 0.0], abs=2e-3)
    assert path.displacement_m[1] == pytest.approx([0.0, 1.0, 0.0], abs=2e-2)
    assert path.displacement_m[2] == pytest.approx([0.0, 1.0, 0.0], abs=2e-2)
    assert np.degrees(path.tilt.turn_rad) == pytest.approx([0.0, 90.0, 0.0], abs=0.1)


def test_a_foot_that_rolls_at_rest_moves() -> None:
    """0.3 rad/s toes down at foot-flat, the sensor 6 cm above the floor: it goes ahead with 18 mm/s."""
    motion = make_motion([1.2, 1.2])
    gyr = motion.gyr.copy()
    config = DriftConfig()
    for rest in motion.rests.sample:
        gyr[rest - 4 : rest + 5, 1] += 0.3
    path = path_of(motion, gyr=gyr)
    starts = motion.rests.sample[:-1] - path.first
    assert path.velocity[starts, 0] == pytest.approx(0.3 * config.sensor_height_m, rel=0.02)


def test_uncertainty_grows_with_each_cause() -> None:
    motion = make_motion([1.2] * 4, rate_hz=100.0)
    calm = path_of(motion)
    rng = np.random.default_rng(1)
    noisy = path_of(motion, motion.acc + rng.normal(scale=1.0, size=motion.acc.shape))
    run = np.zeros(len(motion.acc), dtype=np.int64)
    middle = int(motion.rests.sample[1:3].mean())
    run[middle : middle + 5] = 5
    lossy = path_of(motion, lost_run=run)
    restless = path_of(motion, rests=motion.rests._replace(intensity=np.full(5, 2.0)))
    biased = path_of(motion, motion.acc + np.array([0.3, 0.0, 0.0]) * np.sin(np.arange(len(motion.acc)) / 40)[:, None])
    for worse in (noisy, restless, biased):
        assert (worse.position_sd_m > 1.2 * calm.position_sd_m).all()
        assert (worse.rise_sd_m > 1.05 * calm.rise_sd_m).all()
    assert lossy.position_sd_m[1] > 1.4 * calm.position_sd_m[1]
    assert lossy.position_sd_m[3] == pytest.approx(calm.position_sd_m[3], rel=0.05)


def test_a_longer_gap_is_worse() -> None:
    motion = make_motion([1.2] * 3, rate_hz=200.0)
    middle, sds = int(motion.rests.sample[1:3].mean()), []
    for length in (0, 1, 2, 4, 8):
        run = np.zeros(len(motion.acc), dtype=np.int64)
        run[middle : middle + length] = length
        sds.append(path_of(motion, lost_run=run).position_sd_m[1])
    assert (np.diff(sds) > 0).all()


def test_the_stated_uncertainty_is_that_of_the_error() -> None:
    """Sensors that catch an impact with one wrong sample, many strides: error over stated sd is about one."""
    motion = make_motion([1.2] * 40, rate_hz=100.0, rest_s=0.3, move_s=0.7)
    rng = np.random.default_rng(4)
    acc = motion.acc + rng.normal(scale=0.05, size=motion.acc.shape)
    impacts = motion.rests.sample[:-1] + 15 + 55
    acc[impacts] += rng.normal(scale=40.0, size=(40, 3))
    path = path_of(motion, acc)
    error = np.linalg.norm(path.displacement_m[:, :2], axis=1) - 1.2
    assert 0.2 < np.sqrt(np.mean((error / path.position_sd_m) ** 2)) < 1.3
    calm = path_of(motion)
    assert np.median(path.position_sd_m) > 1.3 * np.median(calm.position_sd_m)


def test_strides_are_worked_out_each_by_itself() -> None:
    """An error in one interval leaves the others' displacements as they are."""
    motion = make_motion([1.2, 0.9, 1.0, 1.1])
    acc = motion.acc.copy()
    middle = int(motion.rests.sample[2:4].mean())
    acc[middle : middle + 3] += 50.0
    plain, hit = path_of(motion), path_of(motion, acc)
    lengths = [np.linalg.norm(p.displacement_m[:, :2], axis=1) for p in (plain, hit)]
    assert lengths[1][[0, 1, 3]] == pytest.approx(lengths[0][[0, 1, 3]], abs=1e-9)
    assert abs(lengths[1][2] - lengths[0][2]) > 1e-5
    assert hit.closure_ratio[2] > plain.closure_ratio[2]


def test_two_rests_are_enough() -> None:
    motion = make_motion([1.2, 0.9])
    path = path_of(motion, rests=motion.rests.part(0, 1))
    assert np.linalg.norm(path.displacement_m[:, :2], axis=1) == pytest.approx([1.2], abs=2e-3)
    later = replace(motion, rests=motion.rests.part(1, 2))
    path = path_of(later)
    assert path.first == motion.rests.sample[1]
    assert np.linalg.norm(path.displacement_m[:, :2], axis=1) == pytest.approx([0.9], abs=2e-3)
