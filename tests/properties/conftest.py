"""Walks that the properties are tried on, simulated once."""

from __future__ import annotations

import pytest

from benchmarks.reference import data_folder, loop_walk, overground_walks, treadmill_trials
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, corridor, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


@pytest.fixture(scope="session")
def walked() -> SimulatedWalk:
    """To and fro at 1 m/s, the left foot lands flat, the right one is healthy; 100 Hz."""
    walk = WalkConfig(speed_mps=1.0, distance_m=24.0, left=foot_drop(0.5), turns=corridor(24.0, 12.0), seed=1)
    return simulate_walk(walk, SensorConfig(rate_hz=100.0, seed=1))


@pytest.fixture(scope="session")
def severe() -> SimulatedWalk:
    """Straight at 0.6 m/s, the right foot hangs and lands on the forefoot; 128 Hz, the right sensor starts later."""
    walk = WalkConfig(speed_mps=0.6, distance_m=12.0, left=healthy(), right=foot_drop(0.9), seed=2)
    return simulate_walk(walk, SensorConfig(rate_hz=128.0, right_start_s=0.37, random_mounting=True, seed=2))


@pytest.fixture(scope="session")
def measured(walked: SimulatedWalk) -> SessionResult:
    return analyze(walked.session)


@pytest.fixture(scope="session")
def severe_measured(severe: SimulatedWalk) -> SessionResult:
    return analyze(severe.session)


@pytest.fixture(scope="session")
def real_walks() -> list[Session]:
    """One foot around a loop at 400 Hz, healthy people with lost rows and people after stroke at 100 Hz."""
    folder = data_folder()
    if folder is None:
        pytest.skip("the reference recordings are not in ../shared/data")
    overground = [walk.session for walk in overground_walks(folder)[::9]]
    return [loop_walk(folder), *overground, *(trial.session for trial in treadmill_trials(folder)[::6])]
