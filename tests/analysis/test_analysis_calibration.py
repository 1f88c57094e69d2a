"""A sensor's calibration in the analysis of a walk: planted errors leave, nothing is scaled twice, it is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import Calibration, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

ACC_ERROR = np.diag([1.05, 0.98, 1.03])
ACC_OFFSET = np.array([0.5, -0.4, 0.3])
GYR_ERROR = np.diag([1.02, 0.98, 1.02])


def _matrix(values: np.ndarray) -> tuple[tuple[float, float, float], ...]:
    return tuple((row[0], row[1], row[2]) for row in values.tolist())


TRUE = Calibration(
    sensor="planted",
    acc_matrix=_matrix(np.linalg.inv(ACC_ERROR)),  # type: ignore[arg-type]
    acc_offset_mps2=(0.5, -0.4, 0.3),
    gyr_matrix=_matrix(np.linalg.inv(GYR_ERROR)),  # type: ignore[arg-type]
)


@cache
def walked() -> SimulatedWalk:
    return simulate_walk(WalkConfig(distance_m=20.0, seed=3), SensorConfig(rate_hz=102.4, random_mounting=True, seed=3))


def spoiled() -> Session:
    streams = []
    for stream in walked().session.streams:
        error, offset = (ACC_ERROR, ACC_OFFSET) if stream.quantity == "acceleration" else (GYR_ERROR, 0.0)
        streams.append(replace(stream, values=stream.values @ error.T + offset))
    return replace(walked().session, streams=tuple(streams))


@cache
def plain() -> SessionResult:
    return analyze(walked().session)


def test_planted_errors_leave_with_their_calibration() -> None:
    both = {"left_foot": TRUE, "right_foot": TRUE}
    repaired = analyze(replace(spoiled(), calibrations=both))
    left_alone = analyze(spoiled())
    length = plain().strides["stride_length_m"].to_numpy()
    kept = repaired.strides["stride_length_m"].to_numpy()
    # the walk's own scaling by gravity is off there: what it made of this walk's small error remains
    np.testing.assert_allclose(kept, length, rtol=0.01)
    assert abs(left_alone.strides["stride_length_m"].mean() / length.mean() - 1) > 2 * abs(
        kept.mean() / length.mean() - 1
    )


def test_a_calibrated_accelerometer_is_not_scaled_by_gravity_again() -> None:
    large = {side: Calibration(acc_matrix=((1.02, 0, 0), (0, 1.02, 0), (0, 0, 1.02))) for side in ("left_foot",)}
    result = analyze(replace(walked().session, calibrations=large))
    usual = plain().provenance["feet"]["left"]["gravity_mps2"]
    assert result.provenance["feet"]["left"]["gravity_mps2"] == pytest.approx(1.02 * usual)
    left = result.strides["side"] == "left"
    ratio = result.strides.loc[left, "stride_length_m"].median() / plain().strides["stride_length_m"][left].median()
    assert ratio > 1.005
    offset_alone = {"left_foot": Calibration(acc_offset_mps2=(0.0, 0.0, 0.0))}
    same = analyze(replace(walked().session, calibrations=offset_alone))
    np.testing.assert_array_equal(same.strides["stride_length_m"], plain().strides["stride_length_m"])


def test_a_length_scale_is_linear_in_length_speed_and_position() -> None:
    session = replace(walked().session, calibrations={"right_foot": Calibration(length_scale=1.1)})
    usual, longer = analyze(walked().session, timeseries=True), analyze(session, timeseries=True)
    right = usual.strides["side"] == "right"
    for column in ("stride_length_m", "walking_speed_mps"):
        np.testing.assert_allclose(longer.strides[column][right], 1.1 * usual.strides[column][right])
        np.testing.assert_array_equal(longer.strides[column][~right], usual.strides[column][~right])
    np.testing.assert_array_equal(longer.strides["toe_height_max_m"], usual.strides["toe_height_max_m"])
    assert usual.timeseries is not None
    assert longer.timeseries is not None
    rows = usual.timeseries["side"] == "right"
    np.testing.assert_allclose(longer.timeseries["position_x_m"][rows], 1.1 * usual.timeseries["position_x_m"][rows])
    np.testing.assert_array_equal(longer.timeseries["position_z_m"], usual.timeseries["position_z_m"])


def test_the_result_says_which_calibration_was_used() -> None:
    result = analyze(replace(walked().session, calibrations={"left_foot": TRUE}))
    said = result.provenance["feet"]["left"]["calibration"]
    assert said["sensor"] == "planted"
    assert said["acc_offset_mps2"] == (0.5, -0.4, 0.3)
    assert result.provenance["feet"]["right"]["calibration"] is None


def test_a_calibration_of_another_sensor_shows_in_the_verdict() -> None:
    result = analyze(replace(walked().session, calibrations={"left_foot": TRUE}))
    assert result.quality.verdict == "poor"
    assert [reason[:9] for reason in result.quality.reasons if "is it of this sensor?" in reason] == ["left foot"]
    right = analyze(replace(spoiled(), calibrations={"left_foot": TRUE, "right_foot": TRUE}))
    assert not any("is it of this sensor?" in reason for reason in right.quality.reasons)


def test_a_calibrated_accelerometer_lets_the_walk_tell_a_late_gyroscope() -> None:
    late = simulate_walk(
        WalkConfig(distance_m=20.0, speed_mps=1.2, seed=12),
        SensorConfig(rate_hz=102.4, random_mounting=True, seed=1, acc_bias_mps2=0.0, gyr_delay_s=0.01),
    )
    exact = Calibration("exact", acc_matrix=((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)), acc_offset_mps2=(0.0, 0.0, 0.0))
    both = {"left_foot": exact, "right_foot": exact}
    told = analyze(replace(late.session, calibrations=both))
    foot = told.provenance["feet"]["left"]
    assert foot["gyroscope_delay_sd_s"] < 0.7 * analyze(late.session).provenance["feet"]["left"]["gyroscope_delay_sd_s"]
    assert foot["gyroscope_delay_s"] == pytest.approx(0.01, abs=0.004)
    fixed = {side: replace(exact, gyr_delay_s=0.01, gyr_delay_sd_s=0.001) for side in both}
    given = analyze(replace(late.session, calibrations=fixed)).provenance["feet"]["left"]
    assert (given["gyroscope_delay_s"], given["gyroscope_delay_source"]) == (0.01, "calibration")
