"""Sensors for the client's tests: real GATT servers that speak the project's own protocol, with faults to order."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bumble.att import ATT_Error, Attribute
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service

from footdrop_imu.device.ble import Heard
from footdrop_imu.device.link import LinkConfig, stream
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import SeenSensor, Target
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_faults import AirFaults

SERVICE = "f00d0001-6ad5-4f5c-8c7e-2a6f1d9b3e10"
CONTROL = "f00d0002-6ad5-4f5c-8c7e-2a6f1d9b3e10"
DATA = "f00d0003-6ad5-4f5c-8c7e-2a6f1d9b3e10"
QUICK = LinkConfig(
    scan_timeout_s=1.5,
    connect_timeout_s=2.0,
    setup_timeout_s=5.0,
    first_attempts=2,
    first_packet_timeout_s=0.6,
    silent_after_s=0.3,
    dead_after_s=0.8,
    shortest_wait_s=0.05,
    longest_wait_s=0.3,
    stop_timeout_s=2.0,
    batch_s=0.01,
)
LEFT, RIGHT = "F0:F1:F2:00:00:01", "F0:F1:F2:00:00:02"


@dataclass
class Firmware:
    """A sensor. ``answers``: what it says to a command's first byte; None = it says nothing, a number = an ATT error.

    ``shy``: it ends every connection at once; ``leaves_at``: one when this happens. ``mute``: it
    streams nothing. ``model``: what it says it is.
    ``sent``: every frame, whether or not anybody heard it. ``happened``: what came, in order.
    """

    device: Device
    answers: dict[int, bytes | int | None] = field(default_factory=dict)
    battery: int = 80
    model: str = ""
    shy: bool = False
    leaves_at: str = ""
    samples: int = 1
    period_s: float = 0.01
    mute: bool = False
    sent: list[bytes] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    connection: Connection | None = None
    streaming: asyncio.Task[None] | None = None
    leaving: asyncio.Future[None] | None = None

    async def power_on(self, name: str, *, service: str = SERVICE, mtu: int = 247, data: str = DATA) -> None:
        both = Characteristic.Properties
        may = Attribute.Permissions
        self.control = Characteristic(
            UUID(CONTROL),
            both.WRITE | both.WRITE_WITHOUT_RESPONSE | both.NOTIFY,
            may.WRITEABLE,
            CharacteristicValue(write=self._on_write),
        )
        self.data = Characteristic(UUID(data), both.NOTIFY, may.READABLE, b"")
        level = Characteristic(
            UUID("2A19"), both.READ, may.READABLE, CharacteristicValue(read=lambda _: bytes([self.battery]))
        )
        self.data.on("subscription", lambda _, notify, __: self._happens(f"data {'on' if notify else 'off'}"))
        self.device.add_service(Service(UUID(service), [self.control, self.data]))
        self.device.add_service(Service(UUID("180F"), [level]))
        if self.model:
            model = Characteristic(UUID("2A24"), both.READ, may.READABLE, self.model.encode() + b"\0")
            self.device.add_service(Service(UUID("180A"), [model]))
        self.device.gatt_server.max_mtu = mtu
        self.device.on("connection", self._on_connection)
        await self.device.power_on()
        await self.advertise(name, service)

    async def advertise(self, name: str, service: str = SERVICE) -> None:
        advertising = AdvertisingData(
            [
                (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode()),
                (AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(service))),
            ]
        )
        await self.device.start_advertising(auto_restart=True, advertising_data=bytes(advertising))

    def _on_connection(self, connection: Connection) -> None:
        self.connection = connection
        self.happened.append("connected")
        connection.on("disconnection", self._on_disconnection)
        if self.shy:
            self.leaving = asyncio.ensure_future(connection.disconnect())

    def _happens(self, what: str) -> bool:
        """Note it; True = the sensor leaves."""
        self.happened.append(what)
        if what != self.leaves_at or self.connection is None:
            return False
        self.leaves_at = ""
        self.leaving = asyncio.ensure_future(self.connection.disconnect())
        return True

    def _on_disconnection(self, _: int) -> None:
        self.happened.append("disconnected")
        self.connection = None
        self.stop()

    async def _on_write(self, _: Connection, value: bytes) -> None:
        if self._happens(f"write {value.hex()}"):
            return
        known: dict[int, bytes] = {0: struct.pack("<BBBH", 0, 1, 16, 2000), 1: value, 2: value, 3: value}
        answer = self.answers.get(value[0], known.get(value[0]))
        if isinstance(answer, int):
            raise ATT_Error(error_code=answer)
        if value[0] == 2:
            self.stop()
            self.streaming = asyncio.create_task(self._stream())
        if value[0] == 3:
            self.stop()
        if answer is not None:
            await self.device.notify_subscribers(self.control, answer)

    def stop(self) -> None:
        if self.streaming is not None:
            self.streaming.cancel()
            self.streaming = None

    def frame(self) -> bytes:
        """The next frame of a sensor at rest; its counter runs on through every connection."""
        number = len(self.sent)
        sample = struct.pack("<6h", 0, 0, 2048, 0, 0, 0)
        time_us = round(number * self.samples * self.period_s * 1e6) % 2**32
        return struct.pack("<BBI", 1, number % 256, time_us) + sample * self.samples

    async def _stream(self) -> None:
        while True:
            if not self.mute:
                self.sent.append(self.frame())
                with suppress(Exception):
                    await self.device.notify_subscribers(self.data, self.sent[-1])
            await asyncio.sleep(self.period_s)

    async def drop(self) -> None:
        """End the link from the sensor's side."""
        assert self.connection is not None
        await self.connection.disconnect()


