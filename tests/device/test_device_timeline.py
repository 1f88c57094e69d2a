"""Sample times from counters, device times and arrival, over simulated links with known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.delivery import Delivered, Link, Sensor, clock_format, deliver
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.packets import Frames
from footdrop_imu.device.timeline import Timeline, make_timeline

HALF_HOUR_S = 1800.0
DISTURBED = Link(stalls=((100.0, 3.0), (500.0, 1.0)), drops=((700.0, 10.0),))
COUNTED = Sensor(sequence_bits=16)
TIMED = Sensor(tick_s=1e-6, tick_bits=32)
CLOCKLESS = Sensor()


def times(timeline: Timeline) -> np.ndarray:
    return timeline.first_s + timeline.counter / timeline.rate_hz


def errors_s(delivered: Delivered, timeline: Timeline) -> np.ndarray:
    """Time found minus true time of each kept sample."""
    assert np.all(np.diff(timeline.counter) > 0)
    assert timeline.counter[0] == 0
    return times(timeline) - delivered.taken_s[timeline.keep]


def between_feet_s(sensor: Sensor, link: Link, ppm: float, seed: int) -> np.ndarray:
    """How far the two feet's time bases are apart, 50 ppm between their clocks, each on a link of its own."""
    apart = []
    for which, own in enumerate((ppm, ppm - 50.0)):
        delivered = deliver(replace(sensor, ppm=own, begin_s=which * 0.4), link, HALF_HOUR_S, seed + 100 * which)
        timeline = make_timeline([delivered.frames], clock_format(sensor))
        error = errors_s(delivered, timeline)
        apart.append(np.interp(np.arange(1.0, HALF_HOUR_S - 1.0), delivered.taken_s[timeline.keep], error))
    return apart[0] - apart[1]


@pytest.mark.parametrize("sensor", [COUNTED, TIMED], ids=["counter", "device time"])
@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_two_feet_share_a_time_base_over_half_an_hour(sensor: Sensor, loss: float) -> None:
    apart = between_feet_s(sensor, replace(DISTURBED, loss=loss), 35.0, 11)
    assert np.abs(apart).max() < 0.005


@pytest.mark.parametrize("interval_s", [0.0075, 0.015, 0.03, 0.04875])
def test_two_feet_without_clocks_share_a_time_base(interval_s: float) -> None:
    # once a minute a whole queue is lost
    disturbed = replace(DISTURBED, interval_s=interval_s, packets=max(4, round(400 * interval_s)))
    apart = np.abs(between_feet_s(CLOCKLESS, disturbed, 35.0, 12))
    assert np.mean(apart < 0.005) > 0.95
    assert np.quantile(apart, 0.99) < 0.010
    good = replace(disturbed, fades_per_min=0.0)
    assert np.mean(np.abs(between_feet_s(CLOCKLESS, good, 35.0, 12)) < 0.005) > 0.99


def test_a_clockless_sensor_that_drifts_is_followed_through_losses() -> None:
    delivered = deliver(replace(CLOCKLESS, wander_ppm=20.0), replace(DISTURBED, interval_s=0.01125), HALF_HOUR_S, 13)
    timeline = make_timeline([delivered.frames], clock_format(CLOCKLESS))
    assert timeline.lost_count == pytest.approx(delivered.lost_count, abs=2)
    error = errors_s(delivered, timeline)
    assert np.mean(np.abs(error - np.median(error)) < 0.005) > 0.99


