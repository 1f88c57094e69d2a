"""A long walk in many stretches, or in two recordings, gives the strides that one stretch gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from changed_sessions import of_side, one_foot, only_rows
from same_strides import EVENTS, assert_near, assert_same_events

from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.foot import FootConfig
from footdrop_imu.schema import SensorStream, Session, SessionResult
from footdrop_imu.simulate.pattern import Stop, WalkConfig, corridor, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

STOPS_M = (130.0, 350.0, 610.0)
WHOLE = 10**9
BORDER_STRIDES = 5
# What a walk's strides share, by how much it may differ: the foot's axes and the usual closure, on which the stated
# uncertainty rests, come from some stretches of a long walk, lever arms from its busiest one.
SHARED = {
    "stride_time_s": 1e-9,
    "stride_length_m": 1e-6,
    "walking_speed_mps": 1e-6,
    "height_change_m": 1e-5,
    "turn_deg": 0.002,
    "rest_quality": 1e-9,
    "foot_pitch_initial_contact_deg": 0.1,
    "foot_pitch_mid_swing_deg": 0.1,
    "foot_roll_mid_swing_deg": 0.2,
    "minimum_toe_clearance_m": 0.002,
    "heel_height_max_m": 0.002,
    "stride_length_sd_m": 0.0015,
}
AT_BORDERS = dict.fromkeys(("stride_length_m", "walking_speed_mps", "height_change_m"), 0.003) | {
    "turn_deg": 0.5,
    "foot_pitch_initial_contact_deg": 0.3,
    "foot_roll_mid_swing_deg": 0.3,
}


@pytest.fixture(scope="module")
def long_walk() -> Session:
    """A quarter of an hour to and fro with three stops, no two strides alike; 64 Hz, left foot."""
    walk = WalkConfig(
        speed_mps=1.0,
        distance_m=850.0,
        left=foot_drop(0.5),
        turns=corridor(850.0, 60.0),
        stops=tuple(Stop(place, 5.0) for place in STOPS_M),
        seed=4,
    )
    return one_foot(simulate_walk(walk, SensorConfig(rate_hz=64.0, seed=4)).session, "left")


@pytest.fixture(scope="module")
def whole(long_walk: Session) -> SessionResult:
    return analyze(long_walk, AnalysisConfig(foot=FootConfig(stretch_samples=WHOLE)))


def near_borders(one: pd.DataFrame, other: pd.DataFrame, size: int) -> pd.Series:
    """Strides within a few of where a stretch of this size may end, told by where lengths differ at all."""
    differs = np.abs(one["stride_length_m"] - other["stride_length_m"]).to_numpy() > 1e-6
    borders = np.flatnonzero(differs)
    count = int(np.ceil(other["end"].iloc[-1] / size))
    assert len(borders) <= 2 * BORDER_STRIDES * count, "more strides differ than lie at borders"
    groups = np.split(borders, np.flatnonzero(np.diff(borders) > 2) + 1)
    assert len(groups) <= count
    assert all(np.ptp(group) < 2 * BORDER_STRIDES for group in groups if len(group))
    # borders do not come closer than a stretch is long
    places = other["start"].to_numpy()[[group[0] for group in groups if len(group)]]
    assert (np.diff(places) > 0.9 * size).all()
    return pd.Series(differs)


@pytest.mark.parametrize("size", [40_000, 10_000, 4_000])
def test_stretches(long_walk: Session, whole: SessionResult, size: int) -> None:
    found = analyze(long_walk, AnalysisConfig(foot=FootConfig(stretch_samples=size)))
    assert_same_events(found.rejected, whole.rejected)
    assert found.strides["kind"].tolist() == whole.strides["kind"].tolist()
    assert found.strides["bout"].tolist() == whole.strides["bout"].tolist()
    assert len(found.strides) > 600
    shifted = (found.strides[EVENTS] - whole.strides[EVENTS]).abs()
    assert (shifted <= 1).all(axis=None)
    assert (shifted == 0).to_numpy().mean() > 0.99
    border = near_borders(found.strides, whole.strides, size)
    inside = ~border & (shifted == 0).all(axis=1)
    assert inside.mean() > 0.85
    assert_near(found.strides[inside], whole.strides[inside], SHARED)
    assert_near(found.strides[border], whole.strides[border], AT_BORDERS)


def test_as_shipped_the_walk_is_cut_and_nearly_nothing_shows(long_walk: Session, whole: SessionResult) -> None:
    found = analyze(long_walk)
    assert len(long_walk.streams[0].values) > FootConfig().stretch_samples
    assert_same_events(found.strides, whole.strides)
    for column, estimate in whole.summary.left.items():
        cut = found.summary.left[column]
        assert cut.used_count == estimate.used_count, column
        width = estimate.high - estimate.low
        np.testing.assert_allclose(cut.median, estimate.median, atol=0.1 * width + 1e-9, err_msg=column)


def test_two_recordings_parted_while_the_person_stands(long_walk: Session, whole: SessionResult) -> None:
    rows = of_side(whole.strides, "left")
    pause = rows["start"].to_numpy()[1:] - rows["end"].to_numpy()[:-1]
    last = int(np.argmax(pause))
    assert pause[last] > 3 * 64
    cut = int(rows["end"].iloc[last] + pause[last] // 2)

    def part(rows_of: slice) -> pd.DataFrame:
        def keep(_: SensorStream) -> slice:
            return rows_of

        return analyze(only_rows(long_walk, keep), AnalysisConfig(foot=FootConfig(stretch_samples=WHOLE))).strides

    before, after = part(slice(0, cut)), part(slice(cut, None))
    assert len(before) == last + 1
    assert len(before) + len(after) == len(rows)
    parted = pd.concat((before, after), ignore_index=True)
    parted.loc[last + 1 :, EVENTS] += cut
    # each half finds gravity and the gyroscope's offset in its own standing: a rest may lie one sample beside
    shifted = (parted[EVENTS] - rows[EVENTS]).abs()
    assert (shifted <= 1).all(axis=None)
    assert (shifted == 0).to_numpy().mean() > 0.98
    same = (shifted == 0).all(axis=1)
    tolerances = {"stride_length_m": 0.003, "foot_pitch_initial_contact_deg": 0.3, "minimum_toe_clearance_m": 0.003}
    assert_near(parted[same], rows[same], tolerances)
