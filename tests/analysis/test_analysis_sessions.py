"""Sessions to results: both feet, one foot, clocks, failures, provenance."""
# ruff: noqa: PD011 - the values of a stream are an array, not a frame's

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu import __version__
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.columns import (
    EVENTS,
    REJECTED_COLUMNS,
    STRIDE_COLUMNS,
    TIMESERIES_COLUMNS,
    check_table,
)
from footdrop_imu.errors import SchemaError, SignalError, SignalReason
from footdrop_imu.gait.clock import ClockConfig
from footdrop_imu.gait.foot import FootConfig
from footdrop_imu.gait.mounting import MountingConfig
from footdrop_imu.gait.recording import make_recording
from footdrop_imu.schema import SIDES, Condition, Person, SensorStream, Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

STEPS = ["step_time_s", "loading_double_support_s", "pre_swing_double_support_s"]
BOTH_FEET = [*STEPS, "vaulting_m", "lift_from_vaulting_m", "lift_from_leg_m"]


def streams_of(session: Session, side: str) -> list[SensorStream]:
    return [stream for stream in session.streams if stream.segment == f"{side}_foot"]


def with_side(session: Session, side: str, **changes: object) -> Session:
    """The same session with that side's streams changed."""
    return replace(
        session,
        streams=tuple(
            replace(s, **changes) if s.segment == f"{side}_foot" else s  # type: ignore[arg-type]
            for s in session.streams
        ),
    )


def test_tables_obey_their_definitions(result: SessionResult) -> None:
    check_table(STRIDE_COLUMNS, result.strides)
    check_table(REJECTED_COLUMNS, result.rejected)
    assert result.timeseries is not None
    check_table(TIMESERIES_COLUMNS, result.timeseries)


def test_rows_come_by_side_and_in_time(result: SessionResult) -> None:
    assert result.strides["side"].drop_duplicates().tolist() == ["left", "right"]
    for side in SIDES:
        rows = result.strides[result.strides["side"] == side]
        assert rows["stride"].tolist() == list(range(len(rows)))
        assert rows["start"].is_monotonic_increasing
        assert (np.diff(rows[list(EVENTS)].to_numpy(), axis=1) > 0).all()


def test_event_times_are_index_over_rate_exactly(result: SessionResult) -> None:
    for event in EVENTS:
        assert (result.strides[f"{event}_time_s"] == result.strides[event] / 100.0).all()


def test_strides_are_those_that_were_walked(walk: SimulatedWalk, result: SessionResult) -> None:
    for side in SIDES:
        true = walk.strides[walk.strides["side"] == side]
        own = result.strides[result.strides["side"] == side]
        assert len(own) == len(true)
        late_s = own["initial_contact_time_s"].to_numpy() - true["initial_contact_time_s"].to_numpy()
        assert np.abs(late_s).max() < 0.06
        length = own["stride_length_m"].to_numpy() / true["stride_length_m"].to_numpy()
        assert np.median(length) == pytest.approx(1.0, abs=0.02)


def test_steps_between_feet_that_started_apart(walk: SimulatedWalk, result: SessionResult) -> None:
    """The right sensor starts 35 ms later; the step times do not show it."""
    assert result.strides.groupby("side")["clock_offset_s"].first().to_dict() == {"left": 0.0, "right": 0.035}
    for column in STEPS:
        own, true = result.strides[column].to_numpy(), walk.strides[column].to_numpy()
        straight = (result.strides["kind"] == "straight").to_numpy() & np.isfinite(true)
        assert np.isfinite(own[straight]).mean() > 0.9
        assert np.nanmedian(np.abs(own[straight] - true[straight])) < 0.03
    left, right = (result.strides.loc[result.strides["side"] == side, "step_time_s"].median() for side in SIDES)
    assert left + right == pytest.approx(result.strides["stride_time_s"].median(), abs=0.02)


