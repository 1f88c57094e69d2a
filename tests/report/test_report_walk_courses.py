"""What the figures draw: the right strides, at the right place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_walks import made_walk

from footdrop_imu.report.walk_courses import (
    Points,
    Runs,
    bout_starts,
    clearance_sd_m,
    counted,
    landing_counts,
    pitch_curves,
    stride_points,
    stride_runs,
    toe_curves,
    turns,
)


def test_only_straight_strides_that_are_not_poor_count() -> None:
    strides = pd.DataFrame(
        {
            "kind": ["straight", "straight", "straight", "turn", "first"],
            "grade": ["good", "usable", "poor", "good", "good"],
        }
    )
    assert counted(strides).tolist() == [True, True, False, False, False]


def test_curves_are_medians_and_percentiles_of_the_counted_strides() -> None:
    result, _ = made_walk(30)
    left, right = pitch_curves(result)
    rows = result.courses.foot_pitch_deg[counted(result.strides) & (result.courses.side == "left")]
    rows = rows[np.isfinite(rows).all(axis=1)]
    np.testing.assert_allclose(left.median, np.median(rows, axis=0))
    np.testing.assert_allclose(left.high, np.percentile(rows, 90, axis=0))
    assert left.stride_count == len(rows)
    assert (left.low <= left.median).all()
    assert (left.percent[0], left.percent[-1]) == (0, 100)
    assert (left.side, right.side) == ("left", "right")


def test_toe_off_is_marked_on_the_median_course() -> None:
    result, _ = made_walk(30)
    for curve in pitch_curves(result):
        rows = counted(result.strides) & (result.strides["side"] == curve.side).to_numpy()
        assert curve.mark_percent == pytest.approx(100 * result.strides.loc[rows, "stance_frac"].median())
        assert curve.mark_value == pytest.approx(np.interp(curve.mark_percent, curve.percent, curve.median))


def test_minimum_clearance_is_marked_in_millimeters() -> None:
    result, _ = made_walk(30)
    for curve in toe_curves(result):
        rows = counted(result.strides) & (result.strides["side"] == curve.side).to_numpy()
        assert curve.mark_value == pytest.approx(1000 * result.strides.loc[rows, "minimum_toe_clearance_m"].median())


def test_a_side_without_courses_has_no_curve() -> None:
    result, _ = made_walk(30)
    pitch = result.courses.foot_pitch_deg.copy()
    pitch[result.courses.side == "left"] = np.nan
    (only,) = pitch_curves(replace(result, courses=replace(result.courses, foot_pitch_deg=pitch)))
    assert only.side == "right"


def test_points_stand_at_contact_on_the_session_s_clock() -> None:
    result, _ = made_walk(6)
    strides = result.strides.assign(clock_offset_s=np.where(result.strides["side"] == "right", 0.25, 0.0))
    left, right = stride_points(strides, "minimum_toe_clearance_m", 1000)
    rows = strides[strides["side"] == "right"]
    np.testing.assert_allclose(right.time_s, rows["initial_contact_time_s"] + 0.25)
    np.testing.assert_allclose(right.value, 1000 * rows["minimum_toe_clearance_m"])
    assert left.good.tolist() == (strides.loc[strides["side"] == "left", "grade"] == "good").tolist()


def test_a_missing_value_is_no_point() -> None:
    result, _ = made_walk(6)
    strides = result.strides.copy()
    strides.loc[strides["side"] == "left", "walking_speed_mps"] = np.nan
    strides.loc[strides.index[-1], "walking_speed_mps"] = np.nan
    (right,) = stride_points(strides, "walking_speed_mps", 1)
    assert len(right.value) == 5


def test_a_long_walk_is_drawn_in_runs() -> None:
    rng = np.random.default_rng(3)
    points = Points("left", np.arange(1234.0), rng.normal(20, 2, 1234), np.ones(1234, bool))
    runs = stride_runs(points)
    assert isinstance(runs, Runs)
    assert len(runs.median) == 60
    assert runs.run_length == 20
    assert (runs.low <= runs.median).all()
    assert (runs.median <= runs.high).all()
    assert (np.diff(runs.time_s) > 0).all()
    np.testing.assert_allclose(runs.median[0], np.median(points.value[:20]))
    short = Points("left", points.time_s[:300], points.value[:300], points.good[:300])
    assert stride_runs(short) is short


def test_turns_of_both_feet_are_one_stretch() -> None:
    def frame(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
        kinds, starts, ends = zip(*rows, strict=True)
        return pd.DataFrame({"kind": kinds, "start_time_s": starts, "end_time_s": ends, "clock_offset_s": 0.0})

    rows = [
        ("straight", 0.0, 1.0),
        ("turn", 10.6, 11.7),
        ("turn", 10.0, 11.2),
        ("turn", 12.5, 13.0),
        ("turn", 20.0, 21.0),
    ]
    assert [(span.start_s, span.end_s) for span in turns(frame(rows))] == [(10.0, 13.0), (20.0, 21.0)]
    assert turns(frame(rows[:1])) == ()


def test_bouts_after_the_first_are_marked_once() -> None:
    strides = pd.DataFrame({"bout": [0, 1, 1, 0, 1], "start_time_s": [0.0, 30.5, 31, 0.4, 30.1], "clock_offset_s": 0.0})
    assert bout_starts(strides) == (30.1,)


def test_landings_are_counted_in_their_fixed_order() -> None:
    strides = pd.DataFrame(
        {
            "side": ["left"] * 6 + ["right"],
            "kind": ["straight"] * 5 + ["turn", "straight"],
            "grade": ["good"] * 7,
            "landing": ["flat", "heel", "flat", None, "outer_edge", "forefoot", "heel"],
        }
    )
    assert list(landing_counts(strides, "left").items()) == [("heel", 1), ("flat", 2), ("outer_edge", 1)]


def test_swings_without_a_lowest_point_and_uncertainty_are_those_of_the_counted_strides() -> None:
    strides = pd.DataFrame(
        {
            "side": ["left"] * 5 + ["right"],
            "kind": ["straight"] * 4 + ["turn", "straight"],
            "grade": ["good"] * 6,
            "minimum_toe_clearance_m": [0.02, 0.01, np.nan, 0.01, 0.01, np.nan],
            "minimum_toe_clearance_sd_m": [0.004, 0.006, np.nan, 0.008, 0.1, np.nan],
            "minimum_toe_clearance_kind": ["none", "local_minimum", "none", None, "none", None],
        }
    )
    assert clearance_sd_m(strides, "left") == pytest.approx(0.006)
    assert np.isnan(clearance_sd_m(strides, "right"))
