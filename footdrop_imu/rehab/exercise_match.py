"""Whether a recording can be the exercise that the person named, and which angle its repetitions raise."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.repetitions import find_repetitions
from footdrop_imu.rehab.swings import RepetitionConfig, resting_level, without_tremor
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import Motion

__all__ = [
    "REPETITION_KINDS",
    "STRIDE_KINDS",
    "Course",
    "exercise_course",
    "refuse_staying",
    "refuse_walking",
    "refuse_whole_leg",
]

REPETITION_KINDS = (
    *("pitch_repetitions", "pitch_repetitions_heel_down", "pitch_repetitions_toes_down", "pitch_holds", "lowering"),
    *("roll_inward", "roll_outward", "yaw", "principal_repetitions", "principal_holds"),
)
"""Kinds of the catalogue that are counted in the course of one angle."""
STRIDE_KINDS = ("heel_strides", "toe_strides", "landing_strides", "high_strides", "strides")

_UP, _DOWN = np.array([1.0, 0.0, 0.0]), np.array([-1.0, 0.0, 0.0])
_INWARD, _OUTWARD = np.array([0.0, 1.0, 0.0]), np.array([0.0, -1.0, 0.0])
_TURNED = np.array([0.0, 0.0, 1.0])
_WAYS = {
    "pitch_repetitions": _UP,
    "pitch_repetitions_heel_down": _UP,
    "pitch_repetitions_toes_down": _DOWN,
    "pitch_holds": _UP,
    "lowering": _UP,
    "roll_inward": _INWARD,
    "roll_outward": _OUTWARD,
    "yaw": _TURNED,
}
"""Pitch (toes up), roll (inward), yaw (toes outward) that a repetition of this kind raises."""
_STRETCHES = ("calf_stretch_strap", "towel_stretch")
_NOT_PITCH = ("ankle_rotation", "hip_rotation_slide")
_WORDS = ("the toes going up and down", "the sole turning in and out", "the foot turning about the vertical")
_LEAST_SHARE = 0.62  # cosine of 52 deg: what an exercise's own axis has to make up of the movement
_PITCH_SHARE = 0.72  # 44 deg: a lift in which the sole turns as much as the toes rise is another exercise
_LEVEL_SHARE = 0.75  # of a turn that is to be about the vertical, where the foot's axes are not known
_LEAST_DEG = 1.5  # nothing below this is an exercise: half of the smallest range worth training
_STEP_M = 0.2  # level way of a movement that does not come back: a step
_STEPS = 4
_FEWEST_STEPS = 2
_FIRST_WAY = (
    "The first movement away from rest is taken for the exercise's own direction: which one that is cannot be told "
    "without the sensor's mounting."
)


class Course(NamedTuple):
    """The angle that repetitions raise: ``angle_deg`` (n,), its standard uncertainty within a repetition.

    ``axis`` pitch, roll, yaw or principal; ``both_ways`` the exercise goes to both sides of its rest;
    ``way`` (3,) shares of pitch, roll and yaw in the movement, NaN where the foot's axes are not known.
    """

    angle_deg: FloatArray
    sd_deg: float
    axis: str
    both_ways: bool
    way: FloatArray
    notes: tuple[str, ...]


def refuse_walking(exercise: str, distance_m: FloatArray) -> None:
    """Refuse a recording of walking as an exercise in one place.

    Parameters
    ----------
    exercise
        Id, for the message.
    distance_m
        (k,) how far each movement of the foot carried it over the floor.

    Raises
    ------
    ExerciseError
        MISMATCH: four movements or more, and as many as those that come back, go 0.2 m or farther.
    """
    steps = int((distance_m > _STEP_M).sum())
    if steps >= _STEPS and steps >= 0.5 * len(distance_m):
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"This looks like walking: {steps} of {len(distance_m)} movements carried the foot "
            f"{np.median(distance_m[distance_m > _STEP_M]):.1f} m over the floor. Expected {exercise}, which is done "
            "in one place. Name the exercise that was done, or analyze the walk with `footdrop analyze`.",
            exercise=exercise,
        )


def refuse_staying(exercise: str, distance_m: FloatArray) -> None:
    """Refuse an exercise in one place as one that is done by walking; the other way round of ``refuse_walking``.

    Raises
    ------
    ExerciseError
        MISMATCH: fewer than two movements go 0.2 m, or fewer than a third of them.
    """
    steps = int((distance_m > _STEP_M).sum())
    if steps < _FEWEST_STEPS or 3 * steps < len(distance_m):
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"This is no walking: {steps} of {len(distance_m)} movements carried the foot {_STEP_M} m or farther over "
            f"the floor. Expected {exercise}, which is done by walking. Name the exercise that was done.",
            exercise=exercise,
        )


def refuse_whole_leg(exercise: str, ankle_range_deg: float, range_deg: float) -> None:
    """Refuse a foot that only went with its shin as an exercise of the ankle.

    Raises
    ------
    ExerciseError
        MISMATCH: the ankle turned by less than a third of what the foot did.
    """
    if ankle_range_deg < range_deg / 3.0:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The leg moved as a whole: the foot turned by {range_deg:.0f}°, the ankle by {ankle_range_deg:.0f}°. "
            f"Expected the ankle to move in {exercise}. Name the exercise that was done, or check the mounting.",
            exercise=exercise,
        )


def exercise_course(exercise: str, kind: str, motion: Motion) -> Course:
    """Choose the angle that the exercise's repetitions raise, and refuse a movement that is not this exercise.

    Parameters
    ----------
    exercise
        Id of the catalogue.
    kind
        How it is counted: one of ``REPETITION_KINDS``.
    motion
        Of the foot that exercised, from its first rest.

    Returns
    -------
    Course

    Raises
    ------
    ExerciseError
        MISMATCH: nothing moved, another axis, the opposite direction.

    Notes
    -----
    What the foot turned about is the leading eigenvector of its angular rates' products: rates, because a heading that
    drifts adds little to them, none counted beyond the usual, because a change of posture is quick. Where the toes
    point is known, its shares of pitch, roll and yaw have to fit the exercise; else only whether it is level or
    upright can be told, and the first departure from rest is taken for the exercise's own direction.
    """
    known = motion.axes_known
    angles = (
        np.column_stack((motion.foot_pitch_deg, motion.foot_roll_deg, motion.foot_yaw_deg))
        if known
        else motion.turn_deg
    )
    slow = np.column_stack([without_tremor(angles[:, axis], motion.rate_hz) for axis in range(3)])
    moved = float(np.ptp(slow, axis=0).max())
    if moved < _LEAST_DEG:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The {_foot(motion)} hardly moved: {moved:.1f}° at most, expected {_LEAST_DEG:g}° or more. Check that the "
            "sensor was on the foot that exercised.",
            exercise=exercise,
        )
    way = _principal_way(slow, motion)
    along = slow @ way
    sign = _first_departure(along, motion.rate_hz)
    way, along = sign * way, sign * along
    principal = kind.startswith("principal")
    both = principal and exercise not in _STRETCHES and _goes_both_ways(along, motion.rate_hz)
    wanted = _UP if exercise in _STRETCHES else _WAYS.get(kind)
    notes: tuple[str, ...] = ()
    if known:
        _refuse_other_way(exercise, wanted, way, both=both or kind == "yaw")
    else:
        _refuse_other_plane(exercise, kind, way)
        notes = (_FIRST_WAY,)
    if wanted is None or not known:
        angle, axis = angles @ way, "yaw" if kind == "yaw" else "principal"
    elif kind == "roll_outward":
        angle, axis = angles @ way, "roll"  # toes and edge rise together: the axis is between
    else:
        angle, axis = angles @ (wanted * (np.sign(wanted @ way) if kind == "yaw" else 1.0)), _axis_name(wanted)
    upright = abs(way[2]) > _LEAST_SHARE
    sd = float(np.median(motion.yaw_sd_deg if upright else motion.tilt_sd_deg))
    return Course(angle, 0.5 * sd, axis, both, way if known else np.full(3, np.nan), (*motion.notes, *notes))


def _foot(motion: Motion) -> str:
    return motion.segment.replace("_", " ")


def _axis_name(way: FloatArray) -> str:
    return ("pitch", "roll", "yaw")[int(np.argmax(np.abs(way)))]


def _principal_way(slow: FloatArray, motion: Motion) -> FloatArray:
    """Leading axis of the angular rates, each counted by no more than the usual speed of a moving foot.

    So a change of posture weighs by its time alone, however far it went.
    """
    rate = np.diff(slow, axis=0)[(motion.valid[1:] & motion.valid[:-1])]
    speed = np.linalg.norm(rate, axis=1)
    ordered = np.sort(speed)
    way = np.cumsum(ordered)
    fast = float(ordered[min(np.searchsorted(way, 0.5 * way[-1]), len(way) - 1)])
    usual = float(np.median(speed[speed >= 0.25 * fast]))
    rate = rate * np.minimum(1.0, usual / np.maximum(speed, 1e-12))[:, None]
    return np.asarray(np.linalg.eigh(rate.T @ rate)[1][:, -1])


def _first_departure(along: FloatArray, rate_hz: float) -> float:
    """Sign of the first movement of the set's own size."""
    sizes = [one.range_deg for sign in (1.0, -1.0) for one in find_repetitions(sign * along, rate_hz).counted]
    # from one side to the other is two ways
    usual = min(float(np.median(sizes)) if sizes else np.inf, float(np.abs(along).max()))
    away = np.flatnonzero(np.abs(along) > 0.5 * usual)
    return float(np.sign(along[away[0]])) if len(away) else 1.0


