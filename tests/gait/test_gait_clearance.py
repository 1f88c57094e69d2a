"""Heights of points of the shoe, the least toe clearance, and lever arms corrected by the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.gait.clearance import (
    ASSUMED_LENGTH_M,
    ASSUMED_LENGTH_SD_M,
    Geometry,
    least_toe_clearance,
    point_height,
    refine_geometry,
    shoe_geometry,
)
from footdrop_imu.schema import PLACES, FloatArray

SPRING_M = 0.015


def test_a_measured_shoe_is_taken_as_it_is() -> None:
    geometry = shoe_geometry(0.27, "instep", toe_m=(0.14, 0.01, -0.06), heel_m=(-0.13, 0.0, -0.075))
    assert geometry.toe_m.tolist() == [0.14, 0.01, -0.06]
    assert geometry.heel_m.tolist() == [-0.13, 0.0, -0.075]
    assert geometry.covariance is None
    assert geometry.entered
    assert 0.0 < geometry.toe_sd_m < 0.01


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("length_m", [0.22, 0.30])
def test_lever_arms_of_a_named_place_span_the_shoe(place: str, length_m: float) -> None:
    geometry = shoe_geometry(length_m, place)
    assert geometry.toe_m[0] - geometry.heel_m[0] == pytest.approx(length_m)
    assert geometry.toe_m[2] - geometry.heel_m[2] == pytest.approx(SPRING_M), "the toe tip of a shoe stands up"
    assert geometry.heel_m[2] < 0.0
    assert geometry.entered


def test_places_lie_in_their_order_along_the_shoe() -> None:
    from_heel = [-shoe_geometry(0.27, place).heel_m[0] for place in ("heel", "outer", "instep", "lace")]
    assert (np.diff(from_heel) > 0).all()
    assert from_heel[0] < 0.0 < from_heel[1]


def test_what_nobody_said_is_assumed_and_less_certain() -> None:
    nothing = shoe_geometry(float("nan"), "")
    only_length, only_place = shoe_geometry(0.27, ""), shoe_geometry(float("nan"), "instep")
    both = shoe_geometry(0.27, "instep")
    assert nothing.toe_m[0] - nothing.heel_m[0] == pytest.approx(ASSUMED_LENGTH_M)
    assert [one.entered for one in (nothing, only_length, only_place, both)] == [False, False, False, True]
    assert both.toe_sd_m < min(only_length.toe_sd_m, only_place.toe_sd_m)
    assert max(only_length.toe_sd_m, only_place.toe_sd_m) < nothing.toe_sd_m
    assert nothing.toe_sd_m > ASSUMED_LENGTH_SD_M


def evidence(geometry: Geometry, pitch_deg: FloatArray, at_toe: bool) -> FloatArray:
    """Height of the sensor above its foot-flat while a point of the shoe is on the floor (the toe tip's spring
    aside), worked out from the rotated lever arm."""
    arm = geometry.toe_m if at_toe else geometry.heel_m
    low = -SPRING_M if at_toe else 0.0
    pitch = np.radians(pitch_deg)
    turned = np.sin(pitch) * arm[0] + np.cos(pitch) * arm[2]
    return np.asarray(arm[2] - turned + low)


def planted(from_heel_m: float, length_m: float, height_m: float) -> Geometry:
    arms = np.array([length_m - from_heel_m, 0, SPRING_M - height_m]), np.array([-from_heel_m, 0, -height_m])
    return Geometry(*arms, 0.0, None, True)


TOE_OFF_DEG = np.array([-60.0, -64.0, -58.0, -62.0, -61.0, -59.0, -63.0])
CONTACT_DEG = np.array([22.0, 24.0, 20.0, 23.0, 21.0, 25.0, 22.5])


def refined(entered: Geometry, true: Geometry, toe_count: int = 7, heel_count: int = 7) -> Geometry:
    off, contact = TOE_OFF_DEG[:toe_count], CONTACT_DEG[:heel_count]
    return refine_geometry(entered, off, evidence(true, off, True), contact, evidence(true, contact, False))


def test_evidence_for_the_entered_shoe_changes_nothing() -> None:
    entered = shoe_geometry(0.27, "instep")
    found = refined(entered, entered)
    assert found.toe_m == pytest.approx(entered.toe_m, abs=1e-3)
    assert found.heel_m == pytest.approx(entered.heel_m, abs=1e-3)
    assert found.toe_sd_m < entered.toe_sd_m


def test_a_sensor_elsewhere_on_an_unknown_shoe_is_found() -> None:
    """Three unknowns, two equations: the toe's arm along the foot, which clearance needs, must come out."""
    entered, true = shoe_geometry(float("nan"), ""), planted(0.11, 0.285, 0.075)
    found = refined(entered, true)
    before, after = (abs(one.toe_m[0] - true.toe_m[0]) for one in (entered, found))
    assert after < 0.35 * before
    assert after < 2.0 * found.toe_sd_m
    assert found.toe_sd_m < 0.5 * entered.toe_sd_m
    assert found.toe_m[2] - found.heel_m[2] == pytest.approx(SPRING_M)


