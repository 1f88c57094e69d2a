"""How a person's feet act in a set of an exercise: resting posture, the movement on top of it, what is not meant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.exercise_body import ANKLE_M
from footdrop_imu.simulate.exercise_config import ExerciseConfig
from footdrop_imu.simulate.exercise_course import (
    FORWARD,
    HEADING,
    OUTWARD,
    PITCH,
    ROLL,
    UP,
    Acting,
    AtTimes,
    Course,
    Hum,
    Track,
    hum,
)
from footdrop_imu.simulate.exercise_kinds import ExerciseKind
from footdrop_imu.simulate.exercise_set import ExerciseSet
from footdrop_imu.simulate.leg import shank_length_m, smooth
from footdrop_imu.simulate.sole import Sole

__all__ = ["act_set", "other_foot", "pivot_of"]

_COUPLING = 0.06  # how far a movement strays from its axis, standard deviation
_TOE_OUT_DEG = (2.0, 15.0)
_IN_AIR_M = (0.15, 0.45)  # the ankle of a crossed leg above the floor
_SLIDE_LIFT_M = (0.01, 0.04)
_AIR_SWAY_DEG = 0.12
_AIR_SWAY_HZ = (0.15, 1.2)
_STEADY_FRAC = 0.05  # of its tremor a foot shows that rests in the air
_LIFTING_S = 1.0


def pivot_of(kind: ExerciseKind, sole: Sole, leg_length_m: float) -> FloatArray:
    """The body point (3,) that stays, foot axes, m."""
    places: dict[str, FloatArray] = {
        "heel": np.zeros(3),
        "ball": sole.ball,
        "ankle": ANKLE_M,
        "knee": ANKLE_M + np.array([0.0, 0.0, shank_length_m(leg_length_m)]),
    }
    return places[kind.pivot]


def act_set(config: ExerciseConfig, planned: ExerciseSet, sole: Sole, rng: np.random.Generator) -> Acting:
    """The exercising foot.

    Parameters
    ----------
    config, planned
        The set, and what was drawn of it.
    sole
        The foot's shoe.
    rng
        Source of chance.
    """
    kind = config.kind
    pivot = pivot_of(kind, sole, config.leg_length_m)
    rests = _rest(config, pivot, sole, rng)
    lean, tracks = Track(rests.pop(-1)), {k: Track(value) for k, value in rests.items()}
    if kind.pivot == "knee":
        raised = tracks[UP].value + rng.uniform(*_SLIDE_LIFT_M)
        end = planned.duration_s - config.quiet_after_s
        down = tracks[UP].value
        takes = [min(_LIFTING_S, 0.5 * quiet) for quiet in (config.quiet_before_s, config.quiet_after_s)]
        tracks[UP].go(config.quiet_before_s - takes[0], config.quiet_before_s, raised)
        tracks[UP].go(end, end + takes[1], down)
    for shift in planned.shifts:
        _shift(shift.kind, shift.begin_s, shift.end_s, kind, tracks, lean, rng)

    way = np.array(kind.way)
    stray = _COUPLING * np.clip(rng.standard_normal(4), -2.0, 2.0) * [1.0, 1.0, 1.0, 0.0]
    stray -= way * (stray @ way)
    if kind.way[3]:
        stray[:] = 0.0
    way = _of_length_1(way + stray, rests[PITCH])
    posture: dict[int, AtTimes] = {k: track.course() for k, track in tracks.items()}
    shake = hum(rng, config.tremor_deg / np.sqrt(2.0), config.tremor_hz - 0.3, config.tremor_hz + 0.3)
    noises: list[tuple[AtTimes, FloatArray]] = [(_tremor(shake, planned.angle, config), way)]
    if not kind.on_floor:
        for column in (PITCH, ROLL):
            size = config.sway_scale * _AIR_SWAY_DEG * (1.0 if kind.pivot in ("ankle", "knee") else 0.4)
            noises.append((hum(rng, size, *_AIR_SWAY_HZ), np.eye(4)[column]))
    return Acting(
        side=config.side,
        pivot=pivot,
        posture=posture,
        movements=((planned.angle, way),),
        noises=tuple(noises),
        lean=lean.course(),
        # a seated knee stays over its place while the ankle moves back
        lean_by_pitch=-ANKLE_M[2] / shank_length_m(config.leg_length_m) if kind.pivot == "heel" else 0.0,
        shank_rolls=kind.pivot == "knee",
        shank_roll_deg=rests.get(ROLL, 0.0) if kind.pivot == "ankle" else 0.0,
    )


def _of_length_1(way: FloatArray, rest_pitch_deg: float) -> FloatArray:
    """Shares such that the foot turns by 1 deg for each deg of movement.

    In a foot that hangs the axes of inversion and of turning are not square to each other.
    """
    tilt = np.radians(rest_pitch_deg)
    along, up = way[1] * np.cos(tilt), way[1] * np.sin(tilt) + way[2] + way[3]
    return np.asarray(way / np.sqrt(along**2 + way[0] ** 2 + up**2))


def _rest(config: ExerciseConfig, pivot: FloatArray, sole: Sole, rng: np.random.Generator) -> dict[int, float]:
    """The posture by column, and the shank's lean as column -1."""
    kind = config.kind
    pitch, roll = rng.uniform(*kind.pitch_deg), rng.uniform(*kind.roll_deg)
    height = rng.uniform(*_IN_AIR_M)
    return {
        PITCH: float(pitch if config.rest_pitch_deg is None else config.rest_pitch_deg),
        ROLL: float(roll if config.rest_roll_deg is None else config.rest_roll_deg),
        HEADING: float(rng.uniform(*_TOE_OUT_DEG)),
        FORWARD: float(pivot[0]),
        OUTWARD: float(-sole.inward * pivot[1]),
        UP: float(height if kind.pivot == "ankle" else pivot[2]),
        -1: float(rng.uniform(*kind.lean_deg)),
    }


