"""Every profile, from end to end: a walk, two sensors in processes of their own, a recording, the same strides."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Timer

import numpy as np
import pandas as pd
import pytest
from sensor_rig import impatient

import footdrop_imu
from footdrop_imu.analysis import analyze
from footdrop_imu.device.encode import encode
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles
from footdrop_imu.device.scan import find
from footdrop_imu.device.virtual_firmware import told_settings
from footdrop_imu.files.session_folder import read_session_folder, write_session_folder
from footdrop_imu.recording.recorder import RecordConfig, Recorded, record_walk
from footdrop_imu.recording.sensor_report import Gap
from footdrop_imu.schema import SIDES, Session
from footdrop_imu.simulate import pattern
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

ROOT = Path(footdrop_imu.__file__).parent.parent
ATTEMPTS = 3
ADDRESSES = {"left_foot": "F0:F1:F2:00:00:01", "right_foot": "F0:F1:F2:00:00:02"}


@cache
def made_walk(rate_hz: float, acc_range_g: float, gyr_range_dps: float, on_chip: bool) -> Session:
    """A walk of some dozen strides with a weak left foot, as such sensors measure it."""
    config = pattern.WalkConfig(distance_m=12.0, left=pattern.foot_drop(0.6), seed=3)
    sensor = SensorConfig(
        rate_hz=rate_hz,
        acc_range_g=acc_range_g,
        gyr_range_dps=gyr_range_dps,
        integrates_on_chip=on_chip,
        random_mounting=True,
        seed=3,
    )
    return simulate_walk(config, sensor, name="made").session


@cache
def true_strides(*sensor: float) -> pd.DataFrame:
    return analyze(made_walk(*sensor)).strides


def sensor_of(profile: Profile) -> tuple[float, float, float, bool]:
    gait = profile.gait
    return profile.rates.default_hz, gait.acc_range_g, gait.gyr_range_dps, gait.integrates_on_chip


def speed_of(profile: Profile) -> float:
    """How much faster than real time: as much as the notifications allow, less where arrival is all the clock."""
    rate_hz = profile.rates.default_hz
    still = {"acceleration": np.zeros((1000, 3)), "angular_velocity": np.zeros((1000, 3))}
    sent = encode(profile, still, rate_hz=rate_hz, settings=told_settings(profile))
    each_s = len(sent) / 1000 * rate_hz
    return min(12.0 if has_clock(profile) else 5.0, 1200.0 / each_s)


def has_clock(profile: Profile) -> bool:
    """Whether losses show in a counter or a clock; else a computer that is busy for a while looks like a loss."""
    return any(frame.time is not None or frame.sequence is not None for frame in profile.frames)


@contextmanager
def sensors(profile: Profile, walk: Path, speed: float, rest_s: float) -> Iterator[str]:
    """Start a sensor's process for each foot, and give the adapter that reaches both."""
    code = "import sys; from footdrop_imu.cli.main import main; sys.exit(main(sys.argv[1:]))"
    # a computer that is busy holds the radio up for longer than a sensor would wait, in time that runs faster
    words = ["simulate", "sensor", "--profile", profile.id, "--walk", str(walk), "--speed", f"{speed}"]
    words += ["--queue", "100000", "--quiet"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, *words, "--rest", f"{rest_s}", "--foot", side],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for side in SIDES
    ]
    guards = [Timer(100, process.kill) for process in processes]
    for guard in guards:
        guard.start()
    try:
        said = [process.stdout.readline() if process.stdout else "" for process in processes]
        assert all(line.startswith("Ready: tcp-client:127.0.0.1:") for line in said)
        yield ",".join(line.removeprefix("Ready: ").strip() for line in said)
        for process in processes:
            process.terminate()
        assert [process.wait(10) for process in processes] == [0, 0]
    finally:
        for guard, process in zip(guards, processes, strict=True):
            guard.cancel()
            process.kill()
            process.communicate()


async def record(profile: Profile, adapter: str, folder: Path, speed: float) -> Recorded:
    """Record until the person stands still after the walk."""
    begin_s = time.perf_counter()
    async with asyncio.timeout(80):
        targets = await find(ADDRESSES, seconds=5.0, adapter=adapter, profile=profile)
        return await record_walk(
            [replace(target, profile=impatient(profile)) for target in targets],
            folder,
            config=RecordConfig(still_s=2.0, look_every_s=0.1),
            adapter=adapter,
            clock=lambda: begin_s + speed * (time.perf_counter() - begin_s),
        )


def gaps_of(recorded: Recorded) -> list[Gap]:
    assert recorded.error is None
    assert recorded.ended == "still"
    assert recorded.decoded is not None
    return [gap for one in recorded.decoded.sensors for gap in one.gaps]


@pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
def test_what_was_walked_is_what_is_analyzed(profile: Profile, tmp_path: Path) -> None:
    walk, speed = made_walk(*sensor_of(profile)), speed_of(profile)
    write_session_folder(tmp_path / "walked", walk)
    # one that sends when it is subscribed to begins before the other is connected, of the wall clock's seconds
    rest_s = 1.0 if profile.stage("start") else 2.0 * speed
    with sensors(profile, tmp_path / "walked", speed, rest_s) as adapter:
        for attempt in range(ATTEMPTS):
            folder = tmp_path / f"recorded {attempt}"
            recorded = asyncio.run(record(profile, adapter, folder, speed))
            if not gaps_of(recorded) or has_clock(profile):
                break
    assert gaps_of(recorded) == []
    found, true = analyze(read_session_folder(folder)).strides, true_strides(*sensor_of(profile))
    for side in SIDES:
        mine, theirs = (table[table["side"] == side].reset_index(drop=True) for table in (found, true))
        assert len(mine) == len(theirs) >= 6
        np.testing.assert_allclose(mine["stride_length_m"], theirs["stride_length_m"], rtol=0.01)
        for column in ("foot_pitch_mid_swing_deg", "foot_pitch_initial_contact_deg"):
            np.testing.assert_allclose(mine[column], theirs[column], atol=0.5, err_msg=column)
        # at toe off the foot turns by some degrees from one sample to the next, so that single strides may differ
        late = mine["foot_pitch_toe_off_deg"] - theirs["foot_pitch_toe_off_deg"]
        assert abs(late.median()) < 0.5
