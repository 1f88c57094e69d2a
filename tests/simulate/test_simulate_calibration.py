"""The sensor that is laid on its sides: its signals are one motion's, and its errors those that were asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2
from footdrop_imu.simulate.calibration import (
    SIDES_UP,
    SensorErrors,
    SixPositionConfig,
    draw_errors,
    plant_errors,
    simulate_six_positions,
)


def test_rates_turn_gravity_from_side_to_side() -> None:
    config = SixPositionConfig(rate_hz=400.0, lay_deg=0.0, seed=2)
    sensor = simulate_six_positions(config=config)
    turned = Rotation.identity()
    up = [sensor.true_acc[0] / GRAVITY_MPS2]
    middle = 0.5 * (sensor.true_gyr[:-1] + sensor.true_gyr[1:]) / config.rate_hz
    for step in middle:
        turned = turned * Rotation.from_rotvec(step)
        up.append(turned.inv().apply(up[0]))
    each = round((config.hold_s + config.turn_s) * config.rate_hz)
    for number, side in enumerate(config.order):
        at = number * each + round(0.5 * config.hold_s * config.rate_hz)
        np.testing.assert_allclose(sensor.true_acc[at], GRAVITY_MPS2 * np.array(SIDES_UP[side]), atol=1e-9)
        np.testing.assert_allclose(up[at], SIDES_UP[side], atol=1e-3)


def test_what_is_shown_is_the_truth_with_the_errors() -> None:
    errors = SensorErrors(acc_scale=((1.1, 0, 0), (0, 1, 0.02), (0, 0, 0.9)), gyr_offset_radps=(0.1, 0.0, -0.1))
    sensor = simulate_six_positions(errors, SixPositionConfig(acc_noise_mps2=0.0, gyr_noise_dps=0.0))
    np.testing.assert_allclose(sensor.acc, sensor.true_acc @ np.array(errors.acc_scale).T)
    np.testing.assert_allclose(sensor.gyr, sensor.true_gyr + errors.gyr_offset_radps)
    acceleration, rate = sensor.session.streams
    np.testing.assert_array_equal(acceleration.values, sensor.acc)
    np.testing.assert_array_equal(rate.values, sensor.gyr)


def test_the_same_errors_go_into_one_segment_of_a_session() -> None:
    sensor = simulate_six_positions()
    errors = SensorErrors(acc_offset_mps2=(1.0, 2.0, 3.0), gyr_scale=((1.02, 0, 0), (0, 1, 0), (0, 0, 1)))
    acceleration, rate = plant_errors(sensor.session, errors, "left_foot").streams
    np.testing.assert_allclose(acceleration.values - sensor.acc, np.tile([1.0, 2.0, 3.0], (len(sensor.acc), 1)))
    np.testing.assert_allclose(rate.values, sensor.gyr * [1.02, 1.0, 1.0])
    assert plant_errors(sensor.session, errors, "right_foot").streams == sensor.session.streams


def test_the_same_seed_gives_the_same_recording() -> None:
    one, other, third = (simulate_six_positions(config=SixPositionConfig(seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.acc, other.acc)
    assert not np.array_equal(one.gyr, third.gyr)


def test_drawn_errors_are_those_of_a_usable_sensor() -> None:
    assert draw_errors(4) == draw_errors(4)
    assert draw_errors(4) != draw_errors(5)
    for seed in range(20):
        errors = draw_errors(seed)
        for scale in (np.array(errors.acc_scale), np.array(errors.gyr_scale)):
            assert np.linalg.norm(scale - np.eye(3), 2) < 0.1
            np.testing.assert_array_equal(scale, scale.T)
        assert np.abs(errors.acc_offset_mps2).max() <= 1.5


@pytest.mark.parametrize("config", [{"order": ()}, {"order": ("+z", "up")}, {"hold_s": 0.0}, {"rate_hz": -1.0}])
def test_what_cannot_be_laid_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        SixPositionConfig(**config)  # type: ignore[arg-type]
