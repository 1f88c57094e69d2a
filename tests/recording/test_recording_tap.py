"""Both shoes tapped together put sensors that have no clock on one time base."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.device.tap import tap_offset
from footdrop_imu.device.virtual_walk import Walk
from footdrop_imu.files.session_folder import read_session_folder
from footdrop_imu.recording.captures import read_capture
from footdrop_imu.recording.recorder import RecordConfig, record_walk
from footdrop_imu.schema import SensorStream, Session
from tests.recording.made_captures import made_walk, make_capture, samples_of
from tests.recording.simulated_person import fast_clock, person

APART_S = 0.04
TAP_S = 1.5


def tapped(one: SensorStream) -> SensorStream:
    """A sensor that felt the shock while its wearer stood."""
    if one.quantity != "acceleration" or one.rate_hz is None:
        return one
    rate_hz = one.rate_hz
    down = one.values[:50].mean(axis=0)
    since_s = np.maximum(np.arange(len(one.values)) / rate_hz - TAP_S, 0.0)
    shock = 45.0 * np.exp(-since_s / 0.03) * np.sin(2.0 * np.pi * 30.0 * since_s)
    return replace(one, values=one.values + shock[:, None] * down / np.linalg.norm(down))


def tapped_walk() -> Session:
    walk = made_walk()
    return replace(walk, streams=tuple(tapped(one) for one in walk.streams))


def late_s(session: Session) -> float:
    """How much later the right foot's samples are said to have been taken; they were taken together."""
    first_s = {one.segment: one.clock_offset_s for one in session.streams if one.quantity == "angular_velocity"}
    return first_s["right_foot"] - first_s["left_foot"]


def test_sensors_without_a_clock_are_aligned_when_the_capture_is_decoded_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_capture(tmp_path / "walk", tapped_walk(), "witmotion-20", late_s=APART_S)
    assert main(["replay", str(tmp_path / "walk"), "--quiet"]) == 0
    before = read_session_folder(tmp_path / "walk")
    assert late_s(before) == pytest.approx(APART_S, abs=0.005)
    assert main(["replay", str(tmp_path / "walk"), "--tap", "--force"]) == 0
    after = read_session_folder(tmp_path / "walk")
    assert late_s(after) == pytest.approx(0.0, abs=0.002)
    (note,) = [note for note in after.notes if "by the tap" in note]
    assert note.startswith("Right foot: aligned with the left foot by the tap at 1.5 s; its times were +")
    assert float(note.split("were ")[1].split()[0]) == pytest.approx(1000.0 * late_s(before), abs=2.0)
    assert note in capsys.readouterr().out
    left, right = (one for one in after.streams if one.quantity == "acceleration")
    again = tap_offset(left, right)
    assert abs(again.offset_s) < 3.0 * again.offset_sd_s


def test_what_the_recorder_was_told_of_taps_holds_later(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "walk", tapped_walk(), "witmotion-20", late_s=APART_S, facts={"tap": True})
    assert late_s(read_capture(path)) == pytest.approx(0.0, abs=0.002)


def test_without_a_common_tap_the_session_is_made_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_capture(tmp_path / "walk", made_walk(), "witmotion-20", late_s=APART_S)
    assert main(["replay", str(tmp_path / "walk"), "--tap"]) == 0
    session = read_session_folder(tmp_path / "walk")
    assert late_s(session) == pytest.approx(APART_S, abs=0.005)
    (note,) = [note for note in session.notes if "not aligned" in note]
    assert note.startswith("Right foot: not aligned by a tap. Found no tap that the sensors of the left foot and")
    assert "tap them on a table" in note
    assert note in capsys.readouterr().out


def felt(segment: str) -> Walk:
    return lambda _: samples_of(tapped_walk(), segment)


async def test_a_recording_with_taps_is_aligned_when_it_ends(tmp_path: Path) -> None:
    async with asyncio.timeout(60), person(speed=8.0, walk=felt) as wearer:
        recorded = await record_walk(
            await wearer.targets(),
            tmp_path / "walk",
            tap=True,
            config=RecordConfig(seconds=12.0),
            adapter=wearer.air.adapter,
            clock=fast_clock(8.0),
        )
    assert recorded.error is None
    notes = read_session_folder(tmp_path / "walk").notes
    assert [note for note in notes if note.startswith("Right foot: aligned with the left foot by the tap at ")]
    assert read_capture(tmp_path / "walk" / "capture.journal").notes == notes


def test_one_sensor_has_nothing_to_be_aligned_with(tmp_path: Path) -> None:
    walk = tapped_walk()
    one = replace(walk, streams=tuple(one for one in walk.streams if one.segment == "left_foot"))
    session = read_capture(make_capture(tmp_path / "walk", one, facts={"tap": True}))
    assert any(note.startswith("Tap: there is one sensor") for note in session.notes)
