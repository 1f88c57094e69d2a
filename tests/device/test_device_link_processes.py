"""Sensor and recording in two processes: the program held up, interrupted, killed; the sensor killed."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from typing import Any

from client_rig import LEFT, missing, recording, target, until
from client_sensor import line_of, process


def last_words(running: subprocess.Popen[str]) -> dict[str, Any]:
    return dict(json.loads(line_of(running)))


def test_a_program_held_up_for_three_seconds_loses_nothing_and_keeps_its_link() -> None:
    with process("sensor") as sensor, process("record", line_of(sensor), "3") as recorder:
        assert line_of(recorder) == "streaming"
        got = last_words(recorder)
        told = last_words(sensor)
        assert recorder.wait(10) == 0
    frames = [bytes.fromhex(frame) for frame in got["frames"]]
    assert missing(frames) == 0
    assert frames[0][1] == 0
    assert told["sent"] - len(frames) <= 2
    assert len(frames) > 300
    assert "lost" not in got["kinds"]
    assert told["happened"].count("connected") == 1


def test_an_interrupted_program_stops_the_sensor_and_lets_it_go_and_a_killed_one_does_no_harm() -> None:
    with process("sensor") as sensor:
        adapter = line_of(sensor)
        for one in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            with process("record", adapter) as recorder:
                assert line_of(recorder) == "streaming"
                recorder.send_signal(one)
                told = last_words(sensor)
                if one is not signal.SIGKILL:
                    assert last_words(recorder)["kinds"][-1] == "stopped"
                    assert told["happened"][-3:] == ["write 03", "data off", "disconnected"]
                    assert recorder.wait(10) == 0


async def test_a_sensor_that_dies_and_starts_again_is_found_again() -> None:
    with process("sensor") as sensor:
        adapter = line_of(sensor)
        port = adapter.rpartition(":")[2]

        async with recording(adapter, target("left_foot", LEFT)) as kept:
            await until(lambda: len(kept.of("left_foot")) > 10)
            sensor.kill()
            await until(lambda: "lost" in kept.kinds("left_foot"))
            await asyncio.sleep(0.5)
            with process("sensor", port) as again:
                assert line_of(again) == adapter
                await until(lambda: any(packet.connection == 1 for packet in kept.packets), 20)
                await until(lambda: len([one for one in kept.packets if one.connection == 1]) > 10)
    assert kept.kinds("left_foot").count("reconnected") == 1
