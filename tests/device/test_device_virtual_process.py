"""Simulated sensors in processes of their own, reached over TCP on this computer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakBluetoothNotAvailableError, BleakError
from rig import DATA, INFO, Rig, peripheral_process, rig

from footdrop_imu.device.virtual_backend import backends

pytestmark = pytest.mark.usefixtures("limit")


async def find(adapter: str, number: int = 1) -> BLEDevice:
    scanner, _ = backends(adapter)
    device = await BleakScanner.find_device_by_name(f"Foot {number}", timeout=10, backend=scanner)
    assert device is not None
    return device


class Numbers(list[int]):
    """Of the notifications that came; ``enough`` is set when there are so many."""

    def __init__(self, enough: int) -> None:
        super().__init__()
        self.enough = asyncio.Event()
        self._count = enough

    def take(self, _: object, data: bytearray) -> None:
        self.append(int.from_bytes(data[:4], "little"))
        if len(self) >= self._count:
            self.enough.set()

    def missing_count(self) -> int:
        return self[-1] - self[0] + 1 - len(set(self))


async def test_two_sensors_in_two_processes() -> None:
    with ExitStack() as stack:
        adapters = [stack.enter_context(peripheral_process(k, rate_hz=200.0))[1] for k in (1, 2)]
        adapter = ",".join(adapters)
        scanner, client = backends(adapter)
        names = {device.name for device in await BleakScanner.discover(timeout=1.0, backend=scanner)}
        assert names == {"Foot 1", "Foot 2"}
        sensors = [BleakClient(await find(adapter, k), backend=client) for k in (1, 2)]
        await asyncio.gather(*(sensor.connect() for sensor in sensors))
        got = [Numbers(100), Numbers(100)]
        for sensor, numbers in zip(sensors, got, strict=True):
            assert sensor.mtu_size == 247
            await sensor.start_notify(DATA, numbers.take)
        await asyncio.gather(*(numbers.enough.wait() for numbers in got))
        await asyncio.gather(*(sensor.disconnect() for sensor in sensors))
    assert [numbers.missing_count() for numbers in got] == [0, 0]


async def test_one_adapter_of_two_being_away_the_other_is_looked_at() -> None:
    with peripheral_process(2) as (_, adapter):
        device = await find(f"tcp-client:127.0.0.1:1,{adapter}", 2)
        _, client = backends(adapter)
        async with BleakClient(device, backend=client) as sensor:
            assert await sensor.read_gatt_char(INFO)


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_killed_simulator_is_noticed_and_found_again_when_it_is_back(
    recorded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if recorded:  # bumble records the session for Wireshark
        monkeypatch.setenv("BUMBLE_SNOOPER", f"btsnoop:file:{tmp_path}/session.btsnoop")
    gone = asyncio.Event()
    with peripheral_process(rate_hz=200.0) as (process, adapter):
        scanner, client = backends(adapter)
        sensor = BleakClient(await find(adapter), disconnected_callback=lambda _: gone.set(), backend=client)
        await sensor.connect()
        before = Numbers(20)
        await sensor.start_notify(DATA, before.take)
        await before.enough.wait()
        process.kill()
        await gone.wait()
        assert not sensor.is_connected
        with pytest.raises(BleakError):
            await sensor.read_gatt_char(INFO)
        with pytest.raises(BleakBluetoothNotAvailableError):
            await BleakScanner.discover(timeout=1, backend=scanner)
        with pytest.raises(BleakBluetoothNotAvailableError):
            await sensor.connect()
    port = int(adapter.rpartition(":")[2])
    with peripheral_process(rate_hz=200.0, port=port) as (_, again):
        assert again == adapter
        assert await find(adapter)
        await sensor.connect()  # the same client
        after = Numbers(20)
        await sensor.start_notify(DATA, after.take)
        await after.enough.wait()
        await sensor.disconnect()
    assert before.missing_count() == after.missing_count() == 0


async def test_a_simulator_killed_during_a_scan_or_a_connection_being_made_ends_them() -> None:
    with peripheral_process() as (process, adapter):
        scanner, client = backends(adapter)
        device = await find(adapter)
        scan = BleakScanner(backend=scanner)
        await scan.start()
        process.kill()
        process.wait()
        await asyncio.sleep(0.05)  # the end of the connection is told
        with peripheral_process(port=int(adapter.rpartition(":")[2])):
            assert await find(adapter)  # the first scan's end of the port is dead
            await scan.stop()
    with peripheral_process() as (process, adapter):
        scanner, client = backends(adapter)
        device = await find(adapter)
        async with BleakClient(device, backend=client):
            # Connected, it does not advertise: a second connection waits.
            second = asyncio.ensure_future(BleakClient(device, timeout=20, backend=client).connect())
            await asyncio.sleep(0.1)
            process.kill()
            with pytest.raises(BleakError):
                await second


async def test_a_blocked_client_gets_everything_late() -> None:
    with peripheral_process(rate_hz=200.0) as (_, adapter):
        _, client = backends(adapter)
        async with BleakClient(await find(adapter), backend=client) as sensor:
            numbers = Numbers(300)
            await sensor.start_notify(DATA, numbers.take)
            time.sleep(1.0)
            assert await sensor.read_gatt_char(INFO)
            await numbers.enough.wait()
    assert numbers.missing_count() == 0


CLIENT = """
import asyncio, sys
from bleak import BleakClient, BleakScanner
from footdrop_imu.device.virtual_backend import backends

