"""Exercises that are walks: what makes each of them what it is, in the true strides."""

from __future__ import annotations

import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.exercise_walks import EXERCISE_WALKS, exercise_walk
from footdrop_imu.simulate.pattern import foot_drop
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.walk import true_strides


def strides(exercise: str, **settings: object) -> pd.DataFrame:
    return true_strides(exercise_walk(exercise, 8, **settings), ideal_sensor(50.0))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    return strides("walking")


def test_a_toe_walk_lands_on_the_toes_with_both_feet(plain: pd.DataFrame) -> None:
    on_toes = strides("toe_walk")
    assert set(on_toes["side"]) == {"left", "right"}
    assert (on_toes["foot_pitch_initial_contact_deg"] < -15.0).all()
    assert (plain["foot_pitch_initial_contact_deg"] > 5.0).all()


def test_stepping_over_lifts_the_whole_foot(plain: pd.DataFrame) -> None:
    over = strides("step_over")
    assert over["minimum_toe_clearance_m"].median() > plain["minimum_toe_clearance_m"].median() + 0.08


def test_a_weak_foot_walks_as_it_does_otherwise() -> None:
    weak = strides("gait_training_heel_to_toe", foot=foot_drop(0.9))
    assert weak["foot_pitch_initial_contact_deg"].median() < 0.0
    assert exercise_walk("uneven_ground_walking").surface == "gravel"


@pytest.mark.parametrize("exercise", EXERCISE_WALKS)
def test_every_walk_has_its_strides_and_repeats(exercise: str) -> None:
    table = strides(exercise, seed=3)
    assert table.groupby("side").size().between(7, 10).all()
    pd.testing.assert_frame_equal(table, strides(exercise, seed=3))


def test_other_exercises_are_refused() -> None:
    with pytest.raises(SchemaError, match="walks are toe_walk"):
        exercise_walk("heel_walk")
    with pytest.raises(SchemaError, match="stride_count is 2"):
        exercise_walk("walking", 2)
