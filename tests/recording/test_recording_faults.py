"""Whatever goes wrong while a walk is recorded: what came is kept, opens, and is measured; what is missing is told."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import footdrop_imu
from footdrop_imu.analysis import analyze
from footdrop_imu.device.journal import Journal, read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE
from footdrop_imu.device.link import LinkConfig
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.device.scan import find
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.errors import DeviceError, DeviceReason, OutputError, OutputReason
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.files.sessions import read_session
from footdrop_imu.gait.recording import make_recording
from footdrop_imu.recording.captures import read_capture, session_from_journal
from footdrop_imu.recording.recorder import RecordConfig, Recorded, Status, record_walk
from footdrop_imu.recording.sensor_report import SensorReport
from footdrop_imu.schema import FloatArray, Session
from tests.recording.made_captures import made_walk
from tests.recording.simulated_person import FEET, fast_clock, person

ROOT = Path(footdrop_imu.__file__).parent.parent
SPEED = 8.0
SLOWER = 5.0  # where a sensor has to be found again meanwhile
WALK_S = 17.0  # rest, twelve meters, rest
LEFT = "left_foot"
HAPPENS_S = 9.5
ADDRESSES = {"left_foot": "F0:F1:F2:00:00:01", "right_foot": "F0:F1:F2:00:00:02"}
PROCESS_SPEED = 2.0  # a program that is held up is so for longer in time that runs faster
SEQUENCE = '[frame.sequence]\noffset = 1\ntype = "u16"\ncounts = "samples"'
TIME = '[frame.time]\noffset = 3\ntype = "u16"\ntick_s = 1e-4\nof = "first"\n\n'
DATA = load_profile("footdrop-1").frames[0].characteristic
# finds a lost sensor again without the waits that real ones need
LINK = LinkConfig(scan_timeout_s=2.0, shortest_wait_s=0.05, longest_wait_s=0.2, longest_away_s=None)


class Walked(NamedTuple):
    """A recording, read again from its folder."""

    recorded: Recorded
    warnings: list[str]
    session: Session
    journal: Journal
    sent: Mapping[str, int]

    @property
    def left(self) -> SensorReport:
        assert self.recorded.decoded is not None
        return self.recorded.decoded.sensors[0]

    @property
    def right(self) -> SensorReport:
        assert self.recorded.decoded is not None
        return self.recorded.decoded.sensors[1]

    def note(self, begin: str) -> str:
        """The only note that begins so."""
        (found,) = [note for note in self.session.notes if note.startswith(begin)]
        return found


async def walked(
    folder: Path,
    *,
    fault: SensorFaults | None = None,
    air_fault: AirFaults | None = None,
    profile: str | Path = "footdrop-1",
    speed: float = SPEED,
    first_sequence: int = 0,
    happens: Callable[[VirtualSensor], None] | None = None,
    last_warning: str = "",
) -> Walked:
    """Record a walk in which the left foot's sensor, or its link, has a fault; not to end before the last warning.

    ``happens``: what goes wrong when the person has made some steps.
    """
    warnings: list[str] = []
    known = load_profile(profile)
    stop = threading.Event()

    def look(status: Status) -> None:
        nonlocal happens
        warnings.extend(status.warnings)
        if happens is not None and somebody.sensors[LEFT].sample_count > 200 * HAPPENS_S:
            happens(somebody.sensors[LEFT])
            happens = None
        if status.elapsed_s > WALK_S and any(last_warning in one for one in warnings or [""]):
            stop.set()

    async with (
        asyncio.timeout(90),
        person(
            known, speed=speed, faults={LEFT: fault} if fault else {}, air_faults={LEFT: air_fault} if air_fault else {}
        ) as somebody,
    ):
        if first_sequence:
            somebody.sensors[LEFT]._sequence["acceleration"] = first_sequence
        recorded = await record_walk(
            await somebody.targets(known),
            folder,
            config=RecordConfig(link=LINK, look_every_s=0.1),
            on_status=look,
            stop=stop,
            adapter=somebody.air.adapter,
            clock=fast_clock(speed),
        )
        sent = {segment: sensor.sent_count for segment, sensor in somebody.sensors.items()}
    assert recorded.error is None
    assert recorded.ended == "asked"
    return Walked(recorded, warnings, read_session(folder), read_journal(folder / JOURNAL_FILE), sent)


def missing(session: Session, segment: str = LEFT) -> list[tuple[float, float]]:
    """Stretches of a notification and more without valid samples, as the analysis sees them, s from the beginning."""
    streams = [one for one in session.streams if one.segment == segment]
    recording = make_recording(streams)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ~recording.valid, [0]))))
    found = edges.reshape(-1, 2) / recording.rate_hz + recording.clock_offset_s
    return [(float(begin), float(end)) for begin, end in found if end - begin > 0.045]


def holes(session: Session) -> list[tuple[float, float]]:
    """Every loss of the left foot, also those that are too short to matter, which the analysis fills."""
    one = next(one for one in session.streams if one.segment == LEFT)
    assert one.counter is not None
    before = np.flatnonzero(np.diff(one.counter) > 1)
    times_s = one.counter / one.rate_hz + one.clock_offset_s
    return [(float(times_s[k]), float(times_s[k + 1])) for k in before]


def begins_s(strides: pd.DataFrame) -> FloatArray:
    return np.asarray(strides["start_time_s"] + strides["clock_offset_s"])


def strides_agree(
    session: Session, gaps: list[tuple[float, float]], until_s: float = np.inf, away_s: float = 0.5
) -> int:
    """Assert that the strides away from the gaps, and before the end, are those of the walk; count the left foot's.

    The right foot, whose sensor is sound, tells where in the session the walk begins.
    """
    found, truth = analyze(session).strides, analyze(made_walk()).strides
    sound = (found["side"] == "right").to_numpy()
    first_s = begins_s(found)[sound][0]
    late_s = first_s - begins_s(truth[truth["side"] == "right"])[0]
    count = 0
    for side in ("left", "right"):
        mine, theirs = found[found["side"] == side], truth[truth["side"] == side]
        for at_s, end_s, length_m in zip(
            begins_s(theirs) + late_s,
            begins_s(theirs) + theirs["stride_time_s"] + late_s,
            theirs["stride_length_m"],
            strict=True,
        ):
            near = any(at_s < end + away_s and end_s > begin - away_s for begin, end in gaps)
            if end_s > until_s - 0.5 or (side == "left" and near):
                continue
            off_s = np.abs(begins_s(mine) - at_s)
            assert off_s.min() < 0.06, f"{side} stride at {at_s:.2f} s is missing"
            assert mine["stride_length_m"].iloc[int(off_s.argmin())] == pytest.approx(length_m, rel=0.01)
            count += side == "left"
    return count


def strides_agree_as_well_as_they_say(session: Session) -> None:
    """Assert that the left foot's strides are those of the walk, by the uncertainty that each has."""
    found, truth = (analyze(one).strides for one in (session, made_walk()))
    found, truth = found[found["side"] == "left"], truth[truth["side"] == "left"]
    assert len(found) == len(truth)
    off_m = np.abs(found["stride_length_m"].to_numpy() - truth["stride_length_m"].to_numpy())
    assert np.median(off_m / truth["stride_length_m"]) < 0.01
    assert (off_m / found["stride_length_sd_m"]).max() < 5.0


