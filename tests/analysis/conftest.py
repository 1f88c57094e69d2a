"""Simulated walks and their results, made once for the folder."""

from __future__ import annotations

import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import SessionResult
from footdrop_imu.simulate.pattern import Turn, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


@pytest.fixture(scope="session")
def walk() -> SimulatedWalk:
    """Left foot drop, a turn half way, usual sensors at 100 Hz."""
    config = WalkConfig(distance_m=36.0, speed_mps=1.1, left=foot_drop(0.4), turns=(Turn(18.0, 180.0, 3.0),), seed=8)
    return simulate_walk(config, SensorConfig(rate_hz=100.0, right_start_s=0.035, seed=8), name="made")


@pytest.fixture(scope="session")
def result(walk: SimulatedWalk) -> SessionResult:
    """Of that walk, time series and all."""
    return analyze(walk.session, timeseries=True)
