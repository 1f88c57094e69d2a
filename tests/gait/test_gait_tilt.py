"""Up at every foot-flat: exact on exact signals, and what planted errors do to it."""

from __future__ import annotations

import numpy as np
import pytest
from made_motion import MadeMotion, make_motion
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.orientation import integrate_rate, rotate
from footdrop_imu.gait.tilt import (
    Tilt,
    TiltConfig,
    attitude_variance,
    estimate_tilt,
    second_difference,
    turn_about_up,
)
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

MOUNTING = Rotation.from_euler("xyz", [25.0, -40.0, 110.0], degrees=True)


def tilt_of(motion: MadeMotion, acc: FloatArray | None = None, gyr: FloatArray | None = None) -> Tilt:
    acc, gyr = motion.acc if acc is None else acc, motion.gyr if gyr is None else gyr
    orientation = integrate_rate(gyr, motion.rate_hz, averaged=False)
    steps = attitude_variance(gyr, np.zeros(len(gyr), dtype=np.int64), motion.rate_hz, TiltConfig())
    return estimate_tilt(acc, gyr, orientation, steps, motion.rests, motion.rate_hz)


def true_up(motion: MadeMotion) -> FloatArray:
    return np.asarray(Rotation.from_quat(motion.orientation[motion.rests.sample]).inv().apply([0.0, 0.0, 1.0]))


def angle_deg(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), np.sum(a * b, axis=-1)))


def test_the_second_difference_is_its_definition() -> None:
    values = np.random.default_rng(1).normal(size=(30, 3))
    found = second_difference(values)
    assert found[1:-1] == pytest.approx(np.linalg.norm(np.diff(values, 2, axis=0), axis=1))
    assert found[[0, -1]].tolist() == [0.0, 0.0]
    assert second_difference(values[:2]).tolist() == [0.0, 0.0]
    line = np.outer(np.arange(20.0), [1.0, 2.0, 3.0])
    assert second_difference(line) == pytest.approx(np.zeros(20), abs=1e-12)


def test_a_steady_turn_has_hardly_any_attitude_error() -> None:
    gyr, none = np.tile([0.0, 3.0, 0.0], (50, 1)), np.zeros(50, dtype=np.int64)
    assert attitude_variance(gyr, none, 100.0, TiltConfig())[1:].max() < 1e-11
    gyr[25] += 1.0  # a knock between samples
    found = attitude_variance(gyr, none, 100.0, TiltConfig())
    assert np.flatnonzero(found > 1e-9).tolist() == [24, 25, 26, 27]
    assert found[0] == 0.0


def test_a_longer_loss_leaves_more_doubt_about_the_attitude() -> None:
    gyr = np.tile([0.0, 3.0, 0.0], (60, 1))
    totals = []
    for length in (0, 1, 3, 10):
        run = np.zeros(60, dtype=np.int64)
        run[20 : 20 + length] = length
        totals.append(attitude_variance(gyr, run, 100.0, TiltConfig()).sum())
    assert (np.diff(totals) > 0).all()
    assert totals[1] < 0.01 * totals[3]


def test_exact_signals_give_exact_up_and_no_turn() -> None:
    motion = make_motion([1.0, 1.2, 0.8], mounting=MOUNTING)
    tilt = tilt_of(motion)
    assert angle_deg(tilt.up, true_up(motion)).max() < 1e-3
    assert tilt.gravity_mps2 == pytest.approx(np.full(4, GRAVITY_MPS2))
    assert np.degrees(tilt.disagreement_rad).max() < 1e-2
    assert np.abs(tilt.turn_rad).max() < 1e-4