def told_times(note: str) -> tuple[float, float]:
    times = re.search(r"no samples from ([\d.]+) to ([\d.]+) s", note)
    assert times is not None
    return float(times[1]), float(times[2])


def whole(one: Walked) -> None:
    """Assert that nothing of the right foot is missing."""
    assert one.journal.sealed
    assert one.right.lost_count == 0
    assert missing(one.session, "right_foot") == []


def drops(sensor: VirtualSensor) -> None:
    sensor.radio.controller.drop_link()


def falls_silent(sensor: VirtualSensor) -> None:
    sensor.faults = replace(sensor.faults, silent_at_s=0.0)


def restarts(sensor: VirtualSensor) -> None:
    sensor._reset()


async def test_a_link_that_drops_and_comes_back(tmp_path: Path) -> None:
    one = await walked(tmp_path / "walk", speed=SLOWER, happens=drops, last_warning="back after")
    whole(one)
    ((begin_s, end_s),) = missing(one.session)
    assert told_times(one.note("Left foot: no samples")) == pytest.approx((begin_s, end_s), abs=0.06)
    assert "(link lost)" in one.note("Left foot: no samples")
    assert one.warnings[0].startswith("Left foot: the link broke")
    assert "will be marked" in one.warnings[0]
    assert one.warnings[1].startswith("Left foot: back after ")
    assert strides_agree(one.session, [(begin_s, end_s)]) >= 3


async def test_a_sensor_that_falls_silent(tmp_path: Path) -> None:
    one = await walked(tmp_path / "walk", happens=falls_silent, last_warning="nothing has come")
    whole(one)
    end_s = one.left.begin_s + one.left.duration_s
    said = re.search(r"nothing came after ([\d.]+) s; .* until ([\d.]+) s", one.note("Left foot: nothing came after"))
    assert said is not None
    assert float(said[1]) == pytest.approx(end_s, abs=0.06)
    assert one.right.duration_s - 0.06 <= float(said[2]) < one.right.duration_s + 2.0  # until it was stopped
    assert one.warnings[0] == "Left foot: nothing has come for a second. Is the sensor in reach?"
    assert strides_agree(one.session, [(end_s, np.inf)]) >= 2


