"""The budget of the toe's height: each source bought alone is named, and the sum is the height."""

from __future__ import annotations

import numpy as np
import pytest
from made_motion import make_motion
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.compensation import heel_aside, lift_budget, other_heel_height, resting_heel_rise
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.gait.trajectory import reconstruct_path
from footdrop_imu.schema import Shoe

LEG_M = 0.9


def shares(toe_m: float, heel_m: float, aside_m: float, vaulting_m: float) -> dict[str, float]:
    found = lift_budget(*(np.array([value]) for value in (toe_m, heel_m, aside_m, vaulting_m)), LEG_M)
    return {name.removeprefix("lift_from_").removesuffix("_m"): float(value[0]) for name, value in found.items()}


@pytest.mark.parametrize(
    ("toe_m", "heel_m", "aside_m", "vaulting_m", "source"),
    [
        (0.05, 0.01, 0.01, 0.0, "foot"),
        (0.02, 0.06, 0.01, 0.0, "leg"),
        (0.02, 0.06, 0.30, 0.0, "sideways"),
        (0.02, 0.06, 0.30, 0.055, "vaulting"),
    ],
)
def test_the_source_that_lifts_most(
    toe_m: float, heel_m: float, aside_m: float, vaulting_m: float, source: str
) -> None:
    found = shares(toe_m, heel_m, aside_m, vaulting_m)
    assert sum(found.values()) == pytest.approx(toe_m)
    assert max(found, key=lambda name: found[name]) == source


def test_a_foot_that_hangs_takes_away_what_the_leg_gives() -> None:
    found = shares(0.01, 0.10, 0.0, 0.0)
    assert found == pytest.approx({"foot": -0.09, "leg": 0.10, "sideways": 0.0, "vaulting": 0.0})


@pytest.mark.parametrize("aside_m", [0.05, -0.2])
def test_a_leg_swung_sideways_lifts_by_the_circle_it_moves_on(aside_m: float) -> None:
    exact = LEG_M - np.sqrt(LEG_M**2 - aside_m**2)
    assert shares(0.0, 0.0, aside_m, 0.0)["sideways"] == pytest.approx(exact, rel=0.03)


def test_what_is_not_known_leaves_its_share_and_the_rest_open() -> None:
    alone, turning = shares(0.02, 0.06, 0.1, np.nan), shares(0.02, 0.06, np.nan, 0.01)
    assert np.isnan([alone["vaulting"], alone["leg"], turning["sideways"], turning["leg"]]).all()
    assert alone["foot"] == turning["foot"] == pytest.approx(-0.04)
    assert np.isfinite([alone["sideways"], turning["vaulting"]]).all()


START, END = np.array([0.0, 1.0, 3.0]), np.array([1.0, 2.0, 4.0])
COURSE = np.stack([np.sin(np.pi * np.linspace(0.0, 1.0, 101)) * height for height in (0.1, 0.2, 0.3)])


NONE = np.zeros(0)


def test_the_other_heel_is_read_between_its_course_points() -> None:
    time = np.array([0.25, 1.503, 3.0, 4.0])
    found = other_heel_height(time, START, END, COURSE, NONE)
    assert found == pytest.approx([0.1 * np.sin(np.pi / 4), 0.2 * np.sin(np.pi * 0.503), 0.0, 0.0], abs=2e-4)


def test_between_two_strides_the_other_foot_stands_unless_it_made_a_third() -> None:
    raised = COURSE + np.linspace(0.05, 0.03, 101)
    time = np.array([2.25, 2.75])
    assert other_heel_height(time, START, END, raised, NONE) == pytest.approx([0.035, 0.045])
    assert np.isnan(other_heel_height(time, START, END, raised, np.array([2.0]))).all(), "a stride that was rejected"
    assert np.isfinite(other_heel_height(time, START, END, raised, np.array([0.5, 3.5]))).all()


def test_where_the_other_foot_was_not_seen_its_heel_is_not_known() -> None:
    assert np.isnan(other_heel_height(np.array([-0.1, 4.1]), START, END, COURSE, NONE)).all()
    nothing = other_heel_height(np.array([0.5]), NONE, NONE, np.zeros((0, 101)), NONE)
    assert np.isnan(nothing).all()
    assert other_heel_height(NONE, START, END, COURSE, NONE).shape == (0,)


def test_the_heels_departure_is_that_of_the_heel_not_of_the_sensor() -> None:
    """A straight way, turned by 50 degrees in the room: no departure of the sensor, some of a lever to the left."""
    motion = make_motion([1.2, 1.2], mounting=Rotation.from_euler("xyz", [10.0, -20.0, 50.0], degrees=True))
    path = reconstruct_path(
        motion.acc, motion.gyr, np.zeros(len(motion.acc), dtype=np.int64), motion.rests, motion.rate_hz, averaged=False
    )
    start = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1))
    at = np.arange(len(path.interval) - 1)
    row = path.interval[at]
    lever = Rotation.from_euler("xyz", [10.0, -20.0, 50.0], degrees=True).inv().apply([-0.14, 0.03, -0.07])
    aside = heel_aside(path, lever, np.arange(2), start, at, row)
    assert np.abs(aside).max() < 2e-3
    path.position[start[1] + 100, :2] += 0.1 * np.array([-path.displacement_m[1, 1], path.displacement_m[1, 0]]) / 1.2
    moved = heel_aside(path, lever, np.arange(2), start, at, row)
    assert moved[start[1] + 100] == pytest.approx(0.1, abs=3e-3), "left is positive"


def test_a_foot_that_rests_on_its_ball_has_its_heel_up() -> None:
    shoe = shoe_geometry(Shoe("left", 0.27, "instep"))
    frac = np.array([0.0, 0.5, 1.0])
    flat, up, down = np.array([0.0]), np.array([-13.0]), np.array([15.0])
    vaults = resting_heel_rise(up, up, down, shoe, frac)[0]
    assert vaults == pytest.approx(np.full(3, vaults[0]))
    assert 0.04 < vaults[0] < 0.06
    assert resting_heel_rise(flat, up, down, shoe, frac)[0] == pytest.approx(vaults[0] * frac)
    assert not resting_heel_rise(flat - 3.0, flat, down, shoe, frac).any(), "an uneven floor is no rise"
    assert not resting_heel_rise(up, up, up + 2.0, shoe, frac).any(), "toe walking is no vaulting"