def test_a_foot_that_begins_to_roll_does_not_tilt_gravity() -> None:
    """The rate grows over the quiet run, and with it the speed of a sensor that sits above the floor."""
    motion = make_motion([1.0] * 4, mounting=MOUNTING, rest_s=1.2)
    height, gained = TiltConfig().sensor_height_m, 1.2
    begin, end = motion.rests.run_start, motion.rests.run_end
    middle = motion.rests.sample
    acc, gyr = motion.acc.copy(), motion.gyr.copy()
    for a, b, m in zip(begin, end, middle, strict=True):
        run = np.arange(a - 8, b + 8)  # no run of a real foot ends all at once
        rate = gained * (run - m) / (b - 1 - a)
        angle = np.cumsum(rate - rate[0] * (run == a)) / motion.rate_hz
        angle -= angle[m - a + 8]
        still = Rotation.from_quat(motion.orientation[run])
        # toes down about the foot's y, forward at the sensor
        tilted = still * Rotation.from_rotvec(angle[:, None] * still[0].inv().apply([0.0, 1.0, 0.0]))
        push = height * gained * motion.rate_hz / (b - 1 - a)
        gyr[run] += rate[:, None] * still[0].inv().apply([0.0, 1.0, 0.0])
        acc[run] = tilted.inv().apply([push, 0.0, GRAVITY_MPS2])
    wrong_deg = np.degrees(push / GRAVITY_MPS2)
    stiff = TiltConfig(sensor_height_m=0.0)
    orientation = integrate_rate(gyr, motion.rate_hz, averaged=False)
    steps = attitude_variance(gyr, np.zeros(len(gyr), dtype=np.int64), motion.rate_hz, TiltConfig())
    as_seen, corrected = (
        angle_deg(estimate_tilt(acc, gyr, orientation, steps, motion.rests, motion.rate_hz, config).up, true_up(motion))
        for config in (stiff, None)
    )
    assert np.median(as_seen) == pytest.approx(wrong_deg, rel=0.15)
    assert np.median(corrected) < 0.25 * wrong_deg


def test_one_foot_flat_that_is_no_rest_is_outvoted_by_its_neighbors() -> None:
    """A foot that accelerates in one stance shows a wrong gravity there; a good gyroscope knows better."""
    motion = make_motion([1.0] * 6, mounting=MOUNTING)
    acc = motion.acc.copy()
    run = slice(motion.rests.run_start[3], motion.rests.run_end[3])
    noise = np.random.default_rng(5).normal(scale=0.4, size=(run.stop - run.start, 3))
    acc[run] += rotate(motion.orientation[run] * [-1, -1, -1, 1], np.array([0.6, 0.0, 0.0])) + noise
    tilt = tilt_of(motion, acc)
    planted = np.degrees(np.arctan(0.6 / GRAVITY_MPS2))
    assert np.degrees(tilt.disagreement_rad[2]) == pytest.approx(planted, abs=0.7)
    assert angle_deg(tilt.up, true_up(motion))[3] < 0.25 * planted


@pytest.mark.parametrize("turn_deg", [0.0, 90.0])
@pytest.mark.parametrize("direction", [[0.6, 0.0, 0.0], [0.0, 0.6, 0.0]])
def test_neighbors_help_around_the_corner_too(turn_deg: float, direction: list[float]) -> None:
    """The foot turns in every stance: what is ahead at one foot-flat is to the side at the next."""
    motion = make_motion([1.0] * 6, mounting=MOUNTING, rest_s=1.2)
    up = true_up(motion)
    gyr, acc = motion.gyr.copy(), motion.acc.copy()
    smoothly = (1.0 - np.cos(2.0 * np.pi * np.arange(57) / 56)) / 56
    for rest, here in zip(motion.rests.sample, up, strict=True):
        gyr[rest + 62 : rest + 119] += np.radians(turn_deg) * motion.rate_hz * smoothly[:, None] * here
    run = slice(motion.rests.run_start[3], motion.rests.run_end[3])
    noise = np.random.default_rng(5).normal(scale=0.4, size=(run.stop - run.start, 3))
    acc[run] += Rotation.from_quat(motion.orientation[run]).inv().apply(direction) + noise
    planted = np.degrees(np.arctan(0.6 / GRAVITY_MPS2))
    assert angle_deg(tilt_of(motion, acc, gyr).up, up).max() < 0.25 * planted


