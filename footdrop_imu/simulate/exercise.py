"""An exercise with known truth: the session that sensors would have recorded, and all that is true of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import SEGMENTS, SIDES, FloatArray, Mounting, Person, SensorStream, Session, Shoe
from footdrop_imu.simulate.exercise_acting import act_set, other_foot
from footdrop_imu.simulate.exercise_body import foot_body, shank_body
from footdrop_imu.simulate.exercise_config import ExerciseConfig
from footdrop_imu.simulate.exercise_course import Acting
from footdrop_imu.simulate.exercise_free import Acted, act_alphabet, act_stance
from footdrop_imu.simulate.exercise_set import draw_set
from footdrop_imu.simulate.exercise_truth import ExerciseTruth, true_repetition
from footdrop_imu.simulate.extremes import TrueSensor
from footdrop_imu.simulate.leg import shank_length_m
from footdrop_imu.simulate.motion import FootMotion
from footdrop_imu.simulate.sensor import SensorConfig, sensor_place_m
from footdrop_imu.simulate.shank import shank_place_m
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.streams import mounting_of, quaternion, recorded_streams
from footdrop_imu.simulate.sway import SHIN, SHOE, make_sway

if TYPE_CHECKING:
    from footdrop_imu.simulate.chair_lift import ChairLiftConfig

__all__ = ["SimulatedExercise", "TrueBody", "record_exercise", "simulate_exercise"]

_TAP = 0.5  # how hard a tap on the floor is: 1 = a touch at 0.35 m/s


@dataclass(frozen=True, kw_only=True)
class TrueBody(TrueSensor):
    """A foot or shank and its sensor: ``motion`` can be asked for the exact motion at any time (`motion.move`)."""

    motion: FootMotion


@dataclass(frozen=True)
class SimulatedExercise:
    """A session and its truth; ``mounting`` and ``bodies`` by segment (rotations: sensor to foot or to shank)."""

    session: Session
    truth: ExerciseTruth
    mounting: dict[str, Mounting]
    bodies: dict[str, TrueBody]


def simulate_exercise(
    config: ExerciseConfig, sensor: SensorConfig, *, name: str = "simulated", person: Person | None = None
) -> SimulatedExercise:
    """Simulate one set of an exercise with a sensor on each shoe, and on each shank where the sensors say so.

    Parameters
    ----------
    config
        Who does what; seeded.
    sensor
        What measures it; seeded apart.
    name
        The session's name.
    person
        Who is said to have exercised; by default nobody in particular.

    Returns
    -------
    SimulatedExercise
        The same inputs give the same bytes.
    """
    rng = np.random.default_rng([config.seed, 20])
    soles = {side: Sole(side, config.shoe_length_m) for side in SIDES}
    act = {"ankle_alphabet": act_alphabet, "single_leg_stance": act_stance}.get(config.exercise, _act_repetitions)
    acting, along, truth, duration_s = act(config, soles, rng)
    return record_exercise(config, (acting, along), duration_s, truth, sensor, name=name, person=person)


def _act_repetitions(config: ExerciseConfig, soles: dict[str, Sole], rng: np.random.Generator) -> Acted:
    planned = draw_set(config, rng)
    other = SIDES[1 - SIDES.index(config.side)]
    acting = act_set(config, planned, soles[config.side], rng)
    along = other_foot(config, acting, soles[other], rng)
    found = []
    for foot in (acting, along):
        for course, way in foot.movements:
            inward = soles[foot.side].inward
            found += [true_repetition(foot, course, way, what, inward) for what in planned.intended]
    truth = ExerciseTruth(
        exercise=config.exercise,
        side=config.side,
        repetitions=tuple(one for one in found if one.kind == "repetition"),
        false_starts=tuple(one for one in found if one.kind == "false_start"),
        shifts=planned.shifts,
    )
    return acting, along, truth, planned.duration_s


def record_exercise(
    config: ExerciseConfig | ChairLiftConfig,
    feet: tuple[Acting, Acting],
    duration_s: float,
    truth: ExerciseTruth,
    sensor: SensorConfig,
    *,
    name: str,
    person: Person | None,
    knock_s: Mapping[str, FloatArray] | None = None,
) -> SimulatedExercise:
    """Put sensors on feet that act.

    Parameters
    ----------
    config
        Its seed, sway, leg and shoe lengths.
    feet
        Both.
    duration_s
        Of the recording.
    truth
        What is true of it.
    sensor, name, person
        As for `simulate_exercise`.
    knock_s
        By side, when the foot taps on the floor, in order; the sensor rings with it.
    """
    heading_deg = float(np.random.default_rng([config.seed, 21]).uniform(-180.0, 180.0))
    streams: list[SensorStream] = []
    bodies: dict[str, TrueBody] = {}
    mounting: dict[str, Mounting] = {}
    for acting in sorted(feet, key=lambda foot: foot.side):
        sole = Sole(acting.side, config.shoe_length_m)
        motion = foot_body(acting, sole, heading_deg, duration_s)
        parts = {f"{acting.side}_foot": (motion, sensor_place_m(sole, sensor.place), SHOE)}
        if sensor.shank:
            shank = shank_body(acting, motion, heading_deg, duration_s)
            place = shank_place_m(shank_length_m(config.leg_length_m), sole.inward, sensor.shank_place)
            parts[f"{acting.side}_shank"] = (shank, place, SHIN)
        for segment, (body, place, bedding) in parts.items():
            rng = np.random.default_rng([config.seed, 21, SEGMENTS.index(segment)])
            spot = place + sensor.place_error_m(segment)
            taps = (knock_s or {}).get(acting.side, np.zeros(0))
            never, taps_as = np.zeros((0, 2)), np.full(len(taps), _TAP)
            sway = make_sway(rng, -1.0, duration_s + 1.0, never, taps, taps_as, config.sway_scale, bedding)
            known, recorded = recorded_streams(segment, body, sway, spot, duration_s, sensor)
            streams += recorded
            bodies[segment] = TrueBody(motion=body, **known)
            rotation = quaternion(sensor, segment)
            foot = segment.endswith("foot")
            mounting[segment] = mounting_of(sole, spot, rotation) if foot else Mounting(rotation)
    identity = np.random.default_rng([config.seed, sensor.seed, 22]).bytes(16)
    session = Session(
        name=name,
        streams=tuple(streams),
        id=str(uuid.UUID(bytes=identity, version=4)),
        person=person or Person(),
        activity="other",
        note=f"simulated exercise {truth.exercise}",
        shoes=tuple(Shoe(side, config.shoe_length_m, sensor.place) for side in SIDES),
    )
    return SimulatedExercise(session, truth, mounting, bodies)
