"""The same walk gives the same bytes, whatever was analyzed before and however the arrays lie in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from changed_sessions import changed

from footdrop_imu.analysis import analyze
from footdrop_imu.files.results import json_text, result_to_json
from footdrop_imu.schema import Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk


def bytes_of(result: SessionResult) -> str:
    return json_text(result_to_json(result, {}))


def test_twice_the_same_bytes(walked: SimulatedWalk, severe: SimulatedWalk, measured: SessionResult) -> None:
    analyze(severe.session)
    assert bytes_of(analyze(walked.session)) == bytes_of(measured)


def test_time_series_twice_the_same_and_no_other_strides(walked: SimulatedWalk, measured: SessionResult) -> None:
    one, other = (analyze(walked.session, timeseries=True) for _ in range(2))
    assert one.timeseries is not None
    assert other.timeseries is not None
    assert one.timeseries.equals(other.timeseries)
    assert bytes_of(one) == bytes_of(measured)


def test_input_is_left_as_it_was(walked: SimulatedWalk) -> None:
    before = [stream.values.copy() for stream in walked.session.streams]
    analyze(walked.session)
    for stream, values in zip(walked.session.streams, before, strict=True):
        assert (stream.values == values).all()


def test_memory_that_may_not_be_written(walked: SimulatedWalk, measured: SessionResult) -> None:
    def locked(session: Session) -> Session:
        copy = changed(session, lambda one: replace(one, values=one.values.copy()))
        for stream in copy.streams:
            stream.values.flags.writeable = False
        return copy

    assert bytes_of(analyze(locked(walked.session))) == bytes_of(measured)


def test_order_in_memory_and_of_streams(walked: SimulatedWalk, measured: SessionResult) -> None:
    session = changed(walked.session, lambda one: replace(one, values=np.asfortranarray(one.values)))
    assert bytes_of(analyze(session)) == bytes_of(measured)
    backward = replace(walked.session, streams=walked.session.streams[::-1])
    assert bytes_of(analyze(backward)) == bytes_of(measured)


def test_one_counter_shared_or_two_that_are_equal(walked: SimulatedWalk, measured: SessionResult) -> None:
    own = changed(walked.session, lambda one: replace(one, counter=one.counter.copy()))
    first = {stream.segment: stream.counter for stream in walked.session.streams}
    shared = changed(walked.session, lambda one: replace(one, counter=first[one.segment]))
    assert bytes_of(analyze(own)) == bytes_of(analyze(shared)) == bytes_of(measured)