@pytest.mark.parametrize(("rate_hz", "interval_s"), [(200.0, 0.015), (198.43, 0.0075), (100.0, 0.0075), (100.0, 0.03)])
def test_losses_are_told_by_arrival_alone(rate_hz: float, interval_s: float) -> None:
    sensor = Sensor(rate_hz=rate_hz)
    delivered = deliver(sensor, replace(DISTURBED, interval_s=interval_s), 1200.0, 14)
    timeline = make_timeline([delivered.frames], clock_format(sensor, round(rate_hz, -1)))
    assert timeline.lost_is_estimate
    assert timeline.lost_count == pytest.approx(delivered.lost_count, abs=6)
    assert timeline.rate_hz == pytest.approx(rate_hz, rel=3e-5)
    # which of two frames a connection event just missed is not told
    assert np.mean(np.abs(errors_s(delivered, timeline)) < 0.005 + 1.0 / rate_hz) > 0.95


def test_what_cannot_be_placed_is_left_out_and_counted() -> None:
    delivered = deliver(CLOCKLESS, Link(fades_per_min=6.0), 120.0, 15)
    timeline = make_timeline([delivered.frames], clock_format(CLOCKLESS))
    assert timeline.unplaced_count > 0
    assert timeline.keep.sum() == len(delivered.sample) - timeline.unplaced_count
    assert np.abs(errors_s(delivered, timeline)).max() < 0.100


def test_a_sensor_that_keeps_another_rate_than_it_was_told_is_followed() -> None:
    for sensor in (COUNTED, TIMED, CLOCKLESS):
        delivered = deliver(replace(sensor, rate_hz=100.0), Link(), 60.0, 16)
        timeline = make_timeline([delivered.frames], clock_format(sensor, 200.0))
        assert timeline.rate_hz == pytest.approx(100.0, rel=2e-4)
        assert "expected 200" in timeline.notes[-1]
        assert timeline.lost_count == pytest.approx(delivered.lost_count, abs=2)


@pytest.mark.parametrize(
    "sensor",
    [
        replace(COUNTED, first_sequence=65000),
        replace(COUNTED, sequence_bits=8),
        replace(COUNTED, sequence_bits=8, frame=8),
        replace(COUNTED, frame=4, sequence_counts="samples"),
        Sensor(rate_hz=102.4, tick_s=1 / 32768, tick_bits=24, first_tick_s=400.0),
        replace(TIMED, first_tick_s=4000.0),
        Sensor(rate_hz=104.0, frame=8, tick_s=0.001, tick_bits=32),
        Sensor(rate_hz=52.0, frame=16, tick_s=1e-9, tick_of="last"),
    ],
    ids=["16 bits", "8 bits", "8 bits of 8", "16 bits of samples", "24 bits", "32 bits", "ms", "ns of the last"],
)
def test_counters_and_times_wrap_and_miss_nothing(sensor: Sensor) -> None:
    delivered = deliver(replace(sensor, ppm=50.0), DISTURBED, 1200.0, 3)
    timeline = make_timeline([delivered.frames], clock_format(sensor))
    np.testing.assert_array_equal(timeline.counter, delivered.sample - delivered.sample[0])
    assert timeline.lost_count == delivered.lost_count > 0
    assert (timeline.reset_count, timeline.repeated_count, timeline.unplaced_count) == (0, 0, 0)
    assert timeline.rate_hz == pytest.approx(sensor.rate_hz * (1 + 50e-6), rel=5e-6)
    assert np.ptp(errors_s(delivered, timeline)) < 0.001


def test_a_restarted_sensor_goes_on_on_the_same_grid() -> None:
    delivered = deliver(COUNTED, replace(DISTURBED, resets=(0,)), 1200.0, 4)
    timeline = make_timeline([delivered.frames], clock_format(COUNTED))
    assert timeline.reset_count == 1
    reset = timeline.gaps.cause == "reset"
    assert reset.sum() == 1
    assert timeline.gaps.length[reset][0] == pytest.approx(2000, abs=10)
    assert np.ptp(errors_s(delivered, timeline)) < 1 / 200
    assert timeline.residual_s > 0.0014


