"""The client through the Bluetooth library's own Linux backend, over D-Bus."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from bluez_rig import bluez
from client_rig import LEFT, QUICK, Kept, missing, recording, target, until

from footdrop_imu.device.link import stream
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import find, scan
from footdrop_imu.errors import DeviceError, DeviceReason


@pytest.mark.skipif(sys.platform != "linux" or os.environ.get("CI") != "true", reason="a developer's computer")
def test_nothing_of_this_is_left_out_where_every_change_is_checked() -> None:
    assert shutil.which("dbus-daemon"), "install the package dbus-daemon"


if sys.platform == "linux" and shutil.which("dbus-daemon"):

    @pytest.fixture(autouse=True)
    def own_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("FOOTDROP_ADAPTER", raising=False)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")

    @pytest.mark.parametrize("paired", [False, True])
    async def test_after_a_link_that_broke_nothing_comes_twice(tmp_path: Path, paired: bool) -> None:
        async with asyncio.timeout(20), bluez(tmp_path, paired=paired) as service:
            async with recording("", target("left_foot", LEFT)) as kept:
                for drops in (1, 2):
                    await until(lambda count=drops: len([p for p in kept.packets if p.connection == count - 1]) > 10)
                    service.break_link()
                    await until(lambda count=drops: any(p.connection == count for p in kept.packets))
                await until(lambda: len([p for p in kept.packets if p.connection == 2]) > 10)
            await until(lambda: not service.connected)
        assert max(Counter(kept.of("left_foot")).values()) == 1
        assert service.happened.count("RemoveDevice") == (0 if paired else 2)  # a bond would go with it
        assert service.happened[-4:] == ["write 03", "StopNotify", "StopNotify", "Disconnect"]

    async def test_with_a_subscriber_left_behind_everything_would_come_twice(tmp_path: Path) -> None:
        """The service above does what the cure is for."""
        async with asyncio.timeout(20), bluez(tmp_path, left_behind=[":1.99"]) as service:
            async with recording("", target("left_foot", LEFT)) as kept:
                await until(lambda: len(kept.packets) > 20)
            assert service.left_behind == [":1.99"]
        assert Counter(kept.of("left_foot")).most_common(1)[0][1] == 2

    async def test_a_sensor_that_an_earlier_program_left_connected_is_used(tmp_path: Path) -> None:
        async with asyncio.timeout(20), bluez(tmp_path, connected=True) as service:
            (one,) = await find({"left_foot": "L foot"}, seconds=0.2)
            assert (one.sensor.address, one.profile.id, one.sensor.rssi_dbm) == (LEFT, "footdrop-1", 0)
            async with recording("", one) as kept:
                await until(lambda: len(kept.of("left_foot")) > 10)
            assert "Connect" not in service.happened
            await until(lambda: not service.connected)
        assert missing(kept.of("left_foot")) == 0

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ({"powered": False}, DeviceReason.NO_BLUETOOTH),
            ({"has_adapter": False}, DeviceReason.NO_ADAPTER),
            ({"error": "org.freedesktop.DBus.Error.AccessDenied"}, DeviceReason.NO_PERMISSION),
            ({"error": "org.bluez.Error.NotReady"}, DeviceReason.NO_BLUETOOTH),
            ({"error": "org.bluez.Error.InProgress"}, DeviceReason.BUSY),
        ],
    )
    async def test_what_is_wrong_with_bluetooth_is_said(
        tmp_path: Path, state: dict[str, object], reason: DeviceReason
    ) -> None:
        async with asyncio.timeout(20), bluez(tmp_path, **state):
            with pytest.raises(DeviceError) as caught:
                await scan(0.1)
        assert caught.value.reason is reason

    @pytest.mark.parametrize("samples", [1, 3])
    async def test_a_system_that_does_not_know_the_mtu_is_corrected_by_what_comes(tmp_path: Path, samples: int) -> None:
        profile = load_profile("footdrop-1")
        profile = replace(profile, link=replace(profile.link, smallest_mtu=45))
        stop = asyncio.Event()
        async with asyncio.timeout(20), bluez(tmp_path, mtu=None, samples=samples) as service:
            kept = Kept()
            task = asyncio.create_task(
                stream([target("left_foot", LEFT, profile=profile)], kept, stop=stop, config=QUICK, adapter="")
            )
            await until(lambda: len(kept.of("left_foot")) > 30 or task.done())
            stop.set()
            await asyncio.wait({task})
            await until(lambda: not service.connected)
        if samples == 3:  # 42 bytes arrived whole
            assert task.exception() is None
        else:
            error = task.exception()
            assert isinstance(error, DeviceError)
            assert error.reason is DeviceReason.SMALL_MTU

    async def test_a_sensor_is_seen_with_all_that_the_system_knows_of_it(tmp_path: Path) -> None:
        async with asyncio.timeout(20), bluez(tmp_path) as service:
            (one,) = await scan(0.3)
        assert (one.address, one.name, one.rssi_dbm) == (LEFT, "L foot", -60)
        assert one.profile is not None
        assert service.happened[:3] == ["SetDiscoveryFilter", "StartDiscovery", "StopDiscovery"]