def test_the_budget_adds_up_to_the_toes_height_and_both_feet_witness_it(
    walk: SimulatedWalk, result: SessionResult
) -> None:
    strides = result.strides[result.strides["kind"] == "straight"]
    assert strides["vaulting_m"].notna().mean() > 0.9
    assert (strides["vaulting_m"] == strides["lift_from_vaulting_m"]).sum() == strides["vaulting_m"].notna().sum()
    true = walk.strides.loc[strides.index, "vaulting_m"].to_numpy()
    assert np.nanmax(np.abs(strides["vaulting_m"].to_numpy() - true)) < 6e-3
    parts = strides[[f"lift_from_{source}_m" for source in ("foot", "leg", "sideways", "vaulting")]].sum(
        axis=1, skipna=False
    )
    series = result.timeseries
    assert series is not None
    for row, height in zip(strides.itertuples(), parts, strict=True):
        if np.isfinite(height):
            rows = (series["side"] == row.side) & (series["time_s"] - row.mid_swing_time_s).abs().lt(1e-9)
            assert series.loc[rows, "toe_height_m"].iloc[0] == pytest.approx(height, abs=1e-9)


def test_a_leg_length_is_entered_or_assumed_and_only_changes_what_sideways_lifts(
    walk: SimulatedWalk, result: SessionResult
) -> None:
    short = analyze(replace(walk.session, person=replace(walk.session.person, leg_length_m=0.44)))
    assert (short.provenance["leg_length"], result.provenance["leg_length"]) == ("entered", "assumed")
    ratio = short.strides["lift_from_sideways_m"] / result.strides["lift_from_sideways_m"]
    assert ratio.dropna().to_numpy() == pytest.approx(result.provenance["leg_length_m"] / 0.44)
    pd.testing.assert_series_equal(short.strides["lift_from_foot_m"], result.strides["lift_from_foot_m"])
    with pytest.raises(SchemaError, match=r"0\.3 to 1\.3 m"):
        analyze(replace(walk.session, person=replace(walk.session.person, leg_length_m=88.0)))


def test_clearance_is_also_summed_up_by_its_risk(result: SessionResult) -> None:
    strides = result.strides[(result.strides["kind"] == "straight") & (result.strides["grade"] != "poor")]
    for side in SIDES:
        values = strides.loc[strides["side"] == side, "minimum_toe_clearance_m"]
        risk = result.summary.clearance_risk[side]
        assert risk["used_count"] == values.notna().sum() == sum(risk["lowest_point"].values())
        assert risk["below_5_mm_frac"] == pytest.approx((values < 0.005).mean())
        assert np.isnan(risk["fifth_percentile_m"]), "fewer than 50 strides"


def test_feet_on_clocks_of_their_own_have_no_steps(walk: SimulatedWalk, result: SessionResult) -> None:
    for session in (
        with_side(walk.session, "right", clock_group="another"),
        with_side(with_side(walk.session, "right", clock_group=""), "left", clock_group=""),
    ):
        apart = analyze(session)
        assert apart.strides[BOTH_FEET].isna().all().all()
        for column in BOTH_FEET:
            assert apart.quality.unavailable[column] == "the two feet do not share a clock"
        pd.testing.assert_frame_equal(apart.strides.drop(columns=BOTH_FEET), result.strides.drop(columns=BOTH_FEET))


@pytest.mark.parametrize("side", SIDES)
def test_one_foot_alone(walk: SimulatedWalk, result: SessionResult, side: str) -> None:
    alone = analyze(replace(walk.session, streams=tuple(streams_of(walk.session, side))), timeseries=True)
    assert set(alone.strides["side"]) == {side}
    whole = result.strides[result.strides["side"] == side].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.strides.drop(columns=BOTH_FEET), whole.drop(columns=BOTH_FEET))
    assert alone.strides[BOTH_FEET].isna().all().all()
    assert all(alone.quality.unavailable[column] == "needs a sensor on both feet" for column in BOTH_FEET)
    assert alone.summary.asymmetry == {}
    assert alone.summary.asymmetry_of == ""
    other = "right" if side == "left" else "left"
    assert getattr(alone.summary, other) == {}
    assert getattr(alone.summary, side)["stride_length_m"].used_count > 6
    assert set(alone.provenance["feet"]) == {side}
    assert alone.timeseries is not None
    assert set(alone.timeseries["side"]) == {side}


