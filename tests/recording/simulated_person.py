"""A person with simulated sensors on both feet, in this process; time may run faster."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import Target, find
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.device.virtual_walk import Walk, WalkTime
from tests.recording.made_captures import made_walk, samples_of

__all__ = ["FEET", "Person", "fast_clock", "person", "walk_of"]

FEET = ("left_foot", "right_foot")


@dataclass
class Person:
    """The air around somebody, and the sensors that are worn."""

    air: Air
    sensors: dict[str, VirtualSensor]

    async def targets(self, profile: Profile | None = None) -> list[Target]:
        wanted = {segment: sensor.address for segment, sensor in self.sensors.items()}
        return await find(wanted, seconds=5.0, adapter=self.air.adapter, profile=profile)


def walk_of(segment: str, distance_m: float = 12.0) -> Walk:
    return lambda rate_hz: samples_of(made_walk(rate_hz, distance_m), segment)


def fast_clock(speed: float) -> Callable[[], float]:
    """The host's clock, as fast as the air's."""
    begin_s = time.perf_counter()
    return lambda: begin_s + speed * (time.perf_counter() - begin_s)


@asynccontextmanager
async def person(
    profile: str | Profile = "footdrop-1",
    *,
    speed: float = 1.0,
    faults: Mapping[str, SensorFaults] | None = None,
    air_faults: Mapping[str, AirFaults] | None = None,
    walk: Callable[[str], Walk] = walk_of,
) -> AsyncIterator[Person]:
    known = load_profile(profile) if isinstance(profile, str) else profile
    for segment in FEET:  # made before anybody connects: it takes seconds
        walk(segment)(known.rates.default_hz)
    air, when = Air(speed), WalkTime()
    async with AsyncExitStack() as stack:
        sensors = {
            segment: await stack.enter_async_context(
                VirtualSensor(
                    air,
                    known,
                    walk(segment),
                    segment=segment,
                    faults=(faults or {}).get(segment),
                    air_faults=(air_faults or {}).get(segment),
                    time=when,
                )
            )
            for segment in FEET
        }
        yield Person(air, sensors)
