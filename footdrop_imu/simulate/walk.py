"""A walk with known truth: the session that sensors would have recorded, and all that is true of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import SIDES, FloatArray, Mounting, Person, SensorStream, SensorTraits, Session, Shoe
from footdrop_imu.simulate.extremes import TrueFoot
from footdrop_imu.simulate.foot import make_motion
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.plan import plan_walk
from footdrop_imu.simulate.sensor import SensorConfig, arrived, measure, sensor_place_m
from footdrop_imu.simulate.sway import make_sway
from footdrop_imu.simulate.truth import TrueCourses, stride_table, true_courses

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulatedWalk", "simulate_walk"]

CLOCK_GROUP = "simulated"


@dataclass(frozen=True)
class SimulatedWalk:
    """A session and its truth.

    ``strides`` obeys `columns.STRIDE_COLUMNS`, events on each foot's own sample grid. ``courses``, ``mounting``
    and ``feet`` are by side; a mounting holds the true rotation (sensor to foot) and lever arms. ``feet`` can be
    asked for the exact motion at any time (`motion.move`).
    """

    session: Session
    strides: pd.DataFrame
    courses: dict[str, TrueCourses]
    mounting: dict[str, Mounting]
    feet: dict[str, TrueFoot]


def simulate_walk(
    walk: WalkConfig, sensor: SensorConfig, *, name: str = "simulated", person: Person | None = None
) -> SimulatedWalk:
    """Simulate one walk with a sensor on each shoe.

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

    Returns
    -------
    SimulatedWalk
        The same inputs give the same bytes.
    """
    from scipy.spatial.transform import Rotation

    plans = plan_walk(walk)
    streams, feet, mountings, shoes = [], {}, {}, []
    for side in SIDES:
        plan = plans[side]
        motion, phases = make_motion(walk, plan)
        right = side == "right"
        offset = sensor.right_start_s if right else 0.0
        sample_s = (1.0 + (0.5 if right else -0.5) * sensor.clock_drift_ppm * 1e-6) / sensor.rate_hz
        count = int(np.floor((plan.duration_s - offset) / sample_s))
        clock = offset + sample_s * np.arange(count, dtype=np.float64)
        bouts = [np.flatnonzero(plan.bout == b)[[0, -1]] for b in np.unique(plan.bout)]
        busy = np.array([[phases.heel_off[a] - 0.3, phases.flat[b] + 0.5] for a, b in bouts])
        rng = np.random.default_rng([walk.seed, 5 if right else 4])
        hits = np.stack([phases.contact, phases.flat], axis=1).ravel()
        sway = make_sway(rng, -1.0, plan.duration_s + 1.0, busy, hits, phases.knock.ravel(), walk.sway_scale)
        place = sensor_place_m(motion.sole, sensor.place)

        signals, clipped = measure(motion, sway, place, clock, sensor)
        here, counter = arrived(count, sensor, side)
        traits = SensorTraits(
            maker="footdrop_imu",
            model="simulated",
            acc_range_g=sensor.acc_range_g,
            gyr_range_dps=sensor.gyr_range_dps,
            integrates_on_chip=sensor.integrates_on_chip,
        )
        for quantity, values in (("acceleration", signals.acc), ("angular_velocity", signals.gyr)):
            streams.append(
                SensorStream(
                    segment=f"{side}_foot",
                    quantity="acceleration" if quantity == "acceleration" else "angular_velocity",
                    values=values[here],
                    counter=counter[here],
                    counter_bits=16,
                    rate_hz=sensor.rate_hz,
                    clock_group=CLOCK_GROUP,
                    clock_offset_s=offset,
                    traits=traits,
                )
            )
        feet[side] = TrueFoot(plan, phases, motion, sway, place, sensor.rate_hz, offset, sample_s, here, clipped & here)
        mountings[side] = _mounting(feet[side], tuple(Rotation.from_matrix(sensor.rotation(side)).as_quat().tolist()))
        shoes.append(Shoe(side, walk.shoe_length_m, sensor.place))

    identity = np.random.default_rng([walk.seed, sensor.seed, 6]).bytes(16)
    session = Session(
        name=name,
        streams=tuple(streams),
        id=str(uuid.UUID(bytes=identity, version=4)),
        person=person or Person(),
        activity="walk",
        note="simulated",
        shoes=tuple(shoes),
    )
    courses = {side: true_courses(feet[side]) for side in SIDES}
    return SimulatedWalk(session, stride_table(name, feet), courses, mountings, feet)


def _mounting(foot: TrueFoot, rotation: tuple[float, float, float, float]) -> Mounting:
    """True rotation and lever arms."""
    sole = foot.motion.sole
    outer = sole.ball + np.array([0.0, -sole.inward * 0.5 * sole.width_m, 0.0])

    def arm(body: FloatArray) -> tuple[float, float, float]:
        x, y, z = (body - foot.place_m).tolist()
        return (x, y, z)

    return Mounting(rotation, arm(sole.toe), arm(sole.heel), arm(sole.ball), arm(outer))
