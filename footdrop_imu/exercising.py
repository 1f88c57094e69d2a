"""Recordings of an exercise become repetitions, strides or seconds: what the command line and an app call."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason, FileFormatError, FileReason, SignalError, SignalReason
from footdrop_imu.rehab.exercise_match import (
    REPETITION_KINDS,
    STRIDE_KINDS,
    exercise_course,
    refuse_staying,
    refuse_walking,
    refuse_whole_leg,
)
from footdrop_imu.rehab.exercise_result import ExerciseResult
from footdrop_imu.rehab.exercise_set import ankle_range_deg, count_set, free_motion
from footdrop_imu.rehab.safety import check_counting
from footdrop_imu.schema import SIDES
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST

if TYPE_CHECKING:
    from footdrop_imu.files.sessions import ReadOptions
    from footdrop_imu.motion import Measured
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema import Session

__all__ = ["ExerciseRequest", "count_exercise", "count_session"]

_LATE_REST_S = 3.0
_HARDLY_DEG = 2.5
_MUCH_MORE = 3.0
_WORN_ON = {"own": "shoe", "special": "shoe", "barefoot": "band_over_bare_foot"}
"""What a sensor on the foot sat on, by what the recording says of the shoe; anything else says nothing."""


@dataclass(frozen=True)
class ExerciseRequest:
    """Which exercise a recording is, as the person says.

    ``side`` left, right, or "" = the affected one, or both where the exercise is for both. ``mounting`` how the
    sensors sit (TOML); ``walk`` a walk with the same sensors on the same shoes, which tells it. ``clinic`` a clinic's
    own exercises. ``assisted`` of the chair lift test: lifts with a hand's help, recorded apart. ``affected`` the side
    with foot drop, "" = as the recording says.
    """

    exercise: str
    side: str = ""
    mounting: Path | None = None
    walk: Path | None = None
    clinic: Path | None = None
    assisted: Path | None = None
    affected: str = ""


def count_exercise(path: Path | None, options: ReadOptions, request: ExerciseRequest) -> list[ExerciseResult]:
    """Count what was done of an exercise in one recording.

    Parameters
    ----------
    path
        A file, session folder or capture; None where ``options.segments`` names files.
    options
        How to read it.
    request
        Which exercise it is.

    Returns
    -------
    list of ExerciseResult
        One a foot.

    Raises
    ------
    FootdropError
        A recording that cannot be read or used; an exercise that is unknown, not countable, or not in the recording.
    """
    from footdrop_imu.calibration import CalibrationChoice, with_calibrations
    from footdrop_imu.workflow import refuse_missing

    exercise = None if request.exercise == CHAIR_LIFT_TEST else _exercise(request)
    if exercise is not None:
        check_counting(exercise)
    named = (path, request.mounting, request.walk, request.assisted, *options.segments.values())
    refuse_missing([one for one in named if one])
    session = with_calibrations(_read_one(path, options), CalibrationChoice())
    rotations = _rotations(session, request, options)
    if exercise is not None:
        return count_session(session, exercise, request, rotations)
    assisted = None if request.assisted is None else _read_one(request.assisted, replace(options, segments={}))
    return chair_lift_session(session, request, rotations, assisted)


def chair_lift_session(
    session: Session,
    request: ExerciseRequest,
    rotations: Mapping[str, tuple[float, float, float, float]],
    assisted: Session | None = None,
) -> list[ExerciseResult]:
    """Measure the chair lift test of each foot in a session; ``assisted``: lifts by the hand, recorded apart."""
    from footdrop_imu.motion import measure_leg
    from footdrop_imu.rehab.chair_lift import measure_chair_lift

    results: list[ExerciseResult] = []
    refused: list[SignalError | ExerciseError] = []
    for side in [request.side] if request.side in _worn(session) else _worn(session):
        try:
            measured = measure_leg(session, side, rotations)
            refuse_walking(CHAIR_LIFT_TEST, measured.travel.distance_m)
            helped = None
            if assisted is not None and side in _worn(assisted):
                helped = measure_leg(assisted, side, rotations).motion
            test = measure_chair_lift(measured.motion, helped)
        except (SignalError, ExerciseError) as error:
            refused.append(error)
            continue
        results.append(
            ExerciseResult(
                session.name,
                CHAIR_LIFT_TEST,
                "Chair lift test",
                side,
                CHAIR_LIFT_TEST,
                start=session.start,
                axes_known=measured.motion.axes_known,
                measures=test.value,
                standard_errors=test.standard_error,
                used_counts=test.used_count,
                notes=(*session.notes, *test.notes),
                source=session.source,
            )
        )
    if not results:
        raise refused[0]
    return [replace(one, notes=(*one.notes, *(error.message for error in refused))) for one in results]


def count_session(
    session: Session,
    exercise: Exercise,
    request: ExerciseRequest,
    rotations: Mapping[str, tuple[float, float, float, float]],
) -> list[ExerciseResult]:
    """Do what ``count_exercise`` does, of a session that is read already; ``rotations`` by segment."""
    kind = exercise.counted.kind
    check_counting(exercise, _WORN_ON.get(session.condition.shoe, ""))
    sides = _sides(session, exercise, request)
    if kind in STRIDE_KINDS:
        return _strides(session, exercise, sides)
    from footdrop_imu.motion import measure_leg

    if kind == "single_leg_stance":
        return [_stance(session, exercise, side, rotations) for side in sides]
    feet = {side: measure_leg(session, side, rotations) for side in sides}
    for measured in feet.values():
        refuse_walking(exercise.id, measured.travel.distance_m)
    if len(sides) == 2:
        moved = {side: _moved_deg(measured) for side, measured in feet.items()}
        feet = {
            side: one for side, one in feet.items() if moved[side] > max(_HARDLY_DEG, 0.2 * max(moved.values()))
        } or feet
    else:
        _refuse_other_foot(session, exercise, sides[0], feet[sides[0]], rotations)
    return [_counted(session, exercise, side, measured) for side, measured in feet.items()]


def _exercise(request: ExerciseRequest) -> Exercise:
    from footdrop_imu.rehab.exercises import load_exercises

    catalogue = load_exercises(request.clinic)
    if request.exercise not in catalogue:
        from difflib import get_close_matches

        near = get_close_matches(request.exercise, catalogue, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ExerciseError(
            ExerciseReason.UNKNOWN,
            f"There is no exercise {request.exercise!r} in the catalogue.{hint} `footdrop exercises list` shows all.",
            exercise=request.exercise,
        )
    return catalogue[request.exercise]


def _read_one(path: Path | None, options: ReadOptions) -> Session:
    from footdrop_imu.files.sessions import read_sessions
    from footdrop_imu.workflow import read_capture

    outcomes = read_sessions(
        [path] if path else [], replace(options, read_capture=options.read_capture or read_capture)
    )
    if len(outcomes) != 1:
        raise FileFormatError(
            FileReason.BAD_SESSION,
            f"Found {len(outcomes)} recordings, expected one: {', '.join(one.name for one in outcomes[:3])} ... "
            "Name one of them.",
            path=path,
        )
    if outcomes[0].error is not None:
        raise outcomes[0].error
    assert outcomes[0].session is not None
    return outcomes[0].session


def _rotations(
    session: Session, request: ExerciseRequest, options: ReadOptions
) -> dict[str, tuple[float, float, float, float]]:
    """Sensor to foot by segment: from the mounting file, else the session's shoes, else the walk."""
    found: dict[str, tuple[float, float, float, float]] = {}
    if request.walk is not None:
        found |= _walked_rotations(_read_one(request.walk, replace(options, segments={})))
    found |= {f"{shoe.side}_foot": shoe.mounting.rotation for shoe in session.shoes if shoe.mounting.rotation}
    if request.mounting is not None:
        from footdrop_imu.files.mounting import read_mounting

        mountings = read_mounting(request.mounting)
        found |= {segment: one.rotation for segment, one in mountings.items() if one.rotation is not None}
    return found


