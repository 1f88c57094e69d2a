"""Simulated sensors as a process of their own: made, made known on a port of this computer, ended by a signal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple

from footdrop_imu.device.link import stop_on_signals
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.device.virtual_walk import Walk, WalkTime
from footdrop_imu.errors import DeviceError, DeviceReason

__all__ = ["Served", "ServedSensor", "ServerConfig", "serve"]


@dataclass(frozen=True)
class ServerConfig:
    """How simulated sensors behave.

    ``name`` that they advertise, "" = made up. ``port`` to listen on, 0 = a free one. ``speed``: how many times faster
    than the wall clock they and their air run. ``duration_s`` of the wall clock until they end by themselves, None =
    by a signal only. ``rest_s``: the person stands for so long from when a client asks the first of them to stream.
    ``repeat``: the walk begins anew at its end.
    """

    name: str = ""
    port: int = 0
    speed: float = 1.0
    duration_s: float | None = None
    rest_s: float = 2.0
    repeat: bool = False
    faults: SensorFaults = field(default_factory=SensorFaults)
    air_faults: AirFaults = field(default_factory=AirFaults)


class ServedSensor(NamedTuple):
    """One sensor that can be found now."""

    segment: str
    name: str
    address: str


class Served(NamedTuple):
    """Where a client finds the sensors: ``adapter`` is what to give it as its Bluetooth."""

    adapter: str
    sensors: tuple[ServedSensor, ...]


def serve(
    profile: Profile,
    walks: Mapping[str, Walk],
    config: ServerConfig | None = None,
    *,
    ready: Callable[[Served], None],
) -> None:
    """Simulate sensors until Ctrl-C, a request to terminate, or the end of their time.

    Parameters
    ----------
    profile
        How they speak.
    walks
        By segment what each measures; asked for the profile's own rate at once, for another one when it is set.
    config
        How they behave.
    ready
        Called once, when they can be found.

    Raises
    ------
    DeviceError
        ``not_installed``: the library that simulates Bluetooth is missing. ``busy``: the port is taken.
    ProfileError
        The name is none that the profile is recognized by.
    """
    asyncio.run(_serve(profile, walks, config or ServerConfig(), ready))


async def _serve(
    profile: Profile, walks: Mapping[str, Walk], config: ServerConfig, ready: Callable[[Served], None]
) -> None:
    if find_spec("bumble") is None:
        raise DeviceError(
            DeviceReason.NOT_INSTALLED,
            "Simulated sensors need the library bumble, which is not installed. "
            "Install it: pip install 'footdrop-imu[virtual]'.",
        )
    from footdrop_imu.device.virtual_air import Air
    from footdrop_imu.device.virtual_sensor import VirtualSensor

    for walk in walks.values():
        walk(profile.rates.default_hz)  # what takes long is done before anybody waits for it
    stop = asyncio.Event()
    time = WalkTime(config.rest_s)
    with stop_on_signals(stop):
        air = Air(config.speed)
        async with AsyncExitStack() as stack:
            sensors = [
                await stack.enter_async_context(
                    VirtualSensor(
                        air,
                        profile,
                        walk,
                        segment=segment,
                        name=config.name,
                        faults=config.faults,
                        air_faults=config.air_faults,
                        time=time,
                        repeat=config.repeat,
                    )
                )
                for segment, walk in walks.items()
            ]
            adapter = await stack.enter_async_context(air.listen(config.port))
            ready(Served(adapter, tuple(ServedSensor(one.segment, one.name, one.address) for one in sensors)))
            ends = [asyncio.create_task(one.wait()) for one in (stop, *(sensor.failed for sensor in sensors))]
            await asyncio.wait(ends, timeout=config.duration_s, return_when=asyncio.FIRST_COMPLETED)
            for one in ends:
                one.cancel()
