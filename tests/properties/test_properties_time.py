"""When a recording begins and what its counter reads changes no stride."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from changed_sessions import changed, of_side, only_rows, rows_before
from hypothesis import given, settings
from hypothesis import strategies as st
from same_strides import assert_near, assert_same_events, assert_same_measures

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import SensorStream, Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

# More or less standing is more or less evidence for the gyroscope's offset, gravity and where 0° lies, and with
# white noise of 0.1 °/s and 0.025 m/s² in some seconds these move by hundredths of a degree: all that may change.
NEAR = {
    "stride_time_s": 1e-12,
    "swing_time_s": 1e-12,
    "stance_time_s": 1e-12,
    "stride_length_m": 0.002,
    "stride_length_sd_m": 0.001,
    "minimum_toe_clearance_m": 0.001,
    "foot_pitch_toe_off_deg": 0.1,
    "foot_pitch_mid_swing_deg": 0.1,
    "foot_pitch_initial_contact_deg": 0.1,
    "foot_pitch_sd_deg": 0.01,
    "foot_roll_mid_swing_deg": 0.1,
    "turn_deg": 0.1,
    "height_change_m": 0.005,
    "circumduction_m": 0.001,
}


def assert_shifted(found: SessionResult, expected: SessionResult, shift: int) -> None:
    for side in ("left", "right"):
        one, other = of_side(found.strides, side), of_side(expected.strides, side)
        assert_same_events(one, other, shift)
        assert one["kind"].tolist() == other["kind"].tolist()
        assert_near(one, other, NEAR)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(1, 150))
def test_standing_cut_off_at_the_front(walked: SimulatedWalk, measured: SessionResult, count: int) -> None:
    found = analyze(only_rows(walked.session, lambda _: slice(count, None)))
    assert_shifted(found, measured, -count)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(1, 250))
def test_more_standing_at_the_front(walked: SimulatedWalk, measured: SessionResult, count: int) -> None:
    assert_shifted(analyze(rows_before(walked.session, count)), measured, count)


def test_standing_cut_off_at_the_end(walked: SimulatedWalk, measured: SessionResult) -> None:
    assert_shifted(analyze(only_rows(walked.session, lambda _: slice(None, -120))), measured, 0)


def _counting_from(session: Session, first: int, bits: int) -> Session:
    def recounted(stream: SensorStream) -> SensorStream:
        assert stream.counter is not None
        since_first = (stream.counter - stream.counter[0]) % (1 << 16)  # the walk is shorter than that
        return replace(stream, counter=(first + since_first) % (1 << bits), counter_bits=bits)

    return changed(session, recounted)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(first=st.integers(0, 2**32), bits=st.sampled_from([8, 12, 16, 32]))
def test_any_start_of_the_counter(walked: SimulatedWalk, measured: SessionResult, first: int, bits: int) -> None:
    # a counter of 8 bits wraps a dozen times in this walk
    found = analyze(_counting_from(walked.session, first, bits))
    assert_same_events(found.strides, measured.strides)
    assert_same_measures(found.strides, measured.strides, 0.0, 0.0)
    assert found.quality == measured.quality


@pytest.mark.parametrize("lost", [4, 15])
def test_counter_that_wraps_within_a_gap(walked: SimulatedWalk, lost: int) -> None:
    holed = only_rows(walked.session, lambda one: np.delete(np.arange(len(one.values)), np.arange(1200, 1200 + lost)))
    expected = analyze(holed)
    found = analyze(_counting_from(holed, 2**16 - 1202, 16))
    assert_same_events(found.strides, expected.strides)
    assert_same_measures(found.strides, expected.strides, 0.0, 0.0)
    # 40 ms are bridged, 150 ms cost the stride its measures
    assert (found.rejected["reason"] == "gap").any() == (lost > 5)
    assert found.provenance["feet"]["left"]["missing_count"] == lost


def test_time_column_instead_of_the_counter(walked: SimulatedWalk, measured: SessionResult) -> None:
    def timed(stream: SensorStream) -> SensorStream:
        time_s = 1234.5 + np.arange(len(stream.values)) / 100.0
        return replace(stream, counter=None, counter_bits=None, rate_hz=None, time_s=time_s)

    found = analyze(changed(walked.session, timed))
    assert_same_events(found.strides, measured.strides)
    assert_same_measures(found.strides, measured.strides, 1e-6, 1e-3)


def test_repeated_rows_are_dropped_and_counted(walked: SimulatedWalk, measured: SessionResult) -> None:
    again = np.sort(np.concatenate((np.arange(len(walked.session.streams[0].values)), [40, 500, 500, 501, 1300])))
    left = replace(walked.session, streams=walked.session.streams[:2])
    found = analyze(only_rows(left, lambda _: again))
    assert_same_events(found.strides, of_side(measured.strides, "left"))
    assert found.provenance["feet"]["left"]["repeated_count"] == 5


def test_clock_offset_moves_both_feet(walked: SimulatedWalk, measured: SessionResult) -> None:
    later = changed(walked.session, lambda one: replace(one, clock_offset_s=one.clock_offset_s + 37.25))
    found = analyze(later)
    assert_same_events(found.strides, measured.strides)
    assert_same_measures(found.strides, measured.strides, 1e-9, 1e-3, ("clock_offset_s",))
    np.testing.assert_allclose(found.strides["clock_offset_s"], measured.strides["clock_offset_s"] + 37.25)


def test_right_sensor_started_later_gives_the_same_steps(walked: SimulatedWalk, measured: SessionResult) -> None:
    late = 90

    cut = only_rows(walked.session, lambda one: slice(late if one.segment == "right_foot" else 0, None))
    cut = changed(cut, lambda one: replace(one, clock_offset_s=one.clock_offset_s + late / 100.0), "right_foot")
    found = analyze(cut)
    for name in ("step_time_s", "loading_double_support_s", "pre_swing_double_support_s"):
        assert measured.strides[name].notna().sum() > 20
        np.testing.assert_allclose(found.strides[name], measured.strides[name], atol=1e-9)


@pytest.mark.parametrize("seconds", [5.0, 3600.0])
def test_feet_that_do_not_overlap_have_no_steps(walked: SimulatedWalk, seconds: float) -> None:
    apart = changed(
        walked.session, lambda one: replace(one, clock_offset_s=one.clock_offset_s + 60.0 + seconds), "right_foot"
    )
    found = analyze(apart)
    assert found.strides[["step_time_s", "pre_swing_double_support_s"]].isna().all(axis=None)
