"""Six positions: planted errors are found within their stated sd, however the chip sits in its case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.six_position import SixPositionFit, six_position
from footdrop_imu.schema import GRAVITY_MPS2
from footdrop_imu.simulate.calibration import (
    TWICE,
    SensorErrors,
    SixPositionConfig,
    TurnedSensor,
    simulate_six_positions,
)

ACC_SCALE = np.array([[1.05, 0.005, -0.004], [0.005, 0.97, 0.006], [-0.004, 0.006, 1.02]])
GYR_SCALE = np.array([[1.02, 0.008, -0.006], [-0.004, 0.98, 0.005], [0.007, -0.009, 1.015]])
ERRORS = SensorErrors(
    tuple(map(tuple, ACC_SCALE.tolist())),  # type: ignore[arg-type]
    (0.6, -0.4, 1.0),
    tuple(map(tuple, GYR_SCALE.tolist())),  # type: ignore[arg-type]
    (0.01, -0.02, 0.015),
)


def made(errors: SensorErrors | None = ERRORS, **config: Any) -> TurnedSensor:
    return simulate_six_positions(errors, SixPositionConfig(**config))


def fitted(sensor: TurnedSensor, rate_hz: float = 100.0) -> SixPositionFit:
    return six_position(sensor.acc, sensor.gyr, rate_hz)


def repaired(fit: SixPositionFit, acc: np.ndarray, gyr: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (acc - fit.acc_offset_mps2) @ fit.acc_matrix.T, (gyr - fit.gyr_offset_radps) @ fit.gyr_matrix.T


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 204.8])
def test_twelve_positions_show_every_error(rate_hz: float) -> None:
    fit = fitted(made(order=TWICE, rate_hz=rate_hz, seed=2), rate_hz)
    np.testing.assert_allclose(fit.acc_matrix @ ACC_SCALE, np.eye(3), atol=0.003)
    np.testing.assert_allclose(fit.acc_offset_mps2, ERRORS.acc_offset_mps2, atol=0.01)
    np.testing.assert_allclose(fit.gyr_matrix @ GYR_SCALE, np.eye(3), atol=0.004)
    np.testing.assert_allclose(fit.gyr_offset_radps, ERRORS.gyr_offset_radps, atol=0.001)
    np.testing.assert_allclose(fit.gravity_after_mps2, GRAVITY_MPS2, atol=0.01)
    assert np.abs(fit.gravity_before_mps2 - GRAVITY_MPS2).max() > 0.5
    assert fit.turn_before_deg.max() > 3.0
    assert fit.turn_after_deg.max() < 0.2


def test_six_positions_show_scale_and_offset_and_say_what_they_do_not_show() -> None:
    fit = fitted(made(seed=5))
    assert sorted(fit.side.tolist()) == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(np.diag(fit.acc_matrix @ ACC_SCALE), 1.0, atol=0.002)
    np.testing.assert_allclose(fit.acc_offset_mps2, ERRORS.acc_offset_mps2, atol=0.02)
    aside = ~np.eye(3, dtype=bool)
    assert fit.acc_matrix_sd[aside].min() > 2 * np.diag(fit.acc_matrix_sd).max()
    assert np.abs(fit.acc_matrix @ ACC_SCALE - np.eye(3)).max() < 0.015


def test_a_sensor_without_errors_stays_as_it_is() -> None:
    fit = fitted(made(None, order=TWICE))
    np.testing.assert_allclose(fit.acc_matrix, np.eye(3), atol=0.002)
    np.testing.assert_allclose(fit.gyr_matrix, np.eye(3), atol=0.002)
    np.testing.assert_allclose(fit.acc_offset_mps2, 0.0, atol=0.01)


def test_the_stated_sds_are_not_too_small() -> None:
    errors, stated = [], []
    for seed in range(6):
        fit = fitted(made(seed=seed))
        errors += [np.diag(fit.acc_matrix @ ACC_SCALE) - 1.0, fit.acc_offset_mps2 - ERRORS.acc_offset_mps2]
        stated += [np.diag(fit.acc_matrix_sd), fit.acc_offset_sd_mps2]
    ratio = np.concatenate(errors) / np.concatenate(stated)
    assert np.sqrt(np.mean(ratio**2)) < 1.3


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(quaternion=st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(x * x for x in q) > 0.1))
def test_the_result_turns_with_the_chip(quaternion: tuple[float, float, float, float]) -> None:
    sensor = made(rate_hz=50.0, seed=1)
    straight = fitted(sensor, 50.0)
    turn = Rotation.from_quat(quaternion).as_matrix()
    turned = six_position(sensor.acc @ turn.T, sensor.gyr @ turn.T, 50.0)
    np.testing.assert_allclose(turned.acc_matrix, turn @ straight.acc_matrix @ turn.T, atol=1e-6)
    np.testing.assert_allclose(turned.gyr_matrix, turn @ straight.gyr_matrix @ turn.T, atol=1e-6)
    np.testing.assert_allclose(turned.acc_offset_mps2, turn @ straight.acc_offset_mps2, atol=1e-6)
    np.testing.assert_allclose(turned.gravity_after_mps2, straight.gravity_after_mps2, atol=1e-6)
    assert len(set(turned.side.tolist())) == 6


def test_samples_come_out_true_however_the_chip_sits() -> None:
    chip = tuple(Rotation.from_euler("xyz", [30, 40, 50], degrees=True).as_quat().tolist())
    sensor = made(chip_rotation=chip, order=TWICE, seed=3, acc_noise_mps2=0.01, gyr_noise_dps=0.02)
    acc, gyr = repaired(fitted(sensor), sensor.acc, sensor.gyr)
    assert np.sqrt(np.mean((sensor.acc - sensor.true_acc) ** 2)) > 0.4
    assert np.sqrt(np.mean((acc - sensor.true_acc) ** 2)) < 0.03
    assert np.sqrt(np.mean((gyr - sensor.true_gyr) ** 2)) < 0.006


@pytest.mark.parametrize("seed", [0, 1])
def test_any_order_with_sides_laid_twice_and_once_aslant(seed: int) -> None:
    order = ["-y", "+z", "+z", "-x", "-z", "+y", "-y", "+x", "+z"]
    fit = fitted(made(order=tuple(order), seed=seed, lay_deg=4.0))
    assert len(fit.side) == 9
    same = [[a == b for b in order] for a in order]
    np.testing.assert_array_equal(fit.side[:, None] == fit.side[None, :], same)


@pytest.mark.parametrize("left_out", ["+x", "-x", "+y", "-y", "+z", "-z"])
def test_the_side_that_is_missing_is_named(left_out: str) -> None:
    order = tuple(side for side in TWICE[4:] if side != left_out) + ("-x",) * (left_out != "-x")
    with pytest.raises(SignalError) as caught:
        fitted(made(order=order))
    assert caught.value.reason is SignalReason.SIDES_MISSING
    assert f"Missing: {left_out} up" in caught.value.message
    assert "5 of six" in caught.value.message
    assert "times)" in caught.value.message


def test_a_missing_side_of_a_chip_that_sits_askew_is_named_by_its_direction() -> None:
    chip = tuple(Rotation.from_euler("xyz", [45, 35, 0], degrees=True).as_quat().tolist())
    with pytest.raises(SignalError, match=r"Missing: \(-?0\.\d, -?0\.\d, -?0\.\d\) up"):
        fitted(made(order=("+z", "+x", "-z", "-x", "+y"), chip_rotation=chip))


def test_sides_laid_too_short_do_not_count() -> None:
    with pytest.raises(SignalError) as caught:
        fitted(made(hold_s=1.2))
    assert caught.value.reason is SignalReason.SIDES_MISSING
    assert "three seconds" in caught.value.message


def test_one_side_alone_and_a_hand_that_never_rests_are_refused() -> None:
    with pytest.raises(SignalError, match="Found 1 of six sides"):
        fitted(made(order=("+z", "+z")))
    rng = np.random.default_rng(0)
    acc, gyr = rng.normal([0, 0, 9.8], 1.0, (2000, 3)), rng.normal(0, 1, (2000, 3))
    with pytest.raises(SignalError) as caught:
        six_position(acc, gyr, 100.0)
    assert caught.value.reason is SignalReason.SIDES_MISSING


@pytest.mark.parametrize("change", [np.diag([1.0, 1.0, -1.0]), 0.5 * np.eye(3), np.eye(3)[[1, 0, 2]]])
def test_a_gyroscope_of_other_axes_or_units_is_refused(change: np.ndarray) -> None:
    sensor = made(order=TWICE)
    with pytest.raises(SignalError) as caught:
        six_position(sensor.acc, sensor.gyr @ change.T, 100.0)
    assert caught.value.reason is SignalReason.NO_FIT
    assert "unit" in caught.value.message


@pytest.mark.parametrize(
    "config",
    [
        {"turn_s": 0.6},
        {"turn_s": 6.0, "hold_s": 6.0},
        {"acc_noise_mps2": 0.1, "gyr_noise_dps": 1.0},
        {"rate_hz": 25.0},
    ],
    ids=str,
)
def test_a_calm_or_a_quick_hand_and_a_noisy_or_a_slow_sensor_will_do(config: dict[str, float]) -> None:
    fit = fitted(made(order=TWICE, seed=2, **config), config.get("rate_hz", 100.0))
    np.testing.assert_allclose(fit.acc_matrix @ ACC_SCALE, np.eye(3), atol=0.004)
    np.testing.assert_allclose(fit.gyr_matrix @ GYR_SCALE, np.eye(3), atol=0.006)


def test_a_late_gyroscope_and_offsets_that_drift_as_the_sensor_warms_do_not_matter() -> None:
    sensor = made(order=TWICE, seed=2)
    minutes = np.arange(len(sensor.gyr))[:, None] / 6000.0
    drifting = np.roll(sensor.gyr, 2, axis=0) + np.radians(0.5) * minutes
    fit = six_position(sensor.acc + 0.02 * minutes, drifting, 100.0)
    np.testing.assert_allclose(fit.acc_matrix @ ACC_SCALE, np.eye(3), atol=0.003)
    np.testing.assert_allclose(fit.gyr_matrix @ GYR_SCALE, np.eye(3), atol=0.003)


def test_a_turn_over_a_gap_is_left_out() -> None:
    sensor = made(order=TWICE, seed=4)
    spoiled = sensor.gyr.copy()
    spoiled[300:450] = 0.0
    valid = np.ones(len(spoiled), dtype=bool)
    valid[350:400] = False
    whole, holed = fitted(sensor), six_position(sensor.acc, spoiled, 100.0, valid)
    assert len(holed.turn_after_deg) == len(whole.turn_after_deg) - 1
    np.testing.assert_allclose(holed.gyr_matrix, whole.gyr_matrix, atol=0.01)
