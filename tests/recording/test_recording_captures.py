"""A capture becomes a session: the samples that were sent, on one clock, with what was lost, and for whom."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.device.capture import seal_journal
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.packets import LinkEvent, LinkEventKind
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.errors import DecodeError, DecodeReason, FileFormatError, FileReason
from footdrop_imu.facts import WalkFacts, facts_to_json
from footdrop_imu.recording.captures import read_capture, session_from_journal
from footdrop_imu.schema import Mounting
from tests.recording.made_captures import BEGIN_S, made_walk, make_capture, samples_of

PROFILES = ("footdrop-1", "witmotion-20")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_session_holds_the_samples_that_were_sent(profile: str, tmp_path: Path) -> None:
    walk = made_walk()
    path = make_capture(tmp_path / "walk", walk, profile)
    session = read_capture(path)
    assert session.name == "walk"
    assert session.source == {"capture.journal": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert [(one.segment, one.quantity) for one in session.streams] == [
        (segment, quantity)
        for segment in ("left_foot", "right_foot")
        for quantity in ("acceleration", "angular_velocity")
    ]
    for one in session.streams:
        step = {"acceleration": 9.80665 / 2048, "angular_velocity": np.radians(1 / 16.384)}[one.quantity]
        sent = samples_of(walk, one.segment)[one.quantity][: len(one.values)]
        limit = {"acceleration": 16 * 9.80665, "angular_velocity": np.radians(2000)}[one.quantity]
        np.testing.assert_allclose(one.values, np.clip(sent, -limit, limit), atol=1.01 * step)
        assert len(samples_of(walk, one.segment)[one.quantity]) - len(sent) < 20
        assert one.clock_group == "host"
        assert one.rate_hz == pytest.approx(200.0, rel=1e-4)
    facts = load_profile(profile)
    traits = session.streams[0].traits
    assert (traits.maker, traits.acc_range_g, traits.serial) == (facts.maker, 16.0, "F0:F1:F2:00:00:01")
    offsets = {one.segment: one.clock_offset_s for one in session.streams}
    assert offsets["left_foot"] == pytest.approx(0.0, abs=1e-9)
    assert offsets["right_foot"] == pytest.approx(0.003, abs=0.002)


def test_a_range_that_the_sensor_told_counts_more_than_the_profiles(tmp_path: Path) -> None:
    told = {"name": "acc_range_g", "value": 8}
    events = [LinkEvent(BEGIN_S, "left_foot", LinkEventKind.SETTING, told)]
    streams = read_capture(make_capture(tmp_path, made_walk(), events=events)).streams
    ranges = {one.segment: (one.traits.acc_range_g, one.traits.gyr_range_dps) for one in streams}
    assert ranges == {"left_foot": (8.0, 2000.0), "right_foot": (16.0, 2000.0)}


def test_the_strides_are_those_of_the_walk(tmp_path: Path) -> None:
    truth = analyze(made_walk()).strides
    strides = analyze(read_capture(make_capture(tmp_path, made_walk()))).strides
    assert len(strides) == len(truth)
    for column, tolerance in (("stride_length_m", 0.014), ("foot_pitch_mid_swing_deg", 0.5)):
        np.testing.assert_allclose(strides[column], truth[column], atol=tolerance)


def test_a_link_that_broke_is_a_gap_that_the_session_tells(tmp_path: Path) -> None:
    path = make_capture(tmp_path, made_walk(), drop={"right_foot": [(5.0, 7.5)]})
    session, reports = session_from_journal(read_journal(path), "walk")
    right = reports[1]
    assert [gap.cause for gap in right.gaps] == ["link"]
    assert right.gaps[0].start_s == pytest.approx(5.0, abs=0.1)
    assert right.gaps[0].length_s == pytest.approx(2.5, abs=0.1)
    assert right.lost_share == pytest.approx(500 / 3200, abs=0.005)
    assert any(note.startswith("Right foot: no samples from 5.0 to 7.5 s (link lost)") for note in session.notes)
    streams = {one.segment: one for one in session.streams}
    counter = streams["right_foot"].counter
    assert counter is not None
    assert np.diff(counter).max() == 501
    assert reports[0].gaps == ()


def test_without_a_counter_the_session_says_how_samples_were_numbered(tmp_path: Path) -> None:
    session = read_capture(make_capture(tmp_path, made_walk(), "witmotion-20"))
    assert sum("numbered by their arrival" in note for note in session.notes) == 2


def test_an_unclosed_capture_gives_all_that_is_whole(tmp_path: Path) -> None:
    session = read_capture(make_capture(tmp_path, made_walk(), sealed=False))
    assert any("was not closed" in note for note in session.notes)
    assert (
        min(len(one.values) for one in session.streams) > len(samples_of(made_walk(), "left_foot")["acceleration"]) - 40
    )


def test_a_session_keeps_its_id_when_its_capture_is_closed_or_decoded_otherwise(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "walk", made_walk(), sealed=False)
    before = read_capture(path)
    seal_journal(path)
    after = read_capture(path)
    assert after.source != before.source
    other = {segment: load_profile("footdrop-1") for segment in ("left_foot", "right_foot")}
    assert before.id == after.id == session_from_journal(read_journal(path), "again", other).session.id
    assert read_capture(make_capture(tmp_path / "next", made_walk())).id != before.id


def test_a_foot_that_sent_nothing_is_told_and_the_other_is_kept(tmp_path: Path) -> None:
    path = make_capture(tmp_path, made_walk(), drop={"left_foot": [(0.0, 1e9)]})
    session, reports = session_from_journal(read_journal(path), "walk")
    assert {one.segment for one in session.streams} == {"right_foot"}
    assert "Nothing came" in reports[0].failure
    assert any(note.startswith("Left foot, Sensor 1: nothing could be used.") for note in session.notes)


def test_where_nothing_came_there_is_no_session(tmp_path: Path) -> None:
    nothing = {"left_foot": [(0.0, 1e9)], "right_foot": [(0.0, 1e9)]}
    with pytest.raises(DecodeError, match="switched on") as caught:
        read_capture(make_capture(tmp_path, made_walk(), drop=nothing))
    assert caught.value.reason is DecodeReason.NOTHING


def test_bytes_of_another_sensor_are_refused_with_what_they_look_like(tmp_path: Path) -> None:
    path = make_capture(tmp_path, made_walk(), "witmotion-20", recorded_with=load_profile("footdrop-1"))
    with pytest.raises(DecodeError, match="Nothing came where footdrop-1 has its samples"):
        read_capture(path)


def test_what_the_recorder_was_told_is_in_the_session(tmp_path: Path) -> None:
    told = WalkFacts(
        person="P7",
        affected="right",
        leg_length_m=0.9,
        condition={"aid": "stick"},
        shoe_length_m=0.28,
        activity="stairs",
        belt_speed_mps=1.1,
    )
    mountings = {"left_foot": Mounting(sensor_to_toe_m=(0.15, 0.0, -0.08), rotation=(0.0, 0.0, 0.0, 1.0))}
    facts = {**facts_to_json(told, mountings), "name": "monday"}
    session = read_capture(make_capture(tmp_path, made_walk(), facts=facts))
    assert (session.name, session.person.id, session.person.affected) == ("monday", "P7", "right")
    assert (session.person.leg_length_m, session.condition.aid, session.activity) == (0.9, "stick", "stairs")
    assert session.belt_speed_mps == 1.1
    assert {shoe.side: shoe.length_m for shoe in session.shoes} == {"left": 0.28, "right": 0.28}
    assert session.shoes[0].mounting == mountings["left_foot"]


def test_facts_that_no_recorder_writes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_capture(make_capture(tmp_path, made_walk(), facts={"leg_length_m": "long", "mounting": 3}))
    assert caught.value.reason is FileReason.BAD_CAPTURE


def test_the_sensor_is_named_by_its_serial_number_and_begins_when_it_was_heard(tmp_path: Path) -> None:
    told = LinkEvent(BEGIN_S + 0.15, "left_foot", LinkEventKind.CONNECTED, {"serial": "A7", "model": "Foot IMU"})
    path = make_capture(tmp_path, made_walk(), events=[told])
    journal = read_journal(path)
    session, reports = session_from_journal(journal, "walk")
    assert (session.streams[0].traits.serial, session.streams[0].traits.model) == ("A7", "Foot IMU")
    assert [report.battery_percent for report in reports] == [81.0, 80.0]
    assert session.start > journal.header.start
    assert session.start[-6:] == journal.header.start[-6:]


def test_a_sensor_that_turned_out_to_be_another_is_decoded_as_that(tmp_path: Path) -> None:
    other = load_profile("witmotion-20")
    events = [
        LinkEvent(BEGIN_S + 0.1, f"{side}_foot", LinkEventKind.CONFIGURED, {"rate_hz": 200, "profile_text": other.text})
        for side in ("left", "right")
    ]
    path = make_capture(tmp_path, made_walk(), other, recorded_with=load_profile("footdrop-1"), events=events)
    assert session_from_journal(read_journal(path), "walk").sensors[0].profile == "witmotion-20"
