"""The joint between two segments is found from what both sensors feel, whatever their axes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.joint import Joint, JointConfig, find_joint, turning_force
from footdrop_imu.gait.stretch import Samples
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

RATE_HZ = 200.0
TIME_S = np.arange(0.0, 20.0, 1.0 / RATE_HZ)
FOOT_ARM, SHANK_ARM = np.array([0.09, 0.01, -0.02]), np.array([0.05, -0.03, 0.19])
UP = np.array([0.0, 0.0, 1.0])


def attitude(time_s: FloatArray, phases: tuple[float, float, float], size: float) -> Rotation:
    """A segment that swings mostly about y, and some about the other two axes."""
    y = size * np.sin(6.0 * time_s + phases[0]) + 0.3 * size * np.sin(12.0 * time_s + phases[1])
    return Rotation.from_euler("ZXY", np.stack([0.1 * np.sin(3.0 * time_s), 0.15 * np.sin(5.0 * time_s), y], axis=1))


def felt(phases: tuple[float, float, float], size: float, arm: FloatArray, noise: float, seed: int) -> Samples:
    """What a sensor feels at the end of an arm from a joint that is being thrown about."""
    step = 1e-4
    before, now, after = (attitude(TIME_S + lag, phases, size) for lag in (-step, 0.0, step))
    rate = (now.inv() * after).as_rotvec() / step
    rate = 0.5 * (rate + (before.inv() * now).as_rotvec() / step)
    change = ((now.inv() * after).as_rotvec() - (before.inv() * now).as_rotvec()) / step**2
    joint = np.stack([4.0 * np.sin(6.0 * TIME_S), np.sin(4.0 * TIME_S), 3.0 * np.cos(9.0 * TIME_S)], axis=1)
    force = now.inv().apply(joint + GRAVITY_MPS2 * UP)
    force += np.cross(change, arm) + np.cross(rate, np.cross(rate, arm))
    rng = np.random.default_rng(seed)
    no = np.zeros(len(TIME_S), dtype=bool)
    force += noise * rng.standard_normal(force.shape)
    return Samples(force, rate, no, ~no, no, RATE_HZ, averaged=False)


def found(
    noise: float = 0.0, foot_turned: Rotation | None = None, shank_turned: Rotation | None = None, **config: float
) -> Joint:
    turned = [Rotation.identity() if one is None else one for one in (foot_turned, shank_turned)]
    foot = felt((0.0, 1.0, 0.0), 0.6, FOOT_ARM, noise, 1)
    shank = felt((0.8, 0.0, 0.0), 0.5, SHANK_ARM, noise, 2)
    foot, shank = (
        one._replace(acc=turn.apply(one.acc), gyr=turn.apply(one.gyr))
        for one, turn in zip((foot, shank), turned, strict=True)
    )
    usual = np.array([0.085, 0.0, -0.01])
    return find_joint(
        foot, shank, turned[0].apply(usual), turned[1].apply(UP), (0, len(TIME_S) - 1), JointConfig(**config)
    )


def test_both_arms_are_found() -> None:
    joint = found()
    assert joint.foot_arm_m == pytest.approx(FOOT_ARM, abs=0.006)
    assert joint.shank_arm_m == pytest.approx(SHANK_ARM, abs=0.006)
    assert joint.misfit_mps2 < 0.2


def test_noise_is_a_misfit_and_widens() -> None:
    quiet, noisy = found(), found(noise=0.5)
    assert noisy.shank_arm_m == pytest.approx(SHANK_ARM, abs=0.02)
    # the difference of two sizes has both sensors' noise
    assert noisy.misfit_mps2 == pytest.approx(0.5 * np.sqrt(2.0), rel=0.15)
    assert np.trace(noisy.shank_covariance) > np.trace(quiet.shank_covariance)


def test_no_fit_is_better_than_skin_lets_it_be() -> None:
    assert np.diag(found().shank_covariance).min() >= JointConfig().least_sd_m ** 2


def test_the_axes_of_the_sensors_do_not_matter() -> None:
    turns = Rotation.random(random_state=3), Rotation.random(random_state=4)
    plain, turned = found(noise=0.2), found(0.0, *turns)
    assert turns[0].inv().apply(turned.foot_arm_m) == pytest.approx(found().foot_arm_m, abs=1e-8)
    assert turns[1].inv().apply(turned.shank_arm_m) == pytest.approx(found().shank_arm_m, abs=1e-8)
    assert plain.shank_arm_m == pytest.approx(SHANK_ARM, abs=0.01)


def test_impacts_hardly_count() -> None:
    foot = felt((0.0, 1.0, 0.0), 0.6, FOOT_ARM, 0.1, 1)
    shank = felt((0.8, 0.0, 0.0), 0.5, SHANK_ARM, 0.1, 2)
    hit = shank.acc.copy()
    hit[::40] += 60.0
    usual, span = np.array([0.085, 0.0, -0.01]), (0, len(TIME_S) - 1)
    plain = find_joint(foot, shank, usual, UP, span)
    struck = find_joint(foot, shank._replace(acc=hit), usual, UP, span)
    assert struck.shank_arm_m == pytest.approx(plain.shank_arm_m, abs=0.005)


def test_samples_that_cannot_be_trusted_are_left_out() -> None:
    foot = felt((0.0, 1.0, 0.0), 0.6, FOOT_ARM, 0.0, 1)
    shank = felt((0.8, 0.0, 0.0), 0.5, SHANK_ARM, 0.0, 2)
    valid = np.arange(len(TIME_S)) < 2000
    broken = np.where(valid[:, None], shank.acc, 1e3)
    usual, span = np.array([0.085, 0.0, -0.01]), (0, len(TIME_S) - 1)
    joint = find_joint(foot, shank._replace(acc=broken, valid=valid), usual, UP, span)
    assert joint.shank_arm_m == pytest.approx(SHANK_ARM, abs=0.005)
    nothing = find_joint(foot, shank._replace(valid=np.zeros_like(valid)), usual, UP, span)
    assert nothing.shank_arm_m == pytest.approx(JointConfig().shank_height_m * UP)
    assert np.sqrt(nothing.shank_covariance[2, 2]) == pytest.approx(JointConfig().shank_height_sd_m, rel=0.05)


def test_turning_force_of_a_steady_turn_points_to_the_joint() -> None:
    rate = np.tile([0.0, 0.0, 3.0], (50, 1))
    assert turning_force(rate, np.array([0.2, 0.0, 0.5]), 100.0) == pytest.approx(np.tile([-1.8, 0.0, 0.0], (50, 1)))
    some = np.array([3, 17])
    assert turning_force(rate, np.array([0.2, 0.0, 0.5]), 100.0, some).shape == (2, 3)


def test_turning_force_of_a_growing_turn_points_across() -> None:
    rate = np.linspace(0.0, 1.0, 101)[:, None] * np.array([0.0, 2.0, 0.0])
    force = turning_force(rate, np.array([0.0, 0.0, 0.3]), 100.0)
    assert force[5:-5, 0] == pytest.approx(np.full(91, 0.6))
