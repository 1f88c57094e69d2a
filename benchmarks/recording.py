"""Two feet recorded over Bluetooth: what of 30 minutes is lost, and what share of a core the recorder takes.

The sensors are simulated ones of a profile at 200 Hz in one process, the recorder is another, as ``footdrop record``
runs it; between them a real Bluetooth stack over a local connection. ``paced``: at the true pace, for the recorder's
CPU time, from when it looks for the sensors until the session folder is written. ``long``: half an hour, so many times
faster than real, clocks and all; every frame's counter is looked at, and every notification that was handed to the
sensors' stack is to have been received, but for those on their way when the recording was ended.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE
from footdrop_imu.schema import FOOT_SEGMENTS

LONG_S = 1800.0
FASTER = 10.0
PACED_S = 60.0
PROFILES = ("footdrop-1", "witmotion-20")
_RATE_HZ = 200.0
_ADDRESSES = {"left_foot": "F0:F1:F2:00:00:01", "right_foot": "F0:F1:F2:00:00:02"}


async def serve(profile_id: str, speed: float) -> None:
    """Simulate two sensors until standard input ends; then print what they sent."""
    from footdrop_imu.device.profiles import load_profile
    from footdrop_imu.device.virtual_air import Air
    from footdrop_imu.device.virtual_sensor import VirtualSensor
    from footdrop_imu.recording.simulated import simulate_walks

    air, profile = Air(speed), load_profile(profile_id)
    walks = simulate_walks(profile, FOOT_SEGMENTS)
    left, right = (VirtualSensor(air, profile, walks[one], segment=one, repeat=True) for one in FOOT_SEGMENTS)
    async with left, right, air.listen() as adapter:
        print(adapter, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        sent = {one.segment: {"sent": one.sent_count, "dropped": one.dropped_count} for one in (left, right)}
        print(json.dumps(sent), flush=True)


async def record(adapter: str, folder: Path, seconds: float, speed: float) -> dict[str, float]:
    """Record both feet; share of a core until the session is on disk."""
    from footdrop_imu.device.scan import find
    from footdrop_imu.recording.recorder import RecordConfig, record_walk

    begin_s = time.perf_counter()
    targets = await find(_ADDRESSES, adapter=adapter, rate_hz=_RATE_HZ)
    done = await record_walk(
        targets,
        folder,
        config=RecordConfig(seconds=seconds),
        adapter=adapter,
        clock=lambda: begin_s + (time.perf_counter() - begin_s) * speed,
    )
    took_s = time.perf_counter() - begin_s
    if done.error is not None:
        raise done.error
    return {"cpu_percent": 100.0 * time.process_time() / took_s, "took_s": took_s}


def run(profile_id: str, seconds: float, speed: float) -> dict[str, float]:
    """One recording with sensors and recorder in processes of their own."""
    module = [sys.executable, "-m", "benchmarks.recording"]
    place: dict[str, Any] = {"cwd": Path(__file__).parents[1], "text": True, "stdout": subprocess.PIPE}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "walk"
        sensors = [*module, "--serve", profile_id, "--speed", str(speed)]
        with subprocess.Popen(sensors, stdin=subprocess.PIPE, **place) as serving:
            try:
                assert serving.stdout is not None
                adapter = serving.stdout.readline().strip()
                if not adapter:
                    raise RuntimeError("the simulated sensors did not start")
                recorder = [*module, "--record", adapter, "--out", str(folder), "--speed", str(speed)]
                recorded = subprocess.run([*recorder, "--seconds", str(seconds)], check=True, **place)
                sent = json.loads(serving.communicate()[0].splitlines()[-1])
            finally:
                serving.kill()
        return json.loads(recorded.stdout) | _compare(folder / JOURNAL_FILE, sent)


def _compare(path: Path, sent: dict[str, dict[str, int]]) -> dict[str, float]:
    from footdrop_imu.device.decode import decode
    from footdrop_imu.device.profile_file import read_profile_text

    journal = read_journal(path)
    profile = read_profile_text(journal.header.sensors[0].profile_text, "the capture's profile")
    received, gaps, counted = 0, 0, False
    for segment in FOOT_SEGMENTS:
        mine = {uuid: packets for (owner, uuid), packets in journal.packets.items() if owner == segment}
        frames = decode(profile, mine)[0]
        received += sum(len(mine[uuid].arrival_s) for uuid in {frame.characteristic for frame in profile.frames})
        if frames.sequence is not None:
            counted = True
            gaps += int(np.count_nonzero(np.diff(frames.sequence) % 256 != 1))
    given = sum(one["sent"] for one in sent.values())
    found = {"received_count": received, "dropped_by_sensor_count": sum(one["dropped"] for one in sent.values())}
    # a sensor without a counter has no start command either: it streams while it is still being set up
    return found | ({"missing_count": given - received, "gap_count": gaps} if counted else {})


def score(long_s: float = LONG_S, paced_s: float = PACED_S) -> dict[str, float]:
    """Every figure of this module."""
    found: dict[str, float] = {}
    for profile_id in PROFILES:
        figures = run(profile_id, paced_s, 1.0)
        found |= {f"paced_{profile_id.replace('-', '_')}_{key}": value for key, value in figures.items()}
    return found | {f"long_{key}": value for key, value in run(PROFILES[0], long_s, FASTER).items()}


def main() -> None:
    """Print the table, or be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="PROFILE")
    parser.add_argument("--record", metavar="ADAPTER")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seconds", type=float, default=LONG_S)
    parser.add_argument("--speed", type=float, default=1.0)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve, given.speed))
    elif given.record is not None:
        print(json.dumps(asyncio.run(record(given.record, given.out, given.seconds, given.speed))))
    else:
        print(show(score(), {}))


if __name__ == "__main__":
    main()
