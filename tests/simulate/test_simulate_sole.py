"""The shoe's outline and the splines that move it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import PPoly

from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.spline import bridge, hermite, through_nodes


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_shoe_has_the_size_it_was_given(side: str) -> None:
    sole = Sole(side, length_m=0.29, toe_spring_m=0.015)
    assert sole.toe == pytest.approx([0.29, 0.0, 0.015], abs=1e-9)
    assert sole.ball[2] == 0.0


def test_the_shoes_mirror_each_other() -> None:
    left, right = Sole("left"), Sole("right")
    assert left.ball * [1, -1, 1] == pytest.approx(right.ball)
    up = np.array([[-0.5, 0.2, 0.8], [0.3, -0.1, 0.9]])
    assert left.lowest(up * [1, -1, 1]) == pytest.approx(right.lowest(up))


def test_rolling_goes_as_far_as_the_curve_is_long() -> None:
    sole = Sole("left")
    angle = np.linspace(0.0, np.radians(80.0), 20_001)
    contact, way, radius = sole.rolled(angle)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(contact, axis=0), axis=1))])
    assert way == pytest.approx(length, abs=1e-7)
    assert np.gradient(way, angle)[1:-1] == pytest.approx(radius[1:-1], abs=1e-5)
    tilt = np.arctan2(np.gradient(contact[:, 2]), np.gradient(np.hypot(contact[:, 0], contact[:, 1])))
    assert np.diff(tilt).min() > -1e-6  # convex


def test_the_lowest_point_is_the_lowest_of_the_outline() -> None:
    sole, rng = Sole("right"), np.random.default_rng(0)
    up = np.stack([rng.uniform(-0.9, 0.4, 300), rng.uniform(-0.3, 0.3, 300), rng.uniform(0.5, 1.0, 300)], axis=1)
    front = sole.rolled(np.radians(np.arange(0.0, 85.0, 0.5)))[0]
    across = 0.5 * sole.width_m * np.array([-np.sin(sole.break_rad), np.cos(sole.break_rad), 0.0])
    brute = (up @ np.concatenate([front - across, front + across]).T).min(axis=1)
    assert sole.lowest(up)[:, 1] == pytest.approx(brute, abs=1e-5)
    assert (sole.lowest(up, 0.002) <= sole.lowest(up) + 1e-12).all()


def test_a_bridge_meets_both_states() -> None:
    rng = np.random.default_rng(1)
    start, end, span = rng.standard_normal((3, 4)), rng.standard_normal((3, 4)), np.array([0.1, 1.0, 2.0, 0.02])
    pieces = bridge(start, end, span)
    for k in range(4):
        course = PPoly(pieces[:, [k]], [0.0, span[k]])
        for order in range(3):
            assert course(0.0, order) == pytest.approx(start[order, k])
            assert course(span[k], order) == pytest.approx(end[order, k], rel=1e-6, abs=1e-6)
    assert hermite(np.array([0.0, 1.0]), start, end) == pytest.approx(np.stack([start[0], end[0]], axis=1))


def test_a_spline_through_nodes_follows_a_smooth_course() -> None:
    time = np.linspace(0.0, 0.4, 41)
    for phase in (0.0, 1.1):
        value, slope, curve = (
            7.0**k * np.array([np.sin, np.cos, lambda x: -np.sin(x)][k](7 * time + phase)) for k in range(3)
        )
        pieces = through_nodes(
            value[None, :, None], slope[None, [0, -1], None], curve[None, [0, -1], None], np.array([0.4])
        )
        fine = np.linspace(0.0, 0.4, 997)
        course = PPoly(pieces[:, 0, :, 0], time)
        assert course(fine) == pytest.approx(np.sin(7 * fine + phase), abs=1e-10)
        assert course(fine, 2) == pytest.approx(-49 * np.sin(7 * fine + phase), abs=1e-4)
        assert course(time[1:-1] - 1e-12, 4) == pytest.approx(course(time[1:-1] + 1e-12, 4), abs=1e-3)