async def test_a_sensor_that_restarts_with_its_counter_and_clock_at_zero(tmp_path: Path) -> None:
    one = await walked(tmp_path / "walk", speed=SLOWER, happens=restarts, last_warning="back after")
    whole(one)
    assert one.left.reset_count == 1
    ((begin_s, end_s),) = missing(one.session)
    assert told_times(one.note("Left foot: no samples")) == pytest.approx((begin_s, end_s), abs=0.06)
    assert "(sensor restarted)" in one.note("Left foot: no samples")
    assert one.warnings[0].startswith("Left foot: the link broke")
    assert strides_agree(one.session, [(begin_s, end_s)]) >= 3


async def test_five_percent_lost(tmp_path: Path) -> None:
    one = await walked(tmp_path / "walk", air_fault=AirFaults(lost_frac=0.05, seed=4))
    whole(one)
    came = len(one.journal.packets[LEFT, DATA].arrival_s)
    assert one.left.lost_share == pytest.approx((one.sent[LEFT] - came) / one.sent[LEFT], abs=0.02)
    assert f"{100 * one.left.lost_share:.1f} % lost" in one.note("Left foot: FD")
    assert strides_agree(one.session, holes(one.session), away_s=0.1) >= 1
    strides_agree_as_well_as_they_say(one.session)


async def test_garbage_among_the_frames(tmp_path: Path) -> None:
    one = await walked(tmp_path / "walk", fault=SensorFaults(garbage_frac=0.03, seed=2))
    whole(one)
    assert one.left.damaged_count > 0
    assert f"Left foot: {one.left.damaged_count} damaged pieces were left out." in one.session.notes
    assert strides_agree(one.session, holes(one.session), away_s=0.1) >= 1
    strides_agree_as_well_as_they_say(one.session)


async def test_the_smallest_mtu_with_a_counter_that_wraps_every_second_and_five_percent_lost(tmp_path: Path) -> None:
    fault = SensorFaults(largest_mtu=23, queue_size=100_000)
    one = await walked(tmp_path / "walk", fault=fault, air_fault=AirFaults(lost_frac=0.05), speed=4.0)
    whole(one)
    came = len(one.journal.packets[LEFT, DATA].arrival_s)
    assert came > 10 * 256
    assert one.left.lost_share == pytest.approx((one.sent[LEFT] - came) / one.sent[LEFT], abs=0.005)
    assert one.left.reset_count == 0
    assert missing(one.session) == []
    strides_agree_as_well_as_they_say(one.session)


async def test_a_counter_of_16_bits_that_wraps_while_the_link_is_lost(tmp_path: Path) -> None:
    """And a clock of 16 bits that wraps every 6.6 s."""
    own = load_profile("footdrop-1").text
    own = own.replace('[frame.sequence]\noffset = 1\ntype = "u8"\ncounts = "frames"', SEQUENCE)
    own = re.sub(r"\[frame.time\].*?\n\n", TIME, own, flags=re.S)
    (tmp_path / "own.toml").write_text(own)
    one = await walked(
        tmp_path / "walk",
        profile=tmp_path / "own.toml",
        speed=SLOWER,
        happens=drops,
        first_sequence=2**16 - round(200 * HAPPENS_S) - 150,
        last_warning="back after",
    )
    whole(one)
    ((begin_s, end_s),) = missing(one.session)
    assert told_times(one.note("Left foot: no samples")) == pytest.approx((begin_s, end_s), abs=0.06)
    assert one.left.reset_count == 0
    assert strides_agree(one.session, [(begin_s, end_s)]) >= 3


async def test_a_link_too_narrow_for_the_frames_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    known = next(one for one in all_profiles() if one.link.smallest_mtu > 100)
    async with asyncio.timeout(60), person(known, faults={LEFT: SensorFaults(largest_mtu=50)}) as somebody:
        recorded = await record_walk(await somebody.targets(known), tmp_path / "walk", adapter=somebody.air.adapter)
    assert isinstance(recorded.error, DeviceError)
    assert recorded.error.reason is DeviceReason.SMALL_MTU
    assert recorded.error.message.startswith("Left foot: ")
    assert f"MTU {known.link.smallest_mtu}" in recorded.error.message
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk(tmp_path: Path) -> None:
    """The file may grow to 80 kB, as on a full disk: some twelve seconds of two feet."""
    resource = pytest.importorskip("resource")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with asyncio.timeout(60), person(speed=SPEED) as somebody:
        targets = await somebody.targets()
        resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, before[1]))
        try:
            recorded = await record_walk(
                targets, tmp_path / "walk", adapter=somebody.air.adapter, clock=fast_clock(SPEED)
            )
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(recorded.error, OutputError)
    assert recorded.error.reason is OutputReason.NOT_WRITABLE
    assert "are kept" in recorded.error.message
    opens_until_its_end(tmp_path / "walk")


