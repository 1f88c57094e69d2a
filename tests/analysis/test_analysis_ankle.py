"""Foot and shank together: the ankle's columns, what takes them away, and that the foot's own never change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.ankle import ANKLE_COLUMNS
from footdrop_imu.gait.foot import FootConfig
from footdrop_imu.gait.mounting import MountingConfig
from footdrop_imu.schema import SIDES, BoolArray, FloatArray, SensorStream, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

ANGLES = ANKLE_COLUMNS[:3]


@pytest.fixture(scope="module")
def worn() -> SimulatedWalk:
    """Left foot drop; sensors on feet and shanks, none starting with another."""
    config = WalkConfig(distance_m=20.0, speed_mps=1.0, left=foot_drop(0.6), seed=4)
    sensor = SensorConfig(
        rate_hz=100.0, shank=True, right_start_s=0.03, shank_start_s=0.047, random_mounting=True, seed=4
    )
    return simulate_walk(config, sensor, name="made")


@pytest.fixture(scope="module")
def measured(worn: SimulatedWalk) -> SessionResult:
    return analyze(worn.session, timeseries=True)


def with_streams(session: Session, change: Callable[[SensorStream], SensorStream | None]) -> Session:
    changed = (change(stream) for stream in session.streams)
    return replace(session, streams=tuple(stream for stream in changed if stream is not None))


def part(stream: SensorStream, rows: slice | BoolArray) -> SensorStream:
    """Some of a stream's samples, with the counts they were sent with."""
    assert stream.counter is not None
    return replace(stream, values=stream.values[rows], counter=stream.counter[rows])  # noqa: PD011


def turned(stream: SensorStream, rotation: Rotation) -> SensorStream:
    return replace(stream, values=rotation.apply(stream.values))


def foot_columns(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=list(ANKLE_COLUMNS))


def test_the_course_follows_the_truth(worn: SimulatedWalk, measured: SessionResult) -> None:
    series = measured.timeseries
    assert series is not None
    for side in SIDES:
        rows, true = series[series["side"] == side], worn.courses[side]
        at = np.searchsorted(true.time_s, rows["time_s"].to_numpy() - 1e-6)
        error = rows["ankle_dorsiflexion_deg"].to_numpy() - true.ankle_dorsiflexion_deg[at]
        assert np.ptp(true.ankle_dorsiflexion_deg[at]) > 20.0
        assert np.sqrt(np.mean(error**2)) < 1.0, side


def test_the_columns_are_the_course_at_the_events(measured: SessionResult) -> None:
    series, table = measured.timeseries, measured.strides
    assert series is not None
    for side, rows in series.groupby("side"):
        course = pd.Series(rows["ankle_dorsiflexion_deg"].to_numpy(), index=np.rint(rows["time_s"] * 100.0).astype(int))
        for stride in table[table["side"] == side].itertuples():
            assert course[stride.mid_swing] == stride.ankle_dorsiflexion_mid_swing_deg
            assert course[stride.initial_contact] == stride.ankle_dorsiflexion_initial_contact_deg
            assert course.loc[stride.toe_off : stride.initial_contact].max() == stride.ankle_dorsiflexion_swing_max_deg


def test_a_weak_foot_hangs_from_its_shank(worn: SimulatedWalk, measured: SessionResult) -> None:
    weak, sound = measured.summary.left, measured.summary.right
    column = "ankle_dorsiflexion_mid_swing_deg"
    assert weak[column].median < sound[column].median - 4.0
    by_truth = worn.strides.groupby("side")[column].median()
    found = measured.summary.asymmetry[column]["difference"]
    assert found == pytest.approx(by_truth["left"] - by_truth["right"], abs=1.5)


def test_zero_is_quiet_standing_and_said_to_be(measured: SessionResult) -> None:
    for side in SIDES:
        said = measured.provenance["feet"][side]["ankle"]
        assert said["zero_source"] == "standing"
        assert said["shank_over_foot_stride_length"] == pytest.approx(1.0, abs=0.05)
        assert np.linalg.norm(said["joint_to_shank_sensor_m"]) == pytest.approx(0.21, abs=0.05)


def test_courses_end_and_begin_at_contact(measured: SessionResult) -> None:
    courses, table = measured.courses, measured.strides
    contact = table["ankle_dorsiflexion_initial_contact_deg"].to_numpy()
    whole = np.isfinite(courses.ankle_deg).all(axis=1)
    assert whole.sum() == len(table) - 2
    assert courses.ankle_deg[whole, -1] == pytest.approx(contact[whole])


def test_any_mounting_gives_the_same(worn: SimulatedWalk, measured: SessionResult) -> None:
    by_segment = {stream.segment: Rotation.random(random_state=k) for k, stream in enumerate(worn.session.streams)}
    other = analyze(with_streams(worn.session, lambda one: turned(one, by_segment[one.segment]))).strides
    assert other[list(ANKLE_COLUMNS)].to_numpy() == pytest.approx(
        measured.strides[list(ANKLE_COLUMNS)].to_numpy(), abs=1e-6
    )


def test_without_a_shank_the_foot_is_the_same(worn: SimulatedWalk, measured: SessionResult) -> None:
    feet = analyze(with_streams(worn.session, lambda one: one if "foot" in one.segment else None))
    assert feet.strides[list(ANKLE_COLUMNS)].isna().all().all()
    assert feet.quality.unavailable["ankle_dorsiflexion_mid_swing_deg"] == "needs a shank sensor"
    assert np.isnan(feet.courses.ankle_deg).all()
    pd.testing.assert_frame_equal(foot_columns(feet.strides), foot_columns(measured.strides))


