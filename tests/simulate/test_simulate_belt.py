"""A treadmill: steady, it measures as the floor does; self-paced, its changes are in the signals and in the steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, SIDES
from footdrop_imu.simulate.belt import Belt
from footdrop_imu.simulate.motion import move, point
from footdrop_imu.simulate.pattern import Turn, Variability, WalkConfig
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.terrain import Ramp
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

FLOOR = WalkConfig(speed_mps=1.1, distance_m=24.0, sway_scale=0.0, seed=7)
SENSOR = replace(ideal_sensor(100.0), shank=True)
SELF_PACED = Belt(change_mps=0.25, period_s=8.0, startup_s=2.0)


@pytest.fixture(scope="module")
def paced() -> SimulatedWalk:
    return simulate_walk(replace(FLOOR, belt=SELF_PACED), SENSOR)


def test_a_steady_belt_measures_as_the_floor_does() -> None:
    floor, belt = (simulate_walk(replace(FLOOR, belt=on), SENSOR) for on in (None, Belt()))
    for ours, theirs in zip(belt.session.streams, floor.session.streams, strict=True):
        assert ours.values == pytest.approx(theirs.values, abs=1e-9)
    assert belt.session.belt_speed_mps == 1.1
    assert np.isnan(floor.session.belt_speed_mps)
    assert (belt.session.activity, belt.session.condition.surface) == ("treadmill_walk", "treadmill")
    assert belt.strides["stride_length_m"].equals(floor.strides["stride_length_m"])
    running = belt.feet["left"].motion.belt
    assert running is not None
    assert running.travelled_m(np.array([10.0])) == pytest.approx([11.0])


def test_speed_way_and_acceleration_belong_together(paced: SimulatedWalk) -> None:
    belt, h = paced.feet["left"].motion.belt, 1e-4
    assert belt is not None
    time = np.arange(0.1, paced.feet["left"].plan.duration_s, 0.0137)
    way = (belt.travelled_m(time + h) - belt.travelled_m(time - h)) / (2 * h)
    assert way == pytest.approx(belt.speed_mps(time), abs=1e-6)
    change = (belt.speed_mps(time + h) - belt.speed_mps(time - h)) / (2 * h)
    assert change == pytest.approx(belt.acceleration_mps2(time), abs=1e-5)
    assert belt.speed_mps(np.array([0.0, 0.9])) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert belt.speed_mps(time).max() == pytest.approx(1.35, abs=0.01)


def test_a_standing_foot_is_carried_by_the_belt(paced: SimulatedWalk) -> None:
    """Velocity in the room, integrated from the signals of a still foot: nothing but the belt's acceleration."""
    for segment in ("left_foot", "right_foot", "left_shank"):
        acc, gyr = (s.values for s in paced.session.streams if s.segment == segment)
        start = slice(0, 280)  # standing, the belt starts
        assert np.abs(gyr[start]).max() < 1e-9
        assert acc[start, 2] == pytest.approx(np.full(280, GRAVITY_MPS2))
        belt = paced.feet["left"].motion.belt
        assert belt is not None
        across = paced.feet[segment.split("_")[0]].plan.yaw_rad[0] if "foot" in segment else None
        if across is not None:
            forward = acc[start, :2] @ np.array([np.cos(across), -np.sin(across)])
            velocity = np.concatenate([[0.0], np.cumsum(0.5 * (forward[1:] + forward[:-1])) / 100.0])
            assert velocity == pytest.approx(-belt.speed_mps(np.arange(280) / 100.0), abs=2e-3)


def test_steps_follow_the_belt() -> None:
    steady = replace(FLOOR, distance_m=40.0, variability=Variability().scaled(0.0), belt=SELF_PACED)
    walk = simulate_walk(steady, SENSOR)
    belt = walk.feet["left"].motion.belt
    assert belt is not None
    for side in SIDES:
        table = walk.strides[(walk.strides["side"] == side) & (walk.strides["kind"] == "straight")]
        foot = walk.feet[side]
        ends = [foot.clock_s(table[name].to_numpy()) for name in ("start", "end")]
        run = belt.travelled_m(ends[1]) - belt.travelled_m(ends[0])
        assert table["stride_length_m"].to_numpy() == pytest.approx(run, abs=0.08)
        assert np.ptp(table["stride_length_m"]) > 0.2
        # the person stays where the treadmill is
        place = point(move(foot.motion, ends[0]), np.zeros(3))[0][:, 0] - belt.travelled_m(ends[0])
        assert np.ptp(place) < 0.8


def test_the_signals_differ_from_the_floors_by_the_belts_acceleration(paced: SimulatedWalk) -> None:
    foot = paced.feet["right"]
    assert foot.motion.belt is not None
    still = replace(foot.motion, belt=None)
    from footdrop_imu.simulate.sensor import exact_signals

    time = np.arange(0.0, foot.plan.duration_s, 0.0113)
    belted, bare = (exact_signals(motion, foot.sway, foot.place_m, time) for motion in (foot.motion, still))
    assert belted.gyr.tobytes() == bare.gyr.tobytes()
    world = np.einsum("nij,nj->ni", move(still, time).rotation, belted.acc - bare.acc)
    expected = np.stack([-foot.motion.belt.acceleration_mps2(time), 0 * time, 0 * time], axis=1)
    assert world == pytest.approx(expected, abs=1e-9)
    assert np.abs(expected).max() > 0.15


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"turns": (Turn(5.0, 90.0),)}, "turns"),
        ({"ramps": (Ramp(5.0),)}, "ramps"),
        ({"standing_s": 1.0, "belt": Belt(startup_s=2.0)}, "startup_s"),
        ({"speed_mps": 0.4, "belt": Belt(change_mps=0.3)}, "change_mps"),
    ],
)
def test_a_belt_that_cannot_be_is_refused(setting: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        replace(FLOOR, **({"belt": Belt()} | setting))  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match="period_s"):
        Belt(period_s=0.0)
