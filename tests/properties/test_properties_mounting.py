"""However a sensor sits on the shoe, the same walk measures the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from changed_sessions import of_side, one_foot, rotated
from hypothesis import given, settings
from hypothesis import strategies as st
from same_strides import assert_same_events, assert_same_measures
from scipy.spatial.transform import Rotation

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import FloatArray, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

RELATIVE = 1e-6
LEAST = 1e-3  # numbers below a millimeter, a thousandth of a degree: to a millionth of that
PERMUTATIONS = [
    np.array(rows)
    for order in permutations(np.eye(3).tolist())
    for signs in product((1.0, -1.0), repeat=3)
    if np.linalg.det(rows := np.array(order) * np.array(signs)[:, None]) > 0
]


def assert_same_walk(found: SessionResult, expected: SessionResult) -> None:
    assert_same_events(found.strides, expected.strides)
    assert_same_measures(found.strides, expected.strides, RELATIVE, LEAST)
    assert_same_events(found.rejected, expected.rejected)
    assert found.quality == expected.quality


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["left_foot", "right_foot"]))
def test_any_rotation_of_one_sensor(walked: SimulatedWalk, measured: SessionResult, seed: int, segment: str) -> None:
    rotation = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    assert_same_walk(analyze(rotated(walked.session, rotation, segment)), measured)


@pytest.mark.parametrize("seed", range(4))
def test_any_rotation_of_both_sensors_of_a_severe_foot_drop(
    severe: SimulatedWalk, severe_measured: SessionResult, seed: int
) -> None:
    rotation = Rotation.random(rng=np.random.default_rng(100 + seed)).as_matrix()
    assert_same_walk(analyze(rotated(severe.session, rotation)), severe_measured)


def test_every_way_to_name_the_axes(walked: SimulatedWalk) -> None:
    assert len(PERMUTATIONS) == 24
    left = one_foot(walked.session, "left")
    expected = analyze(left)
    for permutation in PERMUTATIONS:
        assert_same_walk(analyze(rotated(left, permutation)), expected)


@pytest.mark.parametrize("angle_deg", [175.0, 179.0, 179.99, 180.0])
@pytest.mark.parametrize("axis", ["x", "y"])
def test_sensor_upside_down(axis: str, angle_deg: float) -> None:
    # up straight along the sensor's own -z: the shortest way from there to upright leads anywhere
    x, y, z, w = Rotation.from_euler(axis, angle_deg, degrees=True).as_quat().tolist()
    walk = WalkConfig(speed_mps=1.0, distance_m=10.0, left=foot_drop(0.5), seed=3)
    aligned = SensorConfig(rate_hz=100.0, left_rotation=(0.0, 0.0, 0.0, 1.0), right_rotation=(0.0, 0.0, 0.0, 1.0))
    turned = replace(aligned, left_rotation=(x, y, z, w))
    upright = analyze(simulate_walk(walk, aligned).session)
    found = analyze(simulate_walk(walk, turned).session)
    # the sensor's own errors lie on other axes of the foot now, so that only about the same is measured
    kinds = of_side(found.strides, "left")["kind"]
    assert kinds.tolist() == of_side(upright.strides, "left")["kind"].tolist()
    assert np.abs(of_side(found.strides, "left")["turn_deg"]).max() < 6.0


def test_an_entered_mounting_turns_with_the_sensor(walked: SimulatedWalk) -> None:
    def entered(session: Session, turn: FloatArray) -> SessionResult:
        shoes = []
        for shoe in session.shoes:
            true = walked.mounting[shoe.side].rotation
            assert true is not None
            x, y, z, w = (Rotation.from_quat(true) * Rotation.from_matrix(turn).inv()).as_quat().tolist()
            shoes.append(replace(shoe, mounting=replace(shoe.mounting, rotation=(x, y, z, w))))
        return analyze(replace(rotated(session, turn), shoes=tuple(shoes)))

    turn = Rotation.random(rng=np.random.default_rng(5)).as_matrix()
    expected = entered(walked.session, np.eye(3))
    assert expected.strides["toe_out_deg"].notna().all()
    assert_same_walk(entered(walked.session, turn), expected)


def test_any_rotation_of_a_real_sensor(real_walks: list[Session]) -> None:
    rotation = Rotation.random(rng=np.random.default_rng(7)).as_matrix()
    for session in real_walks:
        found, expected = analyze(rotated(session, rotation)), analyze(session)
        assert_same_events(found.strides, expected.strides)
        # whether a channel stood at its limit is a matter of the sensor's own axes: no limit is known here
        without = ("clipped_frac", "grade", "grade_reason")
        assert_same_measures(found.strides, expected.strides, RELATIVE, LEAST, without)


def test_one_foot_alone_measures_the_same(walked: SimulatedWalk, measured: SessionResult) -> None:
    for side in ("left", "right"):
        alone = analyze(one_foot(walked.session, side)).strides
        both = of_side(measured.strides, side)
        steps = ("step_time_s", "loading_double_support_s", "pre_swing_double_support_s")
        steps += ("vaulting_m", "lift_from_vaulting_m", "lift_from_leg_m")
        assert_same_events(alone, both)
        assert_same_measures(alone, both, 0.0, 0.0, steps)