def _walked_rotations(walk: Session) -> dict[str, tuple[float, float, float, float]]:
    from footdrop_imu.analysis import analyze
    from footdrop_imu.motion import quaternion_of

    feet = analyze(walk).provenance["feet"]
    return {f"{side}_foot": quaternion_of(np.array(one["sensor_to_foot"])) for side, one in feet.items()}


def _worn(session: Session) -> list[str]:
    worn = [side for side in SIDES if any(one.segment == f"{side}_foot" for one in session.streams)]
    if not worn:
        raise SignalError(SignalReason.NO_FOOT, f"{session.name} holds no foot's sensor, expected one on a shoe.")
    return worn


def _sides(session: Session, exercise: Exercise, request: ExerciseRequest) -> list[str]:
    worn = _worn(session)
    side = request.side
    if not side and exercise.side == "both":
        return worn
    affected = request.affected or session.person.affected
    side = side or (affected if affected in worn else worn[0] if len(worn) == 1 else "")
    if not side:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"Both feet wore a sensor, and which one did {exercise.id} is not said. Say --side left or --side right.",
            exercise=exercise.id,
        )
    if side not in worn:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The {side} foot was to exercise, but the recording is of the {' and '.join(worn)} foot. Check the side, "
            "and which shoe the sensor was on.",
            exercise=exercise.id,
        )
    return [side]


def _moved_deg(measured: Measured) -> float:
    from footdrop_imu.rehab.swings import without_tremor

    turn = measured.motion.turn_deg
    return max(float(np.ptp(without_tremor(turn[:, axis], measured.motion.rate_hz))) for axis in range(3))