def test_a_lost_link_is_a_gap_with_its_cause() -> None:
    delivered = deliver(COUNTED, replace(DISTURBED, fades_per_min=0.0), 1200.0, 5)
    timeline = make_timeline([delivered.frames], clock_format(COUNTED))
    assert timeline.gaps.cause.tolist().count("link") == 1
    at = timeline.gaps.cause.tolist().index("link")
    assert timeline.gaps.length[at] == pytest.approx(2000, abs=10)
    assert timeline.gaps.start[at] / timeline.rate_hz == pytest.approx(700.0, abs=0.1)


def test_repeats_after_a_reconnection_are_dropped_by_the_counter() -> None:
    link = Link(drops=((20.0, 2.0),), copies=3)
    delivered = deliver(COUNTED, link, 60.0, 6)
    timeline = make_timeline([delivered.frames], clock_format(COUNTED))
    assert timeline.repeated_count == len(delivered.sample) - len(np.unique(delivered.sample)) > 10000
    np.testing.assert_array_equal(delivered.sample[timeline.keep], np.unique(delivered.sample))


def test_a_counter_that_stands_still_is_not_used() -> None:
    delivered = deliver(COUNTED, Link(fades_per_min=0.0), 60.0, 7)
    sequence = np.minimum(np.asarray(delivered.frames.sequence), 2000)
    timeline = make_timeline([replace(delivered.frames, sequence=sequence)], clock_format(COUNTED))
    assert timeline.numbered_by == "arrival"
    assert timeline.lost_is_estimate
    assert "stood still" in timeline.notes[0]
    assert timeline.lost_count == 0
    assert np.ptp(errors_s(delivered, timeline)) < 0.005


@pytest.mark.parametrize("sensor", [replace(COUNTED, frame=4), TIMED], ids=["counter", "device time"])
def test_frames_with_a_damaged_counter_cost_themselves_alone(sensor: Sensor) -> None:
    delivered = deliver(sensor, Link(fades_per_min=0.0), 300.0, 7)
    frames, sound = delivered.frames, make_timeline([delivered.frames], clock_format(sensor))
    hit = np.arange(50, len(frames.arrival_s) - 50, 331)
    hit = np.sort(np.concatenate((hit, hit[::2] + 1, hit[::4] + 2)))  # one, two or three in a row
    name = "ticks" if frames.sequence is None else "sequence"
    counted = np.array(getattr(frames, name))
    counted[hit] = np.random.default_rng(7).integers(0, 1 << 16 if name == "sequence" else 1 << 32, len(hit))
    timeline = make_timeline([replace(frames, **{name: counted})], clock_format(sensor))  # type: ignore[arg-type]
    assert np.array_equal(np.flatnonzero(~timeline.keep[frames.first[:-1]]), hit)
    assert timeline.lost_count == timeline.unplaced_count == sensor.frame * len(hit)
    assert timeline.reset_count == 0
    assert timeline.notes == (
        f"{len(hit)} frames were left out: their counter or time does not fit between their neighbors'.",
    )
    moved_s = times(timeline) - times(sound)[timeline.keep]
    assert np.abs(moved_s).max() < 0.001


def test_a_counter_with_a_few_wild_values_still_tells_the_rate() -> None:
    # too many in a row to be told from a sensor that counts on from elsewhere
    delivered = deliver(replace(COUNTED, frame=4), Link(fades_per_min=0.0), 60.0, 8)
    sequence = np.array(delivered.frames.sequence)
    sequence[1000:1004] = [22000, 30000, 40000, 50000]
    timeline = make_timeline([replace(delivered.frames, sequence=sequence)], clock_format(COUNTED))
    assert timeline.rate_hz == pytest.approx(200.0, rel=1e-3)
    assert timeline.numbered_by == "sequence"


def test_a_stall_of_the_host_is_no_loss_without_a_counter() -> None:
    delivered = deliver(CLOCKLESS, Link(stalls=((20.0, 3.0),), fades_per_min=0.0), 60.0, 8)
    timeline = make_timeline([delivered.frames], clock_format(CLOCKLESS))
    assert delivered.lost_count == timeline.lost_count == 0
    assert np.ptp(errors_s(delivered, timeline)) < 0.005


