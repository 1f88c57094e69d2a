"""A walk with known truth: the session that sensors would have recorded, and all that is true of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import (
    SIDES,
    Condition,
    Mounting,
    Person,
    SensorStream,
    Session,
    Shoe,
)
from footdrop_imu.simulate.disturb import disturbed
from footdrop_imu.simulate.extremes import TrueFoot, TrueShank
from footdrop_imu.simulate.foot import Phases, make_motion
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.plan import FootPlan, plan_walk
from footdrop_imu.simulate.sampling import SensorErrors
from footdrop_imu.simulate.sensor import SensorConfig, sensor_place_m
from footdrop_imu.simulate.shank import make_shank, shank_place_m
from footdrop_imu.simulate.streams import mounting_of, quaternion, recorded_streams
from footdrop_imu.simulate.sway import SHIN, SHOE, Bedding, Sway, make_sway
from footdrop_imu.simulate.truth import TrueCourses, stride_table, true_courses

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulatedWalk", "simulate_walk", "swap_sides", "true_strides"]


@dataclass(frozen=True)
class SimulatedWalk:
    """A session and its truth.

    ``strides`` obeys `columns.STRIDE_COLUMNS`, events on each foot's own sample grid. ``courses``, ``mounting``
    and ``feet`` are by side; a mounting holds the true rotation (sensor to foot) and lever arms. ``feet`` can be
    asked for the exact motion at any time (`motion.move`), and ``feet[side].shank`` for the shank's
    (`shank.move_shank`); on a treadmill this and the courses are on the belt, and ``feet[side].motion.belt`` says where
    that is in the room; ``mounting["left_shank"]`` is that sensor's rotation (sensor to shank).
    """

    session: Session
    strides: pd.DataFrame
    courses: dict[str, TrueCourses]
    mounting: dict[str, Mounting]
    feet: dict[str, TrueFoot]


def simulate_walk(
    walk: WalkConfig,
    sensor: SensorConfig,
    *,
    name: str = "simulated",
    person: Person | None = None,
    condition: Condition | None = None,
) -> SimulatedWalk:
    """Simulate one walk with a sensor on each shoe, and on each shank where the sensors say so.

    Parameters
    ----------
    walk
        Who walks how and where; seeded.
    sensor
        What measures it; seeded apart.
    name
        The session's name and the stride table's ``session``.
    person
        Who is said to have walked; by default nobody in particular.
    condition
        What is said of how; by default the surface of a treadmill, else nothing.

    Returns
    -------
    SimulatedWalk
        The same inputs give the same bytes.
    """
    plans = plan_walk(walk)
    streams: list[SensorStream] = []
    feet, mountings, shoes = {}, {}, []
    for side in SIDES:
        plan = plans[side]
        motion, phases = make_motion(walk, plan)

        segment = f"{side}_foot"
        sway = _sway(walk, plan, phases, 5 if side == "right" else 4, SHOE)
        sway = disturbed(sway, walk, plan, phases)
        place = sensor_place_m(motion.sole, sensor.place) + sensor.place_error_m(segment)
        sampled, recorded = recorded_streams(segment, motion, sway, place, plan.duration_s, sensor)
        streams += recorded
        shank = None
        if sensor.shank:
            segment = f"{side}_shank"
            lower_leg = make_shank(walk, plan, motion, phases)
            sway = _sway(walk, plan, phases, 10 if side == "right" else 9, SHIN)
            of_shank, recorded = recorded_streams(
                segment,
                lower_leg,
                sway,
                shank_place_m(lower_leg.length_m, motion.sole.inward, sensor.shank_place),
                plan.duration_s,
                sensor,
            )
            streams += recorded
            shank = TrueShank(motion=lower_leg, **of_shank)
            mountings[segment] = Mounting(quaternion(sensor, segment))
        feet[side] = TrueFoot(
            plan=plan, phases=phases, motion=motion, leg_length_m=walk.leg_length_m, shank=shank, **sampled
        )
        mountings[side] = mounting_of(motion.sole, feet[side].place_m, quaternion(sensor, f"{side}_foot"))
        shoes.append(Shoe(side, walk.shoe_length_m, sensor.place))

    identity = np.random.default_rng([walk.seed, sensor.seed, 6]).bytes(16)
    session = Session(
        name=name,
        streams=tuple(streams),
        id=str(uuid.UUID(bytes=identity, version=4)),
        person=person or Person(),
        activity="treadmill_walk" if walk.belt else "walk",
        note="simulated",
        condition=condition or (Condition(surface="treadmill") if walk.belt else Condition()),
        belt_speed_mps=walk.speed_mps if walk.belt else float("nan"),
        shoes=tuple(shoes),
    )
    courses = {side: true_courses(feet[side]) for side in SIDES}
    return SimulatedWalk(session, stride_table(name, feet), courses, mountings, feet)


def true_strides(walk: WalkConfig, sensor: SensorConfig, *, name: str = "simulated") -> pd.DataFrame:
    """Tell what is true of a walk without measuring it.

    Parameters
    ----------
    walk, sensor, name
        As for `simulate_walk`.

    Returns
    -------
    DataFrame
        The ``strides`` of `simulate_walk` with a sensor that loses and clips nothing, in a third of the time.
    """
    plans = plan_walk(walk)
    feet = {}
    for side in SIDES:
        plan, segment = plans[side], f"{side}_foot"
        motion, phases = make_motion(walk, plan)
        offset, sample_s = sensor.clock(segment)
        none = np.zeros(int(np.floor((plan.duration_s - offset) / sample_s)), dtype=bool)
        feet[side] = TrueFoot(
            plan=plan,
            phases=phases,
            motion=motion,
            leg_length_m=walk.leg_length_m,
            sway=_sway(walk, plan, phases, 5 if side == "right" else 4, SHOE),
            place_m=sensor_place_m(motion.sole, sensor.place) + sensor.place_error_m(segment),
            rate_hz=sensor.rate_hz,
            clock_offset_s=offset,
            sample_s=sample_s,
            here=~none,
            clipped=none,
            errors=SensorErrors(np.ones(3), np.ones(3), np.zeros((0, 3)), np.zeros((0, 3)), 0.0),
        )
    return stride_table(name, feet)


def swap_sides(session: Session) -> Session:
    """The same walk with left and right sensors taken for each other."""
    other = {"left": "right", "right": "left"}
    streams = []
    for stream in session.streams:
        side, limb = stream.segment.split("_")
        streams.append(replace(stream, segment=f"{other[side]}_{limb}"))
    return replace(session, streams=tuple(sorted(streams, key=lambda stream: stream.segment)))


def _sway(walk: WalkConfig, plan: FootPlan, phases: Phases, purpose: int, bedding: Bedding) -> Sway:
    bouts = [np.flatnonzero(plan.bout == b)[[0, -1]] for b in np.unique(plan.bout)]
    busy = np.array([[phases.heel_off[a] - 0.3, phases.flat[b] + 0.5] for a, b in bouts])
    rng = np.random.default_rng([walk.seed, purpose])
    hits = np.stack([phases.contact, phases.flat], axis=1).ravel()
    return make_sway(rng, -1.0, plan.duration_s + 1.0, busy, hits, phases.knock.ravel(), walk.sway_scale, bedding)