@pytest.mark.parametrize("side", SIDES)
def test_a_foot_that_fails_keeps_the_other(walk: SimulatedWalk, side: str) -> None:
    other = "right" if side == "left" else "left"
    broken = analyze(with_side(walk.session, side, values=np.full((4000, 3), np.nan), counter=None, rate_hz=100.0))
    assert set(broken.strides["side"]) == {other}
    assert broken.quality.verdict == "poor"
    assert any(reason.startswith(f"{side} foot: ") for reason in broken.quality.reasons)
    assert broken.provenance["refused"][side]["reason"] == "not_finite"
    assert broken.provenance["refused"][side]["message"] in "".join(broken.quality.reasons)
    assert broken.quality.unavailable["step_time_s"] == "needs a sensor on both feet"


def test_two_feet_that_fail_are_refused_with_the_firsts_reason(walk: SimulatedWalk) -> None:
    session = with_side(walk.session, "right", values=np.zeros((5, 3)), counter=None, rate_hz=100.0)
    session = with_side(session, "left", values=np.full((4000, 3), np.nan), counter=None, rate_hz=100.0)
    with pytest.raises(SignalError) as caught:
        analyze(session)
    assert caught.value.reason is SignalReason.NOT_FINITE


def test_a_gap_moves_a_stride_to_the_rejected(walk: SimulatedWalk, result: SessionResult) -> None:
    row = result.strides[result.strides["side"] == "left"].iloc[6]
    here = np.ones(len(streams_of(walk.session, "left")[0].values), dtype=bool)
    here[row["start"] + 20 : row["start"] + 32] = False
    changes = {
        stream.quantity: {"values": stream.values[here], "counter": stream.counter[here]}
        for stream in streams_of(walk.session, "left")
        if stream.counter is not None
    }
    streams = tuple(replace(s, **changes[s.quantity]) if s.segment == "left_foot" else s for s in walk.session.streams)
    holed = analyze(replace(walk.session, streams=streams))
    assert holed.rejected["reason"].tolist() == ["gap"]
    rejected = holed.rejected.iloc[0]
    assert rejected["side"] == "left"
    assert pd.isna(rejected["stride"])
    assert rejected["start"] == row["start"]
    assert rejected["toe_off"] == pytest.approx(row["toe_off"], abs=2)
    assert rejected["toe_off_time_s"] == rejected["toe_off"] / 100.0
    assert len(holed.strides) == len(result.strides) - 1
    left = holed.summary.left["stride_length_m"]
    assert left.left_out["gap"] == 1
    assert holed.provenance["feet"]["left"]["missing_count"] == 12
    # its contact still bounds the next stride's stance
    following = holed.strides[(holed.strides["side"] == "left") & (holed.strides["start"] == row["end"])].iloc[0]
    assert np.isfinite(following["stance_time_s"])
    assert np.isfinite(following["step_time_s"])


def test_heel_up_is_suspected_where_the_foot_never_rests(walk: SimulatedWalk) -> None:
    """Cut to walking alone, and with a limit that no foot-flat meets: absolute angles are missing, changes stay."""
    first = walk.strides.loc[walk.strides["side"] == "left", "start"].min()
    walking = slice(first, first + 1500)
    left = replace(
        walk.session,
        streams=tuple(replace(s, values=s.values[walking], counter=None) for s in streams_of(walk.session, "left")),
    )
    config = AnalysisConfig(foot=FootConfig(mounting=MountingConfig(quiet_rest=1.1)))
    plain, suspected = analyze(left), analyze(left, config)
    absent = {
        "foot_pitch_toe_off_deg",
        "foot_pitch_mid_swing_deg",
        "foot_pitch_swing_max_deg",
        "foot_pitch_initial_contact_deg",
        "swing_dorsiflexion_deg",
        "level_frac",
        "foot_roll_mid_swing_deg",
        "foot_roll_initial_contact_deg",
        "landing",
        "landing_confidence",
        "first_rocker",
        "foot_slap_dps",
        "foot_flat_time_s",
    }
    for column in absent:
        assert suspected.strides[column].isna().all(), column
        assert suspected.quality.unavailable[column] == "suspected heel-up stance: where 0° lies is unknown"
        assert plain.strides[column].notna().any() or column in ("foot_slap_dps", "foot_flat_time_s"), column
    for column in ("stride_length_m", "push_off_dps", "turn_deg", "minimum_toe_clearance_m", "stance_time_s"):
        assert suspected.strides[column].notna().any(), column
    assert any("heel may never come down" in reason for reason in suspected.quality.reasons)
    assert suspected.provenance["feet"]["left"]["suspected_heel_up"]
    assert np.isnan(suspected.courses.foot_pitch_deg).all()
    assert np.isfinite(plain.courses.foot_pitch_deg[1:]).any()
    assert suspected.summary.left["foot_pitch_mid_swing_deg"].used_count == 0


