"""Feet that vault, never lie flat, or are pushed along: on the floor, smooth, and true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.foot import Phases, make_motion
from footdrop_imu.simulate.motion import FootMotion, heights, move, point
from footdrop_imu.simulate.pattern import (
    FootPattern,
    Stop,
    Variability,
    WalkConfig,
    equinus,
    foot_drop,
    healthy,
    shuffling,
)
from footdrop_imu.simulate.plan import FootPlan, plan_walk
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.walk import simulate_walk

VAULTING = replace(healthy(), vaulting_m=0.04)
FEET = {
    "vaulting": VAULTING,
    "equinus 8": equinus(8.0),
    "equinus 20": equinus(20.0),
    "equinus 35, heel down in standing": equinus(35.0, stands_heel_up=False),
    "shuffling": shuffling(),
    "rolling": replace(healthy(), rolling_deg=12.0),
    "rolling foot drop": replace(foot_drop(1.0), rolling_deg=6.0),
    "equinus that vaults and rolls": replace(equinus(10.0), vaulting_m=0.03, rolling_deg=4.0),
}


def walk_of(foot: FootPattern, speed_mps: float, other: FootPattern | None = None) -> WalkConfig:
    return WalkConfig(
        speed_mps=speed_mps,
        distance_m=9.0,
        left=foot,
        right=other or foot_drop(0.5),
        stops=(Stop(4.5, 2.0),),
        walk_ratio=0.0065 if speed_mps > 0.4 else 0.004,
        seed=3,
    )


def made(walk: WalkConfig, side: str = "left") -> tuple[FootMotion, Phases, FootPlan]:
    plan = plan_walk(walk)[side]
    return *make_motion(walk, plan), plan


def tables(walk: WalkConfig) -> dict[str, pd.DataFrame]:
    strides = simulate_walk(walk, ideal_sensor(200.0)).strides
    strides = strides[strides["kind"] == "straight"]
    return {side: strides[strides["side"] == side] for side in ("left", "right")}


def lowest_m(motion: FootMotion, time_s: np.ndarray) -> np.ndarray:
    state = move(motion, time_s)
    edges = motion.sole.lowest(state.rotation[:, 2]) + heights(state, motion.sole.heel[None])
    return np.asarray(edges.min(axis=1))


@pytest.mark.parametrize("speed_mps", [0.25, 1.0, 1.6])
@pytest.mark.parametrize("name", FEET)
def test_every_foot_stands_on_the_floor_and_moves_smoothly(name: str, speed_mps: float) -> None:
    motion, phases, plan = made(walk_of(FEET[name], speed_mps))
    time = np.arange(0.0, plan.duration_s, 0.003)
    low = lowest_m(motion, time)
    stands = np.zeros(len(time), dtype=bool)
    for begin, end in zip(np.append(0.0, phases.loaded), np.append(phases.toe_off, plan.duration_s), strict=True):
        stands |= (time >= begin) & (time <= end)
    assert low.min() > -2e-5
    assert np.abs(low[stands]).max() < 1e-6
    borders = motion.courses.x[(motion.courses.x > 0.0) & (motion.courses.x < plan.duration_s)]
    before, after = move(motion, borders - 1e-9), move(motion, borders + 1e-9)
    for order, most in ((0, 1e-7), (1, 1e-5), (2, 1e-3)):
        assert (
            np.abs(
                point(after, np.array([0.12, 0.02, 0.07]))[order] - point(before, np.array([0.12, 0.02, 0.07]))[order]
            ).max()
            < most
        )
    assert np.abs(after.rate - before.rate).max() < 1e-5


@pytest.mark.parametrize("name", FEET)
def test_what_stands_does_not_slip_and_its_derivatives_are_those_of_its_path(name: str) -> None:
    motion, phases, _ = made(walk_of(FEET[name], 0.9))
    h, body = 1e-5, np.array([0.12, 0.02, 0.07])
    ends = zip(phases.flat[:-1], phases.toe_off[1:], strict=True)
    time = np.concatenate([np.arange(a + 2 * h, b - 2 * h, 0.004) for a, b in ends])
    before, here, after = (move(motion, time + d) for d in (-h, 0.0, h))
    for order, scale in ((0, 1.0), (1, 50.0)):
        slope = (point(after, body)[order] - point(before, body)[order]) / (2 * h)
        near = np.abs(motion.courses.x[:, None] - time).min(axis=0) < 3 * h
        assert slope[~near] == pytest.approx(point(here, body)[order + 1][~near], abs=1e-3 * scale)
    curve = motion.sole.rolled(np.radians(np.arange(0.0, 80.0, 0.5)))[0]
    under = curve[np.argmin(heights(here, curve), axis=1)]
    slip = np.linalg.norm(point(after, under)[0] - point(before, under)[0], axis=1) / (2 * h)
    assert np.quantile(slip, 0.99) < 0.01 * np.abs(here.rate).max() + 1e-6


def test_vaulting_lifts_the_other_foot_by_as_much() -> None:
    still = Variability().scaled(0.0)
    weak = replace(foot_drop(0.7), drags=healthy().drags)
    walk = replace(walk_of(weak, 1.0, healthy()), variability=still)
    plain, vaulted = tables(walk)["left"], tables(replace(walk, right=VAULTING))["left"]
    assert plain["vaulting_m"].abs().max() < 0.002
    assert vaulted["vaulting_m"].to_numpy() == pytest.approx(0.04, abs=0.003)
    assert vaulted["lift_from_vaulting_m"].to_numpy() == pytest.approx(vaulted["vaulting_m"].to_numpy())
    rise = vaulted["minimum_toe_clearance_m"].median() - plain["minimum_toe_clearance_m"].median()
    assert rise == pytest.approx(0.04, abs=0.01)
    for part in ("foot", "leg", "sideways"):
        column = f"lift_from_{part}_m"
        assert vaulted[column].median() == pytest.approx(plain[column].median(), abs=0.012)


def test_a_vaulting_foot_lies_flat_before_its_heel_rises_early() -> None:
    plain, vaulting = tables(walk_of(healthy(), 1.0))["left"], tables(walk_of(VAULTING, 1.0))["left"]
    assert (vaulting["heel_off_frac"] < plain["heel_off_frac"].min() - 0.1).all()
    motion, phases, _ = made(walk_of(VAULTING, 1.0))
    middle = 0.5 * (phases.last_flat + phases.heel_off)[1:]
    assert move(motion, middle).rotation[:, 2, 2] == pytest.approx(1.0, abs=1e-9)
    assert ((phases.heel_off - phases.last_flat)[1:] > 0.04).all()
    for k in range(1, len(phases.toe_off)):  # once up, the heel does not stay where it is
        time = np.linspace(phases.heel_off[k] + 0.02, phases.toe_off[k], 300)
        still = np.linalg.norm(move(motion, time).rate, axis=1) < np.radians(5.0)
        assert still.mean() < 0.2


@pytest.mark.parametrize("stands_heel_up", [True, False])
def test_equinus_keeps_its_heel_up_and_truth_its_zero(stands_heel_up: bool) -> None:
    walk = simulate_walk(walk_of(equinus(15.0, stands_heel_up=stands_heel_up), 0.8), ideal_sensor(100.0))
    foot, course = walk.feet["left"], walk.courses["left"]
    standing = (course.clock_s < 2.0) | (course.clock_s > course.clock_s[-1] - 2.0)
    assert course.foot_pitch_deg[standing] == pytest.approx(-15.0 if stands_heel_up else 0.0, abs=0.2)
    same = np.diff(foot.plan.bout) == 0
    flat = 0.5 * (foot.phases.last_flat + foot.phases.heel_off)[1:][same]
    state = move(foot.motion, flat)
    assert np.degrees(np.arcsin(state.rotation[:, 2, 0])) == pytest.approx(-15.0, abs=0.2)
    heel = heights(state, np.zeros((1, 3)))[:, 0]
    assert heel == pytest.approx(0.2 * np.sin(np.radians(15.0)), abs=0.01)
    assert np.abs(state.rate).max() < 1e-9
    table = walk.strides[(walk.strides["side"] == "left") & (walk.strides["kind"] == "straight")]
    assert set(table["landing"]) <= {"forefoot", "outer_edge"}
    assert (table["foot_pitch_initial_contact_deg"] < -15.0).all()
    assert table["minimum_sole_clearance_m"].min() > 0.002
    other = walk.strides[(walk.strides["side"] == "right") & (walk.strides["kind"] == "straight")]
    assert other["vaulting_m"].abs().max() < 0.01  # against its own foot-flat the heel that is up has not risen


def test_shuffling_feet_stay_near_the_floor_and_nearly_flat() -> None:
    for side, table in tables(
        WalkConfig(speed_mps=0.3, distance_m=5.0, left=shuffling(), right=shuffling(), walk_ratio=0.0035)
    ).items():
        assert table["minimum_sole_clearance_m"].median() < 0.012, side
        assert table["toe_height_max_m"].median() < 0.03
        assert (table["foot_pitch_swing_max_deg"] < 8.0).all()
        assert (table["foot_pitch_toe_off_deg"] > -17.0).all()
        assert table["stride_length_m"].median() < 0.6


def test_a_rolling_foot_never_lies_still() -> None:
    motion, phases, plan = made(walk_of(replace(healthy(), rolling_deg=12.0), 1.0))
    same = np.flatnonzero(np.diff(plan.bout) == 0)
    assert len(same) > 3
    for k in same:
        time = np.linspace(phases.flat[k], phases.toe_off[k + 1] - 0.1, 200)
        rate = np.linalg.norm(move(motion, time).rate, axis=1)
        assert (rate > np.radians(3.0)).mean() > 0.8


@pytest.mark.parametrize(
    "foot", [lambda: equinus(50.0), lambda: FootPattern(vaulting_m=0.5), lambda: FootPattern(heel_up_deg=-3.0)]
)
def test_feet_that_nobody_has_are_refused(foot: object) -> None:
    with pytest.raises(SchemaError, match=r"heel_up_deg|vaulting_m"):
        foot()  # type: ignore[operator]
