"""Everything that can keep a sensor from streaming has a name, and a message that says what to do."""

from __future__ import annotations

import asyncio
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from client_rig import LEFT, QUICK, Kept, make, recording, target, until
from sensor_rig import walk_of

from footdrop_imu.device.advice import advice
from footdrop_imu.device.ble import choose_radio, system_error
from footdrop_imu.device.link import stream
from footdrop_imu.device.packets import LinkEventKind
from footdrop_imu.device.profile import Identity, Profile, uuid_of
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import Target, scan
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.errors import DeviceError, DeviceReason, ProfileError

ONCE = replace(QUICK, first_attempts=1)


def hasty(**more: object) -> Profile:
    """The project's own profile, of a sensor that answers at once or never."""
    profile = load_profile("footdrop-1")
    return replace(profile, commands=tuple(replace(command, timeout_s=0.3) for command in profile.commands), **more)


async def refused(air: Air, *targets: Target) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        async with asyncio.timeout(15):
            await stream(targets, Kept(), stop=asyncio.Event(), config=ONCE, adapter=air.adapter)
    return caught.value


@pytest.mark.parametrize(
    ("faults", "reason", "words"),
    [
        ({"answers": {1: 0x80}}, DeviceReason.REFUSED, "refused writing 01 c8 00"),
        ({"answers": {1: 0x05}}, DeviceReason.REFUSED, "wants to be paired"),
        ({"answers": {0: bytes((0, 2, 16, 0xD0, 7))}}, DeviceReason.WRONG_FIRMWARE, "expected version 1"),
        (
            {"answers": {0: bytes((0, 1, 8, 0xD0, 7))}},
            DeviceReason.WRONG_FIRMWARE,
            "acc_range_g 16, and the sensor says 8",
        ),
        ({"answers": {1: b"\x01\x64\x00"}}, DeviceReason.WRONG_FIRMWARE, "the sensor answered 01 64 00"),
        ({"answers": {2: b"\x02\xff"}}, DeviceReason.REFUSED, "the sensor answered 02 ff"),
        ({"answers": {1: None}}, DeviceReason.SILENT, "did not answer within 0.3 s when it was asked to set the rate"),
        ({"mute": True}, DeviceReason.SILENT, "is connected and sent nothing"),
        ({"battery": 1}, DeviceReason.BATTERY_EMPTY, "is at 1 %"),
        (
            {"data": "f00d0009-6ad5-4f5c-8c7e-2a6f1d9b3e10"},
            DeviceReason.WRONG_FIRMWARE,
            "does not have what the profile",
        ),
        ({"shy": True}, DeviceReason.BUSY, "advertises, but the connection did not come about"),
    ],
)
async def test_a_sensor_that_cannot_be_used_is_refused_by_name(faults: dict, reason: DeviceReason, words: str) -> None:
    air = Air()
    firmware = await make(air, **faults)
    error = await refused(air, target("left_foot", LEFT, profile=hasty()))
    assert error.reason is reason
    assert words in error.message
    assert error.message.startswith("Left foot: ")
    assert error.message.endswith(advice(reason))
    assert error.sensor == "left_foot"
    await until(lambda: firmware.connection is None)  # nobody is left connected


async def test_what_another_attempt_does_not_mend_is_not_tried_again() -> None:
    air = Air()
    empty = await make(air, battery=0)
    with pytest.raises(DeviceError, match="is at 0 %"):
        async with asyncio.timeout(15):
            await stream([target("left_foot", LEFT)], Kept(), stop=asyncio.Event(), config=QUICK, adapter=air.adapter)
    assert empty.happened.count("connected") == 1


async def test_one_sensor_that_cannot_be_used_frees_the_other() -> None:
    air = Air()
    left, right = await make(air), await make(air, "R foot", "F0:F1:F2:00:00:02", battery=0)
    error = await refused(air, target("left_foot", LEFT), target("right_foot", "F0:F1:F2:00:00:02", "R foot"))
    assert (error.reason, error.sensor) == (DeviceReason.BATTERY_EMPTY, "right_foot")
    assert left.connection is None
    assert right.connection is None
    assert "write 02" not in left.happened  # they start together