def test_a_gyroscope_that_slips_is_put_right_where_it_slipped() -> None:
    """Five degrees appear in one swing: that interval's correction takes them, and up stays what gravity says."""
    motion = make_motion([1.0] * 5, mounting=MOUNTING)
    gyr = motion.gyr.copy()
    middle = int(motion.rests.sample[2:4].mean())
    slip = np.radians(5.0) * MOUNTING.inv().apply([0.0, 1.0, 0.0])
    gyr[middle] += slip * motion.rate_hz
    tilt = tilt_of(motion, gyr=gyr)
    assert np.degrees(tilt.disagreement_rad) == pytest.approx([0.0, 0.0, 5.0, 0.0, 0.0], abs=0.1)
    assert np.degrees(np.linalg.norm(tilt.correction, axis=1)) == pytest.approx([0.0, 0.0, 5.0, 0.0, 0.0], abs=0.2)
    assert angle_deg(tilt.up, true_up(motion)).max() < 0.2


@pytest.mark.parametrize("turn_deg", [90.0, -35.0, 170.0])
def test_a_turn_to_the_left_is_positive(turn_deg: float) -> None:
    motion = make_motion([1.0] * 3, mounting=MOUNTING)
    gyr = motion.gyr.copy()
    first = motion.rests.sample[1]
    up = Rotation.from_quat(motion.orientation[first]).inv().apply([0.0, 0.0, 1.0])
    # between the quiet run and the movement, while the foot is level
    gyr[first + 22 : first + 38] += np.radians(turn_deg) * motion.rate_hz / 16 * up
    tilt = tilt_of(motion, gyr=gyr)
    assert np.degrees(tilt.turn_rad[[0, 2]]) == pytest.approx([0.0, 0.0], abs=0.1)
    assert np.degrees(tilt.turn_rad[1]) == pytest.approx(turn_deg, abs=0.1)


def test_uncertainty_grows_with_a_restless_stance_and_falls_with_neighbors() -> None:
    motion = make_motion([1.0] * 6)
    calm = tilt_of(motion)
    acc = motion.acc + np.random.default_rng(2).normal(scale=0.5, size=motion.acc.shape)
    restless = tilt_of(motion, acc)
    assert (restless.up_sd_rad > 2.0 * calm.up_sd_rad).all()
    # a foot-flat with neighbors on either side is known better than the first and the last
    assert restless.up_sd_rad[3] < restless.up_sd_rad[0]
    assert (calm.up_sd_rad <= TiltConfig().gravity_sd_rad * (1.0 + 1e-12)).all()
    assert (calm.up_sd_rad > 0.0).all()


def test_the_stated_uncertainty_is_that_of_the_error() -> None:
    """Noise in stance, many foot-flats: never less than the error, and not many times it (neighbors beyond the
    fourth weigh, too)."""
    motion = make_motion([1.0] * 60, rest_s=0.3, move_s=0.5, rate_hz=100.0)
    rng = np.random.default_rng(8)
    config = TiltConfig()
    ratios = []
    for _ in range(6):
        # one and the same error over the correlation time of 50 ms: 5 samples
        noise = np.repeat(rng.normal(scale=0.4, size=(len(motion.acc) // 5 + 1, 3)), 5, axis=0)[: len(motion.acc)]
        tilt = tilt_of(motion, motion.acc + noise)
        error = np.radians(angle_deg(tilt.up, true_up(motion)))
        ratios.append(np.mean(error**2 / (2.0 * tilt.up_sd_rad**2)))
    assert config.gravity_correlation_s == 0.05
    assert 0.3 < np.sqrt(np.mean(ratios)) < 1.1


def test_turned_about_up() -> None:
    vectors = np.array([[1.0, 0.0, 5.0], [0.0, 2.0, -1.0]])
    found = turn_about_up(vectors, np.radians([90.0, -90.0]))
    assert found == pytest.approx(np.array([[0.0, 1.0, 5.0], [2.0, 0.0, -1.0]]), abs=1e-12)
