"""The Bluetooth client against real GATT servers: streaming, losing, coming back, stopping."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from client_rig import DATA, LEFT, QUICK, RIGHT, Firmware, Kept, make, missing, recording, target, until

from footdrop_imu.device.link import stream
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_faults import AirFaults
from footdrop_imu.errors import DeviceError, DeviceReason


async def test_two_feet_stream_together_and_everything_sent_arrives_in_order() -> None:
    air = Air()
    left, right = await make(air), await make(air, "R foot", RIGHT)
    async with recording(air, target("left_foot", LEFT), target("right_foot", RIGHT, "R foot")) as kept:
        await until(lambda: len(kept.of("left_foot")) > 50 and len(kept.of("right_foot")) > 50)
    for segment, firmware in (("left_foot", left), ("right_foot", right)):
        got = kept.of(segment)
        assert got == firmware.sent[: len(got)]
        assert len(firmware.sent) - len(got) <= 2  # on their way when it was stopped
        assert kept.kinds(segment) == [
            "connected",
            "setting",
            "setting",
            "setting",
            "configured",
            "battery",
            "started",
            "stopped",
        ]
        arrivals = [packet.arrival_s for packet in kept.packets if packet.sensor == segment]
        assert arrivals == sorted(arrivals)
        assert {packet.connection for packet in kept.packets} == {0}


async def test_it_subscribes_then_configures_then_starts_and_leaves_the_sensor_stopped_and_free() -> None:
    air = Air()
    left = await make(air)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.packets) > 5)
    assert left.happened == [
        "connected",
        "data on",
        "write 00",
        "write 01c800",
        "write 02",
        "write 03",
        "data off",
        "disconnected",
    ]
    assert kept.last(LinkEventKind.BATTERY) == {"percent": 80.0}
    assert kept.last(LinkEventKind.STOPPED) == {"reason": "asked"}


async def test_what_a_sensor_sends_before_it_is_asked_to_start_is_not_passed_on() -> None:
    air = Air()
    left = await make(air)
    forgotten = asyncio.create_task(left._stream())  # whoever used it last did not stop it
    try:
        async with recording(air, target("left_foot", LEFT)) as kept:
            await until(lambda: len(kept.of("left_foot")) > 10)
    finally:
        forgotten.cancel()
    assert left.sent.index(kept.of("left_foot")[0]) > 0
    answers = [packet.data[0] for packet in kept.packets if packet.characteristic != DATA]
    assert answers == [2, 3]  # to the start and to the stop; not the earlier ones


async def test_a_foot_that_drops_comes_back_under_the_next_number_and_the_other_goes_on() -> None:
    air = Air()
    left, _ = await make(air), await make(air, "R foot", RIGHT)
    async with recording(air, target("left_foot", LEFT), target("right_foot", RIGHT, "R foot")) as kept:
        for drops in (1, 2):
            await until(lambda count=drops: len([p for p in kept.packets if p.connection == count - 1]) > 20)
            await left.drop()
            await until(lambda count=drops: any(p.connection == count for p in kept.packets))
        await until(lambda: len(kept.of("left_foot")) > 60)
    assert missing(kept.of("right_foot")) == 0
    assert {packet.connection for packet in kept.packets if packet.sensor == "right_foot"} == {0}
    assert "lost" not in kept.kinds("right_foot")
    kinds = [kind for kind in kept.kinds("left_foot") if kind in ("lost", "reconnected")]
    assert kinds == ["lost", "reconnected", "lost", "reconnected"]
    lost = [event for event in kept.events if event.kind is LinkEventKind.LOST]
    back = [event for event in kept.events if event.kind is LinkEventKind.RECONNECTED]
    assert [event.details["connection"] for event in lost] == [0, 1]
    assert [event.details["connection"] for event in back] == [1, 2]
    for gone, again in zip(lost, back, strict=True):
        assert gone.details["reason"] == "lost"
        assert again.details["away_s"] == pytest.approx(again.time_s - gone.time_s, abs=0.05)
    # nothing comes twice, and what is missing was sent while nobody was there
    assert len(set(kept.of("left_foot"))) == len(kept.of("left_foot"))
    assert left.happened.count("write 01c800") == 3
    connections = [packet.connection for packet in kept.packets if packet.sensor == "left_foot"]
    assert connections == sorted(connections)


@pytest.mark.parametrize("moment", ["data on", "write 00", "write 01c800", "write 02"])
async def test_a_link_that_breaks_while_the_sensor_is_set_up_is_made_again(moment: str) -> None:
    air = Air()
    left = await make(air, leaves_at=moment)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
    assert left.happened.count("connected") == 2
    assert missing(kept.of("left_foot")) == 0
    assert kept.kinds("left_foot").count("connected") >= 1
    connections = {packet.connection for packet in kept.packets if packet.characteristic == DATA}
    assert connections == {1 if moment == "write 02" else 0}  # once asked to start, a connection counts


async def test_a_sensor_that_drops_while_the_others_are_being_found_is_there_when_they_are() -> None:
    air = Air()
    left = await make(air)
    right = Firmware(air.sensor("R foot", RIGHT).device)
    async with recording(
        air,
        target("left_foot", LEFT),
        target("right_foot", RIGHT, "R foot"),
        config=replace(QUICK, first_attempts=5),
    ) as kept:
        await until(lambda: "write 01c800" in left.happened)
        await left.drop()
        await until(lambda: left.happened.count("connected") == 2)
        await right.power_on("R foot")
        await until(lambda: len(kept.of("left_foot")) > 10 and len(kept.of("right_foot")) > 10)
    assert {packet.connection for packet in kept.packets} == {0}
    assert left.happened.count("write 02") == 1


async def test_both_feet_and_both_shanks_stream_together() -> None:
    air = Air()
    segments = ("left_foot", "right_foot", "left_shank", "right_shank")
    places = {segment: f"F0:F1:F2:00:00:{number:02X}" for number, segment in enumerate(segments, 1)}
    sensors = {segment: await make(air, f"Imu {places[segment][-1]}", places[segment]) for segment in segments}
    async with recording(air, *(target(segment, places[segment]) for segment in segments)) as kept:
        await until(lambda: all(len(kept.of(segment)) > 30 for segment in segments))
    for segment, firmware in sensors.items():
        assert kept.of(segment) == firmware.sent[: len(kept.of(segment))]
    started = [event.time_s for event in kept.events if event.kind is LinkEventKind.STARTED]
    configured = [event.time_s for event in kept.events if event.kind is LinkEventKind.CONFIGURED]
    assert max(configured) < min(started)  # together, once all are ready


async def test_a_stop_while_a_silent_sensor_is_being_let_go_still_lets_it_go() -> None:
    air = Air()
    left = await make(air, answers={3: None})  # it takes its time to stop
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
        left.mute = True
        await until(lambda: "lost" in kept.kinds("left_foot"))
        assert left.connection is not None
    await until(lambda: left.connection is None)
    assert left.happened.count("connected") == 1


async def test_a_battery_that_ran_low_during_the_walk_does_not_keep_a_lost_sensor_away() -> None:
    air = Air()
    left = await make(air)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
        await asyncio.sleep(QUICK.silent_after_s)
        left.battery = 1
        await left.drop()
        await until(lambda: any(packet.connection == 1 for packet in kept.packets))
    assert kept.last(LinkEventKind.BATTERY) == {"percent": 1.0}


async def test_a_sensor_that_sends_seldom_is_not_taken_for_a_silent_one() -> None:
    air = Air()
    await make(air, period_s=0.12)  # nothing at every third look, again and again
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 22)
    assert {"silent", "lost"} & set(kept.kinds("left_foot")) == set()


async def test_the_order_of_events_and_packets_is_that_in_which_they_happened() -> None:
    air = Air()
    left = await make(air)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.packets) > 20)
        await left.drop()
        await until(lambda: any(packet.connection == 1 for packet in kept.packets))
    lost = next(at for at, one in enumerate(kept.order) if isinstance(one, LinkEvent) and one.kind == "lost")
    assert {one.connection for one in kept.order[:lost] if isinstance(one, Packet)} == {0}
    assert {one.connection for one in kept.order[lost:] if isinstance(one, Packet)} == {1}


async def test_a_sensor_out_of_range_is_lost_by_its_silence_and_comes_back() -> None:
    air = Air()
    sensor = air.sensor("L foot", LEFT, AirFaults(connection_interval_s=0.015, supervision_timeout_s=20.0))
    left = Firmware(sensor.device)
    await left.power_on("L foot")
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
        sensor.controller.out_of_range = True
        await until(lambda: "lost" in kept.kinds("left_foot"))
        assert kept.last(LinkEventKind.LOST)["reason"] == "silent"
        sensor.controller.out_of_range = False
        await until(lambda: any(packet.connection == 1 for packet in kept.packets), 20)
    assert kept.kinds("left_foot").index("silent") < kept.kinds("left_foot").index("lost")


async def test_a_link_that_stands_but_says_nothing_is_made_anew() -> None:
    air = Air()
    left = await make(air)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
        left.mute = True
        await until(lambda: "lost" in kept.kinds("left_foot"))
        left.mute = False
        await until(lambda: any(packet.connection == 1 for packet in kept.packets))
    assert kept.last(LinkEventKind.LOST)["reason"] == "silent"
    assert "sent nothing" in kept.last(LinkEventKind.LOST)["text"]


class Full(Kept):
    """A disk that is full after ten packets."""

    def packet(self, packet: Packet) -> None:
        super().packet(packet)
        if len(self.packets) > 10:
            raise OSError(28, "No space left on device")


async def test_an_error_of_the_sink_ends_the_recording_with_that_error_and_frees_the_sensor() -> None:
    air = Air()
    left = await make(air)
    with pytest.raises(OSError, match="No space left"):
        async with asyncio.timeout(10):
            await stream([target("left_foot", LEFT)], Full(), stop=asyncio.Event(), config=QUICK, adapter=air.adapter)
    assert left.happened[-3:] == ["write 03", "data off", "disconnected"]


async def test_a_cancelled_recording_frees_the_sensors() -> None:
    air = Air()
    left, right = await make(air), await make(air, "R foot", RIGHT)
    kept = Kept()
    targets = [target("left_foot", LEFT), target("right_foot", RIGHT, "R foot")]
    task = asyncio.create_task(stream(targets, kept, stop=asyncio.Event(), config=QUICK, adapter=air.adapter))
    await until(lambda: len(kept.of("left_foot")) > 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)
    assert left.happened[-3:] == right.happened[-3:] == ["write 03", "data off", "disconnected"]
    assert kept.last(LinkEventKind.STOPPED) == {"reason": "cancelled"}


@pytest.mark.parametrize("delay_s", [0.0, 0.001, 0.01])
async def test_a_link_that_breaks_in_the_moment_of_the_stop_does_not_go_on(delay_s: float) -> None:
    air = Air()
    left = await make(air)
    async with recording(air, target("left_foot", LEFT)) as kept:
        await until(lambda: len(kept.of("left_foot")) > 5)
        dropping = asyncio.ensure_future(left.drop())
        await asyncio.sleep(delay_s)
    await dropping
    assert kept.task is not None
    assert kept.task.done()
    assert left.happened[-1] == "disconnected"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_breaks_and_whenever_it_is_stopped_every_sensor_is_let_go(seed: int) -> None:
    chance = random.Random(seed)
    air = Air()
    left, right = await make(air), await make(air, "R foot", RIGHT)
    targets = [target("left_foot", LEFT), target("right_foot", RIGHT, "R foot")]
    kept, stop = Kept(), asyncio.Event()
    task = asyncio.create_task(stream(targets, kept, stop=stop, config=QUICK, adapter=air.adapter))
    for _ in range(3):
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        for sensor in (left, right):
            if sensor.connection is not None and chance.random() < 0.7:
                sensor.leaving = asyncio.ensure_future(sensor.connection.disconnect())
    await asyncio.sleep(chance.uniform(0.0, 0.1))
    stop.set()
    if seed % 2:
        await asyncio.sleep(chance.uniform(0.0, 0.01))
        task.cancel()  # somebody is impatient
        await asyncio.sleep(0)
        task.cancel()
    done, _ = await asyncio.wait({task}, timeout=10)
    assert done
    assert task.cancelled() or task.exception() is None or isinstance(task.exception(), DeviceError)
    await until(lambda: left.connection is None and right.connection is None)
    assert left.streaming is None
    assert right.streaming is None
    assert kept.kinds("left_foot")[-1:] == kept.kinds("right_foot")[-1:] == ["stopped"]


async def test_stopping_while_a_sensor_is_being_looked_for_frees_the_other_at_once() -> None:
    air = Air()
    left, right = await make(air), await make(air, "R foot", RIGHT)
    async with recording(air, target("left_foot", LEFT), target("right_foot", RIGHT, "R foot")) as kept:
        await until(lambda: len(kept.of("left_foot")) > 10)
        await right.device.stop_advertising()
        assert right.connection is not None
        right.device.advertiser_auto_restart = None
        await right.drop()
        await until(lambda: "lost" in kept.kinds("right_foot"))
    assert left.happened[-1] == "disconnected"


async def test_a_sensor_that_stays_away_too_long_ends_the_recording_where_that_was_asked_for() -> None:
    air = Air()
    sensor = air.sensor("L foot", LEFT)
    left = Firmware(sensor.device)
    await left.power_on("L foot")
    config = replace(QUICK, scan_timeout_s=0.3, longest_away_s=0.5)
    with pytest.raises(DeviceError) as caught:  # noqa: PT012
        async with recording(air, target("left_foot", LEFT), config=config) as kept:
            await until(lambda: len(kept.of("left_foot")) > 10)
            sensor.controller.out_of_range = True
            assert kept.task is not None
            await asyncio.wait({kept.task}, timeout=10)
    assert caught.value.reason is DeviceReason.LOST
