"""What lifts the toe, and which part of the shoe is lowest: the truth against the motion itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.motion import heights, move, point
from footdrop_imu.simulate.pattern import FootPattern, Variability, WalkConfig, foot_drop, healthy, inverted
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

LIFTS = [f"lift_from_{part}_m" for part in ("foot", "leg", "sideways", "vaulting")]
WEAK = foot_drop(0.7)


def walked(left: FootPattern, right: FootPattern | None = None, **settings: float) -> SimulatedWalk:
    config = WalkConfig(
        speed_mps=settings.get("speed_mps", 1.0),
        distance_m=14.0,
        left=replace(left, drags=healthy().drags),
        right=right or healthy(),
        variability=Variability().scaled(0.0),
    )
    return simulate_walk(config, ideal_sensor(200.0))


def straight(walk: SimulatedWalk, side: str = "left") -> pd.DataFrame:
    return walk.strides[(walk.strides["side"] == side) & (walk.strides["kind"] == "straight")]


@pytest.fixture(scope="module")
def weak() -> SimulatedWalk:
    return walked(WEAK)


def test_the_parts_of_the_lift_add_up_to_the_toe_s_height(weak: SimulatedWalk) -> None:
    table, course = straight(weak), weak.courses["left"]
    at = table["mid_swing"].to_numpy()
    assert table[LIFTS].sum(axis=1).to_numpy() == pytest.approx(course.toe_height_m[at], abs=1e-9)
    sole = weak.feet["left"].motion.sole
    tilted = sole.toe[0] * np.sin(np.radians(course.foot_pitch_deg[at])) + sole.toe[2] * (
        np.cos(np.radians(course.foot_pitch_deg[at])) * np.cos(np.radians(course.foot_roll_deg[at])) - 1.0
    )
    assert table["lift_from_foot_m"].to_numpy() == pytest.approx(tilted, abs=1e-3)


def test_a_lifted_leg_shows_as_such(weak: SimulatedWalk) -> None:
    lifted = straight(walked(replace(WEAK, steppage_m=WEAK.steppage_m + 0.05)))
    change = (lifted[LIFTS] - straight(weak)[LIFTS]).median()
    assert 0.03 < change["lift_from_leg_m"] < 0.05  # it is greatest earlier than at mid swing
    assert change[["lift_from_foot_m", "lift_from_sideways_m", "lift_from_vaulting_m"]].abs().max() < 2e-3


def test_a_leg_swung_sideways_is_lifted_by_it() -> None:
    none, wide = (straight(walked(replace(WEAK, circumduction_m=m))) for m in (0.0, 0.16))
    bow = wide["circumduction_m"].median()
    change = (wide[LIFTS] - none[LIFTS]).median()
    assert bow == pytest.approx(0.16, abs=0.025)
    assert 0.6 * bow**2 / 1.76 < change["lift_from_sideways_m"] <= bow**2 / 1.76
    assert wide["toe_height_max_m"].median() >= none["toe_height_max_m"].median()
    assert change[["lift_from_foot_m", "lift_from_leg_m"]].abs().max() < 6e-3  # mid swing comes a little later
    raised = wide[LIFTS].sum(axis=1) - none[LIFTS].sum(axis=1)
    assert raised.median() > 0.4 * change["lift_from_sideways_m"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_lowest_part_of_the_sole_is_where_a_point_of_it_is_lowest(side: str) -> None:
    sole, rng = Sole(side), np.random.default_rng(3)
    pitch, roll = np.radians(rng.uniform(-45.0, 25.0, 300)), np.radians(rng.uniform(-30.0, 30.0, 300))
    up = np.stack([np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)], axis=1)
    curve = sole.rolled(np.radians(np.arange(0.0, 70.0, 0.5)))[0]
    across = 0.5 * sole.width_m * np.array([-np.sin(sole.break_rad), np.cos(sole.break_rad), 0.0])
    rim = np.concatenate([curve - across, curve + across])
    heel = np.array([[0.0, sole.ball[1] + 0.5 * sole.width_m * k, 0.0] for k in (-1, 1)])
    outline = np.concatenate([heel, rim])
    found = np.argmin(up @ outline.T, axis=1)
    middle = outline - np.sign(outline[:, [1]] - sole.ball[1]) * np.array([0.0, 0.5 * sole.width_m, 0.0])
    outer = np.sign(outline[:, 1] - sole.ball[1]) == -sole.inward
    part = sole.lowest_part(up)
    sure = np.abs(np.degrees(roll)) > 3.0
    expected = np.select(
        [found < 2, middle[found, 0] > 0.9 * sole.length_m, outer[found]], ["heel", "toe", "outer_edge"], "ball"
    )
    assert (part == expected)[sure].mean() > 0.97  # the outline's points are half a degree apart
    assert set(part) == {"heel", "ball", "outer_edge", "toe"}


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_inverted_foot_s_toe_is_not_its_lowest_point(side: str) -> None:
    walk = walked(inverted(), inverted())
    table, foot = straight(walk, side), walk.feet[side]
    assert set(table["lowest_point"]) == {"outer_edge"}
    assert (table["minimum_sole_clearance_m"] < table["minimum_toe_clearance_m"] - 0.008).all()
    for row in table.itertuples():
        time = foot.clock_s(np.arange(row.toe_off, row.initial_contact + 1))
        state = move(foot.motion, time)
        low = foot.motion.sole.lowest(state.rotation[:, 2]).min(axis=1) + heights(state, np.zeros((1, 3)))[:, 0]
        inner = slice(len(low) // 5, -len(low) // 8)
        assert row.minimum_sole_clearance_m == pytest.approx(low[inner].min(), abs=1e-3)
        toe = heights(state, foot.motion.sole.toe[None])[:, 0]
        assert (toe - low)[inner].min() > 0.005
    assert (point(state, foot.place_m)[0][:, 2] > 0.03).all()


def test_an_inversion_that_no_foot_has_is_refused() -> None:
    with pytest.raises(SchemaError, match="roll_deg"):
        inverted(80.0)
