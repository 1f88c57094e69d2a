"""What the simulated air does to packets and links, seen by bleak's ordinary client."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError
from bumble.device import Device
from bumble.hci import Address
from rig import DATA, EVENTS, INFO, Peripheral, Rig, address_of, rig

from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_backend import backends
from footdrop_imu.device.virtual_faults import AirFaults
from footdrop_imu.errors import DeviceError, DeviceReason, SchemaError

pytestmark = pytest.mark.usefixtures("limit")


class Listener:
    """A client that has subscribed; ``numbers``: of the notifications that came, ``gone``: once the link is over."""

    def __init__(self, air: Rig, number: int = 1) -> None:
        self.numbers: list[int] = []
        self.gone = asyncio.Event()
        self.arrivals_s: list[float] = []
        self._air, self._number = air, number

    async def __aenter__(self) -> Listener:
        scanner, client = backends(self._air.adapter)
        device = await BleakScanner.find_device_by_name(f"Foot {self._number}", timeout=5, backend=scanner)
        assert device is not None
        self.client = BleakClient(device, disconnected_callback=lambda _: self.gone.set(), backend=client)
        await self.client.connect()
        await self.client.start_notify(DATA, self._take)
        return self

    def _take(self, _: object, data: bytearray) -> None:
        self.numbers.append(int.from_bytes(data[:4], "little"))
        self.arrivals_s.append(self._air.air.time_s())

    async def __aexit__(self, *_: object) -> None:
        await self.client.disconnect()


async def stream(air: Rig, peripheral: Peripheral, count: int, rate_hz: float) -> list[int]:
    """Send numbered notifications at a rate of the air's time; gives the numbers that the firmware did not drop."""
    start_s, sent = air.air.time_s(), []
    for k in range(count):
        await air.air.sleep(max(0.0, start_s + k / rate_hz - air.air.time_s()))
        if await peripheral.notify(k.to_bytes(4, "little") + bytes(96)):
            sent.append(k)
    return sent


async def test_a_link_that_is_too_slow_makes_the_firmware_drop() -> None:
    faults = AirFaults(connection_interval_s=0.05, packets_per_event=4)
    async with rig(2, faults, speed=4) as air, Listener(air, 1) as first, Listener(air, 2) as second:
        for peripheral in air.peripherals:
            peripheral.queue_size = 12
        start_s = air.air.time_s()
        sent = await asyncio.gather(*(stream(air, peripheral, 200, 200) for peripheral in air.peripherals))
        passed_s = air.air.time_s() - start_s
        for listener in (first, second):
            await listener.client.read_gatt_char(INFO)
    assert [first.numbers, second.numbers] == sent  # what the firmware let go arrives; the rest never went
    for peripheral in air.peripherals:
        # 80 packets a second can go and 200 are made; what waits at the end goes too
        assert 20 <= peripheral.sent_count <= 80 * passed_s + 30
        assert peripheral.dropped_count == 200 - peripheral.sent_count


async def test_a_link_that_is_fast_enough_loses_nothing() -> None:
    faults = AirFaults(connection_interval_s=0.03, packets_per_event=6, packet_error_frac=0.05)
    async with rig(1, faults, speed=2) as air, Listener(air) as listener:
        assert await stream(air, air.peripherals[0], 100, 100) == list(range(100))
        await listener.client.read_gatt_char(INFO)
        assert listener.numbers == list(range(100))


async def test_packets_come_in_bursts_at_the_connection_events() -> None:
    async with rig(1, AirFaults(connection_interval_s=0.05, packets_per_event=20)) as air, Listener(air) as listener:
        await stream(air, air.peripherals[0], 40, 100)
        await listener.client.read_gatt_char(INFO)
        arrivals_s = listener.arrivals_s
    # 40 packets at 100 Hz, in connection events of 0.05 s; one by one they would be 40 bursts.
    bursts = 1 + sum(later - earlier > 0.02 for earlier, later in itertools.pairwise(arrivals_s))
    assert 2 <= bursts <= 20


async def test_what_waits_is_seen_by_the_firmware() -> None:
    async with rig(1, AirFaults(connection_interval_s=0.5)) as air:
        peripheral = air.peripherals[0]
        listening = asyncio.ensure_future(Listener(air).__aenter__())
        while not peripheral.sensor.device.connections:
            await asyncio.sleep(0.01)
        (connection,) = peripheral.sensor.device.connections.values()
        before = peripheral.sensor.waiting_count
        for _ in range(20):
            connection.send_l2cap_pdu(0x3F, b"to nobody")
        assert peripheral.sensor.waiting_count - before == 20
        listening.cancel()
        await asyncio.wait({listening})