def _tremor(shake: Hum, angle: Course, config: ExerciseConfig) -> AtTimes:
    """Tremor while the foot is away from rest; a foot in the air shows a little of it at rest too."""
    least = 0.0 if config.kind.on_floor else _STEADY_FRAC

    def at(time_s: FloatArray) -> FloatArray:
        away = smooth(np.abs(angle(time_s)) / (0.25 * config.range_deg))
        return shake(time_s) * (least + (1.0 - least) * away)

    return at


def _shift(
    which: str,
    begin_s: float,
    end_s: float,
    kind: ExerciseKind,
    tracks: dict[int, Track],
    lean: Track,
    rng: np.random.Generator,
) -> None:
    """Write one change of posture."""
    sign = rng.choice([-1.0, 1.0], 6)
    size = sign * rng.uniform(0.4, 1.0, 6)

    def by(column: int, most: float, k: int) -> None:
        tracks[column].go(begin_s, end_s, tracks[column].value + most * float(size[k]))

    leaning = {"seat": 4.0, "shin": 10.0, "foot": 2.0}[which] * float(size[0])
    lean.go(begin_s, end_s, lean.value + leaning)
    if which == "shin":
        if not kind.on_floor:  # a foot in the air goes with its shin
            tracks[PITCH].go(begin_s, end_s, tracks[PITCH].value + leaning)
        return
    far = 0.08 if which == "foot" else 0.03
    by(FORWARD, far, 1)
    by(OUTWARD, far, 2)
    by(HEADING, 12.0 if which == "foot" else 5.0, 3)
    if not kind.on_floor:
        by(PITCH, 8.0 if which == "seat" else 4.0, 4)
        by(ROLL, 6.0 if which == "seat" else 3.0, 5)
    elif which == "seat":  # the weight goes off the foot for a moment
        middle, flat = 0.5 * (begin_s + end_s), tracks[PITCH].value
        tracks[PITCH].go(begin_s, middle, flat + 3.0 * abs(float(size[4])))
        tracks[PITCH].go(middle, end_s, flat)


def other_foot(config: ExerciseConfig, acting: Acting, sole: Sole, rng: np.random.Generator) -> Acting:
    """The foot that does not exercise, or does it along.

    Parameters
    ----------
    config
        The set.
    acting
        What the exercising foot does.
    sole
        The other foot's shoe.
    rng
        Source of chance.
    """
    if config.other_foot == "same":
        course, way = acting.movements[0]
        scale, late_s = float(rng.uniform(0.9, 1.1)), float(rng.uniform(-0.04, 0.04))
        pivot = pivot_of(config.kind, sole, config.leg_length_m)
        posture = acting.posture | {OUTWARD: lambda time_s: np.full(len(time_s), -sole.inward * pivot[1] + 0.2)}
        return replace(
            acting,
            side=sole.side,
            pivot=pivot,
            posture=posture,
            movements=((lambda time_s: scale * course(time_s - late_s), way),),
        )
    still = Acting(
        side=sole.side,
        pivot=np.zeros(3),
        posture={HEADING: Track(float(rng.uniform(*_TOE_OUT_DEG))).course(), OUTWARD: Track(0.2).course()},
        movements=(),
        noises=(),
        lean=Track(float(rng.uniform(*config.kind.lean_deg))).course() if config.kind.on_floor else Track(0.0).course(),
    )
    if config.other_foot == "still":
        return still
    lift, turn = hum(rng, 1.0, 0.05, 0.5), hum(rng, 1.2, 0.03, 0.3)
    # the floor is below: the foot is only ever lifted
    return replace(
        still,
        noises=(
            (lambda time_s: 0.8 * lift(time_s) ** 2, np.eye(4)[PITCH]),
            (turn, np.eye(4)[HEADING]),
        ),
    )
