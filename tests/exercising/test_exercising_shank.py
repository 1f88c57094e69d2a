"""A sensor on the shank too: the ankle beside the foot, and a leg that moves as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.exercising import ExerciseRequest, count_session
from footdrop_imu.motion import measure_leg
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.schema import Session
from footdrop_imu.simulate.exercise import SimulatedExercise, simulate_exercise
from footdrop_imu.simulate.exercise_config import usual_set
from footdrop_imu.simulate.sensor import SensorConfig
from tests.exercising.made_exercise import MOUNTING, make_streams
from tests.rehab.made_sets import make_set


def made(exercise: str, **settings: object) -> SimulatedExercise:
    config = usual_set(exercise, repetitions=4, **settings)
    return simulate_exercise(config, SensorConfig(rate_hz=50.0, shank=True, random_mounting=True, seed=3))


def rotations_of(one: SimulatedExercise) -> dict[str, tuple[float, float, float, float]]:
    return {name: place.rotation for name, place in one.mounting.items() if place.rotation is not None}


def test_a_knee_over_its_place_adds_to_the_ankle() -> None:
    one = made("toe_raise_negative", range_deg=20.0, shifts=("shin",))
    exercise = load_exercises()["toe_raise_negative"]
    request = ExerciseRequest(exercise.id, side="right")
    (found,) = count_session(one.session, exercise, request, rotations_of(one))
    assert found.repetitions is not None
    true = [rep for rep in one.truth.repetitions if rep.side == "right"]
    assert found.repetitions.count == len(true)
    for mine, its in zip(found.repetitions.repetitions, true, strict=True):
        assert mine.range_deg == pytest.approx(its.range_deg, abs=0.5)
    ankle = float(np.median([rep.ankle_range_deg for rep in true]))
    assert ankle > 1.1 * found.repetitions.range_deg
    assert found.measures["ankle_range_deg"] == pytest.approx(ankle, abs=0.5)


def test_a_shank_that_points_nobody_knows_where_is_left_out() -> None:
    one = made("weighted_foot_lift", range_deg=12.0)
    foot = {"right_foot": rotations_of(one)["right_foot"]}
    for rotations in ({}, foot):
        measured = measure_leg(one.session, "right", rotations)
        assert measured.ankle is None
        assert any("shank's sensor was left out" in note for note in measured.motion.notes)
    streams = tuple(
        replace(stream, clock_group="another") if stream.segment == "right_shank" else stream
        for stream in one.session.streams
    )
    apart = measure_leg(replace(one.session, streams=streams), "right", rotations_of(one))
    assert apart.ankle is None
    assert any("does not share the foot's clock" in note for note in apart.motion.notes)


def test_a_leg_that_moves_as_a_whole_is_refused_but_for_the_hip() -> None:
    angle = make_set([10.0] * 4).angle_deg
    streams = [*make_streams(angle, "pitch"), *make_streams(angle, "pitch", segment="right_shank", seed=2)]
    session = Session(name="leg", streams=tuple(streams))
    x, y, z, w = (float(value) for value in MOUNTING.as_quat())
    rotations = {"right_foot": (x, y, z, w), "right_shank": (x, y, z, w)}
    exercise = load_exercises()["weighted_foot_lift"]
    with pytest.raises(ExerciseError, match="leg moved as a whole") as caught:
        count_session(session, exercise, ExerciseRequest(exercise.id, side="right"), rotations)
    assert caught.value.reason is ExerciseReason.MISMATCH

    one = made("hip_rotation_slide", range_deg=15.0)
    hip = load_exercises()["hip_rotation_slide"]
    (found,) = count_session(one.session, hip, ExerciseRequest(hip.id, side="right"), rotations_of(one))
    assert found.repetitions is not None
    assert found.repetitions.count == 4
    assert found.measures["ankle_range_deg"] < 5.0