@pytest.mark.parametrize("faults", [AirFaults(packet_error_frac=0.5), AirFaults(latency_jitter_s=0.02)])
async def test_damaged_or_late_packets_come_in_order(faults: AirFaults) -> None:
    async with rig(1, faults) as air, Listener(air) as listener:
        sent = await stream(air, air.peripherals[0], 200, 1000)
        await listener.client.read_gatt_char(INFO)
        assert listener.numbers == sent


async def test_latency_holds_back_what_arrives() -> None:
    async with rig(1, AirFaults(latency_s=0.03)) as air, Listener(air) as listener:
        start_s = air.air.time_s()
        await stream(air, air.peripherals[0], 20, 1000)
        await listener.client.read_gatt_char(INFO)
        assert len(listener.numbers) == 20
        assert listener.arrivals_s[0] - start_s >= 0.03


async def test_lost_notifications_are_missing_at_the_client_only() -> None:
    async with rig(1, AirFaults(lost_frac=0.1)) as air, Listener(air) as listener:
        assert await stream(air, air.peripherals[0], 300, 1000) == list(range(300))
        await listener.client.read_gatt_char(INFO)
        assert listener.numbers == sorted(set(listener.numbers))
        assert 240 <= len(listener.numbers) <= 295


async def test_indications_and_answers_are_never_lost() -> None:
    got: list[bytes] = []
    async with rig(1, AirFaults(lost_frac=1.0)) as air, Listener(air) as listener:
        await listener.client.start_notify(EVENTS, lambda _, data: got.append(bytes(data)))
        await air.peripherals[0].indicate(b"one")
        await stream(air, air.peripherals[0], 5, 1000)
        assert (got, listener.numbers) == ([b"one"], [])


async def test_shortly_out_of_range_the_link_stands() -> None:
    async with rig(1, AirFaults(supervision_timeout_s=0.8)) as air, Listener(air) as listener:
        controller = air.peripherals[0].sensor.controller
        controller.out_of_range = True
        for k in range(10):
            await air.peripherals[0].notify(k.to_bytes(4, "little"))
        await asyncio.sleep(0.1)
        assert listener.numbers == []
        controller.out_of_range = False
        await listener.client.read_gatt_char(INFO)
        assert listener.numbers == list(range(10))
        await asyncio.sleep(1.0)
        assert not listener.gone.is_set()


async def test_long_out_of_range_both_ends_end_the_link_and_find_each_other_again() -> None:
    async with rig(2, AirFaults(supervision_timeout_s=1.0), speed=5) as air:
        peripheral = air.peripherals[0]
        async with Listener(air, 1) as first, Listener(air, 2) as second:
            since_s = air.air.time_s()
            peripheral.sensor.controller.out_of_range = True
            await first.gone.wait()
            assert air.air.time_s() - since_s >= 0.99
            assert not second.gone.is_set()
        while peripheral.sensor.device.connections:
            await asyncio.sleep(0.01)
        scanner, _ = backends(air.adapter)
        assert await BleakScanner.find_device_by_name("Foot 1", timeout=0.1, backend=scanner) is None
        peripheral.sensor.controller.out_of_range = False
        async with Listener(air, 1) as again:
            assert await stream(air, peripheral, 5, 1000) == list(range(5))
            await again.client.read_gatt_char(INFO)
            assert again.numbers == list(range(5))


async def test_a_goodbye_out_of_range_is_not_heard() -> None:
    async with rig(1, AirFaults(supervision_timeout_s=0.3)) as air, Listener(air) as listener:
        since_s = air.air.time_s()
        air.peripherals[0].sensor.controller.out_of_range = True
        air.peripherals[0].sensor.controller.drop_link()
        await listener.gone.wait()
        assert air.air.time_s() - since_s >= 0.29


async def test_faults_to_order_begin_with_the_first_connection() -> None:
    """The sensor drops the link after 0.3 s, and is away from 1.5 s to 2.2 s, counted from the first connection."""
    faults = AirFaults(drop_at_s=(0.3,), out_of_range_s=((1.5, 2.2),), supervision_timeout_s=0.3)
    reasons: asyncio.Queue[int] = asyncio.Queue()
    async with rig(1, faults) as air, await air.adapter() as transport:
        await air.air.sleep(0.5)
        device = Device.with_hci("client", Address("F0:00:00:00:00:01"), transport.source, transport.sink)
        await device.power_on()
        ended = []
        for _ in range(2):
            connection = await device.connect(address_of(1))
            connection.on(connection.EVENT_DISCONNECTION, reasons.put_nowait)
            ended.append(await reasons.get())
        assert ended == [0x13, 0x08]
        await device.connect(address_of(1))
        await asyncio.sleep(0.5)
        assert reasons.empty()