def test_one_frame_that_came_twice_is_one_frame() -> None:
    twice = Frames(
        quantity="acceleration",
        values=np.tile([0.0, 0.0, 9.81], (6, 1)),
        first=np.array([0, 3, 6]),
        arrival_s=np.array([7.0, 7.001]),
        connection=np.zeros(2, np.int64),
    )
    timeline = make_timeline([twice], clock_format(CLOCKLESS))
    assert timeline.counter.tolist() == [0, 1, 2]
    assert timeline.repeated_count == 3


def test_a_clock_that_drifts_stays_within_half_a_sample() -> None:
    delivered = deliver(replace(COUNTED, wander_ppm=20.0), DISTURBED, HALF_HOUR_S, 9)
    timeline = make_timeline([delivered.frames], clock_format(COUNTED))
    assert np.ptp(errors_s(delivered, timeline)) < 0.005


def test_after_a_lost_link_a_clock_that_went_on_is_believed_before_a_counter_that_stood() -> None:
    sequence = np.concatenate((np.arange(200), 203 + np.arange(200)))  # it counts only what it wants to send
    last = np.concatenate((10 * np.arange(200), 10 * (223 + np.arange(200)) + 6)) + 9
    begin_s = (last - 9) / 200.0
    rng = np.random.default_rng(0)
    frames = Frames(
        quantity="acceleration",
        values=rng.normal(0.0, 1.0, (4000, 3)),
        first=10 * np.arange(401),
        arrival_s=5.0 + last / 200.0 + 0.004 * rng.random(400) ** 2,
        connection=np.repeat([0, 1], 200),
        sequence=sequence & 255,
        ticks=np.rint(1e6 * begin_s).astype(np.int64),
    )
    timeline = make_timeline([frames], ClockFormat(200.0, sequence_bits=8, tick_s=1e-6, tick_bits=32))
    assert timeline.gaps.cause.tolist() == ["link"]
    taken_s = 5.0 + np.repeat(begin_s, 10) + np.tile(np.arange(10), 400) / 200.0
    assert np.ptp(times(timeline) - taken_s) < 1 / 200


@pytest.mark.parametrize("interval_s", [0.0, 0.0075, 0.015, 0.03, 0.05])
def test_large_frames_that_cannot_keep_step_with_the_link_are_placed_as_well_as_is_said(interval_s: float) -> None:
    """Eight samples at 104 Hz are 76.92 ms, no whole number of 1.25 ms: however the link is, it shows in the delays."""
    sensor = Sensor(rate_hz=104.0, frame=8, tick_s=1e-3, tick_bits=32, ppm=30.0)
    link = Link(interval_s=interval_s or 0.00125, packet_error=0.0, fades_per_min=0.0)
    off_s, stated_s = [], []
    for seed in range(8):
        delivered = deliver(replace(sensor, begin_s=0.0137 * seed), link, 20.0, seed)
        timeline = make_timeline([delivered.frames], clock_format(sensor))
        off_s.append(float(errors_s(delivered, timeline).mean()))
        stated_s.append(timeline.residual_s)
    assert max(stated_s) < 0.003
    assert np.std(off_s) < 2.0 * float(np.sqrt(np.mean(np.square(stated_s)))) + 0.0002


def test_large_frames_that_keep_step_with_the_link_leave_open_how_long_they_waited() -> None:
    sensor = Sensor(rate_hz=100.0, frame=8, tick_s=1e-3, tick_bits=32)
    link = Link(interval_s=0.02, packet_error=0.0, fades_per_min=0.0, host_ppm=0.0)
    delivered = deliver(sensor, link, 20.0, 3)
    assert make_timeline([delivered.frames], clock_format(sensor)).residual_s > 0.004
