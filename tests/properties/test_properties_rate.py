"""The same motion sampled at 50 to 400 Hz measures about the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from changed_sessions import of_side

from footdrop_imu.analysis import analyze
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

RATES_HZ = (50.0, 64.0, 100.0, 128.0, 204.8, 400.0)
PEOPLE = {"healthy": healthy(), "flat landing": foot_drop(0.5), "severe foot drop": foot_drop(0.9)}
# Root mean square difference to 400 Hz from stride to stride. A heel strike lasts 18 ms: below 100 Hz it falls
# between two samples, and what it adds to the speed is lost. Angles and times hardly notice.
LENGTH_M = {50.0: 0.15, 64.0: 0.09, 100.0: 0.04, 128.0: 0.03, 204.8: 0.02}
CLEARANCE_M = {50.0: 0.008, 64.0: 0.006, 100.0: 0.004, 128.0: 0.004, 204.8: 0.003}
PITCH_DEG = 1.5
TIME_SAMPLES = 2.0


def walked_at(pattern: FootPattern, rate_hz: float) -> SimulatedWalk:
    # a perfect sensor: the errors of a real one are drawn sample by sample, and differ from rate to rate
    walk = WalkConfig(speed_mps=0.9, distance_m=16.0, left=pattern, seed=6)
    sensor = SensorConfig(
        rate_hz=rate_hz, acc_bias_mps2=0.0, gyr_bias_dps=0.0, acc_scale_frac=0.0, gyr_scale_frac=0.0, seed=6
    )
    return simulate_walk(walk, sensor)


@pytest.fixture(scope="module", params=PEOPLE)
def by_rate(request: pytest.FixtureRequest) -> dict[float, pd.DataFrame]:
    tables = {}
    for rate_hz in RATES_HZ:
        walked = walked_at(PEOPLE[request.param], rate_hz)
        strides = of_side(analyze(walked.session).strides, "left")
        assert len(strides) == len(of_side(walked.strides, "left")), rate_hz
        tables[rate_hz] = strides
    return tables


def difference(by_rate: dict[float, pd.DataFrame], rate_hz: float, column: str) -> float:
    """Root mean square over complete strides."""
    return float(np.sqrt(((by_rate[rate_hz][column] - by_rate[400.0][column])[1:-1] ** 2).mean()))


@pytest.mark.parametrize("rate_hz", RATES_HZ[:-1])
def test_rate(by_rate: dict[float, pd.DataFrame], rate_hz: float) -> None:
    assert difference(by_rate, rate_hz, "stride_length_m") < LENGTH_M[rate_hz]
    assert difference(by_rate, rate_hz, "minimum_toe_clearance_m") < CLEARANCE_M[rate_hz]
    for name in ("toe_off", "mid_swing", "initial_contact"):
        assert difference(by_rate, rate_hz, f"foot_pitch_{name}_deg") < PITCH_DEG * (3.0 if name == "toe_off" else 1.0)
        assert difference(by_rate, rate_hz, f"{name}_time_s") < TIME_SAMPLES / rate_hz
    assert difference(by_rate, rate_hz, "stride_time_s") < 0.06
    assert difference(by_rate, rate_hz, "foot_roll_mid_swing_deg") < 1.0


def test_a_slower_sensor_never_claims_to_know_better(by_rate: dict[float, pd.DataFrame]) -> None:
    for name in ("stride_length_sd_m", "height_change_sd_m", "minimum_toe_clearance_sd_m", "foot_pitch_sd_deg"):
        medians = np.array([by_rate[rate_hz][name].median() for rate_hz in (50.0, 100.0, 204.8, 400.0)])
        assert (medians[:-1] >= 0.98 * medians[1:]).all(), name


def test_the_stated_uncertainty_covers_what_a_slower_sensor_loses(by_rate: dict[float, pd.DataFrame]) -> None:
    for rate_hz in RATES_HZ[:-1]:
        error = (by_rate[rate_hz]["stride_length_m"] - by_rate[400.0]["stride_length_m"])[1:-1]
        stated = np.hypot(by_rate[rate_hz]["stride_length_sd_m"], by_rate[400.0]["stride_length_sd_m"])[1:-1]
        assert np.sqrt(((error / stated) ** 2).mean()) < 2.0
