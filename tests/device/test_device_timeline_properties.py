"""Whatever arrives: numbers increase, nothing is reordered, holes are where the gaps say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.delivery import Link, Sensor, clock_format, deliver
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.packets import Frames
from footdrop_imu.device.timeline import Timeline, make_timeline
from footdrop_imu.errors import SignalError, SignalReason

ANYTHING = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def check(timeline: Timeline, count: int) -> None:
    counter = timeline.counter
    assert counter.dtype == np.int64
    assert counter[0] == 0
    assert np.all(np.diff(counter) > 0)
    assert timeline.keep.shape == (count,)
    assert timeline.keep.sum() == len(counter)
    assert count - len(counter) == timeline.repeated_count + timeline.unplaced_count
    assert np.isfinite([timeline.rate_hz, timeline.first_s, timeline.residual_s]).all()
    assert timeline.rate_hz > 0.0
    gaps = timeline.gaps
    assert len(gaps.start) == len(gaps.length) == len(gaps.cause)
    assert np.all(gaps.length > 0)
    assert set(gaps.cause.tolist()) <= {"packets", "link", "reset"}
    missing = np.setdiff1d(np.arange(counter[-1] + 1), counter)
    told = np.concatenate([np.zeros(0, np.int64), *(np.arange(a, a + n) for a, n in zip(*gaps[:2], strict=True))])
    assert len(np.setdiff1d(told, missing)) == 0
    assert len(np.setdiff1d(missing, told)) == timeline.slip_count


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[Sensor, Link, int]:
    way = draw(st.sampled_from(["sequence", "device time", "both", "arrival"]))
    frame = draw(st.sampled_from([1, 1, 2, 8]))
    sensor = Sensor(
        rate_hz=draw(st.sampled_from([52.0, 100.0, 198.4, 208.0])),
        ppm=draw(st.floats(-200, 200)),
        wander_ppm=draw(st.floats(-200, 200)),
        frame=frame,
        begin_s=draw(st.floats(0, 1e6)),
        first_sequence=draw(st.integers(0, 2**16 - 1)),
        first_tick_s=draw(st.floats(0, 600)),
    )
    if way in ("sequence", "both"):
        bits = draw(st.sampled_from([8, 16, 32]))
        sensor = replace(sensor, sequence_bits=bits, sequence_counts=draw(st.sampled_from(["frames", "samples"])))
    if way in ("device time", "both"):
        tick_s, bits = draw(st.sampled_from([(1e-6, 32), (1 / 32768, 24), (1e-3, 32), (48 / 32768, 32)]))
        sensor = replace(sensor, tick_s=tick_s, tick_bits=bits, tick_of=draw(st.sampled_from(["first", "last"])))
    drops = draw(st.sampled_from([(), ((8.0, 3.0),), ((5.0, 1.0), (12.0, 4.0))]))
    link = Link(
        interval_s=draw(st.sampled_from([0.0075, 0.015, 0.03, 0.05])),
        packets=draw(st.integers(4, 30)),
        packet_error=draw(st.floats(0, 0.3)),
        fades_per_min=draw(st.floats(0, 10)),
        queue=draw(st.integers(8, 60)),
        loss=draw(st.sampled_from([0.0, 0.0, 0.01, 0.2])),
        stalls=draw(st.sampled_from([(), ((3.0, 3.0),)])),
        drops=drops,
        resets=draw(st.sampled_from([(), (0,)])) if drops else (),
        copies=draw(st.integers(0, 3)),
    )
    return sensor, link, draw(st.integers(0, 2**31))


@ANYTHING
@given(deliveries())
def test_any_losses_and_any_jitter_leave_the_order(case: tuple[Sensor, Link, int]) -> None:
    sensor, link, seed = case
    delivered = deliver(sensor, link, 20.0, seed)
    timeline = make_timeline([delivered.frames], clock_format(sensor))
    check(timeline, len(delivered.sample))
    assert np.all(np.diff(delivered.sample[timeline.keep]) > 0)
    if sensor.sequence_bits in (16, 32) and not link.resets and not timeline.slip_count:
        assert timeline.numbered_by == "sequence"
        np.testing.assert_array_equal(np.diff(timeline.counter), np.diff(delivered.sample[timeline.keep]))


def numbered(one: Frames, clock: ClockFormat) -> Timeline | SignalError:
    try:
        return make_timeline([one], clock)
    except SignalError as error:
        return error


@ANYTHING
@given(st.integers(2, 400), st.integers(0, 2**31), st.booleans(), st.booleans())
def test_nonsense_is_numbered_too(frames: int, seed: int, counted: bool, timed: bool) -> None:
    rng = np.random.default_rng(seed)
    size = rng.integers(1, rng.integers(2, 9), frames)
    one = Frames(
        quantity="acceleration",
        values=rng.integers(0, 2, (size.sum(), 3)).astype(float),
        first=np.concatenate(([0], np.cumsum(size))),
        arrival_s=rng.uniform(0, 1e5) + np.cumsum(rng.exponential(0.01, frames) * rng.integers(0, 2, frames)),
        connection=np.cumsum(rng.uniform(size=frames) < 0.02),
        sequence=rng.integers(0, 2 ** rng.integers(1, 17), frames) if counted else None,
        ticks=rng.integers(0, 2 ** rng.integers(1, 33), frames) if timed else None,
    )
    clock = ClockFormat(100.0, 16 if counted else None, tick_s=1e-3 if timed else None, tick_bits=32)
    found = numbered(one, clock)
    if isinstance(found, SignalError):
        assert found.reason is SignalReason.RATE_DISAGREES
        assert "Check that the profile" in found.message
    else:
        check(found, len(one.values))
