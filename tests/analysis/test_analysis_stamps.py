"""Walks whose samples have stamps that jitter, or times of arrival, against the same walk with a counter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.simulate.pattern import WalkConfig, corridor, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

WALK = WalkConfig(speed_mps=1.0, distance_m=24.0, left=foot_drop(0.5), turns=corridor(24.0, 12.0), seed=3)
EVENTS = ("toe_off_time_s", "mid_swing_time_s", "initial_contact_time_s")


def walked(**sensor: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    config = SensorConfig(rate_hz=102.4, right_start_s=0.123, seed=3, **sensor)
    found = analyze(simulate_walk(WALK, config).session)
    return found.strides, found.provenance["feet"]


@pytest.fixture(scope="module")
def counted() -> pd.DataFrame:
    return walked()[0]


@pytest.mark.parametrize("jitter_s", [0.0, 0.002, 0.005])
@pytest.mark.parametrize("stamps", ["sampling", "arrival"])
def test_what_the_counter_gives(counted: pd.DataFrame, stamps: str, jitter_s: float) -> None:
    strides, feet = walked(stamps=stamps, stamp_jitter_s=jitter_s)
    assert len(strides) == len(counted)
    assert np.abs(strides["stride_length_m"] - counted["stride_length_m"]).max() < 5e-4
    late_s = jitter_s if stamps == "arrival" else 0.0  # nobody sees how long all packets take
    for event in EVENTS:
        when, true = (rows[event] + rows["clock_offset_s"] for rows in (strides, counted))
        assert np.abs(when - true - late_s).max() < 1e-3, event
    step = (strides["step_time_s"] - counted["step_time_s"]).abs()
    assert step.max() < 1e-3
    for foot in feet.values():
        assert foot["clock_residual_s"] == pytest.approx(jitter_s, rel=0.2, abs=1e-9)
        assert foot["missing_count"] == 0


def test_packets_with_one_stamp(counted: pd.DataFrame) -> None:
    strides, _ = walked(stamps="arrival", stamp_jitter_s=0.004, packet_samples=4)
    assert len(strides) == len(counted)
    assert np.abs(strides["stride_length_m"] - counted["stride_length_m"]).max() < 5e-4
    when, true = (rows["initial_contact_time_s"] + rows["clock_offset_s"] for rows in (strides, counted))
    assert np.abs(when - true - 0.004).max() < 1e-3


def test_lost_samples_between_stamps_that_jitter(counted: pd.DataFrame) -> None:
    """As exact as with a counter, that loses the same samples."""
    with_counter, feet = walked(lost_frac=0.02)
    strides, jittered = walked(stamps="sampling", stamp_jitter_s=0.002, lost_frac=0.02)
    assert [foot["missing_count"] for foot in jittered.values()] == [foot["missing_count"] for foot in feet.values()]
    assert len(strides) == len(with_counter) == len(counted)
    own, other = (
        np.sqrt(np.mean((rows["stride_length_m"] - counted["stride_length_m"]) ** 2))
        for rows in (strides, with_counter)
    )
    assert own < 1.2 * other
