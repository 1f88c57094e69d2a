"""bleak's ordinary scanner and client on a simulated air, through a real bumble stack on both sides."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from types import ModuleType

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bumble.core import TimeoutError as BumbleTimeoutError
from bumble.device import Device
from bumble.hci import Address
from rig import BROKEN, COMPANY, CONTROL, DATA, EVENTS, INFO, SERVICE, SLOW, Rig, address_of, rig

from footdrop_imu.device.virtual_backend import backends, parse_adapter
from footdrop_imu.device.virtual_controller import AirController
from footdrop_imu.errors import DeviceError, DeviceReason


@pytest.fixture
async def air() -> AsyncIterator[Rig]:
    async with rig(2) as made:
        yield made


pytestmark = pytest.mark.usefixtures("limit")


async def find(air: Rig, number: int = 1, scanner: type[BaseBleakScanner] | None = None) -> BLEDevice:
    scanner = scanner or backends(air.adapter)[0]
    device = await BleakScanner.find_device_by_name(f"Foot {number}", timeout=5, backend=scanner)
    assert device is not None
    return device


@contextlib.asynccontextmanager
async def connected(air: Rig, number: int = 1, **options: object) -> AsyncIterator[BleakClient]:
    _, client = backends(air.adapter)
    async with BleakClient(await find(air, number), backend=client, **options) as sensor:
        yield sensor


async def test_a_scan_tells_name_services_and_company(air: Rig) -> None:
    scanner, _ = backends(air.adapter)
    found = await BleakScanner.discover(timeout=0.2, return_adv=True, backend=scanner)
    by_name = {device.name: (device, advertisement) for device, advertisement in found.values()}
    assert set(by_name) == {"Foot 1", "Foot 2"}
    device, advertisement = by_name["Foot 2"]
    assert device.address == address_of(2)
    assert advertisement.local_name == "Foot 2"  # in the scan response
    assert advertisement.service_uuids == [SERVICE]
    assert advertisement.manufacturer_data == {COMPANY: b"\x01\x02\x03"}
    assert advertisement.rssi < 0


async def test_a_scan_for_a_service_gives_only_who_has_it(air: Rig) -> None:
    scanner, _ = backends(air.adapter)
    having = await BleakScanner.discover(timeout=0.1, service_uuids=[SERVICE], backend=scanner)
    other = await BleakScanner.discover(timeout=0.1, service_uuids=[INFO], backend=scanner)
    assert (len(having), other) == (2, [])


async def test_two_scans_at_once_and_one_while_connected(air: Rig) -> None:
    scanner, client = backends(air.adapter)
    first, second = await asyncio.gather(
        BleakScanner.find_device_by_name("Foot 1", timeout=5, backend=scanner),
        BleakScanner.find_device_by_name("Foot 2", timeout=5, backend=scanner),
    )
    assert first is not None
    assert second is not None
    async with BleakClient(first, backend=client):
        names = {device.name for device in await BleakScanner.discover(timeout=0.1, backend=scanner)}
    assert names == {"Foot 2"}  # who is connected does not advertise


def adapter_of(air: Rig) -> AirController:
    (adapter,) = air.air.link.controllers - {peripheral.sensor.controller for peripheral in air.peripherals}
    assert isinstance(adapter, AirController)
    return adapter


async def test_a_scan_that_has_ended_is_over_for_the_adapter_too(air: Rig) -> None:
    scanner, client = backends(air.adapter)
    async with BleakClient(await find(air, 1, scanner), backend=client):
        async with BleakScanner(backend=scanner):
            assert adapter_of(air).le_scan_enable
        assert not adapter_of(air).le_scan_enable


async def test_an_adapter_that_hears_nothing_finds_nothing(air: Rig) -> None:
    scanner, client = backends(air.adapter)
    async with BleakClient(await find(air, 1, scanner), backend=client):
        adapter_of(air).out_of_range = True
        assert await BleakScanner.discover(timeout=0.1, backend=scanner) == []


async def test_a_client_that_is_gone_is_missed_by_a_sensor_that_sends_nothing(air: Rig) -> None:
    device = air.peripherals[0].sensor.device
    async with connected(air):
        assert device.connections
        adapter_of(air).switch_off()
        async with asyncio.timeout(10):
            while device.connections:
                await asyncio.sleep(0.05)


async def test_bumbles_own_connection_timeout_ends_too(air: Rig) -> None:
    async with await air.adapter() as transport:
        device = Device.with_hci("client", Address("F0:00:00:00:00:01"), transport.source, transport.sink)
        await device.power_on()
        with pytest.raises(BumbleTimeoutError):
            await device.connect(address_of(9), timeout=0.05)
        await device.connect(address_of(1), timeout=5)


async def test_services_and_mtu(air: Rig) -> None:
    async with connected(air) as sensor:
        assert sensor.mtu_size == 247
        service = sensor.services.get_service(SERVICE)
        assert service is not None
        properties = {entry.uuid: entry.properties for entry in service.characteristics}
        assert properties[CONTROL] == ["write-without-response", "write"]
        assert (properties[DATA], properties[EVENTS], properties[INFO]) == (["notify"], ["indicate"], ["read"])
        control = sensor.services.get_characteristic(CONTROL)
        assert control is not None
        assert control.max_write_without_response_size == 244


async def test_only_the_services_asked_for_are_discovered(air: Rig) -> None:
    async with connected(air, services=[SERVICE]) as sensor:
        assert [service.uuid for service in sensor.services] == [SERVICE]


async def test_reads_and_writes(air: Rig) -> None:
    async with connected(air) as sensor:
        assert await sensor.read_gatt_char(INFO) == b"info of Foot 1 " * 20  # longer than a packet
        await sensor.write_gatt_char(CONTROL, b"\x01" * 300, response=True)
        await sensor.write_gatt_char(CONTROL, b"\x02\x03", response=False)
        await sensor.write_gatt_char(CONTROL, b"\x04", response=True)
    assert air.peripherals[0].written == [b"\x01" * 300, b"\x02\x03", b"\x04"]


async def test_a_write_that_does_not_fit_is_refused(air: Rig) -> None:
    async with connected(air) as sensor:
        with pytest.raises(BleakError, match="245 bytes do not fit"):
            await sensor.write_gatt_char(CONTROL, bytes(245), response=False)


async def test_the_sensors_own_errors(air: Rig) -> None:
    async with connected(air) as sensor:
        with pytest.raises(BleakGATTProtocolError) as caught:
            await sensor.read_gatt_char(BROKEN)
        assert caught.value.code == 0x80
        with pytest.raises(BleakCharacteristicNotFoundError):
            await sensor.read_gatt_char("0000beef-0000-1000-8000-00805f9b34fb")
        assert await sensor.read_gatt_char(INFO)  # the link stands


async def test_notifications_come_whole_in_order_and_end(air: Rig) -> None:
    peripheral, got = air.peripherals[0], []
    async with connected(air) as sensor:
        await sensor.start_notify(DATA, lambda _, data: got.append(data))
        for k in range(50):
            while not await peripheral.notify(bytes([k]) * 244):
                await asyncio.sleep(0)
        await sensor.read_gatt_char(INFO)  # comes after them
        assert got == [bytes([k]) * 244 for k in range(50)]
        assert all(isinstance(data, bytearray) for data in got)
        await sensor.stop_notify(DATA)
        assert not peripheral.subscribed.is_set()
        await peripheral.notify(b"unheard")
        await peripheral.notify(b"unheard", forced=True)  # some firmware does
        await sensor.read_gatt_char(INFO)
        assert len(got) == 50


async def test_indications(air: Rig) -> None:
    got: list[bytes] = []
    async with connected(air) as sensor:
        await sensor.start_notify(EVENTS, lambda _, data: got.append(bytes(data)))
        await air.peripherals[0].indicate(b"one")  # returns when it is confirmed
        await air.peripherals[0].indicate(b"two")
    assert got == [b"one", b"two"]


async def test_what_cannot_notify_says_so(air: Rig) -> None:
    async with connected(air) as sensor:
        with pytest.raises(BleakError):
            await sensor.start_notify(INFO, lambda *_: None)


async def test_a_small_mtu_cuts_notifications_to_20_bytes(air: Rig) -> None:
    air.peripherals[0].sensor.device.gatt_server.max_mtu = 23
    got: list[bytes] = []
    async with connected(air) as sensor:
        assert sensor.mtu_size == 23
        await sensor.start_notify(DATA, lambda _, data: got.append(bytes(data)))
        await air.peripherals[0].notify(bytes(range(100)))
        assert await sensor.read_gatt_char(INFO) == b"info of Foot 1 " * 20
    assert got == [bytes(range(20))]


async def test_the_disconnected_callback_comes_once_wanted_or_not(air: Rig) -> None:
    calls: list[BleakClient] = []
    async with connected(air, disconnected_callback=calls.append) as sensor:
        pass
    assert calls == [sensor]
    gone = asyncio.Event()
    async with connected(air, disconnected_callback=lambda _: (calls.append(sensor), gone.set())) as sensor:
        air.peripherals[0].sensor.controller.drop_link()
        await gone.wait()
        assert not sensor.is_connected
        with pytest.raises(BleakError):
            await sensor.read_gatt_char(INFO)
    assert len(calls) == 2


async def test_what_waits_for_an_answer_when_the_link_drops_ends_at_once(air: Rig) -> None:
    async with connected(air) as sensor:
        reads = [asyncio.ensure_future(sensor.read_gatt_char(SLOW)) for _ in range(3)]
        await asyncio.sleep(0.05)
        air.peripherals[0].sensor.controller.drop_link()
        async with asyncio.timeout(10):  # not the 30 s that an answer may take
            results = await asyncio.gather(*reads, return_exceptions=True)
    assert [type(result) for result in results] == [BleakError] * 3


async def test_a_late_answer_is_not_taken_for_the_next_one(air: Rig) -> None:
    async with connected(air) as sensor:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await sensor.read_gatt_char(SLOW)
        following = asyncio.ensure_future(sensor.read_gatt_char(INFO))
        await asyncio.sleep(0.01)
        air.peripherals[0].answer.set()
        assert await following == b"info of Foot 1 " * 20


async def test_the_same_client_connects_again(air: Rig) -> None:
    got: list[bytes] = []
    _, client = backends(air.adapter)
    sensor = BleakClient(await find(air), backend=client)
    for k in range(3):
        await sensor.connect()
        await sensor.start_notify(DATA, lambda _, data: got.append(bytes(data)))
        await air.peripherals[0].notify(bytes([k]))
        await sensor.read_gatt_char(INFO)
        await sensor.disconnect()
    assert got == [b"\x00", b"\x01", b"\x02"]


async def test_an_absent_sensor_times_out_and_the_next_connects(air: Rig) -> None:
    _, client = backends(air.adapter)
    first, second = await find(air, 1), await find(air, 2)
    air.peripherals[0].sensor.controller.out_of_range = True
    with pytest.raises(TimeoutError):
        await BleakClient(first, timeout=0.2, backend=client).connect()
    async with BleakClient(second, backend=client) as sensor:
        assert await sensor.read_gatt_char(INFO)
    air.peripherals[0].sensor.controller.out_of_range = False
    async with BleakClient(first, backend=client) as sensor:
        assert await sensor.read_gatt_char(INFO)


async def test_a_connect_given_up_leaves_the_adapter_free(air: Rig) -> None:
    _, client = backends(air.adapter)
    device = await find(air)
    air.peripherals[0].sensor.controller.out_of_range = True
    connecting = asyncio.ensure_future(BleakClient(device, backend=client).connect())
    await asyncio.sleep(0.05)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    air.peripherals[0].sensor.controller.out_of_range = False
    async with BleakClient(device, backend=client) as sensor:
        assert await sensor.read_gatt_char(INFO)


async def test_scans_and_connections_cut_off_at_any_moment_leave_the_adapter_free(air: Rig) -> None:
    scanner, client = backends(air.adapter)
    device = await find(air)
    for step in range(25):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.002 * step), BleakScanner(backend=scanner):
                pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.003 * step):
                async with BleakClient(device, backend=client):
                    pass
    async with BleakClient(await find(air, 1), backend=client) as sensor:
        assert await sensor.read_gatt_char(INFO)
        assert len(air.air.link.controllers) == 3  # two sensors and the one adapter


async def test_connecting_by_the_address_alone(air: Rig) -> None:
    _, client = backends(air.adapter)
    async with BleakClient(address_of(2).lower(), backend=client) as sensor:
        assert (await sensor.read_gatt_char(INFO)).startswith(b"info of Foot 2")
    with pytest.raises(BleakDeviceNotFoundError):
        await BleakClient(address_of(9), timeout=0.2, backend=client).connect()


async def test_two_sensors_at_once_keep_to_themselves(air: Rig) -> None:
    _, client = backends(air.adapter)
    sensors = [BleakClient(await find(air, k), backend=client) for k in (1, 2)]
    await asyncio.gather(*(sensor.connect() for sensor in sensors))
    got: list[list[bytes]] = [[], []]
    for mine, sensor in zip(got, sensors, strict=True):
        await sensor.start_notify(DATA, lambda _, data, mine=mine: mine.append(bytes(data)))
    air.peripherals[0].sensor.controller.drop_link()
    for k in range(5):
        await air.peripherals[1].notify(bytes([k]))
    await sensors[1].read_gatt_char(INFO)
    assert got == [[], [bytes([k]) for k in range(5)]]
    assert [sensor.is_connected for sensor in sensors] == [False, True]
    await asyncio.gather(*(sensor.disconnect() for sensor in sensors))


async def test_a_second_event_loop_finds_the_adapter_anew() -> None:
    program = """