async def test_a_sensor_that_somebody_else_holds_does_not_advertise() -> None:
    from bleak import BleakClient, BleakScanner

    air = Air()
    await make(air)
    radio = choose_radio(air.adapter)
    device = await BleakScanner.find_device_by_address(LEFT, **radio.scanner)
    assert device is not None
    async with BleakClient(device, **radio.client):
        error = await refused(air, target("left_foot", LEFT))
    assert error.reason is DeviceReason.BUSY
    assert "does not advertise any more" in error.message
    assert "connected elsewhere" in error.message


@pytest.mark.parametrize("mtu", [23, 60])
async def test_packets_that_would_be_cut_off_are_refused(mtu: int) -> None:
    air = Air()
    await make(air, mtu=mtu, samples=8)
    profile = hasty()
    error = await refused(
        air, target("left_foot", LEFT, profile=replace(profile, link=replace(profile.link, smallest_mtu=105)))
    )
    assert error.reason is DeviceReason.SMALL_MTU
    assert f"(MTU {mtu})" in error.message
    assert "needs 102 (MTU 105)" in error.message


async def test_short_packets_do_with_the_smallest_mtu() -> None:
    air = Air()
    left = await make(air, mtu=23)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 5)
    assert kept.last(LinkEventKind.CONNECTED)["mtu"] == 23
    assert kept.of("left_foot")[0] == left.sent[0]


def asks_model(other: str = "footdrop-1") -> Profile:
    return hasty(id="asks-first", identity=(Identity("model", uuid_of("2a24"), "A", {"B": other}),))


async def test_a_sensor_may_turn_out_to_be_another_ones_after_connecting() -> None:
    air = Air()
    await make(air, model="B")
    async with recording(air, target("left_foot", LEFT, profile=asks_model())) as kept:
        await until(lambda: len(kept.of("left_foot")) > 5)
    configured = kept.last(LinkEventKind.CONFIGURED)
    assert configured["profile"] == "footdrop-1"
    assert configured["profile_text"] == load_profile("footdrop-1").text
    assert kept.last(LinkEventKind.CONNECTED)["model"] == "B"


async def test_one_maker_s_older_sensor_is_told_from_the_newer_that_advertises_alike() -> None:
    older, newer = load_profile("mbientlab-metamotion-r"), load_profile("mbientlab-metamotion-s")
    air = Air(speed=4.0)
    async with (
        VirtualSensor(air, older, walk_of(older), segment="left_foot") as sensor,
        recording(air, target("left_foot", LEFT, sensor.name, newer)) as kept,
    ):
        await until(lambda: len(kept.packets) > 10)
    assert kept.last(LinkEventKind.CONFIGURED)["profile"] == older.id


@pytest.mark.parametrize(("model", "words"), [("C", "model 'C'"), ("", "no model")])
async def test_a_sensor_that_says_it_is_something_else_is_refused(model: str, words: str) -> None:
    air = Air()
    await make(air, model=model)
    error = await refused(air, target("left_foot", LEFT, profile=asks_model()))
    assert error.reason is DeviceReason.WRONG_FIRMWARE
    assert words in error.message
    assert "asks-first" in error.message


@pytest.mark.parametrize(
    ("count", "reason"), [(0, DeviceReason.NOT_FOUND), (2, DeviceReason.AMBIGUOUS)], ids=["none", "two for one foot"]
)
async def test_each_place_needs_one_sensor(count: int, reason: DeviceReason) -> None:
    error = await refused(Air(), *[target("left_foot", LEFT)] * count)
    assert error.reason is reason


async def test_a_rate_that_the_sensor_does_not_have_is_refused_before_anybody_connects() -> None:
    air = Air()
    left = await make(air)
    with pytest.raises(ProfileError, match="it offers 100, 200 Hz"):
        await stream(
            [replace(target("left_foot", LEFT), rate_hz=123.0)], Kept(), stop=asyncio.Event(), adapter=air.adapter
        )
    assert left.happened == []