async def test_a_power_cut_is_found_out_by_the_supervision_timeout() -> None:
    async with rig(1, AirFaults(supervision_timeout_s=0.3)) as air, Listener(air) as listener:
        since_s = air.air.time_s()
        air.peripherals[0].sensor.controller.vanish()
        assert listener.client.is_connected
        await listener.gone.wait()
        assert air.air.time_s() - since_s >= 0.29


async def test_a_drop_at_any_step_of_connecting_is_an_error_and_no_trap() -> None:
    """The sensor drops the link at the first, second … request of connecting and subscribing, until none is left."""
    async with rig(1) as air:
        peripheral = air.peripherals[0]
        server, left = peripheral.sensor.device.gatt_server, 0
        serve = server.on_gatt_pdu

        def serve_or_drop(bearer: object, request: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                peripheral.sensor.controller.drop_link()
            else:
                serve(bearer, request)

        server.on_gatt_pdu = serve_or_drop
        calls: list[BleakClient] = []
        scanner, client = backends(air.adapter)
        device = await BleakScanner.find_device_by_name("Foot 1", timeout=5, backend=scanner)
        assert device is not None
        for step in itertools.count(1):
            sensor = BleakClient(device, disconnected_callback=calls.append, backend=client)
            left = step
            try:
                await sensor.connect()
            except BleakError:
                assert not sensor.is_connected
                assert calls == []  # it never was connected
                continue
            try:
                await sensor.start_notify(DATA, lambda *_: None)
            except BleakError:
                assert calls == [sensor]
                calls.clear()
                continue
            break
        await sensor.disconnect()
    assert step > 10  # MTU, services, characteristics, descriptors, subscription


async def test_a_drop_while_subscribing_is_an_error() -> None:
    async with rig(1, AirFaults(connection_interval_s=0.01)) as air:
        peripheral = air.peripherals[0]

        async def drop_when_subscribed() -> None:
            await peripheral.subscribed.wait()
            peripheral.sensor.controller.drop_link()

        dropping = asyncio.ensure_future(drop_when_subscribed())
        with pytest.raises(BleakError):
            await Listener(air).__aenter__()
        await dropping
        async with Listener(air) as listener:
            await stream(air, peripheral, 5, 1000)
            await listener.client.read_gatt_char(INFO)
            assert listener.numbers == list(range(5))


async def test_a_hundred_times_faster() -> None:
    async with rig(1, AirFaults(connection_interval_s=0.015), speed=100) as air, Listener(air) as listener:
        sent = await stream(air, air.peripherals[0], 2000, 20)
        await listener.client.read_gatt_char(INFO)
        assert listener.numbers == sent
        assert air.air.time_s() >= 99.0


async def test_throughput() -> None:
    async with rig(2) as air, Listener(air, 1) as first, Listener(air, 2) as second:
        for k in range(1000):
            for peripheral in air.peripherals:
                while not await peripheral.notify(k.to_bytes(4, "little") + bytes(236)):
                    await asyncio.sleep(0)
        for listener in (first, second):
            await listener.client.read_gatt_char(INFO)
        assert first.numbers == second.numbers == list(range(1000))


async def test_a_taken_port_is_told() -> None:
    air = Air()
    async with air.listen() as adapter:
        port = int(adapter.rpartition(":")[2])
        with pytest.raises(DeviceError, match=f"Port {port} cannot be listened on") as caught:
            async with air.listen(port):
                pass
    assert caught.value.reason is DeviceReason.BUSY


@pytest.mark.parametrize(
    "wrong",
    [
        {"connection_interval_s": -1.0},
        {"packets_per_event": 0},
        {"packet_error_frac": 1.0},
        {"lost_frac": float("nan")},
        {"out_of_range_s": ((2.0, 1.0),)},
        {"drop_at_s": (-1.0,)},
        {"supervision_timeout_s": 0.0},
    ],
)
def test_a_link_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SchemaError, match=next(iter(wrong))):
        AirFaults(**wrong)


async def test_a_speed_that_cannot_be_is_refused() -> None:
    with pytest.raises(SchemaError, match="speed is 0"):
        Air(speed=0)
