"""Lever arms and soles: from a length and a place, as measured, from a scan, and corrected by the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.gait.shoe import (
    ASSUMED_LENGTH_M,
    ASSUMED_LENGTH_SD_M,
    SOLE_PARTS,
    TOE_SPRING_M,
    Geometry,
    lever_arms,
    shoe_geometry,
)
from footdrop_imu.gait.shoe_fit import FloorEvidence, refine_geometry, rolling_pivot
from footdrop_imu.schema import PLACES, FloatArray, Mounting, Shoe


def shoe_of(length_m: float = float("nan"), place: str = "", side: str = "left", **mounting: object) -> Geometry:
    return shoe_geometry(Shoe(side, length_m, place=place, mounting=Mounting(**mounting)))  # type: ignore[arg-type]


def test_a_measured_shoe_is_taken_as_it_is() -> None:
    geometry = shoe_of(0.27, "instep", sensor_to_toe_m=(0.14, 0.01, -0.06), sensor_to_heel_m=(-0.13, 0.0, -0.075))
    assert geometry.toe_m.tolist() == [0.14, 0.01, -0.06]
    assert geometry.heel_m.tolist() == [-0.13, 0.0, -0.075]
    assert geometry.covariance is None
    assert geometry.entered
    assert 0.0 < geometry.toe_sd_m < 0.01


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("length_m", [0.22, 0.30])
def test_lever_arms_of_a_named_place_span_the_shoe(place: str, length_m: float) -> None:
    geometry = shoe_of(length_m, place)
    assert geometry.toe_m[0] - geometry.heel_m[0] == pytest.approx(length_m)
    assert geometry.toe_m[2] - geometry.heel_m[2] == pytest.approx(TOE_SPRING_M), "the toe tip of a shoe stands up"
    assert geometry.heel_m[2] < 0.0
    assert geometry.entered


def test_places_lie_in_their_order_along_the_shoe() -> None:
    from_heel = [-shoe_of(0.27, place).heel_m[0] for place in ("heel", "outer", "instep", "lace")]
    assert (np.diff(from_heel) > 0).all()
    assert from_heel[0] < 0.0 < from_heel[1]


def test_what_nobody_said_is_assumed_and_less_certain() -> None:
    nothing = shoe_of(float("nan"), "")
    only_length, only_place = shoe_of(0.27, ""), shoe_of(float("nan"), "instep")
    both = shoe_of(0.27, "instep")
    assert nothing.toe_m[0] - nothing.heel_m[0] == pytest.approx(ASSUMED_LENGTH_M)
    assert [one.entered for one in (nothing, only_length, only_place, both)] == [False, False, False, True]
    assert both.toe_sd_m < min(only_length.toe_sd_m, only_place.toe_sd_m)
    assert max(only_length.toe_sd_m, only_place.toe_sd_m) < nothing.toe_sd_m
    assert nothing.toe_sd_m > ASSUMED_LENGTH_SD_M


def evidence(geometry: Geometry, pitch_deg: FloatArray, at_toe: bool) -> FloatArray:
    """Height of the sensor above its foot-flat while a point of the shoe is on the floor (the toe tip's spring
    aside), worked out from the rotated lever arm."""
    arm = geometry.toe_m if at_toe else geometry.heel_m
    low = -TOE_SPRING_M if at_toe else 0.0
    pitch = np.radians(pitch_deg)
    turned = np.sin(pitch) * arm[0] + np.cos(pitch) * arm[2]
    return np.asarray(arm[2] - turned + low)


def planted(from_heel_m: float, length_m: float, height_m: float) -> Geometry:
    toe, heel = lever_arms(from_heel_m, length_m, height_m)
    return shoe_of(sensor_to_toe_m=tuple(toe.tolist()), sensor_to_heel_m=tuple(heel.tolist()))


TOE_OFF_DEG = np.array([-60.0, -64.0, -58.0, -62.0, -61.0, -59.0, -63.0])
CONTACT_DEG = np.array([22.0, 24.0, 20.0, 23.0, 21.0, 25.0, 22.5])


def rolled(pivot_m: tuple[float, float], pitch_deg: FloatArray) -> FloatArray:
    """Places (n, 3) of a sensor while its foot turns toes down about a point ahead of and below it."""
    turn = np.radians(-pitch_deg)
    ahead, below = pivot_m
    forward = ahead - ahead * np.cos(turn) + below * np.sin(turn)
    return np.column_stack([forward, np.zeros_like(turn), ahead * np.sin(turn) + below * np.cos(turn) - below])


def evidence_of(true: Geometry, toe_count: int = 7, heel_count: int = 7, pivot_frac: float = 0.0) -> FloorEvidence:
    """Where a planted shoe touches the floor; over which point it rolls, as a share of its length, 0 = not seen."""
    off, contact = TOE_OFF_DEG[:toe_count], CONTACT_DEG[:heel_count]
    pivot = true.heel_m + pivot_frac * (true.toe_m - true.heel_m) * np.array([1.0, 1.0, 0.0])
    pivots = np.tile([pivot[0], -pivot[2]], (toe_count, 1)) if pivot_frac else np.zeros((0, 2))
    return FloorEvidence(off, evidence(true, off, True), contact, evidence(true, contact, False), pivots)


def refined(entered: Geometry, true: Geometry, *counts: int, pivot_frac: float = 0.0) -> Geometry:
    return refine_geometry(entered, evidence_of(true, *counts, pivot_frac=pivot_frac))


def test_evidence_for_the_entered_shoe_changes_nothing() -> None:
    entered = shoe_of(0.27, "instep")
    found = refined(entered, entered)
    assert found.toe_m == pytest.approx(entered.toe_m, abs=1e-3)
    assert found.heel_m == pytest.approx(entered.heel_m, abs=1e-3)
    assert found.toe_sd_m < entered.toe_sd_m


def test_a_sensor_elsewhere_on_an_unknown_shoe_is_found() -> None:
    """Three unknowns, two equations: the toe's arm along the foot, which clearance needs, must come out."""
    entered, true = shoe_of(float("nan"), ""), planted(0.11, 0.285, 0.075)
    found = refined(entered, true)
    before, after = (abs(one.toe_m[0] - true.toe_m[0]) for one in (entered, found))
    assert after < 0.35 * before
    assert after < 2.0 * found.toe_sd_m
    assert found.toe_sd_m < 0.5 * entered.toe_sd_m
    assert found.toe_m[2] - found.heel_m[2] == pytest.approx(TOE_SPRING_M)


