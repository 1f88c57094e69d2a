"""In the guest: the client through BlueZ, against the simulated sensors of ``air_side.py``; run by pytest there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.device.decode import decode
from footdrop_imu.device.link import LinkConfig, stream
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet, pack
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import find, scan
from footdrop_imu.errors import DeviceError, DeviceReason

WANTED = {"left_foot": "F0:F1:F2:00:00:01", "right_foot": "F0:F1:F2:00:00:02"}
CONFIG = LinkConfig(
    scan_timeout_s=20.0, connect_timeout_s=20.0, first_packet_timeout_s=10.0, silent_after_s=3.0, dead_after_s=8.0
)
"""Longer waits than for people: the guest is an emulated computer."""


@contextmanager
def sensors(*drops_at_s: float) -> Iterator[subprocess.Popen[str]]:
    """Sensors on the air while the block runs, and BlueZ's adapter switched on."""
    command = [sys.executable, str(Path(__file__).with_name("air_side.py")), *map(str, drops_at_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "controller ready"
            for _ in range(50):
                shown = subprocess.run(["bluetoothctl", "show"], capture_output=True, text=True, check=False).stdout
                if "Powered: yes" in shown:
                    break
                subprocess.run(["bluetoothctl", "power", "on"], capture_output=True, check=False)
            else:
                pytest.fail(f"BlueZ did not switch its adapter on: {shown}")
            yield process
        finally:
            process.kill()


@dataclass
class Kept:
    """What came."""

    packets: list[Packet] = field(default_factory=list)
    events: list[LinkEvent] = field(default_factory=list)

    def packet(self, packet: Packet) -> None:
        self.packets.append(packet)

    def event(self, event: LinkEvent) -> None:
        self.events.append(event)

    def samples(self, segment: str, connection: int) -> np.ndarray:
        """Sequence numbers of the frames of one connection."""
        profile = load_profile("footdrop-1")
        (characteristic,) = {frame.characteristic for frame in profile.frames}
        mine = [
            one
            for one in self.packets
            if (one.sensor, one.characteristic, one.connection) == (segment, characteristic, connection)
        ]
        acceleration, _ = decode(profile, {characteristic: pack(mine)})
        assert acceleration.damaged_count == 0
        assert acceleration.sequence is not None
        assert np.allclose(np.linalg.norm(acceleration.values, axis=1), 9.80665, atol=0.1)
        return acceleration.sequence


async def record(seconds: float) -> Kept:
    """Stream from both feet for so long, from when both stream."""
    targets = await find(WANTED, seconds=20.0, rate_hz=100.0)
    assert [target.profile.id for target in targets] == ["footdrop-1", "footdrop-1"]
    kept, stop = Kept(), asyncio.Event()

    async def end() -> None:
        while sum(event.kind is LinkEventKind.STARTED for event in kept.events) < 2:
            await asyncio.sleep(0.1)
        await asyncio.sleep(seconds)
        stop.set()

    ending = asyncio.create_task(end())
    try:
        await asyncio.wait_for(stream(targets, kept, stop=stop, config=CONFIG), seconds + 120)
    finally:
        ending.cancel()
        with suppress(asyncio.CancelledError):
            await ending
    return kept


def steps(sequence: np.ndarray) -> np.ndarray:
    return np.diff(sequence) % 256


async def test_both_feet_are_found_and_stream_without_a_gap_or_a_repeat() -> None:
    with sensors():
        seen = await scan(5.0)
        assert {one.address for one in seen} >= set(WANTED.values())
        assert {one.profile.id for one in seen if one.profile is not None} == {"footdrop-1"}
        kept = await record(6.0)
        for segment in WANTED:
            sequence = kept.samples(segment, 0)
            assert len(sequence) > 20
            assert (steps(sequence) == 1).all()
        connected = subprocess.run(["bluetoothctl", "devices", "Connected"], capture_output=True, text=True, check=True)
        assert connected.stdout.strip() == ""


async def test_a_foot_that_drops_comes_back_without_doubled_notifications_and_the_other_goes_on() -> None:
    with sensors(4.0, 20.0):
        kept = await record(32.0)
    kinds = [event.kind for event in kept.events if event.sensor == "left_foot"]
    # an emulated computer may be slow to come back, and away when the link would break again
    assert kinds.count(LinkEventKind.LOST) == kinds.count(LinkEventKind.RECONNECTED) >= 1
    for connection in range(1 + kinds.count(LinkEventKind.RECONNECTED)):
        sequence = kept.samples("left_foot", connection)
        assert len(sequence) > 5
        assert (steps(sequence) > 0).all(), f"connection {connection}: a notification came more than once"
    assert (steps(kept.samples("right_foot", 0)) == 1).all()


async def test_an_adapter_that_is_taken_away_is_named() -> None:
    with sensors() as process:
        targets = await find(WANTED, seconds=20.0)
        process.kill()
        process.wait()
        await asyncio.sleep(1.0)
        with pytest.raises(DeviceError) as found:
            await asyncio.wait_for(stream(targets, Kept(), stop=asyncio.Event(), config=CONFIG), 60)
        assert found.value.reason in (DeviceReason.NO_ADAPTER, DeviceReason.NO_BLUETOOTH)
    with pytest.raises(DeviceError) as found:
        await scan(2.0)
    assert found.value.reason in (DeviceReason.NO_ADAPTER, DeviceReason.NO_BLUETOOTH)