def test_little_evidence_changes_little() -> None:
    entered, true = shoe_geometry(0.27, "instep"), planted(0.10, 0.30, 0.075)
    both, toe_only = refined(entered, true), refined(entered, true, heel_count=4)
    assert np.linalg.norm(toe_only.toe_m - entered.toe_m) < np.linalg.norm(both.toe_m - entered.toe_m)
    assert toe_only.toe_sd_m < entered.toe_sd_m
    few = refined(entered, true, toe_count=4)
    assert few is entered


def test_a_well_known_shoe_is_moved_less_than_an_unknown_one() -> None:
    true = planted(0.10, 0.30, 0.075)
    known = refined(shoe_geometry(0.27, "instep"), true)
    unknown = refined(shoe_geometry(float("nan"), ""), true)
    assert abs(known.toe_m[0] - true.toe_m[0]) > abs(unknown.toe_m[0] - true.toe_m[0])


def test_measured_lever_arms_are_not_touched() -> None:
    measured = shoe_geometry(0.27, "instep", toe_m=(0.14, 0.0, -0.06), heel_m=(-0.13, 0.0, -0.075))
    assert refined(measured, planted(0.10, 0.30, 0.075)) is measured


def test_one_stride_that_stumbled_is_outvoted() -> None:
    entered, true = shoe_geometry(0.27, "instep"), planted(0.13, 0.28, 0.08)
    heights = evidence(true, TOE_OFF_DEG, True)
    plain = refine_geometry(entered, TOE_OFF_DEG, heights, CONTACT_DEG, evidence(true, CONTACT_DEG, False))
    heights[2] += 0.10
    stumbled = refine_geometry(entered, TOE_OFF_DEG, heights, CONTACT_DEG, evidence(true, CONTACT_DEG, False))
    assert stumbled.toe_m == pytest.approx(plain.toe_m, abs=4e-3)


def test_whether_it_was_entered_is_kept() -> None:
    true = planted(0.13, 0.28, 0.08)
    assert refined(shoe_geometry(0.27, "instep"), true).entered
    assert not refined(shoe_geometry(float("nan"), ""), true).entered
    assert replace(refined(shoe_geometry(0.27, ""), true)).covariance is not None


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
    found = least_toe_clearance(TWO_MAXIMA[None], np.ones((1, 101)))
    inner = np.flatnonzero((FRAC > 0.5) & (FRAC < 0.9))
    lowest = inner[np.argmin(TWO_MAXIMA[inner])]
    assert found.kind.tolist() == ["local_minimum"]
    assert found.height_m[0] == pytest.approx(TWO_MAXIMA[lowest])
    # the course is symmetric: the other minimum is as low
    assert min(abs(found.frac[0] - FRAC[lowest]), abs(found.frac[0] - 1.0 + FRAC[lowest])) < 1e-9


def test_a_minimum_may_lie_below_the_floor_line() -> None:
    course = np.interp(FRAC, [0, 0.2, 0.5, 0.9, 1], [0.0, 0.02, -0.004, 0.08, 0.03])
    found = least_toe_clearance(course[None], np.ones((1, 101)))
    assert (found.kind[0], found.height_m[0], found.frac[0]) == ("local_minimum", pytest.approx(-0.004), 0.5)


def test_without_a_minimum_the_height_where_the_toe_is_fastest() -> None:
    rising = np.linspace(0.0, 0.1, 101)
    single = 0.05 * np.sin(np.pi * FRAC)
    speed = np.exp(-(((FRAC - 0.4) / 0.1) ** 2))
    found = least_toe_clearance(np.stack([rising, single]), np.stack([speed, speed]))
    assert found.kind.tolist() == ["none", "none"]
    assert found.height_m == pytest.approx([0.04, 0.05 * np.sin(np.pi * 0.4)])
    assert found.frac.tolist() == [0.4, 0.4]


def test_a_ripple_is_no_minimum() -> None:
    course = np.linspace(0.0, 0.1, 101)
    course[50] -= 0.0013  # 1 mm up each step: dips 0.3 mm below the sample before
    assert least_toe_clearance(course[None], np.ones((1, 101))).kind.tolist() == ["none"]
    course[50] -= 0.001
    assert least_toe_clearance(course[None], np.ones((1, 101))).kind.tolist() == ["local_minimum"]


def test_toe_off_and_contact_are_no_minima() -> None:
    """The toe starts and ends low: the lowest heights of swing are its ends, but no minimum lies there."""
    course = np.interp(FRAC, [0, 0.3, 0.5, 0.8, 1], [0.0, 0.03, 0.015, 0.06, 0.0])
    found = least_toe_clearance(course[None], np.ones((1, 101)))
    assert (found.frac[0], found.height_m[0]) == (0.5, pytest.approx(0.015))


def test_no_strides() -> None:
    found = least_toe_clearance(np.zeros((0, 101)), np.zeros((0, 101)))
    assert [len(part) for part in found] == [0, 0, 0]