def test_courses_come_in_the_tables_order(result: SessionResult) -> None:
    courses = result.courses
    assert courses.side.tolist() == result.strides["side"].tolist()
    assert courses.stride.tolist() == result.strides["stride"].tolist()
    count = len(result.strides)
    for part in (courses.foot_pitch_deg, courses.foot_roll_deg, courses.toe_height_m):
        assert part.shape == (count, 101)
    assert courses.gait_cycle_frac.tolist() == courses.swing_frac.tolist() == np.linspace(0, 1, 101).tolist()
    first = (result.strides["position_in_bout"] == 0).to_numpy()
    assert np.isnan(courses.foot_pitch_deg[first]).all()
    assert np.isfinite(courses.foot_pitch_deg[~first]).all()
    lowest = courses.toe_height_m.min(axis=1)
    assert (lowest <= result.strides["minimum_toe_clearance_m"].to_numpy() + 1e-12).all()


def test_the_time_series_belongs_to_the_strides(result: SessionResult) -> None:
    series = result.timeseries
    assert series is not None
    counted = series.groupby(["side", "stride"]).size()
    for row in result.strides.itertuples():
        assert counted[(row.side, row.stride)] == row.end - row.start
    merged = series.merge(result.strides[["side", "stride", "mid_swing_time_s", "foot_pitch_mid_swing_deg"]])
    at = merged[np.isclose(merged["time_s"], merged["mid_swing_time_s"], atol=1e-9)]
    assert len(at) == len(result.strides)
    assert at["foot_pitch_deg"].to_numpy() == pytest.approx(at["foot_pitch_mid_swing_deg"].to_numpy(), abs=1e-9)


def test_no_time_series_unless_asked(walk: SimulatedWalk) -> None:
    assert analyze(walk.session).timeseries is None


def test_provenance_is_json_and_says_where_it_came_from(walk: SimulatedWalk) -> None:
    session = replace(
        walk.session,
        person=Person("p7", "left"),
        condition=Condition(aid="stick"),
        source={"a.csv": "00ff"},
        notes=("one row was dropped",),
    )
    made = analyze(session)
    told = json.loads(json.dumps(made.provenance))
    assert told["version"] == __version__
    assert told["source"] == {"a.csv": "00ff"}
    assert told["notes"] == ["one row was dropped"]
    assert (told["person"], told["affected"]) == ("p7", "left")
    assert told["condition"]["aid"] == "stick"
    assert set(told["feet"]) == set(SIDES)
    assert told["feet"]["right"]["clock_offset_s"] == 0.035
    assert told["feet"]["left"]["geometry"] == "entered"
    assert told["feet"]["left"]["zero_source"] == "standing"
    assert told["refused"] == {}
    assert made.summary.asymmetry_of == "affected over other"


def test_another_setting_has_another_hash(walk: SimulatedWalk, result: SessionResult) -> None:
    other = analyze(walk.session, AnalysisConfig(turn_deg=25.0))
    assert other.provenance["config_hash"] != result.provenance["config_hash"]
    assert analyze(walk.session, AnalysisConfig()).provenance["config_hash"] == result.provenance["config_hash"]
    assert other.provenance["config"]["turn_deg"] == 25.0


def test_a_sensor_that_shows_too_much_gravity_is_corrected(walk: SimulatedWalk, result: SessionResult) -> None:
    streams = tuple(
        replace(s, values=s.values * (1.03 if s.quantity == "acceleration" else 1.0)) for s in walk.session.streams
    )
    scaled = analyze(replace(walk.session, streams=streams))
    for side in SIDES:
        ratio = scaled.provenance["feet"][side]["gravity_mps2"] / result.provenance["feet"][side]["gravity_mps2"]
        assert ratio == pytest.approx(1.03)
    # taken for an offset, a wrong scale leaves half of itself in the lengths
    longer = scaled.strides["stride_length_m"].to_numpy() / result.strides["stride_length_m"].to_numpy() - 1.0
    assert np.median(longer) == pytest.approx(0.015, abs=0.01)


