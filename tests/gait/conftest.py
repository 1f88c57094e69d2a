"""Simulated walks, made once for the folder: what the sensors record, and what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples, analyze_foot
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.schema import Shoe
from footdrop_imu.simulate.pattern import Turn, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig, ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


@pytest.fixture(scope="session")
def exact_walk() -> SimulatedWalk:
    """Both feet healthy, sensors without error, aligned with the foot."""
    return simulate_walk(WalkConfig(distance_m=20.0, seed=11), ideal_sensor(200.0))


@pytest.fixture(scope="session")
def turning_walk() -> SimulatedWalk:
    """A left foot that drops, a turn of 180 degrees to the left, usual sensors mounted anyhow."""
    walk = WalkConfig(distance_m=26.0, speed_mps=1.1, left=foot_drop(0.7), turns=(Turn(13.0, 180.0, 3.0),), seed=5)
    return simulate_walk(walk, SensorConfig(rate_hz=100.0, random_mounting=True, seed=5))


def samples_of(walk: SimulatedWalk, side: str) -> Samples:
    """One foot's samples as the analysis hands them on."""
    acc, gyr = (s.values for s in walk.session.streams if s.segment == f"{side}_foot")
    rate_hz = walk.session.streams[0].rate_hz
    assert rate_hz is not None
    no = np.zeros(len(acc), dtype=bool)
    return Samples(acc, gyr, no, ~no, no, rate_hz, averaged=False)


@pytest.fixture(scope="session")
def foot_of() -> Callable[..., tuple[Samples, FootStrides]]:
    """Analyze one foot of a simulated walk, with settings or samples changed."""

    def analyzed(
        walk: SimulatedWalk, side: str, config: FootConfig | None = None, samples: Samples | None = None
    ) -> tuple[Samples, FootStrides]:
        samples = samples or samples_of(walk, side)
        true = walk.mounting[side]
        geometry = shoe_geometry(Shoe(side, mounting=replace(true, rotation=None)))
        return samples, analyze_foot(samples, geometry, left=side == "left", config=config)

    return analyzed