import asyncio, sys
sys.path.insert(0, "tests/device")
from bleak import BleakScanner
from rig import peripheral_process
from footdrop_imu.device.virtual_backend import backends

async def main(left_open):
    scanner, _ = backends(adapter)
    print((await BleakScanner.find_device_by_name("Foot 1", timeout=5, backend=scanner)).name)
    if left_open:
        await BleakScanner(backend=scanner).start()  # nobody stops it

with peripheral_process() as (_, adapter):
    asyncio.run(main(True))
    asyncio.run(main(False))
"""
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (run.stdout.split("\n")[:2], run.stderr) == (["Foot 1", "Foot 1"], "")


async def test_no_adapter_there_is_told_at_once() -> None:
    scanner, client = backends("tcp-client:127.0.0.1:1")
    with pytest.raises(BleakBluetoothNotAvailableError, match=r"127\.0\.0\.1:1 cannot be opened"):
        await BleakScanner.discover(timeout=5, backend=scanner)
    with pytest.raises(BleakBluetoothNotAvailableError):
        await BleakClient(address_of(1), timeout=5, backend=client).connect()


async def test_a_port_that_is_no_adapter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footdrop_imu.device.virtual_host.START_S", 0.2)

    async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen_only, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        scanner, _ = backends(f"tcp-client:127.0.0.1:{port}")
        with pytest.raises(BleakBluetoothNotAvailableError, match="did not answer"):
            await BleakScanner.discover(timeout=1, backend=scanner)
        await asyncio.sleep(0.05)  # the server sees the end


def test_an_adapters_text_is_split_at_the_transports() -> None:
    assert parse_adapter("tcp-client:127.0.0.1:9101, tcp-client:localhost:9102") == [
        "tcp-client:127.0.0.1:9101",
        "tcp-client:localhost:9102",
    ]
    assert parse_adapter("serial:/dev/ttyACM0,1000000,rtscts,usb:0") == ["serial:/dev/ttyACM0,1000000,rtscts", "usb:0"]
    assert parse_adapter("ws-client:ws://127.0.0.1:80/hci") == ["ws-client:ws://127.0.0.1:80/hci"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hci0",
        "tcp-client",
        "tcp-client:127.0.0.1",
        "tcp-client:127.0.0.1:99999",
        "tcp-client:192.168.1.7:9101",
        "tcp-client:example.org:9101",
        "tcp-client:127.0.0.1.example.org:9101",
        "ws-client:ws://10.0.0.1:80/",
        "tcp-server:_:9101",
        "android-netsim",
        "tcp-client:127.0.0.1:9101,nonsense",
    ],
)
def test_an_adapter_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(DeviceError) as caught:
        backends(text)
    assert caught.value.reason is DeviceReason.NO_ADAPTER
    assert "expected" in caught.value.message


def test_without_bumble_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without(
        name: str,
        where: Mapping[str, object] | None = None,
        local: Mapping[str, object] | None = None,
        names: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if name.split(".")[0] == "bumble":
            raise ModuleNotFoundError("No module named 'bumble'", name="bumble")
        return really(name, where, local, names or (), level)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DeviceError, match=r"pip install 'footdrop-imu\[virtual\]'") as caught:
        backends("tcp-client:127.0.0.1:9101")
    assert caught.value.reason is DeviceReason.NOT_INSTALLED


def test_asking_for_backends_is_the_first_to_import_bumble() -> None:
    program = (
        "import sys; import footdrop_imu.device.virtual_backend, footdrop_imu.device.virtual_faults; "
        "sys.exit(any(name.split('.')[0] in ('bumble', 'bleak') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 0