def opens_until_its_end(folder: Path) -> None:
    """Assert that a broken off recording's strides are those of the walk, and that it says where it ends."""
    journal = read_journal(folder / JOURNAL_FILE)
    session = read_session(folder) if (folder / "session.toml").exists() else read_capture(folder / JOURNAL_FILE)
    ends_s = [report.begin_s + report.duration_s for report in session_from_journal(journal, "walk").sensors]
    assert strides_agree(session, [], min(ends_s)) >= 3
    assert not journal.sealed
    (note,) = [note for note in session.notes if "was not closed" in note]
    last_s = max(packets.arrival_s[-1] for packets in journal.packets.values())
    assert f"came after {last_s - journal.header.host_clock_ns / 1e9:.1f} s" in note


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the same person's two sensors are found, in a process that ends with the module."""
    walk = tmp_path_factory.mktemp("walk") / "walked"
    write_session_folder(walk, made_walk())
    code = "import sys; from footdrop_imu.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = ["simulate", "sensor", "--profile", "footdrop-1", "--walk", str(walk), "--foot", "both", "--quiet"]
    words += ["--speed", f"{PROCESS_SPEED}", "--queue", "100000", "--rest", "2"]
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    guard = threading.Timer(200, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Ready: tcp-client:127.0.0.1:")
        yield line.removeprefix("Ready: ").strip()
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


async def test_a_program_that_is_held_up_for_three_seconds(adapter: str, tmp_path: Path) -> None:
    warnings: list[str] = []
    held_up: list[float] = []

    def look(status: Status) -> None:
        warnings.extend(status.warnings)
        if status.elapsed_s > 6.0 and not held_up:
            held_up.append(status.elapsed_s)
            time.sleep(3.0)

    async with asyncio.timeout(90):
        recorded = await record_walk(
            await find(ADDRESSES, seconds=5.0, adapter=adapter),
            tmp_path / "walk",
            config=RecordConfig(seconds=16.0),
            on_status=look,
            adapter=adapter,
            clock=fast_clock(PROCESS_SPEED),
        )
    assert held_up
    assert recorded.error is None
    assert recorded.decoded is not None
    for one in recorded.decoded.sensors:
        assert (one.lost_count, one.gaps, one.reset_count) == (0, (), 0)
    assert warnings == []
    session = read_session(tmp_path / "walk")
    for note in session.notes:
        assert "0.0 % lost" in note
    assert strides_agree(session, [], recorded.decoded.sensors[0].duration_s) >= 7


RECORDER = """
import asyncio, sys, time
from pathlib import Path
from footdrop_imu.recording import recorder
from footdrop_imu.device.capture import Capture
from footdrop_imu.device.scan import find
from tests.recording.simulated_person import fast_clock
from tests.recording.test_recording_faults import ADDRESSES, DATA

class Telling(Capture):
    def append(self, packet):
        super().append(packet)
        if packet.characteristic == DATA:
            print(packet.sensor, packet.arrival_s, time.perf_counter(), flush=True)

async def main(adapter, folder, speed):
    targets = await find(ADDRESSES, seconds=5.0, adapter=adapter)
    await recorder.record_walk(targets, Path(folder), adapter=adapter, clock=fast_clock(float(speed)))

recorder.Capture = Telling
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_recorder_that_is_killed(adapter: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDER, adapter, str(tmp_path / "walk"), f"{PROCESS_SPEED}"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    guard = threading.Timer(90, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2 * 20 * 13)]  # thirteen seconds of two feet
        killed_s = time.perf_counter()
        process.kill()
        lines += process.stdout.read().splitlines()
    finally:
        guard.cancel()
        process.kill()
        process.communicate()
    said = [line.split() for line in lines if line.count(" ") == 2]
    journal = read_journal(tmp_path / "walk" / JOURNAL_FILE)
    for segment in FEET:
        given = [(float(arrival_s), float(at_s)) for name, arrival_s, at_s in said if name == segment]
        due = [arrival_s for arrival_s, at_s in given if at_s < killed_s - 0.5]
        kept = journal.packets[segment, DATA].arrival_s
        assert len(due) > 100
        np.testing.assert_allclose(kept[: len(due)], due, atol=1e-6)
    assert [path.name for path in (tmp_path / "walk").iterdir()] == [JOURNAL_FILE]
    opens_until_its_end(tmp_path / "walk")