def _refuse_other_foot(
    session: Session,
    exercise: Exercise,
    side: str,
    own: Measured,
    rotations: Mapping[str, tuple[float, float, float, float]],
) -> None:
    """The foot that was to exercise hardly moved, while the other one did."""
    from footdrop_imu.motion import measure_leg

    other = "right" if side == "left" else "left"
    moved = _moved_deg(own)
    if not any(one.segment == f"{other}_foot" for one in session.streams):
        return
    try:
        others = _moved_deg(measure_leg(session, other, rotations))
    except SignalError:
        return
    if moved < _HARDLY_DEG and others > _MUCH_MORE * max(moved, 1.0):
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The other foot moved: the {other} one by {others:.0f}°, the {side} one by {moved:.1f}°. Expected "
            f"{exercise.id} of the {side} foot. Check the side, and which sensor was on which shoe.",
            exercise=exercise.id,
        )


def _counted(session: Session, exercise: Exercise, side: str, measured: Measured) -> ExerciseResult:
    motion, kind = measured.motion, exercise.counted.kind
    result = replace(_result(session, exercise, side), axes_known=motion.axes_known)
    first = 0
    notes: tuple[str, ...] = ()
    if measured.first_rest_s > _LATE_REST_S:
        first = round(measured.first_rest_s * motion.rate_hz)
        notes = (f"The first {measured.first_rest_s:.0f} s were left out: the foot was not at rest yet.",)
    if kind == "free_motion":
        measures = free_motion(motion.turn_deg[first:], motion.rate_hz)
        if measures["duration_s"] == 0.0:
            raise ExerciseError(
                ExerciseReason.MISMATCH,
                f"The {side} foot did not move. Check that the sensor was on the foot that exercised.",
                exercise=exercise.id,
            )
        return replace(result, measures=measures, notes=(*result.notes, *notes))
    from footdrop_imu.motion import held_until

    assert kind in REPETITION_KINDS
    motion = held_until(motion, first)
    course = exercise_course(exercise.id, kind, motion)
    done = count_set(course, motion.rate_hz, motion.valid, exercise=exercise.id)
    measures = {}
    if measured.ankle is not None:
        measures["ankle_range_deg"] = ankle_range_deg(done, measured.ankle.turn_deg, motion.rate_hz)
        if exercise.group != "hip":
            refuse_whole_leg(exercise.id, measures["ankle_range_deg"], done.range_deg)
    return replace(
        result, axis=course.axis, repetitions=done, measures=measures, notes=(*result.notes, *notes, *course.notes)
    )


def _result(session: Session, exercise: Exercise, side: str) -> ExerciseResult:
    made = ExerciseResult(session.name, exercise.id, exercise.title, side, exercise.counted.kind, session.start)
    return replace(made, source=session.source, notes=session.notes)


def _strides(session: Session, exercise: Exercise, sides: list[str]) -> list[ExerciseResult]:
    from footdrop_imu.analysis import analyze
    from footdrop_imu.motion import measure_leg
    from footdrop_imu.rehab.stride_counts import count_strides

    with suppress(SignalError):  # without a rest of a second only the analysis can tell
        refuse_staying(exercise.id, np.concatenate([measure_leg(session, one, {}).travel.distance_m for one in sides]))
    try:
        walk = analyze(session)
    except SignalError as error:
        if error.reason is not SignalReason.NO_WALKING:
            raise
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"No walking was found in this recording, expected it for {exercise.id}: {error.message}",
            exercise=exercise.id,
        ) from error
    results = []
    for side in sides:
        foot = walk.provenance["feet"].get(side)
        if foot is None:
            raise SignalError(SignalReason.NO_FOOT, walk.provenance["refused"][side]["message"])
        measures, notes = count_strides(
            exercise.id, exercise.counted.kind, walk.strides, side, foot["foot_flat_pitch_deg"]
        )
        results.append(replace(_result(session, exercise, side), measures=measures, notes=(*session.notes, *notes)))
    return results


def _stance(
    session: Session,
    exercise: Exercise,
    side: str,
    rotations: Mapping[str, tuple[float, float, float, float]],
) -> ExerciseResult:
    """Standing on the foot of this side: the other one has to wear a sensor too."""
    from footdrop_imu.motion import measure_leg
    from footdrop_imu.rehab.balance import single_leg_stances

    other = "right" if side == "left" else "left"
    if not any(one.segment == f"{other}_foot" for one in session.streams):
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"Only the {side} foot wore a sensor; how long the other one is off the floor takes a sensor on each shoe.",
            exercise=exercise.id,
        )
    stands, lifted = (measure_leg(session, one, rotations) for one in (side, other))
    refuse_walking(exercise.id, lifted.travel.distance_m)
    stances = single_leg_stances(stands.motion, lifted.motion)
    longest = max(stances, key=lambda one: one.duration_s)
    measures = {
        "stances_count": float(len(stances)),
        "duration_s": sum(one.duration_s for one in stances),
        "longest_s": longest.duration_s,
        "wobble_deg": longest.wobble_deg,
        "wobble_dps": longest.wobble_dps,
    }
    return replace(_result(session, exercise, side), measures=measures)
