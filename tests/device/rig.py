"""A rig of peripherals with a small GATT server, in this process or in one of their own, for tests of clients.

In this process::

    async with rig(2, AirFaults(connection_interval_s=0.015)) as air:
        scanner, client = backends(air.adapter)
        device = await BleakScanner.find_device_by_name("Foot 1", backend=scanner)
        ...
        await air.peripherals[0].notify(b"...")

``air.peripherals[0].sensor.controller`` has what goes wrong by hand: ``out_of_range = True``, ``drop_link()``,
``vanish()``. In a process of its own, killed at the end whatever happens::

    with peripheral_process(name="Foot 1", rate_hz=100) as (process, adapter):
        scanner, client = backends(adapter)          # "tcp-client:127.0.0.1:PORT"

There, a peripheral streams numbered notifications to whoever has subscribed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bumble import att, core
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.transport.common import Transport

from footdrop_imu.device.virtual_air import Air, Sensor
from footdrop_imu.device.virtual_faults import AirFaults

SERVICE = "0000a000-0000-1000-8000-00805f9b34fb"
INFO = "0000a001-0000-1000-8000-00805f9b34fb"  # read
CONTROL = "0000a002-0000-1000-8000-00805f9b34fb"  # write with and without response
DATA = "0000a003-0000-1000-8000-00805f9b34fb"  # notify
EVENTS = "0000a004-0000-1000-8000-00805f9b34fb"  # indicate
BROKEN = "0000a005-0000-1000-8000-00805f9b34fb"  # reading it fails with error 0x80
SLOW = "0000a006-0000-1000-8000-00805f9b34fb"  # reading it takes until Peripheral.answer is set
COMPANY = 0xFFFF


class Peripheral:
    """A sensor with the test's GATT server.

    ``written``: what came to CONTROL; ``subscribed``: somebody is, to DATA; set ``answer`` to let SLOW be read.
    ``queue_size``: notifications that may wait in the sensor before it drops more.
    """

    def __init__(self, sensor: Sensor, name: str) -> None:
        self.sensor = sensor
        self.name = name
        self.written: list[bytes] = []
        self.subscribed = asyncio.Event()
        self.answer = asyncio.Event()
        self.queue_size = 1000
        self.sent_count = 0
        self.dropped_count = 0
        properties = Characteristic.Properties
        self._data = Characteristic[bytes](DATA, properties.NOTIFY, 0)
        self._data.on(self._data.EVENT_SUBSCRIPTION, self._on_subscription)
        self._events = Characteristic[bytes](EVENTS, properties.INDICATE, 0)
        readable, writeable = Characteristic.READABLE, Characteristic.WRITEABLE
        writes = properties.WRITE | properties.WRITE_WITHOUT_RESPONSE
        control = CharacteristicValue[bytes](write=lambda _, value: self.written.append(bytes(value)))
        sensor.device.add_service(
            Service(
                SERVICE,
                [
                    Characteristic[bytes](INFO, properties.READ, readable, f"info of {name} ".encode() * 20),
                    Characteristic[bytes](CONTROL, writes, writeable, control),
                    self._data,
                    self._events,
                    Characteristic[bytes](BROKEN, properties.READ, readable, CharacteristicValue(read=_fail)),
                    Characteristic[bytes](SLOW, properties.READ, readable, CharacteristicValue(read=self._wait)),
                ],
            )
        )

    def _on_subscription(self, _connection: Connection, notify: bool, _indicate: bool) -> None:
        if notify:
            self.subscribed.set()
        else:
            self.subscribed.clear()

    async def start(self) -> None:
        kind = core.AdvertisingData.Type
        advertisement = core.AdvertisingData(
            [
                (kind.FLAGS, b"\x06"),
                (kind.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x00\xa0"),
                (kind.MANUFACTURER_SPECIFIC_DATA, COMPANY.to_bytes(2, "little") + b"\x01\x02\x03"),
            ]
        )
        # The name in the scan response, as many sensors have it.
        response = core.AdvertisingData([(kind.COMPLETE_LOCAL_NAME, self.name.encode())])
        self.sensor.device.on(self.sensor.device.EVENT_CONNECTION, self._on_connection)
        await self.sensor.device.power_on()
        await self.sensor.device.start_advertising(
            auto_restart=True,
            advertising_data=bytes(advertisement),
            scan_response_data=bytes(response),
            advertising_interval_min=20.0,
            advertising_interval_max=20.0,
        )

    def _on_connection(self, connection: Connection) -> None:
        connection.on(connection.EVENT_DISCONNECTION, lambda _: self.subscribed.clear())

    async def notify(self, data: bytes, *, forced: bool = False) -> bool:
        """Notify every subscriber; False where the firmware's queue is full and the data is dropped."""
        if self.sensor.waiting_count >= self.queue_size:
            self.dropped_count += 1
            return False
        await self.sensor.device.notify_subscribers(self._data, data, forced)
        self.sent_count += 1
        return True

    async def _wait(self, _connection: Connection) -> bytes:
        await self.answer.wait()
        return b"late"

    async def indicate(self, data: bytes) -> None:
        await self.sensor.device.indicate_subscribers(self._events, data)


def _fail(_connection: Connection) -> bytes:
    raise att.ATT_Error(att.ErrorCode(0x80))


class Rig:
    """An air with peripherals "Foot 1", "Foot 2" … at F0:F1:F2:00:00:01 …; ``adapter`` is what ``backends`` takes."""

    def __init__(self, air: Air, peripherals: list[Peripheral]) -> None:
        self.air = air
        self.peripherals = peripherals

    async def adapter(self) -> Transport:
        return await self.air.adapter()


def address_of(number: int) -> str:
    return f"F0:F1:F2:00:00:{number:02X}"


@contextlib.asynccontextmanager
async def rig(count: int = 1, faults: AirFaults | None = None, speed: float = 1.0) -> AsyncIterator[Rig]:
    """So many advertising peripherals on one air, all with these faults."""
    air = Air(speed)
    peripherals = [Peripheral(air.sensor(f"Foot {k}", address_of(k), faults), f"Foot {k}") for k in range(1, count + 1)]
    for peripheral in peripherals:
        await peripheral.start()
    yield Rig(air, peripherals)
    for peripheral in peripherals:
        peripheral.sensor.controller.switch_off()


@contextlib.contextmanager
def peripheral_process(
    number: int = 1, rate_hz: float = 100.0, size: int = 100, port: int = 0
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A peripheral "Foot NUMBER" in a process of its own, with the adapter to reach it by."""
    command = [sys.executable, __file__, str(number), str(rate_hz), str(size), str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            adapter = process.stdout.readline().strip()
            assert adapter.startswith("tcp-client:"), "the peripheral's process has ended"
            yield process, adapter
        finally:
            process.kill()


async def _main(number: int, rate_hz: float, size: int, port: int) -> None:
    async with rig(0) as air:
        name = f"Foot {number}"
        faults = AirFaults(supervision_timeout_s=0.3)
        peripheral = Peripheral(air.air.sensor(name, address_of(number), faults), name)
        await peripheral.start()
        async with air.air.listen(port) as adapter:
            print(adapter, flush=True)  # noqa: T201
            count = 0
            while True:
                await peripheral.subscribed.wait()
                await peripheral.notify(count.to_bytes(4, "little").ljust(size, b"\xaa"))
                count += 1
                await asyncio.sleep(1 / rate_hz if rate_hz else 0)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