def test_one_shank_is_one_ankle(worn: SimulatedWalk, measured: SessionResult) -> None:
    one = analyze(with_streams(worn.session, lambda stream: None if stream.segment == "right_shank" else stream))
    missing = one.strides.groupby("side")["ankle_dorsiflexion_mid_swing_deg"].apply(lambda rows: rows.isna().all())
    assert missing.to_dict() == {"left": False, "right": True}
    assert "ankle_dorsiflexion_mid_swing_deg" not in one.quality.unavailable
    assert one.quality.reasons == measured.quality.reasons


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one: replace(one, clock_group="another"), "does not share its foot's clock"),
        (lambda one: part(one, slice(100)), "expected at least 3 s"),
        (lambda one: replace(one, values=np.zeros_like(one.values)), "never changes"),
    ],
    ids=["clock", "too_short", "constant"],
)
def test_a_bad_shank_takes_nothing_from_its_foot(
    worn: SimulatedWalk,
    measured: SessionResult,
    change: Callable[[SensorStream], SensorStream],
    reason: str,
) -> None:
    bad = analyze(with_streams(worn.session, lambda one: change(one) if one.segment == "left_shank" else one))
    (said,) = (words for words in bad.quality.reasons if words.startswith("left shank: "))
    assert reason in said
    left = (bad.strides["side"] == "left").to_numpy()
    assert bad.strides.loc[left, list(ANKLE_COLUMNS)].isna().all().all()
    assert bad.strides.loc[~left, list(ANKLE_COLUMNS)].notna().all().all()
    pd.testing.assert_frame_equal(foot_columns(bad.strides), foot_columns(measured.strides))


def test_a_hole_in_the_shank_takes_its_strides_only(worn: SimulatedWalk, measured: SessionResult) -> None:
    def holed(stream: SensorStream) -> SensorStream:
        if stream.segment != "left_shank":
            return stream
        keep = np.ones(len(stream.values), dtype=bool)
        keep[900:930] = False
        return part(stream, keep)

    table = analyze(with_streams(worn.session, holed)).strides
    missing = table["ankle_dorsiflexion_mid_swing_deg"].isna().to_numpy()
    hole = (table["start"] < 940) & (table["end"] > 895) & (table["side"] == "left")
    assert missing.tolist() == hole.tolist()
    kept = list(ANGLES)
    assert table.loc[~missing, kept].to_numpy() == pytest.approx(measured.strides.loc[~missing, kept], abs=1.0)


def test_swapped_files_are_noticed(worn: SimulatedWalk) -> None:
    names = {
        f"{side}_{one}": f"{side}_{other}" for side in SIDES for one, other in (("foot", "shank"), ("shank", "foot"))
    }
    with pytest.raises(SignalError, match="look swapped") as caught:
        analyze(with_streams(worn.session, lambda one: replace(one, segment=names[one.segment])))
    assert caught.value.reason is SignalReason.SWAPPED


def test_nobody_stands_still(worn: SimulatedWalk, measured: SessionResult) -> None:
    """Without quiet standing the usual lean at foot-flat is taken, which is known to a few degrees only."""

    def while_walking(stream: SensorStream) -> SensorStream:
        return part(stream, slice(350, -350))

    cut = analyze(with_streams(worn.session, while_walking))
    said = cut.provenance["feet"]["right"]["ankle"]
    assert said["zero_source"] == "foot_flat"
    assert cut.strides["ankle_dorsiflexion_sd_deg"].min() >= 4.0
    column = "ankle_dorsiflexion_mid_swing_deg"
    off = cut.summary.right[column].median - measured.summary.right[column].median
    assert abs(off) < 2.0 * said["zero_sd_deg"]


def test_the_mirrored_walk_is_the_other_legs(worn: SimulatedWalk, measured: SessionResult) -> None:
    def mirrored(stream: SensorStream) -> SensorStream:
        flip: FloatArray = np.array([1.0, -1.0, 1.0]) * (1.0 if stream.quantity == "acceleration" else -1.0)
        side, segment = stream.segment.split("_")
        other = "right" if side == "left" else "left"
        return replace(stream, values=stream.values * flip, segment=f"{other}_{segment}")  # noqa: PD011

    other = analyze(with_streams(worn.session, mirrored)).strides
    for side, twin in (("left", "right"), ("right", "left")):
        mine = measured.strides.loc[measured.strides["side"] == side, list(ANKLE_COLUMNS)].to_numpy()
        theirs = other.loc[other["side"] == twin, list(ANKLE_COLUMNS)].to_numpy()
        assert theirs == pytest.approx(mine, abs=1e-6)


def test_a_heel_that_may_be_up_takes_the_ankle_with_it(worn: SimulatedWalk) -> None:
    """Nobody stands, and what would tell that the heel is down is set out of reach: nothing is known of zero."""
    config = AnalysisConfig(foot=FootConfig(mounting=MountingConfig(quiet_rest=2.0)))
    walking = with_streams(worn.session, lambda one: part(one, slice(350, -350)))
    result = analyze(walking, config, timeseries=True)
    assert result.strides[list(ANKLE_COLUMNS)].isna().all().all()
    assert "heel-up" in result.quality.unavailable["ankle_dorsiflexion_mid_swing_deg"]
    assert np.isnan(result.courses.ankle_deg).all()
    assert result.timeseries is not None
    assert result.timeseries["ankle_dorsiflexion_deg"].isna().all()
    feet = with_streams(walking, lambda one: one if "foot" in one.segment else None)
    assert analyze(feet, config).quality.unavailable["ankle_dorsiflexion_mid_swing_deg"] == "needs a shank sensor"
