"""Toe drags told from the signs of a walk's swings, against the foot itself, the other foot, people at large."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.gait.drag import DRAG_COLUMNS, DragConfig, Swings, find_drags
from footdrop_imu.gait.drag_match import FORCE, ROUGHNESS, make_touches, match, usual_course
from footdrop_imu.gait.drag_signs import SWING_FRAC
from footdrop_imu.schema import FloatArray

SWING_S = 0.4
COURSE = 20.0 * np.cos(np.pi * SWING_FRAC) + 6.0 * np.sin(2.0 * np.pi * SWING_FRAC)


def walk(count: int = 60, seed: int = 0, kind: str = "straight") -> Swings:
    """Swings that vary as those of people do, none of which drags."""
    rng = np.random.default_rng(seed)
    apart = np.abs(SWING_FRAC[:, None] - SWING_FRAC) * SWING_S

    def varied(usual: object) -> FloatArray:
        sd, correlation_s = usual.sd, usual.correlation_s  # type: ignore[attr-defined]
        root = np.linalg.cholesky(np.outer(sd, sd) * np.exp(-apart / correlation_s) + 1e-9 * np.eye(len(sd)))
        return np.asarray(rng.standard_normal((count, len(sd))) @ root.T)

    return Swings(
        force=COURSE + varied(FORCE),
        roughness=ROUGHNESS.middle + varied(ROUGHNESS),
        sideways=varied(FORCE),
        low_m=rng.normal(0.015, 0.003, count),
        low_sd_m=np.full(count, 0.006),
        swing_time_s=rng.normal(SWING_S, 0.01, count),
        kind=np.full(count, kind),
    )


def touched(
    swings: Swings, rows: list[int], start: float = 0.4, length_s: float = 0.06, strength: float = 10.0
) -> Swings:
    along_s = (SWING_FRAC - start) * SWING_S
    inside = (along_s > 0.0) & (along_s < length_s)
    force, roughness = swings.force.copy(), swings.roughness.copy()
    force[rows] -= strength * inside
    roughness[rows] = np.where(inside, np.maximum(roughness[rows], np.log(0.35 * strength)), roughness[rows])
    return swings._replace(force=force, roughness=roughness)


def test_touches_lie_in_the_first_95_percent_of_swing_and_have_every_length() -> None:
    touches = make_touches(SWING_S)
    assert (touches.start_frac >= 0.0).all()
    assert (touches.start_frac + touches.length_s / SWING_S <= 0.951).all()
    assert set(touches.length_s) == {0.03, 0.06, 0.1, 0.16, 0.25}
    assert (touches.force.min(axis=1) < -0.4).all()


def test_a_filter_answers_usual_variation_with_unit_spread_and_its_own_touch_with_much_more() -> None:
    touches = make_touches(SWING_S)
    swings = walk(200)
    usual = usual_course(swings.force, touches.force, FORCE, SWING_S)
    found = match(walk(200, seed=5).force, usual)
    assert found.std(axis=0) == pytest.approx(np.ones(len(touches.length_s)), abs=0.35)
    number = int(np.flatnonzero((touches.length_s == 0.06) & (touches.start_frac > 0.4))[0])
    answer = match(COURSE + 10.0 * touches.force[[number]], usual)
    assert answer.argmax() == number
    assert answer.max() > 8.0


def test_a_touch_is_found_with_its_place_length_and_witnesses() -> None:
    rows = [7, 20, 41]
    found = find_drags(touched(walk(), rows), None, 100.0)
    assert np.flatnonzero(found["toe_drag"].astype(bool)).tolist() == rows
    assert found["toe_drag_start_frac"][rows] == pytest.approx(0.4, abs=0.1)
    assert found["toe_drag_time_s"][rows] == pytest.approx(0.06, abs=0.05)
    assert set(found["toe_drag_kind"][rows]) == {"mid"}
    assert all("deceleration" in words for words in found["toe_drag_witnesses"][rows])
    assert set(found["toe_drag_baseline"]) == {"own"}
    clear = np.setdiff1d(np.arange(60), rows)
    assert (found["toe_drag_time_s"][clear] == 0.0).all()
    assert np.isnan(found["toe_drag_start_frac"][clear]).all()
    assert all(word is None for word in found["toe_drag_kind"][clear])


def test_stronger_touches_are_more_probable() -> None:
    chances = [
        find_drags(touched(walk(), [10], strength=strength), None, 100.0)["toe_drag_probability"][10]
        for strength in (1.0, 3.0, 6.0, 12.0)
    ]
    assert chances == sorted(chances)
    assert chances[0] < 0.1
    assert chances[-1] > 0.9


def test_the_threshold_can_be_set() -> None:
    swings = touched(walk(), [10], strength=6.0)
    chance = find_drags(swings, None, 100.0)["toe_drag_probability"][10]
    for threshold, drag in ((chance - 0.01, True), (chance + 0.005, False)):
        found = find_drags(swings, None, 100.0, replace(DragConfig(), threshold=float(threshold)))
        assert bool(found["toe_drag"][10]) is drag


def test_few_false_alarms_in_usual_variation() -> None:
    found = find_drags(walk(600, seed=3), None, 100.0)
    assert found["toe_drag"].astype(bool).mean() <= 0.01


def test_a_walk_whose_other_half_drags_still_has_its_reference() -> None:
    rows = list(range(0, 60, 3))
    found = find_drags(touched(walk(), rows), None, 100.0)
    assert found["toe_drag"].astype(bool)[rows].mean() > 0.9


def test_a_foot_that_always_drags_is_compared_with_the_other_foot() -> None:
    always = touched(walk(), list(range(60)))
    found = find_drags(always, walk(50, seed=8), 100.0)
    assert set(found["toe_drag_baseline"]) == {"other_foot"}
    assert found["toe_drag"].astype(bool).mean() > 0.9


def test_a_foot_that_always_drags_and_has_no_other_is_compared_with_people() -> None:
    always = touched(walk(), list(range(60)))
    for other in (None, always):
        found = find_drags(always, other, 100.0)
        assert set(found["toe_drag_baseline"]) == {"population"}
        assert found["toe_drag"].astype(bool).mean() > 0.9


def test_too_few_strides_are_compared_with_people_and_do_not_drag_by_themselves() -> None:
    found = find_drags(walk(5), None, 100.0)
    assert set(found["toe_drag_baseline"]) == {"population"}
    assert not found["toe_drag"].astype(bool).any()


def test_strides_that_are_surely_low_are_no_reference() -> None:
    swings = walk(30)
    low = swings._replace(low_m=np.full(30, -0.02))
    assert set(find_drags(low, None, 100.0)["toe_drag_baseline"]) == {"population"}
    unsure = low._replace(low_sd_m=np.full(30, 0.05))
    assert set(find_drags(unsure, None, 100.0)["toe_drag_baseline"]) == {"own"}


def test_a_foot_that_brushes_the_other_does_not_drag() -> None:
    rows = [7, 20, 41]
    dragged = touched(walk(), rows, strength=5.0)
    aside = dragged.sideways.copy()
    aside[rows] += 12.0 * (np.abs(SWING_FRAC - 0.47) < 0.08)
    brushed = find_drags(dragged._replace(sideways=aside), None, 100.0)["toe_drag_probability"][rows]
    assert (find_drags(dragged, None, 100.0)["toe_drag_probability"][rows] > 0.5).all()
    assert (brushed < 0.5).all()
    # nor do walks that are mirrored differ
    mirrored = dragged._replace(sideways=-aside)
    assert find_drags(mirrored, None, 100.0)["toe_drag_probability"][rows] == pytest.approx(brushed)


def test_a_strong_drag_with_the_foot_turned_out_is_still_found() -> None:
    dragged = touched(walk(), [10], strength=12.0)
    aside = dragged.sideways.copy()
    aside[10] += 8.0 * (np.abs(SWING_FRAC - 0.47) < 0.08)
    assert find_drags(dragged._replace(sideways=aside), None, 100.0)["toe_drag"][10]


def test_on_stairs_nothing_is_said() -> None:
    swings = touched(walk(), [10, 50])
    kind = swings.kind.astype("<U11")
    kind[40:] = "stairs_up"
    kind[10] = "stairs_down"  # one alone is no flight
    found = find_drags(swings._replace(kind=kind), None, 100.0)
    assert found["toe_drag"][10] is True
    for name in DRAG_COLUMNS:
        assert pd.isna(found[name][40:]).all()
        assert pd.notna(found[name][10])


def test_a_turn_is_compared_with_turns_where_there_are_enough() -> None:
    straight, turning = walk(40), walk(10, seed=9, kind="turn")
    turning = turning._replace(force=turning.force + 8.0 * np.sin(3.0 * np.pi * SWING_FRAC))
    both = Swings(*(np.concatenate(pair) for pair in zip(straight, turning, strict=True)))
    assert not find_drags(both, None, 100.0)["toe_drag"].astype(bool)[40:].any()


def test_below_100_hz_vibration_is_no_witness() -> None:
    found = find_drags(touched(walk(), [10, 30], strength=14.0), None, 60.0)
    assert found["toe_drag"].astype(bool)[[10, 30]].all()
    assert not any("vibration" in (words or "") for words in found["toe_drag_witnesses"])


def test_below_45_hz_nothing_is_said() -> None:
    found = find_drags(touched(walk(), [10]), None, 40.0)
    assert set(found) == set(DRAG_COLUMNS)
    assert all(value is None for value in found["toe_drag"])
    assert np.isnan(found["toe_drag_probability"]).all()


def test_a_foot_without_strides_has_columns_of_none() -> None:
    found = find_drags(walk(0), walk(), 100.0)
    assert {len(values) for values in found.values()} == {0}
