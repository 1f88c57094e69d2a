"""Sensor signals against an independent integration, and their signs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from footdrop_imu.schema import GRAVITY_MPS2
from footdrop_imu.simulate.disturb import Disturbances
from footdrop_imu.simulate.drag import toe_drags
from footdrop_imu.simulate.pattern import Turn, WalkConfig, corridor, equinus, foot_drop
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


def stream(walk: SimulatedWalk, side: str, quantity: str) -> np.ndarray:
    return next(s.values for s in walk.session.streams if s.segment == f"{side}_foot" and s.quantity == quantity)


def rotation_of(q: np.ndarray) -> np.ndarray:
    """Matrices (n, 3, 3) of quaternions x y z w, written out here so that nothing is shared with the simulator."""
    x, y, z, w = q.T
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], -1),
            np.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], -1),
            np.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], -1),
        ],
        -2,
    )


DRAGGING = replace(foot_drop(0.7), drags=toe_drags("mid"), vaulting_m=0.03)
EVERYTHING = Disturbances(brush_frac=1.0, looseness=0.6, stick_frac=1.0)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"left": DRAGGING, "right": DRAGGING, "surface": "gravel", "disturbances": EVERYTHING},
        {"left": equinus(15.0)},
    ],
    ids=["healthy", "all that shakes", "heel up"],
)
def test_integrating_the_exact_signals_returns_the_path(settings: dict[str, Any]) -> None:
    """Strapdown at 20 kHz with midpoint samples, from the first pose on: nothing of it is in the simulator."""
    rate_hz = 20_000.0
    config = WalkConfig(
        distance_m=3.5, standing_s=0.4, sway_scale=0.0, turns=(Turn(1.0, 70.0, 1.0),), seed=3, **settings
    )
    walk = simulate_walk(config, ideal_sensor(1000.0))
    foot = walk.feet["left"]
    from footdrop_imu.simulate.sensor import exact_signals

    end_s = float(walk.courses["left"].clock_s[-1])
    count = int(end_s * rate_hz)
    middle = (np.arange(count) + 0.5) / rate_hz
    signals = exact_signals(foot.motion, foot.sway, foot.place_m, middle)

    course = walk.courses["left"]
    pose = rotation_of(course.orientation[:1])[0]
    place, velocity = course.sensor_position_m[0].copy(), np.zeros(3)
    dt = 1.0 / rate_hz
    turn = signals.gyr * dt
    angle = np.linalg.norm(turn, axis=1)
    axis = turn / np.maximum(angle, 1e-300)[:, None]
    step = np.concatenate([axis * np.sin(angle / 2)[:, None], np.cos(angle / 2)[:, None]], axis=1)
    half = np.concatenate([axis * np.sin(angle / 4)[:, None], np.cos(angle / 4)[:, None]], axis=1)
    whole, part = rotation_of(step), rotation_of(half)
    for k in range(count):
        acceleration = pose @ part[k] @ signals.acc[k] - np.array([0.0, 0.0, GRAVITY_MPS2])
        place += velocity * dt + 0.5 * acceleration * dt**2
        velocity += acceleration * dt
        pose = pose @ whole[k]
    true_pose = rotation_of(course.orientation[-1:])[0]
    assert np.abs(pose - true_pose).max() < 1e-5
    assert np.abs(velocity).max() < 2e-3
    assert np.linalg.norm(place - course.sensor_position_m[-1]) < 5e-3
    assert np.linalg.norm(course.sensor_position_m[-1] - course.sensor_position_m[0]) > 2.0


@pytest.fixture(scope="module")
def drop_walk() -> SimulatedWalk:
    config = WalkConfig(distance_m=24.0, right=foot_drop(0.9), turns=corridor(24.0, 12.0), sway_scale=0.0)
    return simulate_walk(config, ideal_sensor(400.0))


@pytest.mark.parametrize("side", ["left", "right"])
def test_signs_follow_the_conventions(drop_walk: SimulatedWalk, side: str) -> None:
    course, gyr = drop_walk.courses[side], stream(drop_walk, side, "angular_velocity")
    pitch_rate = np.gradient(np.radians(course.foot_pitch_deg), course.time_s)
    upright = np.abs(course.foot_roll_deg) < 3.0
    assert np.corrcoef(pitch_rate[upright], gyr[upright, 1])[0, 1] < -0.98
    strides = drop_walk.strides[drop_walk.strides["side"] == side]
    assert (strides["foot_pitch_toe_off_deg"] < -15.0).all()
    if side == "right":  # inverts: the inner edge of the right foot, its left one, is raised
        row = strides[strides["kind"] == "straight"].iloc[0]
        matrix = rotation_of(course.orientation[[row["mid_swing"]]])[0]
        assert row["foot_roll_mid_swing_deg"] > 8.0
        assert matrix[2, 1] > 0.1
    else:
        assert (strides["foot_pitch_initial_contact_deg"] > 0.0).all()


def test_inversion_is_positive_on_the_left_too() -> None:
    walk = simulate_walk(WalkConfig(distance_m=8.0, left=foot_drop(1.0)), ideal_sensor(100.0))
    row = walk.strides[(walk.strides["side"] == "left") & (walk.strides["kind"] == "straight")].iloc[0]
    assert row["foot_roll_mid_swing_deg"] > 8.0
    # the sole turned inward raises the left foot's inner edge, its right one
    assert rotation_of(walk.courses["left"].orientation[[row["mid_swing"]]])[0][2, 1] < -0.1


def test_a_turn_to_the_left_is_positive() -> None:
    summed = {}
    for angle_deg in (90.0, -90.0):
        config = WalkConfig(distance_m=12.0, turns=(Turn(6.0, angle_deg, 2.0),), sway_scale=0.0)
        walk = simulate_walk(config, ideal_sensor(100.0))
        for side in ("left", "right"):
            assert walk.strides.loc[walk.strides["side"] == side, "turn_deg"].sum() == pytest.approx(angle_deg, abs=8.0)
            world = rotation_of(walk.courses[side].orientation)
            up = np.einsum("nj,nj->n", world[:, 2], stream(walk, side, "angular_velocity"))
            summed[side, angle_deg] = np.degrees(up.sum() / 100.0)
    for side in ("left", "right"):  # the rate about the vertical, less what a straight walk has of it
        assert summed[side, 90.0] - summed[side, -90.0] == pytest.approx(180.0, abs=10.0)


def test_standing_measures_gravity(drop_walk: SimulatedWalk) -> None:
    for side in ("left", "right"):
        still = stream(drop_walk, side, "acceleration")[:400]
        assert still == pytest.approx(np.tile([0.0, 0.0, GRAVITY_MPS2], (400, 1)), abs=1e-9)
        assert np.abs(stream(drop_walk, side, "angular_velocity")[:400]).max() < 1e-9
