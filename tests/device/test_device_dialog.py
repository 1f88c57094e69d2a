"""Commands and their answers, among them those that share a byte stream with the samples."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from bumble.att import Attribute
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from client_rig import LEFT, QUICK, Kept, recording, target, until

from footdrop_imu.device.byte_pattern import parse_pattern
from footdrop_imu.device.dialog import battery_percent, find_reply
from footdrop_imu.device.link import stream
from footdrop_imu.device.packets import LinkEventKind
from footdrop_imu.device.profile import Battery
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.errors import DeviceError, DeviceReason

# WT901BLE68 at work; obedier/vib analyze_wt901_data.py @245a961
FRAME = bytes.fromhex("5561c1fcf0fe1a06bc028700a700e3069f032b6f")
BATTERY_REPLY = bytes.fromhex("5571640082010000000000000000000000000000")


@dataclass
class Stream:
    """A sensor whose answers stand among its frames, cut where a notification happens to end; its registers."""

    device: Device
    registers: dict[int, int] = field(default_factory=lambda: {0x03: 0x0B, 0x96: 0, 0x64: 386})
    waiting: bytes = b""
    task: asyncio.Task[None] | None = None

    async def power_on(self) -> None:
        link, both = load_profile("witmotion-20").link, Characteristic.Properties
        commands = Characteristic(
            UUID(link.write), both.WRITE, Attribute.Permissions.WRITEABLE, CharacteristicValue(write=self._on_write)
        )
        self.data = Characteristic(UUID(link.notify[0]), both.NOTIFY, Attribute.Permissions.READABLE, b"")
        self.data.on("subscription", self._on_subscription)
        self.device.add_service(Service(UUID(link.service), [commands, self.data]))
        await self.device.power_on()
        name = AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, b"WT901BLE68")])
        await self.device.start_advertising(auto_restart=True, advertising_data=bytes(name))

    def _on_subscription(self, _: Connection, notify: bool, __: bool) -> None:
        if self.task is not None:
            self.task.cancel()
        self.task = asyncio.create_task(self._stream()) if notify else None

    def _on_write(self, _: Connection, value: bytes) -> None:
        if value[2] == 0x27:
            number = self.registers[value[3]].to_bytes(2, "little")
            self.waiting += bytes((0x55, 0x71, value[3], 0)) + number + bytes(14)

    async def _stream(self) -> None:
        for sizes in count():
            self.waiting += FRAME
            answer = self.waiting.find(b"\x55\x71")
            size = (33, 20, 47, 27)[sizes % 4] if answer < 0 else answer + 3
            piece, self.waiting = self.waiting[:size], self.waiting[size:]
            await self.device.notify_subscribers(self.data, piece)
            await asyncio.sleep(0.01)


async def test_answers_are_found_among_the_frames_wherever_a_notification_ends() -> None:
    air = Air()
    sensor = Stream(air.sensor("WT901BLE68", LEFT).device)
    await sensor.power_on()
    async with recording(air, target("left_foot", LEFT, "WT901BLE68", load_profile("witmotion-20"))) as kept:
        await until(lambda: len(kept.packets) > 20)
    assert kept.last(LinkEventKind.BATTERY)["percent"] == pytest.approx(72.0)
    assert kept.last(LinkEventKind.CONFIGURED)["answers"] == {"payload": 0}
    assert FRAME in b"".join(packet.data for packet in kept.packets)


@pytest.mark.parametrize(
    ("register", "value", "words"),
    [(0x03, 0x09, r"read the rate back: expected the answer 55 71 03 00 0B 00 \*"), (0x96, 1, "payload")],
)
async def test_a_setting_that_the_sensor_did_not_take_is_seen(register: int, value: int, words: str) -> None:
    air = Air()
    sensor = Stream(air.sensor("WT901BLE68", LEFT).device)
    sensor.registers[register] = value
    await sensor.power_on()
    profile = load_profile("witmotion-20")
    profile = replace(profile, commands=tuple(replace(one, timeout_s=0.5) for one in profile.commands))
    with pytest.raises(DeviceError, match=words) as caught:
        async with asyncio.timeout(10):
            await stream(
                [target("left_foot", LEFT, "WT901BLE68", profile)],
                Kept(),
                stop=asyncio.Event(),
                config=QUICK,
                adapter=air.adapter,
            )
    assert caught.value.reason is DeviceReason.WRONG_FIRMWARE


def test_a_reply_is_looked_for_in_a_piece_only_where_frames_share_it() -> None:
    pattern = parse_pattern("55 71 64 00 <battery:u16> *")
    assert find_reply(pattern, BATTERY_REPLY, anywhere=False) == {"battery": 386}
    assert find_reply(pattern, FRAME + BATTERY_REPLY, anywhere=False) is None
    assert find_reply(pattern, FRAME + BATTERY_REPLY, anywhere=True) == {"battery": 386}
    assert find_reply(pattern, FRAME[7:] + BATTERY_REPLY + FRAME[:3], anywhere=True) == {"battery": 386}
    assert find_reply(pattern, FRAME + BATTERY_REPLY[:5], anywhere=True) is None
    whole = parse_pattern("01 ??")
    assert find_reply(whole, b"\x01\x02", anywhere=False) == {}
    assert find_reply(whole, b"\x01\x02\x03", anywhere=False) is None
    assert find_reply(whole, b"\x01\x02\x03", anywhere=True) == {}


@pytest.mark.parametrize(
    ("told", "percent"),
    [(300, 5.0), (340, 5.0), (345, 7.5), (350, 10.0), (396, 100.0), (430, 100.0), (386, 72.0)],
)
def test_volts_become_percent_along_the_maker_s_table(told: float, percent: float) -> None:
    battery = load_profile("witmotion-20").battery
    assert battery_percent(battery, {"battery": told}) == pytest.approx(percent)


def test_percent_stay_percent_and_nothing_stays_nothing() -> None:
    assert battery_percent(Battery(), {"battery": 88.0}) == 88.0
    assert battery_percent(Battery(), {"battery": 120.0}) == 100.0
    assert battery_percent(Battery(scale=0.1), {"battery": 880.0}) == pytest.approx(88.0)
    assert battery_percent(Battery(), {}) is None
