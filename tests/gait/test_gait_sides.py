"""Exchanged feet are told by turns, where there are enough of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.gait.sides import exchanged_by_turns, outer_foot_excess_m
from footdrop_imu.schema import Session
from footdrop_imu.simulate.pattern import WalkConfig, corridor
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk


def foot(turn_deg: list[float], length_m: list[float], late_s: float = 0.0) -> dict[str, np.ndarray]:
    start = np.arange(len(turn_deg), dtype=float)
    turn = np.array(turn_deg)
    return {
        "start_time_s": start,
        "end_time_s": start + 1.0,
        "clock_offset_s": np.full(len(start), late_s),
        "stride_length_m": np.array(length_m),
        "turn_deg": turn,
        "kind": np.where(np.abs(turn) > 20.0, "turn", "straight"),
    }


def test_the_outer_foot_of_a_bend_travels_its_width_farther() -> None:
    """A half turn to the left in two strides, the feet 0.12 m apart."""
    turn = [0.0, 0.0, 90.0, 90.0, 0.0, 0.0]
    inner = [1.2, 1.2, 0.8, 0.8, 1.2, 1.2]
    outer = [one + 0.12 * np.radians(angle) for one, angle in zip(inner, turn, strict=True)]
    left, right = foot(turn, inner), foot(turn, outer)
    assert outer_foot_excess_m(left, right) == pytest.approx([0.12])
    assert outer_foot_excess_m(right, left) == pytest.approx([-0.12])
    mirrored = [-angle for angle in turn]
    assert outer_foot_excess_m(foot(mirrored, inner), foot(mirrored, outer)) == pytest.approx([-0.12])
    half_step = outer_foot_excess_m(left, foot(turn, outer, late_s=0.5))
    assert half_step == pytest.approx([0.12], abs=0.1)


def test_small_turns_say_nothing() -> None:
    turn, length = [0.0, 0.0, 40.0, 30.0, 0.0], [1.2, 1.2, 1.0, 1.0, 1.2]
    assert not len(outer_foot_excess_m(foot(turn, length), foot(turn, length)))


@pytest.mark.parametrize(
    ("excess", "told"),
    [([-0.1, -0.12, -0.09], False), ([-0.1, -0.12, -0.09, -0.11], True), ([-0.1, 0.12, -0.09, -0.2, 0.0], False)],
)
def test_few_turns_and_scattered_ones_are_not_enough(excess: list[float], told: bool) -> None:
    assert exchanged_by_turns(np.array(excess)) == told


def told(session: Session) -> bool:
    return any("may be exchanged" in reason for reason in analyze(session).quality.reasons)


def test_exchanged_sensors_are_told_after_some_turns() -> None:
    config = WalkConfig(distance_m=42.0, turns=corridor(42.0, 7.0), seed=3)
    session = simulate_walk(config, SensorConfig(rate_hz=100.0, random_mounting=True, seed=3)).session
    other = {"left_foot": "right_foot", "right_foot": "left_foot"}
    swapped = replace(session, streams=tuple(replace(s, segment=other[s.segment]) for s in session.streams))  # type: ignore[arg-type]
    assert not told(session)
    assert told(swapped)
    assert not told(replace(swapped, streams=tuple(replace(s, clock_group="") for s in swapped.streams)))