@dataclass
class Kept:
    """A sink that keeps everything."""

    packets: list[Packet] = field(default_factory=list)
    events: list[LinkEvent] = field(default_factory=list)
    order: list[Packet | LinkEvent] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def packet(self, packet: Packet) -> None:
        self.packets.append(packet)
        self.order.append(packet)

    def event(self, event: LinkEvent) -> None:
        self.events.append(event)
        self.order.append(event)

    def of(self, segment: str) -> list[bytes]:
        return [one.data for one in self.packets if one.sensor == segment and one.characteristic == DATA]

    def kinds(self, segment: str) -> list[str]:
        return [str(one.kind) for one in self.events if one.sensor == segment]

    def last(self, kind: LinkEventKind) -> dict[str, Any]:
        return dict(next(one for one in reversed(self.events) if one.kind is kind).details)


def target(segment: str, address: str, name: str = "L foot", profile: Profile | None = None) -> Target:
    profile = profile or load_profile("footdrop-1")
    return Target(
        segment, SeenSensor(address, name, -50, profile, "", Heard(address, name, -50, (), (), None)), profile
    )


@asynccontextmanager
async def recording(air: Air | str, *targets: Target, config: LinkConfig = QUICK, **more: Any) -> AsyncIterator[Kept]:
    """Stream while the block runs, then stop and see to it that it ended well."""
    kept, stop = Kept(), asyncio.Event()
    adapter = air.adapter if isinstance(air, Air) else air
    task = asyncio.create_task(stream(targets, kept, stop=stop, config=config, adapter=adapter, **more))
    kept.task = task
    try:
        yield kept
        stop.set()
        async with asyncio.timeout(10):
            await task
    except TimeoutError:
        if task.done():
            await task  # it ended by an error, which is why what was waited for did not come
        raise
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=10)


async def make(
    air: Air, name: str = "L foot", address: str = LEFT, faults: AirFaults | None = None, **more: Any
) -> Firmware:
    """A sensor that advertises."""
    start = {key: more.pop(key) for key in ("service", "mtu", "data") if key in more}
    firmware = Firmware(air.sensor(name, address, faults).device, **more)
    await firmware.power_on(name, **start)
    return firmware


async def until(condition: Any, timeout_s: float = 10.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.01)


def missing(frames: list[bytes]) -> int:
    """Frames that the counter says are missing in between."""
    return sum((after[1] - before[1]) % 256 - 1 for before, after in pairwise(frames))
