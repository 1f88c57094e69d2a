"""Recording from simulated sensors in this process: what was sent is in the session, whatever went wrong."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.link import LinkConfig
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.errors import DeviceError, DeviceReason, OutputError
from footdrop_imu.facts import WalkFacts
from footdrop_imu.files.session_folder import read_session_folder
from footdrop_imu.recording.recorder import RecordConfig, Status, record_walk
from footdrop_imu.recording.sensors import tell_by_tapping
from tests.recording.made_captures import made_walk
from tests.recording.simulated_person import FEET, fast_clock, person, walk_of

SPEED = 8.0
WALK_S = 20.0  # rest, twelve meters, rest


async def test_a_walk_comes_through_whole_and_is_seen_live(tmp_path: Path) -> None:
    seen: list[Status] = []
    facts = WalkFacts(person="P7", affected="left", condition={"aid": "stick"})
    async with asyncio.timeout(60), person(speed=SPEED) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            facts=facts,
            config=RecordConfig(seconds=WALK_S),
            on_status=seen.append,
            adapter=somebody.air.adapter,
            clock=fast_clock(SPEED),
        )
        sent = {segment: sensor.sent_count for segment, sensor in somebody.sensors.items()}
        dropped = sum(sensor.dropped_count for sensor in somebody.sensors.values())
    assert (recorded.error, recorded.ended, dropped) == (None, "seconds", 0)
    assert recorded.decoded is not None
    session = read_session_folder(tmp_path / "walk")
    assert (session.name, session.person.id, session.condition.aid) == ("walk", "P7", "stick")
    assert sorted(path.name for path in (tmp_path / "walk").iterdir())[0] == "capture.journal"
    journal = read_journal(tmp_path / "walk" / "capture.journal")
    assert journal.sealed
    for report in recorded.decoded.sensors:
        assert report.lost_count == 0
        assert report.gaps == ()
        assert report.serial == f"simulated {report.segment}"
        assert report.battery_percent == pytest.approx(80.0)
        came = journal.packets[report.segment, load_profile("footdrop-1").frames[0].characteristic]
        assert 0 <= sent[report.segment] - len(came.arrival_s) < 5 * SPEED  # what was on its way at the stop
    strides, truth = analyze(session).strides, analyze(made_walk()).strides
    assert len(strides) == len(truth)
    np.testing.assert_allclose(strides["stride_length_m"], truth["stride_length_m"], rtol=0.01)
    np.testing.assert_allclose(strides["foot_pitch_mid_swing_deg"], truth["foot_pitch_mid_swing_deg"], atol=0.5)
    last = seen[-1]
    assert last.elapsed_s >= WALK_S
    assert [sensor.state for sensor in last.sensors] == ["streaming", "streaming"]
    for sensor in last.sensors:
        walked = int((truth["side"] == sensor.segment.removesuffix("_foot")).sum())
        assert abs(sensor.stride_count - walked) <= 1
        assert sensor.lost_share == 0.0
    states = {sensor.state for status in seen for sensor in status.sensors}
    assert states <= {"getting ready", "streaming"}


async def test_a_link_that_drops_and_comes_back_is_a_gap_that_is_told(tmp_path: Path) -> None:
    warnings: list[str] = []
    dropping = {"right_foot": AirFaults(drop_at_s=(8.0,))}
    async with asyncio.timeout(60), person(speed=4.0, air_faults=dropping) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            config=RecordConfig(seconds=14.0),
            on_status=lambda status: warnings.extend(status.warnings),
            adapter=somebody.air.adapter,
            clock=fast_clock(4.0),
        )
    assert recorded.error is None
    assert recorded.decoded is not None
    left, right = recorded.decoded.sensors
    assert left.gaps == ()
    assert [gap.cause for gap in right.gaps] == ["link"]
    assert any(note.startswith("Right foot: no samples from ") for note in recorded.decoded.session.notes)
    assert warnings[0].startswith("Right foot: the link broke")
    assert warnings[1].startswith("Right foot: back after ")
    # after the gap the samples stand where they were taken: the same walk, shorter by the gap
    streams = {one.segment: one for one in recorded.decoded.session.streams if one.quantity == "angular_velocity"}
    sent = walk_of("right_foot")(200.0)["angular_velocity"]
    one = streams["right_foot"]
    assert one.counter is not None
    before, after = one.values[: 100 * 2], one.values[one.counter > one.counter[-1] - 300]
    shift = _best_shift(sent, after, one.counter[one.counter > one.counter[-1] - 300])
    assert before.shape == (200, 3)
    assert abs(shift - _best_shift(sent, one.values[600:1000], one.counter[600:1000])) <= 1


def _best_shift(sent: np.ndarray, got: np.ndarray, counter: np.ndarray) -> int:
    """By how many samples the counter is ahead of the walk."""
    errors = {}
    for shift in range(200, 700):
        place = np.clip(counter - shift, 0, len(sent) - 1)
        errors[shift] = float(np.abs(sent[place] - got).sum())
    return min(errors, key=lambda one: errors[one])


async def test_a_sensor_that_is_lost_for_good_leaves_what_came(tmp_path: Path) -> None:
    gone = {"right_foot": AirFaults(out_of_range_s=((6.0, 1e6),))}
    link = LinkConfig(longest_away_s=8.0, scan_timeout_s=0.5, dead_after_s=1.0)
    async with asyncio.timeout(60), person(speed=SPEED, air_faults=gone) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            config=RecordConfig(link=link),
            adapter=somebody.air.adapter,
            clock=fast_clock(SPEED),
        )
    assert isinstance(recorded.error, DeviceError)
    assert recorded.error.reason is DeviceReason.LOST
    session = read_session_folder(tmp_path / "walk")
    assert {one.segment for one in session.streams} == set(FEET)
    assert any("Right foot: nothing came after" in note for note in session.notes)


async def test_both_silent_until_the_end_is_told_of_both(tmp_path: Path) -> None:
    silent = {segment: SensorFaults(silent_at_s=5.0) for segment in FEET}
    async with asyncio.timeout(60), person(speed=SPEED, faults=silent) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            config=RecordConfig(seconds=12.0),
            adapter=somebody.air.adapter,
            clock=fast_clock(SPEED),
        )
    assert recorded.error is None
    notes = read_session_folder(tmp_path / "walk").notes
    assert sum("foot: nothing came after " in note for note in notes) == 2


async def test_a_sensor_that_never_streams_leaves_nothing_behind(tmp_path: Path) -> None:
    link = LinkConfig(first_packet_timeout_s=0.4, first_attempts=1)
    silent = {segment: SensorFaults(silent_at_s=0.0) for segment in FEET}
    async with asyncio.timeout(60), person(faults=silent) as somebody:
        recorded = await record_walk(
            await somebody.targets(), tmp_path / "walk", config=RecordConfig(link=link), adapter=somebody.air.adapter
        )
    assert isinstance(recorded.error, DeviceError)
    assert recorded.error.reason is DeviceReason.SILENT
    assert recorded.folder is None
    assert list(tmp_path.iterdir()) == []


async def test_it_ends_after_standing_still_but_not_before_a_walk(tmp_path: Path) -> None:
    async with asyncio.timeout(60), person(speed=SPEED, walk=_noisy) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            config=RecordConfig(still_s=3.0),
            adapter=somebody.air.adapter,
            clock=fast_clock(SPEED),
        )
    assert recorded.ended == "still"
    assert recorded.decoded is not None
    assert 16.0 < recorded.decoded.sensors[0].duration_s < 26.0


def _noisy(segment: str):  # noqa: ANN202
    """A walk with rest after it."""
    rng = np.random.default_rng(5)

    def walk(rate_hz: float) -> dict[str, np.ndarray]:
        samples = walk_of(segment)(rate_hz)
        rest = round(20 * rate_hz)
        return {
            quantity: np.vstack((values, values[-1] + rng.normal(0, 0.005, (rest, 3))))
            for quantity, values in samples.items()
        }

    return walk


async def test_it_ends_when_asked_from_another_thread(tmp_path: Path) -> None:
    stop = threading.Event()
    async with asyncio.timeout(60), person(speed=SPEED) as somebody:
        recorded = await record_walk(
            await somebody.targets(),
            tmp_path / "walk",
            stop=stop,
            on_status=lambda status: threading.Thread(target=stop.set).start() if status.elapsed_s > 5 else None,
            adapter=somebody.air.adapter,
            clock=fast_clock(SPEED),
        )
    assert recorded.ended == "asked"
    assert recorded.decoded is not None


async def test_a_folder_in_use_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "walk").mkdir()
    (tmp_path / "walk" / "notes.txt").write_text("mine")
    async with asyncio.timeout(60), person() as somebody:
        with pytest.raises(OutputError, match="--out"):
            await record_walk(await somebody.targets(), tmp_path / "walk", adapter=somebody.air.adapter)
    assert [path.name for path in (tmp_path / "walk").iterdir()] == ["notes.txt"]


def _tapped(begin_s: float):  # noqa: ANN202
    """A shoe that lies still and is tapped for two seconds."""

    def walk(rate_hz: float) -> dict[str, np.ndarray]:
        time_s = np.arange(round(40 * rate_hz)) / rate_hz
        rng = np.random.default_rng(1)
        acc = rng.normal((0.0, 0.0, 9.81), 0.05, (len(time_s), 3))
        tapped = (time_s > begin_s) & (time_s < begin_s + 2.0)
        acc[tapped, 0] += 25.0 * np.sin(60.0 * time_s[tapped]) ** 9
        return {"acceleration": acc, "angular_velocity": rng.normal(0.0, 0.01, (len(time_s), 3))}

    return walk


async def test_s5_a_tap_tells_which_sensor_is_on_which_shoe() -> None:
    """S5: the side is told by an act; the names of the sensors play no part."""
    taps = {"left_foot": 6.0, "right_foot": 1.0}  # the sensor called left is tapped second
    asked: list[str] = []
    async with asyncio.timeout(60), person(speed=4.0, walk=lambda segment: _tapped(taps[segment])) as somebody:
        sensors = [target.sensor for target in await somebody.targets()]
        found = await tell_by_tapping(
            sensors, FEET, ask=asked.append, adapter=somebody.air.adapter, clock=fast_clock(4.0)
        )
    assert asked == list(FEET)
    assert {segment: sensor.name for segment, sensor in found.items()} == {
        "left_foot": "FD right foot",
        "right_foot": "FD left foot",
    }


async def test_both_shaking_tells_nothing() -> None:
    async with asyncio.timeout(60), person(speed=4.0, walk=lambda _: _tapped(1.0)) as somebody:
        sensors = [target.sensor for target in await somebody.targets()]
        with pytest.raises(DeviceError, match="clearly more than the others"):
            await tell_by_tapping(
                sensors, FEET, ask=str, adapter=somebody.air.adapter, timeout_s=6.0, clock=fast_clock(4.0)
            )


async def test_tapping_can_be_given_up() -> None:
    stop = threading.Event()
    async with asyncio.timeout(60), person(speed=4.0, walk=lambda _: _tapped(1.0)) as somebody:
        sensors = [target.sensor for target in await somebody.targets()]
        asked: list[str] = []

        def ask(segment: str) -> None:
            asked.append(segment)
            stop.set()

        found = await tell_by_tapping(
            sensors, FEET, ask=ask, adapter=somebody.air.adapter, stop=stop, clock=fast_clock(4.0)
        )
    assert (found, asked) == ({}, ["left_foot"])


async def test_one_sensor_for_two_feet_is_said() -> None:
    async with asyncio.timeout(60), person() as somebody:
        sensors = [target.sensor for target in await somebody.targets()]
        with pytest.raises(DeviceError, match="Found 1 sensors"):
            await tell_by_tapping(sensors[:1], FEET, ask=str, adapter=somebody.air.adapter)
