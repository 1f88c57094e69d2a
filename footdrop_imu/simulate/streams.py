"""What a sensor on a body that moves in a known way hands over: its two streams, and all that is true of it."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray, Mounting, Quantity, SensorStream, SensorTraits
from footdrop_imu.simulate.motion import FootMotion
from footdrop_imu.simulate.sampling import SensorErrors, arrived, measure, stamped
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.shank import ShankMotion
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.sway import Sway

__all__ = ["CLOCK_GROUP", "Sampled", "mounting_of", "quaternion", "recorded_streams"]

CLOCK_GROUP = "simulated"


class Sampled(TypedDict):
    """The fields of a `TrueSensor`."""

    sway: Sway
    place_m: FloatArray
    rate_hz: float
    clock_offset_s: float
    sample_s: float
    here: BoolArray
    clipped: BoolArray
    errors: SensorErrors


def recorded_streams(
    segment: str,
    motion: FootMotion | ShankMotion,
    sway: Sway,
    place_m: FloatArray,
    duration_s: float,
    sensor: SensorConfig,
) -> tuple[Sampled, list[SensorStream]]:
    """What is true of a sensor, and its two streams."""
    offset, sample_s = sensor.clock(segment)
    count = int(np.floor((duration_s - offset) / sample_s))
    clock = offset + sample_s * np.arange(count, dtype=np.float64)
    signals, clipped, errors = measure(segment, motion, sway, place_m, clock, sensor)
    here, counter = arrived(count, sensor, segment)
    counted = sensor.stamps == "counter"
    stamps = None if counted else stamped(clock, sensor, segment)[here]
    traits = SensorTraits(
        maker="footdrop_imu",
        model="simulated",
        acc_range_g=sensor.acc_range_g,
        gyr_range_dps=sensor.gyr_range_dps,
        integrates_on_chip=sensor.integrates_on_chip,
    )
    quantities: tuple[tuple[Quantity, FloatArray], ...] = (
        ("acceleration", signals.acc),
        ("angular_velocity", signals.gyr),
    )
    streams = [
        SensorStream(
            segment=segment,
            quantity=quantity,
            values=values[here],
            time_s=stamps,
            counter=counter[here] if counted else None,
            counter_bits=16 if counted else None,
            rate_hz=sensor.rate_hz if counted else None,
            clock_group=CLOCK_GROUP,
            # nobody knows of a stream with stamps when its first sample was taken, only its stamp
            clock_offset_s=offset if stamps is None else offset + float(stamps[0]),
            traits=traits,
        )
        for quantity, values in quantities
    ]
    known = Sampled(
        sway=sway,
        place_m=place_m,
        rate_hz=sensor.rate_hz,
        clock_offset_s=offset,
        sample_s=sample_s,
        here=here,
        clipped=clipped & here,
        errors=errors,
    )
    return known, streams


def quaternion(sensor: SensorConfig, segment: str) -> tuple[float, float, float, float]:
    """A segment's rotation, sensor to foot or to shank, as x y z w."""
    from scipy.spatial.transform import Rotation

    x, y, z, w = Rotation.from_matrix(sensor.rotation(segment)).as_quat().tolist()
    return (x, y, z, w)


def mounting_of(sole: Sole, place_m: FloatArray, rotation: tuple[float, float, float, float]) -> Mounting:
    """True rotation and lever arms of a sensor at a place of a shoe."""
    outer = sole.ball + np.array([0.0, -sole.inward * 0.5 * sole.width_m, 0.0])

    def arm(body: FloatArray) -> tuple[float, float, float]:
        x, y, z = (body - place_m).tolist()
        return (x, y, z)

    return Mounting(rotation, arm(sole.toe), arm(sole.heel), arm(sole.ball), arm(outer))