async def test_a_simulated_sensor_that_is_not_there_is_said_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        adapter = f"tcp-client:127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(DeviceError) as caught:
            await scan(0.1, adapter=adapter)
    assert caught.value.reason in (DeviceReason.NO_BLUETOOTH, DeviceReason.NO_ADAPTER)
    assert "footdrop simulate sensor" in caught.value.message


async def test_the_environment_names_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_ADAPTER", "hci:nonsense")
    with pytest.raises(DeviceError, match="nonsense") as caught:
        await scan(0.1)
    assert caught.value.reason is DeviceReason.NO_ADAPTER
    monkeypatch.setenv("FOOTDROP_ADAPTER", "hci1")
    assert choose_radio().client == {"bluez": {"adapter": "hci1"}}


if sys.platform == "linux":

    async def test_a_computer_whose_bluetooth_does_not_run_is_told_so(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("FOOTDROP_ADAPTER", raising=False)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
        with pytest.raises(DeviceError) as caught:
            await scan(0.1)
        assert caught.value.reason is DeviceReason.NO_BLUETOOTH
        assert "bluetoothctl power on" in caught.value.message


def bleak_error(name: str, *arguments: str) -> Exception:
    from bleak import exc

    if name == "dbus":
        return exc.BleakDBusError(arguments[0], list(arguments[1:]))
    return exc.BleakBluetoothNotAvailableError("of the library", exc.BleakBluetoothNotAvailableReason[name])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (bleak_error("POWERED_OFF"), DeviceReason.NO_BLUETOOTH),
        (bleak_error("UNKNOWN"), DeviceReason.NO_BLUETOOTH),
        (bleak_error("NO_BLUETOOTH"), DeviceReason.NO_ADAPTER),
        (bleak_error("NO_BLE_CENTRAL_ROLE"), DeviceReason.NO_ADAPTER),
        (bleak_error("DENIED_BY_USER"), DeviceReason.NO_PERMISSION),
        (bleak_error("DENIED_BY_SYSTEM"), DeviceReason.NO_PERMISSION),
        (bleak_error("DENIED_BY_UNKNOWN"), DeviceReason.NO_PERMISSION),
        (bleak_error("dbus", "org.freedesktop.DBus.Error.AccessDenied", "Rejected"), DeviceReason.NO_PERMISSION),
        (bleak_error("dbus", "org.bluez.Error.NotReady", "Resource Not Ready"), DeviceReason.NO_BLUETOOTH),
        (bleak_error("dbus", "org.freedesktop.DBus.Error.ServiceUnknown", "gone"), DeviceReason.NO_BLUETOOTH),
        (bleak_error("dbus", "org.bluez.Error.InProgress", "Operation already in progress"), DeviceReason.BUSY),
        (PermissionError(13, "Access is denied"), DeviceReason.NO_PERMISSION),
        (FileNotFoundError(2, "No such file or directory"), DeviceReason.NO_BLUETOOTH),
    ],
)
def test_what_the_system_says_of_its_bluetooth_is_told_by_its_reason(error: Exception, reason: DeviceReason) -> None:
    named = system_error(error, choose_radio(""))
    assert named is not None
    assert named.reason is reason
    assert named.message.endswith(advice(reason))
    assert "BleakBluetooth" not in named.message
    assert "Reason." not in named.message


def test_an_error_of_one_sensor_is_none_of_the_system() -> None:
    assert system_error(bleak_error("dbus", "org.bluez.Error.Failed", "le-connection-abort"), choose_radio("")) is None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_advice_of_its_own_for_its_bluetooth(platform: str) -> None:
    for reason in (DeviceReason.NO_BLUETOOTH, DeviceReason.NO_ADAPTER, DeviceReason.NO_PERMISSION):
        words = advice(reason, platform=platform)
        assert words.endswith(".")
        others = {advice(reason, platform=other) for other in ("linux", "darwin", "win32")}
        assert len(others) == 3
        assert "simulate" in advice(reason, simulated=True, platform=platform)