def _goes_both_ways(along: FloatArray, rate_hz: float, config: RepetitionConfig | None = None) -> bool:
    """Whether the foot goes to both sides of its rest, about as far."""
    config = config or RepetitionConfig()
    rest = resting_level(along, rate_hz)
    there, back = (
        [one.range_deg for one in find_repetitions(np.maximum(sign * (along - rest), 0.0), rate_hz).counted]
        for sign in (1.0, -1.0)
    )
    if not there or len(back) < 0.5 * len(there):
        return False
    return float(np.median(back)) > config.between[0] * float(np.median(there))


def _refuse_other_way(exercise: str, wanted: FloatArray | None, way: FloatArray, *, both: bool) -> None:
    share = 0.0 if wanted is None else float(wanted @ way)
    found = _WORDS[int(np.argmax(np.abs(way)))]
    if wanted is None:
        if exercise in _NOT_PITCH and abs(way[0]) > _PITCH_SHARE:
            raise ExerciseError(
                ExerciseReason.MISMATCH,
                f"The recording shows {found}, not the turning of the foot that {exercise} is. Name the exercise that "
                "was done.",
                exercise=exercise,
            )
        return
    least = _PITCH_SHARE if wanted[0] else _LEAST_SHARE
    if abs(share) < least:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The recording shows {found}, expected {_WORDS[int(np.argmax(np.abs(wanted)))]} for {exercise}: "
            f"{abs(share):.0%} of the movement is about that axis. Name the exercise that was done, or check the "
            "mounting.",
            exercise=exercise,
        )
    if share < 0 and not both:
        names = {0: ("toes down or heel up", "toes up"), 1: ("the sole outward", "the sole inward")}
        away, toward = names[int(np.argmax(np.abs(wanted)))]
        if wanted.sum() < 0:
            away, toward = toward, away
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"The movement goes the other way: {away}, expected {toward} for {exercise}. Name the exercise that was "
            "done, begin with the foot at rest, or check the mounting.",
            exercise=exercise,
        )


def _refuse_other_plane(exercise: str, kind: str, way: FloatArray) -> None:
    upright = abs(float(way[2]))
    if kind == "yaw" and upright < _LEVEL_SHARE:
        found, expected = "the foot tilts", "it turns about the vertical"
    elif kind in _WAYS and kind != "yaw" and upright > _LEVEL_SHARE:
        found, expected = "the foot turns about the vertical", "it tilts"
    else:
        return
    raise ExerciseError(
        ExerciseReason.MISMATCH,
        f"In this recording {found}, but in {exercise} {expected}. Name the exercise that was done.",
        exercise=exercise,
    )
