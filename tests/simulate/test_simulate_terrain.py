"""Stairs and ramps: feet stand on them, swing clear of them, and the truth is told against the line they climb."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, FloatArray
from footdrop_imu.simulate.motion import heights, move, point
from footdrop_imu.simulate.pattern import Turn, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import exact_signals, ideal_sensor
from footdrop_imu.simulate.shank import dorsiflexion_deg
from footdrop_imu.simulate.terrain import Ramp, Stairs
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

SENSOR = ideal_sensor(50.0)
UP, DOWN = Stairs(3.0, 6), Stairs(3.0, 5, -0.17)
LEVEL = WalkConfig(speed_mps=1.1, distance_m=9.0, standing_s=1.0, seed=3)
WALKS = {
    "up": replace(LEVEL, stairs=(UP,)),
    "down": replace(LEVEL, stairs=(DOWN,)),
    "weak": replace(LEVEL, speed_mps=0.7, stairs=(Stairs(3.0, 4), Stairs(7.0, 4, -0.15)), left=foot_drop(0.9)),
    "turned": replace(LEVEL, stairs=(Stairs(5.0, 4),), turns=(Turn(1.0, 60.0, 1.0),)),
    "uphill": replace(LEVEL, ramps=(Ramp(3.0, 4.0, 8.0),)),
    "downhill": replace(LEVEL, ramps=(Ramp(3.0, 4.0, -8.0),), left=foot_drop(0.8)),
    "both": replace(
        LEVEL, distance_m=16.0, ramps=(Ramp(3.0, 3.0, 5.0), Ramp(9.0, 3.0, -5.0)), stairs=(Stairs(6.5, 3),)
    ),
}


@pytest.fixture(scope="module")
def walks() -> dict[str, SimulatedWalk]:
    return {name: simulate_walk(walk, SENSOR) for name, walk in WALKS.items()}


def of(walk: SimulatedWalk, side: str) -> pd.DataFrame:
    return walk.strides[walk.strides["side"] == side]


@pytest.mark.parametrize("name", WALKS)
def test_derivatives_are_those_of_the_path(walks: dict[str, SimulatedWalk], name: str) -> None:
    foot, h, body = walks[name].feet["left"], 2e-6, np.array([0.12, 0.02, 0.07])
    motion, relief = foot.motion, foot.motion.relief
    assert relief is not None
    time = np.arange(0.5, foot.plan.duration_s - 0.5, 0.0047)
    for course in (motion.courses, relief.courses):
        time = time[np.abs(course.x[np.searchsorted(course.x, time)] - time) > 3 * h]
    before, here, after = (move(motion, time + d) for d in (-h, 0.0, h))
    for order, scale in ((0, 3.0), (1, 100.0)):
        slope = (point(after, body)[order] - point(before, body)[order]) / (2 * h)
        assert slope == pytest.approx(point(here, body)[order + 1], abs=2e-4 * scale)
    skew = np.einsum("nji,njk->nik", here.rotation, (after.rotation - before.rotation) / (2 * h))
    assert np.stack([skew[:, 2, 1], skew[:, 0, 2], skew[:, 1, 0]], axis=1) == pytest.approx(here.rate, abs=1e-5)
    assert (after.rate - before.rate) / (2 * h) == pytest.approx(here.rate_change, abs=3e-2)


@pytest.mark.parametrize("name", WALKS)
def test_nothing_jumps(walks: dict[str, SimulatedWalk], name: str) -> None:
    foot = walks[name].feet["right"]
    assert foot.motion.relief is not None
    borders = np.concatenate([foot.motion.courses.x, foot.motion.relief.courses.x])
    borders = borders[(borders > 0.0) & (borders < foot.plan.duration_s)]
    before, after = (move(foot.motion, borders + d) for d in (-1e-9, 1e-9))
    body = np.array([0.12, 0.02, 0.07])
    for order, most in ((0, 1e-7), (1, 1e-5), (2, 2e-3)):
        assert np.abs(point(after, body)[order] - point(before, body)[order]).max() < most


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.parametrize("side", SIDES)
def test_a_standing_foot_lies_along_the_floor(walks: dict[str, SimulatedWalk], name: str, side: str) -> None:
    foot = walks[name].feet[side]
    footing, p = foot.plan.footing, foot.phases
    for k in range(1, len(p.flat)):
        time = np.linspace(p.last_flat[k], p.heel_off[k], 5)
        state = move(foot.motion, time)
        assert point(state, np.zeros(3))[0] == pytest.approx(np.tile(footing.place_m[k], (5, 1)), abs=1e-9)
        for order in (1, 2):
            assert np.abs(point(state, foot.motion.sole.toe)[order]).max() < 1e-6
        along = np.array([np.cos(footing.heading_rad[k]), np.sin(footing.heading_rad[k]), 0.0])
        normal = np.cos(footing.slope_rad[k]) * np.array([0, 0, 1.0]) - np.sin(footing.slope_rad[k]) * along
        assert state.rotation[0, :, 2] == pytest.approx(normal, abs=1e-9)


def test_stairs_add_up(walks: dict[str, SimulatedWalk]) -> None:
    for name, height in (("up", 6 * 0.17), ("down", -5 * 0.17), ("weak", 4 * 0.02), ("turned", 4 * 0.17)):
        for side in SIDES:
            table = of(walks[name], side)
            assert table["height_change_m"].sum() == pytest.approx(height, abs=1e-6)
            assert walks[name].feet[side].plan.footing.place_m[-1, 2] == pytest.approx(height)
            stairs = table["kind"].str.startswith("stairs")
            assert (table.loc[~stairs, "height_change_m"].abs() < 1e-6).all()
            assert ((table["height_change_m"] > 0.1) == (table["kind"] == "stairs_up")).all()
            assert ((table["height_change_m"] < -0.1) == (table["kind"] == "stairs_down")).all()
            middle = table.loc[stairs, "stride_length_m"].to_numpy()
            assert (np.abs(middle - 0.6) < 2e-3).sum() >= 1  # two treads
    assert (of(walks["weak"], "left")["kind"] == "straight").sum() >= 3  # level between the flights


def test_ramps_add_up(walks: dict[str, SimulatedWalk]) -> None:
    for name, slope_deg in (("uphill", 8.0), ("downhill", -8.0)):
        for side in SIDES:
            table = of(walks[name], side)
            # up to the ends of the shoes that stand across the bends
            assert table["height_change_m"].sum() == pytest.approx(4.0 * np.sin(np.radians(slope_deg)), abs=1e-6)
            ramp = table[table["kind"] == "ramp"]
            assert 3 <= len(ramp) <= 5
            steep = ramp["height_change_m"] / ramp["stride_length_m"]
            assert np.degrees(np.arctan(steep.iloc[1])) == pytest.approx(slope_deg, abs=0.3)
            course = walks[name].courses[side]
            flat = course.foot_pitch_deg[ramp["end"].iloc[0]]
            assert flat == pytest.approx(slope_deg, abs=0.2)
    assert set(of(walks["both"], "left")["kind"]) >= {"ramp", "stairs_up", "straight"}


def rim(walk: SimulatedWalk, side: str) -> FloatArray:
    sole = walk.feet[side].motion.sole
    front = sole.rolled(np.radians(np.arange(0.0, 80.0, 5.0)))[0]
    return np.concatenate([np.zeros((1, 3)), front])


@pytest.mark.parametrize("name", ["up", "down", "weak"])
def test_both_feet_pass_the_same_stairs(walks: dict[str, SimulatedWalk], name: str) -> None:
    """A riser fits between each level and the next one that no point of either sole ever goes through."""
    walk = walks[name]
    way, high, tracks = [], [], []
    for side in SIDES:
        foot = walk.feet[side]
        way.append(foot.plan.footing.place_m[:, 0])
        high.append(foot.plan.footing.place_m[:, 2])
        state = move(foot.motion, np.arange(0.0, foot.plan.duration_s, 0.004))
        body = rim(walk, side)
        x = np.stack([point(state, p)[0][:, 0] for p in body], axis=1).ravel()
        tracks.append((x, heights(state, body).ravel()))
    x, z = (np.concatenate(parts) for parts in zip(*tracks, strict=True))
    place, level = np.concatenate(way), np.concatenate(high)
    order = np.argsort(place, kind="stable")
    place, level = place[order], level[order]
    steps = np.flatnonzero(np.abs(np.diff(level)) > 0.1)
    assert len(steps) >= 5
    for k in steps:
        lower, upper = sorted((level[k], level[k + 1]))
        near = (x > place[k] - 0.1) & (x < place[k + 1] + 0.5)
        inside = near & (z > lower + 0.005) & (z < upper - 0.002)
        if level[k + 1] > level[k]:
            # what is lower than the next tread stays before the riser, whose edge the forefoot there stands over
            assert x[inside & (z < upper)].max() < place[k + 1] + 0.06
        else:
            assert x[inside].min() > place[k] + 0.2


@pytest.mark.parametrize(("name", "slope_deg"), [("uphill", 8.0), ("downhill", -8.0)])
def test_a_swing_over_the_bends_of_a_ramp_keeps_off_the_floor(
    walks: dict[str, SimulatedWalk], name: str, slope_deg: float
) -> None:
    slope = np.radians(slope_deg)
    for side in SIDES:
        foot, body = walks[name].feet[side], rim(walks[name], side)
        for off, on in zip(foot.phases.toe_off, foot.phases.contact, strict=True):
            state = move(foot.motion, off + np.linspace(0.15, 0.85, 60) * (on - off))
            x = np.stack([point(state, p)[0][:, 0] for p in body], axis=1)
            floor = np.tan(slope) * np.clip(x - 3.0, 0.0, 4.0 * np.cos(slope))
            assert (heights(state, body) - floor).min() > 0.0


def test_heights_stand_above_the_line_from_flat_to_flat(walks: dict[str, SimulatedWalk]) -> None:
    for name in ("up", "down", "uphill", "both"):
        walk = walks[name]
        for side in SIDES:
            foot, course = walk.feet[side], walk.courses[side]
            sole = foot.motion.sole
            raw = heights(move(foot.motion, course.clock_s), np.stack([sole.toe, sole.heel]))
            for row in of(walk, side).itertuples():
                part = slice(row.start, row.end + 1)
                share = np.linspace(0.0, 1.0, row.end + 1 - row.start)[:, None]
                above = raw[part] - raw[row.start] * (1.0 - share) - raw[row.end] * share
                assert course.toe_height_m[part] == pytest.approx(above[:, 0], abs=1e-9)
                assert course.heel_height_m[part] == pytest.approx(above[:, 1], abs=1e-9)
                swing = slice(row.toe_off, row.initial_contact + 1)
                assert row.toe_height_max_m == pytest.approx(course.toe_height_m[swing].max(), abs=6e-3)
                assert row.heel_height_max_m == pytest.approx(course.heel_height_m[swing].max(), abs=6e-3)
                at = row.toe_off + row.minimum_toe_clearance_frac * (row.initial_contact - row.toe_off)
                when = np.interp(at, np.arange(len(course.toe_height_m)), course.toe_height_m)
                assert row.minimum_toe_clearance_m == pytest.approx(when, abs=8e-3)
                parts = ("foot", "leg", "sideways", "vaulting")
                whole = sum(getattr(row, f"lift_from_{part}_m") for part in parts)
                assert whole == pytest.approx(course.toe_height_m[row.mid_swing], abs=1e-9)


def rotated(pose: FloatArray, turn: FloatArray) -> FloatArray:
    """``pose`` (3, 3) turned on its body side by a rotation vector; nothing of it is in the simulator."""
    angle = float(np.linalg.norm(turn))
    x, y, z = turn / max(angle, 1e-300)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(pose @ (np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross))


@pytest.mark.parametrize("walk", [{"stairs": (Stairs(0.7, 3),)}, {"ramps": (Ramp(0.8, 2.0, -10.0),)}])
def test_integrating_the_exact_signals_climbs_as_much(walk: dict[str, tuple[Stairs] | tuple[Ramp]]) -> None:
    config = WalkConfig(speed_mps=1.0, distance_m=3.0, standing_s=0.4, sway_scale=0.0, seed=5)
    made = simulate_walk(replace(config, **walk), SENSOR)  # type: ignore[arg-type]
    foot, rate_hz, end_s = made.feet["right"], 4_000.0, 4.0
    count, dt = int(end_s * rate_hz), 1.0 / rate_hz
    signals = exact_signals(foot.motion, foot.sway, foot.place_m, (np.arange(count) + 0.5) / rate_hz)
    first, last = (move(foot.motion, np.array([t])) for t in (0.0, end_s))
    pose, where, velocity = first.rotation[0], point(first, foot.place_m)[0][0], np.zeros(3)
    for k in range(count):
        turn = signals.gyr[k] * dt
        felt = rotated(pose, 0.5 * turn) @ signals.acc[k] - np.array([0.0, 0.0, GRAVITY_MPS2])
        where = where + velocity * dt + 0.5 * felt * dt**2
        velocity = velocity + felt * dt
        pose = rotated(pose, turn)
    goal = point(last, foot.place_m)[0][0]
    assert np.abs(pose - last.rotation[0]).max() < 1e-4
    assert where == pytest.approx(goal, abs=1.5e-2)
    assert abs(goal[2] - foot.place_m[2]) > 0.2


def test_the_shank_stays_upright_on_a_ramp() -> None:
    """Standing across a slope of 8 deg takes 8 deg at the ankle."""
    sensor = replace(ideal_sensor(25.0), shank=True)
    level, ramp = (simulate_walk(walk, sensor) for walk in (LEVEL, WALKS["uphill"]))
    for side in SIDES:
        foot = ramp.feet[side]
        on = np.flatnonzero(foot.plan.footing.slope_rad)[0]
        time = np.linspace(foot.phases.last_flat[on], foot.phases.heel_off[on], 5)
        ankles = []
        for walk in (level, ramp):
            shank = walk.feet[side].shank
            assert shank is not None
            ankles.append(dorsiflexion_deg(shank.motion, time))
        assert ankles[1] - ankles[0] == pytest.approx(np.full(5, 8.0), abs=0.4)


def test_a_level_walk_is_as_it_was(walks: dict[str, SimulatedWalk]) -> None:
    level = simulate_walk(LEVEL, SENSOR)
    assert all(foot.motion.relief is None for foot in level.feet.values())
    before = of(walks["up"], "left").iloc[0]
    assert before["stride_length_m"] == pytest.approx(of(level, "left").iloc[0]["stride_length_m"], abs=0.05)
    assert level.strides["height_change_m"].abs().max() < 1e-9


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"stairs": (Stairs(30.0),)}, "Stairs begin"),
        ({"stairs": (Stairs(0.0),)}, "Stairs begin"),
        ({"stairs": (Stairs(4.0),), "turns": (Turn(4.5, 90.0),)}, "turns between"),
        ({"ramps": (Ramp(4.0),), "turns": (Turn(4.5, 90.0),)}, "turns between"),
        ({"ramps": (Ramp(2.0, 3.0),), "stairs": (Stairs(4.0),)}, "reaches the stairs"),
    ],
)
def test_a_way_that_cannot_be_walked_is_refused(setting: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        simulate_walk(replace(LEVEL, **setting), SENSOR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "setting"), [(Stairs, {"rise_m": 0.5}), (Stairs, {"step_count": 1}), (Ramp, {"slope_deg": 40.0})]
)
def test_stairs_and_ramps_that_nobody_builds_are_refused(kind: type, setting: dict[str, float]) -> None:
    with pytest.raises(SchemaError, match=f"{next(iter(setting))} of {kind.__name__}"):
        kind(3.0, **setting)
