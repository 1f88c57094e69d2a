"""Recordings of exercises: counted where they are the exercise that was named, refused with words where not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_exercise import make_session, make_streams
from made_sets import make_set

from footdrop_imu.errors import ExerciseError, ExerciseReason, SignalError, SignalReason
from footdrop_imu.exercising import ExerciseRequest, count_session
from footdrop_imu.rehab.exercise_result import ExerciseResult
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.schema import Condition, Session

RANGES = [14.0, 15.0, 16.0, 13.0, 15.0]
CATALOGUE = load_exercises()


def _count(session: Session, exercise: str, side: str = "right") -> ExerciseResult:
    rotations = {f"{shoe.side}_foot": shoe.mounting.rotation for shoe in session.shoes if shoe.mounting.rotation}
    (result,) = count_session(session, CATALOGUE[exercise], ExerciseRequest(exercise, side=side), rotations)
    return result


@pytest.mark.parametrize(
    ("axis", "exercise"),
    [
        ("pitch", "assisted_toe_raise"),
        ("pitch", "toe_raise_negative"),
        ("heel", "heel_raise"),
        ("inward", "ankle_inversion"),
        ("outward", "ankle_eversion"),
        ("yaw", "hip_external_rotation_standing"),
        ("pitch", "calf_stretch_strap"),
    ],
)
@pytest.mark.parametrize("segment", ["right_foot", "left_foot"])
def test_a_set_is_counted_and_measured(axis: str, exercise: str, segment: str) -> None:
    made = make_set(RANGES, hold_s=1.0, tremor_deg=1.0)
    result = _count(make_session(make_streams(made.angle_deg, axis, segment=segment)), exercise, segment[:-5])
    assert result.repetitions is not None
    np.testing.assert_allclose([one.range_deg for one in result.repetitions.repetitions], RANGES, atol=0.7)
    np.testing.assert_allclose([one.hold_s for one in result.repetitions.repetitions], 1.0, atol=0.3)


@pytest.mark.parametrize("axis", ["pitch", "heel", "inward", "outward", "yaw"])
def test_another_exercise_is_refused(axis: str) -> None:
    own = {"pitch": "assisted_toe_raise", "heel": "heel_raise", "inward": "ankle_inversion"}
    own |= {"outward": "ankle_eversion", "yaw": "hip_external_rotation_standing"}
    session = make_session(make_streams(make_set(RANGES).angle_deg, axis))
    for other in set(own.values()) - {own[axis]}:
        with pytest.raises(ExerciseError, match=r"expected|Expected") as caught:
            _count(session, other)
        assert caught.value.reason is ExerciseReason.MISMATCH
        assert caught.value.exercise == other


def test_without_a_mounting_it_counts_and_says_what_cannot_be_told() -> None:
    session = make_session(make_streams(make_set(RANGES).angle_deg, "pitch"), mounted=False)
    result = _count(session, "assisted_toe_raise")
    assert result.repetitions is not None
    assert result.repetitions.count == len(RANGES)
    assert not result.axes_known
    assert any("cannot be told" in note for note in result.notes)
    with pytest.raises(ExerciseError, match="tilts"):
        _count(session, "hip_external_rotation_standing")


def test_both_ways_are_one_repetition() -> None:
    made = make_set([20.0, 18.0, 19.0, 20.0], hold_s=2.0)
    both = np.concatenate((made.angle_deg, -made.angle_deg))
    result = _count(make_session(make_streams(both, "inward")), "ankle_rotation")
    assert result.repetitions is not None
    assert (result.repetitions.count, len(result.repetitions.other_way)) == (4, 4)
    assert result.repetitions.range_deg == pytest.approx(19.5, abs=0.8)


def test_nothing_happened_and_the_other_foot() -> None:
    moved, still = make_set(RANGES).angle_deg, np.zeros(len(make_set(RANGES).angle_deg))
    feet = make_streams(moved, "pitch", segment="left_foot") + make_streams(still, "pitch", seed=2)
    with pytest.raises(ExerciseError, match="The other foot moved: the left one"):
        _count(make_session(feet), "assisted_toe_raise")
    with pytest.raises(ExerciseError, match="hardly moved"):
        _count(make_session(make_streams(still, "pitch")), "assisted_toe_raise")
    with pytest.raises(ExerciseError, match="recording is of the right foot"):
        _count(make_session(make_streams(moved, "pitch")), "assisted_toe_raise", "left")


def test_a_foot_that_never_rests() -> None:
    angle = 10.0 * np.sin(2 * np.pi * 0.5 * np.arange(3000) / 100.0)
    with pytest.raises(SignalError, match="never at rest") as caught:
        _count(make_session(make_streams(angle, "pitch")), "assisted_toe_raise")
    assert caught.value.reason is SignalReason.NO_REST


def test_which_foot_has_to_be_said() -> None:
    angle = make_set(RANGES).angle_deg
    feet = make_streams(angle, "pitch", segment="left_foot") + make_streams(angle, "pitch")
    with pytest.raises(ExerciseError, match="--side"):
        _count(make_session(feet), "assisted_toe_raise", "")
    catalogue = CATALOGUE["heel_raise"]
    heels = make_streams(angle, "heel", segment="left_foot") + make_streams(angle, "heel")
    rotations = {f"{shoe.side}_foot": shoe.mounting.rotation for shoe in make_session([]).shoes}
    results = count_session(make_session(heels), catalogue, ExerciseRequest("heel_raise"), rotations)  # type: ignore[arg-type]
    assert [one.side for one in results] == ["left", "right"]


def test_what_cannot_be_counted_says_what_to_do() -> None:
    with pytest.raises(ExerciseError, match=r"cannot be counted.*\.") as caught:
        _count(make_session(make_streams(make_set(RANGES).angle_deg, "pitch")), "towel_scrunch")
    assert caught.value.reason is ExerciseReason.NOT_COUNTABLE


@pytest.mark.parametrize(
    ("shoe", "exercise", "is_right"),
    [
        ("own", "assisted_toe_raise", True),
        ("barefoot", "assisted_toe_raise", False),
        ("barefoot", "ankle_dorsiflexion_crossed", True),
        ("special", "ankle_dorsiflexion_crossed", False),
        ("other", "ankle_dorsiflexion_crossed", True),
        ("", "ankle_dorsiflexion_crossed", True),
    ],
)
def test_the_sensor_has_to_sit_on_what_the_exercise_asks_for(shoe: str, exercise: str, is_right: bool) -> None:
    session = make_session(make_streams(make_set(RANGES).angle_deg, "pitch"))
    session = replace(session, condition=Condition(shoe=shoe))
    if is_right:
        result = _count(session, exercise)
        assert result.repetitions is not None
        return
    with pytest.raises(ExerciseError, match="the sensor is on") as caught:
        _count(session, exercise)
    assert caught.value.reason is ExerciseReason.MISMATCH


def test_walking_and_exercise_are_told_apart() -> None:
    from footdrop_imu.files.sessions import read_session

    walk = read_session(Path(__file__).parents[2] / "sample_data" / "healthy")
    with pytest.raises(ExerciseError, match="looks like walking"):
        _count(walk, "assisted_toe_raise", "left")
    with pytest.raises(ExerciseError, match="no walking"):
        _count(make_session(make_streams(make_set(RANGES).angle_deg, "pitch")), "walking")
    result = _count(walk, "gait_training_heel_to_toe", "left")
    assert result.measures["strides_count"] == 28
    assert result.measures["heel_landing_frac"] == 1.0