async def main():
    scanner, client = backends(sys.argv[1])
    device = await BleakScanner.find_device_by_name("Foot 1", timeout=10, backend=scanner)
    async with BleakClient(device, backend=client) as sensor:
        await sensor.start_notify(sys.argv[2], lambda *_: None)
        print("streaming", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_client_leaves_the_sensor_to_the_next() -> None:
    with (
        peripheral_process(rate_hz=200.0) as (_, adapter),
        subprocess.Popen([sys.executable, "-c", CLIENT, adapter, DATA], stdout=subprocess.PIPE, text=True) as first,
    ):
        try:
            assert first.stdout is not None
            assert (await asyncio.to_thread(first.stdout.readline)).strip() == "streaming"
        finally:
            first.kill()
        _, client = backends(adapter)
        numbers = Numbers(20)
        async with BleakClient(await find(adapter), backend=client) as sensor:
            await sensor.start_notify(DATA, numbers.take)
            await numbers.enough.wait()
        assert numbers.missing_count() == 0


async def test_two_sensors_in_one_process_over_one_port() -> None:
    async with rig(2) as air, air.air.listen() as adapter:
        await both_stream(air, adapter)


async def test_a_port_that_is_closed_ends_its_clients_links() -> None:
    gone = asyncio.Event()
    async with rig(1) as air:
        async with air.air.listen() as adapter:
            _, client = backends(adapter)
            sensor = BleakClient(await find(adapter), disconnected_callback=lambda _: gone.set(), backend=client)
            await sensor.connect()
        await gone.wait()
        assert not sensor.is_connected
        await sensor.disconnect()


async def both_stream(air: Rig, adapter: str) -> None:
    _, client = backends(adapter)
    sensors = [BleakClient(await find(adapter, k), backend=client) for k in (1, 2)]
    await asyncio.gather(*(sensor.connect() for sensor in sensors))
    got = [Numbers(300), Numbers(300)]
    for sensor, numbers in zip(sensors, got, strict=True):
        await sensor.start_notify(DATA, numbers.take)
    for k in range(300):
        for peripheral in air.peripherals:
            while not await peripheral.notify(k.to_bytes(4, "little") + bytes(236)):
                await asyncio.sleep(0)
    await asyncio.gather(*(numbers.enough.wait() for numbers in got))
    assert got == [list(range(300))] * 2
    await asyncio.gather(*(sensor.disconnect() for sensor in sensors))
