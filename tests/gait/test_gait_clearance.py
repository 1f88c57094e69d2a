"""Heights of points of the shoe, and the least clearance of toe and sole."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.clearance import least_clearance, point_height, sole_height, sole_sd
from footdrop_imu.gait.shoe import SOLE_PARTS, shoe_geometry
from footdrop_imu.schema import FloatArray, Shoe


def test_a_point_stands_above_the_line_that_joins_its_ends() -> None:
    """One interval of 11 samples; the sensor rises 5 cm, the arm's height changes by 1 cm from end to end."""
    n = 11
    start, end, interval = np.array([0]), np.array([n - 1]), np.zeros(n, dtype=np.int64)
    position = np.linspace(0.0, 0.05, n)
    arm = np.linspace(-0.06, -0.05, n)
    flat = point_height(arm, position, np.array([0.05]), start, end, interval)
    assert flat == pytest.approx(np.zeros(n), abs=1e-12)
    arm[5] += 0.02
    bumped = point_height(arm, position, np.array([0.05]), start, end, interval)
    assert bumped[5] == pytest.approx(0.02)
    assert bumped[[0, 10]].tolist() == pytest.approx([0.0, 0.0])


def test_the_sample_at_a_foot_flat_opens_the_next_interval() -> None:
    """Two intervals: the path starts at zero again, the first one's end height is what ``rise_m`` says."""
    start, end = np.array([0, 5]), np.array([5, 10])
    interval = np.repeat([0, 1], [5, 6])
    position = np.concatenate([np.linspace(0, 0.08, 5), np.linspace(0, 0.1, 6)])
    height = point_height(np.full(11, -0.07), position, np.array([0.1, 0.1]), start, end, interval)
    assert height == pytest.approx(np.zeros(11), abs=1e-12)


FRAC = np.linspace(0.0, 1.0, 101)
TWO_MAXIMA = 0.03 * np.sin(np.pi * FRAC) + 0.02 * np.cos(4 * np.pi * FRAC) - 0.02


def test_the_lowest_point_between_the_two_maxima() -> None:
    found = least_clearance(TWO_MAXIMA[None], np.ones((1, 101)))
    inner = np.flatnonzero((FRAC > 0.5) & (FRAC < 0.9))
    lowest = inner[np.argmin(TWO_MAXIMA[inner])]
    assert found.kind.tolist() == ["local_minimum"]
    assert found.height_m[0] == pytest.approx(TWO_MAXIMA[lowest])
    # the course is symmetric: the other minimum is as low
    assert min(abs(found.frac[0] - FRAC[lowest]), abs(found.frac[0] - 1.0 + FRAC[lowest])) < 1e-9


def test_a_minimum_may_lie_below_the_floor_line() -> None:
    course = np.interp(FRAC, [0, 0.2, 0.5, 0.9, 1], [0.0, 0.02, -0.004, 0.08, 0.03])
    found = least_clearance(course[None], np.ones((1, 101)))
    assert (found.kind[0], found.height_m[0], found.frac[0]) == ("local_minimum", pytest.approx(-0.004), 0.5)


def test_without_a_minimum_the_height_where_the_toe_is_fastest() -> None:
    rising = np.linspace(0.0, 0.1, 101)
    single = 0.05 * np.sin(np.pi * FRAC)
    speed = np.exp(-(((FRAC - 0.4) / 0.1) ** 2))
    found = least_clearance(np.stack([rising, single]), np.stack([speed, speed]))
    assert found.kind.tolist() == ["none", "none"]
    assert found.height_m == pytest.approx([0.04, 0.05 * np.sin(np.pi * 0.4)])
    assert found.frac.tolist() == [0.4, 0.4]


def test_a_ripple_is_no_minimum() -> None:
    course = np.linspace(0.0, 0.1, 101)
    course[50] -= 0.0013  # 1 mm up each step: dips 0.3 mm below the sample before
    assert least_clearance(course[None], np.ones((1, 101))).kind.tolist() == ["none"]
    course[50] -= 0.001
    assert least_clearance(course[None], np.ones((1, 101))).kind.tolist() == ["local_minimum"]


def test_toe_off_and_contact_are_no_minima() -> None:
    """The toe starts and ends low: the lowest heights of swing are its ends, but no minimum lies there."""
    course = np.interp(FRAC, [0, 0.3, 0.5, 0.8, 1], [0.0, 0.03, 0.015, 0.06, 0.0])
    found = least_clearance(course[None], np.ones((1, 101)))
    assert (found.frac[0], found.height_m[0]) == (0.5, pytest.approx(0.015))


def test_no_strides() -> None:
    found = least_clearance(np.zeros((0, 101)), np.zeros((0, 101)))
    assert [len(part) for part in found] == [0, 0, 0]


LEFT, RIGHT = shoe_geometry(Shoe("left", 0.27, place="instep")), shoe_geometry(Shoe("right", 0.27, place="instep"))
FLAT = np.array([[0.0, 0.0, 1.0]])


def up_of(pitch_deg: float, roll_deg: float) -> FloatArray:
    """Up in foot axes (1, 1, 3) of a foot at a pitch, its left side up by a roll."""
    pitch, roll = np.radians([pitch_deg, roll_deg])
    return np.array([[[np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)]]])


@pytest.mark.parametrize(
    ("pitch_deg", "roll_deg", "part"),
    [
        (20.0, 0.0, "heel"),
        (-20.0, 0.0, "toe"),
        (-3.0, -28.0, "outer_edge"),
        (10.0, -10.0, "heel"),
        (-40.0, -5.0, "toe"),
    ],
)
def test_the_part_of_the_sole_that_is_lowest(pitch_deg: float, roll_deg: float, part: str) -> None:
    """On the left foot the outer edge goes down when the left side does; on the right foot it mirrors."""
    for geometry, roll in ((LEFT, roll_deg), (RIGHT, -roll_deg)):
        height, lowest = sole_height(
            geometry, up_of(pitch_deg, roll), np.full((1, 1), 0.1), FLAT, FLAT, np.zeros(1), np.full((1, 1), 0.5)
        )
        assert SOLE_PARTS[lowest[0, 0]] == part
        turned = geometry.sole_m @ up_of(pitch_deg, roll)[0, 0] - geometry.sole_m[:, 2].min()
        assert height[0, 0] == pytest.approx(0.1 + turned.min())


def test_a_sole_on_the_floor_stands_at_zero_though_its_toe_springs() -> None:
    share = np.array([[0.0, 0.5, 1.0]])
    up = np.broadcast_to(FLAT[:, None], (1, 3, 3))
    height, _ = sole_height(LEFT, up, np.array([[0.0, 0.02, 0.04]]), FLAT, FLAT, np.array([0.04]), share)
    assert height[0] == pytest.approx(np.zeros(3), abs=1e-12), "a floor that rises is still the floor"


def test_the_toe_is_less_sure_than_the_heel_and_a_tilted_sole_less_than_a_level_one() -> None:
    toe, heel = np.array([SOLE_PARTS.index("toe")]), np.array([SOLE_PARTS.index("heel")])
    level, tilted, rolled = up_of(0.0, 0.0)[0], up_of(-20.0, 0.0)[0], up_of(0.0, 20.0)[0]
    assert sole_sd(LEFT, level, heel)[0] < sole_sd(LEFT, level, toe)[0]
    assert sole_sd(LEFT, level, toe)[0] < min(sole_sd(LEFT, tilted, toe)[0], sole_sd(LEFT, rolled, toe)[0])
