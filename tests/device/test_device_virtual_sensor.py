"""Simulated sensors of every profile, met by the client over a real Bluetooth stack."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakGATTProtocolError
from client_rig import DATA, LEFT, QUICK, RIGHT, Kept, recording, target, until
from sensor_rig import heard, impatient, place_in, quantum, walk_of

from footdrop_imu.device.link import LinkConfig
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.device.scan import scan
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_backend import backends
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.device.virtual_walk import WalkSource, WalkTime
from footdrop_imu.errors import DecodeError, DeviceError, DeviceReason

PROFILES = pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
OWN = load_profile("footdrop-1")
# a computer that is busy for a second does not make a link silent
PATIENT = replace(QUICK, first_packet_timeout_s=5.0, silent_after_s=2.0, dead_after_s=8.0)
pytestmark = pytest.mark.usefixtures("limit")


def sensor_of(profile: Profile, air: Air, faults: SensorFaults | None = None, **more: Any) -> VirtualSensor:
    """A sensor on the left foot whose walk begins at once."""
    chosen: dict[str, Any] = {"segment": "left_foot", "time": WalkTime(rest_s=0.0)} | more
    return VirtualSensor(air, profile, chosen.pop("walk", walk_of(profile)), faults=faults, **chosen)


def recorded(
    air: Air, sensor: VirtualSensor, rate_hz: float | None = None, *, config: LinkConfig = PATIENT
) -> AbstractAsyncContextManager[Kept]:
    """Record from it while the block runs."""
    one = target(sensor.segment, LEFT, sensor.name, impatient(sensor.profile))
    return recording(air, one if rate_hz is None else replace(one, rate_hz=rate_hz), config=config)


def ended(kept: Kept) -> bool:
    """Whether the recording has given up."""
    return kept.task is not None and kept.task.done()


@PROFILES
async def test_a_sensor_of_each_profile_is_recognized_and_streams_its_walk(profile: Profile) -> None:
    air = Air(speed=8.0)
    async with sensor_of(profile, air) as sensor:
        (seen,) = await scan(0.1, adapter=air.adapter)
        assert seen.name == sensor.name
        if profile.recognize:
            assert seen.profile is profile
        async with recorded(air, sensor) as kept:
            await until(lambda: sensor.sample_count > 4 * profile.rates.default_hz)
    assert sensor.dropped_count == 0
    walk = walk_of(profile)(profile.rates.default_hz)
    for quantity, part in heard(kept, profile).items():
        # what comes before the start, and a message that the stop cut off
        assert part.damaged_count <= (profile.frames[0].decoder != "table")
        assert len(part.values) > 2 * profile.rates.default_hz
        first = place_in(walk[quantity], part.values)
        expected = walk[quantity][first : first + len(part.values)]
        assert np.abs(part.values - expected).max() <= quantum(profile, quantity)


@PROFILES
async def test_another_firmware_is_noticed(profile: Profile) -> None:
    air = Air(speed=8.0)
    error: DeviceError | DecodeError | None = None
    async with sensor_of(profile, air, SensorFaults(wrong_firmware=True)) as sensor:
        try:
            async with recorded(air, sensor) as kept:
                await until(lambda: len(kept.packets) > 3 or ended(kept))
            heard(kept, profile)
        except (DeviceError, DecodeError) as caught:
            error = caught
    assert error is not None
    asked = [command for command in profile.stage("configure") if command.reply and not command.optional]
    if profile.identity or asked:
        assert error.reason in (DeviceReason.WRONG_FIRMWARE, DeviceReason.SILENT)


@PROFILES
async def test_an_empty_battery_is_told(profile: Profile) -> None:
    air = Air(speed=8.0)
    async with sensor_of(profile, air, SensorFaults(battery_percent=1.0)) as sensor:
        if not profile.stage("battery"):
            async with recorded(air, sensor) as kept:
                await until(lambda: kept.packets)
            assert "battery" not in kept.kinds("left_foot")
            return
        with pytest.raises(DeviceError) as caught:
            async with recorded(air, sensor) as kept:
                await until(lambda: ended(kept), 5.0)
    assert caught.value.reason is DeviceReason.BATTERY_EMPTY


@PROFILES
async def test_a_link_too_narrow_for_the_frames_is_refused_or_used_with_smaller_ones(profile: Profile) -> None:
    air = Air(speed=4.0)
    async with sensor_of(profile, air, SensorFaults(largest_mtu=23)) as sensor:
        if profile.link.smallest_mtu > 23:
            with pytest.raises(DeviceError) as caught:
                async with recorded(air, sensor) as kept:
                    await until(lambda: ended(kept), 5.0)
            # an answer that is cut is no answer that is known
            assert caught.value.reason in (DeviceReason.SMALL_MTU, DeviceReason.WRONG_FIRMWARE)
            return
        async with recorded(air, sensor) as kept:
            await until(lambda: sensor.sample_count > 2 * profile.rates.default_hz)
    assert max(len(one.data) for one in kept.packets) <= 20
    for part in heard(kept, profile).values():
        assert part.damaged_count <= 1  # a byte stream may be come upon in the middle of a frame
        assert len(part.values) > 0.8 * profile.rates.default_hz


async def test_it_refuses_what_it_does_not_know_and_has_its_texts() -> None:
    air = Air()
    scanner, client = backends(air.adapter)
    async with sensor_of(OWN, air) as sensor:
        device = await BleakScanner.find_device_by_name(sensor.name, timeout=5.0, backend=scanner)
        assert device is not None
        async with BleakClient(device, backend=client) as link:
            assert await link.read_gatt_char("2a24") == OWN.models[0].encode()
            assert await link.read_gatt_char("2a25") == b"simulated left_foot"
            assert await link.read_gatt_char("2a19") == b"\x50"
            with pytest.raises(BleakGATTProtocolError):
                await link.write_gatt_char(OWN.link.write, b"\x77", response=True)


async def test_rates_are_those_that_were_asked_for() -> None:
    air = Air(speed=8.0)
    async with sensor_of(OWN, air) as sensor, recorded(air, sensor, rate_hz=100.0) as kept:
        await until(lambda: sensor.sample_count > 200)
    part = heard(kept, OWN)["acceleration"]
    assert part.ticks is not None
    samples = np.diff(part.first)[:-1].sum()
    assert (part.ticks[-1] - part.ticks[0]) / samples == pytest.approx(10_000, rel=1e-3)
    walk = walk_of(OWN)(100.0)["acceleration"]
    first = place_in(walk, part.values)
    np.testing.assert_allclose(part.values, walk[first : first + len(part.values)], atol=quantum(OWN, "acceleration"))


async def test_after_a_lost_link_clock_counter_and_walk_have_gone_on() -> None:
    air = Air(speed=4.0)
    async with sensor_of(OWN, air, air_faults=AirFaults(drop_at_s=(2.0,))) as sensor, recorded(air, sensor) as kept:
        await until(lambda: sum(one.connection == 1 for one in kept.packets) > 20)
    part = heard(kept, OWN)["angular_velocity"]
    assert part.ticks is not None
    assert part.sequence is not None
    assert list(np.unique(part.connection)) == [0, 1]
    frames = np.diff(part.ticks) / 50_000  # of ten samples at 200 Hz each
    np.testing.assert_allclose(frames, np.rint(frames), atol=1e-3)
    assert frames.max() > 2
    np.testing.assert_array_equal(np.diff(part.sequence) % 256, np.rint(frames).astype(int) % 256)
    walk = walk_of(OWN)(200.0)["angular_velocity"]
    at = np.rint((part.ticks - part.ticks[0]) / 5000).astype(int)
    place = place_in(walk, part.values) + np.concatenate([np.arange(first, first + 10) for first in at])
    np.testing.assert_allclose(part.values, walk[place], atol=quantum(OWN, "angular_velocity"))


async def test_a_new_client_gets_the_walk_from_its_beginning_and_after_its_end_there_is_rest() -> None:
    air = Air(speed=20.0)
    async with sensor_of(OWN, air, walk=walk_of(OWN, 4.0), time=WalkTime(rest_s=1.0)) as sensor:
        for _ in range(2):
            async with recorded(air, sensor) as kept:
                await until(lambda: sensor.sample_count > 1300)
            values = heard(kept, OWN)["acceleration"].values
            walk = walk_of(OWN, 4.0)(200.0)["acceleration"]
            rest = int(np.argmax((values != values[0]).any(axis=1))) - 1
            assert 190 < rest <= 200
            assert np.ptp(values[:rest], axis=0).max() == 0
            np.testing.assert_allclose(values[rest : rest + 800], walk, atol=quantum(OWN, "acceleration"))
            assert len(values) > rest + 800
            assert np.ptp(values[rest + 800 :], axis=0).max() == 0


async def test_a_walk_can_be_repeated() -> None:
    air = Air(speed=20.0)
    async with sensor_of(OWN, air, walk=walk_of(OWN, 2.0), repeat=True) as sensor, recorded(air, sensor) as kept:
        await until(lambda: sensor.sample_count > 1500)
    values = heard(kept, OWN)["acceleration"].values
    assert len(values) > 1000
    np.testing.assert_array_equal(values[:500], values[400:900])


async def test_two_sensors_of_one_person_are_on_one_time_base() -> None:
    air, time = Air(speed=4.0), WalkTime(rest_s=1.0)
    async with (
        sensor_of(OWN, air, time=time) as left,
        sensor_of(OWN, air, time=time, segment="right_foot") as right,
    ):
        targets = (target("left_foot", LEFT, left.name), target("right_foot", RIGHT, right.name))
        async with recording(air, *targets) as kept:
            await until(lambda: len(kept.of("left_foot")) > 60 and len(kept.of("right_foot")) > 60)
    begins = []
    for sensor in (left, right):
        part = heard(kept, OWN, sensor.segment)["acceleration"]
        rest = int(np.argmax((part.values != part.values[0]).any(axis=1)))
        frame = rest // 10
        begins.append(part.arrival_s[frame] - (9 - rest % 10) / 200 / 4.0)
    assert abs(begins[0] - begins[1]) < 0.05


def source_of(values: dict[Any, Any], first: int, repeat: bool = False) -> WalkSource:
    """A source at 10 Hz that begins so many samples into the walk."""
    return WalkSource(values, 10.0, crystal=1.0, now_s=first / 10.0, on_since_s=0.0, walk_begins_s=0.0, repeat=repeat)


def test_its_crystal_is_as_far_off_as_ordered() -> None:
    values = walk_of(OWN, 5.0)(200.0)
    source = WalkSource(values, 200.0, crystal=1.00005, now_s=30.0, on_since_s=20.0, walk_begins_s=31.0, repeat=False)
    # an hour of samples is over 50 ppm too early, and its own clock says an hour
    assert source.time_s(200 * 3600) - source.time_s(0) == pytest.approx(3600 / 1.00005, abs=1e-6)
    assert source.clock_s(200 * 3600) - source.clock_s(0) == pytest.approx(3600, abs=1e-6)
    assert source.clock_s(0) == pytest.approx(10.0005, abs=1e-6)
    early = source.samples(0, 202)["acceleration"]
    assert (early[:201] == early[0]).all()
    assert (early[201] != early[0]).any()


def test_rest_before_and_after_the_walk_is_its_own_rest_gone_through_to_and_fro() -> None:
    number = np.arange(20.0)[:, None] * np.ones(3)
    still = np.zeros((20, 3))
    source = source_of({"acceleration": number, "angular_velocity": still}, -7)
    before = source.samples(0, 10)["acceleration"][:, 0]
    np.testing.assert_array_equal(before, [1, 2, 3, 4, 3, 2, 1, 0, 1, 2])
    after = source.samples(24, 10)["acceleration"][:, 0]
    np.testing.assert_array_equal(after, [17, 18, 19, 18, 17, 16, 15, 16, 17, 18])


def test_a_walk_that_begins_in_motion_holds_its_first_sample_before() -> None:
    number = np.arange(20.0)[:, None] * np.ones(3)
    source = source_of({"acceleration": number, "angular_velocity": number}, -3)
    np.testing.assert_array_equal(source.samples(0, 5)["acceleration"][:, 0], [0, 0, 0, 0, 1])
    np.testing.assert_array_equal(source.samples(20, 5)["acceleration"][:, 0], [17, 18, 19, 19, 19])
    again = source_of({"acceleration": number, "angular_velocity": number}, -3, repeat=True)
    np.testing.assert_array_equal(again.samples(20, 5)["acceleration"][:, 0], [17, 18, 19, 0, 1])


async def test_firmware_drops_what_it_was_told_to_and_counts_it() -> None:
    air = Air(speed=10.0)
    async with sensor_of(OWN, air, SensorFaults(lost_frac=0.2)) as sensor, recorded(air, sensor) as kept:
        await until(lambda: len(kept.packets) > 250)
    part = heard(kept, OWN)["acceleration"]
    assert part.sequence is not None
    missing = (np.diff(part.sequence) % 256 - 1).sum()
    assert missing / (missing + len(part.sequence)) == pytest.approx(0.2, abs=0.08)
    assert sensor.dropped_count >= missing


async def test_what_does_not_go_over_a_slow_link_is_dropped_when_the_queue_is_full() -> None:
    air = Air(speed=4.0)
    slow = AirFaults(connection_interval_s=0.1, packets_per_event=1)
    muse = load_profile("221e-muse-3")
    async with (
        sensor_of(muse, air, SensorFaults(queue_size=6), air_faults=slow) as sensor,
        recorded(air, sensor) as kept,
    ):
        await until(lambda: len(kept.packets) > 20)
    assert sensor.dropped_count > 100
    part = heard(kept, muse)["acceleration"]
    assert part.ticks is not None
    assert np.diff(part.ticks).max() >= 50  # ms, of samples every 5 ms


async def test_a_sensor_that_never_sends_is_called_silent() -> None:
    air = Air(speed=4.0)
    async with sensor_of(OWN, air, SensorFaults(silent_at_s=0.0)) as sensor:
        with pytest.raises(DeviceError) as caught:
            async with recorded(air, sensor, config=QUICK) as kept:
                await until(lambda: ended(kept), 8.0)
    assert caught.value.reason is DeviceReason.SILENT


async def test_a_sensor_falls_silent_when_it_was_told_to() -> None:
    air = Air(speed=10.0)
    async with (
        sensor_of(OWN, air, SensorFaults(silent_at_s=8.0)) as sensor,
        recorded(air, sensor, config=QUICK) as kept,
    ):
        await until(lambda: "silent" in kept.kinds("left_foot"))
    frames = [one.arrival_s for one in kept.packets if one.characteristic == DATA]
    assert 0.1 < frames[-1] - frames[0] < 0.8


async def test_a_reset_begins_clock_and_counter_anew_and_forgets_the_settings() -> None:
    air = Air(speed=10.0)
    async with sensor_of(OWN, air, SensorFaults(reset_at_s=8.0)) as sensor, recorded(air, sensor) as kept:
        await until(lambda: sum(one.connection == 1 for one in kept.packets) > 20)
    part = heard(kept, OWN)["acceleration"]
    assert part.ticks is not None
    assert part.sequence is not None
    again = part.connection == 1
    assert part.sequence[again][0] == 0
    assert part.ticks[again][0] < part.ticks[~again][-1]
    walk = walk_of(OWN)(200.0)["acceleration"]
    first, second = (place_in(walk, part.values[at:]) for at in (0, part.first[np.argmax(again)]))
    assert second > first + 5 * 200  # the person walked on


async def test_a_counter_stands_when_it_was_told_to() -> None:
    air = Air(speed=10.0)
    async with sensor_of(OWN, air, SensorFaults(stuck_at_s=6.0)) as sensor, recorded(air, sensor) as kept:
        await until(lambda: len(kept.packets) > 200)
    part = heard(kept, OWN)["acceleration"]
    assert part.sequence is not None
    step = np.diff(part.sequence) % 256
    stuck = np.flatnonzero(step == 0)[0]
    assert stuck > 20
    assert (step[:stuck] == 1).all()
    assert (step[stuck:] == 0).all()
    assert part.ticks is not None
    assert (np.diff(part.ticks) > 0).all()


async def test_a_clock_stands_where_there_is_no_counter() -> None:
    dot = load_profile("movella-dot")
    air = Air(speed=10.0)
    async with sensor_of(dot, air, SensorFaults(stuck_at_s=6.0)) as sensor, recorded(air, sensor) as kept:
        await until(lambda: len(kept.packets) > 600)
    part = heard(kept, dot)["acceleration"]
    assert part.ticks is not None
    step = np.diff(part.ticks)
    stuck = np.flatnonzero(step == 0)[0]
    assert (step[:stuck] > 0).all()
    assert (step[stuck:] == 0).all()


async def test_garbage_comes_among_the_frames() -> None:
    air = Air(speed=10.0)
    async with sensor_of(OWN, air, SensorFaults(garbage_frac=0.3)) as sensor, recorded(air, sensor) as kept:
        await until(lambda: len(kept.packets) > 200)
    frames = kept.of("left_foot")
    whole = [data for data in frames if data[0] == 1]
    assert len(whole) / len(frames) == pytest.approx(0.7, abs=0.15)


async def test_notifications_double_after_each_reconnection() -> None:
    air = Air(speed=10.0)
    lost = AirFaults(drop_at_s=(6.0,))
    async with (
        sensor_of(OWN, air, SensorFaults(doubled=True), air_faults=lost) as sensor,
        recorded(air, sensor) as kept,
    ):
        await until(lambda: sum(one.connection == 1 for one in kept.packets) > 40)
    frames = [[one.data for one in kept.packets if one.connection == k and one.characteristic == DATA] for k in (0, 1)]
    assert len(set(frames[0])) == len(frames[0])
    assert len(set(frames[1])) <= len(frames[1]) / 2 + 1


async def test_a_sensor_without_a_name_is_heard_by_its_service() -> None:
    air = Air()
    async with sensor_of(OWN, air, SensorFaults(nameless=True)):
        (seen,) = await scan(0.3, adapter=air.adapter)
    assert seen.name == ""
    assert seen.profile is OWN


async def test_a_sensor_that_is_put_away_is_gone() -> None:
    air = Air()
    async with sensor_of(OWN, air):
        assert len(await scan(0.3, adapter=air.adapter)) == 1
    assert await scan(0.2, adapter=air.adapter) == []
    assert len(asyncio.all_tasks()) == 1


async def test_what_keeps_it_from_going_on_is_not_lost() -> None:
    def torn(_: float) -> dict[Any, Any]:
        raise ValueError("torn")

    air = Air()
    with pytest.raises(ValueError, match="torn"):
        async with sensor_of(OWN, air, walk=torn) as sensor, recorded(air, sensor):
            await asyncio.wait_for(sensor.failed.wait(), 10)