def test_little_evidence_changes_little() -> None:
    entered, true = shoe_of(0.27, "instep"), planted(0.10, 0.30, 0.075)
    both, toe_only = refined(entered, true), refined(entered, true, 7, 4)
    assert np.linalg.norm(toe_only.toe_m - entered.toe_m) < np.linalg.norm(both.toe_m - entered.toe_m)
    assert toe_only.toe_sd_m < entered.toe_sd_m
    few = refined(entered, true, 4)
    assert few is entered


def test_a_well_known_shoe_is_moved_less_than_an_unknown_one() -> None:
    true = planted(0.10, 0.30, 0.075)
    known = refined(shoe_of(0.27, "instep"), true)
    unknown = refined(shoe_of(float("nan"), ""), true)
    assert abs(known.toe_m[0] - true.toe_m[0]) > abs(unknown.toe_m[0] - true.toe_m[0])


def test_measured_lever_arms_are_not_touched() -> None:
    measured = shoe_of(0.27, "instep", sensor_to_toe_m=(0.14, 0.0, -0.06), sensor_to_heel_m=(-0.13, 0.0, -0.075))
    assert refined(measured, planted(0.10, 0.30, 0.075)) is measured


def test_one_stride_that_stumbled_is_outvoted() -> None:
    entered, floor = shoe_of(0.27, "instep"), evidence_of(planted(0.13, 0.28, 0.08))
    plain = refine_geometry(entered, floor)
    floor.toe_off_height_m[2] += 0.10
    assert refine_geometry(entered, floor).toe_m == pytest.approx(plain.toe_m, abs=4e-3)


def test_whether_it_was_entered_is_kept() -> None:
    true = planted(0.13, 0.28, 0.08)
    assert refined(shoe_of(0.27, "instep"), true).entered
    assert not refined(shoe_of(float("nan"), ""), true).entered
    assert replace(refined(shoe_of(0.27, ""), true)).covariance is not None


