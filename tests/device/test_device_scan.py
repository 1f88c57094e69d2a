"""Who is there, and which of them is worn where."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from client_rig import LEFT, RIGHT, SERVICE, make
from rig import rig

from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import SeenSensor, find, scan
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.errors import DeviceError, DeviceReason

THINGY = "ef680100-9b35-4933-9b10-52ffa9740042"
UNKNOWN = "12345678-1234-5678-1234-567812345678"


async def crowd() -> Air:
    """Two feet, a sensor that cannot serve, and something else."""
    air = Air()
    await make(air)
    await make(air, "R foot", RIGHT)
    await make(air, "Thingy", "F0:F1:F2:00:00:03", service=THINGY)
    await make(air, "Lamp", "F0:F1:F2:00:00:04", service=UNKNOWN)
    return air


async def test_a_scan_tells_who_is_who_strongest_first() -> None:
    air = await crowd()
    tables: list[list[SeenSensor]] = []
    seen = await scan(0.5, adapter=air.adapter, on_change=tables.append)
    assert {one.address for one in seen} == {LEFT, RIGHT, "F0:F1:F2:00:00:03", "F0:F1:F2:00:00:04"}
    by_name = {one.name: one for one in seen}
    assert by_name["L foot"].profile == load_profile("footdrop-1")
    assert by_name["L foot"].refused == ""
    assert by_name["Thingy"].profile is None
    assert "±2 g" in by_name["Thingy"].refused
    assert by_name["Lamp"].profile is None
    assert by_name["Lamp"].refused == ""
    strengths = [one.rssi_dbm for one in seen]
    assert strengths == sorted(strengths, reverse=True)
    assert len(tables[0]) == 1
    assert len(tables[-1]) == 4
    assert tables[-1] == seen


async def test_a_scan_ends_when_it_is_told_to() -> None:
    air = await crowd()
    stop = asyncio.Event()
    async with asyncio.timeout(5):
        seen = await scan(60, adapter=air.adapter, stop=stop, on_change=lambda _: stop.set())
    assert len(seen) >= 1


async def test_a_name_that_comes_in_an_answer_of_its_own_is_put_to_the_rest() -> None:
    async with rig(1) as air:
        tables: list[list[SeenSensor]] = []
        (one,) = await scan(0.5, adapter=air.adapter, on_change=tables.append)
    assert one.name == "Foot 1"
    assert one.heard.company_ids == (0xFFFF,)
    assert one.heard.services == ("0000a000-0000-1000-8000-00805f9b34fb",)


@pytest.mark.parametrize(
    ("left", "right"), [(LEFT, RIGHT), (LEFT.lower(), RIGHT), ("L foot", "r foot"), ("L f", "R f"), ("0:01", "0:02")]
)
async def test_each_foot_is_found_by_address_name_or_part(left: str, right: str) -> None:
    air = await crowd()
    targets = await find({"left_foot": left, "right_foot": right}, seconds=0.5, adapter=air.adapter, rate_hz=100.0)
    assert [(one.segment, one.sensor.address, one.profile.id) for one in targets] == [
        ("left_foot", LEFT, "footdrop-1"),
        ("right_foot", RIGHT, "footdrop-1"),
    ]
    assert [one.rate() for one in targets] == [100.0, 100.0]


async def test_sensors_given_by_address_are_found_as_soon_as_they_are_heard() -> None:
    air = await crowd()
    async with asyncio.timeout(5):
        await find({"left_foot": LEFT, "right_foot": RIGHT}, seconds=60, adapter=air.adapter)


async def test_sensors_given_by_name_are_found_a_moment_after_they_are_heard() -> None:
    air = await crowd()
    async with asyncio.timeout(10):
        found = await find({"left_foot": "L foot", "right_foot": "0:02"}, seconds=60, adapter=air.adapter)
    assert [one.sensor.address for one in found] == [LEFT, RIGHT]


@pytest.mark.parametrize(
    ("wanted", "reason", "words"),
    [
        ({"left_foot": "Nobody"}, DeviceReason.NOT_FOUND, ["'Nobody' for the left foot", "L foot (F0:", "R foot"]),
        ({"left_foot": "foot"}, DeviceReason.AMBIGUOUS, ["fits 2 sensors", LEFT, RIGHT]),
        ({"left_foot": "L foot", "right_foot": LEFT}, DeviceReason.AMBIGUOUS, ["were given the same sensor"]),
        ({"left_foot": "Thingy"}, DeviceReason.CANNOT_SERVE, ["±2 g"]),
        ({"left_foot": "Lamp"}, DeviceReason.UNKNOWN_SENSOR, ["No profile recognizes Lamp", "--profile"]),
        ({"left_foot": ""}, DeviceReason.NOT_FOUND, ["was not found"]),
    ],
)
async def test_a_sensor_that_is_not_clearly_one_is_refused(
    wanted: Mapping[str, str], reason: DeviceReason, words: list[str]
) -> None:
    air = await crowd()
    with pytest.raises(DeviceError) as caught:
        await find(wanted, seconds=0.5, adapter=air.adapter)
    assert caught.value.reason is reason
    for word in words:
        assert word in caught.value.message


async def test_a_chosen_profile_is_taken_for_a_sensor_that_none_recognizes() -> None:
    air = await crowd()
    profile = load_profile("witmotion-20")
    (one,) = await find({"left_foot": "Lamp"}, seconds=0.5, adapter=air.adapter, profile=profile)
    assert one.profile is profile


async def test_nothing_heard_at_all_is_said_so() -> None:
    with pytest.raises(DeviceError, match="No Bluetooth device was heard at all"):
        await find({"left_foot": LEFT}, seconds=0.2, adapter=Air().adapter)


def test_the_project_s_own_service_is_what_the_rig_advertises() -> None:
    assert load_profile("footdrop-1").link.service == SERVICE
