"""Exercises that are no repetitions of one turn: the alphabet in the air, and standing on one leg."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footdrop_imu.schema import SIDES, FloatArray
from footdrop_imu.simulate.alphabet import write_letters
from footdrop_imu.simulate.exercise_acting import act_set, other_foot
from footdrop_imu.simulate.exercise_config import ExerciseConfig
from footdrop_imu.simulate.exercise_course import (
    FORWARD,
    HEADING,
    OUTWARD,
    PITCH,
    ROLL,
    TURN,
    UP,
    Acting,
    AtTimes,
    Hum,
    Track,
    hum,
)
from footdrop_imu.simulate.exercise_set import ExerciseSet, draw_set
from footdrop_imu.simulate.exercise_truth import ExerciseTruth, TrueStance
from footdrop_imu.simulate.leg import shank_length_m
from footdrop_imu.simulate.sole import Sole

__all__ = ["Acted", "act_alphabet", "act_stance"]

Acted = tuple[Acting, Acting, ExerciseTruth, float]
"""The exercising foot, the other one, what is true, and the duration in s."""

_OFF_FLOOR_M = 0.005
_LIFT_M = (0.08, 0.20)
_HANG_DEG = (3.0, 35.0)  # toes down: the knee is bent
_BACK_M = (0.0, 0.12)
_WOBBLE_HZ = (0.4, 3.0)
_BOTH_FEET_FRAC = 0.15  # of its wobble a foot has while both stand
_DANGLING_DEG = 0.7
_DANGLING_HZ = (0.2, 1.5)
_FINE_HZ = 1000.0


def act_alphabet(config: ExerciseConfig, soles: dict[str, Sole], rng: np.random.Generator) -> Acted:
    """Write ``repetitions`` letters, each in ``repetition_s`` on average and ``range_deg`` high and wide.

    The truth's measures: ``duration_s`` of writing; ``up_range_deg`` and ``side_range_deg``, from the lowest to the
    highest and from the leftmost to the rightmost turn about the foot's own axes; ``path_deg``, the way of both
    together.
    """
    letters, end_s = write_letters(config.repetitions, config.repetition_s, config.quiet_before_s)
    going = Track()
    going.go(config.quiet_before_s, config.quiet_before_s + 0.3, config.range_deg)
    going.go(end_s - 0.3, end_s, 0.0)
    planned = ExerciseSet(going.course(), (), (), end_s + config.quiet_after_s)
    acting = act_set(config, planned, soles[config.side], rng)

    def across(time_s: FloatArray, way: int) -> FloatArray:
        return np.asarray(config.range_deg * letters(np.clip(time_s, config.quiet_before_s, end_s))[:, way])

    ways = ((lambda time_s: across(time_s, 1), np.eye(4)[PITCH]), (lambda time_s: across(time_s, 0), np.eye(4)[TURN]))
    acting = replace(acting, movements=ways)
    time = np.linspace(config.quiet_before_s, end_s, int((end_s - config.quiet_before_s) * _FINE_HZ) + 1)
    side, up = config.range_deg * letters(time).T
    measures = {
        "duration_s": end_s - config.quiet_before_s,
        "up_range_deg": float(np.ptp(up)),
        "side_range_deg": float(np.ptp(side)),
        "path_deg": float(np.hypot(np.diff(side), np.diff(up)).sum()),
    }
    truth = ExerciseTruth(config.exercise, config.side, (), measures=measures)
    other = SIDES[1 - SIDES.index(config.side)]
    return acting, other_foot(config, acting, soles[other], rng), truth, planned.duration_s


def act_stance(config: ExerciseConfig, _: dict[str, Sole], rng: np.random.Generator) -> Acted:
    """Stand on ``side`` while the other foot is lifted ``repetitions`` times for about ``hold_s``."""
    other = SIDES[1 - SIDES.index(config.side)]
    planned = draw_set(config, rng)
    up, hang, back = (float(rng.uniform(*pair)) for pair in (_LIFT_M, _HANG_DEG, _BACK_M))
    up += config.shoe_length_m * float(np.sin(np.radians(hang)))  # the toes clear the floor too
    scale = 1.0 / config.range_deg

    def lifted(size: float, start: float = 0.0) -> AtTimes:
        return lambda time_s: start + size * scale * planned.angle(time_s)

    def shaken(course: Hum) -> AtTimes:
        return lambda time_s: course(time_s) * alone(time_s)

    wobble = [hum(rng, config.wobble_deg / np.sqrt(2.0), *_WOBBLE_HZ) for _ in range(2)]

    def alone(time_s: FloatArray) -> FloatArray:
        share = np.clip(2.0 * scale * planned.angle(time_s), 0.0, 1.0)
        return np.asarray(_BOTH_FEET_FRAC + (1.0 - _BOTH_FEET_FRAC) * share**2 * (3.0 - 2.0 * share))

    outward = Track(float(rng.uniform(2.0, 12.0))).course()
    standing = Acting(
        side=config.side,
        pivot=np.zeros(3),
        posture={HEADING: outward},
        movements=(),
        noises=tuple((shaken(course), np.eye(4)[column]) for course, column in zip(wobble, (PITCH, ROLL), strict=True)),
        lean=Track(float(rng.uniform(*config.kind.lean_deg))).course(),
    )
    # a foot that is held up is never still
    dangling = [hum(rng, config.sway_scale * _DANGLING_DEG, *_DANGLING_HZ) for _ in range(2)]

    def up_only(course: Hum) -> AtTimes:
        return lambda time_s: course(time_s) * scale * planned.angle(time_s)

    raised = Acting(
        side=other,
        pivot=np.zeros(3),
        posture={
            HEADING: outward,
            UP: lifted(up),
            FORWARD: lifted(-back),
            PITCH: lifted(-hang),
            OUTWARD: lifted(0.0, 0.2),
        },
        movements=(),
        noises=tuple(
            (up_only(course), np.eye(4)[column]) for course, column in zip(dangling, (PITCH, ROLL), strict=True)
        ),
        # the knee bends: the shank comes up as the foot goes back
        lean=lifted(-float(np.degrees(back / shank_length_m(config.leg_length_m)))),
    )
    stances = []
    for one in planned.intended:
        time = np.linspace(one.begin_s, one.end_s, int((one.end_s - one.begin_s) * _FINE_HZ) + 1)
        height = raised.rest(time)[:, UP]
        off = time[height > _OFF_FLOOR_M]
        inside = off[(off >= one.top_s) & (off <= one.down_s)]
        wobbles = [course(inside) * alone(inside) for course in wobble]
        rms = float(np.sqrt(np.mean(np.sum(np.square(wobbles), axis=0))))
        stances.append(TrueStance(config.side, float(off[0]), float(off[-1]), float(height.max()), rms))
    truth = ExerciseTruth(config.exercise, config.side, (), stances=tuple(stances))
    return standing, raised, truth, planned.duration_s