@pytest.mark.parametrize("place", PLACES)
def test_a_usual_sole_lies_between_heel_and_toe_and_on_the_floor(place: str) -> None:
    geometry = shoe_of(0.28, place)
    assert {SOLE_PARTS[part] for part in geometry.sole_part} == set(SOLE_PARTS)
    assert geometry.sole_m[:, 0].min() == pytest.approx(geometry.heel_m[0])
    assert geometry.sole_m[:, 0].max() == pytest.approx(geometry.toe_m[0])
    assert np.ptp(geometry.sole_m[:, 1]) == pytest.approx(0.33 * 0.28)
    flat = geometry.sole_part != SOLE_PARTS.index("toe")
    assert geometry.rise_m[flat].min() == 0.0
    assert geometry.rise_m.max() == pytest.approx(TOE_SPRING_M)


@pytest.mark.parametrize(("side", "outward"), [("left", 1.0), ("right", -1.0)])
def test_the_outer_edge_is_outside_and_a_sensor_on_it_knows(side: str, outward: float) -> None:
    geometry = shoe_of(0.27, "instep", side)
    edge = geometry.sole_m[geometry.sole_part == SOLE_PARTS.index("outer_edge")]
    assert (outward * edge[:, 1] > 0.03).all()
    assert outward * shoe_of(0.27, "outer", side).toe_m[1] < -0.03, "the toe lies inward of a sensor on the outer side"


def test_measured_ball_and_outer_edge_stand_for_their_part() -> None:
    ball, outer = (0.06, 0.01, -0.07), (0.05, 0.05, -0.07)
    geometry = shoe_of(0.27, "instep", sensor_to_ball_m=ball, sensor_to_outer_m=outer)
    edge = geometry.sole_m[geometry.sole_part == SOLE_PARTS.index("outer_edge")]
    assert edge.tolist() == [list(outer)]
    assert list(ball) in geometry.sole_m.tolist()


def scan(count: int = 40) -> FloatArray:
    """A shoe's surface: a sole 280 mm long with a toe that rises, and an upper that never touches the floor."""
    ahead, across = np.meshgrid(np.linspace(0.0, 0.28, count), np.linspace(-0.045, 0.045, 9))
    rise = 0.018 * np.clip((ahead - 0.2) / 0.08, 0.0, 1.0) ** 2
    sole = np.column_stack([ahead.ravel() - 0.15, across.ravel(), rise.ravel() - 0.07])
    upper = sole + np.array([0.0, 0.0, 0.06])
    return np.concatenate([sole, upper])


def test_a_scan_gives_the_points_on_which_the_shoe_can_stand() -> None:
    points = scan()
    geometry = shoe_of(sole_points_m=tuple(map(tuple, points.tolist())))
    assert geometry.entered
    assert geometry.covariance is None
    assert len(geometry.sole_m) < 0.2 * len(points)
    assert geometry.sole_m[:, 2].max() < -0.05, "nothing of the upper"
    assert geometry.toe_m[[0, 2]] == pytest.approx([0.13, -0.052])
    assert geometry.heel_m[[0, 2]] == pytest.approx([-0.15, -0.07])
    assert {SOLE_PARTS[part] for part in geometry.sole_part} == set(SOLE_PARTS)
    for pitch_deg, roll_deg in ((-50.0, 0.0), (-20.0, 20.0), (0.0, 30.0), (20.0, -10.0)):
        pitch, roll = np.radians([pitch_deg, roll_deg])
        up = np.array([np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)])
        assert (geometry.sole_m @ up).min() == pytest.approx((points @ up).min(), abs=1e-3)


