"""Known errors are taken out of samples and lengths."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.gait.calibration import apply_calibration, scale_lengths, scale_positions
from footdrop_imu.schema import Calibration


def _samples(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 10, (50, 3)), rng.normal(0, 3, (50, 3))


def test_without_a_calibration_the_samples_are_the_same_arrays() -> None:
    acc, gyr = _samples()
    for calibration in (None, Calibration()):
        same_acc, same_gyr = apply_calibration(acc, gyr, calibration)
        assert same_acc is acc
        assert same_gyr is gyr


def test_the_errors_of_a_sensor_are_undone() -> None:
    acc, gyr = _samples()
    acc_error = np.array([[1.05, 0.01, 0.0], [0.0, 0.97, -0.02], [0.0, 0.0, 1.01]])
    gyr_error = np.diag([1.02, 0.98, 1.0])
    offset, gyr_offset = (0.3, -0.5, 1.0), (0.01, 0.02, -0.03)
    calibration = Calibration(
        acc_matrix=tuple(map(tuple, np.linalg.inv(acc_error).tolist())),  # type: ignore[arg-type]
        acc_offset_mps2=offset,
        gyr_matrix=tuple(map(tuple, np.linalg.inv(gyr_error).tolist())),  # type: ignore[arg-type]
        gyr_offset_radps=gyr_offset,
    )
    found = apply_calibration(acc @ acc_error.T + offset, gyr @ gyr_error.T + gyr_offset, calibration)
    np.testing.assert_allclose(found[0], acc, atol=1e-12)
    np.testing.assert_allclose(found[1], gyr, atol=1e-12)


def test_a_part_alone_changes_that_part_alone() -> None:
    acc, gyr = _samples()
    moved, same = apply_calibration(acc, gyr, Calibration(acc_offset_mps2=(1.0, 2.0, 3.0)))
    np.testing.assert_allclose(acc - moved, np.tile([1.0, 2.0, 3.0], (50, 1)))
    assert same is gyr


def _measured() -> dict[str, np.ndarray]:
    return {
        "stride_length_m": np.array([1.0, 2.0]),
        "stride_length_sd_m": np.array([0.01, 0.0]),
        "walking_speed_mps": np.array([1.0, 1.0]),
        "walking_speed_sd_mps": np.array([0.01, 0.0]),
        "circumduction_m": np.array([0.02, 0.03]),
        "toe_height_max_m": np.array([0.1, 0.1]),
    }


def test_a_length_scale_changes_what_is_walked_and_its_sd_but_no_height() -> None:
    measured = _measured()
    scaled = scale_lengths(measured, Calibration(length_scale=1.02, length_scale_sd=0.005))
    np.testing.assert_allclose(scaled["stride_length_m"], [1.02, 2.04])
    np.testing.assert_allclose(scaled["stride_length_sd_m"], [np.hypot(0.0102, 0.005), 0.01])
    np.testing.assert_allclose(scaled["walking_speed_mps"], [1.02, 1.02])
    np.testing.assert_allclose(scaled["walking_speed_sd_mps"], [np.hypot(0.0102, 0.005), 0.005])
    np.testing.assert_allclose(scaled["circumduction_m"], [0.0204, 0.0306])
    np.testing.assert_array_equal(scaled["toe_height_max_m"], measured["toe_height_max_m"])
    assert measured["stride_length_m"][0] == 1.0


@pytest.mark.parametrize("calibration", [None, Calibration(), Calibration(gyr_delay_s=0.01)])
def test_without_a_length_scale_lengths_stay(calibration: Calibration | None) -> None:
    measured = _measured()
    assert scale_lengths(measured, calibration) is measured
    assert scale_positions(measured, calibration) is measured


def test_a_length_scale_without_sd_adds_none() -> None:
    scaled = scale_lengths(_measured(), Calibration(length_scale=0.98))
    np.testing.assert_allclose(scaled["stride_length_sd_m"], [0.0098, 0.0])


def test_positions_follow_their_strides() -> None:
    series = {"position_x_m": np.ones(3), "position_y_m": np.ones(3), "position_z_m": np.ones(3)}
    scaled = scale_positions(series, Calibration(length_scale=1.1))
    assert [float(scaled[f"position_{axis}_m"][0]) for axis in "xyz"] == pytest.approx([1.1, 1.1, 1.0])
    assert scale_positions({}, Calibration(length_scale=1.1)) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("acc_matrix", ((9.8, 0, 0), (0, 9.8, 0), (0, 0, 9.8))),
        ("acc_matrix", ((1, 0, 0), (0, 1, 0))),
        ("gyr_matrix", ((0.0174, 0, 0), (0, 0.0174, 0), (0, 0, 0.0174))),
        ("gyr_matrix", ((float("nan"), 0, 0), (0, 1, 0), (0, 0, 1))),
        ("acc_offset_mps2", (0.0, 0.0, 9.8)),
        ("acc_offset_mps2", 0.1),
        ("gyr_offset_radps", (3.0, 0.0, 0.0)),
        ("gyr_delay_s", 10.0),
        ("length_scale", 1.5),
        ("length_scale", float("inf")),
        ("length_scale_sd", -0.1),
    ],
)
def test_a_calibration_that_no_sensor_needs_cannot_be_made(key: str, value: object) -> None:
    with pytest.raises(SchemaError) as caught:
        Calibration(**{key: value})  # type: ignore[arg-type]
    assert caught.value.message.startswith(key)