def test_an_offset_of_the_accelerometer_hardly_changes_a_length(walk: SimulatedWalk, result: SessionResult) -> None:
    """0.4 m/s² along gravity, 4 % of it: scaled away it would take 2 % off every stride; half may be a scale."""
    up = {side: np.array(result.provenance["feet"][side]["sensor_to_foot"])[2] for side in SIDES}
    streams = tuple(
        replace(s, values=s.values + 0.4 * up[s.segment.split("_")[0]]) if s.quantity == "acceleration" else s
        for s in walk.session.streams
    )
    offset = analyze(replace(walk.session, streams=streams))
    longer = offset.strides["stride_length_m"].to_numpy() / result.strides["stride_length_m"].to_numpy() - 1.0
    assert abs(np.median(longer)) < 0.015


def test_a_gyroscope_offset_is_taken_off_in_standing(walk: SimulatedWalk, result: SessionResult) -> None:
    offset = np.radians([1.0, -2.0, 1.5])
    streams = tuple(
        replace(s, values=s.values + (offset if s.quantity == "angular_velocity" else 0.0))
        for s in walk.session.streams
    )
    biased = analyze(replace(walk.session, streams=streams))
    for side in SIDES:
        more = np.subtract(*(r.provenance["feet"][side]["gyroscope_offset_dps"] for r in (biased, result)))
        assert more == pytest.approx(np.degrees(offset), abs=1e-6)
    assert biased.strides["turn_deg"].to_numpy() == pytest.approx(result.strides["turn_deg"].to_numpy(), abs=0.05)


def recording_streams(walk: SimulatedWalk) -> tuple[SensorStream, SensorStream]:
    acc, gyr = streams_of(walk.session, "left")
    return acc, gyr


def test_a_recording_is_the_streams_on_one_grid(walk: SimulatedWalk) -> None:
    acc, gyr = recording_streams(walk)
    recording = make_recording([gyr, acc])
    assert recording.segment == "left_foot"
    assert recording.acc.tolist() == acc.values.tolist()
    assert recording.gyr.tolist() == gyr.values.tolist()
    assert recording.valid.all()
    assert not recording.lost.any()
    assert (recording.missing_count, recording.repeated_count) == (0, 0)
    assert recording.first_counter == acc.counter[0]  # type: ignore[index]
    assert recording.rate_hz == 100.0


def test_rows_sent_twice_are_dropped_and_counted(walk: SimulatedWalk) -> None:
    acc, gyr = recording_streams(walk)
    again = np.sort(np.concatenate([np.arange(len(acc.values)), [5, 77, 78]]))
    assert acc.counter is not None
    twice = [replace(s, values=s.values[again], counter=acc.counter[again]) for s in (acc, gyr)]
    recording = make_recording(twice)
    assert recording.repeated_count == 3
    assert recording.acc.tolist() == acc.values.tolist()


def test_a_gyroscope_at_another_rate_and_start_is_joined(walk: SimulatedWalk) -> None:
    """Every second sample of the gyroscope from its 11th on: half the rate, 0.1 s later."""
    acc, gyr = recording_streams(walk)
    acc = replace(acc, counter=None, counter_bits=None)
    slow = replace(gyr, values=gyr.values[10::2], counter=None, counter_bits=None, rate_hz=50.0, clock_offset_s=0.1)
    recording = make_recording([acc, slow])
    assert len(recording.gyr) == len(acc.values)
    assert not recording.valid[:9].any()
    assert recording.valid[10:-2].all()
    inner = slice(10, -3)
    even = np.arange(len(gyr.values))[inner][::2]
    assert recording.gyr[even] == pytest.approx(gyr.values[even], abs=1e-9)
    assert np.corrcoef(recording.gyr[inner, 1], gyr.values[inner, 1])[0, 1] > 0.99


def test_the_limits_of_the_clock_can_be_set(walk: SimulatedWalk) -> None:
    acc, gyr = recording_streams(walk)
    assert acc.counter is not None
    here = np.ones(len(acc.values), dtype=bool)
    here[900:908] = False
    holed = [replace(s, values=s.values[here], counter=acc.counter[here]) for s in (acc, gyr)]
    assert not make_recording(holed).valid[900:908].any()
    assert make_recording(holed, ClockConfig(longest_filled_gap_s=0.1)).valid.all()