def test_a_sole_that_moves_with_its_lever_arms_keeps_its_shape() -> None:
    entered = shoe_of(0.27, "instep")
    toe, heel = lever_arms(0.11, 0.30, 0.08)
    moved, made = entered.moved(toe, heel), shoe_of(sensor_to_toe_m=tuple(toe), sensor_to_heel_m=tuple(heel))
    assert moved.sole_m[:, [0, 2]] == pytest.approx(made.sole_m[:, [0, 2]])
    assert moved.rise_m == pytest.approx(entered.rise_m)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length_m": 0.04}, "0.08 to 0.5"),
        ({"length_m": 27.0}, "0.08 to 0.5"),
        ({"place": "sock"}, "instep"),
        ({"sensor_to_ball_m": (6.0, 0.0, -7.0)}, "within 0.5 m"),
        ({"sensor_to_toe_m": (float("nan"), 0.0, 0.0)}, "within 0.5 m"),
        ({"sensor_to_toe_m": (-0.14, 0.0, -0.06)}, "Check the signs"),
        ({"sole_points_m": ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0))}, "three or more points"),
        ({"sole_points_m": ((0.0, 0.0), (0.1, 0.0), (0.2, 0.0))}, "three or more points"),
        ({"sole_points_m": ((130.0, 0.0, -70.0), (-150.0, 0.0, -70.0), (0.0, 40.0, -70.0))}, "in m"),
    ],
)
def test_what_no_shoe_has_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        shoe_of(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("pivot_m", [(0.03, 0.06), (0.12, 0.05), (-0.01, 0.08)])
@pytest.mark.parametrize("rate_hz", [50.0, 400.0])
def test_the_point_over_which_a_foot_rolls(pivot_m: tuple[float, float], rate_hz: float) -> None:
    """Two strides that head 70 degrees to the left, at different speeds; a third whose heel hardly rises."""
    count = int(rate_hz)
    pitch = np.concatenate(
        [-60.0 * np.linspace(0, 1, count) ** 2, np.linspace(0, -40, count), np.linspace(0, -9, count)]
    )
    place = rolled(pivot_m, pitch)
    heading = np.radians(70.0)
    direction = np.tile([np.cos(heading), np.sin(heading)], (3, 1))
    place = np.column_stack([place[:, 0] * np.cos(heading), place[:, 0] * np.sin(heading), place[:, 2]])
    start = count * np.arange(3)
    found = rolling_pivot(pitch, place, direction, start, start + count - 1)
    assert found == pytest.approx(np.tile(pivot_m, (2, 1)), abs=2e-3)
    assert rolling_pivot(pitch, place, direction[:0], start[:0], start[:0]).shape == (0, 2)


@pytest.mark.parametrize(("pivot_frac", "kind"), [(0.96, "stiff"), (0.74, "soft")])
def test_rolling_sharpens_the_toe_whether_the_shoe_is_stiff_or_bends(pivot_frac: float, kind: str) -> None:
    true = planted(0.115, 0.25, 0.062)
    entered = shoe_of(float("nan"), "instep")
    without, rolling = refined(entered, true), refined(entered, true, pivot_frac=pivot_frac)
    errors = [abs(one.toe_m[0] - true.toe_m[0]) for one in (without, rolling)]
    assert errors[1] < max(errors[0], 0.004), kind
    assert rolling.toe_sd_m < without.toe_sd_m
    heights = [abs(one.heel_m[2] - true.heel_m[2]) for one in (without, rolling)]
    assert heights[1] < 0.8 * heights[0]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    ("place", "share", "height_m"), [("outer", 0.37, 0.052), ("lace", 0.6, 0.07), ("heel", -0.04, 0.05)]
)
def test_a_place_that_nobody_named_is_found(place: str, share: float, height_m: float, side: str) -> None:
    length = 0.28
    found = refined(shoe_of(side=side), planted(share * length, length, height_m), pivot_frac=0.8)
    assert found.place == place
    outward = 1.0 if side == "left" else -1.0
    aside = -outward * 0.165 * 0.27 if place == "outer" else 0.0
    assert found.toe_m[1] == pytest.approx(aside, abs=0.01)
    assert found.sole_m[:, 1].mean() == pytest.approx(aside, abs=0.015), "the sole goes with it"
    assert found.side_sd_m < shoe_of().side_sd_m + 1e-9


def test_a_place_between_two_is_less_sure_across() -> None:
    between = refined(shoe_of(), planted(0.45 * 0.27, 0.27, 0.06), pivot_frac=0.8)
    clear = refined(shoe_of(), planted(0.60 * 0.27, 0.27, 0.07), pivot_frac=0.8)
    assert between.side_sd_m > clear.side_sd_m


def test_evidence_that_scatters_weighs_less() -> None:
    entered, floor = shoe_of(float("nan"), "instep"), evidence_of(planted(0.13, 0.25, 0.06), pivot_frac=0.9)
    scattered = floor._replace(
        toe_off_height_m=floor.toe_off_height_m + 0.2 * np.array([-3, 3, -2, 2, -1, 1, 0]) / 3,
        pivot_m=floor.pivot_m + 0.2 * np.array([[-3], [3], [-2], [2], [-1], [1], [0]]) / 3,
    )
    sure, unsure = refine_geometry(entered, floor), refine_geometry(entered, scattered)
    assert unsure.toe_sd_m > sure.toe_sd_m
    assert np.linalg.norm(unsure.toe_m - entered.toe_m) < np.linalg.norm(sure.toe_m - entered.toe_m)
