"""What gait makes of the streams: the same grid, the same gaps, both quantities and both feet at the same time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.delivery import Delivered, Link, Sensor, clock_format, deliver
from footdrop_imu.device.packets import Frames
from footdrop_imu.device.timeline import Timeline, make_timelines, to_streams
from footdrop_imu.gait.recording import make_recording
from footdrop_imu.schema import FloatArray, Recording, SensorTraits

SENSOR = Sensor(sequence_bits=8, frame=4, ppm=40.0, begin_s=5000.0)
LINK = Link(interval_s=0.0375, packets=12, loss=0.02, stalls=((20.0, 2.0),), drops=((40.0, 3.0),), fades_per_min=4.0)
DELAY_S = 0.0024  # of the simulated sensor and host together; the same for all


def moved(time_s: FloatArray) -> FloatArray:
    """Stand for some seconds, then swing once a second: (n, 1) from 0 to 1."""
    return np.clip(np.asarray(time_s) - 5010.0, 0.0, 1.0)[:, None]


def acceleration(time_s: FloatArray) -> FloatArray:
    turn = 2.0 * np.pi * np.asarray(time_s)[:, None]
    swing = np.array([6.0, 1.0, 4.0]) * np.sin(turn + np.array([0.0, 1.0, 2.0]))
    return np.array([0.0, 0.0, 9.81]) + moved(time_s) * swing


def angular_velocity(time_s: FloatArray) -> FloatArray:
    swing = np.array([0.5, 4.0, 0.3]) * np.sin(2.0 * np.pi * np.asarray(time_s)[:, None] + 0.7)
    return moved(time_s) * swing


def both(delivered: Delivered) -> list[Frames]:
    """Acceleration and angular velocity from the same frames."""
    acc = replace(delivered.frames, values=acceleration(delivered.taken_s))
    return [acc, replace(acc, quantity="angular_velocity", values=angular_velocity(delivered.taken_s))]


def recorded(frames: list[Frames], timelines: list[Timeline], start_s: float = 4990.0) -> Recording:
    return make_recording(to_streams("left_foot", frames, timelines, start_s=start_s))


def times(recording: Recording, start_s: float = 4990.0) -> FloatArray:
    """Host time of each sample of a recording, without the delay that all sensors share."""
    return start_s - DELAY_S + recording.clock_offset_s + np.arange(len(recording.acc)) / recording.rate_hz


def test_gait_reads_every_sample_at_its_time() -> None:
    delivered = deliver(SENSOR, LINK, 90.0, 21)
    frames = both(delivered)
    timelines = make_timelines(frames, clock_format(SENSOR))
    assert timelines[0] is timelines[1]
    recording = recorded(frames, timelines)
    assert recording.clock_group == "host"
    assert recording.rate_hz == pytest.approx(200.0 * (1 + 40e-6), rel=2e-5)
    came = np.unique(delivered.sample)
    assert recording.missing_count == int(came[-1] - came[0] + 1 - len(came)) == timelines[0].lost_count
    here = ~recording.lost
    np.testing.assert_array_equal(recording.acc[here], frames[0].values[timelines[0].keep])
    true = acceleration(times(recording))
    assert np.abs(recording.acc - true)[here].max() < 2.0 * np.pi * 6.0 * 0.002
    # the lost link is a gap that is not trusted, from where it was lost to where it came back
    gap = timelines[0].gaps
    at = int(np.flatnonzero(gap.cause == "link")[0])
    assert not recording.valid[gap.start[at] : gap.start[at] + gap.length[at]].any()


def test_both_feet_are_on_one_clock() -> None:
    feet = []
    for seed, ppm, begin_s in ((31, 45.0, 5000.0), (32, -5.0, 5000.7)):
        sensor = replace(SENSOR, ppm=ppm, begin_s=begin_s)
        frames = both(deliver(sensor, LINK, 300.0, seed))
        feet.append(recorded(frames, make_timelines(frames, clock_format(sensor))))
    for recording in feet:
        here = ~recording.lost
        off = np.abs(recording.acc - acceleration(times(recording)))[here]
        assert off.max() < 2.0 * np.pi * 6.0 * 0.005


@pytest.mark.parametrize(
    "sensor",
    [
        replace(SENSOR, rate_hz=100.0, frame=1, sequence_bits=None),
        replace(SENSOR, rate_hz=104.0, frame=8, sequence_bits=None, tick_s=1e-9, tick_of="last"),
    ],
    ids=["no clock", "time of the last sample"],
)
def test_quantities_from_frames_of_their_own_are_brought_together(sensor: Sensor) -> None:
    link = replace(LINK, loss=0.0)
    first = deliver(sensor, link, 90.0, 41)
    later = deliver(replace(sensor, begin_s=sensor.begin_s + 0.0043), link, 90.0, 42)
    frames = [
        replace(first.frames, values=acceleration(first.taken_s)),
        replace(later.frames, quantity="angular_velocity", values=angular_velocity(later.taken_s)),
    ]
    timelines = make_timelines(frames, clock_format(sensor))
    assert timelines[0] is not timelines[1]
    recording = recorded(frames, timelines)
    true = angular_velocity(times(recording))
    off = np.abs(recording.gyr - true)[recording.valid & ~recording.lost]
    assert np.quantile(off, 0.98) < 2.0 * np.pi * 4.0 * 0.010


def test_streams_start_from_the_recording_and_keep_what_is_known_of_the_sensor() -> None:
    delivered = deliver(SENSOR, LINK, 20.0, 51)
    frames = both(delivered)
    traits = SensorTraits(maker="Somebody", acc_range_g=16.0)
    streams = to_streams(
        "right_foot", frames, make_timelines(frames, clock_format(SENSOR)), start_s=5000.0, traits=traits
    )
    assert [one.quantity for one in streams] == ["acceleration", "angular_velocity"]
    for one in streams:
        assert one.segment == "right_foot"
        assert one.counter is not None
        assert one.counter_bits is None
        assert one.traits == traits
        assert one.clock_offset_s == pytest.approx(DELAY_S, abs=0.004)
